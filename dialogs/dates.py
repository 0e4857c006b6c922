"""Dates as people type them: tomorrow, Thursday 3pm, monday noon, in two days, 3 dec, 2026-12-03 14:00.

It reads; it refuses to guess: what it cannot read is None, and the caller says what was expected.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs.cadence import MORNING, wall

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "ten": 10,
}
UNITS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "minute": timedelta(minutes=1),
}
PARTS = {"morning": MORNING, "noon": time(12), "midday": time(12), "afternoon": time(14)}
CLOCK = re.compile(
    r"\b(?:at\s+)?(\d{1,2})(?::(\d{2}))?\s*(am|pm)\b|\b(?:at\s+)?(\d{1,2}):(\d{2})\b|\bat\s+(\d{1,2})\b"
    r"|\b(?:at\s+|in\s+the\s+)?(morning|noon|midday|afternoon)\b"
)
NOON, MIDNIGHT_HOURS, LAST_MINUTE = 12, 24, 60


def read_date(text: str, now: datetime, zone: str) -> datetime | None:
    """The moment (UTC) meant by `text`, read at `now` in `zone`; without a time, nine in the morning.

    None if it cannot be read, or is not in the future.
    """
    words = re.sub(r"[,.]", " ", text.casefold()).strip()
    words = re.sub(r"^(until|till|on|by)\s+", "", words)
    ahead = _ahead(words, now)
    if ahead is not None:
        return ahead
    at, rest = read_clock(words)
    day = _day(rest, now.astimezone(ZoneInfo(zone)).date())
    if at is None or day is None:
        return None
    try:
        moment = wall(datetime.combine(day, at), zone)
    except OverflowError:  # the first and the last day of the calendar
        return None
    return moment if moment > now else None


def read_clock(words: str) -> tuple[time | None, str]:
    """The wall time named in `words` (nine in the morning if none is) and the words without it.

    None for a time that no clock shows.
    """
    clock = CLOCK.search(words)
    if clock is None:
        return MORNING, words.strip()
    rest = re.sub(r"\s+", " ", words[: clock.start()] + words[clock.end() :]).strip()
    return _time(clock), rest


def _ahead(words: str, now: datetime) -> datetime | None:
    found = re.fullmatch(r"(?:in\s+|for\s+)?(\d+|[a-z]+)\s+(minute|hour)s?", words)
    count = count_of(found.group(1)) if found else None
    return now.astimezone(UTC) + count * UNITS[found.group(2)] if found and count else None


def count_of(word: str) -> int | None:
    """The number that `word` stands for: up to three digits, or one to ten as people write them."""
    return int(word) if word.isdigit() and len(word) < 4 else NUMBERS.get(word)


def _time(found: re.Match[str]) -> time | None:
    if found.group(7):
        return PARTS[found.group(7)]
    hour = int(found.group(1) or found.group(4) or found.group(6))
    minute = int(found.group(2) or found.group(5) or 0)
    if found.group(3):
        if not 1 <= hour <= NOON:
            return None
        hour = hour % NOON + (NOON if found.group(3) == "pm" else 0)
    return time(hour, minute) if hour < MIDNIGHT_HOURS and minute < LAST_MINUTE else None


def _day(words: str, today: date) -> date | None:
    if words in ("", "today"):
        return today
    if words in ("tomorrow", "next day"):
        return today + timedelta(days=1)
    if words in ("day after tomorrow", "the day after tomorrow"):
        return today + timedelta(days=2)
    if words == "next week":
        return today + timedelta(days=7 - today.weekday())
    return _weekday(words, today) or _in_days(words, today) or _calendar(words, today)


def _weekday(words: str, today: date) -> date | None:
    """The next such day after today; with "next" the one of the next week, which begins on Monday."""
    weekday = re.sub(r"^(next|this)\s+", "", words)
    for index, name in enumerate(DAYS):
        if len(weekday) > 2 and name.startswith(weekday):
            if words.startswith("next"):
                return today + timedelta(days=7 - today.weekday() + index)
            return today + timedelta(days=(index - today.weekday() - 1) % 7 + 1)
    return None


def _in_days(words: str, today: date) -> date | None:
    found = re.fullmatch(r"(?:in\s+|for\s+)?(\d+|[a-z]+)\s+(day|week)s?", words)
    count = count_of(found.group(1)) if found else None
    return today + count * UNITS[found.group(2)] if found and count else None


def _calendar(words: str, today: date) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        pass
    found = re.fullmatch(r"(\d{1,2})\s+([a-z]{3})[a-z]*(?:\s+(\d{4}))?", words) or re.fullmatch(
        r"([a-z]{3})[a-z]*\s+(\d{1,2})(?:\s+(\d{4}))?", words
    )
    if not found:
        return None
    first, second, year = found.groups()
    day, month = (first, second) if first.isdigit() else (second, first)
    return _dated(int(day), month, int(year) if year else None, today)


def _dated(day: int, month: str, year: int | None, today: date) -> date | None:
    if month not in MONTHS:
        return None
    try:
        found = date(year or today.year, MONTHS.index(month) + 1, day)
        return found if year or found >= today else found.replace(year=found.year + 1)
    except ValueError:
        return None
