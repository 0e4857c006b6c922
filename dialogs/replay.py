"""Replay: JSON lines of what happened in, one verdict a line out; the same decisions as live deals.

A line that cannot be read is answered with its number and what was expected, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from dialogs import advice, changes, fit, gates, reread, rows
from dialogs.deal import Deal, Evidence, Rules
from dialogs.effect import Change
from dialogs.effects import Nudge, Tell
from dialogs.events import DealEvent, Opened
from dialogs.grounds import COUNTED, Grounds
from dialogs.readers import READERS
from dialogs.record import level_of
from dialogs.turn import decided
from dialogs.turns import Turn

SHOWN_GROUNDS = (*COUNTED, "S")
CLOSED_KEPT = 1_000  # closed deals that can still be opened again; of older ones only the key is kept
AFTER_CLOSED = ("reopened", "renamed", "looked_back", "time_freed")


Carried = tuple[Grounds, tuple[Evidence, ...], dict[str, float], list[dict[str, Any]]]


class Logs(Protocol):
    """What happened in each deal, oldest first, which a correction folds again."""

    def add(self, deal: str, entries: Sequence[DealEvent]) -> None:
        """Write entries behind those of the deal so far."""
        ...

    def of(self, deal: str) -> Sequence[DealEvent]:
        """All entries of a deal."""
        ...

    def drop(self, deal: str) -> None:
        """Forget a deal's entries; nothing where there are none."""
        ...


class InMemory:
    """Logs of a file of modest length; they grow with its lines."""

    def __init__(self) -> None:
        self._logs: dict[str, list[DealEvent]] = {}

    def add(self, deal: str, entries: Sequence[DealEvent]) -> None:
        """Write entries behind those of the deal so far."""
        self._logs.setdefault(deal, []).extend(entries)

    def of(self, deal: str) -> Sequence[DealEvent]:
        """All entries of a deal."""
        return self._logs.get(deal, ())

    def drop(self, deal: str) -> None:
        """Forget a deal's entries; nothing where there are none."""
        self._logs.pop(deal, None)


