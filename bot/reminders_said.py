"""Taps, words and forms about reminders, hours and absence, as events of a deal or of a person."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time
from typing import Any, Protocol, cast, get_args
from zoneinfo import ZoneInfo, available_timezones

from bot.free_days import free_days
from dialogs.agenda import Kind
from dialogs.commands import split_tail
from dialogs.dates import DAYS, read_date
from dialogs.events import DealEvent, Misread
from dialogs.forms import Filled
from dialogs.hours import MONDAY_TO_FRIDAY, WEEK, Hours
from dialogs.issues import Unread
from dialogs.news import Away, DigestSet, Every, HoursWanted, PersonEvent, ZoneSet
from dialogs.reminders import (
    CadenceSet,
    DateNoted,
    MeetingSet,
    RemindersAsked,
    ReminderSkipped,
    ReminderSnoozed,
    ReminderUnwanted,
)
from dialogs.rhythm import read_cadence, read_meeting
from dialogs.rooms import read_room

Stamp = Mapping[str, Any]
KINDS: tuple[str, ...] = get_args(Kind)
NO_TALK = ("none", "off", "no", "cancelled", "canceled", "not yet")
BACK = ("off", "back", "none", "no", "i am back", "i'm back")
EVERY: tuple[Every, ...] = get_args(Every)
SPAN = re.compile(r"(\d{1,2})(?::(\d\d))?\s*(?:-|–|to|until)\s*(\d{1,2})(?::(\d\d))?")
ANY_HOUR = re.compile(r"\bdeadlines? (?:at )?(any(?: hour| time)?|quiet|in hours)\b")
PERSON = re.compile(r"@p:(\w+)")
ALWAYS = ("always", "any time", "all day")
MIDNIGHT = 24


class Tapped(Protocol):
    """What is needed of a button."""

    @property
    def verb(self) -> str:
        """What it does."""

    @property
    def extra(self) -> str:
        """What else it says."""


def of_button(button: Tapped, stamp: Stamp, zone: str) -> DealEvent | None:  # noqa: PLR0911 - one case a verb
    """The event behind a button of a reminder; None for any other."""
    kind, _, more = button.extra.partition(".")
    known = cast("Kind", kind)
    match button.verb:
        case "later" if kind in KINDS and (more or "0").isdecimal():
            return ReminderSnoozed(**stamp, kind=known, hours=min(int(more or 0), 99))
        case "skip_reminder" if kind in KINDS:
            return ReminderSkipped(**stamp, kind=known)
        case "never" if kind in KINDS:
            return ReminderUnwanted(**stamp, kind=known)
        case "again" if kind in KINDS:
            return ReminderUnwanted(**stamp, kind=known, again=True)
        case "remind":
            return RemindersAsked(**stamp)
        case "talk" if button.extra.isdecimal():
            return _talk(f"in {int(button.extra)} days", stamp, zone)
        case _:
            return None


def of_words(verb: str, words: str, stamp: Stamp, zone: str) -> DealEvent | None:
    """The event behind typed words about a deal's reminders; None for any other verb."""
    match verb:
        case "remind" if not words.strip():
            return RemindersAsked(**stamp)
        case "remind":
            return _cadence(words, stamp)
        case "talk":
            return _talk(words, stamp, zone)
        case "notice":
            return _notice(words, stamp, zone)
        case _:
            return None


def _cadence(words: str, stamp: Stamp) -> DealEvent:
    found = read_cadence(words)
    if isinstance(found, Unread):
        return Misread(**stamp, problem=found.problem, text=found.text)
    return CadenceSet(**stamp, cadence=found)


def _talk(words: str, stamp: Stamp, zone: str) -> DealEvent:
    if words.casefold().strip(" .") in NO_TALK:
        return MeetingSet(**stamp)
    found = read_meeting(words, stamp["at"], zone)
    if isinstance(found, Unread):
        return Misread(**stamp, problem=found.problem, text=found.text)
    return MeetingSet(**stamp, begins=found.at, until=found.until)


def _notice(words: str, stamp: Stamp, zone: str) -> DealEvent:
    if words.casefold().strip(" .") in NO_TALK:
        return DateNoted(**stamp, kind="notice")
    moment = read_date(re.sub(r"^(?:by|on)\s+", "", words.strip(), flags=re.IGNORECASE), stamp["at"], zone)
    if moment is None:
        return Misread(**stamp, problem="expected_date", text=words)
    return DateNoted(**stamp, kind="notice", moment=moment)


# -------------------------------------------------------------------- of a person


def of_person(verb: str, words: str, stamp: Stamp, zone: str, now: Hours) -> PersonEvent | None:
    """The event behind typed words about one's own hours, absence and zone; None for any other verb."""
    match verb:
        case "hours":
            return _hours(words, stamp, now)
        case "ooo":
            return _away(words, stamp, zone)
        case "digest":
            return _digest(words, stamp)
        case "zone":
            return _zone(words.strip(), stamp)
        case "holidays":
            return _holidays(words.strip(), stamp, now)
        case _:
            return None


