"""Words to a cadence and to the next talk: "every tuesday 9:30", "before the deadline: 1 week, 1 day".

It reads; what it cannot read is a problem key with the words it is about, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs.agenda import Meeting
from dialogs.cadence import NEVER, SUGGESTED, Cadence, wall
from dialogs.dates import CLOCK, DAYS, UNITS, count_of, read_clock, read_date
from dialogs.issues import Unread

MOST_WORKING_DAYS, MOST_POINTS = 60, 8
LONGEST_SPAN = timedelta(days=366)
WORKING_WEEK = 5
LONGEST = 200
TALK = timedelta(hours=1)
LONGEST_TALK = timedelta(hours=12)
DAY_OF_TALKS_ENDS = time(17)
OFF = ("never", "none", "off", "no", "stop", "no reminders")
USUAL = ("default", "suggested", "usual", "as suggested", "auto", "automatic")
PARTS = {"a quarter": 25, "quarter": 25, "a third": 33, "half": 50, "two thirds": 67, "three quarters": 75}
BEYOND = re.compile(r",?\s*\b(?:also|even|and)?\s*(?:after|past|beyond) the deadline$")
COUNTED = re.compile(r"(?:every\s+)?([a-z]+|\d+)\s+(?:(?:working|business|work)\s+|week)?days?")
WEEKS = re.compile(r"every\s+([a-z]+|\d+)\s+weeks?")
BEFORE = re.compile(r"(?:before (?:the )?deadline:?\s*(.*)|(.+?)\s+before (?:the )?deadline)")
SHARES = re.compile(r"(?:at\s+)?(.+?)(?:\s+of the (?:time|way))?")
TALK_WORDS = re.compile(r"^(?:next talk|we talk|we meet|meeting|call|talk)\b:?\s*")
LASTING = re.compile(r"\s+for\s+([a-z]+|\d+)\s+(minute|hour)s?$")


def read_cadence(text: str) -> Cadence | Unread:
    """The cadence meant. A day without a time is nine in the morning, "weekly" without a day Monday."""
    words = re.sub(r"\s+", " ", text.casefold()[:LONGEST]).strip(" .!")
    words = re.sub(r"^each ", "every ", words)
    if words in OFF:
        return NEVER
    beyond = BEYOND.search(words)
    if beyond:
        words = words[: beyond.start()]
    found = _points(words)
    if found is None:
        found = _rhythm(words)
    return found if isinstance(found, Unread) or not beyond else replace(found, beyond=True)


def read_meeting(text: str, now: datetime, zone: str) -> Meeting | Unread:
    """The next talk: an hour if its time was said, else until five in the afternoon of that day."""
    words = TALK_WORDS.sub("", text.casefold()[:LONGEST].strip())
    lasting = LASTING.search(words)
    begins = words[: lasting.start()] if lasting else words
    at = read_date(begins, now, zone)
    count = count_of(lasting.group(1)) if lasting else None
    length = count * UNITS[lasting.group(2)] if lasting and count else TALK
    if at is None or length > LONGEST_TALK or (lasting and not count):
        return Unread("expected_talk", text.strip())
    if lasting or CLOCK.search(begins) or re.search(r"\b(?:minute|hour)s?\b", begins):
        return Meeting(at, at + length, now)
    day = at.astimezone(ZoneInfo(zone)).date()
    return Meeting(at, wall(datetime.combine(day, DAY_OF_TALKS_ENDS), zone), now)


def _points(words: str) -> Cadence | Unread | None:
    """Moments told by the deadline: spans before it, or shares of the time; None if it is not mentioned."""
    before = BEFORE.fullmatch(words)
    if before:
        return _before(before.group(1) or before.group(2) or "")
    shares = SHARES.fullmatch(words)
    if shares and ("%" in words or words.removeprefix("at ").split(",")[0].split(" of ")[0] in PARTS):
        return _at_shares(shares.group(1))
    return None


def _before(words: str) -> Cadence | Unread:
    spans = tuple(_span(part) for part in _parts(words))
    known = tuple(sorted({span for span in spans if span}, reverse=True))
    if None in spans or not 0 < len(known) <= MOST_POINTS or known[0] > LONGEST_SPAN:
        return Unread("expected_spans", words)
    return Cadence("before", spans=known)


def _span(words: str) -> timedelta | None:
    found = re.fullmatch(r"([a-z]+|\d+)\s*(minute|hour|day|week)s?", words)
    count = count_of(found.group(1)) if found else None
    return count * UNITS[found.group(2)] if found and count else None


def _at_shares(words: str) -> Cadence | Unread:
    shares = tuple(_share(part) for part in _parts(words))
    if not all(0 < share < 100 for share in shares) or not 0 < len(shares) <= MOST_POINTS:
        return Unread("expected_shares", words)
    return Cadence("shares", shares=tuple(sorted(set(shares))))


def _share(words: str) -> int:
    """Per cent; 0 for what is none."""
    found = re.fullmatch(r"(\d{1,2}) ?%", words)
    return int(found.group(1)) if found else PARTS.get(words, 0)


def _rhythm(words: str) -> Cadence | Unread:
    """So many working days, daily, weekly, on named days, or as suggested; each may say at what time."""
    at, rest = read_clock(words)
    if at is None or re.search(r"\d:\d|\b\d+$", rest):
        return Unread("expected_time", words)
    rest = rest.strip(" ,")
    if rest in USUAL:
        return replace(SUGGESTED, at=at)
    if rest in ("daily", "every day") or (rest == "every" and words != rest):  # every morning
        return Cadence("daily", at=at)
    if rest in ("every working day", "every weekday", "every workday", "every business day"):
        return Cadence("every", days=1, at=at)
    if rest in ("weekly", "every week", "once a week"):
        return Cadence("weekly", at=at, weekdays=(0,))
    return _counted(rest, at) or _named(rest, at)


def _counted(words: str, at: time) -> Cadence | Unread | None:
    days, weeks = COUNTED.fullmatch(words), WEEKS.fullmatch(words)
    found = days or weeks
    if found is None or found.group(1) == "every":
        return None
    count = 2 if found.group(1) == "other" else count_of(found.group(1)) or 0
    count *= WORKING_WEEK if weeks else 1
    if not 0 < count <= MOST_WORKING_DAYS:
        return Unread("expected_days", words)
    return Cadence("every", days=count, at=at)


def _named(words: str, at: time) -> Cadence | Unread:
    plain = re.sub(r"^(?:weekly on|weekly|every|each|on)\s+", "", words)
    named = [_weekday(part) for part in _parts(plain)]
    known = tuple(sorted({day for day in named if day is not None}))
    if not known or None in named:
        return Unread("expected_cadence", words)
    return Cadence("weekly", at=at, weekdays=known)


def _weekday(word: str) -> int | None:
    """Monday, mon, mondays, tues; at least three letters."""
    short = word.removesuffix("s")
    return next((n for n, day in enumerate(DAYS) if len(short) > 2 and day.startswith(short)), None)


def _parts(words: str) -> list[str]:
    return [part.strip() for part in re.split(r",\s*and\s+|,|\s+and\s+|\s*&\s*", words)]
