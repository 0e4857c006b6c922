"""The quality of advice for the benchmark: figures of `tests.quality`, those with a goal and their rivals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from tests.bench_figures import Figure, Goal
from tests.quality import measured
from tests.quality_score import Interval
from tests.quality_traces import SAMPLE

SHOWN = {"precision": "precision", "recall": "recall", "false_alarms": "false alarms", "saved": "time saved"}
GOALS = {
    "precision": Goal(">=", 0.93),
    "recall": Goal(">=", 0.75),
    "false_alarms": Goal("<", 0.08),
    "saved": Goal(">=", 0.30),
}
ENOUGH_FALSE_ALARMS, ENOUGH_BRIER = Goal("<", 0.16), Goal("<", 0.16)
SIXTH = 1  # place of the share by the sixth check-in
RIVALS = {
    "coach, pause": "a pause by the 6th check-in",
    "two of 2 or 3 in one check-in": "two of 2–3 in one check-in",
    "three check-ins with a 2 or 3": "a 2–3 in three check-ins",
}


def figures(file: Path, streams: int = 200) -> list[Figure]:
    """Each with its interval in place of the lowest and highest round; the small sample is given no goals."""
    found = measured(file, streams)
    every = [*_rules(found["rules"]), *_noise(found["noise"]), *_conduct(found["conduct"])]
    return every if file != SAMPLE else [replace(each, goal=None) for each in every]


def _rules(rules: Mapping[str, Mapping[str, Interval]]) -> Iterator[Figure]:
    for name, each in rules.items():
        for key, shown in SHOWN.items():
            goal = GOALS[key] if name == "rules 2" else None
            yield _figure(f"{name}, {shown}", each[key], goal)
        if "brier" in each:
            yield _figure(f"{name}, Brier", each["brier"], ENOUGH_BRIER if name == "rules 2" else None)


def _noise(noise: Mapping[str, Mapping[str, Interval]]) -> Iterator[Figure]:
    for name, each in noise.items():
        goal = ENOUGH_FALSE_ALARMS if name == "rules 2" else None
        yield _figure(f"{name}, 5 points of noise, false alarms", each["false_alarms"], goal)


def _conduct(conduct: Mapping[str, Mapping[str, list[Interval]]]) -> Iterator[Figure]:
    for stream, each in conduct.items():
        for rival, shown in RIVALS.items():
            yield _figure(f"{stream}: {shown}", each[rival][SIXTH])


def _figure(what: str, each: Interval, goal: Goal | None = None) -> Figure:
    return Figure(what, "", each.value, each.low, each.high, goal)
