"""Sealed limits: tightening counts at once, loosening asks for the new fact, waits, and is remembered.

A second reader may end the wait, without being shown the limit or a figure. Nobody can loosen in silence.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from dialogs import limits, roles, timers
from dialogs.deal import Deal
from dialogs.effects import AnyEffect, Remind
from dialogs.event import Event
from dialogs.events import ReminderDue
from dialogs.held import Loosening
from dialogs.seals import (
    LimitAgreed,
    LimitChanged,
    LimitMoved,
    Limits,
    LimitsAsked,
    LimitTakenBack,
    LimitWanted,
    LooseningWaits,
    NewFactAsked,
    SealEvent,
    SecondReading,
)
from dialogs.turns import Turn, about, notice, on_record, tell

WAIT = timedelta(hours=24)
SHARE_OF_TIME_LEFT = 10


def wait(at: datetime, deadline: datetime | None) -> timedelta:
    """How long a loosening waits: 24 hours, or a tenth of the time left to the deadline if that is less."""
    if deadline is None or deadline <= at:
        return WAIT
    return min(WAIT, (deadline - at) / SHARE_OF_TIME_LEFT)


def _wait_of(deal: Deal, at: datetime) -> timedelta:
    """The full day where the deadline was brought nearer just now: nobody hurries a seal open."""
    hurried = deal.hurried is not None and at - deal.hurried < WAIT
    return WAIT if hurried else wait(at, deal.deadline)


def taken(deal: Deal, event: SealEvent) -> Turn:
    """The next turn of a deal whose limits are asked for or changed."""
    match event:
        case LimitsAsked():
            return Turn(deal, (shown(deal),))
        case LimitWanted():
            return _wanted(deal, event)
        case LimitAgreed():
            return _agreed(deal, event)
        case LimitTakenBack():
            return _taken_back(deal, event)
        case LimitChanged():  # a replay: as given
            return on_record(deal, event)
        case _:
            assert_never(event)


def due(deal: Deal, event: ReminderDue) -> Turn:
    """The wait is over, in a pause or not: the loosening counts, and the owner hears of it."""
    waits = deal.loosening
    if waits is None or waits.due > event.at:
        return Turn(deal)
    return on_record(deal, _change(waits, event), notice(deal, "loosened", event.at))


def shown(deal: Deal) -> Limits:
    """The limits as they stand."""
    return Limits(
        **about(deal),
        limit=deal.limit,
        unit=deal.unit,
        must_haves=deal.must_haves,
        red_lines=limits.listed(deal, "red_line"),
        alternative=deal.alternative.name if deal.alternative else "",
        loosening=deal.loosening,
        moved=deal.moved,
    )


def second_reading(deal: Deal, person: str) -> tuple[AnyEffect, ...]:
    """What a colleague who opens the notice is asked; nothing once there is nothing to read."""
    waits = deal.loosening
    if waits is None:
        return (replace(tell(deal, "nothing_to_read"), to=person),)
    asked = SecondReading(
        **about(deal), what=waits.what, because=waits.because, number=waits.number, due=waits.due, to=person
    )
    return (asked,)


def _wanted(deal: Deal, event: LimitWanted) -> Turn:
    if not event.by:  # a replay: as given
        return on_record(deal, event)
    problem = _unfit(deal, event)
    if problem:
        return Turn(deal, (tell(deal, problem),))
    return _loosened(deal, event) if limits.loosens(deal, event) else _now(deal, event)


def _loosened(deal: Deal, event: LimitWanted) -> Turn:
    """A loosening: it needs a new fact, and waits; one at a time."""
    if event.tighter:
        return Turn(deal, (tell(deal, "that_loosens"),))
    if deal.loosening is not None:
        return Turn(deal, (tell(deal, "loosening_waits_already"), _waiting(deal, deal.loosening)))
    if not event.because.strip():
        return Turn(deal, (_fact_asked(deal, event),))
    return _waits(deal, event)


def _unfit(deal: Deal, event: LimitWanted) -> str:
    """What is wrong with what is wanted, as a key; "" if nothing is."""
    side = event.side or deal.side
    if event.what == "limit":
        if event.value is None:
            return "expected_amount"
        if side not in ("seller", "buyer"):
            return "side_of_limit"
        return "limit_as_it_is" if event.value == deal.limit else ""
    if event.drop is not None:
        return "" if 0 <= event.drop < len(limits.listed(deal, event.what)) else "no_such_line"
    if not event.text.strip():
        return "required"
    return "" if limits.room(deal, event.what) else "too_many_lines"


def _now(deal: Deal, event: LimitWanted) -> Turn:
    """A tightening: it counts from now on."""
    side = event.side if deal.side not in ("seller", "buyer") else None
    change = LimitChanged(
        id=event.id,
        at=event.at,
        by=event.by,
        what=event.what,
        value=event.value,
        side=side,
        text=" ".join(event.text.split()),
        because=event.because,
    )
    said = LimitMoved(**about(deal), moved=limits.move(deal, change), unit=deal.unit)
    turn = on_record(deal, change, said)
    ended = deal.loosening is not None and turn.deal is not None and turn.deal.loosening is None
    return replace(turn, effects=(*turn.effects, Remind(timers.LOOSENING, None))) if ended else turn


def _waits(deal: Deal, event: LimitWanted) -> Turn:
    until = event.at + _wait_of(deal, event.at)
    turn = on_record(deal, replace(event, due=until, tighter=False))
    after = turn.deal
    if after is None or after.loosening is None:
        raise ValueError(deal.key)
    heard = tuple(replace(notice(after, "loosening", event.at), to=person) for person in roles.readers(after))
    effects = (_waiting(after, after.loosening), *turn.effects, *heard, Remind(timers.LOOSENING, until))
    return replace(turn, effects=effects)


def _waiting(deal: Deal, waits: Loosening) -> LooseningWaits:
    return LooseningWaits(
        **about(deal), loosening=waits, old=deal.limit, unit=deal.unit, readers=bool(roles.readers(deal))
    )


def _fact_asked(deal: Deal, event: LimitWanted) -> NewFactAsked:
    gone = limits.listed(deal, event.what)[event.drop] if event.drop is not None else ""
    return NewFactAsked(
        **about(deal),
        what=event.what,
        value=event.value,
        old=deal.limit if event.what == "limit" else None,
        unit=deal.unit,
        text=gone,
        drop=event.drop,
    )


def _agreed(deal: Deal, event: LimitAgreed) -> Turn:
    """A colleague's word ends the wait; the owner's own does not."""
    waits = deal.loosening
    if waits is None or waits.number != event.number:
        return Turn(deal, (replace(tell(deal, "nothing_to_read"), to=event.by),))
    if event.by == deal.owner:
        return Turn(deal, (tell(deal, "agree_by_another"),))
    heard = replace(tell(deal, "loosening_agreed"), to=event.by)
    clock = Remind(timers.LOOSENING, None)
    change = replace(_change(waits, event), agreed_by=event.by)
    return on_record(deal, change, heard, notice(deal, "loosened", event.at), clock)


def _taken_back(deal: Deal, event: LimitTakenBack) -> Turn:
    waits = deal.loosening
    if waits is None or event.number not in (0, waits.number):
        return Turn(deal, (tell(deal, "nothing_waits"),))
    return on_record(deal, event, tell(deal, "loosening_taken_back"), Remind(timers.LOOSENING, None))


def _change(waits: Loosening, event: Event) -> LimitChanged:
    return LimitChanged(
        id=event.id,
        at=event.at,
        by=event.by,
        what=waits.what,
        value=waits.value,
        drop=waits.drop,
        because=waits.because,
    )
