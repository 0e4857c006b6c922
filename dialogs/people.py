"""A person, and what one turn of theirs comes to: all that the coach knows of somebody it talks to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dialogs.afterwards import Past
from dialogs.effects import AnyEffect, Waiting
from dialogs.hours import USUAL, Hours
from dialogs.levels import Level
from dialogs.news import DealMoved, Every
from dialogs.rooms import Room

Leaving = Literal["", "asked", "leaving", "left"]  # left: nothing but the look-ups is there any more
URGENCY = {level.key: -level for level in Level}


@dataclass(frozen=True, slots=True)
class Digested:
    """How often a person has a digest of their deals, and where: None for themselves."""

    every: Every = "off"
    room: Room | None = None
    slots: tuple[str, ...] = ()  # those that were given to be posted in the room, the newest last


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the coach talks to; `deals` by key, as each deal last told."""

    key: str
    zone: str = "UTC"
    language: str = "en"
    name: str = ""
    focus: str = ""
    greeted: bool = False
    addresses: Mapping[str, str] = field(default_factory=dict)  # by platform, in the platform's own ids
    deals: Mapping[str, DealMoved] = field(default_factory=dict)
    fared: Mapping[str, Past] = field(default_factory=dict)  # closed deals, how advice fared on each
    hours: Hours = USUAL
    zone_said: bool = False  # by themselves, so that their profile's does not count
    profile_zone: str = ""
    meant: tuple[str, str] = ("", "")  # what was asked of a deal that was not named: verb and words
    waiting: tuple[Waiting, ...] = ()  # reminders that are due, for the next message
    says: datetime | None = None  # when that goes out
    digest: Digested = Digested()
    older: tuple[str, ...] = ()  # own closed deals that are listed no more
    accounts: tuple[tuple[str, ...], ...] = ()  # look-ups that lead here, to be forgotten with the rest
    gone: bool = False  # left the workspace
    unreached: bool = False  # no message is taken where they were last
    forgetting: Leaving = ""
    wanted: datetime | None = None  # when they wanted everything forgotten
    spoken: tuple[str, int] = ("", 0)  # a day, and how many messages of reminders it had

    @property
    def live(self) -> tuple[DealMoved, ...]:
        """Live deals, the most urgent first."""
        found = [deal for deal in self.deals.values() if deal.status == "live"]
        return tuple(sorted(found, key=lambda d: (URGENCY.get(d.level, 0), d.paused, d.name.casefold())))


@dataclass(frozen=True, slots=True)
class PersonTurn:
    """The person afterwards, and what is to be done."""

    person: Person
    effects: tuple[AnyEffect, ...] = ()
