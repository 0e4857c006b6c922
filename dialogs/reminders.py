"""What is said and asked about reminders: events and effects. `agenda` says when they come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dialogs.agenda import Kind, Meeting
from dialogs.cadence import Cadence
from dialogs.deal import Promise, RedLine
from dialogs.effect import Effect
from dialogs.event import Event
from dialogs.figures import Arithmetic
from dialogs.hours import USUAL, Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingSet(Event):
    """The next talk was arranged, moved, or (None) called off."""

    begins: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CadenceSet(Event):
    """How often to be asked was changed."""

    cadence: Cadence


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersAsked(Event):
    """The user wants to see what comes when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateNoted(Event):
    """A date to be reminded of: one to give notice by, or the end of their offer (None: there is none)."""

    kind: Kind
    moment: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSnoozed(Event):
    """One reminder was put off: by hours (0: to the next working morning)."""

    kind: Kind
    hours: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSkipped(Event):
    """One reminder was skipped."""

    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderUnwanted(Event):
    """Never this kind again on this deal (`again` takes that back)."""

    kind: Kind
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersDropped(Event):
    """Reminders that came too late to be true: on the record, so that nobody wonders."""

    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerMoved(Event):
    """The owner's zone or hours are other ones."""

    zone: str
    hours: Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersShown(Effect):
    """What comes when on this deal, and how to change it."""

    cadence: Cadence
    meeting: Meeting | None
    ahead: tuple[tuple[Kind, datetime], ...]
    never: tuple[str, ...] = ()
    hours: Hours = USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingKept(Effect):
    """The next talk is noted: when it is, when the coach speaks before and after it."""

    meeting: Meeting | None
    brief: datetime | None = None
    after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderMoved(Effect):
    """One reminder was put off, skipped or is not wanted any more: what happens now."""

    kind: Kind
    how: str
    upcoming: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief(Effect):
    """Before a talk: the promise, the last words, what to watch."""

    meeting: Meeting
    promise: Promise | None
    words: tuple[tuple[datetime, str], ...] = ()
    watch: tuple[str, ...] = ()
    red_lines: tuple[RedLine, ...] = ()
    arithmetic: Arithmetic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateNear(Effect):
    """A date is near, or has passed: which, when, and the arithmetic."""

    kind: Kind
    moment: datetime
    arithmetic: Arithmetic | None = None
    alternative: str = ""
    passed: bool = False


ReminderEvent = (
    MeetingSet | CadenceSet | RemindersAsked | DateNoted | ReminderSnoozed | ReminderSkipped
    | ReminderUnwanted | OwnerMoved
)  # fmt: skip
