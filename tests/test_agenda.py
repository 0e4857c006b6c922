"""What a deal's owner hears when, in stories: dates ahead, talks, silence, snooze, digest, late clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from dialogs import agenda
from dialogs.agenda import KINDS
from dialogs.cadence import Cadence
from dialogs.hours import Hours
from dialogs.levels import Level
from tests.agenda_story import Told, on

DAILY, TUESDAYS = Cadence("daily"), Cadence("weekly", weekdays=(1,), at=time(9, 30))


# ---- dates ahead


def test_a_deadline_is_told_a_week_a_day_and_two_hours_ahead() -> None:
    told = Told(deadline="Fri 11 Dec 17:00")
    assert told.until("Sat 12 Dec 0:00") == [
        "Fri 4 Dec 17:00 deadline",
        "Thu 10 Dec 17:00 deadline",
        "Fri 11 Dec 15:00 deadline",
    ]


def test_what_falls_on_a_weekend_is_delayed_and_two_at_once_are_one_word() -> None:
    told = Told(deadline="Mon 7 Dec 9:00")
    assert told.until("Tue 8 Dec 0:00") == ["Mon 30 Nov 9:00 deadline", "Mon 7 Dec 8:00 deadline"]


def test_what_would_be_delayed_too_long_comes_before_the_weekend_and_not_again() -> None:
    told = Told(deadline="Mon 7 Dec 7:30")
    assert told.until("Tue 8 Dec 0:00") == ["Mon 30 Nov 8:00 deadline", "Fri 4 Dec 18:30 deadline"]
    assert told.dropped == []


def test_other_hours_do_not_bring_back_what_was_said() -> None:
    told = Told(deadline="Mon 7 Dec 7:30")
    told.until("Sat 5 Dec 12:00")
    assert told.has(hours=Hours(days=tuple(range(7)), begin=time(5))).until("Tue 8 Dec 0:00") == []
    told = Told(deadline="Fri 11 Dec 3:00")  # a week before: at night, so at eight
    assert told.until("Fri 4 Dec 8:30") == ["Fri 4 Dec 8:00 deadline"]
    assert told.has(zone="America/New_York").until("Sat 5 Dec 0:00") == []


def test_a_deadline_may_break_through_where_that_is_allowed() -> None:
    told = Told(deadline="Mon 7 Dec 7:30", hours=Hours(break_through=True))
    told.agenda = replace(told.agenda, offer_ends=on("Mon 7 Dec 7:30"))  # but no other date
    assert told.until("Tue 8 Dec 0:00") == [
        "Mon 30 Nov 7:30 deadline",
        "Fri 4 Dec 18:30 offer_ends",
        "Sun 6 Dec 7:30 deadline",
        "Mon 7 Dec 5:30 deadline",
    ]


def test_a_date_told_late_is_not_told_back_at_once() -> None:
    told = Told().at("Thu 26 Nov 10:00").has(deadline=on("Fri 27 Nov 9:00"))
    told.agenda = agenda.learnt(told.agenda, "deadline", told.now)
    assert told.until("Sat 28 Nov 0:00") == ["Fri 27 Nov 8:00 deadline"]


def test_a_deadline_that_passed_is_asked_about_once_even_in_a_pause() -> None:
    told = Told(deadline="Fri 27 Nov 23:00")
    told.agenda = replace(told.agenda, never=("deadline",))
    told.knows(paused=told.now)
    assert told.until("Tue 8 Dec 0:00") == ["Mon 30 Nov 8:00 deadline_passed"]


def test_a_deadline_that_moved_is_told_anew() -> None:
    told = Told(deadline="Fri 11 Dec 17:00")
    assert told.until("Fri 4 Dec 18:00") == ["Fri 4 Dec 17:00 deadline"]
    told.agenda = agenda.learnt(told.agenda, "deadline", told.now)
    told.has(deadline=on("Wed 16 Dec 17:00"))
    assert told.until("Tue 15 Dec 12:00") == ["Wed 9 Dec 17:00 deadline"]


def test_each_of_several_dates_to_give_notice_by_is_told() -> None:
    told = Told()
    told.agenda = replace(told.agenda, notices=(on("Mon 7 Dec 7:00"), on("Tue 8 Dec 7:00")))
    assert told.until("Wed 9 Dec 0:00") == [
        "Mon 30 Nov 8:00 notice",
        "Tue 1 Dec 8:00 notice",
        "Fri 4 Dec 18:30 notice",  # a day ahead of the first
        "Mon 7 Dec 8:00 notice",  # and of the second
    ]


def test_the_end_of_their_offer_and_of_plan_b_are_told_in_one_message() -> None:
    told = Told().knows(plan_b_ends=on("Thu 3 Dec 12:00"))
    told.agenda = replace(told.agenda, offer_ends=on("Thu 3 Dec 12:00"))
    assert told.until("Wed 2 Dec 13:00") == ["Wed 2 Dec 12:00 offer_ends", "Wed 2 Dec 12:00 plan_b_ends"]


# ---- talks


def test_a_talk_has_a_brief_before_it_silence_during_it_and_the_check_in_after() -> None:
    told = Told(DAILY).talks("Thu 26 Nov 15:00", hours=2)
    assert told.until("Fri 27 Nov 0:00") == ["Thu 26 Nov 14:00 brief", "Thu 26 Nov 17:00 check_in"]


def test_nothing_is_said_during_a_talk_and_what_was_due_comes_after_it() -> None:
    told = Told(deadline="Fri 4 Dec 17:00", hours=Hours(break_through=True)).talks("Thu 3 Dec 16:00", hours=2)
    told.until("Thu 3 Dec 16:30")
    assert told.until("Fri 4 Dec 0:00") == ["Thu 3 Dec 18:00 deadline", "Thu 3 Dec 18:00 check_in"]


def test_a_deadline_that_cannot_wait_for_the_end_of_the_talk_is_said_if_it_may_break_through() -> None:
    told = Told(deadline="Fri 4 Dec 17:00", hours=Hours(break_through=True)).talks("Fri 4 Dec 14:00", hours=3)
    told.until("Fri 4 Dec 14:30")
    assert told.until("Fri 4 Dec 16:00") == ["Fri 4 Dec 15:00 deadline"]


def test_the_brief_for_an_early_talk_comes_the_evening_before() -> None:
    assert Told().talks("Mon 30 Nov 8:00").until("Sat 28 Nov 0:00") == ["Fri 27 Nov 18:30 brief"]


def test_a_talk_arranged_within_the_hour_has_no_brief() -> None:
    assert Told().talks("Mon 23 Nov 9:30").until("Mon 23 Nov 10:00") == []


def test_a_talk_that_moves_has_its_brief_again_and_one_called_off_leaves_nothing() -> None:
    told = Told().talks("Thu 26 Nov 15:00")
    assert told.until("Thu 26 Nov 14:30") == ["Thu 26 Nov 14:00 brief"]
    told.talks("Fri 27 Nov 15:00")
    assert told.until("Fri 27 Nov 14:30") == ["Fri 27 Nov 14:00 brief"]
    assert told.talks("").until("Tue 1 Dec 0:00") == []


def test_what_was_put_off_or_skipped_before_another_talk_was_arranged_counts_no_more() -> None:
    told = Told().talks("Thu 26 Nov 15:00").skips("brief").talks("Wed 25 Nov 15:00")
    assert told.until("Wed 25 Nov 14:30") == ["Wed 25 Nov 14:00 brief"]
    told.snoozes("brief", "Wed 25 Nov 14:45").talks("Fri 27 Nov 15:00")
    assert told.until("Fri 27 Nov 14:30") == ["Fri 27 Nov 14:00 brief"]


def test_a_check_in_before_the_talk_leaves_the_one_after_it_and_one_during_it_is_it() -> None:
    told = Told().talks("Thu 26 Nov 15:00").at("Wed 25 Nov 10:00").checks_in()
    assert told.ahead["check_in"] == on("Thu 26 Nov 16:00")
    assert told.at("Thu 26 Nov 15:45").checks_in().until("Tue 1 Dec 0:00") == []


# ---- how often


def test_an_early_check_in_takes_the_place_of_the_next_one() -> None:
    told = Told(TUESDAYS).at("Mon 30 Nov 10:00").checks_in()
    assert told.until("Wed 9 Dec 0:00") == ["Tue 8 Dec 9:30 check_in"]


def test_a_snooze_moves_one_question_and_leaves_the_cadence() -> None:
    told = Told(Cadence("every", days=3))
    assert told.until("Thu 26 Nov 12:00") == ["Thu 26 Nov 9:00 check_in"]
    told.snoozes("check_in", "Fri 27 Nov 9:00")
    assert told.until("Wed 2 Dec 0:00") == ["Fri 27 Nov 9:00 check_in", "Tue 1 Dec 9:00 check_in"]


def test_what_was_put_off_is_not_counted_as_ignored_twice() -> None:
    told = Told(DAILY)
    told.until("Tue 24 Nov 10:00")
    said = told.snoozes("check_in", "Tue 24 Nov 12:00").until("Tue 1 Dec 0:00")
    assert [each.split()[-1] for each in said] == ["check_in", "check_in", "check_in", "digest"]


def test_a_snooze_into_quiet_hours_waits_for_the_morning() -> None:
    told = Told(deadline="Thu 3 Dec 17:00")
    assert told.until("Thu 26 Nov 18:00") == ["Thu 26 Nov 17:00 deadline"]
    told.snoozes("deadline", "Thu 26 Nov 21:00")
    assert told.until("Sat 28 Nov 0:00") == ["Fri 27 Nov 8:00 deadline"]


def test_a_date_that_passed_while_it_was_put_off_is_not_spoken_of() -> None:
    told = Told(deadline="Fri 27 Nov 17:00")
    told.until("Fri 27 Nov 15:30")
    assert told.snoozes("deadline", "Fri 27 Nov 18:00").until("Mon 30 Nov 12:00") == []


def test_a_skip_passes_over_the_next_and_one_put_off_is_only_forgotten() -> None:
    told = Told(DAILY).skips("check_in")
    assert told.until("Thu 26 Nov 0:00") == ["Wed 25 Nov 9:00 check_in"]
    told.snoozes("check_in", "Thu 26 Nov 7:00").skips("check_in")
    assert told.until("Fri 27 Nov 0:00") == ["Thu 26 Nov 9:00 check_in"]


def test_never_and_again() -> None:
    told = Told(deadline="Fri 11 Dec 17:00")
    told.agenda = agenda.unwanted(told.agenda, "deadline")
    assert told.until("Thu 10 Dec 12:00") == []
    told.agenda = agenda.learnt(replace(told.agenda, never=()), "deadline", told.now)
    assert told.until("Fri 11 Dec 12:00") == ["Thu 10 Dec 17:00 deadline"]


def test_an_open_check_in_is_asked_for_once_and_then_the_cadence_goes_on() -> None:
    told = Told(Cadence("every", days=2)).at("Mon 23 Nov 10:00").knows(touched=on("Mon 23 Nov 10:00"))
    assert told.until("Fri 27 Nov 0:00") == ["Tue 24 Nov 9:00 unfinished", "Thu 26 Nov 9:00 check_in"]


def test_an_open_check_in_asked_for_after_the_talk_is_the_question_after_the_talk() -> None:
    told = Told().talks("Mon 23 Nov 11:00").at("Mon 23 Nov 10:00").knows(touched=on("Mon 23 Nov 10:30"))
    assert told.until("Wed 25 Nov 0:00") == ["Mon 23 Nov 10:00 brief", "Tue 24 Nov 9:00 unfinished"]


def test_on_the_last_day_it_is_a_matter_of_hours_within_theirs_and_once() -> None:
    told = Told(DAILY, deadline="Fri 27 Nov 12:00").at("Thu 26 Nov 14:00").checks_in()
    assert told.ahead["check_in"] == on("Thu 26 Nov 17:00")
    told.agenda = agenda.unwanted(told.agenda, "deadline")
    assert told.until("Fri 27 Nov 11:00") == ["Thu 26 Nov 17:00 check_in"]
    assert told.at("Thu 26 Nov 18:00").checks_in().ahead["check_in"] == on("Fri 27 Nov 8:00")


def test_points_before_the_deadline_are_kept_on_the_last_day() -> None:
    spans = (timedelta(days=1), timedelta(hours=2))
    told = Told(Cadence("before", spans=spans), deadline="Fri 27 Nov 17:00")
    told.agenda = agenda.unwanted(told.agenda, "deadline")
    assert told.until("Sat 28 Nov 0:00") == ["Thu 26 Nov 17:00 check_in", "Fri 27 Nov 15:00 check_in"]


def test_two_ignored_questions_turn_into_a_digest_and_a_word_turns_it_back() -> None:
    told = Told(DAILY)
    assert told.until("Tue 8 Dec 0:00") == [
        "Tue 24 Nov 9:00 check_in",
        "Wed 25 Nov 9:00 check_in",
        "Mon 30 Nov 9:00 digest",
        "Mon 7 Dec 9:00 digest",
    ]
    assert told.at("Mon 7 Dec 12:00").checks_in().ahead["check_in"] == on("Tue 8 Dec 9:00")


def test_in_the_week_before_the_deadline_questions_come_back() -> None:
    told = Told(DAILY, deadline="Tue 8 Dec 17:00")
    told.agenda = agenda.unwanted(told.agenda, "deadline")
    said = told.until("Fri 4 Dec 12:00")
    assert said[2:] == ["Mon 30 Nov 9:00 digest", "Wed 2 Dec 9:00 check_in", "Thu 3 Dec 9:00 check_in",
                        "Fri 4 Dec 9:00 check_in"]  # fmt: skip


def test_a_digest_goes_on_after_the_deadline_where_the_cadence_does() -> None:
    told = Told(replace(DAILY, beyond=True), deadline="Fri 27 Nov 12:00")
    assert told.until("Tue 8 Dec 0:00")[-2:] == ["Mon 30 Nov 9:00 check_in", "Mon 7 Dec 9:00 digest"]
    told = Told(DAILY, deadline="Fri 27 Nov 12:00")
    assert told.at("Fri 27 Nov 12:01").checks_in().until("Tue 8 Dec 0:00") == []


# ---- pause


def test_a_pause_is_silent_but_for_dates_and_its_end() -> None:
    told = Told(DAILY, deadline="Fri 4 Dec 17:00")
    told.knows(paused=told.now, paused_until=on("Sun 29 Nov 9:00"), touched=told.now)
    assert told.until("Mon 30 Nov 8:30") == ["Fri 27 Nov 17:00 deadline", "Mon 30 Nov 8:00 pause_over"]


def test_a_recess_ends_at_its_minute_even_at_night_and_during_a_talk() -> None:
    told = Told().talks("Thu 26 Nov 18:00", hours=6).at("Thu 26 Nov 21:00")
    told.knows(paused=told.now, paused_until=on("Thu 26 Nov 21:40"))
    assert told.until("Thu 26 Nov 23:00") == ["Thu 26 Nov 21:40 pause_over"]


def test_a_pause_that_is_over_without_a_return_is_asked_about_once_a_week() -> None:
    told = Told(DAILY)
    told.knows(paused=told.now, paused_until=on("Wed 25 Nov 12:00"))
    assert told.until("Tue 8 Dec 0:00") == [
        "Wed 25 Nov 12:00 pause_over",
        "Mon 30 Nov 9:00 digest",
        "Mon 7 Dec 9:00 digest",
    ]
    told.at("Mon 7 Dec 12:00").checks_in().knows(paused=None, paused_until=None)
    assert told.ahead["check_in"] == on("Tue 8 Dec 9:00")


def test_a_closed_deal_has_nothing_ahead() -> None:
    told = Told(DAILY, deadline="Fri 4 Dec 17:00").talks("Thu 26 Nov 15:00").knows(live=False)
    assert told.next is None
    assert set(told.ahead) == set(KINDS)


def test_a_second_reader_is_asked_once_more_the_next_working_morning() -> None:
    told = Told().knows(reader_since=on("Fri 27 Nov 16:00"))
    assert told.until("Mon 7 Dec 0:00") == ["Mon 30 Nov 9:00 reader_waits"]


# ---- hours, holidays, absence, zones


def test_out_of_office_and_holidays_delay_and_drop_nothing() -> None:
    away = Hours(away_since=on("Mon 23 Nov 9:00"), away_until=on("Thu 26 Nov 14:00"))
    assert Told(DAILY, hours=away).until("Fri 27 Nov 0:00") == ["Thu 26 Nov 14:00 check_in"]
    free = Hours(holidays=(date(2026, 11, 24), date(2026, 11, 25)))
    assert Told(DAILY, hours=free).until("Fri 27 Nov 0:00") == ["Thu 26 Nov 9:00 check_in"]


def test_a_zone_that_moved_moves_what_is_ahead_and_asks_nothing_twice() -> None:
    told = Told(DAILY, zone="Europe/Berlin")
    assert told.until("Tue 24 Nov 12:00") == ["Tue 24 Nov 8:00 check_in"]
    told.has(zone="America/New_York")
    assert told.until("Thu 26 Nov 0:00") == ["Wed 25 Nov 14:00 check_in"]


def test_above_calm_the_suggested_cadence_is_every_working_day() -> None:
    told = Told(Cadence())
    assert told.ahead["check_in"] == on("Thu 26 Nov 9:00")
    assert told.has(level=Level.PROBE).ahead["check_in"] == on("Tue 24 Nov 9:00")


# ---- a worker that slept, a clock that jumped


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=30), timedelta(days=2)])
def test_what_is_late_and_still_true_comes_at_once_or_in_the_morning(late: timedelta) -> None:
    told = Told(TUESDAYS)
    said = told.until("Sat 28 Nov 0:00", late=late)
    slept = on("Tue 24 Nov 9:30") + late
    heard = slept if slept.hour < 19 else on("Thu 26 Nov 8:00")
    assert said == [f"{heard:%a %-d %b %-H:%M} check_in"]


def test_what_is_late_and_over_is_dropped_with_a_record() -> None:
    told = Told(DAILY, deadline="Fri 27 Nov 12:00").talks("Thu 26 Nov 15:00", hours=0.5)
    told.now = on("Fri 27 Nov 13:00")
    assert told.rings() == ["Fri 27 Nov 13:00 check_in"]  # after the talk: still to be asked
    assert sorted(told.dropped) == ["brief", "deadline", "deadline"]
    assert told.next is None


def test_a_question_is_not_asked_after_a_deadline_it_was_to_come_before() -> None:
    told = Told(Cadence("before", spans=(timedelta(hours=2),)), deadline="Fri 27 Nov 12:00")
    told.now = on("Fri 27 Nov 13:00")
    assert told.rings() == []
    assert "check_in" in told.dropped


def test_a_clock_set_back_repeats_nothing() -> None:
    told = Told(DAILY, deadline="Fri 4 Dec 17:00")
    assert told.until("Fri 27 Nov 17:30")
    assert told.at("Thu 26 Nov 16:00").until("Sat 28 Nov 0:00") == []
