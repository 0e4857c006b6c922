"""Synthetic streams of answers, shaped like the real question plan: what is asked when, how much is skipped.

The plan of the coach itself picks the questions; a stream only draws the answers. What comes out are shares
of streams that reached a level, so that two sets of rules can be held side by side. They are not people.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from dialogs import events
from dialogs.deal import Deal, Rules
from dialogs.held import Term
from dialogs.levels import Level
from dialogs.questions import BY_KEY, plan
from dialogs.record import level_of
from dialogs.turn import take

OWNER, OPENED = "pOwner", datetime(2026, 11, 23, 9, tzinfo=UTC)
MUST_HAVES, RED_LINES = ("net 30", "data stays here", "exit clause"), ("exclusivity",)
STREAM_COUNT, CHECK_INS, READ_AT = 150, 12, (3, 6, 12)
SKIPPED, NOT_SURE = 0.15, 0.05
FAITH = (0.62, 0.30, 0.07, 0.01)  # how often 0, 1, 2, 3 where nothing is wrong
CALM = (0.80, 0.18, 0.02, 0.00)


@dataclass(frozen=True, slots=True)
class Stream:
    """A kind of counterpart: how often each answer comes, by ground; `once` a single 3 in tone."""

    name: str
    answers: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    otherwise: tuple[float, ...] = FAITH
    once: bool = False


STREAMS = (
    Stream("good faith"),
    Stream("heated once", otherwise=CALM, once=True),
    Stream("polite stall", {"K": (0.05, 0.20, 0.45, 0.30)}, otherwise=CALM),
    Stream("hostile", {"C": (0.10, 0.20, 0.50, 0.20), "P": (0.30, 0.30, 0.30, 0.10)}),
)


def reached(stream: Stream, rules: Rules, count: int = STREAM_COUNT) -> dict[str, list[float]]:
    """For each level, the share of streams that reached it by the 3rd, 6th and 12th check-in."""
    highest = [_highest(stream, rules, random.Random(seed)) for seed in range(count)]
    return {
        level.key: [sum(each[by - 1] >= level for each in highest) / count for by in READ_AT]
        for level in (Level.PROBE, Level.PAUSE, Level.WALK_AWAY)
    }


def _highest(stream: Stream, rules: Rules, rng: random.Random) -> list[Level]:
    """The highest level so far after each check-in of one stream."""
    deal = _taken(
        None,
        events.Opened(
            id="", at=OPENED, by=OWNER, deal="d", name="Renewal", counterpart="DynamicTech",
            must_haves=MUST_HAVES, red_lines=RED_LINES, rules=rules,
        ),
    )  # fmt: skip
    heated, found = rng.randrange(6) if stream.once else -1, [Level.STAY]
    for number in range(CHECK_INS):
        at = OPENED + timedelta(days=2 * number + 1)
        asked = plan(deal, OWNER)
        passed = tuple(key for key in asked if rng.random() < SKIPPED and number != heated)
        for key in asked:
            if key not in passed:
                deal = _taken(deal, _answer(stream, key, at, rng, hot=number == heated))
        deal = _taken(deal, events.CheckedIn(id="", at=at, by=OWNER, passed=passed))
        if level_of(deal) >= Level.PAUSE and not deal.coach.tried:
            deal = _taken(deal, events.Acted(id="", at=at, by=OWNER, action="named_behaviour"))
        found.append(max(found[-1], level_of(deal)))
    return found[1:]


def _answer(stream: Stream, key: str, at: datetime, rng: random.Random, *, hot: bool) -> events.Answered:
    question = BY_KEY[key]
    if question.reads == "terms":
        terms: tuple[Term, ...] = tuple(rng.choices(("met", "partly"), (0.8, 0.2), k=len(MUST_HAVES)))
        return events.Answered(id="", at=at, by=OWNER, question=key, terms=terms)
    often = stream.answers.get(question.ground or "", stream.otherwise)
    value = 3 if hot and key == "tone" else rng.choices(range(4), often)[0]
    unsure = rng.random() < NOT_SURE and not hot
    return events.Answered(id="", at=at, by=OWNER, question=key, answer=None if unsure else value)


def _taken(deal: Deal | None, event: events.DealEvent) -> Deal:
    after = take(deal, event).deal
    if after is None:
        raise ValueError(event)
    return after
