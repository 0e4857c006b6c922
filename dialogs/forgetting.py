"""Forgetting a deal: asked, confirmed, and then nothing of it is left. What it takes outside is the desk's.

A deal that is being forgotten hears nothing more. Its summaries come down, its messages go, then it does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from dialogs import sharing, timers
from dialogs.deal import Deal
from dialogs.effects import AnyEffect, Remind
from dialogs.follows import DealFollowed, TellDeal
from dialogs.forgets import ForgetAsked, ForgetConfirmed, ForgetEvent, ForgetWanted
from dialogs.turns import Turn, about, tell

SOON = timedelta(seconds=5)  # so that what was said last is there to be deleted


def taken(deal: Deal, event: ForgetEvent) -> Turn:
    """The next turn of a deal that its owner wants forgotten."""
    match event:
        case ForgetWanted():
            standing = sum(share.stands in ("sent", "stands") for share in deal.shares)
            return Turn(deal, (ForgetAsked(**about(deal), to=deal.owner, shares=standing),))
        case ForgetConfirmed():
            return _confirmed(deal, event)
        case _:
            assert_never(event)


def _confirmed(deal: Deal, event: ForgetConfirmed) -> Turn:
    gone = tuple(TellDeal(follower, _over(deal, event, follower)) for follower in deal.followers)
    silent = (Remind(timer, None) for timer in (*timers.ALL, timers.AGENDA, timers.FREED))
    effects: tuple[AnyEffect, ...] = (tell(deal, "forgetting"), *gone, *sharing.recalls(deal), *silent)
    after = replace(deal, status="closed", forgetting="asked", check_in=None, seats={}, paused=None)
    return Turn(after, (*effects, Remind(timers.ERASE, event.at + SOON)))


def _over(deal: Deal, event: ForgetConfirmed, follower: str) -> DealFollowed:
    """What a deal hears to which this one was the alternative."""
    return DealFollowed(
        id=f"{event.id}/{follower}", at=event.at, by=deal.owner, deal=deal.key, name=deal.name, gone=True
    )
