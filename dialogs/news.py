"""What persons hear of: letters from their deals, and what they do outside any one deal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dialogs.afterwards import DealFared, RecordAsked
from dialogs.event import Event
from dialogs.events import Misread


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Event):
    """A person turned up, with what the platform's profile says of them, and where to write to them there."""

    zone: str
    platform: str = ""
    address: str = ""
    name: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class DealMoved(Event):
    """A deal this person is on has a new line for their list."""

    deal: str
    name: str
    alias: str
    level: str
    status: str
    role: str
    open_question: bool = False
    paused_until: datetime | None = None
    paused: bool = False
    next_check_in: datetime | None = None
    suggests: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFocused(Event):
    """The person is talking about this deal now."""

    deal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAsked(Event):
    """The person asked which deals they have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpAsked(Event):
    """The person asked what can be typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeted(Event):
    """The coach was installed or opened for the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpWanted(Event):
    """The person wants to set up a deal where no form can be opened at once."""

    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DealUnclear(Event):
    """Something was asked of a deal that is not one of theirs, or of one of several."""

    verb: str
    words: str = ""


PersonEvent = (
    Seen | DealMoved | DealFocused | ListAsked | HelpAsked | Greeted | SetUpWanted | DealUnclear | Misread
    | DealFared | RecordAsked
)  # fmt: skip
