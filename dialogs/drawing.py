"""What a picture of the offers holds. A curve has no limit and no goal: for others there is none to draw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dialogs.deal import Party
from dialogs.effect import Effect
from dialogs.event import Event
from dialogs.figures import Arithmetic


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartAsked(Event):
    """The offers are wanted as a picture."""


@dataclass(frozen=True, slots=True)
class Move:
    """One offer: when, by whom, in the deal's unit."""

    at: datetime
    by: Party
    value: Decimal


@dataclass(frozen=True, slots=True)
class Curve:
    """Both lines at the same moments; `ours` is empty where we said nothing.

    `ends` bounds where theirs may be at `until`, the deadline.
    """

    moments: tuple[datetime, ...]
    theirs: tuple[Decimal, ...]
    ours: tuple[Decimal, ...] = ()
    ends: tuple[Decimal, Decimal] | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OffersDrawn(Effect):
    """The offers as a picture, a table and a sentence, for the owner alone."""

    unit: str
    moves: tuple[Move, ...]
    left_out: int = 0
    curve: Curve | None = None
    limit: Decimal | None = None
    target: Decimal | None = None
    arithmetic: Arithmetic | None = None
