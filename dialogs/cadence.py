"""When to speak again: moments from a cadence, a zone, local wall time, hours, deadline and level.

It decides moments; it refuses to know what time it is. A wall time that a change of clocks skips is moved
past the gap, one that happens twice means the first (PEP 495, fold 0).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from dialogs.hours import DAY, USUAL, WEEK, Hours
from dialogs.levels import Level

MORNING = time(9, 0)
WORKING_DAYS = 3  # between check-ins while nothing is wrong
PAUSE_WORKING_DAYS = 3
SHORT_PAUSE = timedelta(minutes=30)
LAST_DAY = timedelta(hours=24)
LONGEST_HOURS = timedelta(hours=3)  # between check-ins on the last day
LOOKED_BACK = 60  # days at most, for the slot before
NEAR, FAR = timedelta(days=14), timedelta(days=90)  # to the deadline

Kind = Literal["suggested", "every", "weekly", "daily", "shares", "before", "never"]


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often to ask for a check-in while no talk is arranged. One flat record, because it is stored.

    - suggested: every `days` working days while nothing is wrong, every working day above that level
    - every: every `days` working days, counted from the last check-in or question for one
    - weekly: on each of `weekdays` (0 is Monday); daily: on all of them
    - shares: at `shares` (per cent) of the time from opening to deadline
    - before: each of `spans` before the deadline
    - never
    """

    kind: Kind = "suggested"
    days: int = WORKING_DAYS
    at: time = MORNING
    weekdays: tuple[int, ...] = ()
    shares: tuple[int, ...] = ()
    spans: tuple[timedelta, ...] = ()
    beyond: bool = False  # goes on after the deadline


SUGGESTED, NEVER = Cadence(), Cadence("never")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a deal's moments depend on besides its cadence."""

    zone: str
    hours: Hours = USUAL
    opened: datetime | None = None
    deadline: datetime | None = None
    level: Level = Level.STAY


def suggested(opened: datetime, deadline: datetime | None) -> Cadence:
    """What to propose at set-up: the nearer the deadline, the more often; above `stay` every working day."""
    if deadline is None or deadline - opened > FAR:
        return Cadence(days=WORKING_DAYS if deadline is None else 5)
    return Cadence(days=1 if deadline - opened <= NEAR else WORKING_DAYS)


def next_due(cadence: Cadence, after: datetime, terms: Terms) -> datetime | None:
    """The next moment (UTC) strictly later than `after`, never in quiet hours; None if there is none.

    Never at or past the deadline, unless the cadence goes beyond it.
    """
    return next((due for due, _ in _turns(cadence, after.astimezone(UTC), terms) if due > after), None)


def next_after(cadence: Cadence, word: datetime, terms: Terms) -> datetime | None:
    """Like `next_due`, but what the last word came near to is passed over.

    So an early check-in, or a question that came late, takes the place of the next one: when it is nearer
    to that one than to the one before, or within half of a span before the deadline.
    """
    turns = _turns(cadence, word.astimezone(UTC), terms)
    return next((due for due, reach in turns if due > word and due - reach > word), None)


def _turns(cadence: Cadence, word: datetime, terms: Terms) -> Iterator[tuple[datetime, timedelta]]:
    """Moments in order, each with how far before it a word takes its place; some may lie before `word`."""
    for due, reach in _endless(cadence, word, terms):
        if terms.deadline is not None and due >= terms.deadline and not cadence.beyond:
            return
        yield due, reach


def _endless(cadence: Cadence, word: datetime, terms: Terms) -> Iterator[tuple[datetime, timedelta]]:
    match cadence.kind:
        case "suggested":
            yield _suggested(cadence, word, terms), timedelta(0)
        case "every":
            yield _working_day(word, max(1, cadence.days), cadence.at, terms), timedelta(0)
        case "daily" | "weekly":
            yield from _with_reach(_distinct(_slots(cadence, word, terms)))
        case "shares":
            yield from islice(_with_reach(_distinct(_shares(cadence, terms))), 1, None)
        case "before":
            yield from _spans(cadence, word, terms)
        case "never":
            return
        case _:  # pragma: no cover
            assert_never(cadence.kind)


def _suggested(cadence: Cadence, word: datetime, terms: Terms) -> datetime:
    """Before a nearer deadline the next working morning."""
    days = max(1, cadence.days) if terms.level is Level.STAY else 1
    due = _working_day(word, days, cadence.at, terms)
    if terms.deadline is None or due < terms.deadline or cadence.beyond:
        return due
    return _working_day(word, 1, cadence.at, terms)


