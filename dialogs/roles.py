"""Who may do what on a deal: one table, one function, asked on the server for every event."""

from __future__ import annotations

from typing import Literal

from dialogs.deal import Deal
from dialogs.doubts import Viewed
from dialogs.event import Event, OnScreen
from dialogs.events import (
    Answered,
    CheckedIn,
    CheckInStarted,
    ColleagueNamed,
    Misread,
    NothingChanged,
    ReturnWanted,
    Shown,
    StatusAsked,
)
from dialogs.seals import LimitAgreed

Role = Literal["owner", "colleague", "stranger", "clock"]

COLLEAGUES_MAY: tuple[type[Event], ...] = (
    ReturnWanted, StatusAsked, Misread, LimitAgreed, CheckInStarted, OnScreen, Answered, CheckedIn,
    NothingChanged, Viewed,
)  # fmt: skip
SECOND_READING, NAMED = "loosening", "named"  # the notices a colleague may open


def role(deal: Deal, person: str) -> Role:
    """What a person is to a deal; "" is the clock."""
    if not person:
        return "clock"
    if person == deal.owner:
        return "owner"
    return "colleague" if person in (*deal.colleagues, deal.hours.cover) else "stranger"


def may(deal: Deal, event: Event) -> bool:
    """Whether whoever caused the event may."""
    who = role(deal, event.by)
    if who == "colleague" and event.by not in deal.colleagues and not deal.hours.away(event.at):
        return False  # whoever stood in does so no more
    if who == "colleague" and isinstance(event, Shown):
        return event.kind in (SECOND_READING, NAMED)
    if who == "colleague":
        return isinstance(event, COLLEAGUES_MAY) and not isinstance(event, ColleagueNamed)
    return who != "stranger"
