"""What the coach answers to an offer, to issues, to what the other side just did; the events: `offers`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dialogs.deal import Party
from dialogs.effect import Effect
from dialogs.figures import Arithmetic
from dialogs.issues import Issue
from dialogs.offers import Happening


@dataclass(frozen=True, slots=True)
class Across:
    """A figure of ours on the wrong side of our own limit; `issue` "": of the deal's own."""

    value: Decimal
    limit: Decimal
    by: Decimal
    unit: str = ""
    issue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTaken(Effect):
    """The offer is on the record: what it is, what it means in figures, and how to put it right.

    `other` is what it may have been meant as; `old` what it was before a correction; `across` the figures of
    ours on the wrong side of our own limits; `opening` that it was our first word.
    """

    offer: int
    by: Party
    value: Decimal
    unit: str
    typed: str = ""
    package: tuple[tuple[str, Decimal, str], ...] = ()
    other: Decimal | None = None
    old: Decimal | None = None
    across: tuple[Across, ...] = ()
    opening: bool = False
    arithmetic: Arithmetic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferGone(Effect):
    """The offer counts no more."""

    by: Party
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuesShown(Effect):
    """The issues with their weights, repeated in plain words."""

    issues: tuple[Issue, ...]
    least: Decimal | None = None
    changed: bool = False
    moved_limit: Decimal | None = None  # the walk-away point that is now that of the first issue


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAsked(Effect):
    """What did they just do? A button each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged(Effect):
    """It waits for the next check-in; it can be taken back."""

    what: Happening
    question: str
    value: int
    words: str = ""