def _slots(cadence: Cadence, word: datetime, terms: Terms) -> Iterator[datetime]:
    """The named weekdays, from the one before `word` on, for ever; a day off moves to a working day."""
    weekdays = cadence.weekdays if cadence.kind == "weekly" else WEEK
    day = word.astimezone(ZoneInfo(terms.zone)).date()
    for _ in range(LOOKED_BACK):
        if day.weekday() in weekdays and _placed(day, cadence.at, terms) <= word:
            break
        day -= DAY
    while any(known in weekdays for known in WEEK):
        if day.weekday() in weekdays:
            yield _placed(day, cadence.at, terms)
        day += DAY


def _placed(day: date, at: time, terms: Terms) -> datetime:
    """The wall time on that day if it is allowed, else on the first working day from it, else delayed."""
    moment = wall(datetime.combine(day, at), terms.zone)
    if terms.hours.allowed(moment, terms.zone):
        return moment
    while not terms.hours.works_on(day):
        day += DAY
    return terms.hours.next_allowed(wall(datetime.combine(day, at), terms.zone), terms.zone)


def _working_day(after: datetime, days: int, at: time, terms: Terms) -> datetime:
    return terms.hours.next_allowed(working_morning(after, terms.zone, days, terms.hours, at), terms.zone)


def _shares(cadence: Cadence, terms: Terms) -> Iterator[datetime]:
    if terms.opened is None or terms.deadline is None or terms.deadline <= terms.opened:
        return
    opened, deadline = terms.opened.astimezone(UTC), terms.deadline.astimezone(UTC)
    yield opened  # the word before the first
    found = [opened + (deadline - opened) * share / 100 for share in cadence.shares if 0 < share < 100]
    yield from sorted(due for at in found if (due := in_time(at, deadline, opened, terms)))


def _spans(cadence: Cadence, word: datetime, terms: Terms) -> Iterator[tuple[datetime, timedelta]]:
    if terms.deadline is None:
        return
    deadline, since = terms.deadline.astimezone(UTC), (terms.opened or word).astimezone(UTC)
    at = {span: deadline - span for span in cadence.spans if timedelta(0) < span < deadline - since}
    found = [(in_time(when, deadline, since, terms), span / 2) for span, when in at.items()]
    yield from sorted((due, reach) for due, reach in found if due is not None)


def in_time(moment: datetime, ends: datetime, since: datetime, terms: Terms) -> datetime | None:
    """`moment`, delayed out of quiet hours; brought forward if that would be too late for `ends`.

    None if no allowed moment is left between `since` and `ends`.
    """
    due = terms.hours.next_allowed(moment, terms.zone)
    return due if due < ends else terms.hours.latest(moment, terms.zone, since)


def _distinct(moments: Iterator[datetime]) -> Iterator[datetime]:
    last = None
    for moment in moments:
        if last is None or moment > last:
            yield moment
        last = moment


def _with_reach(moments: Iterator[datetime]) -> Iterator[tuple[datetime, timedelta]]:
    """Each with half the way back to the one before."""
    before = None
    for due in moments:
        yield due, (due - before) / 2 if before else timedelta(0)
        before = due


def next_check_in(at: datetime, zone: str, level: Level, deadline: datetime | None) -> datetime | None:
    """The next check-in as suggested: some working days on, at nine in the morning.

    Before a nearer deadline the next working morning, and None once there is no morning in between. In the
    last 24 hours a matter of hours: three, or half of what is left, and None once that is under half an hour.
    """
    if deadline is not None and timedelta(0) <= deadline - at < LAST_DAY:
        return in_hours(at, Terms(zone, deadline=deadline))
    return next_due(SUGGESTED, at, Terms(zone, deadline=deadline, level=level))


def in_hours(at: datetime, terms: Terms) -> datetime | None:
    """The next check-in on the last day: in three hours, or half of what is left; None in the last hour."""
    deadline = terms.deadline or at
    wait = min(LONGEST_HOURS, (deadline - at) / 2)
    if wait < SHORT_PAUSE:
        return None
    return in_time(at.astimezone(UTC) + wait, deadline, at.astimezone(UTC), terms)


def pause_end(at: datetime, zone: str, deadline: datetime | None) -> datetime:
    """Three working days on; with less than a day to the deadline, a recess of minutes."""
    due = working_morning(at, zone, PAUSE_WORKING_DAYS)
    if deadline is None or deadline <= at or due < deadline:
        return due
    left = deadline - at
    return at.astimezone(UTC) + (min(SHORT_PAUSE, left / 10) if left < LAST_DAY else left / 3)


def working_morning(
    at: datetime, zone: str, days: int, hours: Hours = USUAL, clock: time = MORNING
) -> datetime:
    """Nine o'clock local time (or `clock`), `days` working days after `at`, whatever the hours then."""
    day = at.astimezone(ZoneInfo(zone)).date()
    while days > 0:
        day += DAY
        days -= hours.works_on(day)
    return wall(datetime.combine(day, clock), zone)


def wall(local: datetime, zone: str) -> datetime:
    """The moment (UTC) at which a wall clock in `zone` shows `local`; a skipped hour moves past the jump."""
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
