"""Lists of deals: whoever's line tells something else after a turn hears of it, whatever happened."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs import events, roles
from dialogs.deal import Deal
from dialogs.effects import Pass
from dialogs.forgets import ForgetEvent
from dialogs.news import DealMoved
from dialogs.turns import card
from tests.happened import KINDS, happened
from tests.story import COLLEAGUE, OWNER, STRANGER, Story

FOR_GOOD = {events.Opened, *ForgetEvent.__args__}
OFTEN = (events.CheckInStarted, events.Tapped, events.CheckedIn, events.Paused, events.Reopened)
STEPS = 40


@pytest.mark.parametrize("seed", range(60))
def test_whoevers_line_changed_hears_of_it_and_nobody_else(seed: int) -> None:
    """Most turns are not compared line by line; what spares it must not spare a line that moved."""
    chance, story = random.Random(seed), Story(colleagues=(COLLEAGUE, STRANGER))
    kinds = [*(kind for kind in KINDS if kind not in FOR_GOOD), *OFTEN * 8]
    for number in range(STEPS):
        story.later(hours=chance.choice((0, 1, 30)))
        by = chance.choice((OWNER, OWNER, COLLEAGUE, STRANGER))
        before = story.deal
        event = replace(happened(chance.choice(kinds), by), id=f"w{number}", at=story.now)
        if isinstance(event, events.Paused):
            event = replace(event, until=story.now + timedelta(days=chance.choice((1, 9))))
        if story.takes(event).turn.deal is None:
            return
        told = {e.person: e.event for e in story.turn.effects if isinstance(e, Pass)}
        moved = {person: event for person, event in told.items() if isinstance(event, DealMoved)}
        assert set(moved) == _changed(before, story.deal, event), (number, type(event).__name__)


def _changed(before: Deal, after: Deal, event: events.DealEvent) -> set[str]:
    known, people = roles.everybody(before), roles.everybody(after)
    both = {person for person in people if person in known}
    same = {person for person in both if card(before, person, event) == card(after, person, event)}
    return {*known, *people} - same
