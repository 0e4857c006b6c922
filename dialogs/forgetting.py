"""Forgetting a deal: asked, confirmed, and then nothing of it is left. What it takes outside is the desk's.

A deal that is being forgotten hears nothing more. Its summaries come down, its messages go, then it does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from dialogs import sharing, timers
from dialogs.deal import Deal
from dialogs.effects import AnyEffect, Remind
from dialogs.follows import DealFollowed, TellDeal
from dialogs.forgets import ForgetAsked, ForgetConfirmed, ForgetEvent, ForgetWanted, LeftForGood
from dialogs.handing import ColleagueLeft
from dialogs.turns import Turn, about, on_record, tell

SOON = timedelta(seconds=5)  # so that what was said last is there to be deleted


def taken(deal: Deal, event: ForgetEvent) -> Turn:
    """The next turn of a deal that its owner wants forgotten."""
    match event:
        case ForgetWanted():
            standing = sum(share.stands in ("sent", "stands") for share in deal.shares)
            return Turn(deal, (ForgetAsked(**about(deal), to=deal.owner, shares=standing),))
        case ForgetConfirmed():
            return _confirmed(deal, event)
        case LeftForGood() if event.by == deal.owner:
            return _confirmed(deal, event)
        case LeftForGood():
            return on_record(deal, ColleagueLeft(id=event.id, at=event.at, by=event.by, person=event.by))
        case _:
            assert_never(event)


def of_age(deal: Deal, at: datetime) -> Turn:
    """A deal that has been closed for as long as the workspace keeps deals."""
    return _confirmed(deal, ForgetConfirmed(id=f"{deal.key}:of_age:{at.isoformat()}", at=at))


def _confirmed(deal: Deal, event: ForgetConfirmed | LeftForGood) -> Turn:
    gone = tuple(TellDeal(follower, _over(deal, event, follower)) for follower in deal.followers)
    silent = (Remind(timer, None) for timer in (*timers.ALL, timers.AGENDA, timers.FREED, timers.KEPT))
    told = tell(deal, "forgetting" if event.by else "of_age")
    effects: tuple[AnyEffect, ...] = (told, *gone, *sharing.recalls(deal), *silent)
    after = replace(deal, status="closed", forgetting="asked", check_in=None, seats={}, paused=None)
    return Turn(after, (*effects, Remind(timers.ERASE, event.at + SOON)))


def _over(deal: Deal, event: ForgetConfirmed | LeftForGood, follower: str) -> DealFollowed:
    """What a deal hears to which this one was the alternative."""
    return DealFollowed(
        id=f"{event.id}/{follower}", at=event.at, by=deal.owner, deal=deal.key, name=deal.name, gone=True
    )
