"""Replay: JSON lines of what happened in, one verdict a line out; the same `take` as live deals.

A line that cannot be read is answered with its number and what was expected, and changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, get_args

from dialogs import advice, gates
from dialogs.deal import Alternative, Deal, Firmness, Outcome, Side, Term, Tried
from dialogs.events import (
    AboutToSign,
    AboutToWalk,
    Acted,
    AlternativeChanged,
    Answered,
    CheckedIn,
    Closed,
    DealEvent,
    NothingChanged,
    Offered,
    Opened,
    Paused,
    RedLineConfirmed,
    RedLineCured,
    Returned,
)
from dialogs.grounds import COUNTED, Grounds
from dialogs.questions import BY_KEY
from dialogs.record import level_of
from dialogs.turn import take

SHOWN_GROUNDS = (*COUNTED, "S")
END_OF_DAY = time(23, 59, 59, 999999)
_T = TypeVar("_T")


class Unreadable(ValueError):
    """A line that is not one of ours; the message says what was expected."""


@dataclass(slots=True)
class Replay:
    """All deals of one file, as far as it is read."""

    deals: dict[str, Deal] = field(default_factory=dict)
    failed: int = 0

    def verdicts(self, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
        """One record a line, in order; `failed` counts the lines answered with an error."""
        for number, line in enumerate(lines, start=1):
            try:
                yield self.verdict(line)
            except Unreadable as problem:
                self.failed += 1
                yield {"line": number, "error": str(problem)}

    def verdict(self, line: str) -> dict[str, Any]:
        """The verdict after one line; raises `Unreadable`, having changed nothing."""
        row = _row(line)
        key = _text(row, "deal")
        event = self._event(row, key)
        turn = take(self.deals.get(key), event)
        deal = turn.deal
        if deal is None:
            raise Unreadable(f"deal {key!r}: no deal came of {row['event']!r}")
        self.deals[key] = deal
        return _written(row, deal, event, nudge=turn.nudge)

    def _event(self, row: Mapping[str, Any], key: str) -> DealEvent:
        kind, at = _text(row, "event"), _moment(row, "at")
        reader = READERS.get(kind)
        if reader is None:
            raise Unreadable(f"event: expected one of {', '.join(READERS)}, got {kind!r}")
        deal = self.deals.get(key)
        if kind == "opened" and deal is not None:
            raise Unreadable(f"deal {key!r} is open already")
        if kind != "opened":
            _check_order(deal, key, at)
        return reader(row, deal, at)


def _check_order(deal: Deal | None, key: str, at: datetime) -> None:
    if deal is None:
        raise Unreadable(f"deal {key!r} is unknown: its first line must be 'opened'")
    if deal.status == "closed":
        raise Unreadable(f"deal {key!r} is closed")
    if deal.last_event is not None and at < deal.last_event:
        raise Unreadable(f"at: goes back in time, from {deal.last_event.isoformat()} to {at.isoformat()}")


def _written(row: Mapping[str, Any], deal: Deal, event: DealEvent, *, nudge: bool) -> dict[str, Any]:
    level = level_of(deal)
    return {
        "at": row["at"],
        "deal": row["deal"],
        "event": row["event"],
        "level": level.key,
        "grounds": shown(deal.coach.grounds),
        "fit": None,
        "gates": list(gates.gates(deal, event)),
        "nudge": nudge,
        "reasons": [
            {"question": e.question, "answer": e.value, "at": e.at.isoformat(), "check_in": e.check_in}
            for e in advice.reasons(deal)
        ],
        "would_change": [
            {"question": c.question, "answer": c.answer, "check_ins": c.check_ins, "level": c.level.key}
            for c in (advice.would_change(deal) if nudge else ())
        ],
    }


def shown(grounds: Grounds) -> dict[str, float]:
    """The grounds to two decimals, with their total."""
    return {**{g: round(grounds[g], 2) for g in SHOWN_GROUNDS}, "total": round(grounds.total, 2)}


# Readers: one an event. Each answers an event or raises `Unreadable`.


def _opened(row: Mapping[str, Any], _: Deal | None, at: datetime) -> DealEvent:
    return Opened(
        id="",
        at=at,
        deal=_text(row, "deal"),
        name=_text(row, "name"),
        counterpart=_text(row, "counterpart"),
        side=_choice(row, "side", get_args(Side)),
        unit=_optional_text(row, "unit"),
        limit=_amount(row, "reservation_value"),
        target=_amount(row, "target"),
        must_haves=_texts(row, "must_haves"),
        red_lines=_texts(row, "red_lines"),
        alternative=_alternative(row.get("alternative"), at),
        cost_of_delay=_amount(row, "cost_of_delay"),
        promise=_optional_text(row, "promise"),
        deadline=_date(row, "deadline", at.tzinfo),
    )


def _offered(row: Mapping[str, Any], _: Deal | None, at: datetime) -> DealEvent:
    side = _needed(_choice(row, "by", ("us", "them")), "by", "us or them")
    return Offered(
        id="",
        at=at,
        side="us" if side == "us" else "them",
        value=_needed(_amount(row, "value"), "value", "a number"),
    )


def _answered(row: Mapping[str, Any], deal: Deal | None, at: datetime) -> DealEvent:
    key = _text(row, "question")
    if key not in BY_KEY:
        raise Unreadable(f"question: expected one of {', '.join(BY_KEY)}, got {key!r}")
    note, answer = _optional_text(row, "note"), row.get("answer")
    if key == "must_haves" and answer is not None:
        return Answered(id="", at=at, question=key, terms=_terms(answer, "answer", deal), note=note)
    if (
        answer is not None
        and (isinstance(answer, bool) or answer not in (0, 1, 2, 3))
        and BY_KEY[key].reads != "amount"
    ):
        raise Unreadable(f"answer: expected 0, 1, 2, 3 or null, got {answer!r}")
    value = int(answer) if answer is not None and BY_KEY[key].reads == "scale" else None
    red_line = _index(row, deal) if row.get("red_line") is not None else None
    return Answered(id="", at=at, question=key, answer=value, note=note, red_line=red_line)


def _alternative_changed(row: Mapping[str, Any], deal: Deal | None, at: datetime) -> DealEvent:
    given = row.get("alternative") if isinstance(row.get("alternative"), dict) else row
    zone = deal.opened.tzinfo if deal else at.tzinfo
    alternative = _alternative(given, at, zone)
    return AlternativeChanged(id="", at=at, alternative=alternative or Alternative())


def _acted(row: Mapping[str, Any], _: Deal | None, at: datetime) -> DealEvent:
    action: Tried = _needed(
        _choice(row, "action", get_args(Tried)), "action", f"one of {', '.join(get_args(Tried))}"
    )
    return Acted(id="", at=at, action=action)


def _paused(row: Mapping[str, Any], deal: Deal | None, at: datetime) -> DealEvent:
    zone = deal.opened.tzinfo if deal else at.tzinfo
    return Paused(id="", at=at, reason=_optional_text(row, "reason"), until=_date(row, "until", zone))


def _about_to_sign(row: Mapping[str, Any], deal: Deal | None, at: datetime) -> DealEvent:
    given = row.get("must_haves")
    terms = _terms(given, "must_haves", deal) if given is not None else ()
    return AboutToSign(id="", at=at, value=_amount(row, "value"), must_haves=terms)


def _closed(row: Mapping[str, Any], _: Deal | None, at: datetime) -> DealEvent:
    outcome: Outcome = _needed(
        _choice(row, "outcome", get_args(Outcome)), "outcome", f"one of {', '.join(get_args(Outcome))}"
    )
    return Closed(id="", at=at, outcome=outcome, value=_amount(row, "value"))


READERS: Mapping[str, Callable[[Mapping[str, Any], Deal | None, datetime], DealEvent]] = {
    "opened": _opened,
    "offered": _offered,
    "answered": _answered,
    "checked_in": lambda _row, _deal, at: CheckedIn(id="", at=at),
    "nothing_changed": lambda _row, _deal, at: NothingChanged(id="", at=at),
    "alternative_changed": _alternative_changed,
    "red_line_confirmed": lambda row, deal, at: RedLineConfirmed(id="", at=at, red_line=_index(row, deal)),
    "red_line_cured": lambda row, deal, at: RedLineCured(id="", at=at, red_line=_index(row, deal)),
    "acted": _acted,
    "paused": _paused,
    "returned": lambda row, _deal, at: Returned(id="", at=at, because=_optional_text(row, "because")),
    "about_to_sign": _about_to_sign,
    "about_to_walk": lambda _row, _deal, at: AboutToWalk(id="", at=at),
    "closed": _closed,
}


# Fields.


def _row(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON: {error}") from None
    if not isinstance(row, dict):
        raise Unreadable("expected a JSON object")
    return row


def _needed(value: _T | None, name: str, expected: str) -> _T:
    if value is None:
        raise Unreadable(f"{name}: expected {expected}")
    return value


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value:
        raise Unreadable(f"{name}: expected a text, got {value!r}")
    return value


def _optional_text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise Unreadable(f"{name}: expected a text or null, got {value!r}")
    return value or ""


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise Unreadable(f"{name}: expected a list of texts, got {value!r}")
    return tuple(value)


def _choice(row: Mapping[str, Any], name: str, choices: tuple[_T, ...]) -> _T | None:
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or value not in choices:
        raise Unreadable(f"{name}: expected one of {', '.join(map(str, choices))}, got {value!r}")
    return choices[choices.index(value)]


def _amount(row: Mapping[str, Any], name: str) -> Decimal | None:
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


def _terms(value: object, name: str, deal: Deal | None) -> tuple[Term, ...]:
    wanted = len(deal.must_haves) if deal else 0
    allowed: tuple[Term, ...] = get_args(Term)
    if not isinstance(value, list) or len(value) != wanted or not all(term in allowed for term in value):
        raise Unreadable(f"{name}: expected {wanted} of met, partly, not, got {value!r}")
    return tuple(value)


def _index(row: Mapping[str, Any], deal: Deal | None) -> int:
    value, lines = row.get("red_line"), len(deal.red_lines) if deal else 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < lines:
        raise Unreadable(f"red_line: expected the index of one of {lines} red lines, got {value!r}")
    return value


def _moment(row: Mapping[str, Any], name: str) -> datetime:
    value = row.get(name)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unreadable(f"{name}: expected a date and time with zone (ISO 8601), got {value!r}")
    return moment


def _date(row: Mapping[str, Any], name: str, zone: tzinfo | None) -> datetime | None:
    """A moment, or a bare date, which ends with its day at the offset of `opened`."""
    value = row.get(name)
    if value is None:
        return None
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and "T" not in value else None
    except ValueError:
        day = None
    return _moment(row, name) if day is None else datetime.combine(day, END_OF_DAY, zone)


def _alternative(value: object, at: datetime, zone: tzinfo | None = None) -> Alternative | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Unreadable(f"alternative: expected an object, got {value!r}")
    return Alternative(
        name=_optional_text(value, "name"),
        value=_amount(value, "value"),
        low=_amount(value, "low"),
        likely=_amount(value, "likely"),
        high=_amount(value, "high"),
        firmness=_choice(value, "firmness", get_args(Firmness)),
        expires=_date(value, "expires", zone or at.tzinfo),
    )
