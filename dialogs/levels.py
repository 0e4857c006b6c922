"""From grounds, fit and red lines to one level of advice: five rows, each with its own latch.

It decides which level holds; it refuses to average: the highest row that is on is the level.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import assert_never

from dialogs.grounds import Grounds

LOWERED = 1.0  # a level goes off only when its row fails with every bound lowered by this
LOWERED_P = 0.10
P_BOUNDS = (0.60, 0.74, 0.85)  # of the fit's weight, for probe, for pause and final offer, for walking away
LIKELY, LIKELIER, LIKELIEST = P_BOUNDS
LEAST_P = LIKELY - 1e-9  # below it no row looks at the fit
MISSES_TO_GO_OFF = 2
TWO = 2
EPSILON = 1e-9  # bounds are decimal fractions, sums are floats


class Level(IntEnum):
    """What the coach suggests, mildest first."""

    STAY = 0
    PROBE = 1
    PAUSE = 2
    FINAL_OFFER = 3
    WALK_AWAY = 4

    @property
    def key(self) -> str:
        """The level's name in records and templates."""
        return _KEYS[self]


_KEYS = {level: level.name.lower() for level in Level}
ROWS = (Level.PROBE, Level.PAUSE, Level.FINAL_OFFER, Level.WALK_AWAY)
FROM_THE_TOP = ROWS[::-1]
KEYS_FROM_THE_TOP = tuple((row.key, row) for row in FROM_THE_TOP)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rows may look at.

    `p` is the fit's chance (0–1) that the counterpart's best will stay short of the limit, None where the
    fit is silent; `t` the share (0–1) of the time to the deadline that is spent.
    """

    grounds: Grounds
    p: float | None = None
    t: float | None = None
    suspected: bool = False
    confirmed: bool = False
    confirmed_again: bool = False
    cure_attempted: bool = False
    cure_refused: bool = False
    tried: bool = False
    checked_in_since_return: bool = False
    final_offer_refused: bool = False
    last_day: bool = False  # so near the deadline nothing is downgraded


@dataclass(frozen=True, slots=True)
class Latch:
    """One row's memory: on, and how many check-ins running it has failed."""

    on: bool = False
    misses: int = 0


OFF, ON = Latch(), Latch(on=True)
Latches = Mapping[str, Latch]  # level key -> latch


def level(latches: Latches, facts: Facts) -> Level:
    """The highest level that is on."""
    return max(latched(latches), next((row for row in FROM_THE_TOP if red_row(row, facts)), Level.STAY))


def latched(latches: Latches) -> Level:
    """The highest level that is on by its latch, red lines aside."""
    return next((row for key, row in KEYS_FROM_THE_TOP if latches.get(key, OFF).on), Level.STAY)


def risen(latches: Latches, facts: Facts) -> Latches:
    """Latches after any event: rows that are met go on, none goes off; misses are counted at check-ins."""
    rising = [key for key, row in KEYS_FROM_THE_TOP if not latches.get(key, OFF).on and row_met(row, facts)]
    return {**latches, **dict.fromkeys(rising, ON)} if rising else latches


def checked(latches: Latches, facts: Facts) -> Latches:
    """Latches at the end of a check-in: rows may go on, and go off after two misses running.

    On the last day none goes off, and no miss counts: calm just before the deadline is no news (rules 2).
    """
    if facts.last_day:
        return risen(latches, facts)
    return {key: _checked(latches.get(key, OFF), row, facts) for key, row in KEYS_FROM_THE_TOP}


def _checked(latch: Latch, row: Level, facts: Facts) -> Latch:
    if row_met(row, facts):
        return ON
    if not latch.on or row_met(row, facts, lowered=True):
        return ON if latch.on else OFF
    return OFF if latch.misses + 1 >= MISSES_TO_GO_OFF else Latch(on=True, misses=latch.misses + 1)


def red_row(row: Level, facts: Facts) -> bool:
    """The column of the confirmed red line: it holds while the breach stands, and ends with its cure."""
    if not facts.confirmed or row is Level.STAY:
        return False
    if row is Level.WALK_AWAY:
        return facts.cure_refused or facts.confirmed_again
    return row is not Level.FINAL_OFFER or facts.cure_attempted or facts.checked_in_since_return


def by_fit(row: Level, facts: Facts) -> bool:
    """Whether the row's column of the fit is met, lowered as for a row that is on."""
    match row:
        case Level.STAY:
            return False
        case Level.PROBE:
            return _likely(facts, LIKELY, lowered=True)
        case Level.PAUSE | Level.FINAL_OFFER:
            return _likely(facts, LIKELIER, lowered=True)
        case Level.WALK_AWAY:
            return facts.final_offer_refused and _likely(facts, LIKELIEST, lowered=True)
        case _:  # pragma: no cover
            assert_never(row)


def row_met(row: Level, facts: Facts, *, lowered: bool = False) -> bool:
    """Whether the row's columns of grounds, fit and suspicion are met (bounds lowered on request)."""
    match row:
        case Level.STAY:
            return True
        case Level.PROBE:
            return _probe(facts, lowered=lowered)
        case Level.PAUSE:
            return _pause(facts, lowered=lowered)
        case Level.FINAL_OFFER:
            return _final_offer(facts, lowered=lowered)
        case Level.WALK_AWAY:
            return _walk_away(facts, lowered=lowered)
        case _:  # pragma: no cover
            assert_never(row)


def band(p: float | None) -> int | None:
    """Between which bounds the fit's weight lies: within one band neither rows nor grounds tell it apart."""
    bounds = (bound - less for bound in P_BOUNDS for less in (0.0, LOWERED_P))
    return None if p is None else sum(p >= bound - EPSILON for bound in bounds)


def _probe(facts: Facts, *, lowered: bool) -> bool:
    grounds = facts.grounds
    return (
        _reaches(grounds.total, 3.0, lowered=lowered)
        or grounds.single_three("C")
        or grounds.single_three("P")
        or facts.suspected
        or _likely(facts, LIKELY, lowered=lowered)
    )


def _pause(facts: Facts, *, lowered: bool) -> bool:
    grounds = facts.grounds
    return (
        _likely(facts, LIKELIER, lowered=lowered)
        or (_reaches(grounds.total, 4.5, lowered=lowered) and len(grounds.active) >= TWO)
        or _reaches(grounds["C"], 3.0, lowered=lowered)
        or _reaches(grounds["V"], 3.0, lowered=lowered)
        or grounds.single_three("V")
    )


def _final_offer(facts: Facts, *, lowered: bool) -> bool:
    late = facts.t is not None and facts.t >= 0.8 - EPSILON
    again = facts.checked_in_since_return and _pause(facts, lowered=lowered)
    return again or (late and _likely(facts, LIKELIER, lowered=lowered))


def _walk_away(facts: Facts, *, lowered: bool) -> bool:
    grounds = facts.grounds
    enough = _reaches(grounds.total, 5.7, lowered=lowered) and len(grounds.active) >= TWO
    return (enough and facts.tried) or (
        facts.final_offer_refused and _likely(facts, LIKELIEST, lowered=lowered)
    )


def _reaches(value: float, bound: float, *, lowered: bool) -> bool:
    return value >= bound - (LOWERED if lowered else 0.0) - EPSILON


def _likely(facts: Facts, bound: float, *, lowered: bool) -> bool:
    return facts.p is not None and facts.p >= bound - (LOWERED_P if lowered else 0.0) - EPSILON
