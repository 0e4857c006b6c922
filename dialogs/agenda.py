"""The reminders of one deal: which dates are ahead, which are due, what of it still holds and may be said.

It plans from the deal as it is, so that a change leaves nothing behind; it refuses to speak twice of one
date, in quiet hours, during a talk, or of what is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal, get_args

from dialogs.cadence import (
    SUGGESTED,
    Cadence,
    Terms,
    in_hours,
    in_time,
    next_after,
    next_due,
    working_morning,
)
from dialogs.hours import DAY

Kind = Literal[
    "pause_over", "deadline", "notice", "offer_ends", "plan_b_ends", "brief", "reader_waits", "unfinished",
    "check_in", "digest",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)  # the most urgent first: the order in a message
PROMPTS: tuple[Kind, ...] = ("check_in", "unfinished")
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
RECESS = timedelta(hours=4)  # a pause up to so long ends at its minute: they are at the table
AHEAD: Mapping[Kind, tuple[timedelta, ...]] = {
    "deadline": (WEEK, DAY, 2 * HOUR),
    "notice": (WEEK, DAY),
    "offer_ends": (DAY, 2 * HOUR),
    "plan_b_ends": (DAY, 2 * HOUR),
}
IGNORED = 2  # questions for a check-in without an answer: then a digest
DIGEST = Cadence("weekly", weekdays=(0,), at=time(9))


@dataclass(frozen=True, slots=True)
class Meeting:
    """A talk that was arranged: from when until when, and when the coach was told."""

    at: datetime
    until: datetime
    told: datetime


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a deal keeps of its reminders; `done` says of each kind up to which moment it is done with."""

    cadence: Cadence = SUGGESTED
    since: datetime | None = None  # when that was agreed
    meeting: Meeting | None = None
    notices: tuple[datetime, ...] = ()
    offer_ends: datetime | None = None
    done: Mapping[str, datetime] = field(default_factory=dict)
    snoozed: Mapping[str, datetime] = field(default_factory=dict)
    never: tuple[str, ...] = ()  # kinds that are not wanted
    unanswered: int = 0  # questions for a check-in since the last word of theirs


@dataclass(frozen=True, slots=True)
class Facts:
    """What else of a deal decides its reminders."""

    terms: Terms
    opened: datetime
    touched: datetime | None = None  # the open check-in, when it was last touched
    paused: datetime | None = None
    paused_until: datetime | None = None
    plan_b_ends: datetime | None = None
    reader_since: datetime | None = None
    live: bool = True


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing to say from `due` on, until it is true no more; `about` is the date it speaks of."""

    kind: Kind
    due: datetime
    about: datetime
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What a look at the clock came to: one message of what is said, and what was dropped as over."""

    said: tuple[Reminder, ...] = ()
    dropped: tuple[Reminder, ...] = ()


def planned(agenda: Agenda, facts: Facts, now: datetime) -> dict[Kind, datetime | None]:
    """For every kind its next moment (None: none), as the deal's timers are to be set.

    What is late comes at once, or as soon as it may be said. A deal that is closed has none.
    """
    ahead: dict[Kind, datetime | None] = dict.fromkeys(KINDS)
    for found in _reminders(agenda, facts):
        at = _sayable(found, agenda, facts, now)
        known = ahead[found.kind]
        ahead[found.kind] = at if known is None else min(known, at)
    return ahead


def due(agenda: Agenda, facts: Facts, now: datetime) -> Due:
    """What is to be said now, several things in one message; what may not be said yet stays planned.

    One word a kind: of several moments that are past, the nearest to now is spoken of.
    """
    late = [found for found in _reminders(agenda, facts) if found.due <= now]
    over = tuple(found for found in late if _is_over(found, _sayable(found, agenda, facts, now)))
    said: dict[Kind, Reminder] = {}
    for found in late:
        if found not in over and _sayable(found, agenda, facts, now) <= now:
            said[found.kind] = found
    return Due(tuple(said[kind] for kind in KINDS if kind in said), over)


def spoken(agenda: Agenda, happened: Due, now: datetime) -> Agenda:
    """The agenda once that was said, or dropped: of each date once, and a snooze is used up."""
    kinds = {found.kind for found in (*happened.said, *happened.dropped)}
    asked = any(found.kind in PROMPTS for found in happened.said)
    return replace(
        agenda,
        done={**agenda.done, **dict.fromkeys(kinds, now)},
        snoozed={kind: at for kind, at in agenda.snoozed.items() if kind not in kinds},
        unanswered=agenda.unanswered + asked,
    )


