"""The fields of a replay's lines: read strictly, refused with what was expected.

Amounts are numbers and become `Decimal`; times carry their zone; nothing is guessed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, get_args

from dialogs.deal import Alternative, Deal, Firmness
from dialogs.held import Term
from dialogs.issues import Named

READ = json.JSONDecoder(parse_float=Decimal).decode
END_OF_DAY = time(23, 59, 59, 999999)
_T = TypeVar("_T")


class Unreadable(ValueError):
    """A line that is not one of ours; the message says what was expected."""


def row_of(line: str) -> dict[str, Any]:
    """The line as a JSON object."""
    try:
        row = READ(line)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON: {error}") from None
    if not isinstance(row, dict):
        raise Unreadable("expected a JSON object")
    return row


def needed(value: _T | None, name: str, expected: str) -> _T:
    """A field that may not be null."""
    if value is None:
        raise Unreadable(f"{name}: expected {expected}")
    return value


def text(row: Mapping[str, Any], name: str) -> str:
    """A text that is not empty."""
    value = row.get(name)
    if not isinstance(value, str) or not value:
        raise Unreadable(f"{name}: expected a text, got {value!r}")
    return value


def optional_text(row: Mapping[str, Any], name: str) -> str:
    """A text, "" for null."""
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise Unreadable(f"{name}: expected a text or null, got {value!r}")
    return value or ""


def texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts, empty for null."""
    value = row.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise Unreadable(f"{name}: expected a list of texts, got {value!r}")
    return tuple(value)


def choice(row: Mapping[str, Any], name: str, choices: tuple[_T, ...]) -> _T | None:
    """One of the choices, or None."""
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or value not in choices:
        raise Unreadable(f"{name}: expected one of {', '.join(map(str, choices))}, got {value!r}")
    return choices[choices.index(value)]


def amount(row: Mapping[str, Any], name: str) -> Decimal | None:
    """A finite number, or None."""
    value = row.get(name)
    if value is None:
        return None
    try:
        amount = (
            Decimal(str(value)) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
        )
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite():
        raise Unreadable(f"{name}: expected a number, got {value!r}")
    return amount


def terms(value: object, name: str, deal: Deal | None) -> tuple[Term, ...]:
    """A term for each must-have of the deal."""
    wanted = len(deal.must_haves) if deal else 0
    allowed: tuple[Term, ...] = get_args(Term)
    if not isinstance(value, list) or len(value) != wanted or not all(term in allowed for term in value):
        raise Unreadable(f"{name}: expected {wanted} of met, partly, not, got {value!r}")
    return tuple(value)


def red_line_index(row: Mapping[str, Any], deal: Deal | None) -> int:
    """The index of one of the deal's red lines."""
    value, lines = row.get("red_line"), len(deal.red_lines) if deal else 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < lines:
        raise Unreadable(f"red_line: expected the index of one of {lines} red lines, got {value!r}")
    return value


def moment(row: Mapping[str, Any], name: str) -> datetime:
    """A date and time with its zone."""
    value = row.get(name)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unreadable(f"{name}: expected a date and time with zone (ISO 8601), got {value!r}")
    return moment


def day_or_moment(row: Mapping[str, Any], name: str, zone: tzinfo | None) -> datetime | None:
    """A moment, or a bare date, which ends with its day at the offset of `opened`."""
    value = row.get(name)
    if value is None:
        return None
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and "T" not in value else None
    except ValueError:
        day = None
    return moment(row, name) if day is None else datetime.combine(day, END_OF_DAY, zone)


def alternative(value: object, at: datetime, zone: tzinfo | None = None) -> Alternative | None:
    """An alternative, or None; bare dates end at the offset of `zone`."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Unreadable(f"alternative: expected an object, got {value!r}")
    return Alternative(
        name=optional_text(value, "name"),
        value=amount(value, "value"),
        low=amount(value, "low"),
        likely=amount(value, "likely"),
        high=amount(value, "high"),
        firmness=choice(value, "firmness", get_args(Firmness)),
        expires=day_or_moment(value, "expires", zone or at.tzinfo),
        deal=optional_text(value, "deal"),
    )


def whole(row: Mapping[str, Any], name: str, least: int = 0) -> int | None:
    """A whole number that is not below `least`, or None."""
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise Unreadable(f"{name}: expected a whole number from {least} on, got {value!r}")
    return value


def flag(row: Mapping[str, Any], name: str) -> bool:
    """True or false; null is false."""
    value = row.get(name)
    if value is not None and not isinstance(value, bool):
        raise Unreadable(f"{name}: expected true or false, got {value!r}")
    return bool(value)


def choices(row: Mapping[str, Any], name: str, allowed: tuple[_T, ...]) -> tuple[_T, ...]:
    """Some of the choices, empty for null."""
    found = texts(row, name)
    if not all(value in allowed for value in found):
        raise Unreadable(f"{name}: expected some of {', '.join(map(str, allowed))}, got {list(found)!r}")
    return tuple(allowed[allowed.index(value)] for value in found)


def texts_by_name(row: Mapping[str, Any], name: str) -> dict[str, str]:
    """An object of texts, empty for null."""
    value = row.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise Unreadable(f"{name}: expected an object of texts, got {value!r}")
    return value


def package(row: Mapping[str, Any]) -> Named:
    """A figure for each issue, by its name; empty for null."""
    value = row.get("package")
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise Unreadable(f"package: expected a figure for each issue, got {value!r}")
    return tuple((name, needed(amount(value, name), name, "a number")) for name in value)