def _digest(words: str, stamp: Stamp) -> PersonEvent:
    """`weekly`, `daily` or `off`, with a channel or for oneself."""
    room, named, rest = read_room(words)
    every: Every = next((each for each in EVERY if each in rest.casefold()), "weekly")
    return DigestSet(**stamp, every=every, room=room, named=named)


def _hours(words: str, stamp: Stamp, now: Hours) -> PersonEvent:
    """`9-17:30 mon-thu`; what is not said stays as it is; nothing said: show them."""
    plain = re.sub(r"\s+", " ", words.casefold()).strip(" .")
    if not plain:
        return HoursWanted(**stamp)
    if plain in ALWAYS:
        return HoursWanted(**stamp, hours=replace(now, days=tuple(WEEK), begin=time(0), end=time(0)))
    through, rest = ANY_HOUR.search(plain), ANY_HOUR.sub("", plain)
    span, rest = SPAN.search(rest), SPAN.sub("", rest, count=1)
    days = _days(rest)
    begin, end = (_clock(span, 1), _clock(span, 3)) if span else (now.begin, now.end)
    if begin is None or end is None or days is None or not (through or span or rest.strip(" ,")):
        return Misread(**stamp, problem="expected_hours", text=words)
    allowed = through.group(1).startswith("any") if through else now.break_through
    return HoursWanted(
        **stamp, hours=replace(now, days=days or now.days, begin=begin, end=end, break_through=allowed)
    )


def _clock(found: re.Match[str], place: int) -> time | None:
    hour, minute = int(found.group(place)), int(found.group(place + 1) or 0)
    if hour > MIDNIGHT or minute > 59 or (hour == MIDNIGHT and minute):  # noqa: PLR2004 - a clock's last minute
        return None
    return time(hour % MIDNIGHT, minute)


def _days(words: str) -> tuple[int, ...] | None:
    """`mon-thu`, `mon, wed`, `weekdays`, `every day`; () where none are named, None for what is none."""
    plain = words.strip(" ,")
    if plain in ("", "weekdays", "working days"):
        return () if not plain else MONDAY_TO_FRIDAY
    if plain in ("every day", "daily"):
        return tuple(WEEK)
    found: set[int] = set()
    for part in re.split(r"\s*(?:,|and|\s)\s*", re.sub(r"\s*(?:-|–|to)\s*", "-", plain)):
        ends = [_day(name) for name in part.split("-")]
        if None in ends or len(ends) > 2:  # noqa: PLR2004 - from and to
            return None
        first, last = ends[0] or 0, ends[-1] or 0
        found |= {day % 7 for day in range(first, last + 1 + (7 if last < first else 0))}
    return tuple(sorted(found))


def _day(name: str) -> int | None:
    short = name.strip().removesuffix("s")
    return next((n for n, day in enumerate(DAYS) if len(short) > 2 and day.startswith(short)), None)  # noqa: PLR2004


def _away(words: str, stamp: Stamp, zone: str) -> PersonEvent:
    """`until monday cover @tom`; `off` when one is back."""
    if words.casefold().strip(" .!") in BACK:
        return Away(**stamp)
    cover = PERSON.search(words)
    head, tail = split_tail(f" {PERSON.sub('', words)}", "until", "till", "cover")
    when = tail.get("until") or tail.get("till") or head
    until = read_date(when, stamp["at"], zone) if when else None
    person = cover.group(1) if cover and cover.group(1) != stamp["by"] else ""
    if until is None or ("cover" in tail and not person):
        return Misread(**stamp, problem="expected_absence", text=words)
    return Away(**stamp, until=until, cover=person)


def _zone(words: str, stamp: Stamp) -> PersonEvent:
    if words.casefold() in ("auto", "profile", "as my profile"):
        return ZoneSet(**stamp, zone="")
    wanted = words.replace(" ", "_").casefold()
    named = [name for name in available_timezones() if name.casefold() == wanted]
    ends = [name for name in available_timezones() if name.casefold().endswith(f"/{wanted}")]
    found = named or sorted(ends, key=len)
    if not found:
        return Misread(**stamp, problem="expected_zone", text=words)
    return ZoneSet(**stamp, zone=ZoneInfo(found[0]).key)


def _holidays(words: str, stamp: Stamp, now: Hours) -> PersonEvent:
    """The free days of a country, by its two letters; the hours stay as they are."""
    if words.casefold() in ("", "none", "off"):
        return HoursWanted(**stamp, hours=replace(now, holidays=(), country=""))
    days = free_days(words, stamp["at"].year)
    if days is None:
        return Misread(**stamp, problem="expected_country", text=words)
    return HoursWanted(**stamp, hours=replace(now, holidays=days, country=words.upper()))


def _talk_filled(_: Any, filled: Filled, stamp: Stamp) -> DealEvent:  # noqa: ANN401 - one shape for all
    return _talk(filled.text("when"), stamp, str(stamp["at"].tzinfo))


def _remind_filled(_: Any, filled: Filled, stamp: Stamp) -> DealEvent:  # noqa: ANN401
    return _cadence(filled.text("words"), stamp)


FILLED: Mapping[str, Callable[[Any, Filled, Stamp], DealEvent]] = {
    "talk": _talk_filled,
    "remind": _remind_filled,
}
