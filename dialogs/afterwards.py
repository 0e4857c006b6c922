"""After the end of a deal: three questions, what gets the freed time, and how advice fared; the events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dialogs.event import Event

Again = Literal["yes", "other_terms", "no"]
Protects = Literal["leverage", "integrity", "time"]


@dataclass(frozen=True, slots=True)
class LookBack:
    """What was answered after the end; what is empty was left out."""

    at: datetime
    worked: str = ""
    earlier: str = ""
    again: Again | None = None
    protected: tuple[Protects, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """How advice fared on one closed deal: the highest, what it was about, whether it was done, the end."""

    level: str
    ground: str
    followed: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class Freed:
    """What gets the time that leaving gave back, and when the one reminder of it comes."""

    what: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedBack(Event):
    """What worked, what one would do earlier, whether with them again; what leaving protected."""

    worked: str = ""
    earlier: str = ""
    again: Again | None = None
    protected: tuple[Protects, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeFreed(Event):
    """What gets the time that leaving gave back, and when to be reminded of it, once."""

    what: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFared(Event):
    """A closed deal tells its owner how advice fared on it; `gone` takes that back: it was opened again.

    `level` is the highest that was advised, `ground` what weighed most then, `followed` whether it was done.
    """

    deal: str
    outcome: str = ""
    level: str = ""
    ground: str = ""
    followed: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAsked(Event):
    """The person asked how past advice fared."""
