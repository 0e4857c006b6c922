"""Adaptive Cards against the official schema of version 1.5, part by part so that what is wrong is said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft6Validator
from jsonschema.exceptions import best_match

LARGEST = 27_500  # bytes; Teams takes about 28 kB
WORDS = ("text", "title", "label", "placeholder", "button")  # any string will do there
BEYOND = ("Chart.Line",)  # drawn by Teams, in no schema: never without a fallback


def problems(card: object) -> Iterator[str]:
    """What the schema has against a card, a sentence a part; the innermost part is named."""
    for path, part in _parts(card, "card"):
        if part["type"] in BEYOND:
            if part.get("fallback") != "drop":
                yield f"{path}: {part['type']} needs a fallback"
            continue
        if wrong := _wrong(json.dumps(_shallow(part))):
            yield f"{path}: {part['type']}: {wrong}"
    if (size := len(json.dumps(card, ensure_ascii=False).encode())) > LARGEST:
        yield f"{size} bytes are too many"


@cache
def _wrong(shape: str) -> str:
    """What the schema has against one part; words are blanked, so that most parts were seen before."""
    part = json.loads(shape)
    error = best_match(_validator(part["type"]).iter_errors(part))
    return "" if error is None else error.message[:200]


def _parts(value: object, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        if "type" in value:
            yield path, value
        for key, each in value.items():
            yield from _parts(each, f"{path}.{key}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _parts(each, f"{path}[{number}]")


def _shallow(part: Mapping[str, Any]) -> dict[str, Any]:
    """A part whose own parts are looked at by themselves; each stands for the kind that belongs there."""
    return {
        key: "x" if key in WORDS and isinstance(each, str) else _standing(each) for key, each in part.items()
    }


def _standing(value: object) -> object:
    if isinstance(value, Mapping) and value.get("type") in BEYOND:
        return {"type": "RichTextBlock", "inlines": ["x"]}
    if isinstance(value, Mapping):
        return _shallow(value)
    return [_standing(each) for each in value] if isinstance(value, list) else value


@cache
def _validator(kind: str) -> Draft6Validator:
    definitions = _schema()["definitions"]
    if kind not in definitions:
        raise LookupError(f"{kind} is no part of Adaptive Cards 1.5")
    return Draft6Validator({"$ref": f"#/definitions/{kind}", "definitions": definitions})


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (resources.files("adaptive_cards") / "schemas/schema-1.5.json").read_text("utf-8")
    )
    return found
