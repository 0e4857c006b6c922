"""Rooms: channels and group chats where others read along, and what may be said there.

What goes to a room is told to nobody's own chat, and is checked once more as it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialogs.effect import Effect


@dataclass(frozen=True, slots=True)
class Room:
    """A channel or group chat in the platform's own id; `name` as people call it, without its sign."""

    platform: str
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads along in a room at one moment.

    `people` counts those who read, the coach left out. `outsiders` says who is not of the house, by the
    names of `OUTSIDERS`; () means: nobody, for certain. What cannot be told is no audience at all: the
    platform raises instead.
    """

    room: Room
    people: int
    outsiders: tuple[str, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A room that a platform told of: its name, the team it is in, whether it is a shared one."""

    name: str
    team: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class RoomList:
    """The rooms the coach was brought into, by the platform's ids, where the platform lists none itself."""

    key: str = "00rooms"
    rooms: Mapping[str, Known] = field(default_factory=dict)


# Shared, about to be, guests, the whole org.
OUTSIDERS = ("other_company", "invited_company", "guest", "org")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRoom:
    """Say `effect` in a room: as a new message, or in the place of the one that stands in `slot`.

    `slot` names what it is to the deal ("share:<id>"), so that it can be put right or taken back. `gone`
    takes it away instead. `owner` is who hears of it if it cannot be done.
    """

    room: Room
    effect: Effect
    owner: str
    slot: str
    gone: bool = False


_WORD = re.compile(r"#c:(\w+):([^|\s]+)\|(\S*)")  # platform, id, name: made at an entrance, never typed
_TYPED = re.compile(r"#(\S+)")
_NOT_A_NAME = re.compile(r"[^\w-]")
LONGEST_NAME = 80


def room_word(room: Room) -> str:
    """A room as it stands in typed words, once an entrance knows it for certain."""
    name = "~".join(_NOT_A_NAME.sub("", word) for word in room.name.split())
    return f"#c:{room.platform}:{room.id}|{name}"


def read_room(words: str) -> tuple[Room | None, str, str]:
    """The room that typed words name; a name that is not known for certain; and the words without either."""
    known = _WORD.search(words)
    if known:
        return Room(known[1], known[2], known[3].replace("~", " ")), "", _WORD.sub("", words)
    typed = _TYPED.search(words)
    return None, typed[1][:LONGEST_NAME] if typed else "", _TYPED.sub("", words)