def checked_in(agenda: Agenda, now: datetime) -> Agenda:
    """A check-in ended: its questions are answered, and it may take the place of the next one."""
    over = agenda.meeting is not None and agenda.meeting.at <= now
    return replace(
        agenda,
        meeting=None if over else agenda.meeting,
        done={**agenda.done, **dict.fromkeys((*PROMPTS, "digest"), now)},
        snoozed={kind: at for kind, at in agenda.snoozed.items() if kind not in (*PROMPTS, "digest")},
        unanswered=0,
    )


def snoozed(agenda: Agenda, kind: Kind, until: datetime) -> Agenda:
    """That one reminder comes again; the cadence stays as it is, and the user was there."""
    return replace(agenda, snoozed={**agenda.snoozed, kind: until}, unanswered=0)


def skipped(agenda: Agenda, kind: Kind, ahead: datetime | None, now: datetime) -> Agenda:
    """The next one of this kind (at `ahead`) is passed over, and one put off is forgotten."""
    rest = {other: at for other, at in agenda.snoozed.items() if other != kind}
    done = {**agenda.done, kind: max(ahead or now, now)}
    return replace(agenda, snoozed=rest, done=done, unanswered=0)


def changed(agenda: Agenda, cadence: Cadence, now: datetime) -> Agenda:
    """Another cadence counts from now; it does not bring back what was said."""
    done: dict[str, datetime] = {**agenda.done, **dict.fromkeys(PROMPTS, now)}
    return replace(agenda, cadence=cadence, since=now, done=done, unanswered=0)


def arranged(agenda: Agenda, meeting: Meeting | None) -> Agenda:
    """The next talk was arranged, moved, or called off."""
    return replace(agenda, meeting=meeting)


def learnt(agenda: Agenda, kind: Kind, now: datetime) -> Agenda:
    """A date was told or moved just now: what would have been said of it earlier is not late."""
    return replace(agenda, done={**agenda.done, kind: now})


def unwanted(agenda: Agenda, kind: Kind) -> Agenda:
    """Never this kind again."""
    return replace(agenda, never=(*agenda.never, kind), unanswered=0)


# -------------------------------------------------------------------- what is ahead


def _reminders(agenda: Agenda, facts: Facts) -> list[Reminder]:
    """All that is ahead or late, in the order of their moments."""
    if not facts.live:
        return []
    found = [*_pause_over(agenda, facts), *_dates(agenda, facts), *_brief(agenda, facts)]
    found += _reader(agenda, facts)
    if not _pauses(facts):
        found += _talks(agenda, facts)
    found += _put_off(agenda, facts)
    return sorted((each for each in found if each.kind not in agenda.never), key=lambda each: each.due)


def _done(agenda: Agenda, facts: Facts, *kinds: str) -> datetime:
    """Up to when these kinds are done with."""
    return max((agenda.done.get(kind, facts.opened) for kind in kinds), key=_utc)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _pauses(facts: Facts) -> bool:
    return facts.paused is not None


