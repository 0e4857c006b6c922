"""Words to a cadence, and to the next talk."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.agenda import Meeting
from dialogs.cadence import NEVER, SUGGESTED, Cadence
from dialogs.issues import Unread
from dialogs.rhythm import LONGEST_TALK, read_cadence, read_meeting

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
HALF_PAST = time(9, 30)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday, ten in the morning in Berlin
BERLIN = "Europe/Berlin"


def every(days: int, at: time = time(9)) -> Cadence:
    return Cadence("every", days=days, at=at)


def on(*weekdays: int, at: time = time(9)) -> Cadence:
    return Cadence("weekly", at=at, weekdays=weekdays)


def before(*spans: timedelta) -> Cadence:
    return Cadence("before", spans=spans)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("never", NEVER),
        ("Off.", NEVER),
        ("as suggested", SUGGESTED),
        ("usual at 14:00", Cadence(at=time(14))),
        ("every tuesday 9:30", on(1, at=HALF_PAST)),
        ("Tuesdays at 9:30", on(1, at=HALF_PAST)),
        ("mon, wed and fri", on(0, 2, 4)),
        ("each Thursday afternoon", on(3, at=time(14))),
        ("weekly", on(0)),
        ("weekly on friday at 4pm", on(4, at=time(16))),
        ("daily", Cadence("daily")),
        ("every day at noon", Cadence("daily", at=time(12))),
        ("every morning", Cadence("daily")),
        ("every working day", every(1)),
        ("every 2 days", every(2)),
        ("every two working days at 14:00", every(2, time(14))),
        ("every other day", every(2)),
        ("3 days", every(3)),
        ("every 2 weeks", every(10)),
        ("every other week", every(10)),
        ("before the deadline: 1 week, 1 day, 2 hours", before(WEEK, DAY, 2 * HOUR)),
        ("before deadline 2 hours and 1 day", before(DAY, 2 * HOUR)),
        ("a week and 90 minutes before the deadline", before(WEEK, timedelta(minutes=90))),
        ("at 25%, 50% and 75% of the time", Cadence("shares", shares=(25, 50, 75))),
        ("half of the time", Cadence("shares", shares=(50,))),
        ("at half, three quarters", Cadence("shares", shares=(50, 75))),
        ("daily, also after the deadline", Cadence("daily", beyond=True)),
        ("every tuesday even past the deadline", Cadence("weekly", weekdays=(1,), beyond=True)),
    ],
)
def test_how_often_is_read_as_people_say_it(words: str, meant: Cadence) -> None:
    assert read_cadence(words) == meant


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("", "expected_cadence"),
        ("now and then", "expected_cadence"),
        ("every tu", "expected_cadence"),
        ("every moonday", "expected_cadence"),
        ("every tuesday 25:00", "expected_time"),
        ("every tuesday 9", "expected_time"),
        ("every 0 days", "expected_days"),
        ("every 61 days", "expected_days"),
        ("every many days", "expected_days"),
        ("before the deadline: soon", "expected_spans"),
        ("before the deadline:", "expected_spans"),
        ("before the deadline: 900 weeks", "expected_spans"),
        ("at 120%", "expected_shares"),
        ("at 0% and 50%", "expected_shares"),
    ],
)
def test_what_cannot_be_read_says_what_was_expected(words: str, problem: str) -> None:
    found = read_cadence(words)
    assert isinstance(found, Unread)
    assert found.problem == problem


def talk(words: str) -> tuple[str, timedelta]:
    """When it begins, by the clock in Berlin, and how long it lasts."""
    found = read_meeting(words, NOW, BERLIN)
    assert isinstance(found, Meeting)
    assert found.told == NOW
    return f"{found.at.astimezone(ZoneInfo(BERLIN)):%a %-d %b %H:%M}", found.until - found.at


@pytest.mark.parametrize(
    ("words", "begins", "lasts"),
    [
        ("Thursday 3pm", "Thu 26 Nov 15:00", HOUR),
        ("we talk on thursday at 15:00", "Thu 26 Nov 15:00", HOUR),
        ("next talk: tomorrow 10:30 for 2 hours", "Tue 24 Nov 10:30", 2 * HOUR),
        ("call friday noon for 30 minutes", "Fri 27 Nov 12:00", timedelta(minutes=30)),
        ("in 2 hours", "Mon 23 Nov 12:00", HOUR),
        ("in two days", "Wed 25 Nov 09:00", 8 * HOUR),  # no time was said: that day, until five
        ("3 dec", "Thu 3 Dec 09:00", 8 * HOUR),
        ("2027-03-28 2:30", "Sun 28 Mar 03:30", HOUR),  # a time that is not, moved past the jump
    ],
)
def test_the_next_talk_is_read_as_people_say_it(words: str, begins: str, lasts: timedelta) -> None:
    assert talk(words) == (begins, lasts)


@pytest.mark.parametrize(
    "words", ["", "soon", "yesterday", "23 nov 2025", "thursday 3pm for 13 hours", "thursday for some hours"]
)
def test_a_talk_that_cannot_be_read_or_is_past_is_not_guessed(words: str) -> None:
    assert read_meeting(words, NOW, BERLIN) == Unread("expected_talk", words)


VOCABULARY = [
    *(
        "every",
        "tuesday",
        "9:30",
        "25:99",
        "daily",
        "2",
        "days",
        "0",
        "weeks",
        "before",
        "the",
        "deadline",
        ":",
    ),
    *("and", "1", "hours", "%", "50", "at", "half", "of", "time", "never", "after", "for", "in", "thursday"),
    *(",", "3pm", "tomorrow", "999", "\u0663", "\u017f"),
]
phrases = st.lists(st.sampled_from(VOCABULARY), max_size=9).map(" ".join) | st.text(max_size=40)


@given(phrases)
def test_whatever_is_typed_is_read_or_a_problem_and_never_a_mistake_of_ours(words: str) -> None:
    found = read_cadence(words)
    if isinstance(found, Cadence):
        assert 0 < found.days <= 60
        assert found.kind != "weekly" or found.weekdays
        assert all(0 < share < 100 for share in found.shares)
        assert all(span > timedelta(0) for span in found.spans)
    met = read_meeting(words, NOW, BERLIN)
    assert isinstance(met, Unread) or (met.at > NOW and timedelta(0) < met.until - met.at <= LONGEST_TALK)
