"""What the fit keeps of the offers: running sums over their best so far, and our last few asks.

One more offer costs the same whether it is the third or the three hundredth. The sums know no scale, so that
our first ask may come late; it decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

BETAS = (0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0)  # early movers first, late ones last
PATH_KEPT = 24
BESTS_KEPT = 3
ASKS_KEPT = 3


@dataclass(frozen=True, slots=True)
class Put:
    """One package on the table as a figure: in the deal's unit, or its score where the deal has issues."""

    at: datetime
    value: Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """What the sums are taken by: the talks' first and last moment, and 1 for more is better, -1 for less.

    Without a deadline there is no share of the time, with sign 0 nothing is better than anything.
    """

    opened: datetime
    deadline: datetime | None
    sign: int

    def share(self, at: datetime) -> float:
        """The share of the time that is spent at `at`, 0 to 1."""
        if self.deadline is None or self.deadline <= self.opened:
            return 1.0
        return min(max((at - self.opened) / (self.deadline - self.opened), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Sums:
    """Their offers and ours as the fit needs them.

    With d the way from their first offer to their best so far, in the unit of the offers, and g the share of
    its way that a curve has behind it: `moves` is the sum of d·g and `shares` that of g², for each curve.
    (That of d² is the same for all of them, and decides nothing.) `bests` are the best so far after each of
    their last three offers. `path`, the first and the newest of theirs, is there to begin anew when deadline
    or side change: exact up to `PATH_KEPT`.
    """

    measure: Measure | None = field(default=None, hash=False)
    count: int = 0
    path: tuple[Put, ...] = field(default=(), hash=False)
    bests: tuple[Decimal, ...] = ()  # with their number enough to tell most sums apart by
    moves: tuple[float, ...] = field(default=(), hash=False)
    shares: tuple[float, ...] = field(default=(), hash=False)
    first_ask: Decimal | None = field(default=None, hash=False)
    asks: tuple[Put, ...] = field(default=(), hash=False)


NONE = (0.0,) * len(BETAS)


def asked(sums: Sums, put: Put) -> Sums:
    """With one more ask of ours; one at the same moment as the last replaces it."""
    first = put.value if sums.first_ask is None else sums.first_ask
    before = sums.asks[:-1] if sums.asks and sums.asks[-1].at == put.at else sums.asks
    return replace(sums, first_ask=first, asks=(*before, put)[-ASKS_KEPT:])


def offered(sums: Sums, put: Put, measure: Measure) -> Sums:
    """With one more offer of theirs."""
    return _added(measured(sums, measure), put, measure)


def measured(sums: Sums, measure: Measure) -> Sums:
    """As they are if they were taken by this measure, else taken anew from the offers still kept."""
    if measure == sums.measure:
        return sums
    anew = Sums(measure=measure, first_ask=sums.first_ask, asks=sums.asks)
    for put in sums.path:
        anew = _added(anew, put, measure)
    return replace(anew, count=sums.count)


def _added(sums: Sums, put: Put, measure: Measure) -> Sums:
    path = (*sums.path, put)
    path = path if len(path) <= PATH_KEPT else (path[0], *path[2:])
    best = _better(sums.bests[-1], put.value, measure.sign) if sums.bests else put.value
    way, gone = float(best - path[0].value), _gone(measure.share(path[0].at), measure.share(put.at))
    return replace(
        sums,
        count=sums.count + 1,
        path=path,
        bests=(*sums.bests, best)[-BESTS_KEPT:],
        moves=tuple(s + way * g for s, g in zip(sums.moves or NONE, gone, strict=True)),
        shares=tuple(s + g * g for s, g in zip(sums.shares or NONE, gone, strict=True)),
    )


def _better(one: Decimal, other: Decimal, sign: int) -> Decimal:
    return max(one, other) if sign > 0 else min(one, other)


@lru_cache(maxsize=256)
def _gone(first: float, now: float) -> tuple[float, ...]:
    """The share of its way each curve that began at `first` has behind it `now`; 0 where no time was left.

    Remembered: several offers of one moment are tried for what they would change.
    """
    if first >= 1.0:
        return NONE
    return tuple((now**beta - first**beta) / (1.0 - first**beta) for beta in BETAS)
