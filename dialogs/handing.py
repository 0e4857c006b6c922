"""Who is on a deal, and whose it is: the events, and what is said of a hand-over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogs.effect import Effect
from dialogs.event import Event

Named = Literal["colleague", "second_reader", "observer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueLeft(Event):
    """Somebody is on the deal no more."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverWanted(Event):
    """The owner offers the deal to somebody; to nobody: takes the offer back."""

    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverAnswered(Event):
    """Whom it was offered takes the deal, or does not."""

    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Event):
    """The deal is another's from here on; `by` was its owner."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerGone(Event):
    """The owner has left the workspace: nobody is asked any more until the deal is somebody's again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(Event):
    """An admin gave a deal whose owner is gone to somebody, without reading it."""

    person: str


HandingEvent = ColleagueLeft | HandOverWanted | HandOverAnswered | HandedOver | OwnerGone | Assigned


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverAsked(Effect):
    """Ask whom it is offered whether they take it: the deal's discreet name and no more."""
