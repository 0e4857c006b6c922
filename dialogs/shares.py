"""Sharing: what happens around a summary in a room, and what is said of it to its owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogs.effect import Effect
from dialogs.event import Event
from dialogs.rooms import Audience, Room
from dialogs.shared import Content, Share
from dialogs.summary import Leak, Summary

How = Literal["opened", "closed"]  # what became of a room: others read along, or nobody may post there


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareWanted(Event):
    """The owner wants to share; without a room it is asked for. `named` is one that was not understood."""

    room: Room | None = None
    named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareDrafted(Event):
    """What is to be told, and where; `replaces` is the share that is put right."""

    room: Room | None
    content: Content
    replaces: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareConfirmed(Event):
    """*Post it*, on the preview of this draft."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareDropped(Event):
    """*Do not post*."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesAsked(Event):
    """Somebody asked what stands where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRecalled(Event):
    """The owner takes a summary back."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared(Event):
    """A summary was given to be posted, or one that stands to be put right."""

    number: int
    room: Room
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareStands(Event):
    """The message stands in its room."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRefused(Event):
    """It was not posted, or not put right: `why` says why, `leaks` which secrets it held."""

    number: int
    why: str
    leaks: tuple[Leak, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomMoved(Event):
    """Something became of a room in which summaries of this deal stand."""

    room: Room
    how: How


ShareEvent = (
    ShareWanted | ShareDrafted | ShareConfirmed | ShareDropped | SharesAsked | ShareRecalled | Shared
    | ShareStands | ShareRefused | RoomMoved
)  # fmt: skip
OnLog = Shared | ShareRecalled | ShareRefused | RoomMoved


# -------------------------------------------------------------------- what is said


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhere(Effect):
    """Ask for the room; `named` is one that was typed and could not be told for certain."""

    named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePreview(Effect):
    """The exact message and who will read it, before it is sent.

    `audience` is asked for as this is shown; None with a `why` where it cannot be posted there.
    """

    number: int
    room: Room
    summary: Summary
    content: Content
    replaces: int = 0
    leaks: tuple[Leak, ...] = ()
    audience: Audience | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesShown(Effect):
    """Where summaries of this deal stand."""

    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTold(Effect):
    """What became of one summary: `what` is a key, with the problem and the leaks where it was refused."""

    what: str
    room: Room
    number: int = 0
    why: str = ""
    leaks: tuple[Leak, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDown(Effect):
    """Stands in the place of a summary that is there no more."""
