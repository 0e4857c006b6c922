"""What a benchmark says: figures with their spread over the rounds, beside the goal each was given."""

import operator
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

ROUNDS = 5
HOLDS = {"<": operator.lt, ">=": operator.ge}


@dataclass(frozen=True, slots=True)
class Goal:
    """`value` is to be less than, or at least, `bound`."""

    sign: str
    bound: float

    def met(self, value: float) -> bool:
        return bool(HOLDS[self.sign](value, self.bound))

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: the median of the rounds, the lowest and the highest of them."""

    what: str
    unit: str
    median: float
    low: float
    high: float
    goal: Goal | None = None

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "met" if self.goal.met(self.median) else "MISSED"

    def record(self) -> dict[str, Any]:
        """For machines."""
        goal = str(self.goal) if self.goal else None
        return {**asdict(self), "goal": goal, "met": self.goal.met(self.median) if self.goal else None}


def figure(what: str, unit: str, values: Sequence[float], goal: Goal | None = None) -> Figure:
    """The figure behind the values of the rounds."""
    return Figure(what, unit, statistics.median(values), min(values), max(values), goal)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]


def table(sections: Mapping[str, Sequence[Figure]]) -> str:
    """All figures for a reader, a paragraph a section."""
    lines = []
    for title, figures in sections.items():
        lines += ["", title, f"  {'':58}{'median':>10} {'low':>9} {'high':>9}  {'unit':<8}{'goal':<10}"]
        lines += [_line(each) for each in figures]
    return "\n".join(lines)


def _line(each: Figure) -> str:
    numbers = f"{_short(each.median):>10} {_short(each.low):>9} {_short(each.high):>9}"
    goal = "" if each.goal is None else str(each.goal)
    return f"  {each.what:<58}{numbers}  {each.unit:<8}{goal:<10}{each.verdict}".rstrip()


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
