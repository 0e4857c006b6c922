"""The digest in the turns of a person: set, due, refused. Nothing is said where no deal is live."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from dialogs.cadence import Cadence, Terms, next_due
from dialogs.digest import Digest, DigestTold, Row, TeamDigest
from dialogs.effects import AnyEffect, Remind
from dialogs.levels import Level
from dialogs.news import DigestRefused, DigestSet, Every, Rang
from dialogs.people import Digested, Person, PersonTurn
from dialogs.rooms import ToRoom
from dialogs.shares import RoomMoved, TakenDown

DIGEST = "digest"  # the person's timer
SLOTS_KEPT = 12
NINE, MONDAY = time(9), 0
LEVELS = {level.key: level for level in Level}


def wanted(person: Person, event: DigestSet) -> PersonTurn:
    """How often, and where, from now on; the same again changes nothing but says when it comes."""
    if event.named and event.room is None:
        said = DigestTold(to=person.key, zone=person.zone, what="room_unclear", named=event.named)
        return PersonTurn(person, (said,))
    kept = person.digest.slots if event.room == person.digest.room else ()
    after = replace(person, digest=Digested(event.every, event.room, kept))
    first = upcoming(after, event.at)
    told = DigestTold(
        to=person.key,
        zone=person.zone,
        what="off" if event.every == "off" else "set",
        every=event.every,
        room=event.room,
        first=first,
    )
    return PersonTurn(after, (told, Remind(DIGEST, first)))


def upcoming(person: Person, after: datetime) -> datetime | None:
    """When it comes next: at nine on a Monday, or each working day, within the person's hours."""
    every: Every = person.digest.every
    if every == "off":
        return None
    weekly = Cadence("weekly", at=NINE, weekdays=(MONDAY,))
    cadence = weekly if every == "weekly" else Cadence("daily", at=NINE)
    return next_due(cadence, after, Terms(person.zone, person.hours))


def rang(person: Person, event: Rang) -> PersonTurn:
    """It is due: said if there is something to say, and set once more."""
    again = Remind(DIGEST, upcoming(person, max(event.at, event.due)))
    own = tuple(deal for deal in person.live if deal.role == "owner")
    if not own or person.digest.every == "off":
        return PersonTurn(person, (again,))
    said: AnyEffect
    if person.digest.room is None:
        said = Digest(to=person.key, zone=person.zone, prompted=False, count=len(own))
    else:
        rows = tuple(
            Row(deal.deal, deal.alias or deal.name, LEVELS[deal.level], deal.paused, deal.next_check_in)
            for deal in own
        )
        told = TeamDigest(zone=person.zone, rows=rows)
        slot = f"{DIGEST}:{event.due:%Y-%m-%d}"
        said = ToRoom(room=person.digest.room, effect=told, owner=person.key, slot=slot)
        slots = (*person.digest.slots, slot)[-SLOTS_KEPT:]
        person = replace(person, digest=replace(person.digest, slots=slots))
    return PersonTurn(person, (said, again))


def refused(person: Person, event: DigestRefused) -> PersonTurn:
    """It was stopped as it was sent; the owner hears why, each time."""
    said = DigestTold(
        to=person.key,
        zone=person.zone,
        what="refused",
        every=person.digest.every,
        room=event.room,
        why=event.why,
    )
    return PersonTurn(person, (said,))


def ended(person: Person) -> tuple[AnyEffect, ...]:
    """Of somebody who is forgotten: no more of them, and those in a channel are taken away."""
    now = person.digest
    gone = tuple(
        ToRoom(room=now.room, effect=TakenDown(), owner=person.key, slot=slot, gone=True)
        for slot in now.slots
        if now.room is not None
    )
    return (*gone, Remind(DIGEST, None))


def room_moved(person: Person, event: RoomMoved) -> PersonTurn:
    """Others read along from now on: the digests that stand there come down, and no more are posted."""
    now = person.digest
    if now.room is None or now.room.id != event.room.id or now.every == "off":
        return PersonTurn(person)
    down = tuple(
        ToRoom(room=now.room, effect=TakenDown(), owner=person.key, slot=slot)
        for slot in (now.slots if event.how == "opened" else ())
    )
    why = "outsiders" if event.how == "opened" else "is_archived"
    told = DigestTold(to=person.key, zone=person.zone, what="refused", room=now.room, why=why)
    return PersonTurn(replace(person, digest=Digested()), (*down, told, Remind(DIGEST, None)))
