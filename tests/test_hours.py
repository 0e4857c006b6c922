"""When somebody may be spoken to: their days and hours, nights, free days, absence, clocks that change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.hours import DAY, Hours
from tests.calendar_clock import QUARTER, Opening, begins, quarter

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
FORM = "%Y %a %d %b %H:%M"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
NIGHTS = Hours(begin=time(22), end=time(6))
USUAL = Hours()


def on(words: str) -> datetime:
    """`Fri 27 Nov 9:00`, of 2026, in UTC."""
    return datetime.strptime(f"2026 {words}", FORM).replace(tzinfo=UTC)


def local(zone: str, moment: datetime) -> str:
    shown = moment.astimezone(ZoneInfo(zone))
    return f"{shown:%a %-d %b %H:%M}{' again' if shown.fold else ''}"


@pytest.mark.parametrize(
    ("hours", "words", "allowed"),
    [
        (USUAL, "Fri 27 Nov 8:00", True),
        (USUAL, "Fri 27 Nov 18:59", True),
        (USUAL, "Fri 27 Nov 19:00", False),
        (USUAL, "Fri 27 Nov 7:59", False),
        (USUAL, "Sat 28 Nov 12:00", False),
        (Hours(holidays=(date(2026, 11, 27),)), "Fri 27 Nov 12:00", False),
        (NIGHTS, "Fri 27 Nov 23:00", True),
        (NIGHTS, "Sat 28 Nov 5:59", True),  # the night that began on Friday
        (NIGHTS, "Sat 28 Nov 6:00", False),
        (NIGHTS, "Sat 28 Nov 23:00", False),
        (NIGHTS, "Mon 30 Nov 5:00", False),  # nor did one begin on Sunday
        (Hours(begin=time(9), end=time(9)), "Sat 28 Nov 8:59", True),
        (Hours(begin=time(9), end=time(9)), "Sat 28 Nov 9:00", False),
        (Hours(days=()), "Sun 29 Nov 12:00", True),
        (
            Hours(away_since=on("Fri 27 Nov 12:00"), away_until=on("Mon 30 Nov 9:00")),
            "Fri 27 Nov 11:59",
            True,
        ),
        (
            Hours(away_since=on("Fri 27 Nov 12:00"), away_until=on("Mon 30 Nov 9:00")),
            "Mon 30 Nov 8:59",
            False,
        ),
        (Hours(away_since=on("Fri 27 Nov 12:00"), away_until=on("Mon 30 Nov 9:00")), "Mon 30 Nov 9:00", True),
    ],
)
def test_who_may_be_spoken_to_when(hours: Hours, words: str, allowed: bool) -> None:
    assert hours.allowed(on(words), "UTC") is allowed


@pytest.mark.parametrize(
    ("hours", "words", "delayed"),
    [
        (USUAL, "Fri 27 Nov 18:59", "Fri 27 Nov 18:59"),
        (USUAL, "Fri 27 Nov 19:00", "Mon 30 Nov 08:00"),
        (USUAL, "Mon 30 Nov 2:00", "Mon 30 Nov 08:00"),
        (NIGHTS, "Sat 28 Nov 6:00", "Mon 30 Nov 22:00"),
        (Hours(holidays=(date(2026, 11, 30),)), "Sat 28 Nov 6:00", "Tue 1 Dec 08:00"),
        (
            Hours(away_since=LONG_AGO, away_until=on("Mon 30 Nov 14:00")),
            "Fri 27 Nov 10:00",
            "Mon 30 Nov 14:00",
        ),
        (
            Hours(away_since=LONG_AGO, away_until=on("Sun 29 Nov 14:00")),
            "Fri 27 Nov 10:00",
            "Mon 30 Nov 08:00",
        ),
    ],
)
def test_what_may_not_be_said_is_delayed(hours: Hours, words: str, delayed: str) -> None:
    assert local("UTC", hours.next_allowed(on(words), "UTC")) == delayed


def test_the_wall_clock_of_the_person_counts() -> None:
    moment = on("Fri 27 Nov 7:30")
    assert local(BERLIN, USUAL.next_allowed(moment, BERLIN)) == "Fri 27 Nov 08:30"
    assert local(NEW_YORK, USUAL.next_allowed(moment, NEW_YORK)) == "Fri 27 Nov 08:00"


ALL_DAYS = tuple(range(7))


@pytest.mark.parametrize(
    ("zone", "night", "begins_at"),
    [
        (BERLIN, date(2026, 3, 29), "Sun 29 Mar 03:00"),  # there is no 02:30: the hours begin with the jump
        (NEW_YORK, date(2026, 3, 8), "Sun 8 Mar 03:00"),
        ("Africa/Casablanca", date(2026, 3, 22), "Sun 22 Mar 03:00"),
        (LORD_HOWE, date(2026, 10, 4), "Sun 4 Oct 02:30"),  # the jump of half an hour ends there
    ],
)
def test_hours_that_begin_in_a_gap_begin_with_the_jump(zone: str, night: date, begins_at: str) -> None:
    hours = Hours(ALL_DAYS, time(2, 30), time(9))
    midnight = datetime.combine(night, time(0), ZoneInfo(zone))
    assert local(zone, hours.next_allowed(midnight, zone)) == begins_at
    free = Hours(ALL_DAYS, time(2, 30), time(9), holidays=tuple(night - n * DAY for n in range(1, 9)))
    assert local(zone, free.next_allowed(midnight - 7 * DAY, zone)) == begins_at


@pytest.mark.parametrize(
    ("zone", "night"),
    [(BERLIN, date(2026, 10, 25)), ("Antarctica/Troll", date(2026, 10, 25))],
)
def test_an_hour_that_comes_twice_is_twice_quiet_or_twice_allowed(zone: str, night: date) -> None:
    early = Hours(ALL_DAYS, time(1), time(2, 30))
    first = datetime.combine(night, time(2, 15), ZoneInfo(zone))
    assert early.allowed(first, zone)
    assert early.allowed(first.replace(fold=1), zone)
    assert not early.allowed(first.replace(minute=45), zone)
    between = early.next_allowed(first.replace(minute=45), zone)
    assert local(zone, between).endswith("again")  # the clock comes back into the hours
    morning = datetime.combine(night, time(7), ZoneInfo(zone))
    latest = early.latest(morning, zone, LONG_AGO)
    assert latest is not None
    assert local(zone, latest).endswith("02:00 again")


def test_what_must_not_come_late_comes_half_an_hour_before_they_stop() -> None:
    latest = USUAL.latest(on("Mon 30 Nov 7:00"), "UTC", LONG_AGO)
    assert latest == on("Fri 27 Nov 18:30")
    assert USUAL.latest(on("Fri 27 Nov 11:00"), "UTC", LONG_AGO) == on("Fri 27 Nov 11:00")
    assert USUAL.latest(on("Mon 30 Nov 7:00"), "UTC", on("Fri 27 Nov 18:40")) is None


def test_on_a_day_shorter_than_that_it_comes_at_its_beginning() -> None:
    short = Hours(begin=time(9), end=time(9, 20))
    assert short.latest(on("Mon 30 Nov 7:00"), "UTC", LONG_AGO) == on("Fri 27 Nov 9:00")


def test_before_an_absence_it_comes_half_an_hour_before_they_leave() -> None:
    away = Hours(away_since=on("Wed 25 Nov 14:00"), away_until=on("Tue 1 Dec 8:00"))
    assert away.latest(on("Mon 30 Nov 7:00"), "UTC", LONG_AGO) == on("Wed 25 Nov 13:30")
    early = Hours(away_since=on("Wed 25 Nov 7:00"), away_until=on("Tue 1 Dec 8:00"))
    assert early.latest(on("Mon 30 Nov 7:00"), "UTC", LONG_AGO) == on("Tue 24 Nov 18:30")


def test_no_day_of_the_week_means_every_day_and_no_hour_of_the_calendar_is_too_far() -> None:
    assert local("UTC", Hours(days=()).next_allowed(on("Sat 28 Nov 20:00"), "UTC")) == "Sun 29 Nov 08:00"
    last = datetime.max.replace(tzinfo=UTC) - timedelta(hours=1)
    assert USUAL.next_allowed(last, "UTC") == last


# ---- beside a clock that is read every quarter of an hour

starts = st.integers(quarter(LONG_AGO), quarter(datetime(2030, 12, 31, tzinfo=UTC)))
far = ["Africa/Casablanca", "Antarctica/Troll", "America/Havana", "Pacific/Chatham", "Africa/Cairo"]
zones = st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, *far])
quarters = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
free = st.sets(st.dates(date(2026, 1, 1), date(2030, 12, 31)), max_size=20).map(
    lambda days: tuple(sorted(days))
)


@settings(max_examples=300, deadline=None)
@given(starts, zones, st.sets(st.integers(0, 6)), quarters, quarters, free, st.integers(0, 900))
def test_the_first_moment_that_is_allowed_and_the_last_good_one_before(
    start: int, zone: str, days: set[int], begin: time, end: time, holidays: tuple[date, ...], away: int
) -> None:
    since = begins(start + 10) if away else None
    hours = Hours(tuple(days), begin, end, since, since and since + away * QUARTER, holidays=holidays)
    opening, moment = Opening(hours, zone), begins(start) + timedelta(minutes=4)
    assert hours.allowed(moment, zone) is opening.may(moment)
    assert hours.next_allowed(moment, zone) == opening.onward(moment)
    if not opening.may(moment):
        back = moment - timedelta(days=9)
        assert hours.latest(moment, zone, back) == opening.backward(moment, back)


TURNS = [(BERLIN, date(2026, 3, 29)), (BERLIN, date(2026, 10, 25)), (LORD_HOWE, date(2026, 4, 5)),
         (LORD_HOWE, date(2026, 10, 4)), ("Antarctica/Troll", date(2026, 3, 29)),
         ("America/Havana", date(2026, 11, 1)), ("Africa/Cairo", date(2026, 10, 29))]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TURNS), quarters, quarters, st.integers(-60, 130))
def test_the_same_around_the_nights_on_which_clocks_change(
    turn: tuple[str, date], begin: time, end: time, quarters_on: int
) -> None:
    zone, night = turn
    hours = Hours(ALL_DAYS, begin, end)
    opening = Opening(hours, zone)
    moment = datetime.combine(night, time(0), ZoneInfo(zone)).astimezone(UTC) + quarters_on * QUARTER
    assert hours.next_allowed(moment, zone) == opening.onward(moment)


def test_hours_that_end_in_an_hour_that_is_not_there_end_where_the_clock_jumps() -> None:
    """Lord Howe jumps from 2:00 to 2:30 on 1 October 2028, over the end at 2:15."""
    hours = Hours(days=(4, 5), begin=time(23, 15), end=time(2, 15))
    jump = datetime(2028, 9, 30, 15, 30, tzinfo=UTC)
    late = hours.latest(jump + timedelta(days=3), "Australia/Lord_Howe", jump - timedelta(days=3))
    assert late == jump - timedelta(minutes=30)
