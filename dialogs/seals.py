"""Limits are sealed: what may happen to one after set-up, and what the coach says of it.

Tightening counts at once. Loosening asks for the new fact, waits, and stays on the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dialogs.deal import Side
from dialogs.effect import Effect
from dialogs.event import Event
from dialogs.held import Loosening, Moved, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsAsked(Event):
    """Show the walk-away point, the must-haves and the red lines, to change them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitWanted(Event):
    """A limit is to become another one: `value` for a number, `text` to add, `drop` the place of one to go.

    `tighter` says that only a tightening was meant. On the log it is a loosening that waits until `due`.
    """

    what: Sealed = "limit"
    value: Decimal | None = None
    side: Side | None = None
    text: str = ""
    drop: int | None = None
    because: str = ""
    tighter: bool = False
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitAgreed(Event):
    """The second reader agreed that it need not wait."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTakenBack(Event):
    """The loosening that waits is not wanted any more (0: whichever waits)."""

    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitChanged(Event):
    """A limit is another one from now on; a must-have or red line came (`text`) or went (`drop`)."""

    what: Sealed = "limit"
    value: Decimal | None = None
    side: Side | None = None
    text: str = ""
    drop: int | None = None
    because: str = ""
    agreed_by: str = ""


SealEvent = LimitsAsked | LimitWanted | LimitAgreed | LimitTakenBack | LimitChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits(Effect):
    """The limits of a deal as they stand, each with what can be done to it."""

    limit: Decimal | None
    unit: str
    must_haves: tuple[str, ...]
    red_lines: tuple[str, ...]
    alternative: str
    loosening: Loosening | None = None
    moved: tuple[Moved, ...] = ()
    most: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFactAsked(Effect):
    """What is wanted is a loosening: ask for the new fact behind it."""

    what: Sealed
    value: Decimal | None = None
    old: Decimal | None = None
    unit: str = ""
    text: str = ""
    drop: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseningWaits(Effect):
    """A loosening waits: until when, and how to take it back; `readers` says that somebody may agree."""

    loosening: Loosening
    old: Decimal | None = None
    unit: str = ""
    readers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitMoved(Effect):
    """A limit is another one now."""

    moved: Moved
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading(Effect):
    """For a colleague: somebody wants to loosen a limit; why, but neither the limit nor the figures."""

    what: Sealed
    because: str
    number: int
    due: datetime
