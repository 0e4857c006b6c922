"""A person leaves: their account is closed, or they want everything of theirs forgotten.

Asked first. Then their own deals go, other people's go on without them, and at last they themselves do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from dialogs import diary, digesting, timers
from dialogs.effects import Remind, Tell
from dialogs.follows import TellDeal
from dialogs.forgets import AllForgetAsked, LeftForGood
from dialogs.handing import OwnerGone
from dialogs.news import (
    AllForgetConfirmed,
    AllForgetWanted,
    DealGone,
    DealMoved,
    LeftWorkspace,
    PersonEvent,
    Rang,
    RemindersDue,
    Seen,
    Unreached,
)
from dialogs.people import Digested, Person, PersonTurn

SOON = timedelta(seconds=5)
HEARD_STILL = (Seen, DealMoved, DealGone)
FROM_DEALS = (DealMoved, DealGone, RemindersDue, Rang)


def deaf(person: Person, event: PersonEvent) -> bool:
    """Whether a person who is being forgotten, or has left, is past hearing of this."""
    if person.forgetting in ("asked", "leaving"):
        return not isinstance(event, HEARD_STILL)
    return isinstance(event, FROM_DEALS) if person.forgetting == "left" else _unreached(person, event)


def _unreached(person: Person, event: PersonEvent) -> bool:
    nowhere = person.gone or (person.unreached and not person.addresses)
    return nowhere and isinstance(event, RemindersDue | Rang)


def over(event: PersonEvent) -> bool:
    """Whether this is a late word of a deal that is over, and no reason to know anybody again."""
    return isinstance(event, DealGone) or (isinstance(event, DealMoved) and event.status != "live")


def back(person: Person) -> Person:
    """Whoever was forgotten and does something again begins anew."""
    return replace(person, forgetting="") if person.forgetting == "left" else person


def unheard(person: Person, event: PersonEvent) -> PersonTurn:
    """What happens then: what they typed is answered, all else is dropped."""
    asked = event.by == person.key and bool(person.forgetting)
    return PersonTurn(person, (Tell(to=person.key, key="forgetting_all"),) if asked else ())


def own_deals(person: Person) -> tuple[str, ...]:
    """All deals of their own, those that are listed no more included."""
    return (*(key for key, deal in person.deals.items() if deal.role == "owner"), *person.older)


def left(person: Person, event: LeftWorkspace) -> PersonTurn:
    """Nobody is there to write to; their live deals are told, so that their people are."""
    if person.gone:
        return PersonTurn(person)
    own = [deal.deal for deal in person.live if deal.role == "owner"]
    told = (TellDeal(key, OwnerGone(id=f"{event.id}/{key}", at=event.at, by=person.key)) for key in own)
    return PersonTurn(replace(person, gone=True, addresses={}, waiting=(), says=None), tuple(told))


def unreached(person: Person, event: Unreached) -> Person:
    """Not there again, until they turn up; where another platform reaches them, it goes on there."""
    if person.addresses.get(event.platform) != event.address:
        return person
    left_to = {name: there for name, there in person.addresses.items() if name != event.platform}
    return replace(person, addresses=left_to, unreached=True)


def asked(person: Person, event: AllForgetWanted) -> PersonTurn:
    """How much it is."""
    del event
    own = len(own_deals(person))
    others = sum(deal.role != "owner" for deal in person.live)
    return PersonTurn(person, (AllForgetAsked(to=person.key, own=own, others=others),))


def confirmed(person: Person, event: AllForgetConfirmed) -> PersonTurn:
    """Each deal is told; the rest follows when those of their own are gone."""
    after = replace(person, forgetting="asked", wanted=event.at, waiting=(), says=None, digest=Digested())
    silent = (Remind(diary.SAY, None), *digesting.ended(person))
    said = Tell(to=person.key, key="forgetting_all")
    return PersonTurn(after, (said, *_told(person, event), *silent, Remind(timers.ERASE, event.at + SOON)))


def _told(person: Person, event: AllForgetConfirmed) -> Iterator[TellDeal]:
    for key in dict.fromkeys((*person.deals, *person.older)):
        yield TellDeal(key, LeftForGood(id=f"{event.id}/{key}", at=event.at, by=person.key))
