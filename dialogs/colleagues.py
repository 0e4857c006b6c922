"""A colleague checks in: their own questions, beside the owner's check-in, and one talk counts once.

They are asked nothing that shows a limit, a must-have, a red line or a plan B, and hear nothing of where the
deal stands; the owner is told, discreetly, that somebody spoke.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogs import check_in, seats
from dialogs.deal import Deal
from dialogs.effects import AnyEffect, Ask, Remind
from dialogs.event import Event, OnScreen
from dialogs.events import CheckInStarted, DealEvent, Misread, NothingChanged
from dialogs.record import recorded
from dialogs.turns import Turn, notice, tell

Asking = CheckInStarted | OnScreen | Misread


def checks_in(deal: Deal, event: Asking) -> Turn:
    """The next turn of a colleague's own check-in; its end goes on the record like any other's."""
    seat = seats.round_of(deal, event.by)
    turn = _asked(check_in.known(replace(deal, check_in=seat, seats={})), event)
    if turn.entries:
        return _ended(deal, event, turn.entries)
    if turn.deal is None:
        return turn
    after = seats.with_round(deal, event.by, turn.deal.check_in)
    effects = tuple(_bare(effect) for effect in turn.effects if not isinstance(effect, Remind))
    return replace(turn, deal=after, effects=effects)


def _asked(seated: Deal, event: Asking) -> Turn:
    match event:
        case CheckInStarted():
            return check_in.started(seated, event)
        case OnScreen():
            return check_in.on_screen(seated, event)
        case Misread():
            return Turn(seated, (check_in.ask(seated, problem=event.problem, text=event.text),))


def _bare(effect: AnyEffect) -> AnyEffect:
    """A question without what only its owner may see."""
    if not isinstance(effect, Ask):
        return effect
    return replace(effect, terms=(), red_lines=(), last_offer=None, promise=None)


def _ended(deal: Deal, event: Event, facts: Sequence[DealEvent]) -> Turn:
    due = False
    for fact in facts:
        step = recorded(deal, fact)  # type: ignore[arg-type]
        deal, due = step.deal, due or step.nudge
    said = thanked(deal, event, told=not isinstance(facts[-1], NothingChanged))
    return Turn(deal, said, tuple(facts), nudge=due)


def thanked(deal: Deal, event: Event, *, told: bool) -> tuple[AnyEffect, ...]:
    """A word of thanks to the colleague; to the owner that somebody spoke, if anything was said."""
    thanks = replace(tell(deal, "colleague_checked_in"), to=event.by)
    return (thanks, notice(deal, "colleague", event.at)) if told else (thanks,)
