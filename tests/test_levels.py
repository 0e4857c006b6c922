"""Levels as latches, the red line's own column, the gates, and what is worth a nudge."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from dialogs import events, levels
from dialogs.decisions import Stopped
from dialogs.grounds import Grounds
from dialogs.levels import Facts, Level
from tests.story import MONDAY, Story, nudges

BAD = {"tone": 2, "deadlock": 2, "mutual": 2}


def standing_breach() -> Story:
    return Story().does(events.RedLineConfirmed, red_line=0)


# ---- rows and latches


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(Grounds()), "stay"),
        (Facts(Grounds({"C": 2.99})), "stay"),
        (Facts(Grounds({"K": 3.0})), "probe"),
        (Facts(Grounds({"C": 3.0})), "pause"),
        (Facts(Grounds({"V": 3.0})), "pause"),
        (Facts(Grounds({"M": 4.5})), "probe"),
        (Facts(Grounds({"M": 3.7, "P": 0.8})), "probe"),
        (Facts(Grounds({"M": 3.6, "P": 0.9})), "pause"),
        (Facts(Grounds({"M": 4.0, "P": 1.7})), "pause"),
        (Facts(Grounds({"M": 4.0, "P": 1.7}), tried=True), "walk_away"),
        (Facts(Grounds({"M": 4.0, "P": 1.69}), tried=True), "pause"),
        (Facts(Grounds({"S": 4.0, "M": 4.0, "P": 1.0}), tried=True), "pause"),
        (Facts(Grounds({"C": 3.0}), checked_in_since_return=True), "final_offer"),
        (Facts(Grounds(threes={"C": 1})), "probe"),
        (Facts(Grounds(threes={"V": 1})), "pause"),
        (Facts(Grounds(), suspected=True), "probe"),
        (Facts(Grounds(), confirmed=True), "pause"),
        (Facts(Grounds(), confirmed=True, checked_in_since_return=True), "final_offer"),
        (Facts(Grounds(), confirmed=True, cure_attempted=True), "final_offer"),
        (Facts(Grounds(), confirmed=True, cure_refused=True), "walk_away"),
        (Facts(Grounds(), confirmed=True, confirmed_again=True), "walk_away"),
        (Facts(Grounds(), p=0.59), "stay"),
        (Facts(Grounds(), p=0.60), "probe"),
        (Facts(Grounds(), p=0.74), "pause"),
        (Facts(Grounds(), p=0.74, t=0.8), "final_offer"),
        (Facts(Grounds(), p=0.85, t=0.5), "pause"),
        (Facts(Grounds(), p=0.85, t=0.5, final_offer_refused=True), "walk_away"),
    ],
)
def test_each_row_is_met_where_the_page_says(facts: Facts, expected: str) -> None:
    assert levels.level(levels.risen({}, facts), facts).key == expected


def test_a_level_goes_off_after_two_check_ins_running_in_which_its_lowered_row_is_not_met() -> None:
    story = Story().stays_calm_but(tone=3)
    assert story.checks_in(tone=0).total < 2  # the lowered bound of probe
    assert story.level == "probe"
    assert story.checks_in(tone=0).level == "stay"


def test_within_the_lowered_bounds_a_level_stays_on_for_ever() -> None:
    story = Story().checks_in(tone=2, deadlock=2, mutual=2, pressure=2)  # 3.60: probe
    story.checks_in(tone=1, deadlock=1, mutual=1, pressure=1)
    assert [story.checks_in(tone=1, word=1, mutual=1, deadlock=1, pressure=1).level for _ in range(4)] == [
        "probe"
    ] * 4
    assert 2.0 <= story.total < 3.0


def test_the_two_misses_must_be_running() -> None:
    facts, off, near = Facts(Grounds({"K": 3.0})), Facts(Grounds()), Facts(Grounds({"K": 2.0}))
    latches = levels.risen({}, facts)
    for seen, expected in [(off, True), (near, True), (off, True), (off, False)]:
        latches = levels.checked(latches, seen)
        assert latches["probe"].on is expected


def test_nothing_but_a_check_in_counts_as_a_miss() -> None:
    story = Story().stays_calm_but(tone=3).checks_in(tone=0)
    for _ in range(3):
        story.later(days=1).does(events.NothingChanged).does(events.Acted, action="asked_for_time")
    assert story.level == "probe"
    assert story.checks_in(tone=0).level == "stay"


def test_between_check_ins_a_row_that_is_met_again_does_not_forgive_a_miss() -> None:
    met, off = Facts(Grounds(), p=0.8), Facts(Grounds(), p=0.1)
    latches = levels.checked(levels.risen({}, met), off)
    latches = levels.checked(levels.risen(latches, met), off)
    assert not latches["pause"].on


def test_lowered_bounds_leave_the_active_grounds_and_the_time_as_they_are() -> None:
    one_active = Facts(Grounds({"M": 4.0, "P": 0.8}))
    early = Facts(Grounds(), p=0.9, t=0.79)
    assert not levels.row_met(Level.PAUSE, one_active, lowered=True)
    assert not levels.row_met(Level.FINAL_OFFER, early, lowered=True)
    assert levels.row_met(Level.PAUSE, Facts(Grounds({"M": 2.6, "P": 0.9})), lowered=True)


def test_lower_levels_stay_latched_under_a_higher_one() -> None:
    story = Story().does(events.Acted, action="named_behaviour")
    for _ in range(4):
        story.stays_calm_but(**BAD)
    assert story.level == "walk_away"
    assert [story.stays_calm_but().level for _ in range(9)][-1] == "stay"


def test_a_suspicion_holds_until_red_lines_are_asked_about_again() -> None:
    story = Story().checks_in(red_line=2)
    assert [story.checks_in(mutual=0).level for _ in range(3)] == ["probe"] * 3
    story.checks_in(red_line=None)
    assert story.deal.coach.suspected
    assert not story.checks_in(red_line=0).deal.coach.suspected


# ---- the red line's own column


def test_a_cure_ends_the_gate_and_its_levels_at_once() -> None:
    story = standing_breach().does(events.RedLineCured, red_line=0)
    assert (story.level, story.deal.red_lines[0].confirmed) == ("stay", False)


def test_a_cure_refused_is_a_walk_away_and_one_attempted_a_final_offer() -> None:
    story = standing_breach()
    assert story.does(events.Acted, action="cure_attempted").level == "final_offer"
    assert story.does(events.Acted, action="cure_refused").level == "walk_away"
    assert story.does(events.RedLineCured, red_line=0).level == "stay"


def test_confirmed_again_is_a_walk_away_even_after_a_cure() -> None:
    story = standing_breach().does(events.RedLineCured, red_line=0)
    assert story.does(events.RedLineConfirmed, red_line=0).level == "walk_away"


def test_another_red_line_is_not_the_same_one_again() -> None:
    story = standing_breach().does(events.RedLineCured, red_line=0)
    assert story.does(events.RedLineConfirmed, red_line=1).level == "pause"


def test_an_attempt_speaks_of_the_breach_that_stands_only() -> None:
    story = Story().does(events.Acted, action="cure_refused")
    assert story.does(events.RedLineConfirmed, red_line=0).level == "pause"


def test_after_a_return_a_pause_row_is_a_final_offer_from_the_first_check_in_on() -> None:
    story = Story().checks_in(tone=2, deadlock=3).checks_in(tone=2, deadlock=3)
    assert story.returns_from_a_pause().level == "pause"
    assert story.checks_in(tone=2, deadlock=3).level == "final_offer"


def test_only_a_pause_can_be_returned_from() -> None:
    bad = {"tone": 3, "deadlock": 3, "mutual": 3}
    story = Story().does(events.Returned, by="")
    assert story.checks_in(**bad).checks_in(**bad).level == "final_offer"
    story = Story().does(events.Paused, until=MONDAY + timedelta(days=1), by="").does(events.Returned, by="")
    assert story.checks_in(**bad).checks_in(**bad).level == "walk_away"


# ---- gates


def test_the_acceptance_gate_says_which_must_haves_are_not_met() -> None:
    story = Story(side="seller", limit=Decimal(80))
    stopped = story.does(events.AboutToSign, value=Decimal(79), must_haves=("met", "not", "partly")).heard(
        Stopped
    )
    assert (stopped.gates, stopped.unmet, stopped.partly) == (
        ("below_limit", "must_have"),
        ("data stays here",),
        ("exit clause",),
    )


@pytest.mark.parametrize(
    ("side", "value", "gates"),
    [
        ("seller", 80, ()),
        ("seller", 79, ("below_limit",)),
        ("buyer", 80, ()),
        ("buyer", 81, ("below_limit",)),
        ("neither", 1, ()),
    ],
)
def test_a_limit_is_a_floor_for_a_seller_and_a_ceiling_for_a_buyer(
    side: str, value: int, gates: tuple[str, ...]
) -> None:
    story = Story(side=side, limit=Decimal(80)).does(events.AboutToSign, value=Decimal(value))
    assert story.heard(Stopped).gates == gates
    assert story.nudged is bool(gates)


def test_the_exit_gate_asks_what_was_tried_and_whether_an_offer_beats_the_limit() -> None:
    story = Story(side="buyer", limit=Decimal(80)).does(events.Offered, side="them", value=Decimal(75))
    assert story.does(events.AboutToWalk).heard(Stopped).gates == ("beats_alternative", "nothing_tried")
    story.does(events.Acted, action="named_behaviour").does(events.RedLineConfirmed, red_line=0)
    assert story.does(events.AboutToWalk).heard(Stopped).gates == ("red_line",)


@pytest.mark.parametrize("action", ["asked_for_time", "cure_attempted", "cure_refused"])
def test_asking_for_time_or_a_cure_is_not_what_counts_as_tried(action: str) -> None:
    story = Story().does(events.Acted, action=action).does(events.AboutToWalk)
    assert story.heard(Stopped).gates == ("nothing_tried",)


# ---- the nudge


def test_a_rise_nudges_and_the_same_level_does_not_again() -> None:
    assert list(nudges(Story(), {"tone": 3}, {"tone": 1}, {"tone": 1})) == [True, False, False]


def test_a_level_that_fell_and_rises_again_nudges_again() -> None:
    assert list(nudges(Story(), {"tone": 3}, {}, {}, {"tone": 3}))[::3] == [True, True]


def test_a_weight_of_one_more_since_the_last_nudge_nudges() -> None:
    story = Story().checks_in(red_line=2, mutual=2)  # probe at 1.80, both active
    assert story.nudged
    assert not story.checks_in(red_line=2).nudged  # 2.66
    assert story.checks_in(red_line=2).nudged  # 3.51


def test_a_ground_made_active_since_the_last_nudge_nudges() -> None:
    story = Story().checks_in(red_line=2)
    assert story.checks_in(red_line=1, pressure=2).nudged
    assert not story.checks_in(red_line=1).nudged


def test_every_fourth_check_in_running_at_pause_or_above_nudges() -> None:
    story = Story().does(events.RedLineConfirmed, red_line=0)
    assert list(nudges(story, *[{}] * 8)) == [False, False, False, True] * 2


def test_a_check_in_below_pause_starts_the_count_of_four_anew() -> None:
    story = Story().does(events.RedLineConfirmed, red_line=0)
    assert not any(nudges(story, {}, {}))
    story.does(events.RedLineCured, red_line=0).stays_calm_but()
    story.does(events.RedLineConfirmed, red_line=1)
    assert list(nudges(story, *[{}] * 4)) == [False, False, False, True]


def test_one_nudge_a_day_and_what_is_still_new_goes_out_the_next_day() -> None:
    story = Story().checks_in(tone=3)
    story.later(hours=3).answers(tone=2, deadlock=3).does(events.CheckedIn)
    assert not story.nudged
    story.later(hours=20).answers(mutual=2).does(events.CheckedIn)
    assert story.nudged


def test_the_day_is_the_owners() -> None:
    story = Story(zone="Asia/Tokyo").later(hours=3)  # 12:00 UTC, 21:00 in Tokyo
    story.answers(tone=3).does(events.CheckedIn)
    story.later(hours=4).answers(tone=3, deadlock=3).does(events.CheckedIn)  # 01:00 the next day
    assert story.nudged


@pytest.mark.parametrize(("minutes", "goes_out"), [(59, False), (60, True)])
def test_in_the_last_24_hours_one_nudge_an_hour(minutes: int, goes_out: bool) -> None:
    story = Story(deadline=MONDAY + timedelta(hours=20)).answers(tone=3).does(events.CheckedIn)
    story.later(minutes=minutes).answers(tone=3, deadlock=3).does(events.CheckedIn)
    assert story.nudged is goes_out


def test_gates_and_walk_aways_neither_wait_for_the_days_budget_nor_use_it() -> None:
    story = Story().does(events.RedLineConfirmed, red_line=0)
    assert story.nudged
    assert story.answers(tone=3, deadlock=3, mutual=3).does(events.CheckedIn).nudged  # uses the day
    story.does(events.Acted, action="cure_refused")
    assert (story.level, story.nudged) == ("walk_away", True)


def test_during_a_pause_only_gates_and_offers_nudge() -> None:
    story = Story().does(events.Paused, until=MONDAY + timedelta(days=30))
    assert not any(nudges(story, {"tone": 3, "deadlock": 3}, {"tone": 3, "deadlock": 3}))
    assert story.level == "pause"
    assert story.does(events.RedLineConfirmed, red_line=0).nudged


def test_a_pause_whose_date_has_passed_is_over() -> None:
    story = Story().does(events.Paused, until=MONDAY + timedelta(days=1))
    assert story.checks_in(tone=3).nudged


def test_after_a_silent_rise_the_return_has_something_to_say_at_the_next_check_in() -> None:
    story = Story().does(events.Paused, until=MONDAY + timedelta(days=30))
    story.checks_in(tone=3, deadlock=3).does(
        events.Returned, conditions=("new_information", "another_person")
    )
    assert story.later(days=1).checks_in(tone=3, deadlock=3).nudged


def test_a_snooze_shows_its_reason_in_the_next_nudge() -> None:
    story = Story().checks_in(tone=3).does(events.Snoozed, reason="their new lawyer starts Monday")
    assert story.checks_in(tone=3, deadlock=3).nudge.snoozed == "their new lawyer starts Monday"


def test_a_nudge_gives_at_most_three_reasons_in_the_owners_words_and_three_changes() -> None:
    story = Story(promise="they call us names twice").answers(deadlock=2, mutual=2, word=2)
    story.does(events.Answered, question="tone", answer=3, note="you people are a joke")
    nudge = story.does(events.CheckedIn).nudge
    assert nudge.reasons[0].words == "you people are a joke"
    assert len(nudge.reasons) == 3
    assert 1 <= len(nudge.changes) <= 3
    assert nudge.promise is not None
    assert nudge.promise.text == "they call us names twice"


def test_a_closed_deal_says_no_more() -> None:
    assert not Story().checks_in(tone=1).does(events.Closed, outcome="agreed", value=Decimal(1)).nudged
