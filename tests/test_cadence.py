"""When to speak again: working days, weekdays, shares and spans, and nights on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import cadence
from dialogs.cadence import NEVER, Cadence, Terms, next_after, next_due, wall
from dialogs.hours import Hours
from dialogs.levels import Level

BERLIN, NEW_YORK, LORD_HOWE, CASABLANCA = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca",
)  # fmt: skip
FORM = "%Y %a %d %b %H:%M"
ROUND_THE_CLOCK = Hours(days=(), begin=time(0), end=time(0))
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def on(words: str) -> datetime:
    """`Fri 27 Nov 9:00`, of 2026, in UTC."""
    return datetime.strptime(f"2026 {words}", FORM).replace(tzinfo=UTC)


MONDAY = on("Mon 23 Nov 9:00")


def said(rhythm: Cadence, count: int = 4, *, since: datetime = MONDAY, **terms: object) -> list[str]:
    """The next moments, each the last word for the one after it, as the person's clock shows them."""
    given = Terms(**{"zone": "UTC", "opened": MONDAY, **terms})  # type: ignore[arg-type]
    found, word = list[str](), since
    while len(found) < count and (due := next_due(rhythm, word, given)) is not None:
        found.append(f"{due.astimezone(ZoneInfo(given.zone)):%a %-d %b %-H:%M}")
        word = due
    return found


# ---- each cadence


def test_every_few_working_days() -> None:
    assert said(Cadence("every", 2), 3) == ["Wed 25 Nov 9:00", "Fri 27 Nov 9:00", "Tue 1 Dec 9:00"]


def test_weekly_on_named_days_at_a_named_time() -> None:
    rhythm = Cadence("weekly", at=time(9, 30), weekdays=(1, 3))
    assert said(rhythm, 3) == ["Tue 24 Nov 9:30", "Thu 26 Nov 9:30", "Tue 1 Dec 9:30"]


def test_daily_is_once_for_a_weekend() -> None:
    assert said(Cadence("daily"), 5)[3:] == ["Fri 27 Nov 9:00", "Mon 30 Nov 9:00"]


def test_a_day_off_moves_to_the_next_working_day_and_a_late_hour_to_the_next_morning() -> None:
    free = Hours(holidays=(date(2026, 11, 24),))
    assert said(Cadence("weekly", weekdays=(1,)), 2, hours=free) == ["Wed 25 Nov 9:00", "Tue 1 Dec 9:00"]
    assert said(Cadence("daily", at=time(21)), 2) == ["Tue 24 Nov 8:00", "Wed 25 Nov 8:00"]


def test_at_shares_of_the_time_to_the_deadline() -> None:
    shares = Cadence("shares", shares=(25, 50, 75))
    assert said(shares, deadline=MONDAY + 20 * DAY) == ["Mon 30 Nov 8:00", "Thu 3 Dec 9:00", "Tue 8 Dec 9:00"]


def test_before_the_deadline_in_hours_and_brought_forward_where_it_must() -> None:
    spans = Cadence("before", spans=(WEEK, DAY, 2 * HOUR))
    assert said(spans, deadline=on("Fri 11 Dec 17:00")) == ["Fri 4 Dec 17:00", "Thu 10 Dec 17:00",
                                                            "Fri 11 Dec 15:00"]  # fmt: skip
    early = said(spans, deadline=on("Mon 7 Dec 7:00"), hours=Hours(break_through=True))
    assert early == ["Mon 30 Nov 8:00", "Fri 4 Dec 18:30"]


def test_as_suggested_it_follows_the_level_and_a_near_deadline() -> None:
    assert said(Cadence(), 2) == ["Thu 26 Nov 9:00", "Tue 1 Dec 9:00"]
    assert said(Cadence(), 2, level=Level.PROBE) == ["Tue 24 Nov 9:00", "Wed 25 Nov 9:00"]
    assert said(Cadence(), deadline=on("Wed 25 Nov 12:00")) == ["Tue 24 Nov 9:00", "Wed 25 Nov 9:00"]


