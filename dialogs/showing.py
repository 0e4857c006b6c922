"""What a deal shows of itself when asked: set up, where it stands, why, and what hides behind *Show me*.

It changes nothing, and shows a colleague no more than a colleague may see.
"""

from __future__ import annotations

from datetime import datetime

from dialogs import check_in, roles, seats, standing
from dialogs.deal import MOST_MUST_HAVES, Deal
from dialogs.effects import AnyEffect, DealReady, PauseOver, ReturnAsked, Status
from dialogs.event import Event
from dialogs.record import level_of
from dialogs.turns import about, nudge


def ready(deal: Deal) -> DealReady:
    """The deal as it was set up, and the next red line that is to be put to the test."""
    testing = untested(deal)
    return DealReady(
        **about(deal),
        name=deal.name,
        must_haves=deal.must_haves,
        red_lines=tuple(line.text for line in deal.red_lines),
        promise=deal.promise,
        deadline=deal.deadline,
        limit=deal.limit,
        unit=deal.unit,
        side=deal.side or "",
        alternative=deal.alternative.name if deal.alternative else "",
        testing=testing,
        testing_text="" if testing is None else deal.red_lines[testing].text,
        full=len(deal.must_haves) >= MOST_MUST_HAVES,
    )


def untested(deal: Deal) -> int | None:
    """The first red line nobody has put to the test yet; from the first check-in on they are sealed."""
    if deal.coach.check_ins or deal.status != "live":
        return None
    lines = enumerate(deal.red_lines)
    return next((i for i, line in lines if not (line.tested or line.confirmations)), None)


def status(deal: Deal, event: Event) -> Status:
    """Where the deal stands; its terms, lines, promise and limit for the owner alone."""
    own = roles.role(deal, event.by) == "owner"
    return Status(
        **about(deal),
        name=deal.name,
        level=level_of(deal),
        check_ins=deal.coach.check_ins,
        deadline=deal.deadline,
        next_check_in=deal.next_check_in,
        paused=deal.pause_at(event.at),
        must_haves=deal.must_haves if own else (),
        terms=deal.terms if own else (),
        red_lines=tuple(line.text for line in deal.red_lines) if own else (),
        promise=deal.promise if own else None,
        status=deal.status,
        outcome=deal.outcome,
        open_question=seats.is_open(deal, event.by),
        limit=deal.limit if own else None,
        unit=deal.unit,
        alternative=deal.alternative.name if own and deal.alternative else "",
        own=own,
        sits=seats.sits(deal, event.by),
        arithmetic=standing.arithmetic(deal, event.at) if own else None,
        expired=_expired(deal, event.at) if own else None,
        passed=deal.deadline is not None and deal.deadline <= event.at,
    )


def _expired(deal: Deal, at: datetime) -> datetime | None:
    """When the plan B that is on the record ended, if it did."""
    ends = deal.alternative.expires if deal.alternative else None
    return ends if ends is not None and ends <= at else None


def shown(deal: Deal, event: Event) -> tuple[AnyEffect, ...]:
    """What stands behind a discreet message, in full, for whoever tapped *Show me*."""
    if deal.paused is not None:
        if deal.pause_at(event.at) is None:
            return (PauseOver(**about(deal), pause=deal.paused, promise=deal.promise),)
        return (ReturnAsked(**about(deal), pause=deal.paused, must_haves=deal.must_haves),)
    if deal.check_in is not None and deal.check_in.open is not None:
        return (check_in.ask(deal, resumed=True),)
    if level_of(deal) > 0:
        return (nudge(deal, prompted=True, at=event.at),)
    return (status(deal, event),)
