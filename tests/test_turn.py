"""Whole turns of a deal: who may, set-up, pause and return, gates, closing, lists, reminders, purity."""

from __future__ import annotations

import copy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import (
    doubts,
    event,
    events,
    forgets,
    news,
    reread,
    seals,
    timers,
)
from dialogs.doubts import Explain
from dialogs.effects import (
    Ask,
    BackAtTheTable,
    CheckInEnd,
    DealReady,
    Notice,
    Pass,
    PauseBegun,
    PauseOver,
    Remind,
    ReturnAsked,
    ReturnThin,
    Status,
    Tell,
)
from dialogs.ended import DealEnded
from dialogs.turn import take
from tests.happened import KINDS, happened
from tests.story import COLLEAGUE, MONDAY, OWNER, STRANGER, Story

ENOUGH = ("new_information", "another_person")
MAYS = {
    events.ReturnWanted, events.StatusAsked, events.Misread, seals.LimitAgreed, events.CheckInStarted,
    events.Tapped, events.Worded, events.Chosen, events.Skipped, events.WentBack, events.NoteWanted,
    events.LeftOff, events.NothingToReport, events.Answered, events.CheckedIn, events.NothingChanged,
    doubts.Viewed, forgets.LeftForGood,
}  # fmt: skip


def paused(**facts: object) -> Story:
    story = Story(**facts).checks_in(tone=3, deadlock=3)
    return story.does(events.Paused, reason="they need their board", until=story.now + timedelta(days=3))


# ---- who may


@pytest.mark.parametrize("kind", KINDS)
def test_a_stranger_is_refused_everything(kind: type[event.Event]) -> None:
    deal = Story().starts().deal
    turn = take(deal, happened(kind, STRANGER))
    assert turn.effects == (Tell(key="not_yours", to=STRANGER),)
    assert (turn.deal, turn.entries) == (deal, ())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in MAYS])
def test_a_colleague_is_refused_all_but_a_check_in_and_a_few_words(kind: type[event.Event]) -> None:
    deal = Story().starts().deal
    turn = take(deal, happened(kind, COLLEAGUE))
    assert turn.effects == (Tell(key="not_yours", to=COLLEAGUE),)
    assert turn.deal == deal


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind in MAYS - {*reread.BY_LOG}])
def test_a_colleague_may_check_in_say_they_came_back_and_ask_where_it_stands(kind: type[event.Event]) -> None:
    turn = take(paused().deal, happened(kind, COLLEAGUE))
    assert "not_yours" not in [getattr(effect, "key", "") for effect in turn.effects]


def test_a_colleague_sees_nothing_that_is_the_owners() -> None:
    story = Story(limit=Decimal(80), side="seller", promise="I will leave if they lie").checks_in(tone=3)
    status = story.does(events.StatusAsked, by=COLLEAGUE).heard(Status)
    assert (status.own, status.limit, status.promise) == (False, None, None)
    assert (status.must_haves, status.terms, status.red_lines, status.alternative) == ((), (), (), "")


def test_somebody_named_becomes_a_colleague_once() -> None:
    story = Story(colleagues=()).does(events.ColleagueNamed, person=STRANGER)
    story.does(events.ColleagueNamed, person=STRANGER)
    assert story.deal.colleagues == (STRANGER,)


def test_of_a_deal_nobody_opened_it_says_that_it_is_unknown() -> None:
    turn = take(None, happened(events.StatusAsked, OWNER))
    assert (turn.deal, turn.effects) == (None, (Tell(key="deal_unknown"),))


# ---- set-up


def test_a_deal_that_is_set_up_is_repeated_and_the_first_check_in_gets_its_date() -> None:
    story = Story(promise="I will leave if they lie")
    ready = story.heard(DealReady)
    assert (ready.must_haves, ready.red_lines) == (
        story.deal.must_haves,
        ("exclusivity", "unlimited liability"),
    )
    assert ready.promise is not None
    assert (ready.promise.text, ready.promise.at) == ("I will leave if they lie", MONDAY)
    assert story.clock == story.deal.next_check_in == MONDAY + timedelta(days=3)


# ---- pause and return


def test_a_pause_takes_the_place_of_the_next_check_in() -> None:
    story = paused()
    assert story.deal.paused is not None
    assert story.deal.paused.until == story.now + timedelta(days=3)  # a Saturday: said on Monday morning
    assert story.clock == MONDAY + timedelta(days=6, hours=23)
    assert story.deal.next_check_in is None
    assert not story.heard(PauseBegun).moved


def test_a_pause_without_a_date_lasts_three_working_days() -> None:
    begun = Story().does(events.Paused, reason="friday").heard(PauseBegun)
    assert begun.pause.until == MONDAY + timedelta(days=3)


