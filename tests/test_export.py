"""A live deal written down and replayed: the same verdicts, whatever happened to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Self, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import doubts, events, seals
from dialogs.deal import Alternative, Deal
from dialogs.doubts import Viewed
from dialogs.history import Correction, OfferChange
from dialogs.readers import READERS
from dialogs.record import Canonical, level_of
from dialogs.replay import Replay, shown
from dialogs.written import WRITERS, exported
from tests.story import CALM, MONDAY, OWNER, Story, without_screen
from tests.test_history import STEPS
from tests.transcripts.play import play
from tests.transcripts.script import names, read
from tests.transcripts.stages import Paper


def checks_in(story: Story, step: Callable[[Story], object]) -> None:
    """A whole check-in that begins with `step` at its first and its third question."""
    story.later(hours=5).starts()
    for turn in range(3):
        if story.deal.check_in is not None and story.deal.check_in.open is not None:
            (story.calmly if turn == 1 else partial(step, story))()
    if story.deal.check_in is not None:
        story.finishes_calmly()


MORE: dict[str, Callable[[Story], object]] = {
    "offers": lambda story: story.does(events.Offered, side="them", value=Decimal("81500.50")),
    "loosens": lambda story: story.does(seals.LimitWanted, value=Decimal(70), because="the market fell"),
    "tightens": lambda story: story.does(seals.LimitWanted, value=Decimal(90)),
    "drops": lambda story: story.does(seals.LimitWanted, what="red_line", drop=0, because="they own it"),
    "adds": lambda story: story.does(seals.LimitWanted, what="must_have", text="a named lead"),
    "agrees": lambda story: story.does(
        seals.LimitAgreed, by="pColleague", number=story.deal.loosening.number if story.deal.loosening else 0
    ),
    "waits for it": lambda story: story.later(hours=25).does(
        events.ReminderDue, by="", purpose="loosening", due=story.now
    ),
    "keeps it": lambda story: story.does(seals.LimitTakenBack),
    "doubts": lambda story: story.does(
        doubts.EvidenceContested, check_in=1, question="deadlock", because="he was joking"
    ),
    "withdraws": lambda story: story.does(
        doubts.EvidenceWithdrawn, check_in=1, question="red_line", because="it was another deal"
    ),
    "upholds": lambda story: story.does(doubts.EvidenceUpheld, check_in=1, question="deadlock"),
    "other plan": lambda story: story.does(
        events.AlternativeChanged,
        alternative=Alternative("Meyer", Decimal(78), firmness="firm", expires=MONDAY),
    ),
    "confirms": lambda story: (
        story.does(events.RedLineConfirmed, red_line=len(story.deal.red_lines) - 1)
        if story.deal.red_lines
        else story
    ),
    "checks in and skips": lambda story: checks_in(story, Story.skips),
    "checks in badly": lambda story: checks_in(story, STEPS["badly"]),
    "finds the words": lambda story: story.does(
        events.Edited, check_in=1, question="tone", answer=None, note="sign or leave", keeps=True
    ),
    "hours later": lambda story: story.later(hours=7),
    "signs": lambda story: story.does(events.AboutToSign, value=Decimal(75)),
    "agreed": lambda story: story.does(
        events.Closed, outcome="agreed", value=Decimal(75), terms=("met",) * len(story.deal.must_haves)
    ),
}
ALL = {**STEPS, **MORE}


def verdict_of(deal: Deal) -> dict[str, Any]:
    return {"level": level_of(deal).key, "grounds": shown(deal.coach.grounds)}


def as_the_log_knows_it(deal: Deal) -> Deal:
    """Without what is on a screen or in a diary, and without names a replay does not ask for."""
    coach = replace(
        deal.coach,
        evidence=tuple(replace(e, by="") for e in deal.coach.evidence),
        nudged=replace(deal.coach.nudged, spent=None),
    )
    moved = tuple(replace(m, agreed_by=m.agreed_by) for m in deal.moved)
    bare = replace(without_screen(deal), coach=coach, owner="", zone="UTC", moved=moved)
    return replace(bare, paused=bare.paused and replace(bare.paused, by=""), last_event=None)


class Watched(Story):
    """A story that keeps what every turn came to: lines on the log, the deal, and whether it nudged."""

    def __init__(self, **facts: object) -> None:
        self.turns = list[tuple[int, Deal, bool]]()
        super().__init__(**facts)

    def takes(self, event: events.DealEvent) -> Self:
        before = len(self.log)
        super().takes(event)
        self.turns.append((len(self.log) - before, self.deal, self.nudged))
        return self


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(ALL)), min_size=6, max_size=40), st.sampled_from(["UTC", "Asia/Kolkata"])
)
def test_a_live_deal_written_down_and_replayed_comes_to_the_same_verdict_at_every_turn(
    steps: list[str], zone: str
) -> None:
    deadline = MONDAY + timedelta(days=20)
    story = Watched(limit=Decimal(80), side="seller", target=Decimal(99), zone=zone, deadline=deadline)
    for step in steps:
        ALL[step](story)
    replay = Replay()
    said = [replay.verdict(line) for line in exported(story.log)]
    assert len(said) == len(story.log)
    place = 0
    for count, live, nudged in story.turns:
        lines, place = said[place : place + count], place + count
        if not lines:
            continue
        assert {key: lines[-1][key] for key in ("level", "grounds")} == verdict_of(live)
        assert ("red_line" in lines[-1]["gates"]) == any(line.confirmed for line in live.red_lines)
        assert any(line["nudge"] for line in lines) == nudged
    assert as_the_log_knows_it(replay.deals["d1"]) == as_the_log_knows_it(story.deal)


@pytest.mark.parametrize("name", names())
async def test_every_transcript_comes_to_the_same_deal_when_it_is_replayed(name: str) -> None:
    paper = Paper()
    await play(read(name), paper)
    deal, log = await paper.deal(), await paper.log()
    replay = Replay()
    said = [replay.verdict(line) for line in exported(log)]
    (again,) = replay.deals.values()
    assert as_the_log_knows_it(again) == as_the_log_knows_it(deal)
    assert {key: said[-1][key] for key in ("level", "grounds")} == verdict_of(deal)
    assert replay.failed == 0


def test_everything_on_a_log_has_a_writer_and_a_reader() -> None:
    on_a_log = {*get_args(Canonical), *get_args(Correction), *get_args(OfferChange), Viewed, events.Opened}
    assert set(WRITERS) == on_a_log
    assert {name for name, _ in WRITERS.values()} == set(READERS)


def test_amounts_keep_every_digit_and_are_numbers() -> None:
    story = Story(limit=Decimal("82000.10"), side="seller").does(
        events.Offered, side="them", value=Decimal("123456789012345678.05")
    )
    first, second = exported(story.log)
    assert '"reservation_value": 82000.10' in first
    assert json.loads(second, parse_float=Decimal)["value"] == Decimal("123456789012345678.05")


def test_a_nought_is_written_and_what_is_empty_is_not() -> None:
    story = Story().answers(tone=0).does(events.RedLineConfirmed, red_line=0)
    _, answered, confirmed = map(json.loads, exported(story.log))
    assert (answered["answer"], confirmed["red_line"]) == (0, 0)
    assert "note" not in answered


def test_no_id_of_a_platform_is_written() -> None:
    story = Story()
    story.takes(events.Noted(id="slack:T024:a:U0SECRET:1.2/x", at=story.now, by=OWNER, text="call legal"))
    assert "SECRET" not in "".join(exported(story.log))
    assert json.loads(list(exported(story.log))[-1])["id"] == "e2/x"


def test_the_day_of_a_line_is_the_day_of_the_one_who_negotiates() -> None:
    story = Story(zone="Asia/Kolkata").later(hours=12).answers(tone=3).does(events.CheckedIn)
    assert json.loads(list(exported(story.log))[-1])["at"].startswith("2026-11-24T02:30:00+05:30")


def test_two_clocks_that_differ_make_no_line_go_back() -> None:
    story = Story().answers(**CALM)
    story.later(seconds=-3).does(events.CheckedIn)
    replay = Replay()
    assert all("error" not in verdict for verdict in replay.verdicts(exported(story.log)))


def test_a_log_that_opens_no_deal_is_not_written() -> None:
    with pytest.raises(ValueError, match="Opened"):
        list(exported(Story().checks_in(tone=3).log[1:]))


def test_what_changes_nothing_is_told_in_its_place() -> None:
    opened, *_ = exported(Story().log)
    line = {"at": (MONDAY + timedelta(days=1)).isoformat(), "deal": "d1", "event": "edited", "check_in": 4}
    said = list(Replay().verdicts([opened, json.dumps({**line, "question": "tone", "answer": 0})]))
    assert "nothing_to_edit" in said[1]["error"]
