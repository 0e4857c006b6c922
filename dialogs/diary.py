"""A person's side of reminders: hours, absence, and one message for all that is due within a moment.

It gathers what their deals say at about the same time, keeps to their hours (a message may come late) and
to a budget a day, and drops nothing. What a deal must know of its owner's clock it is told.
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
ASKS = frozenset({"check_in", "unfinished", "digest"})  # untrue once they check in, or pause
SAY = "say"


def heard(person: Person, event: RemindersDue) -> PersonTurn:
    """Reminders of one deal: they wait a moment for those of others."""
    new = [Waiting(event.deal, event.called, kind) for kind in event.kinds]
    kept = [each for each in person.waiting if (each.deal, each.kind) not in {(n.deal, n.kind) for n in new}]
    after, says = replace(person, waiting=(*kept, *new)), _soon(person, event)
    if person.waiting and person.says is not None and person.says <= says:
        late = person.says < event.at  # it should have rung: set once more, in case it was given up
        return PersonTurn(after, (Remind(SAY, person.says),) if late else ())
    return PersonTurn(replace(after, says=says), (Remind(SAY, says),))


def _soon(person: Person, event: RemindersDue) -> datetime:
    """In a moment, but not past the end of their hours; out of them when they begin again."""
    soon = event.at + GATHER
    if person.hours.allowed(soon, person.zone) or any(_any_hour(person, kind) for kind in event.kinds):
        return soon
    return person.hours.next_allowed(event.at, person.zone)


def _any_hour(person: Person, kind: str) -> bool:
    """Whether the deal may say this in quiet hours: the end of a recess, and deadlines where allowed."""
    return kind == "pause_over" or (kind in ("deadline", "notice") and person.hours.break_through)


def rang(person: Person, event: Rang) -> PersonTurn:
    """One message with all that waits; past the day's budget only what cannot wait."""
    at = max(event.at, event.due)
    if person.digest.every != "off" and person.digest.room is None:  # theirs tells of these deals already
        person = replace(person, waiting=tuple(w for w in person.waiting if w.kind != "digest"))
    today, working = _day(person, at), person.hours.allowed(at, person.zone)
    spent = person.spoken[1] if person.spoken[0] == today else 0
    urgent = [w for w in person.waiting if spent < A_DAY or w.kind in CANNOT_WAIT]
    now = tuple(w for w in urgent if working or _any_hour(person, w.kind))
    later = tuple(w for w in person.waiting if w not in now)
    says = _morning(person, at, today=len(urgent) > len(now)) if later else None
    after = replace(
        person,
        waiting=later,
        says=says,
        spoken=(today, spent + bool(now)),
    )
    said: tuple[AnyEffect, ...] = (_message(person, now),) if now else ()
    return PersonTurn(after, (*said, *((Remind(SAY, says),) if says else ())))


def _morning(person: Person, at: datetime, *, today: bool) -> datetime:
    """When their hours begin again, today if that is still to come; else on the next working day."""
    since = at if today else cadence.working_morning(at, person.zone, 1, person.hours)
    return person.hours.next_allowed(since, person.zone)


def _message(person: Person, now: tuple[Waiting, ...]) -> Reminders:
    return Reminders(to=person.key, zone=person.zone, prompted=False, items=now)


def _day(person: Person, at: datetime) -> str:
    return at.astimezone(ZoneInfo(person.zone)).date().isoformat()


def over(person: Person, event: DealMoved) -> Person:
    """What waits of a deal that ended, paused or was just attended to is not said any more."""
    known = person.deals.get(event.deal)
    attended = event.open_question or (known is not None and known.check_ins != event.check_ins)
    untrue = ASKS if attended or event.paused else frozenset()
    gone = [
        w for w in person.waiting if w.deal == event.deal and (event.status != "live" or w.kind in untrue)
    ]
    return replace(person, waiting=tuple(w for w in person.waiting if w not in gone)) if gone else person


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
