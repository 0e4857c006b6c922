"""One talk that two people told of: the later check-in becomes views on the earlier one.

The worse answer counts. The log is folded again, so that the talk weighs once; both answers stay on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogs import colleagues, ending, nudging, seats
from dialogs.deal import Deal
from dialogs.doubts import Viewed
from dialogs.effects import CheckInEnd
from dialogs.event import OnScreen
from dialogs.events import Answered, CheckedIn, DealEvent, RedLineConfirmed
from dialogs.history import fold, kept
from dialogs.record import level_of
from dialogs.turns import Turn


def joins(deal: Deal, event: DealEvent) -> bool:
    """Whether this answers a check-in about a talk that somebody else told of: then its end needs the log."""
    return isinstance(event, OnScreen) and seats.joins(deal, event.by, event.at)


def told(deal: Deal, log: Sequence[DealEvent], event: OnScreen, turn: Turn) -> Turn:
    """`turn`, which is what would happen without the other's check-in, with its answers as views on that.

    `log` holds the entries before, oldest first. A turn that ends no check-in stays as it is.
    """
    call, ends = deal.coach.call, turn.entries[-1] if turn.entries else None
    if call is None or turn.deal is None or not isinstance(ends, CheckedIn):
        return turn
    new = tuple(_viewed(e, call.number) if isinstance(e, Answered) else e for e in turn.entries[:-1])
    after = kept(replace(turn.deal, coach=deal.coach), fold((*log, *new)))
    due = nudging.nudges(deal, level_of(deal), after, level_of(after), ends)
    if due:
        nudged = nudging.told(after, level_of(after), ends)
        after = replace(after, coach=replace(after.coach, nudged=nudged))
    if seats.colleague(deal, event.by):
        return Turn(after, colleagues.thanked(after, event, told=bool(new)), new, nudge=due)
    (end,) = (effect for effect in turn.effects if isinstance(effect, CheckInEnd))
    crossed = any(isinstance(fact, RedLineConfirmed) for fact in new)
    after, effects = ending.said(deal, after, end.lines, event, due=due or crossed, crossed=crossed)
    return Turn(after, effects, new, nudge=due or crossed)


def _viewed(answer: Answered, number: int) -> Viewed:
    return Viewed(
        id=answer.id,
        at=answer.at,
        by=answer.by,
        check_in=number,
        question=answer.question,
        answer=answer.answer,
        terms=answer.terms,
        amount=answer.amount,
        note=answer.note,
        red_line=answer.red_line,
        choice=answer.choice,
        added=answer.added,
    )
