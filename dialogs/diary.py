"""A person's side of reminders: hours, absence, and one message for all that is due within a moment.

It gathers what their deals say at about the same time, keeps to a budget a day, and drops nothing. What a
deal must know of its owner's clock it is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dialogs import cadence
from dialogs.effects import AnyEffect, HoursShown, Pass, Remind, Reminders, StandIn, Tell, Waiting
from dialogs.follows import TellDeal
from dialogs.hours import Hours
from dialogs.news import Away, CoverAsked, DealMoved, HoursWanted, Rang, RemindersDue, ZoneSet
from dialogs.people import Person, PersonTurn
from dialogs.reminders import OwnerMoved

GATHER = timedelta(seconds=5)  # what is due within it makes one message
A_DAY = 4  # messages of reminders, what cannot wait aside
CANNOT_WAIT = frozenset({"deadline", "notice", "offer_ends", "plan_b_ends", "brief", "pause_over"})
SAY = "say"


def heard(person: Person, event: RemindersDue) -> PersonTurn:
    """Reminders of one deal: they wait a moment for those of others."""
    new = [Waiting(event.deal, event.called, kind) for kind in event.kinds]
    kept = [each for each in person.waiting if (each.deal, each.kind) not in {(n.deal, n.kind) for n in new}]
    after = replace(person, waiting=(*kept, *new))
    if person.waiting and person.says is not None and person.says <= event.at + GATHER:
        return PersonTurn(after)
    says = event.at + GATHER
    return PersonTurn(replace(after, says=says), (Remind(SAY, says),))


def rang(person: Person, event: Rang) -> PersonTurn:
    """One message with all that waits; past the day's budget only what cannot wait."""
    today = _day(person, event.at)
    spent = person.spoken[1] if person.spoken[0] == today else 0
    now = tuple(w for w in person.waiting if spent < A_DAY or w.kind in CANNOT_WAIT)
    later = tuple(w for w in person.waiting if w not in now)
    says = cadence.working_morning(event.at, person.zone, 1, person.hours) if later else None
    after = replace(
        person,
        waiting=later,
        says=says,
        spoken=(today, spent + bool(now)),
    )
    said: tuple[AnyEffect, ...] = (_message(person, now),) if now else ()
    return PersonTurn(after, (*said, *((Remind(SAY, says),) if says else ())))


def _message(person: Person, now: tuple[Waiting, ...]) -> Reminders:
    return Reminders(to=person.key, zone=person.zone, prompted=False, items=now)


def _day(person: Person, at: datetime) -> str:
    return at.astimezone(ZoneInfo(person.zone)).date().isoformat()


def over(person: Person, event: DealMoved) -> Person:
    """What waits of a deal that ended, paused or was just attended to is not said any more."""
    known = person.deals.get(event.deal)
    attended = event.open_question or (known is not None and known.check_ins != event.check_ins)
    left = tuple(
        w
        for w in person.waiting
        if w.deal != event.deal
        or (event.status == "live" and not (w.kind in ("check_in", "unfinished") and attended))
    )
    return person if len(left) == len(person.waiting) else replace(person, waiting=left)


def hours(person: Person, event: HoursWanted) -> PersonTurn:
    """Their hours shown, or changed and told to their deals."""
    if event.hours is None:
        return PersonTurn(person, (_shown(person),))
    now = person.hours
    kept = replace(event.hours, away_since=now.away_since, away_until=now.away_until, cover=now.cover)
    after = replace(person, hours=kept)
    return _moved(after, event.id, event.at, _shown(after, changed=True))


def away(person: Person, event: Away) -> PersonTurn:
    """Out of office: nothing is asked until then; who stands in is asked once."""
    until = event.until
    if until is not None and until <= event.at:
        return PersonTurn(person, (Tell(to=person.key, key="date_past"),))
    kept = replace(person.hours, away_since=event.at if until else None, away_until=until, cover=event.cover)
    after = replace(person, hours=kept)
    said: list[AnyEffect] = [_shown(after, changed=True)]
    if until is not None and event.cover:
        asked = CoverAsked(
            id=f"{event.id}/cover", at=event.at, owner=person.key, name=person.name, until=until
        )
        said.append(Pass(event.cover, asked))
    return _moved(after, event.id, event.at, *said)


def covers(person: Person, event: CoverAsked) -> PersonTurn:
    """Somebody is away and named this person."""
    said = StandIn(to=person.key, zone=person.zone, prompted=False, name=event.name, until=event.until)
    return PersonTurn(person, (said,))


def zone(person: Person, event: ZoneSet) -> PersonTurn:
    """Their zone, said by themselves, or again as their profile says."""
    said = bool(event.zone)
    after = replace(person, zone=event.zone or person.profile_zone or person.zone, zone_said=said)
    return _moved(after, event.id, event.at, _shown(after, changed=True))


def told(person: Person, event_id: str, at: datetime, *deals: str) -> Iterator[TellDeal]:
    """Their zone and hours, told to these deals."""
    for deal in deals:
        news = OwnerMoved(
            id=f"{event_id}/{deal}/owner", at=at, by=person.key, zone=person.zone, hours=person.hours
        )
        yield TellDeal(deal, news)


def _moved(person: Person, event_id: str, at: datetime, *said: AnyEffect) -> PersonTurn:
    own = [deal.deal for deal in person.live if deal.role == "owner"]
    return PersonTurn(person, (*said, *told(person, event_id, at, *own)))


def _shown(person: Person, *, changed: bool = False) -> HoursShown:
    return HoursShown(to=person.key, zone=person.zone, hours=person.hours, changed=changed)


def usual(person: Person) -> bool:
    """Whether a deal knows all of this person's clock from the day it was opened."""
    return person.hours == Hours()
