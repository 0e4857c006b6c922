"""Who may do what on a deal: one table, one function, asked on the server for every event.

The same table stands in docs/roles.md for people to read; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from dialogs.deal import Deal
from dialogs.doubts import Viewed
from dialogs.event import Event, OnScreen
from dialogs.events import (
    Answered,
    CheckedIn,
    CheckInStarted,
    Misread,
    NothingChanged,
    ReturnWanted,
    Shown,
    StatusAsked,
)
from dialogs.forgets import LeftForGood
from dialogs.handing import HandOverAnswered
from dialogs.seals import LimitAgreed

Role = Literal["owner", "second_reader", "colleague", "cover", "observer", "heir", "stranger", "clock"]

SECOND_READING, NAMED, HANDED = "loosening", "named", "hand_over"  # the notices that others may open
LOOKS: tuple[type[Event], ...] = (StatusAsked, Misread, Shown, LeftForGood)
CHECKS_IN: tuple[type[Event], ...] = (
    CheckInStarted, OnScreen, Answered, CheckedIn, NothingChanged, Viewed, ReturnWanted,
)  # fmt: skip
MAY: Mapping[Role, tuple[type[Event], ...]] = {
    "owner": (Event,),
    "clock": (Event,),
    "second_reader": (*LOOKS, *CHECKS_IN, LimitAgreed),
    "colleague": (*LOOKS, *CHECKS_IN),
    "cover": (*LOOKS, *CHECKS_IN),
    "observer": LOOKS,
    "heir": (*LOOKS, HandOverAnswered),
    "stranger": (),
}
OPENS: Mapping[Role, tuple[str, ...]] = {
    "second_reader": (SECOND_READING, NAMED),
    "colleague": (NAMED,),
    "cover": (NAMED,),
    "observer": (NAMED,),
    "heir": (HANDED,),
}


def role(deal: Deal, person: str) -> Role:  # noqa: PLR0911 - one line a role
    """What a person is to a deal; "" is the clock. Without a named second reader each colleague is one."""
    if not person:
        return "clock"
    if person == deal.owner:
        return "owner"
    if person in readers(deal):
        return "second_reader"
    if person in deal.colleagues:
        return "colleague"
    if person == deal.hours.cover:
        return "cover"
    if person in deal.observers:
        return "observer"
    return "stranger"


def readers(deal: Deal) -> tuple[str, ...]:
    """Who gives a second look at a limit that is to be loosened."""
    return deal.readers or deal.colleagues


def everybody(deal: Deal) -> tuple[str, ...]:
    """Everybody on a deal, its owner first."""
    people = (deal.owner, *deal.colleagues, deal.hours.cover, *deal.observers)
    return tuple(dict.fromkeys(person for person in people if person))


def may(deal: Deal, event: Event) -> bool:
    """Whether whoever caused the event may. Whoever is offered the deal may take it, beside what they are."""
    if event.by and event.by == deal.heir and _allowed("heir", event):
        return True
    who = role(deal, event.by)
    if who == "cover" and not deal.hours.away(event.at):
        return False  # whoever stood in does so no more
    return _allowed(who, event)


def _allowed(who: Role, event: Event) -> bool:
    if isinstance(event, Shown) and who in OPENS:
        return event.kind in OPENS[who]
    return isinstance(event, MAY[who])
