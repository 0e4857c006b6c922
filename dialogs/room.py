"""A room: which deals have a summary there, so that they hear at once what becomes of it.

It knows keys and nothing that was said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from dialogs.event import Event
from dialogs.follows import TellDeal
from dialogs.rooms import Room
from dialogs.shares import How, RoomMoved

MOST_DEALS = 500


@dataclass(frozen=True, slots=True)
class RoomBook:
    """The deals spoken of in a room, by key, the newest last."""

    key: str
    deals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenOf(Event):
    """A summary of `deal` is about to be posted here."""

    deal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomTurned(Event):
    """Others read along here from now on, or nobody may post here any more."""

    room: Room
    how: How


RoomEvent = SpokenOf | RoomTurned


@dataclass(frozen=True, slots=True)
class RoomTurn:
    """The room afterwards, and which deals are told what."""

    book: RoomBook
    effects: tuple[TellDeal, ...] = ()


def take(book: RoomBook, event: RoomEvent) -> RoomTurn:
    """The next turn of a room. Pure."""
    match event:
        case SpokenOf():
            known = tuple(deal for deal in book.deals if deal != event.deal)
            return RoomTurn(RoomBook(book.key, (*known, event.deal)[-MOST_DEALS:]))
        case RoomTurned():
            return RoomTurn(RoomBook(book.key), tuple(_told(event, deal) for deal in book.deals))
        case _:
            assert_never(event)


def _told(event: RoomTurned, deal: str) -> TellDeal:
    return TellDeal(deal, RoomMoved(id=f"{event.id}/{deal}", at=event.at, room=event.room, how=event.how))
