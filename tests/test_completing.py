"""Set-up completed later: one question after a calm check-in, and what may be told of a deal at any time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.details_said import of_words
from bot.render import Renderer
from dialogs import events, seals
from dialogs.deal import Alternative
from dialogs.details import DetailKept, DetailTold
from dialogs.effects import CheckInEnd, Nudge, Remind
from dialogs.history import fold
from dialogs.replay import Replay
from dialogs.seals import LooseningWaits
from dialogs.written import exported
from tests.story import MONDAY, Story, without_screen

BARE = {"red_lines": (), "colleagues": (), "limit": Decimal(80), "side": "seller"}
plain = Renderer("plain")


def asked_for(story: Story, count: int) -> list[str]:
    """What so many calm check-ins in a row ask for at their end."""
    found = []
    for _ in range(count):
        story.later(days=2).starts().finishes_calmly()
        found.append(story.heard(CheckInEnd).missing)
    return found


def test_one_thing_after_the_other_is_asked_for() -> None:
    assert asked_for(Story(**BARE), 7) == [
        "promise", "plan_b", "deadline", "red_line", "target", "colleague", "",
    ]  # fmt: skip


def test_what_was_told_is_not_asked_for() -> None:
    told = {**BARE, "promise": "I leave if they lie", "alternative": Alternative("the other bidder")}
    assert asked_for(Story(**told), 4) == ["", "", "deadline", "red_line"]


def test_what_is_still_missing_comes_round_again() -> None:
    assert asked_for(Story(red_lines=(), colleagues=()), 14)[12:] == ["promise", "plan_b"]


def test_a_deal_without_a_number_is_not_asked_for_a_goal() -> None:
    assert "target" not in asked_for(Story(red_lines=(), colleagues=()), 12)


def test_nothing_is_asked_for_on_a_bad_day() -> None:
    story = Story(**BARE).starts().answers_calmly_until("tone").taps(3).says("you are clowns").skips()
    while story.deal.check_in is not None:
        story.calmly()
    assert story.level == "probe"
    assert story.heard(CheckInEnd).missing == ""


def test_nothing_is_asked_for_when_nothing_changed() -> None:
    story = Story(**BARE).starts().does(events.NothingToReport)
    assert story.heard(CheckInEnd).missing == ""


def test_the_question_is_a_sentence_and_a_button() -> None:
    text = plain.message(Story(**BARE).starts().finishes_calmly().heard(CheckInEnd))["text"]
    assert "under what would you leave?" in text
    assert "Write my promise" in text


# ---- what is told


def test_a_promise_is_kept_with_its_day_and_quoted_on_a_bad_one() -> None:
    story = Story(**BARE).later(days=1)
    kept = story.does(DetailTold, what="promise", text=" I will leave if they lie ").heard(DetailKept)
    assert (kept.what, kept.old_text) == ("promise", "")
    assert story.deal.promise is not None
    assert story.deal.promise.at == MONDAY + timedelta(days=1)
    nudge = story.checks_in(tone=3).checks_in(tone=3).heard(Nudge)
    assert nudge.promise is not None
    assert nudge.promise.text == "I will leave if they lie"


def test_a_promise_made_is_not_changed_on_a_bad_day() -> None:
    story = Story(**BARE, promise="I leave if they lie").checks_in(tone=3)
    before = story.deal
    assert story.does(DetailTold, what="promise", text="I stay whatever comes").told == ["promise_stands"]
    assert story.deal == before


def test_one_that_is_missing_may_be_made_even_then() -> None:
    story = Story(**BARE).checks_in(tone=3).does(DetailTold, what="promise", text="I leave if they lie")
    assert story.deal.promise is not None


def test_a_deadline_moves_and_the_next_check_in_with_it() -> None:
    story = Story(**BARE)
    friday = MONDAY + timedelta(days=2)
    kept = story.does(DetailTold, what="deadline", moment=friday).heard(DetailKept)
    assert (kept.moment, kept.old_moment) == (friday, None)
    remind = story.heard(Remind)
    assert remind.due == story.deal.next_check_in
    assert remind.due is not None
    assert remind.due < friday


def test_no_deadline_can_be_said() -> None:
    story = Story(**BARE, deadline=MONDAY + timedelta(days=9)).does(DetailTold, what="deadline")
    assert story.deal.deadline is None
    assert "no deadline any more" in plain.message(story.heard(DetailKept))["text"]


@pytest.mark.parametrize(
    ("what", "problem"),
    [("promise", "required"), ("target", "expected_amount"), ("cost_of_delay", "expected_amount")],
)
def test_what_is_empty_is_refused(what: str, problem: str) -> None:
    story = Story(**BARE)
    before = story.deal
    assert story.does(DetailTold, what=what).told == [problem]
    assert story.deal == before


def test_a_deadline_that_has_passed_is_refused() -> None:
    story = Story(**BARE).does(DetailTold, what="deadline", moment=MONDAY - timedelta(hours=1))
    assert story.told == ["date_past"]


def test_a_deal_whose_deadline_moved_fits_as_if_it_had_been_opened_with_it() -> None:
    later = MONDAY + timedelta(days=20)
    facts = {**BARE, "target": Decimal(100)}
    one = Story(**facts, deadline=later)
    other = Story(**facts, deadline=MONDAY + timedelta(days=60)).does(
        DetailTold, what="deadline", moment=later
    )
    for value in (50, 55, 58, 59):
        for story in (one, other):
            story.later(days=1).does(events.Offered, side="them", value=Decimal(value))
    assert (one.level, one.weights) == (other.level, other.weights)


def test_a_deadline_brought_nearer_does_not_hurry_a_seal_open() -> None:
    story = Story(**BARE, deadline=MONDAY + timedelta(days=90))
    story.does(DetailTold, what="deadline", moment=MONDAY + timedelta(hours=5))
    story.does(seals.LimitWanted, value=Decimal(70), because="the market fell")
    assert story.heard(LooseningWaits).loosening.due == MONDAY + timedelta(hours=24)


def test_the_log_makes_the_same_deal_and_so_does_a_replay() -> None:
    story = Story(**BARE)
    story.does(DetailTold, what="target", value=Decimal(95))
    story.does(DetailTold, what="deadline", moment=MONDAY + timedelta(days=9))
    story.does(DetailTold, what="purpose", text="a second market").checks_in(tone=2)
    assert without_screen(fold(story.log)) == without_screen(story.deal)
    replay = Replay()
    assert not [v for v in replay.verdicts(exported(story.log)) if "error" in v]
    (again,) = replay.deals.values()
    assert (again.target, again.deadline, again.purpose) == (
        story.deal.target, story.deal.deadline, story.deal.purpose,
    )  # fmt: skip


# ---- as it is typed


@pytest.mark.parametrize(
    ("verb", "words", "told"),
    [
        ("deadline", "Friday 17:00", {"what": "deadline", "moment": MONDAY.replace(day=27, hour=17)}),
        ("deadline", "to Friday 17:00", {"what": "deadline", "moment": MONDAY.replace(day=27, hour=17)}),
        ("deadline", "none", {"what": "deadline"}),
        ("target", "95k", {"what": "target", "value": Decimal(95_000)}),
        ("target", "to €95.000", {"what": "target", "value": Decimal(95_000)}),
        ("promise", "I will leave if they lie", {"what": "promise", "text": "I will leave if they lie"}),
        ("purpose", "a second market", {"what": "purpose", "text": "a second market"}),
    ],
)
def test_it_is_told_in_a_line(verb: str, words: str, told: dict[str, object]) -> None:
    stamp = {"id": "e", "at": MONDAY, "by": "p"}
    assert of_words(verb, words, stamp, "UTC") == DetailTold(**stamp, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("verb", "words", "problem"),
    [
        ("deadline", "soon", "expected_deadline"),
        ("deadline", "", "expected_deadline"),
        ("target", "a lot", "expected_amount"),
    ],
)
def test_what_cannot_be_read_gets_an_example(verb: str, words: str, problem: str) -> None:
    event = of_words(verb, words, {"id": "e", "at": MONDAY, "by": "p"}, "UTC")
    assert isinstance(event, events.Misread)
    assert event.problem == problem
