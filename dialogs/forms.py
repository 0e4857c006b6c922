"""The forms: one record each; words live in templates/forms, shapes in the layouts.

`read` turns what was typed into values, or says by field what is wrong; nothing is ever half taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from dialogs.afterwards import Again, Protects
from dialogs.amounts import read_amount
from dialogs.cadence import wall
from dialogs.dates import read_date
from dialogs.deal import MOST_MUST_HAVES, Firmness, ReturnCondition
from dialogs.rooms import read_room
from dialogs.shared import FIELDS, SECRETS

Kind = Literal[
    "line",
    "text",
    "lines",
    "amount",
    "date",
    "when",
    "choice",
    "checks",
    "terms",
    "person",
    "deal",
    "room",
]

LONGEST_LINE, LONGEST_TEXT = 120, 1_500
END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `options` are the keys of a choice; `most` the number of lines or characters.

    A `deal` is chosen among those a person has, which are known only when the form opens.
    """

    key: str
    kind: Kind
    required: bool = False
    options: tuple[str, ...] = ()
    most: int = LONGEST_TEXT


@dataclass(frozen=True, slots=True)
class Form:
    """One form; `any_of` names fields of which at least one must be given."""

    key: str
    fields: tuple[Field, ...]
    any_of: tuple[str, ...] = ()


BECAUSE = (Field("because", "text", required=True, most=400),)
CONDITIONS: tuple[str, ...] = get_args(ReturnCondition)

PAPER = (
    Field("terms", "terms"),
    Field("amount", "amount", most=40),
    Field("figures", "text", most=400),
    Field("unwritten", "text", most=600),
)

FORMS: Mapping[str, Form] = {
    form.key: form
    for form in (
        Form(
            "set_up",
            (
                Field("name", "line", required=True, most=80),
                Field("counterpart", "line", required=True, most=80),
                Field("must_haves", "lines", most=MOST_MUST_HAVES),
                Field("limit", "amount", most=40),
                Field("side", "choice", options=("seller", "buyer")),
                Field("alternative", "line", most=200),
                Field("promise", "text", most=400),
                Field("red_lines", "lines", most=MOST_MUST_HAVES),
                Field("deadline", "date"),
                Field("alias", "line", most=40),
                Field("colleague", "person"),
            ),
            any_of=("must_haves", "limit", "alternative"),
        ),
        Form("terms", (Field("terms", "terms", required=True),)),
        Form("offer", (Field("amount", "amount", required=True, most=40),)),
        Form("pause", (Field("until", "when", required=True, most=60),)),
        Form(
            "reflect",
            (
                Field("goal", "text"),
                Field("happened", "text"),
                Field("approaches", "text"),
                Field("plan_b", "text"),
            ),
        ),
        Form(
            "came_back",
            (
                Field("conditions", "checks", required=True, options=CONDITIONS),
                Field("because", "text"),
                Field("terms", "terms"),
            ),
        ),
        Form("sign", PAPER),
        Form("signed", PAPER),
        Form(
            "waive",
            (
                Field("approved_by", "line", required=True, most=80),
                Field("because", "text", required=True, most=400),
            ),
        ),
        Form(
            "final_offer",
            (
                Field("amount", "amount", most=40),
                Field("they_get", "text", required=True, most=400),
                Field("we_get", "text", most=400),
                Field("until", "when", required=True, most=60),
            ),
        ),
        Form(
            "close",
            (
                Field("outcome", "choice", required=True, options=("agreed", "walked_away", "impasse")),
                Field("terms", "terms"),
                Field("note", "text"),
            ),
        ),
        Form(
            "look_back",
            (
                Field("worked", "text", most=600),
                Field("earlier", "text", most=600),
                Field("again", "choice", options=get_args(Again)),
                Field("protected", "checks", options=get_args(Protects)),
            ),
            any_of=("worked", "earlier", "again", "protected"),
        ),
        Form(
            "freed",
            (
                Field("what", "line", required=True, most=200),
                Field("due", "when", required=True, most=60),
            ),
        ),
        Form("rename", (Field("name", "line", required=True, most=80),)),
        Form("contest", BECAUSE),
        Form("withdraw", BECAUSE),
        Form("edit_words", (Field("words", "text", required=True, most=600),)),
        Form(
            "limit",
            (
                Field("amount", "amount", required=True, most=40),
                Field("because", "text", most=400),
                Field("side", "choice", options=("seller", "buyer")),
            ),
        ),
        Form(
            "log_offer",
            (
                Field("side", "choice", required=True, options=("them", "us")),
                Field("figures", "line", required=True, most=200),
            ),
        ),
        Form("issues", (Field("issues", "text", required=True, most=800), Field("least", "line", most=10))),
        Form("add", (Field("deal", "deal", required=True), Field("text", "text", required=True))),
        Form("log_words", (Field("words", "text", required=True, most=600),)),
        Form("must_have", (Field("text", "line", required=True, most=LONGEST_LINE),)),
        Form("red_line", (Field("text", "line", required=True, most=LONGEST_LINE),)),
        Form("drop_must_have", BECAUSE),
        Form("drop_red_line", BECAUSE),
        Form(
            "plan_b",
            (
                Field("name", "line", required=True, most=200),
                Field("amount", "amount", most=40),
                Field("firmness", "choice", options=get_args(Firmness)),
                Field("expires", "date"),
            ),
        ),
        Form("promise", (Field("text", "text", required=True, most=400),)),
        Form("deadline", (Field("moment", "when", required=True, most=60),)),
        Form("target", (Field("amount", "amount", required=True, most=40),)),
        Form("colleague", (Field("colleague", "person", required=True),)),
        Form("talk", (Field("when", "line", required=True, most=80),)),
        Form("remind", (Field("words", "line", required=True, most=120),)),
        Form(
            "share",
            (
                Field("room", "room"),
                Field("fields", "checks", options=FIELDS),
                Field("decides", "line", most=80),
                Field("note", "text", most=600),
                Field("secrets", "checks", options=SECRETS),
                Field("follow", "checks", options=("follow",)),
            ),
        ),
        Form("snooze", (Field("reason", "line", required=True, most=200),)),
    )
}