def test_with_less_than_a_day_left_a_pause_is_a_recess_of_minutes() -> None:
    story = Story(deadline=MONDAY + timedelta(hours=3)).does(events.Paused)
    assert story.heard(PauseBegun).pause.until == MONDAY + timedelta(minutes=18)


def test_moving_the_date_of_a_pause_keeps_what_was_written() -> None:
    story = paused().does(events.PauseReviewed, reflection={"goal": "net 30"})
    later = story.now + timedelta(days=7)
    story.does(events.PauseReviewed, until=later)
    assert story.deal.paused is not None
    assert (story.deal.paused.reflection, story.deal.paused.until) == ({"goal": "net 30"}, later)
    assert story.clock == later


def test_during_a_pause_it_is_silent() -> None:
    story = paused().later(days=1)
    assert story.starts().told == ["paused_check_in"]
    for purpose in ("agenda", "check_in", "unfinished", "pause_over"):
        assert story.rings(purpose).reminded == []


def test_the_date_of_a_pause_wakes_it_discreetly_and_show_me_opens_the_whole() -> None:
    story = paused().later(days=5).rings()
    assert story.reminded == ["pause_over"]
    assert story.does(events.Shown).heard(PauseOver).pause.reason == "they need their board"


def test_a_colleague_says_they_came_back_and_the_owner_hears_of_it() -> None:
    story = paused().does(events.ReturnWanted, by=COLLEAGUE)
    assert (story.heard(Notice).to, story.heard(Notice).kind) == (OWNER, "came_back")
    assert story.heard(Tell).to == COLLEAGUE
    assert story.does(events.Shown).heard(ReturnAsked).must_haves


@pytest.mark.parametrize(
    ("conditions", "enough"),
    [
        ((), False),
        (("new_information",), False),
        (("new_information", "neutral"), True),
        (("withdrawn_in_writing",), True),
    ],
)
def test_a_return_needs_two_changes_or_one_for_a_line_withdrawn_in_writing(
    conditions: tuple[str, ...], enough: bool
) -> None:
    story = paused().does(events.Returned, conditions=conditions)
    assert bool(story.all(BackAtTheTable)) is enough
    assert bool(story.all(ReturnThin)) is not enough
    assert (story.deal.paused is None) is enough


def test_the_user_may_return_anyway() -> None:
    assert paused().does(events.Returned, anyway=True).heard(BackAtTheTable).conditions == ()


def test_a_return_shows_the_terms_before_and_after_and_what_was_written() -> None:
    story = Story().does(events.Answered, question="must_haves", terms=("not", "partly", "met"))
    story.does(events.CheckedIn).does(events.Paused)
    story.does(events.PauseReviewed, reflection={"goal": "net 30"})
    story.does(events.Returned, conditions=ENOUGH, terms=("met", "partly", "met"))
    back = story.heard(BackAtTheTable)
    assert (back.before, back.after) == (("not", "partly", "met"), ("met", "partly", "met"))
    assert back.pause is not None
    assert back.pause.reflection == {"goal": "net 30"}
    assert story.deal.terms == back.after
    assert story.clock == story.deal.next_check_in
    assert story.clock is not None


@pytest.mark.parametrize("kind", [events.Returned, events.ReturnWanted, events.PauseReviewed])
def test_without_a_pause_there_is_nothing_to_return_from(kind: type[event.Event]) -> None:
    assert Story().does(kind).told == ["not_paused"]


def test_a_check_in_finished_during_a_pause_sets_no_next_one() -> None:
    story = Story().starts().does(events.Paused).finishes_calmly()
    assert (story.heard(CheckInEnd).paused, story.heard(CheckInEnd).next_check_in) == (True, None)


# ---- closing


def test_closing_compares_what_was_signed_with_what_was_needed() -> None:
    story = paused(promise="I will leave if they lie")
    story.does(events.Closed, outcome="agreed", terms=("met", "met", "partly"), note="good enough")
    ended = story.heard(DealEnded)
    assert (ended.outcome, ended.terms, ended.note) == ("agreed", ("met", "met", "partly"), "good enough")
    assert (ended.check_ins, ended.pauses) == (1, 1)
    assert {remind.purpose for remind in story.all(Remind) if remind.due} == {timers.KEPT}


@pytest.mark.parametrize("kind", [events.CheckInStarted, events.Paused, events.AboutToSign, events.Snoozed])
def test_a_closed_deal_goes_no_further(kind: type[event.Event]) -> None:
    story = Story().does(events.Closed, outcome="impasse")
    before = story.deal
    turn = take(before, happened(kind, OWNER))
    assert [effect.key for effect in turn.effects if isinstance(effect, Tell)] == ["deal_closed"]
    assert turn.deal == before


