"""How a deal ends, and what is left to do then: it is held beside what was needed, asked about, remembered.

A walk-away is never called lost. One reminder of what gets the freed time comes, and no other.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from dialogs import reminding, timers
from dialogs.afterwards import DealFared, LookedBack, TimeFreed
from dialogs.deal import Deal
from dialogs.effects import Pass, Remind
from dialogs.ended import DealEnded, FreedTime, LookBackKept
from dialogs.events import Closed, ReminderDue, Reopened
from dialogs.levels import Level
from dialogs.turns import Turn, about, notice, on_record, tell

ASKED_AGAIN = timedelta(days=1)  # the first time whether a closed deal is to be kept


def closed(deal: Deal, event: Closed) -> Turn:
    """The deal is closed; everything that was to come falls silent."""
    if deal.status == "closed":
        return Turn(deal, (tell(deal, "deal_closed"),))
    ended = DealEnded(
        **about(deal),
        name=deal.name,
        outcome=event.outcome,
        must_haves=deal.must_haves,
        terms=event.terms or deal.terms,
        promise=deal.promise,
        check_ins=deal.coach.check_ins,
        pauses=deal.coach.returns + (deal.paused is not None),
        note=event.note,
        value=event.value,
        limit=deal.limit,
        target=deal.target,
        over=_over(deal, event.value),
        unit=deal.unit,
        waived=deal.waived,
    )
    silent = (Remind(timer, None) for timer in timers.ALL)
    kept = Remind(timers.KEPT, event.at + ASKED_AGAIN)
    fared = _fared(deal, event)
    return on_record(deal, event, ended, *silent, kept, *((Pass(deal.owner, fared),) if deal.owner else ()))


def _over(deal: Deal, value: Decimal | None) -> Decimal | None:
    """By how much the figure is better than the walk-away point, less than 0 where it is worse."""
    if value is None or deal.limit is None or deal.side not in ("seller", "buyer"):
        return None
    return value - deal.limit if deal.side == "seller" else deal.limit - value


def _fared(deal: Deal, event: Closed) -> DealFared:
    advised = deal.coach.nudged
    return DealFared(
        id=f"{event.id}/{deal.key}/fared",
        at=event.at,
        deal=deal.key,
        outcome=event.outcome,
        level=Level(advised.highest).key,
        ground=advised.ground,
        followed=_followed(deal, Level(advised.highest), event),
    )


def _followed(deal: Deal, level: Level, event: Closed) -> bool:
    """Whether what was advised at the highest was done."""
    match level:
        case Level.WALK_AWAY:
            return event.outcome != "agreed"
        case Level.FINAL_OFFER:
            return bool({"final_offer", "final_offer_refused"} & set(deal.coach.tried))
        case Level.PAUSE:
            return deal.coach.returns > 0 or deal.paused is not None
        case _:
            return bool(deal.coach.tried)


def reopened(deal: Deal, event: Reopened) -> Turn:
    """A closed deal is live again: its next check-in is set, what was told of its end is taken back."""
    if deal.status == "live":
        return Turn(deal, (tell(deal, "not_closed"),))
    turn = on_record(deal, event, tell(deal, "reopened"))
    after = reminding.checked_in(turn.deal or deal, event.at)
    gone = DealFared(id=f"{event.id}/{deal.key}/fared", at=event.at, deal=deal.key, gone=True)
    return replace(
        turn,
        deal=after,
        effects=(
            *turn.effects,
            Remind(timers.FREED, None),
            Remind(timers.KEPT, None),
            *((Pass(deal.owner, gone),) if deal.owner else ()),
        ),
    )


def looked_back(deal: Deal, event: LookedBack | TimeFreed) -> Turn:
    """What was answered after the end is kept with the deal; a live one is told so."""
    if deal.status == "live":
        return Turn(deal, (tell(deal, "not_closed"),))
    if isinstance(event, TimeFreed):
        freed = FreedTime(**about(deal), what=event.what, due=event.due)
        return on_record(deal, event, freed, Remind(timers.FREED, event.due))
    kept = LookBackKept(**about(deal), outcome=deal.outcome or "agreed", protected=event.protected)
    return on_record(deal, event, kept)


def due(deal: Deal, event: ReminderDue) -> Turn:
    """The one reminder after the end; once, and only while the deal is closed."""
    if deal.status == "live" or deal.freed is None:
        return Turn(deal)
    return Turn(deal, (notice(deal, timers.FREED, event.at),))


def shown(deal: Deal) -> Turn:
    """What stands behind that reminder."""
    if deal.freed is None:
        return Turn(deal, (tell(deal, "deal_closed"),))
    return Turn(deal, (FreedTime(**about(deal), what=deal.freed.what, due=deal.freed.due, now=True),))
