"""Scores of a rule over many traces: precision, recall, false alarms, time saved, and how sure they are.

An alarm on a deal that did not become a good one is a hit, with the share of the time it would have saved; a
bad paper stopped by the gate is a hit that saves none. Intervals come from drawing the traces anew.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.quality_traces import Scored

DRAWS, SEED, TAIL = 400, 20261123, 0.05
Z = 1.645  # of a normal distribution, five in a hundred lie above it


@dataclass(frozen=True, slots=True)
class Score:
    """What a rule reaches; `brier` is the mean squared error of its chances of failing, None without any."""

    precision: float
    recall: float
    false_alarms: float
    saved: float
    brier: float | None


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure, and between what nine tenths of the draws lie."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


def share(part: int, whole: int) -> Interval:
    """A share of independent cases, with Wilson's interval, which holds nine tenths of such shares."""
    p, z2 = part / whole, Z * Z
    middle, room = p + z2 / (2 * whole), Z * math.sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole))
    return Interval(p, max((middle - room) / (1 + z2 / whole), 0.0), (middle + room) / (1 + z2 / whole))


@dataclass(frozen=True, slots=True)
class Counted:
    """What one trace adds to the sums of a score."""

    good: bool
    alarmed: bool
    saved: float
    errors: float
    spoken: int


def counted(scored: Scored) -> Counted:
    """One trace as it counts."""
    trace, failed = scored.trace, 0.0 if scored.trace.good else 1.0
    alarm = scored.alarm
    return Counted(
        good=trace.good,
        alarmed=alarm is not None or scored.stopped,
        saved=0.0 if alarm is None else (trace.ends - alarm) / trace.ends,
        errors=sum((chance - failed) ** 2 for chance in scored.chances if chance is not None),
        spoken=sum(chance is not None for chance in scored.chances),
    )


def score(found: Sequence[Counted]) -> Score:
    """The score of these traces, of which some must have failed and some not."""
    failed, good = [c for c in found if not c.good], [c for c in found if c.good]
    hits, false = sum(c.alarmed for c in failed), sum(c.alarmed for c in good)
    spoken = sum(c.spoken for c in found)
    return Score(
        precision=hits / max(hits + false, 1),
        recall=hits / len(failed),
        false_alarms=false / len(good),
        saved=sum(c.saved for c in failed) / len(failed),
        brier=sum(c.errors for c in found) / spoken if spoken else None,
    )


FIGURES: Mapping[str, Callable[[Score], float | None]] = {
    "precision": lambda s: s.precision,
    "recall": lambda s: s.recall,
    "false_alarms": lambda s: s.false_alarms,
    "saved": lambda s: s.saved,
    "brier": lambda s: s.brier,
}


def intervals(found: Sequence[Counted]) -> dict[str, Interval]:
    """Each figure of the score with its interval; the draws are seeded."""
    draws = [score([found[n] for n in drawn]) for drawn in _draws(found)]
    whole = score(found)
    return {
        name: _interval(value, [v for draw in draws if (v := of(draw)) is not None])
        for name, of in FIGURES.items()
        if (value := of(whole)) is not None
    }


def differences(one: Sequence[Counted], other: Sequence[Counted]) -> dict[str, Interval]:
    """By how much `other` is above `one` on the same traces, drawn together; ValueError for other traces."""
    if [c.good for c in one] != [c.good for c in other]:
        raise ValueError("not the same traces")
    pairs = [
        (score([one[n] for n in drawn]), score([other[n] for n in drawn]))
        for drawn in [range(len(one)), *_draws(one)]
    ]
    found = {}
    for name, of in FIGURES.items():
        both = [(of(a), of(b)) for a, b in pairs]
        whole, *drawn = [b - a for a, b in both if a is not None and b is not None] or [0.0]
        if drawn:
            found[name] = _interval(whole, drawn)
    return found


def _draws(found: Sequence[Counted]) -> Iterator[list[int]]:
    """Places of traces drawn anew, as many failed and as many good ones as there are."""
    rng = random.Random(SEED)
    failed, good = ([n for n, c in enumerate(found) if c.good is kind] for kind in (False, True))
    for _ in range(DRAWS):
        yield rng.choices(failed, k=len(failed)) + rng.choices(good, k=len(good))


def _interval(value: float, draws: Sequence[float]) -> Interval:
    ranked = sorted(draws)
    return Interval(value, ranked[int(TAIL * len(ranked))], ranked[-1 - int(TAIL * len(ranked))])


def calibration(found: Sequence[Scored], steps: int = 10) -> list[tuple[float, float, float, int]]:
    """Said and seen: for each tenth of the chances said, their mean, the share that failed, and how many."""
    said: dict[int, list[tuple[float, bool]]] = {}
    for scored in found:
        for chance in scored.chances:
            if chance is not None:
                step = min(int(chance * steps), steps - 1)
                said.setdefault(step, []).append((chance, not scored.trace.good))
    return [
        (step / steps, statistics.mean(c for c, _ in pairs), statistics.mean(f for _, f in pairs), len(pairs))
        for step, pairs in sorted(said.items())
    ]