def test_a_reopened_deal_goes_on_where_it_was() -> None:
    story = Story().checks_in(tone=3).does(events.Closed, outcome="impasse").does(events.Reopened)
    assert (story.deal.status, story.deal.outcome, story.level) == ("live", None, "probe")
    assert story.clock == story.deal.next_check_in
    assert story.clock is not None
    assert story.does(events.Reopened).told == ["not_closed"]


# ---- lists


def cards(story: Story) -> dict[str, news.DealMoved]:
    return {p.person: p.event for p in story.all(Pass) if isinstance(p.event, news.DealMoved)}


def test_everybody_on_the_deal_hears_of_it_but_only_the_owner_of_its_level() -> None:
    found = cards(Story().checks_in(tone=3))
    assert (found[OWNER].level, found[OWNER].role) == ("probe", "owner")
    found = cards(Story())
    assert (found[COLLEAGUE].level, found[COLLEAGUE].suggests, found[COLLEAGUE].role) == ("", "", "colleague")


def test_a_list_is_left_alone_while_its_line_stays_the_same() -> None:
    assert not cards(Story().does(events.StatusAsked))
    assert not cards(Story().starts().calmly())


def test_a_new_colleague_gets_the_deal_on_their_list() -> None:
    assert cards(Story().does(events.ColleagueNamed, person=STRANGER))[STRANGER].name == "DynamicTech renewal"


@pytest.mark.parametrize(
    ("kind", "fields", "seen"),
    [
        (events.Paused, {}, {"paused": True, "next_check_in": None}),
        (events.Renamed, {"name": "The renewal"}, {"name": "The renewal"}),
        (events.Closed, {"outcome": "impasse"}, {"status": "closed", "next_check_in": None}),
    ],
)
def test_what_moves_a_line_is_passed_on(
    kind: type[event.Event], fields: dict[str, Any], seen: dict[str, Any]
) -> None:
    found = cards(Story().does(kind, **fields))
    for name, value in seen.items():
        assert getattr(found[OWNER], name) == value
        assert getattr(found[COLLEAGUE], name) == value


# ---- reminders


def test_a_check_in_that_is_due_is_said_discreetly_and_sets_the_next() -> None:
    story = Story().later(days=3).rings()
    assert story.reminded == ["check_in"]
    assert story.clock == story.deal.next_check_in == MONDAY + timedelta(days=8)


@pytest.mark.parametrize("purpose", ["check_in", "unfinished", "pause_over"])
def test_a_timer_of_an_earlier_version_rings_the_agenda(purpose: str) -> None:
    assert Story().later(days=3).rings(purpose).reminded == ["check_in"]


def test_a_reminder_that_is_true_no_more_is_dropped() -> None:
    assert Story().rings().reminded == []  # a check-in in between has moved the date
    assert paused().later(days=1).rings().reminded == []  # moved
    assert not Story().does(events.Closed, outcome="impasse").later(days=9).rings().turn.effects


def test_a_ring_with_nothing_to_say_sets_the_next_one() -> None:
    story = Story().later(days=1).rings()
    assert story.clock == story.deal.next_check_in == MONDAY + timedelta(days=3)


def test_an_unfinished_check_in_is_shown_at_its_question() -> None:
    story = Story().starts().calmly().later(days=1).rings()
    assert story.reminded == ["unfinished"]
    assert story.does(events.Shown).heard(Ask) == story.starts().heard(Ask)


# ---- asked for


def test_why_shows_every_ground_with_the_answers_behind_it() -> None:
    explained = Story().checks_in(tone=3, deadlock=2).does(events.WhyAsked).heard(Explain)
    assert dict(explained.weights)["C"] == Decimal("1.60")
    assert [(e.question, e.value, e.evidence.check_in) for e in explained.reasons] == [
        ("tone", 3, 1),
        ("deadlock", 2, 1),
    ]


def test_with_nothing_behind_it_show_me_shows_where_the_deal_stands() -> None:
    assert Story().does(events.Shown).heard(Status).level.key == "stay"


def test_what_cannot_be_read_is_said_at_the_open_question() -> None:
    story = Story().starts().does(events.Misread, problem="expected_scale", text="maybe 7")
    ask = story.heard(Ask)
    assert (ask.question, ask.problem, ask.problem_text) == ("must_haves", "expected_scale", "maybe 7")


# ---- purity


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([k for k in KINDS if k not in reread.BY_LOG]), max_size=12))
def test_the_same_turn_twice_is_the_same_and_changes_nothing_it_was_given(
    kinds: list[type[event.Event]],
) -> None:
    deal = Story().checks_in(tone=2).starts().deal
    for kind in kinds:
        event, kept = happened(kind, OWNER), copy.deepcopy(deal)
        turn = take(deal, event)
        assert turn == take(deal, event)
        assert deal == kept
        assert turn.deal is not None
        deal = turn.deal
