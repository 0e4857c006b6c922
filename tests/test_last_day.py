"""The last 24 hours before a deadline: hours instead of days, and no advice is taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render import Renderer
from dialogs import events
from dialogs.decisions import Draft
from dialogs.effects import CheckInEnd, Nudge, PauseBegun
from dialogs.sealed import wait
from tests.story import CALM, MONDAY, Story

DEADLINE = MONDAY + timedelta(days=10)
plain = Renderer("plain")


def near(hours: float, **facts: Any) -> Story:  # noqa: ANN401
    """Three bad check-ins, and now so many hours before the deadline."""
    story = Story(deadline=DEADLINE, red_lines=(), must_haves=(), **facts)
    for _ in range(3):
        story.checks_in(tone=3, deadlock=3)
    assert story.level == "pause"
    story.now = DEADLINE - timedelta(hours=hours)
    return story


def calm(story: Story, times: int) -> Story:
    for _ in range(times):
        story.later(minutes=30).answers(**{**CALM, "deadlock": 0}).does(events.CheckedIn)
    return story


def test_so_near_the_deadline_nothing_is_downgraded() -> None:
    assert calm(near(23.5), 12).level == "pause"


def test_a_day_before_that_calm_eases_the_advice() -> None:
    assert calm(near(48), 12).level == "stay"


def test_calm_that_began_before_the_last_day_ends_with_the_level_it_had() -> None:
    story = calm(near(25), 1)
    held = story.level
    assert calm(story, 8).level == held


def test_on_the_last_day_a_level_may_still_rise() -> None:
    story = near(20).does(events.Acted, action="named_behaviour").later(hours=1)
    story.answers(tone=3, deadlock=3, pressure=3, alternative=3).does(events.CheckedIn)
    assert story.level == "walk_away"


def test_a_cured_red_line_is_a_fact_and_eases_even_then() -> None:
    story = Story(deadline=DEADLINE).does(events.RedLineConfirmed, red_line=0)
    story.now = DEADLINE - timedelta(hours=3)
    assert story.does(events.RedLineCured, red_line=0).level == "stay"


def test_the_page_knows_no_last_day() -> None:
    assert calm(near(23.5, rules=1), 12).level == "stay"


def test_past_the_deadline_advice_eases_again() -> None:
    assert calm(near(-1), 12).level == "stay"


def test_a_pause_is_a_recess_of_minutes_whatever_date_was_given() -> None:
    story = near(20)
    begun = story.does(events.Paused, until=DEADLINE + timedelta(days=3)).heard(PauseBegun)
    assert begun.pause.until == story.now + timedelta(minutes=30)
    story = near(1)
    assert story.does(events.Paused).heard(PauseBegun).pause.until == story.now + timedelta(minutes=6)


def test_a_recess_until_an_hour_of_ones_own_is_kept() -> None:
    story = near(20)
    until = story.now + timedelta(hours=2)
    assert story.does(events.Paused, until=until).heard(PauseBegun).pause.until == until


EVENING = DEADLINE.replace(hour=18)


@pytest.mark.parametrize(
    ("hours", "next_in"),
    [(23.0, 13.0), (8.0, 3.0), (4.0, 2.0), (1.0, 0.5), (0.5, None)],  # the first falls into the night
)
def test_the_next_check_in_is_a_matter_of_hours(hours: float, next_in: float | None) -> None:
    story = Story(deadline=EVENING)
    story.now = EVENING - timedelta(hours=hours)
    story.starts().finishes_calmly()
    wanted = None if next_in is None else story.now + timedelta(hours=next_in)
    assert story.deal.next_check_in == wanted
    assert story.heard(CheckInEnd).last_day


def test_a_reminder_of_the_last_day_comes_once() -> None:
    story = Story(deadline=DEADLINE)
    story.now = DEADLINE - timedelta(hours=20)
    story.starts().finishes_calmly().later(hours=3)
    assert "check_in" in story.rings().reminded
    assert story.deal.next_check_in is None
    assert "check_in" not in story.later(hours=3).rings().reminded


def test_the_words_speak_of_hours() -> None:
    story = Story(deadline=DEADLINE)
    story.now = DEADLINE - timedelta(hours=20)
    text = plain.message(story.starts().finishes_calmly().heard(CheckInEnd))["text"]
    assert "I count in hours" in text
    assert "working days" not in text


def test_a_pause_that_is_advised_is_half_an_hour() -> None:
    story = Story(deadline=DEADLINE, must_haves=())
    story.now = DEADLINE - timedelta(hours=20)
    nudge = story.does(events.RedLineConfirmed, red_line=0).does(events.RedLineCured, red_line=0)
    nudge.answers(tone=3, deadlock=3).does(events.CheckedIn).later(hours=1)
    nudge.answers(tone=3, deadlock=3).does(events.CheckedIn)
    assert "Half an hour" in plain.message(story.heard(Nudge))["text"]


def test_time_is_asked_for_in_hours() -> None:
    draft = near(8).does(events.DraftWanted, action="ask_for_time").heard(Draft)
    assert (draft.hours, draft.last_day) == (4, True)
    assert "I need 4 hours" in plain.message(draft)["text"]


moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, st.timedeltas(timedelta(minutes=1), timedelta(days=400)))
def test_a_wait_is_a_day_or_a_tenth_of_the_time_left(at: datetime, left: timedelta) -> None:
    assert wait(at, at + left) == min(timedelta(hours=24), left / 10)
    assert wait(at, None) == wait(at, at - left) == timedelta(hours=24)