def _pause_over(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    """The end of a pause: a recess ends at its minute, a longer one when they may be spoken to."""
    until = facts.paused_until
    if facts.paused is not None and until is not None and until > _done(agenda, facts, "pause_over"):
        yield Reminder("pause_over", until, until)


def _dates(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    """What is said ahead of a date; brought forward where a delay would come too late."""
    dates: dict[Kind, tuple[datetime | None, ...]] = {
        "deadline": (facts.terms.deadline,),
        "notice": agenda.notices,
        "offer_ends": (agenda.offer_ends,),
        "plan_b_ends": (facts.plan_b_ends,),
    }
    for kind, moments in dates.items():
        since = _done(agenda, facts, kind)
        ahead = [(date, date - span) for date in moments if date for span in AHEAD[kind]]
        for date, at in ahead:
            due = at if _breaks_through(kind, facts) else in_time(at, date, at - WEEK, facts.terms)
            if at > facts.opened and due is not None and due > since:
                yield Reminder(kind, due, date, ends=date)


def _breaks_through(kind: Kind, facts: Facts) -> bool:
    """Whether this may be said in quiet hours: a deadline, where that was allowed."""
    return kind in ("deadline", "notice") and facts.terms.hours.break_through


def _brief(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    """Before a talk: an hour ahead, or early enough in allowed hours."""
    meeting = agenda.meeting
    if meeting is None:
        return
    due = in_time(meeting.at - HOUR, meeting.at, meeting.told, facts.terms)
    if due is not None and due > max(meeting.told, _done(agenda, facts, "brief"), key=_utc):
        yield Reminder("brief", due, meeting.at, ends=meeting.at)


def _reader(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    """A second reader who has not answered is asked once more, the next working morning."""
    since = facts.reader_since
    if since is not None and since > _done(agenda, facts, "reader_waits"):
        yield Reminder("reader_waits", working_morning(since, facts.terms.zone, 1, facts.terms.hours), since)


def _talks(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    """The open check-in, else the one after the next talk, else as often as was agreed; or the digest."""
    if facts.touched is not None:
        if facts.touched >= agenda.done.get("unfinished", facts.opened):
            due = working_morning(facts.touched, facts.terms.zone, 1, facts.terms.hours)
            yield Reminder("unfinished", due, facts.touched)
        return
    talk = agenda.meeting
    if talk is not None and talk.until > _done(agenda, facts, "check_in"):
        yield Reminder("check_in", talk.until, talk.at)
    else:
        yield from _regular(agenda, facts)


def _regular(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    word = _done(agenda, facts, "check_in", "unfinished", "digest")
    if _ignored(agenda, facts, word):
        due = next_due(DIGEST, word, facts.terms)
        if due is not None:
            yield Reminder("digest", due, due)
        return
    fresh = word in (facts.opened, agenda.since)  # nothing was said yet that could stand for the next one
    due = (next_due if fresh else next_after)(agenda.cadence, word, facts.terms)
    if _last_day(facts, word) and agenda.cadence.kind != "never":
        due = None if agenda.unanswered else in_hours(word, facts.terms)
    if due is not None:
        yield Reminder("check_in", due, due)


def _ignored(agenda: Agenda, facts: Facts, word: datetime) -> bool:
    """Whether questions for a check-in give way to the digest: not in the week before the deadline."""
    deadline = facts.terms.deadline
    near = deadline is not None and timedelta(0) <= deadline - word < WEEK
    return agenda.unanswered >= IGNORED and not near and agenda.cadence.kind != "never"


def _last_day(facts: Facts, word: datetime) -> bool:
    deadline = facts.terms.deadline
    return deadline is not None and timedelta(0) <= deadline - word < DAY


def _put_off(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    """What was put off comes again, where what it speaks of is still to come or to do."""
    dates: dict[Kind, datetime | None] = {
        "deadline": facts.terms.deadline,
        "notice": max(agenda.notices, default=None),
        "offer_ends": agenda.offer_ends,
        "plan_b_ends": facts.plan_b_ends,
        "brief": agenda.meeting.at if agenda.meeting else None,
    }
    open_: dict[Kind, bool] = {
        "pause_over": _pauses(facts),
        "reader_waits": facts.reader_since is not None,
        "unfinished": facts.touched is not None and not _pauses(facts),
        "check_in": facts.touched is None and not _pauses(facts),
        "digest": not _pauses(facts),
    }
    for kind in KINDS:
        at, date = agenda.snoozed.get(kind), dates.get(kind)
        if at is not None and (open_.get(kind) or (date is not None and date > at)):
            yield Reminder(kind, at, date or at, ends=date)


# -------------------------------------------------------------------- when it may be said


def _sayable(found: Reminder, agenda: Agenda, facts: Facts, now: datetime) -> datetime:
    """The first moment from `now` on at which this may be said: in allowed hours, and not during a talk."""
    at = max(found.due, now, key=_utc)
    if _breaks_through(found.kind, facts) or _recess(found, facts):
        return at
    hours, zone = facts.terms.hours, facts.terms.zone
    at = hours.next_allowed(at, zone)
    talk = agenda.meeting
    if talk is not None and talk.at <= at < talk.until and found.kind != "brief":
        at = hours.next_allowed(talk.until, zone)
    return at


def _recess(found: Reminder, facts: Facts) -> bool:
    """Whether this ends a pause so short that they are at the table."""
    return found.kind == "pause_over" and facts.paused is not None and found.about - facts.paused <= RECESS


def _is_over(found: Reminder, at: datetime) -> bool:
    return found.ends is not None and at >= found.ends
