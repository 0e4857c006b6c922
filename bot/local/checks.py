"""Small pieces from which the rules of Block Kit are written.

A check reads one JSON value at one pointer and yields what is wrong, in Slack's words; it changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

Check = Callable[[object, str], Iterator[str]]


def wrong(what: str, pointer: str) -> str:
    """One complaint as Slack writes it."""
    return f"[ERROR] {what} [json-pointer:{pointer}]"


def string(most: int, least: int = 1) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield wrong("must be a string", pointer)
        elif len(value) < least:
            yield wrong(f"must be more than {least - 1} characters", pointer)
        elif len(value) > most:
            yield wrong(f"must be less than {most + 1} characters", pointer)

    return check


def pattern(expression: str, meaning: str) -> Check:
    """A string of one form, such as a date."""
    form = re.compile(expression)

    def check(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, str) or not form.fullmatch(value):
            yield wrong(f"must be {meaning}", pointer)

    return check


def literal(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, str) or value not in allowed:
            yield wrong(f"must be one of: {', '.join(allowed)}", pointer)

    return check


def boolean(value: object, pointer: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield wrong("must be a boolean", pointer)


def number(value: object, pointer: str) -> Iterator[str]:
    """A number; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield wrong("must be a number", pointer)


def whole(least: int, most: int) -> Check:
    """An integer between two bounds, both allowed."""

    def check(value: object, pointer: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            yield wrong(f"must be an integer from {least} to {most}", pointer)

    return check


def anything(value: object, pointer: str) -> Iterator[str]:  # noqa: ARG001 - the shape of a check
    """Accepts everything: for parts we only pass through."""
    return iter(())


def listing(item: Check, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` items, each held to `item`."""

    def check(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield wrong("must be an array", pointer)
            return
        if len(value) > most:
            yield wrong(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            yield wrong(f"no fewer than {least} items allowed", pointer)
        for place, entry in enumerate(value):
            yield from item(entry, f"{pointer}/{place}")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields and no others; `type` is for `by_type` to judge."""
    known = {**required, **(optional or {})}

    def check(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield wrong("must be an object", pointer)
            return
        for name in required:
            if name not in value:
                yield wrong(f"missing required field: {name}", pointer)
        for name, part in value.items():
            if name in known:
                yield from known[name](part, f"{pointer}/{name}")
            elif name != "type":
                yield wrong(f"invalid additional property: {name}", pointer)

    return check


def by_type(table: Mapping[str, Check]) -> Check:
    """An object judged by its `type` first, so that a complaint says what is wrong, not "no schema fits"."""

    def check(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield wrong("must be an object", pointer)
            return
        kind = value.get("type")
        if not isinstance(kind, str):
            yield wrong("missing required field: type", pointer)
        elif kind not in table:
            yield wrong(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            yield from table[kind](value, pointer)

    return check
