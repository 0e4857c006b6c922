"""The strategic pause and the return: silent in between, and a return asks what changed.

It decides when a return is thin; it refuses to decide it for the user, who may go on anyway.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs import advice, cadence, reminding
from dialogs.deal import Deal, Thin
from dialogs.effects import BackAtTheTable, PauseBegun, ReturnAsked, ReturnThin
from dialogs.events import Paused, PauseReviewed, Returned, ReturnWanted
from dialogs.record import level_of
from dialogs.turns import Turn, about, notice, on_record, tell

CONDITIONS_FOR_A_RETURN = 2


def paused(deal: Deal, event: Paused) -> Turn:
    """A pause begins, or moves: it takes the place of the next check-in."""
    recess = cadence.pause_end(event.at, deal.zone, deal.deadline) if event.by else None
    past = deal.deadline is not None and event.until is not None and event.until >= deal.deadline
    until = recess if recess and past and deal.last_day(event.at) else event.until or recess
    moved = deal.pause_at(event.at) is not None
    turn = on_record(deal, replace(event, until=until))
    after = turn.deal
    if after is None or after.paused is None:
        raise ValueError(deal.key)
    said = PauseBegun(**about(after), pause=after.paused, reasons=advice.reasons(after), moved=moved)
    return replace(turn, effects=(*turn.effects, said))


def reviewed(deal: Deal, event: PauseReviewed) -> Turn:
    """What was thought is kept for the return; a new date moves the end of the pause."""
    if deal.paused is None:
        return Turn(deal, (tell(deal, "not_paused"),))
    return on_record(deal, event, tell(deal, "pause_reviewed"))


def return_wanted(deal: Deal, event: ReturnWanted) -> Turn:
    """They came back: the owner is asked what changed, a colleague's word is passed on to the owner."""
    if deal.paused is None:
        return Turn(deal, (tell(deal, "not_paused"),))
    asked = ReturnAsked(**about(deal), pause=deal.paused, must_haves=deal.must_haves)
    if event.by == deal.owner:
        return Turn(deal, (asked,))
    heard = tell(deal, "return_passed_on")
    return Turn(
        deal,
        (
            replace(heard, to=event.by),
            notice(deal, "came_back", event.at),
        ),
    )


def returned(deal: Deal, event: Returned) -> Turn:
    """The talks go on: terms before and after; thin without enough that changed, unless anyway."""
    if not event.by:  # a replay: as given
        return on_record(deal, event)
    if deal.paused is None:
        return Turn(deal, (tell(deal, "not_paused"),))
    enough = len(event.conditions) >= CONDITIONS_FOR_A_RETURN or "withdrawn_in_writing" in event.conditions
    if not enough and not event.anyway:
        kept = replace(deal.paused, thin=Thin(event.conditions, event.because, event.terms))
        thin = ReturnThin(**about(deal), conditions=event.conditions, because=event.because)
        return Turn(replace(deal, paused=kept), (thin,))
    if not enough and deal.paused.thin is not None:
        told = deal.paused.thin
        event = replace(event, conditions=told.conditions, because=told.because, terms=told.terms)
    turn = on_record(deal, event)
    after = turn.deal
    if after is None:
        raise ValueError(deal.key)
    said = BackAtTheTable(
        **about(after),
        pause=deal.paused,
        conditions=event.conditions,
        because=event.because,
        must_haves=after.must_haves,
        before=deal.paused.terms,
        after=event.terms,
        level=level_of(after),
        promise=after.promise,
    )
    counted = reminding.checked_in(after, event.at)  # the talks begin again: so does the cadence
    return replace(turn, deal=counted, effects=(said, *turn.effects))
