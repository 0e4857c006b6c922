"""Shares, exports and hands as lines of a replay. They change no verdict; who did what is on the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, get_args

from dialogs import rows
from dialogs.deal import Deal
from dialogs.event import Event
from dialogs.events import ColleagueNamed, DealEvent
from dialogs.exports import FORMS, Exported
from dialogs.handing import Assigned, ColleagueLeft, HandedOver, Named
from dialogs.rooms import Room
from dialogs.shared import FIELDS, SECRETS, Content
from dialogs.shares import RoomMoved, Shared, ShareRecalled, ShareRefused

Row = Mapping[str, Any]
Line = dict[str, Any]


def _room(row: Row) -> Room:
    return Room(rows.text(row, "platform"), rows.text(row, "room"), rows.optional_text(row, "room_name"))


def _number(row: Row) -> int:
    return rows.needed(rows.whole(row, "share", 1), "share", "the number of a share, from 1")


def _shared(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    content = Content(
        fields=rows.choices(row, "fields", FIELDS),
        secrets=rows.choices(row, "secrets", SECRETS),
        decides=rows.optional_text(row, "decides"),
        note=rows.optional_text(row, "note"),
        follow=rows.flag(row, "follow"),
    )
    return Shared(id="", at=at, number=_number(row), room=_room(row), content=content)


def _recalled(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    return ShareRecalled(id="", at=at, number=_number(row))


def _refused(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    return ShareRefused(id="", at=at, number=_number(row), why=rows.text(row, "why"))


def _moved(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    how = rows.needed(rows.choice(row, "how", ("opened", "closed")), "how", "opened or closed")
    return RoomMoved(id="", at=at, room=_room(row), how="opened" if how == "opened" else "closed")


def _exported(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    given = rows.choice(row, "form", FORMS)
    return Exported(id="", at=at, form=rows.needed(given, "form", f"one of {', '.join(FORMS)}"))


def _named(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    known: tuple[Named, ...] = get_args(Named)
    role = rows.choice(row, "role", known) or "colleague"
    return ColleagueNamed(id="", at=at, person=rows.text(row, "person"), role=role)


def _place(room: Room) -> Line:
    return {"platform": room.platform, "room": room.id, "room_name": room.name}


def _shared_line(event: Shared) -> Line:
    told = event.content
    return {
        "share": event.number,
        **_place(event.room),
        "fields": told.fields,
        "secrets": told.secrets,
        "decides": told.decides,
        "note": told.note,
        "follow": told.follow,
    }


READERS: Mapping[str, Callable[[Row, Deal | None, datetime], DealEvent]] = {
    "shared": _shared,
    "share_recalled": _recalled,
    "share_refused": _refused,
    "room_moved": _moved,
    "exported": _exported,
    "colleague_named": _named,
    "colleague_left": lambda row, _, at: ColleagueLeft(id="", at=at, person=rows.text(row, "person")),
    "assigned": lambda row, _, at: Assigned(id="", at=at, person=rows.text(row, "person")),
    "handed_over": lambda row, _, at: HandedOver(id="", at=at, person=rows.text(row, "person")),
}
WRITERS: Mapping[type[Event], tuple[str, Callable[[Any], Line]]] = {
    Shared: ("shared", _shared_line),
    ShareRecalled: ("share_recalled", lambda event: {"share": event.number}),
    ShareRefused: ("share_refused", lambda event: {"share": event.number, "why": event.why}),
    ColleagueNamed: ("colleague_named", lambda event: {"person": event.person, "role": event.role}),
    ColleagueLeft: ("colleague_left", lambda event: {"person": event.person}),
    Assigned: ("assigned", lambda event: {"person": event.person}),
    HandedOver: ("handed_over", lambda event: {"person": event.person}),
    Exported: ("exported", lambda event: {"form": event.form}),
    RoomMoved: ("room_moved", lambda event: {**_place(event.room), "how": event.how}),
}
