"""The alternative: changed by hand, or following another deal of one's own by itself.

A deal that is followed says what it is worth whenever that changes; one that follows believes it only of
a deal it has asked, and only while that is its alternative. Neither sees the other's limit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from dialogs import gates
from dialogs.deal import Alternative, Deal, Firmness
from dialogs.effects import AnyEffect
from dialogs.event import Event
from dialogs.events import AlternativeChanged
from dialogs.follows import (
    AlternativeLinked,
    DealFollowed,
    FollowEnded,
    FollowEvent,
    FollowWanted,
    PlanBKept,
    TellDeal,
)
from dialogs.levels import Level
from dialogs.record import level_of
from dialogs.turns import Turn, about, notice, on_record, tell


def taken(deal: Deal, event: FollowEvent) -> Turn:
    """The next turn of a deal that follows another, or is followed."""
    match event:
        case AlternativeLinked():
            return _linked(deal, event)
        case FollowWanted():
            followed = replace(deal, followers=tuple(dict.fromkeys((*deal.followers, event.follower))))
            return Turn(followed, (_told(followed, event.follower, event),))
        case FollowEnded():
            return Turn(replace(deal, followers=tuple(f for f in deal.followers if f != event.follower)))
        case DealFollowed():
            return _followed(deal, event)
        case _:
            assert_never(event)


def changed(deal: Deal, event: AlternativeChanged) -> Turn:
    """Another alternative, on the record; a deal that was followed until now hears of it."""
    new = event.alternative
    kept = PlanBKept(**about(deal), alternative=new, unit=deal.unit)
    said = kept if new.name else tell(deal, "plan_b_gone")
    return on_record(deal, event, said, *_left(deal, event, new.deal))


def news(before: Deal | None, after: Deal | None, event: Event) -> tuple[AnyEffect, ...]:
    """What the deals that follow this one have to hear of."""
    if before is None or after is None or after is before or not after.followers:
        return ()
    if worth(before, event) == worth(after, event):
        return ()
    known = [follower for follower in after.followers if follower in before.followers]
    return tuple(_told(after, follower, event) for follower in known)


def worth(deal: Deal, event: Event) -> DealFollowed:
    """How the deal stands, as the ones that follow it are told."""
    return DealFollowed(
        id="",
        at=event.at,
        deal=deal.key,
        name=deal.called,
        value=deal.their_best,
        side=deal.side,
        unit=deal.unit,
        firmness=firmness(deal),
        expires=deal.deadline,
        gone=deal.status == "closed",
    )


def firmness(deal: Deal) -> Firmness:
    """How firmly one could fall back on this deal today.

    Firm: what is on the table would do, and nothing speaks against it. Likely: it would do, or nearly, and
    one should look closer. Else a hope.
    """
    level, would_do = level_of(deal), _would_do(deal)
    if deal.paused is not None or level >= Level.PAUSE or would_do == "not":
        return "hope"
    return "firm" if would_do == "met" and level is Level.STAY else "likely"


def _would_do(deal: Deal) -> str:
    """Whether what they put on the table meets the walk-away point, or without one the must-haves."""
    best = deal.their_best
    if deal.side in ("seller", "buyer") and (deal.limit is not None or best is not None):
        short = best is None or (deal.limit is not None and gates.falls_short(deal, best, deal.limit))
        return "not" if short else "met"
    terms = deal.terms[: len(deal.must_haves)]
    if not terms or len(terms) < len(deal.must_haves) or "not" in terms:
        return "not"
    return "partly" if "partly" in terms else "met"


def _linked(deal: Deal, event: AlternativeLinked) -> Turn:
    if event.deal == deal.key:
        return Turn(deal, (tell(deal, "plan_b_is_this_deal"),))
    alternative = Alternative(name=event.name, deal=event.deal)
    change = AlternativeChanged(id=event.id, at=event.at, by=event.by, alternative=alternative)
    asked = FollowWanted(id=f"{event.id}/follow", at=event.at, by=event.by, follower=deal.key)
    said = tell(deal, "plan_b_linked", name=event.name)
    return on_record(deal, change, said, *_left(deal, event, event.deal), TellDeal(event.deal, asked))


def _left(deal: Deal, event: Event, new: str) -> tuple[TellDeal, ...]:
    """The deal that is followed no more, told so."""
    old = deal.alternative.deal if deal.alternative else ""
    if old in ("", new):
        return ()
    ended = FollowEnded(id=f"{event.id}/left", at=event.at, by=event.by, follower=deal.key)
    return (TellDeal(old, ended),)


def _followed(deal: Deal, event: DealFollowed) -> Turn:
    """The deal that is followed moved; a letter of one that is followed no more changes nothing."""
    known = deal.alternative
    if known is None or known.deal != event.deal or deal.status == "closed":
        return Turn(deal)
    same = (deal.side, deal.unit) == (event.side, event.unit)
    new = Alternative(
        name=event.name,
        value=event.value if same else None,
        firmness=event.firmness,
        expires=event.expires,
        deal=event.deal,
    )
    new = Alternative() if event.gone else new
    if new == known:
        return Turn(deal)
    at = max(event.at, deal.last_event or event.at)  # the letter may have been on its way for a while
    change = AlternativeChanged(id=event.id, at=at, alternative=new)
    return on_record(deal, change, *((notice(deal, "plan_b_gone", at),) if event.gone else ()))


def _told(deal: Deal, follower: str, event: Event) -> TellDeal:
    return TellDeal(follower, replace(worth(deal, event), id=f"{event.id}/{deal.key}/to/{follower}"))