Value = str | Decimal | datetime | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was read: its values by field."""

    values: Mapping[str, Value]

    def text(self, key: str) -> str:
        """A field's text, "" where none was given."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def amount(self, key: str) -> Decimal | None:
        """A field's amount."""
        value = self.values.get(key)
        return value if isinstance(value, Decimal) else None

    def date(self, key: str) -> datetime | None:
        """A field's moment (UTC)."""
        value = self.values.get(key)
        return value if isinstance(value, datetime) else None

    def many(self, key: str) -> tuple[str, ...]:
        """A field's lines, checks or terms."""
        value = self.values.get(key)
        return value if isinstance(value, tuple) else ()


@dataclass(frozen=True, slots=True)
class Unfit:
    """A form that could not be read: problem keys by field."""

    problems: Mapping[str, str]


def read(form: Form, typed: Mapping[str, str | tuple[str, ...]], now: datetime, zone: str) -> Filled | Unfit:
    """What was typed (a text, or a tuple for checks and terms), read at `now` in `zone`."""
    values: dict[str, Value] = {}
    problems: dict[str, str] = {}
    for field in form.fields:
        given = typed.get(field.key) or ""
        given = given.strip() if isinstance(given, str) else given
        value, problem = _read(field, given, now, zone) if given else (None, "")
        values[field.key] = value
        if problem or (field.required and not given):
            problems[field.key] = problem or "required"
    if form.any_of and not problems and not any(values[key] for key in form.any_of):
        problems[form.any_of[0]] = "one_of_these"
    if form.key == "set_up" and values.get("limit") is not None and not values.get("side"):
        problems["side"] = "side_of_limit"
    return Unfit(problems) if problems else Filled(values)


def _read(field: Field, given: str | tuple[str, ...], now: datetime, zone: str) -> tuple[Value, str]:  # noqa: PLR0911
    if isinstance(given, tuple):
        return given, ""
    text = given.strip()
    match field.kind:
        case "lines":
            return _lines(text, field.most)
        case "amount":
            amount = read_amount(text)
            return amount, "" if amount is not None else "expected_amount"
        case "date":
            return _day(text, now, zone)
        case "when":
            moment = read_date(text, now, zone)
            return moment, "" if moment else "expected_date"
        case "choice":
            return text, "" if text in field.options else "expected_choice"
        case "room":
            return text, "" if read_room(text)[0] else "expected_choice"
        case "deal":
            return text, "" if re.fullmatch(r"[A-Za-z0-9]+", text) else "expected_choice"
        case _:
            clean = re.sub(r"\s+", " ", text) if field.kind == "line" else text
            return clean, "" if len(clean) <= field.most else "too_long"


def _lines(text: str, most: int) -> tuple[Value, str]:
    found = tuple(line.strip(" -*•\t") for line in re.split(r"[\n;]+", text) if line.strip(" -*•\t"))
    if len(found) > most:
        return None, "too_many_lines"
    return found, "too_long" if any(len(line) > LONGEST_LINE for line in found) else ""


def _day(text: str, now: datetime, zone: str) -> tuple[Value, str]:
    """A date picker's day, which ends with its last second."""
    try:
        day = datetime.fromisoformat(text).date()
        end = wall(datetime.combine(day, END_OF_DAY), zone)
    except (ValueError, OverflowError):
        return None, "expected_date"
    today = now.astimezone(ZoneInfo(zone)).date()
    return end, "" if day >= today else "date_past"
