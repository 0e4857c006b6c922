"""The fit: will their best reach my limit in time? Arithmetic on offers, limit, alternative and time.

It speaks where there are numbers, and is silent (None) otherwise. Nobody is shown its weight P: people see
`standing`. Rules 1 are the page's, rules 2 what calibration made of them (docs/measurements.md).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate

from dialogs.deal import Deal, Rules
from dialogs.sums import Measure, Sums, measured

LEAST_OFFERS = 3
HIGHEST, STEP = 100, 2  # X, where their best may end: 0, 2 … 100
SLACK = 2.0  # points their last word may lie below their best so far
NOISE = {1: 5.0, 2: 10.0}  # points by which offers scatter around a curve, by rules
LOW, HIGH = 0.05, 0.95
SPREAD = (0.25, 0.5, 0.25)  # low, likely, high
CLIP = 0.01
EPSILON = 1e-9
SMALLEST = Decimal("1e-20")  # between their first offer and our first ask, in the unit
FAR_OFF = 30.0  # log-odds: what lies farther below the best curve adds nothing
NEXT_TO_NOTHING = 1e-14

# Rules 2, tuned on simulated negotiations, either half checked by the other (docs/measurements.md). Log-odds:
AT_FIRST = -0.2
A_POINT_TO_GO = 0.03
AN_EDGE, MIDDLE = 0.017, 60  # a point by which the limit lies away from there on the scale
EDGE_UNKNOWN = 10.0  # points, where only what was said first tells where the scale ends
TIME_LEFT = -0.9  # times the logarithm of the share of time left, and a twentieth
THE_CURVES = 0.3  # times what rules 1 would say
OUR_GIVING = -0.45  # times the logarithm of the points we give in a fifth of the time, and one
OUR_END = 0.25  # times the root of the points by which our own asks head below the limit
FAR_BELOW = 20.0  # beyond these it makes no difference
A_FIFTH = 0.2
GIVEN_UNKNOWN, WHILE_OPEN = 2.0, 5.0  # points: fewer than two asks known; more where a word is awaited
STANDING_STILL = Decimal("0.5")  # points in their last two offers
WORTH_A_PAUSE = 1.05  # how much more than an even chance of failing it takes
LATE, LATE_EASE = 0.85, 0.28  # near the end a pause loses little


@dataclass(frozen=True, slots=True)
class Scale:
    """Scores: `zero` is the value at 0, `point` that of one point; more is better for my side.

    `given` says that the ends are those of the deal itself, not merely what was said first.
    """

    zero: Decimal
    point: Decimal
    given: bool = False

    def score(self, value: Decimal) -> Decimal:
        """A value of the deal's unit as a score."""
        return (value - self.zero) / self.point

    def value(self, score: int) -> Decimal:
        """A score as a value of the deal's unit."""
        return self.zero + self.point * score


POINTS = Scale(Decimal(0), Decimal(1), given=True)
POINTS_OF_A_BUYER = Scale(Decimal(100), Decimal(-1), given=True)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the fit makes of the offers.

    `p` (0–1) is the weight of their best staying short of the limit, by which levels go; `p_fail` the chance
    that there is no good deal; `low` and `high` bound where their best will be by the deadline, in the unit,
    `low` the one that is worse for my side.
    """

    p: float
    p_fail: float
    low: Decimal
    high: Decimal


Bars = tuple[tuple[float, Decimal], ...]  # weight and value


def measure(deal: Deal) -> Measure:
    """What the deal's sums are taken by."""
    return Measure(deal.opened, deal.deadline, _sign(deal))


def _sign(deal: Deal) -> int:
    return 1 if deal.side == "seller" else -1 if deal.side == "buyer" else 0


def scale_of(deal: Deal) -> Scale | None:
    """Points as they are (100 − value for a buyer); else 0 is their first offer, 100 our first ask.

    Until we ask, the target stands for it. None without a side, and where our ask is not beyond their offer.
    """
    sign, sums = _sign(deal), deal.sums
    if not sign or not sums.path:
        return None
    if deal.unit == "points":
        return POINTS if sign > 0 else POINTS_OF_A_BUYER
    ask = deal.target if sums.first_ask is None else sums.first_ask
    zero = sums.path[0].value
    if ask is None or (ask - zero) * sign < SMALLEST:
        return None
    return Scale(zero, (ask - zero) / 100)


def floors(deal: Deal, at: datetime) -> Bars:
    """What a deal must reach to be worth having, each value with its weight; none where nothing says it.

    The limit, or a firm alternative that is better for my side; without a limit the alternative. A hope and
    an alternative that has expired move nothing.
    """
    limit, values = deal.limit, _alternative(deal, at)
    if limit is not None:
        firm = deal.alternative is not None and deal.alternative.firmness == "firm"
        better = max if deal.side == "seller" else min
        values = tuple(better(value, limit) for value in values) if firm and values else (limit,)
    return tuple(zip(SPREAD if len(values) > 1 else (1.0,), values, strict=False))


