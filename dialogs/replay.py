"""Replay: JSON lines of what happened in, one verdict a line out; the same `take` as live deals.

A line that cannot be read is answered with its number and what was expected, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args

from dialogs import advice, gates, rows
from dialogs.deal import Alternative, Deal, Outcome, Side, Tried
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
            except rows.Unreadable as problem:
                self.failed += 1
                yield {"line": number, "error": str(problem)}

    def verdict(self, line: str) -> dict[str, Any]:
        """The verdict after one line; raises `rows.Unreadable`, having changed nothing."""
        row = rows.row_of(line)
        key = rows.text(row, "deal")
        event = self._event(row, key)
        turn = take(self.deals.get(key), event)
        deal = turn.deal
        if deal is None:
            raise rows.Unreadable(f"deal {key!r}: no deal came of {row['event']!r}")
        self.deals[key] = deal
        return _written(row, deal, event, nudge=turn.nudge)

    def _event(self, row: Mapping[str, Any], key: str) -> DealEvent:
        kind, at = rows.text(row, "event"), rows.moment(row, "at")
        reader = READERS.get(kind)
        if reader is None:
            raise rows.Unreadable(f"event: expected one of {', '.join(READERS)}, got {kind!r}")
        deal = self.deals.get(key)
        if kind == "opened" and deal is not None:
            raise rows.Unreadable(f"deal {key!r} is open already")
        if kind != "opened":
            _check_order(deal, key, at)
        return reader(row, deal, at)


def _check_order(deal: Deal | None, key: str, at: datetime) -> None:
    if deal is None:
        raise rows.Unreadable(f"deal {key!r} is unknown: its first line must be 'opened'")
    if deal.status == "closed":
        raise rows.Unreadable(f"deal {key!r} is closed")
    if deal.last_event is not None and at < deal.last_event:
        raise rows.Unreadable(
            f"at: goes back in time, from {deal.last_event.isoformat()} to {at.isoformat()}"
        )


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


# Readers: one an event. Each answers an event or raises `rows.Unreadable`.


def _opened(row: Mapping[str, Any], _: Deal | None, at: datetime) -> DealEvent:
    return Opened(
        id="",
        at=at,
        deal=rows.text(row, "deal"),
        name=rows.text(row, "name"),
        counterpart=rows.text(row, "counterpart"),
        side=rows.choice(row, "side", get_args(Side)),
        unit=rows.optional_text(row, "unit"),
        limit=rows.amount(row, "reservation_value"),
        target=rows.amount(row, "target"),
        must_haves=rows.texts(row, "must_haves"),
        red_lines=rows.texts(row, "red_lines"),
        alternative=rows.alternative(row.get("alternative"), at),
        cost_of_delay=rows.amount(row, "cost_of_delay"),
        promise=rows.optional_text(row, "promise"),
        deadline=rows.day_or_moment(row, "deadline", at.tzinfo),
    )


def _offered(row: Mapping[str, Any], _: Deal | None, at: datetime) -> DealEvent:
    side = rows.needed(rows.choice(row, "by", ("us", "them")), "by", "us or them")
    return Offered(
        id="",
        at=at,
        side="us" if side == "us" else "them",
        value=rows.needed(rows.amount(row, "value"), "value", "a number"),
    )


def _answered(row: Mapping[str, Any], deal: Deal | None, at: datetime) -> DealEvent:
    key = rows.text(row, "question")
    if key not in BY_KEY:
        raise rows.Unreadable(f"question: expected one of {', '.join(BY_KEY)}, got {key!r}")
    note, answer = rows.optional_text(row, "note"), row.get("answer")
    if key == "must_haves" and answer is not None:
        return Answered(id="", at=at, question=key, terms=rows.terms(answer, "answer", deal), note=note)
    if (
        answer is not None
        and (isinstance(answer, bool) or answer not in (0, 1, 2, 3))
        and BY_KEY[key].reads != "amount"
    ):
        raise rows.Unreadable(f"answer: expected 0, 1, 2, 3 or null, got {answer!r}")
    value = int(answer) if answer is not None and BY_KEY[key].reads == "scale" else None
    red_line = rows.red_line_index(row, deal) if row.get("red_line") is not None else None
    return Answered(id="", at=at, question=key, answer=value, note=note, red_line=red_line)


def _alternative_changed(row: Mapping[str, Any], deal: Deal | None, at: datetime) -> DealEvent:
    given = row.get("alternative") if isinstance(row.get("alternative"), dict) else row
    zone = deal.opened.tzinfo if deal else at.tzinfo
    alternative = rows.alternative(given, at, zone)
    return AlternativeChanged(id="", at=at, alternative=alternative or Alternative())


def _acted(row: Mapping[str, Any], _: Deal | None, at: datetime) -> DealEvent:
    action: Tried = rows.needed(
        rows.choice(row, "action", get_args(Tried)), "action", f"one of {', '.join(get_args(Tried))}"
    )
    return Acted(id="", at=at, action=action)


def _paused(row: Mapping[str, Any], deal: Deal | None, at: datetime) -> DealEvent:
    zone = deal.opened.tzinfo if deal else at.tzinfo
    return Paused(
        id="", at=at, reason=rows.optional_text(row, "reason"), until=rows.day_or_moment(row, "until", zone)
    )


def _about_to_sign(row: Mapping[str, Any], deal: Deal | None, at: datetime) -> DealEvent:
    given = row.get("must_haves")
    terms = rows.terms(given, "must_haves", deal) if given is not None else ()
    return AboutToSign(id="", at=at, value=rows.amount(row, "value"), must_haves=terms)


def _closed(row: Mapping[str, Any], _: Deal | None, at: datetime) -> DealEvent:
    outcome: Outcome = rows.needed(
        rows.choice(row, "outcome", get_args(Outcome)), "outcome", f"one of {', '.join(get_args(Outcome))}"
    )
    return Closed(id="", at=at, outcome=outcome, value=rows.amount(row, "value"))


READERS: Mapping[str, Callable[[Mapping[str, Any], Deal | None, datetime], DealEvent]] = {
    "opened": _opened,
    "offered": _offered,
    "answered": _answered,
    "checked_in": lambda _row, _deal, at: CheckedIn(id="", at=at),
    "nothing_changed": lambda _row, _deal, at: NothingChanged(id="", at=at),
    "alternative_changed": _alternative_changed,
    "red_line_confirmed": lambda row, deal, at: RedLineConfirmed(
        id="", at=at, red_line=rows.red_line_index(row, deal)
    ),
    "red_line_cured": lambda row, deal, at: RedLineCured(
        id="", at=at, red_line=rows.red_line_index(row, deal)
    ),
    "acted": _acted,
    "paused": _paused,
    "returned": lambda row, _deal, at: Returned(id="", at=at, because=rows.optional_text(row, "because")),
    "about_to_sign": _about_to_sign,
    "about_to_walk": lambda _row, _deal, at: AboutToWalk(id="", at=at),
    "closed": _closed,
}
