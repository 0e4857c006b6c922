"""What is said when a deal has ended, and of how past advice fared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dialogs.deal import Outcome, Promise
from dialogs.effect import Effect
from dialogs.held import Term, Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class DealEnded(Effect):
    """The deal is closed: what it came to, beside what was promised, needed and agreed to.

    `over` is by how much the figure is better than the walk-away point, less than 0 where it is worse.
    """

    name: str
    outcome: Outcome
    must_haves: tuple[str, ...]
    terms: tuple[Term, ...]
    promise: Promise | None
    check_ins: int
    pauses: int
    note: str = ""
    value: Decimal | None = None
    limit: Decimal | None = None
    target: Decimal | None = None
    over: Decimal | None = None
    unit: str = ""
    waived: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBackKept(Effect):
    """What was answered after the end is kept; a walk-away protected something."""

    outcome: Outcome
    protected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FreedTime(Effect):
    """What gets the freed time; `now` that its day has come."""

    what: str
    due: datetime
    now: bool = False


@dataclass(frozen=True, slots=True)
class Fared:
    """How advice of one level about one thing fared, in numbers of deals.

    `agreed` ended with a signature, `followed_agreed` of those that followed it.
    """

    level: str
    ground: str
    deals: int
    followed: int
    followed_agreed: int
    agreed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRecord(Effect):
    """How past advice fared over the person's own closed deals; rows below ten deals say nothing yet.

    `quiet` deals were closed without any advice but to stay.
    """

    deals: int
    quiet: int
    rows: tuple[Fared, ...]
    too_few: tuple[Fared, ...] = ()
