"""The figures people see: how far they came, how far it still is, what time is left (see `standing`)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time in whole days or hours, cut off."""

    number: int
    of: Literal["day", "hour"]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Where their offers stand, in the deal's unit.

    They came `moved` my way from `first` to `best` in the span `since`; `to_go` is what `best` is short of
    the limit or of a plan B that is firm and better (`against`): 0 or less once it is reached, None without
    either. `left` is the time to the deadline, None without one or after it. `short` says that the level
    rests on it: going on like this they will not be there in time; `passed` that the
    deadline is over.
    """

    unit: str
    first: Decimal
    best: Decimal
    moved: Decimal
    since: Span
    to_go: Decimal | None = None
    against: Literal["limit", "plan_b", ""] = ""
    left: Span | None = None
    short: bool = False
    passed: bool = False
