"""People come to a deal and leave it, and it changes hands in one step: owner, clock, lists, record.

What the owner had on the screen is dropped. The old owner stays as a colleague.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from dialogs import roles
from dialogs.deal import Deal, altered
from dialogs.effects import Tell
from dialogs.handing import (
    Assigned,
    ColleagueLeft,
    HandedOver,
    HandingEvent,
    HandOverAnswered,
    HandOverAsked,
    HandOverWanted,
    OwnerGone,
)
from dialogs.turns import Turn, about, notice, on_record, tell


def taken(deal: Deal, event: HandingEvent) -> Turn:  # noqa: C901, PLR0911 - one case an event
    """The next turn of a deal whose people change."""
    match event:
        case ColleagueLeft() if event.person not in roles.everybody(deal) or event.person == deal.owner:
            return Turn(deal, (tell(deal, "not_on_it"),))
        case ColleagueLeft():
            return on_record(deal, event, tell(deal, "colleague_left"))
        case HandOverWanted(person=""):
            return Turn(altered(deal, heir=""), (tell(deal, "kept_by_owner"),))
        case HandOverWanted() if event.person == deal.owner:
            return Turn(deal, (tell(deal, "expected_person"),))
        case HandOverWanted():
            asked = replace(notice(deal, roles.HANDED, event.at), to=event.person)
            return Turn(altered(deal, heir=event.person), (tell(deal, "hand_over_offered"), asked))
        case HandOverAnswered():
            return _answered(deal, event)
        case HandedOver():  # a replay: as given
            return on_record(deal, event)
        case OwnerGone():
            return Turn(altered(deal, orphan=True, check_in=None), tuple(_told_of_it(deal)))
        case Assigned() if not deal.orphan:  # its owner is there, and can hand it over
            return Turn(deal)
        case Assigned():
            return on_record(deal, event, replace(tell(deal, "assigned"), to=event.person))
        case _:
            assert_never(event)


def shown(deal: Deal, person: str) -> HandOverAsked:
    """What stands behind the notice."""
    return HandOverAsked(**about(deal), to=person)


def _told_of_it(deal: Deal) -> Iterator[Tell]:
    """Whoever else is on it hears that its owner is gone."""
    for person in roles.everybody(deal):
        if person != deal.owner:
            yield replace(tell(deal, "owner_gone"), to=person)


def _answered(deal: Deal, event: HandOverAnswered) -> Turn:
    if not deal.heir or event.by != deal.heir:
        return Turn(deal, (replace(tell(deal, "not_offered"), to=event.by),))
    if not event.accepted:
        told = (replace(tell(deal, "declined"), to=event.by), notice(deal, "news", event.at))
        return Turn(altered(deal, heir=""), told)
    entry = HandedOver(id=event.id, at=event.at, by=deal.owner, person=event.by)
    theirs = replace(tell(deal, "yours_now"), to=event.by)
    return on_record(deal, entry, theirs, replace(notice(deal, "news", event.at), to=deal.owner))
