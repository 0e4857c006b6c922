"""The log folded again: the same deal as the live one, and an earlier answer put right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import decisions, events, history
from dialogs.effects import EditDone
from dialogs.levels import Level
from tests.story import OWNER, Story, without_screen

STEPS: dict[str, Callable[[Story], object]] = {
    "starts": Story.starts,
    "calmly": lambda story: story.calmly() if story.deal.check_in else story.starts(),
    "finishes": Story.finishes_calmly,
    "badly": lambda story: story.taps(3, words="take it or get lost"),
    "coolly": lambda story: story.taps(1),
    "unsure": lambda story: story.taps(None),
    "named": lambda story: story.picks("named"),
    "final": lambda story: story.picks("1").picks("final"),
    "skips": Story.skips,
    "goes back": Story.goes_back,
    "notes": lambda story: story.does(events.Noted, text="call legal"),
    "nothing": lambda story: story.does(events.NothingToReport),
    "tries": lambda story: story.does(events.Acted, action="final_offer"),
    "cures": lambda story: story.does(events.RedLineCured, red_line=0),
    "pauses": lambda story: story.does(events.Paused),
    "thinks": lambda story: story.does(events.PauseReviewed, reflection={"goal": "net 30"}),
    "returns": lambda story: story.does(events.Returned, anyway=True),
    "reads": lambda story: story.does(
        decisions.PaperRead, must_haves=("not",) * len(story.deal.must_haves), unwritten="renews by itself"
    ),
    "touches": lambda story: story.does(decisions.PaperTouched, red_line=0),
    "waives": lambda story: story.does(decisions.GateWaived, approved_by="Ana Ruiz", because="x"),
    "tests": lambda story: story.does(decisions.RedLineTested, red_line=0, sacred=False),
    "signed": lambda story: story.does(decisions.SignedAlready, signed=True),
    "builds": lambda story: story.does(decisions.FinalOfferBuilt, value=Decimal(80)),
    "walks": lambda story: story.does(events.AboutToWalk),
    "renames": lambda story: story.does(events.Renamed, name="The renewal"),
    "snoozes": lambda story: story.does(events.Snoozed, reason="new lawyer"),
    "closes": lambda story: story.does(events.Closed, outcome="impasse"),
    "reopens": lambda story: story.does(events.Reopened),
    "waits": lambda story: story.later(hours=20),
    "edits": lambda story: story.edits(max(story.deal.coach.check_ins, 1), "tone", 3, "you liar"),
    "takes it back": lambda story: story.edits(1, "deadlock", 0),
}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=40))
def test_a_live_deal_and_its_folded_log_stand_at_the_same_place(steps: list[str]) -> None:
    story = Story()
    for step in steps:
        STEPS[step](story)
    folded, live = history.fold(story.log), story.deal
    assert folded.coach.grounds == live.coach.grounds
    assert folded.coach.latches == live.coach.latches
    if "edits" not in steps and "takes it back" not in steps:  # nudges already sent stay as they were
        assert without_screen(folded) == without_screen(live)
    assert replace(folded.coach, nudged=live.coach.nudged) == live.coach
    assert folded.turns == live.turns == len(story.log)


def test_an_edit_moves_the_level_and_says_from_where_to_where() -> None:
    story = Story().checks_in(tone=3, deadlock=1).checks_in(mutual=0).edits(1, "tone", 0)
    done = story.heard(EditDone)
    assert (done.old, done.new, done.before, done.after) == (3, 0, Level.PROBE, Level.STAY)
    assert (story.level, story.weights["C"]) == ("stay", 0)


def test_both_the_old_answer_and_the_new_stay_on_the_log() -> None:
    story = Story().checks_in(tone=3).edits(1, "tone", 0)
    kept = [e.answer for e in story.log if isinstance(e, events.Answered | events.Edited)]
    assert kept == [3, 0]


def test_an_answer_put_right_twice_is_as_it_was_put_last() -> None:
    story = Story().checks_in(tone=3).edits(1, "tone", 0).edits(1, "tone", 1)
    assert (story.heard(EditDone).old, story.heard(EditDone).new) == (0, 1)
    assert story.deal.coach.asked["tone"].value == 1


def test_an_edit_touches_its_own_check_in_only() -> None:
    story = Story().checks_in(tone=2).checks_in(tone=2).edits(2, "tone", 0)
    assert story.weights["C"] == pytest.approx(0.95 * 0.9 - 0.35)


def test_must_haves_are_put_right_by_their_terms() -> None:
    story = Story().does(events.Answered, question="must_haves", terms=("not", "not", "met"))
    story.does(events.CheckedIn)
    event = events.Edited(
        id="x", at=story.now, by=OWNER, check_in=1, question="must_haves", answer=None, terms=("met",) * 3
    )
    turn = story.takes(event).turn
    assert turn.deal is not None
    assert (turn.deal.terms, turn.deal.coach.grounds["M"]) == (("met", "met", "met"), 0)


def test_an_insult_put_in_later_needs_its_words_too() -> None:
    story = Story().checks_in(tone=0)
    assert story.edits(1, "tone", 3).heard(EditDone).new == 1
    assert story.edits(1, "tone", 3, "you liar").heard(EditDone).new == 3
    assert story.weights["C"] == pytest.approx(1.6)


@pytest.mark.parametrize(
    ("check_in", "question"), [(1, "deadlock"), (2, "tone"), (0, "tone"), (1, "retired")]
)
def test_what_was_never_answered_cannot_be_put_right(check_in: int, question: str) -> None:
    story = Story().checks_in(tone=3)
    before = story.deal
    assert story.edits(check_in, question, 0).told == ["nothing_to_edit"]
    assert (story.deal, story.turn.entries) == (before, ())


def test_an_edit_leaves_the_screen_the_next_date_and_the_nudges_as_they_are() -> None:
    story = Story().checks_in(tone=3).starts().calmly()
    before = story.deal
    story.edits(1, "tone", 0)
    assert story.deal.check_in == before.check_in
    assert story.deal.next_check_in == before.next_check_in
    assert story.deal.coach.nudged == before.coach.nudged


def test_the_earlier_answer_is_shown_before_it_is_put_right() -> None:
    story = (
        Story()
        .checks_in(tone=3, deadlock=2)
        .later(days=1)
        .does(events.EditWanted, question="tone", check_in=1)
    )
    (shown,) = story.turn.effects
    assert (shown.question, shown.value) == ("tone", 3)  # type: ignore[union-attr]
    assert story.does(events.EditWanted, question="mutual").told == ["nothing_to_edit"]


def test_a_log_that_does_not_open_a_deal_is_refused() -> None:
    story = Story().checks_in(tone=3)
    with pytest.raises(ValueError, match="Opened"):
        history.fold(story.log[1:])


def test_time_on_the_log_is_kept_so_that_an_edit_today_does_not_move_the_past() -> None:
    story = Story().checks_in(tone=3).later(days=30).edits(1, "tone", 2)
    assert story.deal.coach.evidence[0].at == story.now - timedelta(days=30)