def _alternative(deal: Deal, at: datetime) -> tuple[Decimal, ...]:
    known = deal.alternative
    if known is None or known.firmness == "hope" or (known.expires is not None and at >= known.expires):
        return ()
    if known.value is not None:
        return (known.value,)
    spread = (known.low, known.likely, known.high)
    return tuple(v for v in spread if v is not None) if None not in spread else ()


def outlook(deal: Deal, at: datetime) -> Outlook | None:
    """What the fit says at `at`; None where it is silent."""
    seen = view(deal, at)
    return seen.outlook(_sums(deal)) if seen else None


@dataclass(frozen=True, slots=True)
class View:
    """What offers are held against at one moment: one more offer of theirs leaves all of it as it is."""

    scale: Scale
    bars: Bars
    t: float
    rules: Rules

    def outlook(self, sums: Sums) -> Outlook | None:
        """What the fit makes of these offers; None where no curve can have led to them."""
        return _outlook(sums, self.scale, self.bars, self.t, self.rules)


def view(deal: Deal, at: datetime) -> View | None:
    """What the deal's offers are held against at `at`; None where the fit is silent."""
    if deal.sums.count < LEAST_OFFERS:
        return None
    bars, scale, t = floors(deal, at), scale_of(deal), deal.share_spent(at)
    return None if not bars or scale is None or t is None else View(scale, bars, t, deal.rules)


def _sums(deal: Deal) -> Sums:
    """The deal's sums, taken anew if its deadline or side is another one since."""
    known = deal.sums.measure
    if known is not None and known.deadline == deal.deadline and known.sign == _sign(deal):
        return deal.sums
    return measured(deal.sums, measure(deal))


@lru_cache(maxsize=512)
def _outlook(sums: Sums, scale: Scale, bars: Bars, t: float, rules: Rules) -> Outlook | None:
    """Remembered: one turn asks several times, for the level, the reasons and what would change them."""
    ends = _ends(sums, scale, NOISE[rules])
    if ends is None:
        return None
    scores = [(weight, float(scale.score(bar))) for weight, bar in bars]
    short = [(weight, bar, ends.below(bar)) for weight, bar in scores]
    p, p_fail = _rules_1(short, t) if rules == 1 else _rules_2(short, t, sums, scale)
    return Outlook(p, p_fail, scale.value(ends.low), scale.value(ends.high))


def _rules_1(short: list[tuple[float, float, float]], t: float) -> tuple[float, float]:
    p = sum(weight * chance for weight, _, chance in short)
    return p, _logistic(0.83 + 0.60 * _logit(p) + 0.96 * t)


def _rules_2(
    short: list[tuple[float, float, float]], t: float, sums: Sums, scale: Scale
) -> tuple[float, float]:
    """The curves' word beside what is to go, what time is left, and where our own asks lead.

    A curve reassures only while they move. What is on the table already cannot stay short. Nobody offers
    more than is asked: where our asks head below the limit, a deal at them would be no good one.
    """
    best = float(scale.score(sums.bests[-1]))
    still = abs(sums.bests[-1] - sums.bests[0]) <= STANDING_STILL * abs(scale.point)
    given, end = _our_way(sums, scale)
    always = AT_FIRST + TIME_LEFT * math.log(max(1.05 - t, 0.05)) + OUR_GIVING * math.log1p(given)
    late = LATE_EASE if t >= LATE - EPSILON else 0.0
    p = p_fail = 0.0
    for weight, bar, chance in short:
        curves = max(_logit(chance), 0.0) if still and bar > best + EPSILON else _logit(chance)
        edge = abs(bar - MIDDLE) if scale.given else EDGE_UNKNOWN
        odds = always + A_POINT_TO_GO * (bar - best) + AN_EDGE * edge + THE_CURVES * curves
        odds += OUR_END * math.sqrt(min(max(bar - end, 0.0), FAR_BELOW))
        p_fail += weight * _logistic(odds)
        p += weight * _logistic(odds - WORTH_A_PAUSE + late) * (bar > best + EPSILON)
    return p, p_fail


