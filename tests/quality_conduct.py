"""Synthetic streams of answers, shaped like the real question plan: who is asked what, how much is skipped.

The plan of the coach itself picks the questions; a stream only draws the answers. What comes out are shares
of streams in which a rule called for a pause, beside simpler rules on the same answers. They are not people.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from dialogs import events
from dialogs.deal import Deal, Rules
from dialogs.held import Term
from dialogs.levels import Level
from dialogs.questions import BY_KEY, plan
from dialogs.record import level_of, terms_value
from dialogs.turn import take
from tests.quality_score import Interval, share

OWNER, COLLEAGUE, OPENED = "pOwner", "pColleague", datetime(2026, 11, 23, 9, tzinfo=UTC)
MUST_HAVES, RED_LINES = ("net 30", "data stays here", "exit clause"), ("exclusivity",)
STREAM_COUNT, CHECK_INS, READ_AT = 200, 12, (3, 6, 12)
SKIPPED, NOT_SURE = 0.15, 0.05  # of the questions asked
STOPPED, NOTHING_NEW, COLLEAGUES_TURN = 0.10, 0.08, 0.15  # of the check-ins
FAITH = (0.62, 0.30, 0.07, 0.01)  # how often 0, 1, 2, 3 where nothing is wrong
CALM = (0.80, 0.18, 0.02, 0.00)
Given = Mapping[str, int]  # the answers of one check-in, those about the negotiator's own state left out


@dataclass(frozen=True, slots=True)
class Stream:
    """A kind of counterpart: how often each answer comes, by ground; `once` a single 3 in tone."""

    name: str
    answers: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    otherwise: tuple[float, ...] = FAITH
    once: bool = False
    pause_wanted: bool = False


STREAMS = (
    Stream("good faith"),
    Stream("heated once", otherwise=CALM, once=True),
    Stream("polite stall", {"K": (0.05, 0.20, 0.45, 0.30)}, otherwise=CALM),
    Stream("hostile", {"C": (0.10, 0.20, 0.50, 0.20), "P": (0.30, 0.30, 0.30, 0.10)}, pause_wanted=True),
    Stream(
        "stall with a plan B",
        {"K": (0.05, 0.20, 0.45, 0.30), "A": (0.0, 0.1, 0.2, 0.7)},
        otherwise=CALM,
        pause_wanted=True,
    ),
    Stream(
        "no deal for both",
        {"K": (0.10, 0.25, 0.40, 0.25), "M": (0.05, 0.20, 0.45, 0.30)},
        otherwise=CALM,
        pause_wanted=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Lived:
    """One stream: after each check-in the highest level so far, and what was answered in it."""

    highest: tuple[Level, ...]
    given: tuple[Given, ...]


# ---- simpler rules on the same answers: whether they call for a pause after these check-ins

SIMPLER: Mapping[str, Callable[[Sequence[Given]], bool]] = {
    "any answer of 3": lambda past: any(3 in given.values() for given in past),
    "two of 2 or 3 in one check-in": lambda past: any(_bad(given) >= 2 for given in past),
    "three check-ins with a 2 or 3": lambda past: sum(_bad(given) > 0 for given in past) >= 3,
    "mean of the last three above 1": lambda past: _mean(past[-3:]) > 1.0,
}


def _bad(given: Given) -> int:
    return sum(value >= 2 for value in given.values())


def _mean(past: Sequence[Given]) -> float:
    values = [value for given in past for value in given.values()]
    return sum(values) / len(values) if values else 0.0


def bands(stream: Stream, rules: Rules, count: int = STREAM_COUNT) -> dict[str, list[Interval]]:
    """Shares of streams that reached a level, or a simpler rule's pause, by the 3rd, 6th, 12th check-in."""
    found = [_lived(stream, rules, random.Random(seed)) for seed in range(count)]
    coach = {
        f"coach, {level.key}": [sum(each.highest[by - 1] >= level for each in found) for by in READ_AT]
        for level in (Level.PROBE, Level.PAUSE, Level.WALK_AWAY)
    }
    simpler = {
        name: [sum(any(fires(each.given[:n]) for n in range(1, by + 1)) for each in found) for by in READ_AT]
        for name, fires in SIMPLER.items()
    }
    return {name: [share(hit, count) for hit in hits] for name, hits in {**coach, **simpler}.items()}


# ---- one stream


def _lived(stream: Stream, rules: Rules, rng: random.Random) -> Lived:
    deal = _taken(
        None,
        events.Opened(
            id="", at=OPENED, by=OWNER, deal="d", name="Renewal", counterpart="DynamicTech",
            must_haves=MUST_HAVES, red_lines=RED_LINES, colleagues=(COLLEAGUE,), rules=rules,
        ),
    )  # fmt: skip
    heated, highest, past = rng.randrange(6) if stream.once else -1, [Level.STAY], list[Given]()
    for number in range(CHECK_INS):
        at = OPENED + timedelta(days=2 * number + 1)
        given: Given = {}
        if number != heated and rng.random() < NOTHING_NEW:
            deal = _taken(deal, events.NothingChanged(id="", at=at, by=OWNER))
        else:
            deal, given = _checked_in(deal, stream, at, rng, hot=number == heated)
        if level_of(deal) >= Level.PAUSE and not deal.coach.tried:
            deal = _taken(deal, events.Acted(id="", at=at, by=OWNER, action="named_behaviour"))
        highest.append(max(highest[-1], level_of(deal)))
        past.append(given)
    return Lived(tuple(highest[1:]), tuple(past))


def _checked_in(
    deal: Deal, stream: Stream, at: datetime, rng: random.Random, *, hot: bool
) -> tuple[Deal, Given]:
    """One check-in: some questions are skipped, some check-ins stopped half way, some are a colleague's."""
    by = COLLEAGUE if rng.random() < COLLEAGUES_TURN and not hot else OWNER
    asked = plan(deal, by)
    if rng.random() < STOPPED and not hot:
        asked = asked[: len(asked) // 2]
    passed = tuple(key for key in asked if rng.random() < SKIPPED and not hot)
    given: dict[str, int] = {}
    for key in asked:
        if key not in passed:
            answer = _answer(stream, key, events.Answered(id="", at=at, by=by, question=key), rng, hot=hot)
            value = terms_value(answer.terms) if answer.terms else answer.answer
            if value is not None and BY_KEY[key].ground != "S":
                given[key] = value
            deal = _taken(deal, answer)
    return _taken(deal, events.CheckedIn(id="", at=at, by=by, passed=passed)), given


def _answer(
    stream: Stream, key: str, blank: events.Answered, rng: random.Random, *, hot: bool
) -> events.Answered:
    question = BY_KEY[key]
    often = stream.answers.get(question.ground or "", stream.otherwise)
    if question.reads == "terms":
        worst = rng.choices(range(4), often)[0]
        terms: tuple[Term, ...] = (
            ("met", "met", "met"), ("met", "partly", "met"), ("met", "not", "met"), ("not", "not", "met")
        )[worst]  # fmt: skip
        return replace(blank, terms=terms)
    value = 3 if hot and key == "tone" else rng.choices(range(4), often)[0]
    unsure = rng.random() < NOT_SURE and not hot
    return replace(blank, answer=None if unsure else value)


def _taken(deal: Deal | None, event: events.DealEvent) -> Deal:
    after = take(deal, event)
    if after.deal is None or not after.entries:
        raise ValueError(event)
    return after.deal
