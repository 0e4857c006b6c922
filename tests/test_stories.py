"""The stories the numbers must tell, each at the door of the core."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import events
from dialogs.effects import CheckInEnd
from dialogs.grounds import Ground
from dialogs.levels import Level
from dialogs.questions import BY_KEY, QUESTIONS
from tests.story import MONDAY, OWNER, Story

PRICED = {
    "side": "seller",
    "limit": Decimal(82),
    "target": Decimal(100),
    "deadline": MONDAY + timedelta(days=60),
}
BAD = {"hostility": "tone", "deadlock": "deadlock", "alternative": "alternative", "no mutual gain": "mutual"}
PAIRS = [
    ("hostility", "deadlock"),
    ("deadlock", "alternative"),
    ("hostility", "alternative"),
    ("deadlock", "no mutual gain"),
]
QUESTION_KEYS = [q.key for q in QUESTIONS if q.reads == "scale"]
CHECK_IN = st.dictionaries(st.sampled_from(QUESTION_KEYS), st.integers(0, 3), max_size=5)
HISTORY = st.lists(CHECK_IN, max_size=6)
few = settings(max_examples=60, deadline=None)

LINES_OF_AGREEMENT = [
    ([{"tone": 2}] * 6, "0.90 stay, 1.75 stay, 2.57 stay, 3.34 pause, 4.00 pause, 4.00 pause"),
    ([{"tone": 2, "deadlock": 3}] * 3, "2.50 stay, 4.75 pause, 5.57 pause"),
    ([{"deadlock": 3, "alternative": 3}] * 3, "4.20 probe, 5.60 pause, 5.60 pause"),
    ([{"tone": 3}, {}, {}], "1.60 probe, 1.17 probe, 0.76 stay"),
    ([{}] * 8, ", ".join(["0.00 stay"] * 8)),
]


def told(story: Story, *check_ins: dict[str, int]) -> list[str]:
    """The level after each of these check-ins, otherwise calm."""
    return [story.stays_calm_but(**answers).level for answers in check_ins]


def priced() -> Story:
    """A seller whose counterpart comes nearer, steadily, to a price that can be lived with."""
    story = Story(**PRICED).does(events.Offered, side="us", value=Decimal(100))
    for value in (60, 70, 78):
        story.later(days=6).does(events.Offered, side="them", value=Decimal(value))
    return story


opening = pytest.mark.parametrize("open_deal", [Story, priced], ids=["no price", "prices"])


@pytest.mark.parametrize(("check_ins", "expected"), LINES_OF_AGREEMENT)
def test_the_lines_of_agreement_hold_to_the_second_decimal(
    check_ins: list[dict[str, int]], expected: str
) -> None:
    story, found = Story(), []
    for answers in check_ins:
        story.stays_calm_but(**answers)
        found.append(f"{story.total:.2f} {story.level}")
    assert ", ".join(found) == expected


@opening
def test_while_every_answer_is_mild_one_stays_for_ever(open_deal: type[Story]) -> None:
    mild = {key: 1 for key in QUESTION_KEYS if key not in ("alternative", "energy")}
    assert set(told(open_deal(), *[mild] * 20)) == {"stay"}


@opening
@pytest.mark.parametrize("answer", [2, 3])
def test_a_polite_stall_goes_no_further_than_probe(open_deal: type[Story], answer: int) -> None:
    story = open_deal().does(events.Acted, action="final_offer")
    levels = told(story, *[{"deadlock": answer, "movement": answer, "openness": answer}] * 12)
    assert "pause" not in levels
    assert "walk_away" not in levels


def test_a_polite_stall_asks_who_gains_if_there_is_no_deal() -> None:
    story = Story().starts().answers_calmly_until("deadlock").taps(3)
    assert story.round.stage == "follow_up"
    story.picks("they").finishes_calmly()
    assert story.heard(CheckInEnd).triage == "they"


@opening
def test_hostility_alone_is_a_pause_by_the_fourth_time_and_never_a_walk_away(open_deal: type[Story]) -> None:
    story = open_deal().does(events.Acted, action="named_behaviour")
    levels = told(story, *[{"tone": 2}] * 20)
    assert levels[3] == "pause"
    assert "walk_away" not in levels


@opening
def test_one_heated_call_then_calm_is_a_probe_that_clears_within_three_check_ins(
    open_deal: type[Story],
) -> None:
    assert told(open_deal(), {"tone": 3}, {}, {}, {}) == ["probe", "probe", "stay", "stay"]


def test_a_firm_better_alternative_alone_goes_no_further_than_probe() -> None:
    story = Story().does(events.Acted, action="final_offer")
    assert set(told(story, *[{"alternative": 3}] * 12)) <= {"stay", "probe"}


@pytest.mark.parametrize(
    ("open_deal", "pair"),
    [(Story, pair) for pair in PAIRS]
    # Where prices speak, the alternative is theirs to judge.
    + [(priced, pair) for pair in PAIRS if "alternative" not in pair],
)
@pytest.mark.parametrize("answer", [2, 3])
def test_each_pair_is_a_pause_by_the_third_bad_check_in(
    open_deal: type[Story], pair: tuple[str, str], answer: int
) -> None:
    bad = {BAD[name]: 3 if name == "alternative" else answer for name in pair}
    assert told(open_deal(), bad, bad, bad)[2] == "pause"


@pytest.mark.parametrize("three", list(combinations(BAD, 3)))
@pytest.mark.parametrize("answer", [2, 3])
def test_three_grounds_are_a_walk_away_by_the_fifth_after_something_was_tried(
    three: tuple[str, ...], answer: int
) -> None:
    bad = {BAD[name]: answer for name in three}
    story = Story().does(events.Acted, action="named_behaviour")
    assert told(story, *[bad] * 5)[4] == "walk_away"


@pytest.mark.parametrize("three", list(combinations(BAD, 3)))
def test_three_grounds_without_anything_tried_are_never_a_walk_away(three: tuple[str, ...]) -> None:
    assert "walk_away" not in told(Story(), *[{BAD[name]: 3 for name in three}] * 12)


@opening
def test_an_insisted_demand_across_a_red_line_is_a_pause_at_once(open_deal: type[Story]) -> None:
    assert told(open_deal(), {"red_line": 3}) == ["pause"]


def test_once_confirmed_the_red_line_is_a_gate_and_overrules_every_score() -> None:
    story = Story().stays_calm_but(red_line=2)
    assert story.level == "probe"
    story.does(events.RedLineConfirmed, red_line=0)
    assert (story.level, story.nudge.gate, story.nudge.breached) == ("pause", True, ("exclusivity",))
    assert told(story, *[{}] * 6) == ["pause"] * 6


def test_reassuring_answers_take_back_what_bad_ones_gave() -> None:
    story = Story().stays_calm_but(tone=2, deadlock=2, mutual=2)
    before = story.total
    totals = [story.stays_calm_but(tone=0, deadlock=0, mutual=0).total for _ in range(4)]
    assert before > totals[0] > totals[1] > totals[2]
    assert totals[3] == 0


def test_an_old_breach_is_not_excused_by_reassurance_about_something_else() -> None:
    story = Story().checks_in(integrity=2)
    assert story.checks_in(red_line=0, defend=0).weights["V"] == pytest.approx(0.9)
    assert story.checks_in(integrity=0).weights["V"] == pytest.approx(0.55)


def test_conduct_fades_while_unasked_and_values_do_not() -> None:
    story = Story().checks_in(tone=2, integrity=2).checks_in(mutual=0)
    assert story.weights["C"] == pytest.approx(0.95 * 0.9)
    assert story.weights["V"] == pytest.approx(0.9)


def test_a_return_halves_four_grounds_and_leaves_values_and_the_alternative() -> None:
    story = Story().checks_in(tone=3, deadlock=3, mutual=3, pressure=3, integrity=2, alternative=2, energy=2)
    before = story.weights
    after = story.returns_from_a_pause().weights
    for ground in before:
        assert after[ground] == pytest.approx(before[ground] / (2 if ground in "CKMP" else 1))


@pytest.mark.parametrize("question", ["tone", "pressure"])
def test_a_single_3_counts_for_two_check_ins_while_its_ground_is_not_asked_again(question: str) -> None:
    story = Story().checks_in(**{question: 3})
    ground = BY_KEY[question].ground
    assert ground is not None
    counted = [story.deal.coach.grounds.single_three(ground)]
    counted += [story.checks_in(mutual=0).deal.coach.grounds.single_three(ground) for _ in range(2)]
    assert counted == [True, True, False]


@pytest.mark.parametrize("answer", [0, 1, 2])
def test_a_single_3_ends_when_its_ground_is_answered_again(answer: int) -> None:
    assert not Story().checks_in(tone=3).checks_in(word=answer).deal.coach.grounds.single_three("C")


def test_a_return_clears_a_single_3() -> None:
    story = Story().checks_in(tone=3).returns_from_a_pause()
    assert not story.deal.coach.grounds.single_three("C")


@few
@given(HISTORY.filter(any), st.data())
def test_a_worse_answer_never_lowers_a_level(history: list[dict[str, int]], data: st.DataObject) -> None:
    where = data.draw(st.sampled_from([i for i, answers in enumerate(history) if answers]))
    key = data.draw(st.sampled_from(sorted(history[where])))
    worse = [dict(answers) for answers in history]
    worse[where][key] = data.draw(st.integers(history[where][key], 3))
    plain, grim = Story().does(events.Acted, action="named_behaviour"), Story()
    grim.does(events.Acted, action="named_behaviour")
    for mild, bad in zip(history, worse, strict=True):
        assert Level[plain.checks_in(**mild).level.upper()] <= Level[grim.checks_in(**bad).level.upper()]


@few
@given(HISTORY, CHECK_IN.filter(lambda answers: len(answers) > 1), st.randoms())
def test_the_order_of_answers_within_a_check_in_does_not_matter(
    history: list[dict[str, int]], last: dict[str, int], rng: object
) -> None:
    shuffled = list(last.items())
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = Story(), Story()
    for answers in history:
        one.checks_in(**answers)
        other.checks_in(**answers)
    assert one.checks_in(**last).deal == other.checks_in(**dict(shuffled)).deal


@few
@given(HISTORY, st.sets(st.sampled_from(QUESTION_KEYS)))
def test_a_check_in_with_everything_skipped_never_raises(
    history: list[dict[str, int]], unsure: set[str]
) -> None:
    story = Story()
    for answers in history:
        story.checks_in(**answers)
    before, total = Level[story.level.upper()], story.total
    story.later(days=2).answers(**dict.fromkeys(unsure))
    story.does(events.CheckedIn, passed=tuple(sorted(set(QUESTION_KEYS) - unsure)))
    assert Level[story.level.upper()] <= before
    assert story.total <= total


def streams_of(ground: Ground) -> st.SearchStrategy[list[dict[str, int]]]:
    keys = [q.key for q in QUESTIONS if q.ground == ground and q.reads == "scale"]
    return st.lists(st.dictionaries(st.sampled_from(keys), st.integers(0, 3)), max_size=12)


@few
@given(streams_of("K"), st.booleans())
def test_cooperation_alone_never_passes_probe(stream: list[dict[str, int]], back: bool) -> None:
    story = Story().does(events.Acted, action="final_offer")
    if back:
        story.returns_from_a_pause()
    assert {story.checks_in(**answers).level for answers in stream} <= {"stay", "probe"}


@few
@given(streams_of("S"))
def test_the_own_state_alone_never_nudges(stream: list[dict[str, int]]) -> None:
    story = Story()
    assert not any(story.checks_in(**answers).nudged for answers in stream)
    assert story.level == "stay"


def test_while_the_own_state_is_low_the_first_action_is_to_wait_a_day() -> None:
    story = Story().stays_calm_but(tone=3, energy=3)
    assert story.nudge.action == "wait_a_day"
    assert story.does(events.Shown, by=OWNER).nudge.tired


def test_nothing_changed_drops_the_open_answers_and_fades_nothing() -> None:
    story = Story().checks_in(tone=2, deadlock=2)
    before = story.deal.coach.grounds
    story.later(days=2).answers(tone=3).does(events.NothingChanged)
    assert story.deal.coach.grounds == before
    assert story.checks_in(mutual=0).weights["C"] == pytest.approx(0.95 * 0.9)


def test_an_answer_given_again_in_the_same_check_in_replaces_the_first() -> None:
    story = Story().answers(tone=3).answers(tone=0).does(events.CheckedIn)
    assert (story.level, story.total) == ("stay", 0)
