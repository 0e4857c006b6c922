"""Reminders in the turns of a deal: planned anew when what they rest on moved, said when they are due.

One timer a deal holds the first moment; at it everything due is gathered into one word to the owner. What
came too late to be true is dropped with a record.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import assert_never

from dialogs import advice, agenda, cadence, hands, roles, standing, timers
from dialogs.agenda import Agenda, Facts, Kind, Meeting
from dialogs.cadence import Terms
from dialogs.deal import Deal, altered
from dialogs.effects import AnyEffect, Pass, Remind
from dialogs.events import ReminderDue
from dialogs.news import RemindersDue
from dialogs.record import level_of
from dialogs.reminders import (
    Brief,
    CadenceSet,
    DateNear,
    DateNoted,
    MeetingKept,
    MeetingSet,
    OwnerMoved,
    ReminderEvent,
    ReminderMoved,
    RemindersAsked,
    RemindersDropped,
    ReminderSkipped,
    ReminderSnoozed,
    RemindersShown,
    ReminderUnwanted,
)
from dialogs.turns import Turn, about, notice, on_record, tell

LAST_WORDS = 2
MOST_NOTICES = 8
DATES: tuple[Kind, ...] = ("deadline", "notice", "offer_ends", "plan_b_ends", "deadline_passed")
RUNG = (timers.AGENDA, timers.CHECK_IN, timers.UNFINISHED, timers.PAUSE_OVER)  # the last three: of old deals


def facts(deal: Deal) -> Facts:
    """What a deal's reminders rest on."""
    opened, paused, other = deal.check_in, deal.paused, deal.alternative
    asked = opened is not None and opened.open is not None
    return Facts(
        terms=Terms(deal.zone, deal.hours, _utc(deal.opened), _utc(deal.deadline), level_of(deal)),
        opened=deal.opened.astimezone(UTC),
        touched=_utc(opened.touched or opened.since) if opened is not None and asked else None,
        paused=_utc(paused.since) if paused else None,
        paused_until=_utc(paused.until) if paused else None,
        plan_b_ends=_utc(other.expires) if other and not other.deal else None,
        reader_since=_utc(deal.loosening.since) if deal.loosening and deal.colleagues else None,
        live=deal.status == "live" and not deal.orphan,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(UTC)


def next_check_in(deal: Deal, at: datetime) -> datetime | None:
    """When the owner is asked for a check-in next, as things stand at `at`."""
    return agenda.planned(deal.agenda, facts(deal), at.astimezone(UTC))["check_in"]


def replanned(before: Deal | None, turn: Turn, at: datetime) -> Turn:
    """The turn with the deal's next moment, if what it rests on moved."""
    deal = turn.deal
    if deal is None or deal is before or (before is not None and _rests_on(before) == _rests_on(deal)):
        return turn
    return _planned(turn, deal, at)


def _planned(turn: Turn, deal: Deal, at: datetime) -> Turn:
    ahead = agenda.planned(deal.agenda, facts(deal), at.astimezone(UTC))
    first = min((moment for moment in ahead.values() if moment), default=None)
    if deal.next_check_in != ahead["check_in"]:
        deal = altered(deal, next_check_in=ahead["check_in"])
    return replace(turn, deal=deal, effects=(*turn.effects, Remind(timers.AGENDA, first)))


def _rests_on(deal: Deal) -> tuple[object, ...]:
    opened, paused, other = deal.check_in, deal.paused, deal.alternative
    return (
        deal.agenda,
        deal.status,
        deal.orphan,
        deal.zone,
        deal.hours,
        deal.deadline,
        level_of(deal),
        opened and opened.open is not None and (opened.touched or opened.since),
        paused and (paused.since, paused.until),
        other and other.expires,
        deal.loosening and deal.loosening.since,
        bool(deal.colleagues),
    )


def checked_in(deal: Deal, at: datetime) -> Deal:
    """The deal once a check-in ended: it takes the place of the next one."""
    return altered(deal, agenda=agenda.checked_in(deal.agenda, at.astimezone(UTC)))


def told_date(deal: Deal, kind: Kind, at: datetime) -> Deal:
    """The deal once a date was told: what would have been said of it before is not late."""
    return altered(deal, agenda=agenda.learnt(deal.agenda, kind, at.astimezone(UTC)))


# -------------------------------------------------------------------- what is due


def rang(deal: Deal, event: ReminderDue) -> Turn:
    """The first moment has come: what is due is said, what is over is dropped, the next moment is set."""
    now = event.at.astimezone(UTC)
    found = agenda.due(deal.agenda, facts(deal), now)
    after = (
        replace(deal, agenda=agenda.spoken(deal.agenda, found, now)) if found.said or found.dropped else deal
    )
    dropped = tuple(each.kind for each in found.dropped)
    entries = (RemindersDropped(id=f"{event.id}/dropped", at=event.at, kinds=dropped),) if dropped else ()
    if entries:
        after = on_record(after, entries[0]).deal or after
    kinds = tuple(each.kind for each in found.said if each.kind != "reader_waits")
    said: list[AnyEffect] = [Pass(deal.owner, _word(deal, event, kinds))] if kinds and deal.owner else []
    if any(each.kind == "reader_waits" for each in found.said):
        said += [replace(notice(deal, "loosening", event.at), to=person) for person in roles.readers(deal)]
    return _planned(Turn(after, tuple(said), entries), after, event.at)


def _word(deal: Deal, event: ReminderDue, kinds: tuple[Kind, ...]) -> RemindersDue:
    return RemindersDue(
        id=f"{event.id}/{deal.key}/said",
        at=event.at,
        deal=deal.key,
        called=deal.alias,
        kinds=kinds,
    )


# -------------------------------------------------------------------- what people say of them


def taken(deal: Deal, event: ReminderEvent) -> Turn:  # noqa: PLR0911 - one case an event
    """The next turn of a deal whose reminders are asked for or changed."""
    now, plan = event.at.astimezone(UTC), deal.agenda
    match event:
        case RemindersAsked():
            return Turn(deal, (_shown(deal, now),))
        case OwnerMoved():
            return Turn(hands.by_clock(deal, event.zone, event.hours))
        case MeetingSet():
            return _meeting(deal, event, now)
        case CadenceSet():
            after = _with(deal, agenda.changed(plan, event.cadence, now))
            return on_record(after, event, _shown(after, now))
        case DateNoted():
            return _date(deal, event, now)
        case ReminderSnoozed():
            until = _until(deal, event, now)
            return _moved(deal, event, agenda.snoozed(plan, event.kind, until), until)
        case ReminderSkipped():
            ahead = agenda.planned(plan, facts(deal), now)[event.kind]
            return _moved(deal, event, agenda.skipped(plan, event.kind, ahead, now))
        case ReminderUnwanted():
            if event.again:
                after = _with(deal, agenda.wanted(plan, event.kind, now))
                return on_record(after, event, _shown(after, now))
            return _moved(deal, event, agenda.unwanted(plan, event.kind))
        case _:
            assert_never(event)


def _with(deal: Deal, plan: Agenda) -> Deal:
    return altered(deal, agenda=plan)


def _shown(deal: Deal, now: datetime) -> RemindersShown:
    ahead = agenda.planned(deal.agenda, facts(deal), now)
    return RemindersShown(
        **about(deal),
        cadence=deal.agenda.cadence,
        meeting=_coming(deal, now),
        ahead=tuple(sorted(((kind, at) for kind, at in ahead.items() if at), key=itemgetter(1))),
        never=deal.agenda.never,
        hours=deal.hours,
    )


def _coming(deal: Deal, now: datetime) -> Meeting | None:
    talk = deal.agenda.meeting
    return talk if talk is not None and talk.until > now else None


def coming(deal: Deal, at: datetime) -> datetime | None:
    """When they talk next, where that is known."""
    talk = _coming(deal, at.astimezone(UTC))
    return talk.at if talk else None


def _meeting(deal: Deal, event: MeetingSet, now: datetime) -> Turn:
    begins, until = _utc(event.begins), _utc(event.until)
    talk = Meeting(begins, until, now) if begins is not None and until is not None else None
    after = _with(deal, agenda.arranged(deal.agenda, talk))
    ahead = agenda.planned(after.agenda, facts(after), now)
    said = MeetingKept(**about(deal), meeting=talk, brief=ahead["brief"], after=ahead["check_in"])
    return on_record(after, event, said)


def _date(deal: Deal, event: DateNoted, now: datetime) -> Turn:
    plan, moment = agenda.learnt(deal.agenda, event.kind, now), _utc(event.moment)
    if moment is not None and moment <= now:
        return Turn(deal, (tell(deal, "date_past"),))
    if event.kind == "offer_ends":
        plan = replace(plan, offer_ends=moment)
    else:
        ahead = (*(date for date in plan.notices if date > now), *((moment,) if moment else ()))
        known = tuple(dict.fromkeys(ahead))  # told twice is once
        plan = replace(plan, notices=known[-MOST_NOTICES:] if moment else ())
    after = _with(deal, plan)
    return on_record(after, event, _shown(after, now))


def _until(deal: Deal, event: ReminderSnoozed, now: datetime) -> datetime:
    if event.hours:
        return now + timedelta(hours=event.hours)
    return cadence.working_morning(now, deal.zone, 1, deal.hours)


def _moved(
    deal: Deal,
    event: ReminderSnoozed | ReminderSkipped | ReminderUnwanted,
    plan: Agenda,
    until: datetime | None = None,
) -> Turn:
    after, how = _with(deal, plan), type(event).__name__.removeprefix("Reminder").lower()
    upcoming = until or agenda.planned(plan, facts(after), event.at.astimezone(UTC))[event.kind]
    return on_record(after, event, ReminderMoved(**about(deal), kind=event.kind, how=how, upcoming=upcoming))


# -------------------------------------------------------------------- what stands behind one


def shown(deal: Deal, kind: str, at: datetime) -> AnyEffect | None:
    """What *Show me* opens on a reminder that speaks of a talk or a date; None for any other."""
    now = at.astimezone(UTC)
    if kind == "brief":
        talk = _coming(deal, now)
        return None if talk is None else _brief(deal, talk, at)
    dates = {
        "deadline": deal.deadline,
        "notice": min((date for date in deal.agenda.notices if date > now), default=None),
        "offer_ends": deal.agenda.offer_ends,
        "plan_b_ends": deal.alternative.expires if deal.alternative else None,
        "deadline_passed": deal.deadline,
    }
    for known in DATES:
        moment = dates.get(known)
        if kind == known and moment is not None:
            return DateNear(
                **about(deal),
                kind=known,
                moment=moment,
                arithmetic=standing.arithmetic(deal, at),
                alternative=deal.alternative.name if deal.alternative else "",
                passed=moment <= now,
            )
    return None


def _brief(deal: Deal, talk: Meeting, at: datetime) -> Brief:
    """The promise, what they said last, and what to watch."""
    heard = [(e.at, e.words) for e in deal.coach.evidence if e.words]
    return Brief(
        **about(deal),
        meeting=talk,
        promise=deal.promise,
        words=tuple(heard[-LAST_WORDS:]),
        watch=tuple(dict.fromkeys(e.question for e in advice.reasons(deal))),
        red_lines=deal.red_lines,
        arithmetic=standing.arithmetic(deal, at),
    )
