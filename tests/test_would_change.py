"""What would change this: taken at its word and played, every promise comes true."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.render import Renderer
from dialogs import events
from dialogs.changes import LOOK_AHEAD_TOGETHER, WORRYING, would_change
from dialogs.deal import Deal
from dialogs.effect import Change
from dialogs.effects import Nudge
from dialogs.levels import Level
from dialogs.questions import BY_KEY, QUESTIONS
from dialogs.record import level_of
from dialogs.turn import take
from tests.story import MONDAY, Story

ASKED = [q.key for q in QUESTIONS if q.reads == "scale"]
BAD = [key for key in ASKED if BY_KEY[key].ground != "S"]
BACK = ("new_information", "another_person")

histories = st.lists(
    st.dictionaries(st.sampled_from(ASKED), st.sampled_from([None, 0, 1, 2, 3, 3]), min_size=1, max_size=4)
    | st.sampled_from(
        ["returns", "confirms", "cures", "tries", "attempts", "refused", "nothing", "refusal", "asks"]
        + [f"offers {value}" for value in (60, 62, 66, 80)]
    ),
    max_size=12,
)
STEPS: dict[str, Callable[[Story], object]] = {
    "returns": Story.returns_from_a_pause,
    "confirms": lambda story: story.does(events.RedLineConfirmed, red_line=0),
    "cures": lambda story: story.does(events.RedLineCured, red_line=0),
    "tries": lambda story: story.does(events.Acted, action="named_behaviour"),
    "attempts": lambda story: story.does(events.Acted, action="cure_attempted"),
    "refused": lambda story: story.does(events.Acted, action="cure_refused"),
    "refusal": lambda story: story.does(events.Acted, action="final_offer_refused"),
    "nothing": lambda story: story.does(events.NothingChanged),
    "asks": lambda story: story.does(events.Offered, side="us", value=Decimal(100)),
    **{
        f"offers {value}": lambda story, value=value: story.later(days=1).does(  # type: ignore[misc]
            events.Offered, side="them", value=Decimal(value)
        )
        for value in (60, 62, 66, 80)
    },
}
PRICED: dict[str, object] = {
    "side": "seller",
    "limit": Decimal(85),
    "target": Decimal(100),
    "deadline": MONDAY + timedelta(days=30),
}

STUCK_THEN_PRICED: list[dict[str, int | None] | str] = [  # what stalling may weigh is cut once prices speak
    {"deadlock": 3},
    {"deadlock": 3, "tone": 3},
    {"deadlock": 3},
    "asks",
    "offers 60",
    {"mutual": 3, "tone": 3, "deadlock": 3},
    "offers 80",
    "asks",
    "offers 66",
]


def lived(history: list[dict[str, int | None] | str], *, priced: bool = False) -> Story:
    story = Story(**(PRICED if priced else {}))
    for step in history:
        if isinstance(step, str):
            STEPS[step](story)
        else:
            story.checks_in(**step)
    return story


def worrying(deal: Deal) -> list[str]:
    """The questions whose last answer speaks against the deal, told from outside."""
    asked = deal.coach.asked.items()
    return [key for key, last in asked if (last.value or 0) >= WORRYING and BY_KEY[key].ground != "S"]


def played(story: Story, change: Change) -> Level:
    """The level after taking one change literally."""
    match change.question:
        case "red_line_cured":
            story.does(events.RedLineCured, red_line=change.answer)
        case "tried":
            story.does(events.Acted, action="named_behaviour")
        case "final_offer_refused" | "cure_refused" as action:
            story.does(events.Acted, action=action)
        case "offer":
            story.does(events.Offered, side="them", value=change.value)
        case "return":
            story.does(events.Paused, until=story.now + timedelta(days=1))
            story.does(events.Returned, conditions=BACK)
    calm = {"all": worrying(story.deal), **{key: [key] for key in BY_KEY}}.get(change.question, [])
    for _ in range(change.check_ins):
        story.answers(**dict.fromkeys(calm, change.answer)).does(events.CheckedIn)
    return level_of(story.deal)


@settings(max_examples=250, deadline=None)
@given(histories, st.booleans())
@example(STUCK_THEN_PRICED, True)
def test_every_condition_leads_where_it_says_when_it_is_played(
    history: list[dict[str, int | None] | str],
    priced: bool,
) -> None:
    story = lived(history, priced=priced)
    before = level_of(story.deal)
    for change in would_change(story.deal):
        assert played(copy.deepcopy(story), change) == change.level != before


@settings(max_examples=250, deadline=None)
@given(histories, st.booleans())
def test_it_is_silent_only_where_nothing_near_helps(
    history: list[dict[str, int | None] | str],
    priced: bool,
) -> None:
    """All calm, for as long as it looks ahead, does not lower the level where it says nothing."""
    story = lived(history, priced=priced)
    before = level_of(story.deal)
    if before is Level.STAY or any(change.level < before for change in would_change(story.deal)):
        return
    for _ in range(LOOK_AHEAD_TOGETHER):
        story.answers(**dict.fromkeys(worrying(story.deal), 0)).does(events.CheckedIn)
        assert level_of(story.deal) >= before


@settings(max_examples=150, deadline=None)
@given(histories, st.booleans())
def test_there_are_at_most_three_and_what_lowers_comes_first(
    history: list[dict[str, int | None] | str],
    priced: bool,
) -> None:
    deal = lived(history, priced=priced).deal
    before, found = level_of(deal), would_change(deal)
    raising = [change.level > before for change in found]
    assert len(found) <= 3
    assert raising == sorted(raising)
    assert len(set(found)) == len(found)


def said(*check_ins: dict[str, int | None], then: str = "") -> list[tuple[str, int, str]]:
    story = lived([*check_ins, *([then] if then else [])])
    return [(c.question, c.check_ins, c.level.key) for c in would_change(story.deal)]


def test_a_heated_call_is_taken_back_by_two_with_the_usual_tone() -> None:
    assert said({"tone": 3})[0] == ("tone", 2, "stay")


def test_a_pause_and_a_return_are_named_where_they_help() -> None:
    assert ("return", 2, "probe") in said({"tone": 3, "deadlock": 3}, {"tone": 3, "deadlock": 3})


def test_a_red_line_that_is_withdrawn_comes_first() -> None:
    assert said({"tone": 0}, then="confirms") == [
        ("red_line_cured", 0, "stay"),
        ("cure_refused", 0, "walk_away"),
    ]


def test_what_would_raise_it_is_said_last() -> None:
    worst: dict[str, int | None] = {"tone": 3, "deadlock": 3, "mutual": 3}
    assert said(worst, worst)[-1] == ("tried", 0, "walk_away")


def test_calm_answers_already_given_leave_nothing_new_as_the_condition() -> None:
    found = said({"tone": 3}, {"tone": 0})
    assert found == [("return", 1, "stay"), ("quiet", 1, "stay")]


@pytest.mark.parametrize(
    "question", ["return", "quiet", "all", "tried", "cure_refused", "final_offer_refused"]
)
def test_every_condition_is_a_sentence(question: str) -> None:
    story = Story().checks_in(tone=3)
    change = Change(question, 0, 2, Level.PAUSE)
    turn = take(story.deal, events.Shown(id="s", at=story.now, by="pOwner"))
    (nudge,) = turn.effects
    assert isinstance(nudge, Nudge)
    text = Renderer("plain").message(replace(nudge, changes=(change,)))["text"]
    assert "then take a pause." in text


def test_where_nothing_changes_it_the_nudge_says_so() -> None:
    story = Story().checks_in(tone=3)
    (nudge,) = take(story.deal, events.Shown(id="s", at=story.now, by="pOwner")).effects
    assert isinstance(nudge, Nudge)
    text = Renderer("plain").message(replace(nudge, changes=()))["text"]
    assert "Nothing within a few check-ins changes this by itself." in text