@dataclass(slots=True)
class Replay:
    """All deals of one file, as far as it is read.

    `rules` are those that deals opened in it go by. Apart from `logs` it remembers as much of a deal with a
    thousand lines as of one with ten.
    """

    rules: Rules = 2
    deals: dict[str, Deal] = field(default_factory=dict)
    logs: Logs = field(default_factory=InMemory)
    ended: dict[str, None] = field(default_factory=dict)  # closed deals that are kept, in their order
    gone: set[str] = field(default_factory=set)  # those closed longer ago
    failed: int = 0
    carried: dict[str, Carried] = field(default_factory=dict)

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
        turn = self._taken(key, event)
        deal = turn.deal
        if deal is None or not turn.entries:
            raise rows.Unreadable(f"deal {key!r}: {row['event']!r} changes nothing here: {_told(turn)}")
        self.deals[key] = deal
        self.logs.add(key, turn.entries)
        self._put_away(key, deal)
        return _written(row, deal, event, turn, self._carried(key, deal))

    def _event(self, row: Mapping[str, Any], key: str) -> DealEvent:
        kind, at = rows.text(row, "event"), rows.moment(row, "at")
        reader = READERS.get(kind)
        if reader is None:
            raise rows.Unreadable(f"event: expected one of {', '.join(READERS)}, got {kind!r}")
        deal = self.deals.get(key)
        if kind == "opened" and (deal is not None or key in self.gone):
            raise rows.Unreadable(f"deal {key!r} is open already")
        if kind != "opened":
            self._check_order(key, kind, at)
        event = reader(row, deal, at)
        if isinstance(event, Opened):
            event = replace(event, rules=self.rules)
        return replace(event, id=name) if (name := rows.optional_text(row, "id")) else event

    def _taken(self, key: str, event: DealEvent) -> Turn:
        deal = self.deals.get(key)
        if deal is not None and isinstance(event, reread.ByLog):
            return reread.decided(deal, self.logs.of(key), event)
        return decided(deal, event)

    def _check_order(self, key: str, kind: str, at: datetime) -> None:
        deal = self.deals.get(key)
        if deal is None and key in self.gone:
            raise rows.Unreadable(f"deal {key!r} is closed, {CLOSED_KEPT} others ago")
        if deal is None:
            raise rows.Unreadable(f"deal {key!r} is unknown: its first line must be 'opened'")
        if deal.status == "closed" and kind not in AFTER_CLOSED:
            raise rows.Unreadable(f"deal {key!r} is closed")
        if deal.last_event is not None and at < deal.last_event:
            raise rows.Unreadable(
                f"at: goes back in time, from {deal.last_event.isoformat()} to {at.isoformat()}"
            )

    def _carried(self, key: str, deal: Deal) -> Carried:
        """Weights and reasons, worked out anew only when one of them moved: most lines move neither."""
        coach, known = deal.coach, self.carried.get(key)
        if known is not None and known[0] is coach.grounds and known[1] is coach.evidence:
            return known
        reasons = [
            {"question": e.question, "answer": e.value, "at": e.at.isoformat(), "check_in": e.check_in}
            for e in advice.reasons(deal)
        ]
        found = coach.grounds, coach.evidence, shown(coach.grounds), reasons
        self.carried[key] = found
        return found

    def _put_away(self, key: str, deal: Deal) -> None:
        """Of the deals closed long ago only the keys stay."""
        self.ended.pop(key, None)
        if deal.status == "live":
            return
        self.ended[key] = None
        if len(self.ended) > CLOSED_KEPT:
            oldest = next(iter(self.ended))
            del self.ended[oldest], self.deals[oldest], self.carried[oldest]
            self.logs.drop(oldest)
            self.gone.add(oldest)


def _told(turn: Turn) -> str:
    return ", ".join(effect.key for effect in turn.effects if isinstance(effect, Tell)) or "nothing"


def _written(
    row: Mapping[str, Any], deal: Deal, event: DealEvent, turn: Turn, carried: Carried
) -> dict[str, Any]:
    level = level_of(deal)
    _, _, weights, reasons = carried
    return {
        "at": row["at"],
        "deal": row["deal"],
        "event": row["event"],
        "level": level.key,
        "grounds": weights,
        "fit": _fit(fit.outlook(deal, event.at)),
        "gates": list(gates.gates(deal, event)),
        "nudge": turn.nudge,
        "reasons": reasons,
        "would_change": [_condition(change) for change in (_changes(deal, turn) if turn.nudge else ())],
    }


def _condition(change: Change) -> dict[str, Any]:
    found: dict[str, Any] = {
        "question": change.question,
        "answer": change.answer,
        "check_ins": change.check_ins,
        "level": change.level.key,
    }
    return found if change.value is None else {**found, "value": float(change.value)}


def _changes(deal: Deal, turn: Turn) -> tuple[Change, ...]:
    """What would change the level: as the nudge says it, or for one that is not said here, computed."""
    said = [effect.changes for effect in turn.effects if isinstance(effect, Nudge)]
    return said[0] if said else changes.would_change(deal)


def _fit(seen: fit.Outlook | None) -> dict[str, float] | None:
    """The fit's figures: two weights of 0 to 1, and where their best may end, in the deal's unit."""
    if seen is None:
        return None
    return {
        "p_below_limit": round(seen.p, 4),
        "p_fail": round(seen.p_fail, 4),
        "projected_low": float(seen.low),
        "projected_high": float(seen.high),
    }


def shown(grounds: Grounds) -> dict[str, float]:
    """The grounds to two decimals, with their total."""
    return {**{g: round(grounds[g], 2) for g in SHOWN_GROUNDS}, "total": round(grounds.total, 2)}
