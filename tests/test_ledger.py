"""The ledger: every figure can be checked with a pencil, and every answer put right without being lost."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render import Renderer
from dialogs import doubts, events, history, ledger
from dialogs.doubts import (
    Counted,
    Doubt,
    DoubtDone,
    EvidenceContested,
    EvidenceUpheld,
    EvidenceWithdrawn,
    Explain,
    Reason,
)
from dialogs.effects import Ask, Edit, EditDone
from dialogs.grounds import COUNTED, SUMMED
from dialogs.levels import Level
from dialogs.questions import plan
from dialogs.turn import take
from tests.story import COLLEAGUE, MONDAY, OWNER, Story, without_screen
from tests.test_would_change import histories, lived
from tests.transcripts.play import play
from tests.transcripts.script import names, read
from tests.transcripts.stages import Paper

plain = Renderer("plain")


def of(story: Story, question: str, check_in: int = 1) -> Counted:
    """One entry of the ledger."""
    (found,) = [
        e for e in ledger.entries(story.log) if (e.question, e.evidence.check_in) == (question, check_in)
    ]
    return found


def doubted(story: Story, kind: Any, question: str = "tone", check_in: int = 1, **fields: Any) -> Story:  # noqa: ANN401
    told = {} if kind is EvidenceUpheld else {"because": "he was joking"}
    return story.does(kind, check_in=check_in, question=question, **told, **fields)


# ---- with a pencil


def test_an_answer_counts_on_its_day_and_fades_by_a_twentieth_with_each_check_in() -> None:
    story = Story().checks_in(tone=3).checks_in(mutual=1).checks_in(mutual=1)
    told = of(story, "tone")
    assert (told.then, told.now, told.since) == (Decimal("1.60"), Decimal("1.44"), 2)


def test_calm_answers_and_a_return_take_their_part_and_are_named() -> None:
    story = Story().checks_in(deadlock=3).checks_in(movement=0).returns_from_a_pause()
    told = of(story, "deadlock")
    assert told.now == Decimal("0.58")  # (1.60 × 0.95 − 0.35) / 2
    assert (told.eased, told.halved) == (1, 1)


def test_what_you_stand_for_does_not_fade() -> None:
    story = Story().checks_in(integrity=2).checks_in(tone=0).checks_in(tone=0)
    assert of(story, "integrity").now == Decimal("0.90")


def test_of_two_answers_on_one_subject_the_worse_counts() -> None:
    story = Story().checks_in(tone=2, word=3)
    assert (of(story, "word").then, of(story, "tone").then) == (Decimal("1.60"), Decimal(0))
    assert of(story, "tone").in_shadow


def test_a_calm_answer_with_words_says_what_it_took_away() -> None:
    story = Story().checks_in(tone=3)
    story.does(events.Answered, question="tone", answer=0, note="she apologised").does(events.CheckedIn)
    assert of(story, "tone", 2).then == Decimal("-0.35")


def test_the_alternative_counts_as_it_was_last_described() -> None:
    story = Story().checks_in(alternative=3).checks_in(alternative=2)
    assert (of(story, "alternative", 1).now, of(story, "alternative", 2).now) == (Decimal(0), Decimal("1.00"))


@settings(max_examples=200, deadline=None)
@given(histories, st.booleans())
def test_the_parts_of_every_subject_add_up_to_its_weight(
    history_of_it: list[dict[str, int | None] | str], priced: bool
) -> None:
    story = lived(history_of_it, priced=priced)
    weights = ledger.weighed(story.log)
    for ground in SUMMED:
        parts = sum(weights.parts.get(ground, {}).values())
        assert parts == pytest.approx(story.deal.coach.grounds[ground], abs=1e-9), ground


@settings(max_examples=150, deadline=None)
@given(histories)
def test_each_line_of_an_account_is_right_by_itself_and_follows_the_one_before(
    history_of_it: list[dict[str, int | None] | str],
) -> None:
    story = lived(history_of_it)
    for ground, lines in ledger.weighed(story.log).accounts.items():
        for line in lines:
            assert abs(line.before * line.kept + line.added - line.after) <= Decimal("0.02"), line
        for one, following in pairwise(lines):
            assert one.after == following.before
        assert lines[-1].after == ledger.figure(story.deal.coach.grounds[ground])


# ---- page by page


def long(check_ins: int = 9) -> Story:
    story = Story()
    for _ in range(check_ins):
        story.checks_in(tone=2, deadlock=1, mutual=1, pressure=2)
    return story


def test_the_ledger_is_paged_and_goes_back_beyond_what_the_deal_remembers() -> None:
    story = long()
    first = story.does(events.WhyAsked).heard(Explain)
    assert (len(first.reasons), first.pages) == (12, 3)
    last = story.does(events.WhyAsked, page=3).heard(Explain)
    assert [(e.question, e.evidence.check_in) for e in last.reasons[:2]] == [("tone", 1), ("deadlock", 1)]
    assert story.does(events.WhyAsked, page=99).heard(Explain).page == 3
    assert story.does(events.WhyAsked, page=-1).heard(Explain).page == 1


def test_every_answer_is_on_exactly_one_page() -> None:
    story = long()
    seen = [
        (e.question, e.evidence.check_in)
        for page in (3, 2, 1)
        for e in story.does(events.WhyAsked, page=page).heard(Explain).reasons
    ]
    assert len(seen) == len(set(seen)) == 36


def test_one_subject_alone_is_shown_with_its_account() -> None:
    story = long(3).does(events.WhyAsked, subject="P")
    shown = story.heard(Explain)
    assert {e.ground for e in shown.reasons} == {"P"}
    assert [line.check_in for line in shown.account] == [1, 2, 3]
    assert "check-in 2: 0.90 × 0.95 + 0.90 = 1.75" in plain.message(shown)["text"]


def test_the_hot_state_stays_small_however_long_the_ledger_is() -> None:
    assert len(long(12).deal.coach.evidence) == 24


# ---- opened


def test_a_reason_opens_to_its_words_date_question_rule_and_weight() -> None:
    story = Story()
    story.does(events.Answered, question="tone", answer=3, note="get out", added="in front of all")
    story.does(events.CheckedIn).checks_in(mutual=1).does(doubts.ReasonWanted, check_in=1, question="tone")
    text = plain.message(story.heard(Reason))["text"]
    for said in (
        "“get out”",
        "“in front of all”",
        "Mon 23 Nov",
        "check-in 1",
        "1.60, now 1.52",
        "a twentieth",
        "version",
    ):
        assert said in text


def test_a_reason_says_which_red_line_it_was_about() -> None:
    story = Story().does(events.Answered, question="red_line", answer=2, red_line=1).does(events.CheckedIn)
    opened = story.does(doubts.ReasonWanted, check_in=1, question="red_line").heard(Reason)
    assert opened.red_line == "unlimited liability"


def test_what_was_never_answered_does_not_open() -> None:
    story = Story().checks_in(tone=3).does(doubts.ReasonWanted, check_in=7, question="tone")
    assert story.told == ["nothing_to_edit"]


# ---- in doubt, withdrawn, upheld


@pytest.mark.parametrize("kind", [EvidenceContested, EvidenceWithdrawn])
def test_what_is_set_aside_counts_nothing_and_says_what_it_had_counted(kind: type[object]) -> None:
    story = doubted(Story().checks_in(tone=3), kind)
    done = story.heard(DoubtDone)
    assert (done.counted, done.before, done.after) == (Decimal("1.60"), Level.PROBE, Level.STAY)
    assert story.weights["C"] == 0
    text = plain.message(story.does(events.WhyAsked).heard(Explain))["text"]
    assert "because “he was joking”" in text
    assert "had counted 1.60" in text.replace("It had", "had").replace("it had", "had")


def test_what_is_upheld_counts_as_before_and_both_stay_on_the_record() -> None:
    story = Story().checks_in(tone=3)
    before = story.deal.coach.grounds
    doubted(doubted(story, EvidenceContested), EvidenceUpheld)
    assert story.heard(DoubtDone).counted == Decimal("1.60")
    assert story.deal.coach.grounds == before
    told = of(story, "tone")
    assert ([v.kind for v in told.versions], told.standing) == (["contested", "upheld"], "stands")


def test_what_is_withdrawn_is_not_asked_again_as_worrying() -> None:
    story = Story(red_lines=()).checks_in(mutual=3, movement=0)
    assert "mutual" in plan(story.deal, OWNER)
    doubted(story, EvidenceWithdrawn, "mutual")
    assert story.deal.coach.asked["mutual"].value is None
    assert "mutual" not in plan(story.deal, OWNER)


def test_nobody_doubts_twice_or_upholds_what_stands() -> None:
    story = doubted(Story().checks_in(tone=3), EvidenceContested)
    assert doubted(story, EvidenceContested).told == ["nothing_to_edit"]
    doubted(doubted(story, EvidenceWithdrawn), EvidenceUpheld)
    assert doubted(story, EvidenceUpheld).told == ["nothing_to_edit"]


def test_a_breach_that_was_confirmed_by_a_withdrawn_answer_stands_no_more() -> None:
    story = Story().starts().answers_calmly_until("red_line").taps(3, words="sole rights").picks("1")
    story.picks("final")
    assert any(line.confirmed for line in story.deal.red_lines)
    doubted(story, EvidenceWithdrawn, "red_line")
    assert not any(line.confirmed for line in story.deal.red_lines)
    assert story.level == "stay"
    doubted(story, EvidenceUpheld, "red_line")
    assert any(line.confirmed for line in story.deal.red_lines)


def test_an_edit_of_a_withdrawn_answer_makes_it_count_again() -> None:
    story = doubted(Story().checks_in(tone=3), EvidenceWithdrawn).edits(1, "tone", 2, "you people")
    assert (story.weights["C"], of(story, "tone").standing) == (0.9, "stands")


def test_a_colleague_may_not_doubt() -> None:
    story = Story().checks_in(tone=3)
    event = EvidenceWithdrawn(
        id="x", at=story.now, by=COLLEAGUE, check_in=1, question="tone", because="I was not there"
    )
    turn = take(story.deal, event)
    assert [effect.key for effect in turn.effects if hasattr(effect, "key")] == ["not_yours"]


def test_a_closed_record_is_read_and_not_rewritten() -> None:
    story = Story().checks_in(tone=3).does(events.Closed, outcome="impasse")
    assert doubted(story, EvidenceWithdrawn).told == ["deal_closed"]
    assert story.does(events.WhyAsked).heard(Explain).reasons


# ---- words and red lines put right


def test_words_are_put_right_and_the_old_ones_stay() -> None:
    story = Story().does(events.Answered, question="tone", answer=3, note="get lost").does(events.CheckedIn)
    story.does(events.Edited, check_in=1, question="tone", answer=None, note="get out", keeps=True)
    done = story.heard(EditDone)
    assert (done.old, done.new, done.old_words, done.new_words) == (3, 3, "get lost", "get out")
    assert (of(story, "tone").evidence.words, of(story, "tone").versions[0].words) == ("get out", "get lost")
    assert story.weights["C"] == 1.6


def test_the_red_line_an_answer_was_about_is_put_right() -> None:
    story = Story().does(events.Answered, question="red_line", answer=2, red_line=0).does(events.CheckedIn)
    story.does(events.Edited, check_in=1, question="red_line", answer=None, red_line=1, keeps=True)
    assert (story.deal.coach.suspected, story.deal.coach.suspected_line) == (True, 1)


def test_an_answer_older_than_the_deal_remembers_can_be_put_right() -> None:
    story = long(9).does(events.EditWanted, check_in=1, question="pressure")
    assert story.heard(Edit).value == 2
    assert story.edits(1, "pressure", 0).heard(EditDone).old == 2


def test_an_edit_says_what_it_was_and_what_it_had_counted() -> None:
    story = Story().checks_in(tone=3).edits(1, "tone", 0)
    (version,) = of(story, "tone").versions
    assert (version.kind, version.value, version.counted) == ("edited", 3, Decimal("1.60"))
    text = plain.message(story.does(doubts.ReasonWanted, check_in=1, question="tone").heard(Reason))["text"]
    assert "before: Abuse" in text


def test_an_open_check_in_goes_on_where_it_was_after_a_correction() -> None:
    story = doubted(Story().checks_in(tone=3).starts(), EvidenceWithdrawn)
    assert story.starts().heard(Ask).resumed


CORRECTED = st.lists(
    st.tuples(
        st.sampled_from(["edit", "contest", "withdraw", "uphold", "on"]),
        st.integers(1, 3),
        st.sampled_from(["tone", "deadlock", "mutual", "red_line"]),
    ),
    max_size=10,
)


@settings(max_examples=100, deadline=None)
@given(CORRECTED)
def test_after_any_corrections_the_log_makes_the_deal_and_uphold_brings_all_back(
    steps: list[tuple[str, int, str]],
) -> None:
    story = Story().checks_in(tone=3, deadlock=2).checks_in(mutual=3, red_line=2).checks_in(tone=2)
    kinds: dict[str, type[Doubt]] = {
        "contest": EvidenceContested,
        "withdraw": EvidenceWithdrawn,
        "uphold": EvidenceUpheld,
    }
    edited = False
    for step, check_in, question in steps:
        if step == "on":
            story.later(hours=1)
        elif step == "edit":
            edited = edited or story.edits(check_in, question, 1).told == []
        else:
            doubted(story, kinds[step], question, check_in)
        folded = history.fold(story.log)
        assert folded.coach.grounds == story.deal.coach.grounds
        assert folded.coach.asked == story.deal.coach.asked
    for check_in in (1, 2, 3):
        for question in ("tone", "deadlock", "mutual", "red_line"):
            doubted(story, EvidenceUpheld, question, check_in)
    fresh = Story().checks_in(tone=3, deadlock=2).checks_in(mutual=3, red_line=2).checks_in(tone=2)
    assert edited or story.deal.coach.grounds == fresh.deal.coach.grounds


# ---- at the door


async def test_the_ledger_reads_in_the_workspace_and_a_withdrawal_takes_three_taps() -> None:
    paper = Paper()
    await play(read("hostile"), paper)
    if (await paper.deal()).status == "closed":
        await paper.types("/deal reopen", "maya")
    before = (await paper.deal()).coach.grounds["C"]
    await paper.types("/deal why tone", "maya")
    assert "How it came to this" in list(paper.screen("maya").values())[-1]
    await paper.taps("Open", "maya")
    await paper.fills_in("Withdraw it", {"because": "it was another Müller"}, "maya")
    assert "because “it was another Müller”" in list(paper.screen("maya").values())[-1]
    assert (await paper.deal()).coach.grounds["C"] < before


@pytest.mark.parametrize("name", names())
async def test_the_ledger_of_every_transcript_adds_up(name: str) -> None:
    paper = Paper()
    await play(read(name), paper)
    deal, log = await paper.deal(), await paper.log()
    weights = ledger.weighed(log)
    for ground in set(COUNTED) - {"A"}:
        parts = sum(weights.parts.get(ground, {}).values())
        assert parts == pytest.approx(deal.coach.grounds[ground], abs=1e-9)
    assert without_screen(history.fold(log)).coach.grounds == deal.coach.grounds


@pytest.mark.parametrize(
    "event",
    [
        events.WhyAsked(id="e", at=MONDAY, by=OWNER),
        EvidenceWithdrawn(id="e", at=MONDAY, by=OWNER, check_in=1, question="tone", because="x"),
    ],
)
def test_what_needs_the_log_is_refused_without_it(event: events.WhyAsked | EvidenceWithdrawn) -> None:
    with pytest.raises(TypeError, match="log"):
        take(Story().deal, event)
