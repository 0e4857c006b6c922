"""The doors as OpenAPI describes them, by deliveries as they are meant; and what a fuzzer makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode

TELLING = frozenset({"type", "command", "channel_type", "callback_id", "name", "verb", "action"})
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def shape(meant: Any, key: str = "") -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """A schema: all parts are needed, words may be any, but for those that tell one kind from another."""
    if isinstance(meant, dict):
        parts = {name: shape(part, name) for name, part in meant.items()}
        return {"type": "object", "properties": parts, "required": sorted(parts)}
    if isinstance(meant, list):
        return {"type": "array", "items": shape(meant[0]) if meant else {}, "maxItems": 3}
    if isinstance(meant, str) and key in TELLING:
        return {"const": meant}
    kinds = {bool: "boolean", int: "number", float: "number", str: "string"}
    return {"type": kinds[type(meant)]} if type(meant) in kinds else {}


def described(meant: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """An OpenAPI document of a door that takes this."""
    content = {"application/json": {"schema": shape(meant)}}
    post = {"requestBody": {"required": True, "content": content}, "responses": {"200": {"description": "-"}}}
    return {
        "openapi": "3.1.0", "info": {"title": "a door", "version": "1"}, "paths": {"/door": {"post": post}},
    }  # fmt: skip


def made_up(meant: Any, count: int) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    """Bodies that fit the shape of `meant`, and bodies that do not: the same each time."""
    operation = schemathesis.openapi.from_dict(described(meant))["/door"]["POST"]
    for mode in MODES:
        yield from _kept(operation.as_strategy(generation_mode=mode), count)


def _kept(cases: SearchStrategy[Any], count: int) -> list[Any]:
    found: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def kept(case: Any) -> None:  # noqa: ANN401 - whatever was made
        found.append(case.body)

    kept()
    return found


def as_bytes(body: Any) -> bytes:  # noqa: ANN401 - any JSON, or bytes that are none
    """As it travels."""
    return body if isinstance(body, bytes) else json.dumps(body, default=str).encode("utf-8", "surrogatepass")
