"""The reminders of one deal: which dates are ahead, which are due, what of it still holds and may be said.

It plans from the deal as it is, so that a change leaves nothing behind; it refuses to speak twice of one
date, in quiet hours, during a talk, or of what is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
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
from dialogs.sayable import breaks_through, is_over, sayable

Kind = Literal[
    "pause_over", "deadline", "notice", "offer_ends", "plan_b_ends", "deadline_passed", "brief",
    "reader_waits", "unfinished", "check_in", "digest",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)  # the most urgent first: the order in a message
PROMPTS: tuple[Kind, ...] = ("check_in", "unfinished")
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
AHEAD: Mapping[Kind, tuple[timedelta, ...]] = {
    "deadline": (WEEK, DAY, 2 * HOUR),
    "notice": (WEEK, DAY),
    "offer_ends": (DAY, 2 * HOUR),
    "plan_b_ends": (DAY, 2 * HOUR),
}
TICK = timedelta(seconds=1)
BY_THE_DEADLINE = ("never", "shares", "before")  # say by themselves what comes on the last day
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
    meant: datetime | None = None  # its moment before hours moved it: other hours do not bring it again
    again: bool = False  # was put off: all else stays as it is


@dataclass(frozen=True, slots=True)
class Due:
    """What a look at the clock came to: one message of what is said, and what was dropped as over."""

    said: tuple[Reminder, ...] = ()
    dropped: tuple[Reminder, ...] = ()
    besides: tuple[Reminder, ...] = ()  # of a kind that is said: done with it


def planned(agenda: Agenda, facts: Facts, now: datetime) -> dict[Kind, datetime | None]:
    """For every kind its next moment (None: none), as the deal's timers are to be set.

    What is late comes at once, or as soon as it may be said. A deal that is closed has none.
    """
    ahead: dict[Kind, datetime | None] = dict.fromkeys(KINDS)
    for found in _reminders(agenda, facts):
        at = sayable(found, agenda, facts, now)
        known = ahead[found.kind]
        ahead[found.kind] = at if known is None else min(known, at)
    return ahead


def due(agenda: Agenda, facts: Facts, now: datetime) -> Due:
    """What is to be said now, several things in one message; what may not be said yet stays planned.

    One word a kind: of several moments that are past, the nearest to now is spoken of.
    """
    late = [found for found in _reminders(agenda, facts) if found.due <= now]
    when = [(found, sayable(found, agenda, facts, now)) for found in late]
    over = tuple(found for found, at in when if is_over(found, at))
    now_said = [found for found, at in when if at <= now and not is_over(found, at)]
    said = {found.kind: found for found in now_said}
    besides = tuple(found for found in now_said if found is not said[found.kind])
    return Due(tuple(said[kind] for kind in KINDS if kind in said), over, besides)


def spoken(agenda: Agenda, happened: Due, now: datetime) -> Agenda:
    """The agenda once that was said, or dropped: of each date once, and a snooze is used up.

    What was put off leaves the cadence as it was, and was counted as a question before.
    """
    said = (*happened.said, *happened.besides)
    through = (*said, *happened.dropped)
    new: dict[str, datetime] = {}
    first = [found for found in through if not found.again]
    for found in first:
        key, upto = _key(found.kind, found.about), found.meant or now
        new[key] = max(new.get(key, upto), agenda.done.get(key, upto), upto)
    kinds = {found.kind for found in through}
    if any(found.kind == "pause_over" for found in first):  # from then on the cadence counts again
        new["check_in"] = now
        kinds |= {*PROMPTS, "digest"}
    asked = any(found.kind in PROMPTS and not found.again for found in said)
    return replace(
        agenda,
        done={**_current(agenda, new), **new},
        snoozed=_without(agenda.snoozed, *kinds),
        unanswered=agenda.unanswered + asked,
    )


def _current(agenda: Agenda, new: Mapping[str, datetime]) -> dict[str, datetime]:
    """What is done, without dates of which another one has taken the place."""
    moved = {key.partition(" ")[0] for key in new if " " in key}
    kept = {_key("notice", date) for date in agenda.notices}
    old = [key for key in agenda.done if " " in key and key.partition(" ")[0] in moved and key not in kept]
    return _without(agenda.done, *old)


def checked_in(agenda: Agenda, now: datetime) -> Agenda:
    """A check-in ended: its questions are answered, and it may take the place of the next one."""
    over = agenda.meeting is not None and agenda.meeting.at <= now
    return replace(
        agenda,
        meeting=None if over else agenda.meeting,
        done={**agenda.done, **dict.fromkeys((*PROMPTS, "digest"), now)},
        snoozed=_without(agenda.snoozed, *PROMPTS, "digest"),
        unanswered=0,
    )


def snoozed(agenda: Agenda, kind: Kind, until: datetime) -> Agenda:
    """That one reminder comes again; the cadence stays as it is, and the user was there."""
    return replace(agenda, snoozed={**agenda.snoozed, kind: until}, unanswered=0)


def skipped(agenda: Agenda, kind: Kind, ahead: datetime | None, now: datetime) -> Agenda:
    """One put off is forgotten; else the next one of this kind (at `ahead`) is passed over."""
    if kind in agenda.snoozed:
        return replace(agenda, snoozed=_without(agenda.snoozed, kind), unanswered=0)
    upto = max(agenda.done.get(kind, now), ahead or now, now)
    return replace(agenda, done={**agenda.done, kind: upto}, unanswered=0)


def changed(agenda: Agenda, cadence: Cadence, now: datetime) -> Agenda:
    """Another cadence counts from now; it does not bring back what was said."""
    done: dict[str, datetime] = {**agenda.done, **dict.fromkeys(PROMPTS, now)}
    return replace(agenda, cadence=cadence, since=now, done=done, unanswered=0)


def arranged(agenda: Agenda, meeting: Meeting | None) -> Agenda:
    """The next talk was arranged, moved, or called off: what was to come before another one is not said."""
    done, rest = _without(agenda.done, "brief"), _without(agenda.snoozed, "brief")
    return replace(agenda, meeting=meeting, done=done, snoozed=rest)


def learnt(agenda: Agenda, kind: Kind, now: datetime) -> Agenda:
    """A date was told or moved just now: what would have been said of it earlier is not late."""
    return replace(agenda, done={**agenda.done, kind: now})


def wanted(agenda: Agenda, kind: Kind, now: datetime) -> Agenda:
    """This kind again, from now on; what was said of it already is not said again."""
    never = tuple(known for known in agenda.never if known != kind)
    return replace(agenda, never=never, done={**agenda.done, kind: max(agenda.done.get(kind, now), now)})


def unwanted(agenda: Agenda, kind: Kind) -> Agenda:
    """Never this kind again."""
    return replace(agenda, never=(*agenda.never, kind), unanswered=0)


def _without(moments: Mapping[str, datetime], *kinds: str) -> dict[str, datetime]:
    return {key: at for key, at in moments.items() if key not in kinds}


# -------------------------------------------------------------------- what is ahead


def _reminders(agenda: Agenda, facts: Facts) -> list[Reminder]:
    """All that is ahead or late, in the order of their moments; what was put off before the rest."""
    if not facts.live:
        return []
    found = [*_put_off(agenda, facts), *_pause_over(agenda, facts), *_dates(agenda, facts)]
    found += [*_passed(agenda, facts), *_brief(agenda, facts), *_reader(agenda, facts)]
    if not _rests(agenda, facts):
        found += _talks(agenda, facts)
    return sorted((each for each in found if each.kind not in agenda.never), key=lambda each: each.due)


def _done(agenda: Agenda, facts: Facts, *kinds: str) -> datetime:
    """Up to when these kinds are done with."""
    return max(agenda.done.get(kind, facts.opened) for kind in kinds)


def _key(kind: Kind, date: datetime) -> str:
    """Under which name it is noted what was said: of a date under its own, for it may move."""
    dated = kind in (*AHEAD, "brief", "pause_over", "deadline_passed")
    return f"{kind} {date.isoformat()}" if dated else kind


def _rests(agenda: Agenda, facts: Facts) -> bool:
    """Whether there is a pause, until its end has been told."""
    until = facts.paused_until
    if facts.paused is None or until is None:
        return facts.paused is not None
    done = _done(agenda, facts, "pause_over", _key("pause_over", until))
    return done < until and "pause_over" not in agenda.never


def _pause_over(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    """The end of a pause: a recess ends at its minute, a longer one when they may be spoken to."""
    until = facts.paused_until
    if facts.paused is None or until is None:
        return
    if until > _done(agenda, facts, "pause_over", _key("pause_over", until)):
        yield Reminder("pause_over", until, until, meant=until)


def _dates(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    """What is said ahead of a date; brought forward where a delay would come too late."""
    dates: dict[Kind, tuple[datetime | None, ...]] = {
        "deadline": (facts.terms.deadline,),
        "notice": agenda.notices,
        "offer_ends": (agenda.offer_ends,),
        "plan_b_ends": (facts.plan_b_ends,),
    }
    for kind, moments in dates.items():
        for date in moments:
            if date is not None:
                yield from _ahead(kind, date, agenda, facts)


def _ahead(kind: Kind, date: datetime, agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    since, said = _done(agenda, facts, kind), _done(agenda, facts, _key(kind, date))
    for at in (date - span for span in AHEAD[kind]):
        if at > said:
            through = breaks_through(kind, facts)
            due = at if through else in_time(at, date, facts.opened, facts.terms)
            if due is not None and due > since:
                yield Reminder(kind, due, date, ends=date, meant=at)


def _passed(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    """Once the deadline is over, a question whether it moved, or the deal is over."""
    date = facts.terms.deadline
    if date is None or _key("deadline_passed", date) in agenda.done:
        return
    if date > _done(agenda, facts, "deadline_passed"):
        yield Reminder("deadline_passed", date, date, meant=date)


def _brief(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    """Before a talk: an hour ahead, or early enough in allowed hours."""
    meeting = agenda.meeting
    if meeting is None:
        return
    at, since = meeting.at - HOUR, max(meeting.told, _done(agenda, facts, "brief"))
    due = in_time(at, meeting.at, meeting.told, facts.terms)
    if due is not None and due > since and at > _done(agenda, facts, _key("brief", meeting.at)):
        yield Reminder("brief", due, meeting.at, ends=meeting.at, meant=at)


def _reader(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    """A second reader who has not answered is asked once more, the next working morning."""
    since = facts.reader_since
    if since is not None and since > _done(agenda, facts, "reader_waits"):
        yield Reminder("reader_waits", working_morning(since, facts.terms.zone, 1, facts.terms.hours), since)


def _talks(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    """The open check-in, once; the one after the next talk; else as often as was agreed; or the digest."""
    touched, talk = facts.touched, agenda.meeting
    if touched is not None and touched >= agenda.done.get("unfinished", facts.opened):
        since = max(touched, _done(agenda, facts, "check_in"))  # an open one through a pause: after its end
        due = working_morning(since, facts.terms.zone, 1, facts.terms.hours)
        yield Reminder("unfinished", due, touched)
        return
    if talk is not None and talk.until > _done(agenda, facts, *PROMPTS):
        yield Reminder("check_in", talk.until, talk.at)
    else:
        yield from _regular(agenda, facts)


def _regular(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    word = _done(agenda, facts, "check_in", "unfinished", "digest")
    if facts.paused_until is not None:
        word = max(word, facts.paused_until)
    cadence, terms, deadline = agenda.cadence, facts.terms, facts.terms.deadline
    silent = agenda.unanswered >= IGNORED or facts.paused is not None  # a pause that is over, and no return
    if silent and cadence.kind != "never":
        digest = None if "digest" in agenda.never else next_due(_digest(cadence), word, terms)
        near = deadline - WEEK - TICK if deadline is not None and word < deadline else None
        if near is None or (word < near and digest is not None and digest <= near):
            if digest is not None:
                yield Reminder("digest", digest, digest)
            return
        word = max(word, near)
    fresh = word in (facts.opened, agenda.since)  # nothing was said yet that could stand for the next one
    due = (next_due if fresh else next_after)(cadence, word, terms)
    if _last_day(facts, word) and cadence.kind not in BY_THE_DEADLINE:
        due = None if agenda.unanswered else in_hours(word, terms)
        due = next_due(cadence, deadline, terms) if due is None and deadline and cadence.beyond else due
    if due is not None:
        yield Reminder("check_in", due, due, ends=None if cadence.beyond else deadline)


def _digest(cadence: Cadence) -> Cadence:
    return replace(DIGEST, beyond=cadence.beyond)


def _last_day(facts: Facts, word: datetime) -> bool:
    deadline = facts.terms.deadline
    return deadline is not None and timedelta(0) <= deadline - word < DAY


def _put_off(agenda: Agenda, facts: Facts) -> Iterator[Reminder]:
    """What was put off comes again, where what it speaks of is still to come or to do."""
    if not agenda.snoozed:
        return
    dates: dict[Kind, datetime | None] = {
        "deadline": facts.terms.deadline,
        "notice": max(agenda.notices, default=None),
        "offer_ends": agenda.offer_ends,
        "plan_b_ends": facts.plan_b_ends,
        "brief": agenda.meeting.at if agenda.meeting else None,
    }
    rests = _rests(agenda, facts)
    open_: dict[Kind, bool] = {
        "pause_over": facts.paused is not None,
        "deadline_passed": facts.terms.deadline is not None,
        "reader_waits": facts.reader_since is not None,
        "unfinished": facts.touched is not None and not rests,
        "check_in": facts.touched is None and not rests,
        "digest": not rests,
    }
    for kind in KINDS:
        at, date = agenda.snoozed.get(kind), dates.get(kind)
        if at is not None and (open_.get(kind) or (date is not None and date > at)):
            yield Reminder(kind, at, date or at, ends=date, again=True)
