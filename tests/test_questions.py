"""Which questions a check-in asks: slots first, then what worries, what is overdue, what is oldest."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import events
from dialogs.deal import Answer, Round
from dialogs.grounds import Ground
from dialogs.questions import BY_KEY, MOST_QUESTIONS, QUESTIONS, plan
from dialogs.record import terms_value
from dialogs.turns import Turn
from tests.story import COLLEAGUE, OWNER, Story

NUMBERS = {"side": "seller", "limit": Decimal(80)}
SHAPES = [{}, NUMBERS, {"must_haves": ()}, {"red_lines": ()}, {**NUMBERS, "must_haves": (), "red_lines": ()}]
LIMITS: dict[Ground, int] = {"P": 3, "M": 3, "V": 3, "A": 4, "S": 5}  # check-ins
EVERY_ONE_WITHIN = 20  # check-ins, while answers are calm
_S = st.integers(0, 3)


def asks(story: Story, by: str = OWNER) -> tuple[str, ...]:
    return plan(story.deal, by)


def a_year(story: Story, answer: int = 0, count: int = 24) -> list[tuple[str, ...]]:
    """The plans of so many check-ins, every question answered the same."""
    plans = []
    for _ in range(count):
        plans.append(asks(story))
        story.checks_in(**dict.fromkeys(plans[-1], answer))
    return plans


@pytest.mark.parametrize(("facts", "first"), [({}, "must_haves"), (NUMBERS, "offer")])
def test_what_matters_now_comes_first(facts: dict[str, object], first: str) -> None:
    assert asks(Story(**facts))[:4] == (first, "deadlock", "tone", "red_line")


def test_without_numbers_or_must_haves_cooperation_comes_first() -> None:
    assert asks(Story(must_haves=(), red_lines=()))[:2] == ("deadlock", "tone")


@pytest.mark.parametrize("side", ["neither", None])
def test_no_price_is_asked_where_there_is_no_side(side: str | None) -> None:
    assert "offer" not in asks(Story(side=side, limit=Decimal(80)))


def test_deadlock_is_asked_at_the_first_check_in_and_then_movement() -> None:
    plans = a_year(Story())
    assert "deadlock" in plans[0]
    assert all("movement" in later and "deadlock" not in later for later in plans[1:])


def test_while_stuck_deadlock_is_asked_at_every_second_check_in() -> None:
    plans = a_year(Story(), answer=2, count=6)
    assert ["deadlock" in chosen for chosen in plans] == [True, False] * 3


def test_red_lines_are_asked_every_second_time_while_all_is_well() -> None:
    assert ["red_line" in chosen for chosen in a_year(Story(), count=6)] == [True, False] * 3


@pytest.mark.parametrize("answer", [1, 2, 3, None])
def test_a_red_line_that_was_not_clear_is_asked_again_at_once(answer: int | None) -> None:
    assert "red_line" in asks(Story().checks_in(red_line=answer))


@pytest.mark.parametrize("question", ["mutual", "pressure", "integrity", "defend"])
def test_what_was_worrying_last_time_takes_a_free_place(question: str) -> None:
    assert question in asks(Story().checks_in(**{question: 2}))
    assert question not in asks(Story().checks_in(**{question: 1}))


def test_of_what_worried_most_it_asks_mutual_before_pressure_before_values() -> None:
    story = Story().checks_in(mutual=3, pressure=3, integrity=3, red_line=0)
    assert asks(story)[3:] == ("mutual", "pressure")


@pytest.mark.parametrize("facts", SHAPES)
@pytest.mark.parametrize("answer", [0, 1])
def test_while_answers_are_calm_no_ground_waits_much_past_its_limit(
    facts: dict[str, object], answer: int
) -> None:
    plans = a_year(Story(**facts), answer)
    for ground, limit in LIMITS.items():
        waited = longest_wait(plans, ground)
        assert waited <= limit + 2, (ground, waited)


def longest_wait(plans: list[tuple[str, ...]], ground: Ground) -> int:
    at = [0, *(n for n, keys in enumerate(plans, 1) if any(BY_KEY[key].ground == ground for key in keys))]
    return max(b - a for a, b in zip(at, [*at[1:], len(plans) + 1], strict=True))


@pytest.mark.parametrize("facts", SHAPES)
def test_every_question_that_can_be_asked_comes_within_twenty_check_ins(facts: dict[str, object]) -> None:
    story = Story(**facts)
    expected = {q.key for q in QUESTIONS if q.asked(story.deal)} - {"deadlock"}
    plans = a_year(story, count=2 * EVERY_ONE_WITHIN)
    for start in range(EVERY_ONE_WITHIN):
        window = plans[start : start + EVERY_ONE_WITHIN]
        missing = expected - {key for keys in window for key in keys}
        assert not missing, (start, missing)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SHAPES), st.lists(st.dictionaries(st.sampled_from(sorted(BY_KEY)), _S), max_size=12))
def test_a_check_in_asks_at_most_five_each_once_and_only_what_can_be_asked(
    facts: dict[str, object], history: list[dict[str, int | None]]
) -> None:
    story = Story(**facts)
    for answers in history:
        story.checks_in(**answers)
        chosen = asks(story)
        assert len(chosen) == len(set(chosen)) == MOST_QUESTIONS
        assert all(BY_KEY[key].asked(story.deal) for key in chosen)


@pytest.mark.parametrize("by", [COLLEAGUE, ""])
def test_the_own_state_is_asked_of_the_owner_alone(by: str) -> None:
    story = Story()
    for _ in range(12):
        assert not [key for key in asks(story, by) if BY_KEY[key].ground == "S"]
        story.checks_in(**dict.fromkeys(asks(story, by), 0))
    assert [key for plan in a_year(story) for key in plan if BY_KEY[key].ground == "S"]


def test_a_skipped_question_does_not_keep_its_place() -> None:
    story = Story().starts()
    free = story.round.plan[-1]
    while story.round.open != free:
        story.calmly()
    assert free not in story.skips().later(days=2).starts().round.plan


@pytest.mark.parametrize(
    ("terms", "answer"),
    [
        (("met", "met", "met"), 0),
        (("met", "partly", "partly"), 1),
        (("not", "met", "met"), 2),
        (("not", "not", "partly"), 3),
        (("not", "met"), 3),
        (("not",), 3),
    ],
)
def test_must_haves_count_as_one_answer(terms: tuple[str, ...], answer: int) -> None:
    assert terms_value(terms) == answer  # type: ignore[arg-type]


def test_every_question_speaks_for_the_ground_the_page_gives_it() -> None:
    grounds: dict[str, str] = {}
    for question in QUESTIONS:
        grounds[question.ground or "-"] = grounds.get(question.ground or "-", "") + f" {question.key}"
    assert grounds == {
        "-": " offer",
        "M": " must_haves mutual",
        "K": " movement deadlock openness reciprocity authority",
        "C": " tone word retrade",
        "V": " red_line integrity defend",
        "A": " alternative",
        "P": " pressure",
        "S": " fresh_eyes drift energy",
    }


def test_an_answer_to_a_question_that_is_gone_weighs_nothing() -> None:
    story = Story()
    given = {key: Answer(2, story.now, OWNER) for key in ("retired", "tone")}
    left = Round(number=1, since=story.now, by=OWNER, answers=given)
    story.turn = Turn(replace(story.deal, check_in=left))
    assert story.does(events.CheckedIn).total == 0.9
    assert "retired" not in asks(story)
