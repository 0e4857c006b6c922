"""What a deal may be told after set-up, its promise, its deadline, its goal: the event and the effect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal, assert_never

from dialogs.deal import Deal, Promise
from dialogs.effect import Effect
from dialogs.event import Event

Detail = Literal["promise", "deadline", "target", "purpose", "cost_of_delay"]
Missing = Literal["promise", "plan_b", "deadline", "red_line", "target", "colleague"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailTold(Event):
    """One thing about the deal, told or changed after set-up; a deadline of None is none at all."""

    what: Detail
    text: str = ""
    value: Decimal | None = None
    moment: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailKept(Effect):
    """It is kept: what it is now, and what it was before ("" and None: nothing)."""

    what: Detail
    text: str = ""
    value: Decimal | None = None
    moment: datetime | None = None
    old_text: str = ""
    old_value: Decimal | None = None
    old_moment: datetime | None = None
    unit: str = ""


def changed(deal: Deal, event: DetailTold) -> Deal:
    """The deal with it. A deadline brought nearer is remembered: it shortens no wait."""
    match event.what:
        case "promise":
            return replace(deal, promise=Promise(event.text.strip(), event.at))
        case "deadline":
            nearer = event.moment is not None and (deal.deadline is None or event.moment < deal.deadline)
            return replace(deal, deadline=event.moment, hurried=event.at if nearer else deal.hurried)
        case "target":
            return replace(deal, target=event.value)
        case "purpose":
            return replace(deal, purpose=event.text.strip())
        case "cost_of_delay":
            return replace(deal, cost_of_delay=event.value)
        case _:  # pragma: no cover
            assert_never(event.what)
