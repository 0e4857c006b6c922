"""The check-in as a conversation: stages, going back, old buttons, and what reaches the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import event, events
from dialogs.deal import Round
from dialogs.effects import Ask, CheckInEnd
from tests.story import COLLEAGUE, MONDAY, OWNER, Story


def asked(story: Story) -> tuple[str, str]:
    ask = story.heard(Ask)
    return ask.question, ask.stage


def at(question: str, **facts: object) -> Story:
    """A first check-in, calm so far, with this question on the screen."""
    return Story(**facts).starts().answers_calmly_until(question)


def recorded(story: Story, question: str) -> events.Answered:
    (found,) = [e for e in story.turn.entries if isinstance(e, events.Answered) and e.question == question]
    return found


# ---- stages


def test_a_check_in_is_asked_one_question_at_a_time_and_ends_with_one_line() -> None:
    story = Story().starts()
    places = []
    while story.deal.check_in is not None:
        places.append((story.heard(Ask).position, story.heard(Ask).of))
        story.calmly()
    assert places == [(n, 5) for n in range(1, 6)]
    end = story.heard(CheckInEnd)
    assert (end.number, end.level.key, len(end.lines)) == (1, "stay", 5)
    assert end.next_check_in is not None


@pytest.mark.parametrize("answer", [2, 3])
def test_an_insult_counts_with_its_words(answer: int) -> None:
    story = at("tone").taps(answer)
    assert asked(story) == ("tone", "words")
    assert asked(story.says("you people are a joke")) == ("tone", "follow_up")
    story.picks("not_named").finishes_calmly()
    assert (recorded(story, "tone").answer, recorded(story, "tone").note) == (answer, "you people are a joke")


@pytest.mark.parametrize("answer", [2, 3])
def test_without_the_words_an_insult_counts_as_a_cooler_tone(answer: int) -> None:
    story = at("tone").taps(answer).skips().finishes_calmly()
    assert recorded(story, "tone").answer == 1


def test_words_that_come_with_the_answer_are_not_asked_for_again() -> None:
    story = at("tone").taps(2, words="take it or get lost")
    assert asked(story) == ("tone", "follow_up")


@pytest.mark.parametrize("blank", ["", "  \n"])
def test_blank_words_are_none(blank: str) -> None:
    story = at("tone").taps(3).says(blank)
    assert asked(story) == ("tone", "words")
    assert story.heard(Ask).problem == "required"


def test_a_second_tap_does_not_pass_by_the_words() -> None:
    story = at("tone").taps(3).taps(3)
    assert asked(story) == ("tone", "words")


def test_a_note_in_between_does_not_pass_by_the_words() -> None:
    story = at("tone").taps(3).does(events.NoteWanted).says("they were late").skips().finishes_calmly()
    assert not [e for e in story.turn.entries if isinstance(e, events.Answered) and e.question == "tone"]


def test_a_cooler_tone_needs_no_words() -> None:
    assert asked(at("tone").taps(1)) != ("tone", "words")


def test_style_is_not_hostility() -> None:
    story = at("tone").taps(3).says("No. Wrong. Next.").picks("style").finishes_calmly()
    assert recorded(story, "tone").answer == 1
    assert story.level == "stay"


def test_a_behaviour_named_was_tried() -> None:
    story = at("tone").taps(2).says("you liar").picks("named").finishes_calmly()
    assert story.deal.coach.tried == ("named_behaviour",)


def test_of_several_red_lines_it_asks_which() -> None:
    story = at("red_line").taps(2)
    assert asked(story) == ("red_line", "which")
    assert asked(story.picks("2")) == ("red_line", "follow_up")
    assert recorded(story.picks("open").finishes_calmly(), "red_line").red_line == 1


def test_the_only_red_line_is_meant_without_asking() -> None:
    assert asked(at("red_line", red_lines=("exclusivity",)).taps(2)) == ("red_line", "follow_up")


@pytest.mark.parametrize("typed", ["0", "3", "the second", "", "\N{SUPERSCRIPT TWO}"])
def test_a_red_line_that_is_none_is_asked_for_again(typed: str) -> None:
    story = at("red_line").taps(2).says(typed)
    assert asked(story) == ("red_line", "which")
    assert story.heard(Ask).problem == "expected_red_line"


def test_final_from_someone_with_authority_confirms_the_breach() -> None:
    story = at("red_line").taps(3).says("2").picks("final").finishes_calmly()
    assert [line.confirmed for line in story.deal.red_lines] == [False, True]
    assert (story.level, story.nudge.breached) == ("pause", ("unlimited liability",))


@pytest.mark.parametrize("choice", ["open", "carve_out"])
def test_anything_less_than_final_confirms_nothing(choice: str) -> None:
    story = at("red_line").taps(3).says("1").picks(choice).finishes_calmly()
    assert not any(line.confirmed for line in story.deal.red_lines)


def test_a_check_in_has_one_follow_up() -> None:
    story = at("deadlock").taps(3).picks("both").answers_calmly_until("tone").taps(3)
    assert asked(story) == ("tone", "words")
    assert asked(story.says("you liar"))[1] == "answer"


def test_going_back_does_not_earn_a_second_follow_up() -> None:
    story = at("deadlock").taps(3).picks("both").taps(2, words="you liar").goes_back().taps(2, words="liar")
    assert asked(story)[1] == "answer"


def test_who_gains_from_no_deal_is_kept() -> None:
    story = at("deadlock").taps(2).picks("nobody").finishes_calmly()
    assert story.deal.coach.triage == story.heard(CheckInEnd).triage == "nobody"


def test_a_follow_up_may_be_answered_in_words_or_skipped() -> None:
    spoken = at("deadlock").taps(2).says("both, I think").finishes_calmly()
    assert recorded(spoken, "deadlock").added == "both, I think"
    assert recorded(at("deadlock").taps(2).skips().finishes_calmly(), "deadlock").answer == 2


# ---- forms of answers


def test_not_sure_teaches_nothing() -> None:
    story = at("tone").taps(None).finishes_calmly()
    assert recorded(story, "tone").answer is None
    assert story.weights["C"] == 0


def test_must_haves_are_answered_one_by_one() -> None:
    story = Story().starts().taps(terms=("met", "not", "partly")).finishes_calmly()
    assert story.deal.terms == ("met", "not", "partly")
    assert recorded(story, "must_haves").answer is None  # the scale follows from the terms
    assert story.weights["M"] == pytest.approx(0.9)


def test_one_tap_says_that_all_must_haves_are_met() -> None:
    assert Story().starts().taps(0).finishes_calmly().deal.terms == ("met", "met", "met")


def test_an_offer_is_logged_as_one_of_theirs() -> None:
    story = Story(side="seller", limit=Decimal(80)).starts().taps(amount=Decimal(75)).finishes_calmly()
    assert [(o.by, o.value) for o in story.deal.offers] == [("them", Decimal(75))]


def test_one_tap_says_that_their_last_offer_still_stands() -> None:
    story = Story(side="seller", limit=Decimal(80)).does(events.Offered, side="them", value=Decimal(75))
    assert recorded(story.starts().taps(same=True).finishes_calmly(), "offer").amount == Decimal(75)


@pytest.mark.parametrize(
    ("question", "answer", "problem"),
    [
        ("must_haves", {"answer": 2}, "expected_terms"),
        ("must_haves", {"terms": ("met",)}, "expected_terms"),
        ("deadlock", {"amount": Decimal(80)}, "expected_scale"),
        ("deadlock", {"answer": 4}, "expected_scale"),
    ],
)
def test_an_answer_of_the_wrong_form_says_what_was_expected(
    question: str, answer: dict[str, Any], problem: str
) -> None:
    story = at(question)
    before = story.deal
    assert story.does(events.Tapped, **answer).heard(Ask).problem == problem
    assert story.deal == before


def test_words_where_an_answer_was_expected_change_nothing() -> None:
    story = at("deadlock").says("well, it is complicated")
    assert (story.heard(Ask).problem, story.heard(Ask).problem_text) == (
        "unreadable_answer",
        "well, it is complicated",
    )


# ---- skip, back, note, stop


def test_a_skipped_question_has_had_its_turn() -> None:
    story = at("tone").skips().finishes_calmly()
    assert any(line.question == "tone" and line.passed for line in story.heard(CheckInEnd).lines)
    assert story.deal.coach.asked["tone"].value is None
    assert story.weights["C"] == 0


def test_back_takes_the_last_answer_back() -> None:
    story = at("tone").taps(0).goes_back()
    assert asked(story) == ("tone", "answer")
    assert "tone" not in story.round.answers


def test_back_from_a_stage_asks_the_question_again() -> None:
    assert asked(at("tone").taps(3).goes_back()) == ("tone", "answer")
    story = at("deadlock").taps(3).goes_back().taps(3)
    assert asked(story) == ("deadlock", "follow_up")


def test_back_takes_back_a_skip_and_stops_at_the_first_question() -> None:
    story = Story().starts().skips().goes_back()
    assert story.round.passed == ()
    assert story.goes_back().heard(Ask).problem == "nothing_before"


def test_a_note_goes_with_the_answer_it_stands_beside() -> None:
    story = at("tone").does(events.NoteWanted)
    assert asked(story) == ("tone", "note")
    story.says("they were late").taps(1, words="curt").finishes_calmly()
    assert recorded(story, "tone").note == "they were late / curt"


def test_a_note_with_no_answer_to_go_with_is_kept_by_itself() -> None:
    story = Story().starts()
    while story.round.open != story.round.plan[-1]:
        story.calmly()
    story.does(events.NoteWanted).says("call legal").skips()
    assert [e.text for e in story.turn.entries if isinstance(e, events.Noted)] == ["call legal"]


def test_what_was_left_resumes_at_the_same_question_and_stage() -> None:
    story = at("tone").taps(3).does(events.LeftOff)
    assert story.told == ["stopped"]
    story.later(days=1).starts()
    assert asked(story) == ("tone", "words")
    assert story.heard(Ask).resumed


def test_an_unfinished_check_in_sets_a_reminder_that_its_end_takes_away() -> None:
    story = Story().starts()
    assert story.clock == MONDAY + timedelta(days=1)
    story.finishes_calmly()
    assert story.clock == story.deal.next_check_in == MONDAY + timedelta(days=3)


def test_nothing_changed_ends_it_at_once_and_drops_what_was_answered() -> None:
    story = Story().checks_in(tone=2).starts()
    before = story.deal.coach
    story.calmly().does(events.NothingToReport)
    assert story.heard(CheckInEnd).nothing_changed
    assert (story.deal.check_in, story.deal.coach.grounds) == (None, before.grounds)
    assert story.deal.coach.check_ins == before.check_ins


# ---- old buttons


def test_a_button_of_a_question_already_answered_changes_nothing() -> None:
    story = at("tone").taps(0)
    before = story.deal
    assert story.taps(3, check_in=1, question="tone").told == ["old_button"]
    assert story.deal is before


def test_a_button_of_an_earlier_check_in_changes_nothing() -> None:
    story = Story().starts().finishes_calmly().later(days=2).starts()
    question = story.round.open
    assert story.taps(3, check_in=1, question=question).told == ["old_button"]
    assert not story.round.answers


def test_a_choice_that_the_question_does_not_offer_changes_nothing() -> None:
    story = at("deadlock").taps(3).picks("named")
    assert story.told == ["old_button"]
    assert asked(story.starts()) == ("deadlock", "follow_up")


def test_a_double_tap_asks_the_same_again() -> None:
    story = at("deadlock").taps(3)
    first = story.deal
    story.taps(3)
    assert asked(story) == ("deadlock", "follow_up")
    assert story.round.stage == first.check_in.stage if first.check_in else False


@pytest.mark.parametrize("kind", [events.Tapped, events.Skipped, events.WentBack, events.NothingToReport])
def test_with_no_question_on_the_screen_it_says_so(kind: type[event.OnScreen]) -> None:
    assert Story().does(kind).told == ["no_open_question"]


def test_the_plan_is_stored_as_keys_and_one_that_is_gone_is_passed_over() -> None:
    story = Story().starts()
    older = replace(story.round, plan=("must_haves", "retired", "tone"), open="retired")
    story.turn = replace(story.turn, deal=replace(story.deal, check_in=older))
    assert asked(story.starts()) == ("must_haves", "answer")
    assert asked(story.calmly()) == ("tone", "answer")
    assert story.calmly().heard(CheckInEnd).number == 1


def test_a_plan_of_which_nothing_is_left_begins_a_new_check_in() -> None:
    story = Story().starts()
    gone = Round(number=1, since=story.now, by=OWNER, plan=("retired",), open="retired")
    story.turn = replace(story.turn, deal=replace(story.deal, check_in=gone))
    assert asked(story.starts()) == ("must_haves", "answer")


# ---- any conversation


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("taps"), st.one_of(st.none(), st.integers(0, 3))),
        st.tuples(st.sampled_from(["says", "picks"]), st.sampled_from(["named", "final", "2", "x", ""])),
        st.tuples(st.sampled_from(["skips", "goes_back", "starts", "wants_a_note", "calmly"]), st.none()),
    ),
    max_size=40,
)


def converse(story: Story, steps: list[tuple[str, object]]) -> Story:
    for step, what in steps:
        if step == "wants_a_note":
            story.does(events.NoteWanted)
        elif step == "calmly" and story.deal.check_in is not None:
            story.calmly()
        elif what is not None or step == "taps":
            getattr(story, step)(what)
        elif step != "calmly":
            getattr(story, step)()
    return story


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_no_conversation_brings_an_insult_without_words_or_a_second_follow_up(
    steps: list[tuple[str, object]],
) -> None:
    story = converse(Story().starts(), steps)
    if story.deal.check_in is not None and story.round.open is not None:
        story.does(events.Chosen, choice="open").does(events.Skipped).finishes_calmly()
    tones = [e for e in story.log if isinstance(e, events.Answered) and e.question == "tone"]
    assert not [e for e in tones if (e.answer or 0) >= 2 and not e.note.strip()]
    for number in range(1, story.deal.coach.check_ins + 1):
        assert len([e for e in of_check_in(story, number) if e.choice]) <= 1


def of_check_in(story: Story, number: int) -> list[events.Answered]:
    rounds: list[list[events.Answered]] = [[]]
    for entry in story.log:
        if isinstance(entry, events.CheckedIn):
            rounds.append([])
        elif isinstance(entry, events.Answered):
            rounds[-1].append(entry)
    return rounds[number - 1]


def test_a_note_in_between_leaves_no_insult_without_words() -> None:
    story = at("tone").taps(2).does(events.NoteWanted).skips().goes_back().finishes_calmly()
    (tone,) = [e for e in story.log if isinstance(e, events.Answered) and e.question == "tone"]
    assert tone.answer == 0


def test_a_colleague_cannot_answer_in_the_owners_place() -> None:
    story = at("tone")
    before = story.round
    assert story.does(events.Tapped, answer=3, by=COLLEAGUE).told == ["no_open_question"]
    assert story.round == before
