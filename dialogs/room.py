"""A room: which deals have a summary there, so that they hear at once what becomes of it.

It knows keys and nothing that was said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from dialogs.effects import Pass
from dialogs.event import Event
from dialogs.follows import TellDeal
from dialogs.rooms import Room
from dialogs.shares import How, RoomMoved

MOST_DEALS = 500


@dataclass(frozen=True, slots=True)
class RoomBook:
    """The deals spoken of in a room and the people whose digest comes there, by key, the newest last."""

    key: str
    deals: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenOf(Event):
    """A summary of `deal`, or a digest of `person`, is about to be posted here."""

    deal: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unspoken(Event):
    """Nothing of `deal`, or of `person`, stands here any more."""

    deal: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomTurned(Event):
    """Others read along here from now on, or nobody may post here any more."""

    room: Room
    how: How


RoomEvent = SpokenOf | Unspoken | RoomTurned


@dataclass(frozen=True, slots=True)
class RoomTurn:
    """The room afterwards, and who is told what."""

    book: RoomBook
    effects: tuple[TellDeal | Pass, ...] = ()


def take(book: RoomBook, event: RoomEvent) -> RoomTurn:
    """The next turn of a room. Pure."""
    match event:
        case SpokenOf():
            deals, people = (
                _with(known, new) for known, new in ((book.deals, event.deal), (book.people, event.person))
            )
            return RoomTurn(RoomBook(book.key, deals, people))
        case Unspoken():
            deals = tuple(deal for deal in book.deals if deal != event.deal)
            people = tuple(person for person in book.people if person != event.person)
            return RoomTurn(RoomBook(book.key, deals, people))
        case RoomTurned():
            told = tuple(TellDeal(deal, _moved(event, deal)) for deal in book.deals)
            passed = tuple(Pass(person, _moved(event, person)) for person in book.people)
            return RoomTurn(RoomBook(book.key), (*told, *passed))
        case _:
            assert_never(event)


def _with(known: tuple[str, ...], new: str) -> tuple[str, ...]:
    return (*(key for key in known if key != new), *((new,) if new else ()))[-MOST_DEALS:]


def _moved(event: RoomTurned, key: str) -> RoomMoved:
    return RoomMoved(id=f"{event.id}/{key}", at=event.at, room=event.room, how=event.how)
