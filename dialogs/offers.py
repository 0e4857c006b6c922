"""Offers, issues and what the other side just did: the events. What the coach answers is in `offered`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from dialogs.event import Event
from dialogs.issues import Issue, Named

Happening = Literal["ultimatum", "new_demand", "went_back", "insulted", "moved", "gave_reasons"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSaid(Event):
    """An offer was told in words: whose, and how much, as it was typed."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMeant(Event):
    """The other reading of an offer was meant."""

    offer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCorrected(Event):
    """An offer on the record (`offer` counts them from 1) was another one; both are kept."""

    offer: int
    value: Decimal
    package: Named = ()
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWithdrawn(Event):
    """An offer on the record (`offer` counts them from 1) never was one; it is kept, and counts no more."""

    offer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuesWanted(Event):
    """Issues and weights were told in words; nothing told: show those there are."""

    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuesSet(Event):
    """The deal is measured by these issues from now on; `least` is the fewest points one would take."""

    issues: tuple[Issue, ...]
    least: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWanted(Event):
    """The user wants to log what the other side just did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Event):
    """The other side just did something, told between check-ins."""

    what: Happening
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid(Event):
    """An answer that waits for the next check-in was taken back."""

    question: str
