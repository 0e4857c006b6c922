"""A wall clock that is read every quarter of an hour, and when somebody may be spoken to by it.

It steps and looks, where the core computes: nothing here is taken from dialogs.hours or dialogs.cadence but
the records.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dialogs.hours import Hours

QUARTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
START = datetime(1970, 1, 1, tzinfo=UTC)
A_DAY = 24 * 60  # minutes
A_DAY_AND_MORE = 27 * 4  # quarters


def quarter(moment: datetime) -> int:
    """The quarter of an hour that holds `moment`."""
    return (moment - START) // QUARTER


def begins(number: int) -> datetime:
    return START + number * QUARTER


def minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def days(day: date) -> int:
    return (day - START.date()).days


class Clock:
    """What a wall clock shows, in minutes since it showed the first of January 1970."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._shown: dict[int, int] = {}

    def shows(self, number: int) -> int:
        known = self._shown.get(number)
        if known is None:
            offset = begins(number).astimezone(self._zone).utcoffset()
            known = self._shown[number] = number * 15 + (offset or timedelta(0)) // MINUTE
        return known

    def day(self, moment: datetime) -> int:
        return self.shows(quarter(moment)) // A_DAY

    def first(self, day: int, minute: int) -> datetime:
        """When it first shows that; where it jumps over it, as long after the jump as before it was."""
        wanted = day * A_DAY + minute
        number = wanted // 15 - A_DAY_AND_MORE
        while self.shows(number) < wanted:
            number += 1
        before = begins(number - 1) + (wanted - self.shows(number - 1)) * MINUTE
        return begins(number) if self.shows(number) == wanted else before


@lru_cache(maxsize=16)  # five years of one zone take some megabytes
def clock(zone: str) -> Clock:
    return Clock(zone)


class Opening:
    """Somebody's hours beside a wall clock."""

    def __init__(self, hours: Hours, zone: str) -> None:
        self.clock = clock(zone)
        self._hours = hours
        self._free = {days(day) for day in hours.holidays}
        self._begin, self._end = minutes(hours.begin), minutes(hours.end)
        self._placed: dict[tuple[int, int], datetime] = {}
        self._next: dict[datetime, datetime] = {}

    def works(self, day: int) -> bool:
        """Whether one works on that day; the first of January 1970 was a Thursday."""
        return day not in self._free and ((day + 3) % 7 in self._hours.days or not self._hours.days)

    def open(self, number: int) -> bool:
        """Whether this quarter of an hour lies in their hours, absence aside."""
        day, minute = divmod(self.clock.shows(number), A_DAY)
        if self._begin < self._end:
            return self._begin <= minute < self._end and self.works(day)
        return (minute >= self._begin and self.works(day)) or (minute < self._end and self.works(day - 1))

    def away(self, moment: datetime) -> bool:
        since, until = self._hours.away_since, self._hours.away_until
        return until is not None and since is not None and since <= moment < until

    def may(self, moment: datetime) -> bool:
        """Whether they may be spoken to."""
        return not self.away(moment) and self.open(quarter(moment))

    def onward(self, moment: datetime) -> datetime:
        """`moment`, or the first quarter of an hour after it at which they may be spoken to."""
        if self.may(moment):
            return moment
        if moment not in self._next:
            number = quarter(moment) + 1
            while not self.may(begins(number)):
                number += 1
            self._next[moment] = begins(number)
        return self._next[moment]

    def backward(self, moment: datetime, since: datetime) -> datetime | None:
        """Half an hour before they stop, else when they begin, the last time before `moment`."""
        if self.away(moment):
            moment = (self._hours.away_since or moment) - 2 * QUARTER
            if since < moment and self.may(moment):
                return moment
        number = quarter(moment)
        while begins(number) > since:
            closes = self.open(number + 1) and not self.open(number + 2)
            if self.may(begins(number)) and (closes or not self.open(number - 1)):
                return begins(number)
            number -= 1
        return None

    def in_time(self, moment: datetime, ends: datetime, since: datetime) -> datetime | None:
        found = self.onward(moment)
        return found if found < ends else self.backward(moment, since)

    def placed(self, day: int, minute: int) -> datetime:
        """A time on a day; on a day off, on the next working day; out of hours, delayed."""
        if (day, minute) not in self._placed:
            moment, working = self.clock.first(day, minute), day
            if not self.may(moment):
                while not self.works(working):
                    working += 1
                moment = self.onward(self.clock.first(working, minute))
            self._placed[day, minute] = moment
        return self._placed[day, minute]

    def working_day(self, after: datetime, count: int, minute: int) -> datetime:
        """A time on the so-manieth working day after `after`, whatever their hours."""
        day = self.clock.day(after)
        while count:
            day += 1
            count -= self.works(day)
        return self.clock.first(day, minute)
