"""Two on one deal: a colleague checks in beside the owner, and one talk that both tell of counts once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render import Renderer
from dialogs import events
from dialogs.deal import Deal, View
from dialogs.doubts import EvidenceWithdrawn, Explain, Viewed
from dialogs.effects import Ask, CheckInEnd, Notice, Nudge, Pass, Remind, Status
from dialogs.history import fold
from dialogs.news import DealMoved
from dialogs.questions import BY_KEY
from dialogs.replay import Replay
from dialogs.written import exported
from tests.story import COLLEAGUE, OWNER, Story

PRICED = {"limit": Decimal(80), "side": "seller", "promise": "I will leave if they lie."}
plain = Renderer("plain")


class Both(Story):
    """A story in which either of them answers what is on their own screen."""

    def tells(self, by: str, **given: int) -> Both:
        """One whole check-in of this person: these answers, calm ones to the rest."""
        self.does(events.CheckInStarted, by=by)
        while (asked := self.all(Ask)) and asked[0].to in ("", by):
            self.does(*self._said(asked[0], given), by=by)
        return self

    def does(self, kind: type, *fields: dict[str, object], by: str = OWNER, **more: object) -> Both:
        super().does(kind, by=by, **{key: value for part in fields for key, value in part.items()}, **more)
        return self

    def _said(self, asked: Ask, given: dict[str, int]) -> tuple[type, dict[str, object]]:
        if asked.stage == "words":
            return events.Worded, {"text": "you are clowns"}
        if asked.stage != "answer":
            return events.Skipped, {}
        match BY_KEY[asked.question].reads:
            case "terms":
                return events.Tapped, {"terms": ("met",) * len(self.deal.must_haves)}
            case "amount":
                return events.Tapped, {"amount": Decimal(70)}
            case _:
                return events.Tapped, {"answer": given.get(asked.question, 0)}


def test_a_colleague_is_asked_nothing_that_is_the_owners_alone() -> None:
    story = Both(**PRICED)
    for _ in range(12):
        story.does(events.CheckInStarted, by=COLLEAGUE)
        asked = story.deal.seats[COLLEAGUE].plan
        assert asked
        assert not [key for key in asked if BY_KEY[key].secret or BY_KEY[key].ground == "S"]
        while asks := story.all(Ask):
            (ask,) = asks
            assert (ask.terms, ask.red_lines, ask.last_offer, ask.promise) == ((), (), None, None)
            story.does(events.Tapped, answer=0, by=COLLEAGUE)
        story.later(days=2)


def test_a_colleagues_check_in_counts_and_the_owner_hears_that_somebody_spoke() -> None:
    story = Both().tells(COLLEAGUE, tone=3, deadlock=3)
    assert story.told == ["colleague_checked_in"]
    assert (story.deal.coach.check_ins, story.total) == (1, 3.2)
    heard = {notice.to for notice in story.all(Notice)}
    assert heard == {OWNER}
    assert story.deal.coach.evidence[0].by == COLLEAGUE


def test_the_colleague_hears_nothing_of_where_the_deal_stands() -> None:
    story = Both(**PRICED).tells(COLLEAGUE, tone=3, deadlock=3)
    assert not story.all(CheckInEnd)
    assert not story.all(Nudge)
    status = story.does(events.StatusAsked, by=COLLEAGUE).heard(Status)
    assert not status.own


def test_both_may_be_in_the_middle_of_a_check_in() -> None:
    story = Both().starts().taps(terms=("met", "partly", "met"))
    mine = story.round
    story.does(events.CheckInStarted, by=COLLEAGUE).does(events.Tapped, answer=2, by=COLLEAGUE)
    assert story.round == mine
    assert story.deal.seats[COLLEAGUE].answers["deadlock"].value == 2
    assert "deadlock" not in story.round.answers


def test_no_reminder_of_the_owners_is_moved_by_a_colleague() -> None:
    story = Both().does(events.CheckInStarted, by=COLLEAGUE)
    assert not story.all(Remind)
    assert not story.does(events.Tapped, answer=0, by=COLLEAGUE).all(Remind)


def test_the_colleagues_list_says_that_a_check_in_of_theirs_is_open() -> None:
    story = Both().does(events.CheckInStarted, by=COLLEAGUE)
    cards = {p.person: p.event for p in story.all(Pass) if isinstance(p.event, DealMoved)}
    assert cards[COLLEAGUE].open_question
    assert OWNER not in cards


# ---- one talk counts once


def test_one_talk_told_by_two_counts_once_and_the_worse_answer_counts() -> None:
    story = Both().tells(OWNER, tone=0, deadlock=2).later(hours=2).tells(COLLEAGUE, tone=3, deadlock=2)
    once = Both().tells(OWNER, tone=3, deadlock=2)
    assert story.deal.coach.check_ins == 1
    assert story.weights == once.weights
    (tone,) = [e for e in story.deal.coach.evidence if e.question == "tone"]
    assert (tone.value, tone.by, tone.other) == (3, COLLEAGUE, View(0, OWNER))


def test_whoever_is_the_milder_one_is_shown_as_a_differing_view() -> None:
    story = Both().tells(OWNER, tone=3).later(hours=1).tells(COLLEAGUE, tone=1)
    (tone,) = [e for e in story.deal.coach.evidence if e.question == "tone"]
    assert (tone.value, tone.by, tone.other) == (3, OWNER, View(1, COLLEAGUE))
    text = plain.message(story.does(events.WhyAsked).heard(Explain))["text"]
    assert "Seen differently by another on the deal" in text


def test_the_order_in_which_they_tell_does_not_matter() -> None:
    one = Both().tells(OWNER, tone=2, deadlock=3).later(hours=1).tells(COLLEAGUE, tone=3, deadlock=1)
    other = Both().tells(COLLEAGUE, tone=3, deadlock=1).later(hours=1).tells(OWNER, tone=2, deadlock=3)
    assert one.weights == other.weights
    assert (one.level, one.deal.coach.check_ins) == (other.level, other.deal.coach.check_ins)


def test_the_owner_who_tells_second_hears_where_it_stands() -> None:
    story = Both().tells(COLLEAGUE, tone=1, deadlock=1).later(hours=1)
    story.does(events.CheckInStarted)
    while not story.all(CheckInEnd):
        asked = story.heard(Ask)
        story.does(*story._said(asked, {"tone": 3, "deadlock": 3}))  # noqa: SLF001
    assert story.heard(CheckInEnd).number == 1
    assert story.level == "probe"
    assert story.nudged


def test_what_only_one_of_them_was_asked_counts_as_it_was_told() -> None:
    story = Both().tells(COLLEAGUE, tone=0).later(hours=1)
    story.does(events.CheckInStarted)
    story.does(events.Tapped, terms=("not", "not", "met"))
    while story.all(Ask):
        story.does(*story._said(story.heard(Ask), {}))  # noqa: SLF001
    assert story.deal.coach.check_ins == 1
    assert story.deal.terms == ("not", "not", "met")
    assert story.weights["M"] == 1.6


def test_a_talk_on_another_day_is_another_talk() -> None:
    story = Both().tells(OWNER, tone=2).later(hours=13).tells(COLLEAGUE, tone=2)
    assert story.deal.coach.check_ins == 2


def test_the_same_person_twice_is_two_check_ins() -> None:
    story = Both().tells(COLLEAGUE, tone=2).later(hours=1).tells(COLLEAGUE, tone=2)
    assert story.deal.coach.check_ins == 2


def test_a_third_check_in_joins_neither_of_them_twice() -> None:
    story = Both().tells(OWNER, tone=2).later(hours=1).tells(COLLEAGUE, tone=2)
    assert story.later(hours=1).tells(OWNER, tone=2).deal.coach.check_ins == 2


def test_a_skipped_second_check_in_changes_no_weight() -> None:
    story = Both().tells(OWNER, tone=3, deadlock=2)
    before = story.weights
    story.later(hours=1).does(events.CheckInStarted, by=COLLEAGUE)
    while story.all(Ask):
        story.does(events.Skipped, by=COLLEAGUE)
    assert (story.weights, story.deal.coach.check_ins) == (before, 1)


# ---- putting it right


def test_the_owner_takes_back_their_own_word_and_the_colleagues_stands() -> None:
    story = Both().tells(OWNER, tone=3).later(hours=1).tells(COLLEAGUE, tone=2)
    story.edits(1, "tone", 0)
    (tone,) = [e for e in story.deal.coach.evidence if e.question == "tone"]
    assert (tone.value, tone.by) == (2, COLLEAGUE)


def test_what_is_withdrawn_is_withdrawn_for_both() -> None:
    story = Both().tells(OWNER, tone=3).later(hours=1).tells(COLLEAGUE, tone=3)
    story.does(EvidenceWithdrawn, check_in=1, question="tone", because="another deal")
    assert story.weights["C"] == 0


def test_a_view_on_a_check_in_of_a_stranger_is_refused() -> None:
    story = Both().tells(OWNER, tone=0)
    before = story.deal
    story.does(Viewed, by="pStranger", check_in=1, question="tone", answer=3)
    assert story.deal.coach == before.coach


# ---- the record


def as_told(deal: Deal) -> object:
    return deal.coach.grounds, deal.coach.check_ins, deal.coach.latches, deal.terms, deal.coach.call


steps = st.lists(
    st.tuples(st.sampled_from((OWNER, COLLEAGUE)), st.integers(0, 20), st.integers(0, 3), st.integers(0, 3)),
    max_size=6,
)


@settings(max_examples=80, deadline=None)
@given(steps)
def test_the_log_of_two_makes_the_same_deal_folded_or_replayed(
    told: list[tuple[str, int, int, int]],
) -> None:
    story = Both()
    for by, hours, tone, deadlock in told:
        story.later(hours=hours).tells(by, tone=tone, deadlock=deadlock, movement=deadlock)
    assert as_told(fold(story.log)) == as_told(story.deal)
    replay = Replay()
    assert not [v for v in replay.verdicts(exported(story.log)) if "error" in v]
    assert as_told(next(iter(replay.deals.values()))) == as_told(story.deal)
    assert story.total == round(fold(story.log).coach.grounds.total, 2)


@settings(max_examples=80, deadline=None)
@given(steps)
def test_a_second_opinion_never_makes_a_talk_count_less(told: list[tuple[str, int, int, int]]) -> None:
    story = Both()
    for by, hours, tone, deadlock in told:
        before = replace(story.deal)
        story.later(hours=hours).tells(by, tone=tone, deadlock=deadlock, movement=deadlock)
        if story.deal.coach.check_ins == before.coach.check_ins:
            assert story.weights["C"] >= before.coach.grounds["C"] - 1e-9
