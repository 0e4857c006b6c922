"""What one turn comes to, and the pieces every turn is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from dialogs import advice, changes, limits, seats, standing
from dialogs.deal import Deal
from dialogs.effects import AnyEffect, Notice, Nudge, Tell
from dialogs.event import Event
from dialogs.events import AboutToSign, AboutToWalk, DealEvent, RedLineConfirmed
from dialogs.handing import Assigned, HandedOver, HandOverAnswered
from dialogs.news import DealMoved
from dialogs.record import Canonical, level_of, recorded


@dataclass(frozen=True, slots=True)
class Turn:
    """The deal afterwards, what is to be done, what goes on the log, and whether a nudge is among it."""

    deal: Deal | None
    effects: tuple[AnyEffect, ...] = ()
    entries: tuple[DealEvent, ...] = ()
    nudge: bool = False


class About(TypedDict):
    """What every message says of its deal."""

    deal: str
    called: str
    counterpart: str
    zone: str


def about(deal: Deal) -> About:
    """The head of every effect that speaks of this deal."""
    return {"deal": deal.key, "called": deal.called, "counterpart": deal.counterpart, "zone": deal.zone}


def tell(deal: Deal, key: str, **facts: str) -> Tell:
    """A few words about this deal: `key` names them, `facts` stand in them."""
    return Tell(**about(deal), key=key, about=facts)


def notice(deal: Deal, kind: str, at: datetime) -> Notice:
    """Something to see, for the owner, said discreetly: by the alias alone, if there is one."""
    return Notice(
        deal=deal.key, called=deal.alias, zone=deal.zone, to=deal.owner, prompted=False, kind=kind, at=at
    )


def joined(first: Turn, second: Turn) -> Turn:
    """Two steps of one turn: the second was taken on the deal the first left."""
    return Turn(
        second.deal,
        (*first.effects, *second.effects),
        (*first.entries, *second.entries),
        nudge=first.nudge or second.nudge,
    )


def on_record(deal: Deal, event: Canonical, *said: AnyEffect) -> Turn:
    """One canonical event recorded, with what is said of it; a nudge joins if one is due."""
    step = recorded(deal, event)
    effects = said
    if step.nudge and not isinstance(event, AboutToSign | AboutToWalk):  # the gate's answer says it all
        effects = (*said, _news(step.deal, event))
    return Turn(step.deal, effects, (event,), nudge=step.nudge)


def _news(deal: Deal, event: Event) -> Nudge | Notice:
    """The nudge in full for an owner who just did something, discreetly if somebody or something else did."""
    if event.by != deal.owner:
        return notice(deal, "news", event.at)
    return nudge(deal, prompted=True, gate=isinstance(event, RedLineConfirmed))


def nudge(deal: Deal, *, prompted: bool, gate: bool = False, at: datetime | None = None) -> Nudge:
    """The nudge that stands behind the deal's level now (`at`, else the last event), for its owner."""
    line, now = advice.suspected(deal), at or deal.last_event or deal.opened
    return Nudge(
        **about(deal),
        to=deal.owner,
        prompted=prompted,
        level=level_of(deal),
        reasons=advice.reasons(deal),
        changes=changes.would_change(deal),
        moved=limits.loosened(deal),
        unit=deal.unit,
        promise=deal.promise,
        action=advice.action(deal),
        unknown=advice.unknown(deal),
        breached=advice.breached(deal),
        breached_at=tuple(i for i, line in enumerate(deal.red_lines) if line.confirmed),
        snoozed=deal.snoozed,
        triage=deal.coach.triage,
        tired=advice.tired(deal),
        gate=gate,
        suspected=line,
        suspected_text=deal.red_lines[line].text if line is not None else "",
        tried=bool(deal.coach.tried) or deal.coach.returns > 0,
        last_day=deal.last_day(now),
        arithmetic=standing.arithmetic(deal, now),
    )


def card(deal: Deal, person: str, event: Event) -> DealMoved:
    """The deal's line in a person's list."""
    own = person == deal.owner
    pause = deal.pause_at(event.at)
    return DealMoved(
        id=f"{event.id}/{deal.key}/card",
        at=event.at,
        deal=deal.key,
        name=deal.name,
        alias=deal.alias,
        level=level_of(deal).key if own else "",
        status=deal.status,
        taken=own and isinstance(event, HandOverAnswered | HandedOver | Assigned),
        role="owner" if own else "observer" if person in deal.observers else "colleague",
        open_question=seats.is_open(deal, person),
        paused=pause is not None,
        paused_until=pause.until if pause else None,
        next_check_in=deal.next_check_in if deal.status == "live" else None,
        check_ins=deal.coach.check_ins if own else 0,
        turn=deal.turns,
        suggests=advice.action(deal) if own and deal.status == "live" else "",
    )
