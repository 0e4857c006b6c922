"""When somebody may be spoken to: working days, quiet hours, holidays, absence, all by their own wall clock.

It delays and drops nothing; it refuses to know the calendar of any country: holidays are dates given to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
WEEK = range(7)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
SPELL = timedelta(days=2)  # in twice so short a time no clock changes twice
BEFORE_CLOSING = timedelta(minutes=30)  # what must not come late is said this long before the day ends


@dataclass(frozen=True, slots=True)
class Hours:
    """Working days (0 is Monday), and of each the hours from `begin` until before `end`.

    `end` not after `begin` is a night shift, and belongs to the day it begins on; both equal are a day and
    a night. No working day at all means every day: whoever set reminders is to get them. What the wall
    clock shows decides, so an hour that comes twice is twice allowed, or twice quiet.
    """

    days: tuple[int, ...] = MONDAY_TO_FRIDAY
    begin: time = time(8)
    end: time = time(19)
    away_since: datetime | None = None
    away_until: datetime | None = None
    cover: str = ""  # who is asked meanwhile
    holidays: tuple[date, ...] = ()
    country: str = ""
    break_through: bool = False  # a deadline may come at any hour

    def works_on(self, day: date) -> bool:
        """Whether a working day begins on `day`; absence aside."""
        if self.holidays and day in self.holidays:
            return False
        return day.weekday() in self.days or not any(known in WEEK for known in self.days)

    def away(self, moment: datetime) -> bool:
        """Whether they are out of office at `moment`."""
        since, until = self.away_since, self.away_until
        return until is not None and moment < until and (since is None or moment >= since)

    def allowed(self, moment: datetime, zone: str) -> bool:
        """Whether they may be spoken to at `moment`."""
        if self.away(moment):
            return False
        local = moment.astimezone(ZoneInfo(zone))
        shown, day = local.time(), local.date()
        if self.begin < self.end:
            return self.begin <= shown < self.end and self.works_on(day)
        if shown >= self.begin and self.works_on(day):
            return True
        return shown < self.end and self.works_on(day - DAY)

    def next_allowed(self, moment: datetime, zone: str) -> datetime:
        """The first allowed moment (UTC), `moment` or later; at the calendar's end `moment` as it is."""
        moment = moment.astimezone(UTC)  # sums in a zone are sums on its wall clock
        if self.allowed(moment, zone):
            return moment
        since = self.away_until.astimezone(UTC) if self.away_until and self.away(moment) else moment
        try:
            found = self._next_day(since, zone)
            if found is not None and not self.allowed(since, zone):
                return found
            return next(found for found in self._openings(since, zone) if self.allowed(found, zone))
        except OverflowError:
            return moment

    def latest(self, moment: datetime, zone: str, since: datetime) -> datetime | None:
        """A good moment (UTC) for what would come too late after `moment`: half an hour before closing.

        On a shorter day its beginning; None if there is none after `since`.
        """
        moment = moment.astimezone(UTC)
        if self.allowed(moment, zone):
            return moment
        if self.away(moment):
            moment = (self.away_since or since).astimezone(UTC) - BEFORE_CLOSING
            if since < moment and self.allowed(moment, zone):
                return moment
        day, first = (at.astimezone(ZoneInfo(zone)).date() for at in (moment, since))
        while day >= first - DAY:
            if self.works_on(day) or self.works_on(day - DAY):  # a night shift ends the day after
                found = [
                    c for c in self._closings(day, zone) if since < c <= moment and self.allowed(c, zone)
                ]
                if found:
                    return max(found)
            day -= DAY
        return None

    def _next_day(self, since: datetime, zone: str) -> datetime | None:
        """Where the next working day after `since` begins; None if clocks change or they leave until then."""
        local = since.astimezone(ZoneInfo(zone))
        day = local.date() if local.time() < self.begin else local.date() + DAY
        while not self.works_on(day):
            day += DAY
        found = _shows(day, self.begin, zone, 0)
        near = found - since <= 2 * SPELL  # else clocks may change in between, on days without work
        steady = _same(since, found if near else since + SPELL, zone)
        steady = steady and (near or _same(found - SPELL, found, zone))
        return found if steady and not self.away(found) else None

    def _openings(self, since: datetime, zone: str) -> Iterator[datetime]:
        """In order, every moment from `since` on at which the allowed time may begin.

        The wall clock comes to `begin`, or jumps: over it, or back into the hours; or an absence ends.
        """
        yield since
        while True:
            until = since + DAY
            first = since.astimezone(ZoneInfo(zone)).date() - DAY
            days = (first + n * DAY for n in range(4))
            found = {_shows(day, self.begin, zone, fold) for day in days for fold in (0, 1)}
            found |= {*_jumps(since, until, zone), self.away_until or since}
            yield from sorted(moment for moment in found if since <= moment < until)
            since = until

    def _closings(self, day: date, zone: str) -> Iterator[datetime]:
        """Half an hour before the wall clock comes to `end`, or jumps over it; and where the day begins."""
        midnight = _shows(day, time(0), zone, 0)
        jumps = tuple(_jumps(midnight, midnight + DAY, zone))
        for fold in (0, 1) if jumps else (0,):
            ends, begins = _shows(day, self.end, zone, fold), _shows(day, self.begin, zone, fold)
            if not jumps or ends.astimezone(ZoneInfo(zone)).time() == self.end:
                yield ends - BEFORE_CLOSING
            if not jumps or begins.astimezone(ZoneInfo(zone)).time() == self.begin:
                yield begins
        for jump in jumps:
            after = self.allowed(jump, zone)
            if after != self.allowed(jump - SECOND, zone):
                yield jump if after else jump - BEFORE_CLOSING


USUAL = Hours()


def _shows(day: date, at: time, zone: str, fold: int) -> datetime:
    """When (UTC) the wall clock shows this: the first or the second time."""
    return datetime.combine(day, at, ZoneInfo(zone)).replace(fold=fold).astimezone(UTC)


def _jumps(since: datetime, until: datetime, zone: str) -> Iterator[datetime]:
    """The moment in this day at which the zone's clocks change, if they do, to the second."""
    before, low, high = _offset(since, zone), since, until
    if before == _offset(until, zone):  # two changes within a day are of no zone today
        return
    while high - low > SECOND:
        middle = low + (high - low) / 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    yield high.replace(microsecond=0).astimezone(UTC)


def _same(first: datetime, last: datetime, zone: str) -> bool:
    return _offset(first, zone) == _offset(last, zone)


def _offset(moment: datetime, zone: str) -> timedelta:
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    return offset or timedelta(0)