def _our_way(sums: Sums, scale: Scale) -> tuple[float, float]:
    """The points we give in a fifth of the time, and what we will ask at the deadline if we go on so.

    An ask stands until they have answered it, which the offer before their last one shows. While their
    answer is open, or ours, the giving is taken kindly.
    """
    asks, measure = sums.asks, sums.measure
    ask = float(scale.score(asks[-1].value)) if asks else math.inf
    if len(asks) < 2 or measure is None:
        return GIVEN_UNKNOWN, ask
    stood = max(asks[-1].at, sums.path[-2].at)
    since, until = measure.share(asks[0].at), measure.share(stood)
    if until <= since:
        return GIVEN_UNKNOWN, ask
    pace = max(float((asks[0].value - asks[-1].value) / scale.point), 0.0) / (until - since)
    ours_open = sums.path[-2].at <= asks[-1].at < sums.path[-1].at
    theirs_open = asks[-2].at >= sums.path[-1].at
    kindly = WHILE_OPEN if ours_open or theirs_open else 0.0
    return A_FIFTH * pace + kindly, ask - pace * (1.0 - until)


@dataclass(frozen=True, slots=True)
class Way:
    """The sums in points: all that the curves are held against."""

    moves: tuple[float, ...]
    shares: tuple[float, ...]
    first: float
    best: float


@dataclass(frozen=True, slots=True)
class Ends:
    """Where their best may end: each X with the chance of ending at it or below, and two bounds."""

    scores: tuple[int, ...]
    chances: tuple[float, ...]
    low: int
    high: int

    def below(self, bar: float) -> float:
        """The chance of ending below `bar`."""
        number = bisect_left(self.scores, bar - EPSILON)
        return self.chances[number - 1] if number else 0.0


def _ends(sums: Sums, scale: Scale, noise: float) -> Ends | None:
    """The curves' word; None where every X is impossible, or no time was left when they began."""
    if sums.measure is None or sums.measure.share(sums.path[0].at) >= 1.0:
        return None
    point = float(scale.point)
    way = Way(
        moves=sums.moves if point == 1.0 else tuple([moved / point for moved in sums.moves]),
        shares=sums.shares,
        first=float(scale.score(sums.path[0].value)),
        best=float(scale.score(sums.bests[-1])),
    )
    return _posterior(way, noise)


@lru_cache(maxsize=512)
def _posterior(way: Way, noise: float) -> Ends | None:
    """Gaussian noise around x(t) = first + (X − first)·g(t) for every curve and X, all equally likely before.

    Remembered for the offers it came from: it is asked for at every turn, and changes with them alone.
    """
    scores = tuple([x for x in range(0, HIGHEST + 1, STEP) if x >= way.best - SLACK - EPSILON])
    if not scores:
        return None
    wide, curves = -0.5 / (noise * noise), tuple(zip(way.moves, way.shares, strict=True))
    peaks = [_nearest(scores, way.first, moved, share) for moved, share in curves]
    logs = [
        ((scores[at] - way.first) * share - 2 * moved) * (scores[at] - way.first) * wide
        for at, (moved, share) in zip(peaks, curves, strict=True)
    ]
    top, weights = max(logs), [0.0] * len(scores)
    for at, log, (moved, share) in zip(peaks, logs, curves, strict=True):
        if log > top - FAR_OFF:
            d = scores[at] - way.first
            steps = (STEP * share, 2 * moved - 2 * share * d, wide * STEP)
            _add_bell(weights, at, math.exp(log - top), steps)
    return _summed(scores, weights)


def _nearest(scores: tuple[int, ...], first: float, moved: float, share: float) -> int:
    """The place of the X at which one curve fits best."""
    if share <= 0.0:
        return 0
    return min(max(round((first + moved / share - scores[0]) / STEP), 0), len(scores) - 1)


def _add_bell(weights: list[float], at: int, peak: float, steps: tuple[float, float, float]) -> None:
    """Add one curve's bell, from its peak to either side: step by step its factor shrinks evenly."""
    bend, slope, wide = steps
    shrink, weights[at] = math.exp(2 * wide * bend), weights[at] + peak
    for way, places in ((1, range(at + 1, len(weights))), (-1, range(at - 1, -1, -1))):
        weight, factor = peak, math.exp(min(wide * (bend - way * slope), FAR_OFF))
        for place in places:
            weight *= factor
            if weight < NEXT_TO_NOTHING:
                break
            weights[place] += weight
            factor *= shrink


def _summed(scores: tuple[int, ...], weights: list[float]) -> Ends:
    whole = sum(weights)
    chances = tuple(accumulate([weight / whole for weight in weights]))
    low, high = (scores[min(bisect_left(chances, s - EPSILON), len(scores) - 1)] for s in (LOW, HIGH))
    return Ends(scores, chances, low, high)


def _logit(p: float) -> float:
    kept = min(max(p, CLIP), 1 - CLIP)
    return math.log(kept / (1 - kept))


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-min(max(odds, -FAR_OFF), FAR_OFF)))
