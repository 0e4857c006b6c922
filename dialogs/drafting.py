"""Advice that acts: words to copy, with the user's own words, dates and figures, and what came of them.

Nothing is sent from here to the other side; that something was sent is the user's to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import assert_never

from dialogs import timers
from dialogs.deal import Deal, Evidence, Tried
from dialogs.decisions import Draft, FinalOfferBuilt, WentOut
from dialogs.effects import Remind
from dialogs.events import Acted, DraftWanted, Offered
from dialogs.held import FinalOffer
from dialogs.packages import Package, packages
from dialogs.questions import ground_of
from dialogs.sealed import wait
from dialogs.turns import Turn, about, joined, on_record

TIME_TO_CHECK = timedelta(hours=48)
WORRYING = 2
SENT: Mapping[str, Tried] = {
    "name_behaviour": "named_behaviour",
    "ask_for_time": "asked_for_time",
    "wait_a_day": "asked_for_time",
    "final_offer": "final_offer",
    "cure": "cure_attempted",
}
OF_A_RED_LINE = ("cure", "confirm_red_line", "carve_out", "in_writing")


def taken(deal: Deal, event: DraftWanted | FinalOfferBuilt | Acted) -> Turn:
    """The next turn of a deal at which something is prepared or was tried."""
    match event:
        case DraftWanted():
            return Turn(deal, (draft(deal, event.action, event.at),))
        case FinalOfferBuilt():
            turn = on_record(deal, event)
            after = turn.deal or deal
            return Turn(
                after, (draft(after, "final_offer", event.at), *turn.effects), turn.entries, turn.nudge
            )
        case Acted():
            return _acted(deal, event)
        case _:
            assert_never(event)


def draft(deal: Deal, action: str, at: datetime, line: int | None = None) -> Draft:
    """The words for an action, ready to copy; `line` is the red line they speak of."""
    until = _until(deal, action, at)
    return Draft(
        **about(deal),
        action=action,
        quotes=_heard(deal) if action == "name_behaviour" else (),
        until=until,
        hours=max(1, (until - at) // timedelta(hours=1)) if until else 0,
        packages=_packages(deal) if action == "final_offer" else (),
        offer=standing(deal, at) if action == "final_offer" else None,
        unit=deal.unit,
        red_line=_line(deal, line) if action in OF_A_RED_LINE else "",
        line=line,
        sent=SENT.get(action),
        last_day=deal.last_day(at),
    )


def went_out(deal: Deal, action: Tried, *, asked: bool = False) -> WentOut:
    """What came of something that was tried, one tap each."""
    return WentOut(
        **about(deal),
        action=action,
        cured=tuple(i for i, line in enumerate(deal.red_lines) if line.confirmed),
        offer=deal.final_offer if action == "final_offer" else None,
        unit=deal.unit,
        asked=asked,
    )


def standing(deal: Deal, at: datetime) -> FinalOffer | None:
    """The final offer that was built, while its date has not passed."""
    offer = deal.final_offer
    return None if offer is None or (offer.until is not None and offer.until <= at) else offer


def time_to_check(at: datetime, deadline: datetime | None) -> timedelta:
    """How much time to ask for: 48 hours, or half of what is left to the deadline if that is less."""
    return TIME_TO_CHECK if deadline is None or deadline <= at else min(TIME_TO_CHECK, (deadline - at) / 2)


def _packages(deal: Deal) -> tuple[Package, ...]:
    """Packages worth the target, else the walk-away point, in points; none where there are no issues."""
    least = deal.limit if deal.target is None else deal.target
    return packages(deal.issues, Decimal(0) if least is None else least)


def _until(deal: Deal, action: str, at: datetime) -> datetime | None:
    if action == "ask_for_time":
        return at + time_to_check(at, deal.deadline)
    return at + wait(at, deal.deadline) if action == "wait_a_day" else None


def _heard(deal: Deal) -> tuple[Evidence, ...]:
    """The newest of the words recorded of how they behaved."""
    found = [
        e for e in deal.coach.evidence if ground_of(e.question) == "C" and e.value >= WORRYING and e.words
    ]
    return tuple(found[-1:])


def _line(deal: Deal, line: int | None) -> str:
    """The red line that is meant: the one named, else one whose breach stands, else the suspected one."""
    crossed = [i for i, each in enumerate(deal.red_lines) if each.confirmed]
    place = line if line is not None else next(iter(crossed), deal.coach.suspected_line)
    return deal.red_lines[place].text if place < len(deal.red_lines) else ""


def _acted(deal: Deal, event: Acted) -> Turn:
    turn = on_record(deal, event, went_out(deal, event.action))
    offer, after = standing(deal, event.at), turn.deal or deal
    if event.action == "final_offer_refused":
        return joined(turn, Turn(after, (Remind(timers.FINAL_OFFER, None),)))
    if event.action != "final_offer" or offer is None or not event.by:
        return turn
    if offer.until is not None:
        turn = joined(turn, Turn(after, (Remind(timers.FINAL_OFFER, offer.until),)))
    if offer.value is None:
        return turn
    ours = Offered(id=f"{event.id}/offered", at=event.at, by=event.by, side="us", value=offer.value)
    return joined(turn, on_record(after, ours))
