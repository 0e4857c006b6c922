"""Sealed limits: stricter at once, looser only with a new fact and a wait, and never in silence."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render import Renderer
from dialogs import events, history, timers
from dialogs.deal import RedLine
from dialogs.effects import Notice, Nudge, Remind, Status, Tell
from dialogs.levels import Level
from dialogs.roles import may
from dialogs.sealed import WAIT, wait
from dialogs.seals import (
    LimitAgreed,
    LimitChanged,
    LimitMoved,
    Limits,
    LimitsAsked,
    LimitTakenBack,
    LimitWanted,
    LooseningWaits,
    NewFactAsked,
    SecondReading,
)
from tests.story import COLLEAGUE, MONDAY, OWNER, STRANGER, Story, without_screen

FACT = "the plant they supplied has closed"


def sealed(**facts: object) -> Story:
    return Story(limit=Decimal(85_000), side="seller", unit="€", **facts)


def loosening(story: Story | None = None, **facts: object) -> Story:
    return (story or sealed(**facts)).does(LimitWanted, value=Decimal(80_000), because=FACT)


def rings(story: Story, purpose: str = timers.LOOSENING) -> Story:
    return story.does(events.ReminderDue, by="", purpose=purpose, due=story.now)


def agreed(story: Story, by: str = COLLEAGUE) -> Story:
    waits = story.deal.loosening
    return story.does(LimitAgreed, by=by, number=waits.number if waits else 0)


# ---- stricter


@pytest.mark.parametrize(("side", "stricter"), [("seller", 90_000), ("buyer", 80_000)])
def test_a_stricter_limit_counts_at_once_and_needs_no_reason(side: str, stricter: int) -> None:
    story = Story(limit=Decimal(85_000), side=side).does(LimitWanted, value=Decimal(stricter))
    moved = story.heard(LimitMoved).moved
    assert (story.deal.limit, moved.loosened, moved.old) == (Decimal(stricter), False, Decimal(85_000))
    assert story.deal.loosening is None


def test_a_first_limit_counts_at_once_if_it_is_known_who_sells() -> None:
    story = Story().does(LimitWanted, value=Decimal(10))
    assert story.told == ["side_of_limit"]
    story.does(LimitWanted, value=Decimal(10), side="buyer")
    assert (story.deal.limit, story.deal.side) == (Decimal(10), "buyer")


def test_one_more_must_have_or_red_line_counts_at_once() -> None:
    story = sealed().does(LimitWanted, what="must_have", text="a named  lead")
    story.does(LimitWanted, what="red_line", text="sole rights")
    assert story.deal.must_haves[-1] == "a named lead"
    assert story.deal.red_lines[-1] == RedLine("sole rights")


def test_five_must_haves_are_enough() -> None:
    story = sealed(must_haves=tuple("abcde")).does(LimitWanted, what="must_have", text="f")
    assert (story.told, story.deal.must_haves) == (["too_many_lines"], tuple("abcde"))


def test_who_meant_to_tighten_does_not_loosen_by_mistake() -> None:
    story = sealed().does(LimitWanted, value=Decimal(80_000), because=FACT, tighter=True)
    assert (story.told, story.deal.limit, story.deal.loosening) == (["that_loosens"], Decimal(85_000), None)


# ---- looser


def test_a_looser_limit_asks_for_the_new_fact_and_changes_nothing() -> None:
    story = sealed()
    before = story.deal
    asked = story.does(LimitWanted, value=Decimal(80_000), because="  ").heard(NewFactAsked)
    assert (asked.old, asked.value) == (Decimal(85_000), Decimal(80_000))
    assert (story.deal, story.turn.entries) == (before, ())


def test_a_looser_limit_waits_a_day_and_then_counts_by_itself() -> None:
    story = loosening()
    assert Remind(timers.LOOSENING, MONDAY + WAIT) in story.all(Remind)
    waits = story.heard(LooseningWaits).loosening
    assert (story.deal.limit, waits.value) == (Decimal(85_000), Decimal(80_000))
    assert rings(story.later(hours=24)).deal.limit == 80_000
    assert story.heard(Notice).kind == "loosened"
    assert (story.deal.loosening, story.deal.moved[-1].because) == (None, FACT)


def test_a_timer_that_rings_early_or_twice_changes_nothing() -> None:
    story = loosening()
    assert rings(story.later(hours=23)).deal.limit == 85_000
    rings(story.later(hours=1))
    before = story.deal
    assert rings(story).deal == before


def test_it_comes_in_a_pause_too() -> None:
    story = loosening().does(events.Paused, until=MONDAY + timedelta(days=5))
    assert rings(story.later(hours=24)).deal.limit == 80_000


def test_it_can_be_taken_back_while_it_waits() -> None:
    story = loosening().does(LimitTakenBack)
    assert Remind(timers.LOOSENING, None) in story.all(Remind)
    assert rings(story.later(hours=24)).deal.limit == 85_000
    assert story.does(LimitTakenBack).told == ["nothing_waits"]


def test_one_loosening_waits_at_a_time() -> None:
    story = loosening().does(LimitWanted, what="must_have", drop=0, because=FACT)
    assert story.told == ["loosening_waits_already"]
    assert story.deal.loosening is not None
    assert story.deal.loosening.what == "limit"


def test_a_stricter_limit_ends_the_wait_for_a_looser_one() -> None:
    story = loosening().does(LimitWanted, value=Decimal(90_000))
    assert Remind(timers.LOOSENING, None) in story.all(Remind)
    assert rings(story.later(hours=24)).deal.limit == 90_000


def test_to_drop_a_must_have_or_a_red_line_waits_too() -> None:
    story = sealed().answers(must_haves=None).does(LimitWanted, what="red_line", drop=0, because=FACT)
    assert len(story.deal.red_lines) == 2
    assert [line.text for line in rings(story.later(days=1)).deal.red_lines] == ["unlimited liability"]
    story.does(LimitWanted, what="must_have", drop=1, because=FACT)
    assert rings(story.later(days=1)).deal.must_haves == ("net 30", "exit clause")
    assert [m.text for m in story.deal.moved] == ["exclusivity", "data stays here"]


def test_what_was_answered_about_the_others_stays_with_them() -> None:
    story = sealed().does(events.Answered, question="must_haves", terms=("met", "not", "partly"))
    story.does(events.CheckedIn).does(LimitWanted, what="must_have", drop=1, because=FACT)
    assert rings(story.later(days=1)).deal.terms == ("met", "partly")


def test_a_line_that_is_not_there_cannot_be_dropped() -> None:
    assert sealed().does(LimitWanted, what="red_line", drop=2, because=FACT).told == ["no_such_line"]


def test_a_closed_deal_loosens_no_more() -> None:
    story = loosening().does(events.Closed, outcome="impasse")
    assert Remind(timers.LOOSENING, None) in story.all(Remind)
    assert rings(story.later(days=1)).deal.limit == 85_000


# ---- the wait


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=400)))
def test_it_waits_a_day_or_a_tenth_of_the_time_left_if_that_is_less(left: timedelta) -> None:
    waits = wait(MONDAY, MONDAY + left)
    assert waits == min(timedelta(days=1), left / 10)
    assert MONDAY + waits < MONDAY + left


def test_without_a_deadline_or_after_it_the_wait_is_a_day() -> None:
    assert wait(MONDAY, None) == wait(MONDAY, MONDAY) == wait(MONDAY, MONDAY - WAIT) == timedelta(days=1)


# ---- the second reader


def test_a_colleague_is_asked_discreetly_and_sees_the_fact_but_no_figure() -> None:
    story = loosening()
    (notice,) = (n for n in story.all(Notice) if n.to == COLLEAGUE)
    assert (notice.kind, notice.prompted) == ("loosening", False)
    shown = events.Shown(id="s", at=story.now, by=COLLEAGUE, kind="loosening")
    card = story.takes(shown).heard(SecondReading)
    text = Renderer("plain").message(card)["text"]
    assert FACT in text
    assert not [figure for figure in ("80k", "85k", "80000", "85000", "80,000") if figure in text]


def test_a_colleague_who_agrees_ends_the_wait_and_stands_on_the_record() -> None:
    story = agreed(loosening())
    assert (story.deal.limit, story.deal.moved[-1].agreed_by) == (Decimal(80_000), COLLEAGUE)
    assert Remind(timers.LOOSENING, None) in story.all(Remind)
    assert [n.kind for n in story.all(Notice) if n.to == OWNER] == ["loosened"]
    assert agreed(story).told == ["nothing_to_read"]


def test_nobody_agrees_with_themselves_and_a_stranger_not_at_all() -> None:
    story = agreed(loosening(), by=OWNER)
    assert (story.told, story.deal.limit) == (["agree_by_another"], Decimal(85_000))
    assert agreed(story, by=STRANGER).told == ["not_yours"]


def test_an_old_agreement_does_not_fit_a_new_loosening() -> None:
    story = loosening()
    old = story.deal.loosening
    assert old is not None
    loosening(story.does(LimitTakenBack))
    story.does(LimitAgreed, by=COLLEAGUE, number=old.number)
    assert (story.told, story.deal.limit) == (["nothing_to_read"], Decimal(85_000))


def test_a_colleague_opens_no_other_notice() -> None:
    deal = sealed().deal
    for kind in ("news", "check_in", "loosened", "", "pause_over"):
        assert not may(deal, events.Shown(id="s", at=MONDAY, by=COLLEAGUE, kind=kind))


# ---- never in silence


def test_every_later_nudge_shows_what_was_loosened_and_why() -> None:
    story = rings(loosening().later(days=1)).checks_in(tone=3)
    nudge = story.heard(Nudge)
    text = Renderer("plain").message(nudge)["text"]
    assert "You moved your walk-away point from €85k to €80k on Tue 24 Nov, because “" + FACT in text
    assert nudge.level is Level.PROBE


def test_what_was_tightened_is_no_drift() -> None:
    story = sealed().does(LimitWanted, value=Decimal(90_000)).checks_in(tone=3)
    assert story.heard(Nudge).moved == ()


def test_the_gate_holds_a_paper_against_the_limit_of_the_day() -> None:
    story = loosening()
    sign: dict[str, Any] = {"value": Decimal(82_000), "must_haves": ("met",) * 3}
    story.does(events.AboutToSign, **sign)
    assert story.nudged
    rings(story.later(days=1)).does(events.AboutToSign, **sign)
    assert not story.nudged


def test_the_limits_are_shown_with_what_waits_and_what_was_changed() -> None:
    shown = loosening().does(LimitsAsked).heard(Limits)
    assert (shown.limit, shown.loosening and shown.loosening.value, len(shown.must_haves)) == (
        Decimal(85_000),
        Decimal(80_000),
        3,
    )


def test_a_colleague_does_not_learn_the_limits() -> None:
    story = loosening().does(LimitsAsked, by=COLLEAGUE)
    assert story.turn.effects == (Tell(key="not_yours", to=COLLEAGUE),)
    assert story.does(events.StatusAsked, by=COLLEAGUE).heard(Status).limit is None


# ---- on the record


def test_the_log_folded_again_stands_where_the_live_deal_does() -> None:
    story = rings(loosening().checks_in(tone=2).later(days=1))
    story.does(LimitWanted, what="must_have", text="a lead").does(LimitTakenBack)
    assert without_screen(history.fold(story.log)) == without_screen(story.deal)


def test_a_suspicion_follows_its_red_line() -> None:
    story = sealed().does(events.Answered, question="red_line", answer=2, red_line=1).does(events.CheckedIn)
    story.does(LimitChanged, what="red_line", drop=0, because=FACT)
    assert (story.deal.coach.suspected, story.deal.coach.suspected_line) == (True, 0)
    story.does(LimitChanged, what="red_line", drop=0, because=FACT)
    assert (story.deal.coach.suspected, story.deal.red_lines) == (False, ())


@pytest.mark.parametrize(("times", "value"), [(0, 0), (1, 1), (2, 3)])
def test_whether_ones_own_limit_moved_is_answered_by_the_record(times: int, value: int) -> None:
    story = sealed()
    for count in range(times):
        story.does(LimitWanted, value=Decimal(80_000 - count), because=FACT)
        rings(story.later(days=1))
    while "drift" not in story.deal.coach.asked:
        story.later(days=2).starts().finishes_calmly()
        assert story.deal.coach.check_ins < 20
    asked = [entry for entry in story.log if isinstance(entry, events.Answered) and entry.question == "drift"]
    assert [(entry.answer, entry.choice) for entry in asked] == [(value, "record")]