def test_never_and_without_what_it_counts_from_there_is_nothing() -> None:
    for rhythm in (
        NEVER,
        Cadence("shares", shares=(50,)),
        Cadence("before", spans=(DAY,)),
        Cadence("weekly"),
    ):
        assert said(rhythm) == []


def test_past_the_deadline_it_ends_unless_it_goes_beyond() -> None:
    assert said(Cadence("daily"), deadline=on("Wed 25 Nov 9:00")) == ["Tue 24 Nov 9:00"]
    assert len(said(Cadence("daily", beyond=True), deadline=on("Wed 25 Nov 9:00"))) == 4


@pytest.mark.parametrize(
    ("days", "rhythm"), [(7, 1), (14, 1), (15, 3), (90, 3), (91, 5), (None, 3)]
)  # fmt: skip
def test_what_is_suggested_at_set_up_is_more_often_the_nearer_the_deadline(
    days: int | None, rhythm: int
) -> None:
    deadline = None if days is None else MONDAY + days * DAY
    assert cadence.suggested(MONDAY, deadline) == Cadence(days=rhythm)


# ---- a word takes the place of what it came near to

TUESDAYS = Cadence("weekly", weekdays=(1,))


@pytest.mark.parametrize(
    ("word", "following"),
    [
        ("Tue 24 Nov 9:05", "Tue 1 Dec 9:00"),  # asked five minutes late
        ("Fri 27 Nov 20:00", "Tue 1 Dec 9:00"),  # still nearer to the last
        ("Sat 28 Nov 9:00", "Tue 8 Dec 9:00"),  # early: in the place of the next
        ("Mon 30 Nov 17:00", "Tue 8 Dec 9:00"),
    ],
)
def test_an_early_word_takes_the_place_of_the_next_one(word: str, following: str) -> None:
    assert next_after(TUESDAYS, on(word), Terms("UTC")) == on(following)


def test_a_long_free_time_does_not_hide_which_one_was_before() -> None:
    free = Hours(holidays=tuple(date(2026, 12, 1) + n * DAY for n in range(31)))
    early = datetime(2026, 12, 30, 12, tzinfo=UTC)
    found = next_after(Cadence("daily"), early, Terms("UTC", free))
    assert found == datetime(
        2027, 1, 4, 9, tzinfo=UTC
    )  # not on Friday the first, of which it came in the place


def test_before_a_deadline_a_word_within_half_the_span_stands_for_it() -> None:
    terms = Terms("UTC", opened=MONDAY, deadline=on("Fri 11 Dec 17:00"))
    spans = Cadence("before", spans=(WEEK, DAY))
    assert next_after(spans, on("Mon 30 Nov 9:00"), terms) == on("Fri 4 Dec 17:00")
    assert next_after(spans, on("Wed 2 Dec 9:00"), terms) == on("Thu 10 Dec 17:00")


# ---- a wall time that is not, or is twice


@pytest.mark.parametrize(
    ("zone", "night", "clock", "shown"),
    [
        (BERLIN, date(2026, 3, 29), time(2, 30), "03:30"),
        (NEW_YORK, date(2026, 3, 8), time(2, 30), "03:30"),
        (CASABLANCA, date(2026, 3, 22), time(2, 30), "03:30"),
        (LORD_HOWE, date(2026, 10, 4), time(2, 15), "02:45"),  # a jump of half an hour, from 2:00
        ("America/Havana", date(2026, 3, 8), time(0, 30), "01:30"),
        ("Africa/Cairo", date(2026, 4, 24), time(0, 0), "01:00"),
    ],
)
def test_a_time_that_does_not_exist_is_as_long_after_the_jump(
    zone: str, night: date, clock: time, shown: str
) -> None:
    moment = wall(datetime.combine(night, clock), zone)
    assert f"{moment.astimezone(ZoneInfo(zone)):%H:%M}" == shown
    before = datetime.combine(night - DAY, clock, ZoneInfo(zone)).astimezone(UTC)
    assert moment - before == DAY  # a day of 24 hours later, as if nothing had jumped


