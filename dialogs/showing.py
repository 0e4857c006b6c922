"""What a deal shows of itself when asked: set up, where it stands, why, and what hides behind *Show me*.

It changes nothing, and shows a colleague no more than a colleague may see.
"""

from __future__ import annotations

from dialogs import advice, check_in, roles
from dialogs.deal import Deal
from dialogs.effects import AnyEffect, DealReady, Edit, Explain, PauseOver, ReturnAsked, Status
from dialogs.event import Event
from dialogs.events import EditWanted
from dialogs.grounds import COUNTED
from dialogs.record import level_of
from dialogs.turns import Turn, about, nudge, tell


def ready(deal: Deal) -> DealReady:
    """The deal as it was set up."""
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
    )


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
        open_question=own and deal.check_in is not None and deal.check_in.open is not None,
        limit=deal.limit if own else None,
        unit=deal.unit,
        alternative=deal.alternative.name if own and deal.alternative else "",
        own=own,
    )


def explained(deal: Deal) -> Explain:
    """Every ground with the evidence behind it."""
    weights = deal.coach.grounds
    return Explain(
        **about(deal),
        level=level_of(deal),
        weights=tuple((ground, round(weights[ground], 2)) for ground in COUNTED),
        total=round(weights.total, 2),
        evidence=deal.coach.evidence,
        changes=advice.would_change(deal),
        check_ins=deal.coach.check_ins,
        breached=advice.breached(deal),
    )


def shown(deal: Deal, event: Event) -> tuple[AnyEffect, ...]:
    """What stands behind a discreet message, in full, for whoever tapped *Show me*."""
    if deal.paused is not None:
        if deal.pause_at(event.at) is None:
            return (PauseOver(**about(deal), pause=deal.paused, promise=deal.promise),)
        return (ReturnAsked(**about(deal), pause=deal.paused, must_haves=deal.must_haves),)
    if deal.check_in is not None and deal.check_in.open is not None:
        return (check_in.ask(deal, resumed=True),)
    if level_of(deal) > 0:
        return (nudge(deal, prompted=True),)
    return (status(deal, event),)


def edit_wanted(deal: Deal, event: EditWanted) -> Turn:
    """The earlier answer that is meant, asked again; without a choice, the last one given."""
    known = [e for e in deal.coach.evidence if not event.check_in or e.check_in == event.check_in]
    chosen = [e for e in known if not event.question or e.question == event.question]
    if not chosen:
        return Turn(deal, (tell(deal, "nothing_to_edit"),))
    last = chosen[-1]
    return Turn(
        deal,
        (
            Edit(
                **about(deal),
                check_in=last.check_in,
                question=last.question,
                value=last.value,
                words=last.words,
                at=last.at,
                terms=deal.must_haves if last.question == "must_haves" else (),
            ),
        ),
    )
