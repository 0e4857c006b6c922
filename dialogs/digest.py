"""What a digest says: for its reader alone, or for a room: a type of its own, without figures or words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dialogs.effect import Effect
from dialogs.levels import Level
from dialogs.news import Every
from dialogs.rooms import Room

Told = Literal["set", "off", "refused", "room_unclear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest(Effect):
    """The reader's digest is there: it comes unasked, so it says how many deals, and *Show me* opens them."""

    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """One deal as a room may read of it."""

    deal: str
    name: str
    level: Level
    paused: bool
    next_check_in: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDigest(Effect):
    """All live deals of one person, for a room."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTold(Effect):
    """What becomes of the digest: how often and where it comes, or why it could not be posted."""

    what: Told
    every: Every = "off"
    room: Room | None = None
    first: datetime | None = None
    why: str = ""
    named: str = ""