@pytest.mark.parametrize(
    ("zone", "night", "clock"),
    [
        (BERLIN, date(2026, 10, 25), time(2, 30)),
        (NEW_YORK, date(2026, 11, 1), time(1, 30)),
        (CASABLANCA, date(2026, 2, 15), time(2, 30)),
        (LORD_HOWE, date(2026, 4, 5), time(1, 45)),
    ],
)
def test_a_time_that_comes_twice_is_meant_the_first_time(zone: str, night: date, clock: time) -> None:
    moment = wall(datetime.combine(night, clock), zone)
    local = moment.astimezone(ZoneInfo(zone))
    assert (local.time(), local.fold) == (clock, 0)
    assert (moment + 2 * HOUR).astimezone(ZoneInfo(zone)).time() < (
        datetime.combine(night, clock) + 2 * HOUR
    ).time()


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE, CASABLANCA])
def test_a_daily_half_past_two_comes_once_a_day_through_the_year(zone: str) -> None:
    rhythm, terms = Cadence("daily", at=time(2, 30)), Terms(zone, ROUND_THE_CLOCK)
    due, found = datetime(2026, 1, 1, tzinfo=UTC), list[date]()
    while due < datetime(2027, 1, 1, tzinfo=UTC):
        due = next_due(rhythm, due, terms) or due
        found.append(due.astimezone(ZoneInfo(zone)).date())
    assert found == [found[0] + n * DAY for n in range(len(found))]


# ---- the last day, and a pause


def test_on_the_last_day_it_is_three_hours_or_half_of_what_is_left() -> None:
    terms = Terms("UTC", deadline=on("Fri 27 Nov 18:00"))
    assert cadence.in_hours(on("Fri 27 Nov 9:00"), terms) == on("Fri 27 Nov 12:00")
    assert cadence.in_hours(on("Fri 27 Nov 15:00"), terms) == on("Fri 27 Nov 16:30")
    assert cadence.in_hours(on("Fri 27 Nov 17:10"), terms) is None
    night = Terms("UTC", deadline=on("Sat 28 Nov 6:00"))
    assert cadence.in_hours(on("Fri 27 Nov 17:00"), night) == on("Fri 27 Nov 18:30")
    assert cadence.in_hours(on("Fri 27 Nov 18:40"), night) is None


# ---- whatever the cadence

zones = st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, CASABLANCA, "Pacific/Kiritimati", "UTC"])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(minutes=1), timedelta(days=60))
rhythms = st.builds(
    Cadence, st.sampled_from(["suggested", "every", "weekly", "daily", "shares", "before", "never"]),
    st.integers(1, 20), st.times(), st.sets(st.integers(0, 6)).map(tuple),
    st.sets(st.integers(1, 99)).map(tuple), st.sets(spans).map(tuple), st.booleans(),
)  # fmt: skip
shifts = st.builds(Hours, st.sets(st.integers(0, 6)).map(tuple), st.times(), st.times())


@settings(max_examples=300, deadline=None)
@given(rhythms, moments, zones, shifts, st.none() | spans, st.sampled_from(Level))
def test_the_next_one_is_later_within_hours_and_before_the_deadline(
    rhythm: Cadence, word: datetime, zone: str, hours: Hours, left: timedelta | None, level: Level
) -> None:
    deadline = None if left is None else word + left
    terms = Terms(zone, hours, word - 3 * DAY, deadline, level)
    due, after = next_due(rhythm, word, terms), next_after(rhythm, word, terms)
    for found in (due, after):
        if found is not None:
            assert found > word
            assert hours.allowed(found, zone)
            assert deadline is None or rhythm.beyond or found < deadline
    assert after is None or (due is not None and after >= due)
