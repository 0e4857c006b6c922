"""When to speak again: dates from a zone, local wall time and the level.

It decides moments; it refuses to know what time it is. A wall time that a change of clocks skips is moved
past the gap, one that happens twice means the first (PEP 495, fold 0).
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs.levels import Level

MORNING = time(9, 0)
WORKING_DAYS_BETWEEN = {
    Level.STAY: 3,
    Level.PROBE: 1,
    Level.PAUSE: 1,
    Level.FINAL_OFFER: 1,
    Level.WALK_AWAY: 1,
}  # working days
PAUSE_WORKING_DAYS = 3
SATURDAY = 5
SHORT_PAUSE = timedelta(minutes=30)
LAST_DAY = timedelta(hours=24)


def next_check_in(at: datetime, zone: str, level: Level, deadline: datetime | None) -> datetime | None:
    """The next check-in: some working days on, at nine in the morning.

    Before a nearer deadline the next working morning, and None once there is no morning in between.
    """
    due = working_morning(at, zone, WORKING_DAYS_BETWEEN[level])
    if deadline is None or due < deadline:
        return due
    eve = working_morning(at, zone, 1)
    return eve if eve < deadline else None


def pause_end(at: datetime, zone: str, deadline: datetime | None) -> datetime:
    """Three working days on; with less than a day to the deadline, a recess of minutes."""
    due = working_morning(at, zone, PAUSE_WORKING_DAYS)
    if deadline is None or deadline <= at or due < deadline:
        return due
    left = deadline - at
    return at + (min(SHORT_PAUSE, left / 10) if left < LAST_DAY else left / 3)


def working_morning(at: datetime, zone: str, days: int) -> datetime:
    """Nine o'clock local time, `days` working days after `at`."""
    day = at.astimezone(ZoneInfo(zone)).date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return wall(datetime.combine(day, MORNING), zone)


def wall(local: datetime, zone: str) -> datetime:
    """The moment (UTC) at which a wall clock in `zone` shows `local`; a skipped hour moves past the jump."""
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
