"""Dates, amounts and forms as people type them: what is read, and what is refused rather than guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.amounts import ambiguous, read_amount
from dialogs.cadence import next_check_in, pause_end, wall, working_morning
from dialogs.dates import read_date
from dialogs.forms import FORMS, Filled, Unfit, read
from dialogs.levels import Level

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)  # a Tuesday
BERLIN = "Europe/Berlin"


def berlin(day: int, hour: int = 9, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(BERLIN))


# ---- dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow", berlin(25)),
        ("until tomorrow at 4pm", berlin(25, 16)),
        ("today 18:00", berlin(24, 18)),
        ("18:00", berlin(24, 18)),
        ("Thursday", berlin(26)),
        ("on thu, 3pm", berlin(26, 15)),
        ("next Friday at 10", berlin(4, 10, month=12)),
        ("this Friday at 10", berlin(27, 10)),
        ("tuesday", berlin(1, month=12)),
        ("next week", berlin(30)),
        ("in two days", berlin(26)),
        ("for 3 days", berlin(27)),
        ("in a week", berlin(1, month=12)),
        ("2 weeks", berlin(8, month=12)),
        ("in 90 minutes", NOW + timedelta(minutes=90)),
        ("for an hour", NOW + timedelta(hours=1)),
        ("3 dec", berlin(3, month=12)),
        ("Dec 3", berlin(3, month=12)),
        ("3 December 2027 12:15", berlin(3, 12, 15, month=12, year=2027)),
        ("5 jan", berlin(5, month=1, year=2027)),
        ("2026-12-03 14:00", berlin(3, 14, month=12)),
        ("2026-12-03", berlin(3, month=12)),
        ("12am tomorrow", berlin(25, 0)),
        ("12pm tomorrow", berlin(25, 12)),
    ],
)
def test_a_date_is_read_as_people_mean_it(text: str, expected: datetime) -> None:
    assert read_date(text, NOW, BERLIN) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "yesterday", "today", "today 9:00", "30 feb", "2026-02-30", "2025-12-03", "25:00",
        "13pm tomorrow",
        "in 0 days", "in zero days", "the 3rd", "in 99999 days", "t", "tomorrow or so", "0001-01-01",
    ],
)  # fmt: skip
def test_what_is_no_future_date_is_not_guessed(text: str) -> None:
    assert read_date(text, NOW, BERLIN) is None


def test_29_february_is_found_in_the_next_leap_year_only_when_it_is_named() -> None:
    assert read_date("29 feb 2028", NOW, "UTC") == datetime(2028, 2, 29, 9, tzinfo=UTC)
    assert read_date("29 feb", NOW, "UTC") is None
    assert read_date("29 feb", datetime(2028, 3, 1, tzinfo=UTC), "UTC") is None


def test_the_last_day_of_the_calendar_is_out_of_reach_west_of_london() -> None:
    assert read_date("9999-12-31 23:00", NOW, "America/New_York") is None
    found = read(FORMS["set_up"], {**SET_UP, "deadline": "9999-12-31"}, NOW, "America/New_York")
    assert found == Unfit({"deadline": "expected_date"})


@given(st.text(max_size=30), st.sampled_from(["UTC", BERLIN, "Asia/Kathmandu"]))
def test_whatever_is_typed_a_date_lies_ahead_or_is_none(text: str, zone: str) -> None:
    found = read_date(text, NOW, zone)
    assert found is None or found > NOW


def test_a_wall_time_that_is_skipped_moves_past_the_gap_and_one_that_comes_twice_is_the_first() -> None:
    assert wall(datetime(2026, 3, 29, 2, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # noqa: DTZ001
    assert wall(datetime(2026, 10, 25, 2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # noqa: DTZ001


# ---- cadence


def test_working_mornings_pass_over_the_weekend() -> None:
    friday = datetime(2026, 11, 27, 16, tzinfo=UTC)
    assert working_morning(friday, "UTC", 1) == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert working_morning(friday, "Asia/Tokyo", 1) == datetime(2026, 11, 30, 0, tzinfo=UTC)  # Saturday there


@pytest.mark.parametrize(
    ("level", "days"),
    [(Level.STAY, 3), (Level.PROBE, 1), (Level.PAUSE, 1), (Level.FINAL_OFFER, 1), (Level.WALK_AWAY, 1)],
)
def test_the_higher_the_level_the_sooner_the_next_check_in(level: Level, days: int) -> None:
    assert next_check_in(NOW, "UTC", level, None) == datetime(2026, 11, 24 + days, 9, tzinfo=UTC)


def test_before_a_nearer_deadline_it_speaks_the_next_morning_or_no_more() -> None:
    assert next_check_in(NOW, "UTC", Level.STAY, NOW + timedelta(days=2)) == datetime(
        2026, 11, 25, 9, tzinfo=UTC
    )
    assert next_check_in(NOW, "UTC", Level.STAY, NOW + timedelta(minutes=50)) is None


def test_on_the_last_day_the_next_check_in_is_a_matter_of_hours() -> None:
    in_three_hours = next_check_in(NOW, "UTC", Level.STAY, NOW + timedelta(hours=3))
    assert in_three_hours == NOW + timedelta(minutes=90)


def test_a_pause_ends_before_the_deadline() -> None:
    assert pause_end(NOW, "UTC", NOW + timedelta(days=30)) == datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert pause_end(NOW, "UTC", NOW + timedelta(hours=36)) == NOW + timedelta(hours=12)
    assert pause_end(NOW, "UTC", NOW + timedelta(hours=20)) == NOW + timedelta(minutes=30)
    assert pause_end(NOW, "UTC", NOW + timedelta(hours=2)) == NOW + timedelta(minutes=12)


# ---- amounts


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("82k", "82000"), ("€82.000", "82000"), ("82 000", "82000"), ("82\u202f000 EUR", "82000"),
        ("1.2m", "1200000"),
        ("12 %", "12"), ("95,000.50", "95000.50"), ("95.000,50 €", "95000.50"), ("0.125", "0.125"),
        ("82,5", "82.5"),
        ("1,234,567", "1234567"), ("-4", "-4"), ("82.", "82"), ("USD 7", "7"), ("$1.5k", "1500"), ("0", "0"),
        ("82'000", "82000"), ("3 bn", "3000000000"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(text: str, amount: str) -> None:
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["", "a lot", "82 apples", "8 2", "1,23,456", "82-90", "€", "1e5", "NaN", "--4"]
)
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    assert read_amount(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("82.000", True),
        ("82,000 EUR", True),
        ("82000", False),
        ("82.50", False),
        ("1,234,567", False),
        ("", False),
    ],
)
def test_one_mark_before_three_digits_is_ambiguous(text: str, expected: bool) -> None:
    assert ambiguous(text) is expected


@given(st.text(max_size=45))
def test_whatever_is_typed_an_amount_is_finite_or_none(text: str) -> None:
    found = read_amount(text)
    assert found is None or found.is_finite()


# ---- forms

SET_UP = {"name": "Acme renewal", "counterpart": "Acme", "must_haves": "net 30\n- exit clause"}


def typed(key: str, **given_fields: str | tuple[str, ...]) -> Filled | Unfit:
    return read(FORMS[key], given_fields, NOW, BERLIN)


def test_a_set_up_is_read_field_by_field() -> None:
    found = typed("set_up", **SET_UP, limit="82k", side="buyer", deadline="2026-12-03")
    assert isinstance(found, Filled)
    assert found.many("must_haves") == ("net 30", "exit clause")
    assert (found.amount("limit"), found.text("side")) == (Decimal(82_000), "buyer")
    assert found.date("deadline") == berlin(3, 23, 59, month=12) + timedelta(seconds=59)
    assert (found.text("alias"), found.amount("name"), found.date("name"), found.many("name")) == (
        "",
        None,
        None,
        (),
    )


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"name": ""}, {"name": "required"}),
        ({"name": " \n"}, {"name": "required"}),
        ({"must_haves": ""}, {"must_haves": "one_of_these"}),
        ({"must_haves": "a\nb\nc\nd\ne\nf"}, {"must_haves": "too_many_lines"}),
        ({"must_haves": "x" * 121}, {"must_haves": "too_long"}),
        ({"name": "x" * 81}, {"name": "too_long"}),
        ({"limit": "82k"}, {"side": "side_of_limit"}),
        ({"limit": "lots", "side": "buyer"}, {"limit": "expected_amount"}),
        ({"side": "both"}, {"side": "expected_choice"}),
        ({"deadline": "2026-11-23"}, {"deadline": "date_past"}),
        ({"deadline": "soon"}, {"deadline": "expected_date"}),
        ({"name": "", "limit": "lots", "deadline": "soon"},
         {"name": "required", "limit": "expected_amount", "deadline": "expected_date"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_field_and_nothing_is_half_taken(
    change: dict[str, str], problems: dict[str, str]
) -> None:
    assert typed("set_up", **{**SET_UP, **change}) == Unfit(problems)


def test_todays_deadline_is_still_ahead() -> None:
    assert isinstance(typed("set_up", **SET_UP, deadline="2026-11-24"), Filled)


def test_the_return_asks_for_what_changed() -> None:
    assert typed("came_back") == Unfit({"conditions": "required"})
    found = typed("came_back", conditions=("neutral",), terms=("met", "not"))
    assert isinstance(found, Filled)
    assert (found.many("conditions"), found.many("terms")) == (("neutral",), ("met", "not"))


def test_a_pause_takes_a_date_in_words() -> None:
    found = typed("pause", until="Thursday 3pm")
    assert isinstance(found, Filled)
    assert found.date("until") == berlin(26, 15)
    assert typed("pause", until="whenever") == Unfit({"until": "expected_date"})


@pytest.mark.parametrize("key", ["", "00 1a", "../x", "00a~b", "{s00}", "١٢"])
def test_a_deal_is_chosen_by_an_id_and_nothing_else(key: str) -> None:
    wrong = "expected_choice" if key else "required"
    assert typed("add", deal=key, text="they said no") == Unfit({"deal": wrong})
    assert isinstance(typed("add", deal="17c0ffee", text="they said no"), Filled)


def test_a_name_is_one_line_whatever_is_pasted() -> None:
    found = typed("rename", name="  Acme\n\trenewal ")
    assert isinstance(found, Filled)
    assert found.text("name") == "Acme renewal"
