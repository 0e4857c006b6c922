"""The engine of answers: one CUSUM in log-odds a ground, moved once a check-in (rules 1).

It decides how much each ground weighs; it refuses to know about people, words or time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Ground = Literal["V", "C", "K", "M", "A", "P", "S"]

SUMMED: tuple[Ground, ...] = ("V", "C", "K", "M", "P", "S")
COUNTED: tuple[Ground, ...] = ("V", "C", "K", "M", "A", "P")  # S slows decisions, it never adds to them
FADE: Mapping[Ground, float] = {"V": 1.0, "C": 0.95, "K": 0.95, "M": 0.95, "P": 0.95, "S": 0.95}
WEIGHT = (-0.35, 0.0, 0.9, 1.6)  # log-odds of the worst answer 0, 1, 2, 3
A_STATE = (0.0, 0.3, 1.0, 2.6)  # the alternative is a state, not a sum
A_BOUNDS = (
    0.60,
    0.74,
    0.85,
)  # of the fit's weight (levels.P_BOUNDS): below the first 0, then one state higher each
CAP = 4.0
CAP_K_SILENT, CAP_K_WITH_FIT = 3.0, 2.0  # stalling is normal before a deadline
ACTIVE = 0.9
HALVED_BY_RETURN: tuple[Ground, ...] = ("C", "K", "M", "P")
SINGLE_THREE: tuple[Ground, ...] = ("C", "P", "V")
SINGLE_THREE_LASTS = 2  # check-ins, the one it was given in included

Answers = Mapping[str, int]  # question key -> 0…3, the answers of one check-in


@dataclass(frozen=True, slots=True)
class Grounds:
    """Sums in log-odds, 0 to `CAP`.

    `raisers` are the questions that ever raised V; `threes` how many check-ins a single 3 still counts.
    """

    sums: Mapping[Ground, float] = field(default_factory=dict)
    alternative: int = 0
    from_fit: int = 0
    raisers: frozenset[str] = frozenset()
    threes: Mapping[Ground, int] = field(default_factory=dict)

    def __getitem__(self, ground: Ground) -> float:
        if ground == "A":
            return A_STATE[max(self.alternative, self.from_fit)]
        return self.sums.get(ground, 0.0)

    @property
    def total(self) -> float:
        """V + C + K + M + A + P."""
        of = self.sums.get  # spelled out: it is asked for a dozen times a turn
        return self["A"] + of("V", 0.0) + of("C", 0.0) + of("K", 0.0) + of("M", 0.0) + of("P", 0.0)

    @property
    def active(self) -> frozenset[Ground]:
        """The grounds at 0.9 or more, S left out."""
        return frozenset(ground for ground in COUNTED if self[ground] >= ACTIVE - 1e-9)

    def single_three(self, ground: Ground) -> bool:
        """Whether one answer of 3 still speaks for this ground by itself."""
        return self.threes.get(ground, 0) > 0


def updated(grounds: Grounds, answers: Mapping[Ground, Answers], *, fit_speaks: bool = False) -> Grounds:
    """The grounds after a check-in whose answers (not-sure ones left out) are given by ground."""
    raisers = grounds.raisers | {key for key, value in answers.get("V", {}).items() if value >= 2}
    sums = {
        ground: _moved(ground, grounds[ground], answers.get(ground, {}), raisers, fit_speaks=fit_speaks)
        for ground in SUMMED
    }
    alternative = max(answers.get("A", {}).values(), default=grounds.alternative)
    threes = {g: left for g in SINGLE_THREE if (left := _three(grounds.threes.get(g, 0), answers.get(g, {})))}
    return replace(grounds, sums=sums, alternative=alternative, raisers=raisers, threes=threes)


def seen_by_fit(grounds: Grounds, p: float | None) -> Grounds:
    """The grounds with what the fit says of the alternative; nothing where it is silent (None)."""
    state = 0 if p is None else sum(p >= bound - 1e-9 for bound in A_BOUNDS)
    return grounds if state == grounds.from_fit else replace(grounds, from_fit=state)


def returned(grounds: Grounds) -> Grounds:
    """After a strategic pause: C, K, M and P are halved, V stays, a single 3 is spent."""
    sums = {g: s / 2 if g in HALVED_BY_RETURN else s for g, s in grounds.sums.items()}
    return replace(grounds, sums=sums, threes={})


def _moved(
    ground: Ground, value: float, answers: Answers, raisers: frozenset[str], *, fit_speaks: bool
) -> float:
    if not answers:
        return FADE[ground] * value
    weight = WEIGHT[max(answers.values())]
    if ground == "V" and weight < 0 and not raisers <= answers.keys():
        weight = 0.0  # an old breach is not excused by reassurance about something else
    return min(max(FADE[ground] * value + weight, 0.0), cap(ground, fit_speaks=fit_speaks))


def cap(ground: Ground, *, fit_speaks: bool) -> float:
    """The most a ground may weigh, in log-odds."""
    if ground != "K":
        return CAP
    return CAP_K_WITH_FIT if fit_speaks else CAP_K_SILENT


def _three(left: int, answers: Answers) -> int:
    if answers:
        return SINGLE_THREE_LASTS if max(answers.values()) == 3 else 0
    return max(left - 1, 0)
