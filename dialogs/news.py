"""What persons hear of: letters from their deals, and what they do outside any one deal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dialogs.afterwards import DealFared, RecordAsked
from dialogs.agenda import Kind
from dialogs.event import Event
from dialogs.events import Misread
from dialogs.hours import Hours
from dialogs.rooms import Room
from dialogs.shares import RoomMoved


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Event):
    """A person turned up, with what the platform's profile says of them, and where to write to them there."""

    zone: str
    platform: str = ""
    address: str = ""
    name: str = ""
    language: str = "en"
    accounts: tuple[tuple[str, ...], ...] = ()  # the look-ups that lead from the platform's ids to ours


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
    check_ins: int = 0
    taken: bool = False  # just now, from another: the deal has to hear of this person's clock
    trend: str = ""  # worse, better or steady since `turned`; the person's list works it out
    turned: datetime | None = None
    turn: int = field(default=0, compare=False)  # entries on the deal's record: which of two lines is newer


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersDue(Event):
    """On a deal of theirs these reminders are due now."""

    deal: str
    called: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    """The clock reached a date the person had set."""

    purpose: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursWanted(Event):
    """Their hours are to be shown, or other ones."""

    hours: Hours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Away(Event):
    """They are out of office until then (None: back), and who is asked meanwhile."""

    until: datetime | None = None
    cover: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverAsked(Event):
    """Somebody is away and named this person to stand in."""

    owner: str
    name: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneSet(Event):
    """Their zone, said by themselves ("": as their profile says)."""

    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DealGone(Event):
    """A deal was forgotten: nothing of it is kept here either. `told` says that the reader hears of it."""

    deal: str
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftWorkspace(Event):
    """Their account was closed: nothing is sent to them any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached(Event):
    """A platform takes no message at their address there any more."""

    platform: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllForgetWanted(Event):
    """They want everything forgotten: say how much that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllForgetConfirmed(Event):
    """*Forget everything*."""


Every = Literal["weekly", "daily", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSet(Event):
    """How often a digest comes, and where: None for oneself. `named` is a room not known for certain."""

    every: Every
    room: Room | None = None
    named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRefused(Event):
    """It was not posted in its room: `why` is a key."""

    room: Room
    why: str


PersonEvent = (
    Seen | DealMoved | DealFocused | ListAsked | HelpAsked | Greeted | SetUpWanted | DealUnclear | Misread
    | DealFared | RecordAsked | RemindersDue | Rang | HoursWanted | Away | CoverAsked | ZoneSet
    | DigestSet | DigestRefused | RoomMoved | DealGone | LeftWorkspace | Unreached
    | AllForgetWanted | AllForgetConfirmed
)  # fmt: skip
