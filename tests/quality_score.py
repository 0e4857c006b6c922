"""Scores of a rule over many traces: precision, recall, false alarms, time saved, and how sure they are.

An alarm on a deal that did not become a good one is a hit, with the share of the time it would have saved; a
bad paper stopped by the gate is a hit that saves none. Intervals come from drawing the traces anew.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.quality_traces import Scored

DRAWS, SEED, TAIL = 400, 20261123, 0.05


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
        errors=sum((chance - failed) ** 2 for chance in scored.chances),
        spoken=len(scored.chances),
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


def intervals(found: Sequence[Counted]) -> dict[str, Interval]:
    """Each figure of the score with its interval; the draws are seeded."""
    rng, whole = random.Random(SEED), score(found)
    failed, good = [c for c in found if not c.good], [c for c in found if c.good]
    draws = [score(rng.choices(failed, k=len(failed)) + rng.choices(good, k=len(good))) for _ in range(DRAWS)]
    figures: dict[str, Callable[[Score], float | None]] = {
        "precision": lambda s: s.precision,
        "recall": lambda s: s.recall,
        "false_alarms": lambda s: s.false_alarms,
        "saved": lambda s: s.saved,
        "brier": lambda s: s.brier,
    }
    return {
        name: _interval(value, [v for draw in draws if (v := of(draw)) is not None])
        for name, of in figures.items()
        if (value := of(whole)) is not None
    }


def _interval(value: float, draws: Sequence[float]) -> Interval:
    ranked = sorted(draws)
    return Interval(value, ranked[int(TAIL * len(ranked))], ranked[-1 - int(TAIL * len(ranked))])


def calibration(found: Sequence[Scored], steps: int = 10) -> list[tuple[float, float, float, int]]:
    """Said and seen: for each tenth of the chances said, their mean, the share that failed, and how many."""
    said: dict[int, list[tuple[float, bool]]] = {}
    for scored in found:
        for chance in scored.chances:
            said.setdefault(min(int(chance * steps), steps - 1), []).append((chance, not scored.trace.good))
    return [
        (step / steps, statistics.mean(c for c, _ in pairs), statistics.mean(f for _, f in pairs), len(pairs))
        for step, pairs in sorted(said.items())
    ]
