"""The offer of theirs that would lower the level, where the prices hold it: tried by the same rules.

It looks between what is on the table and what must be reached, in round figures, and promises nothing that
it has not tried. The time stands still meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from dialogs import fit, grounds, levels, sums
from dialogs.deal import Deal
from dialogs.effect import Change
from dialogs.levels import Facts, Level

MOST_CHECK_INS = 3
ROUND_STEPS = 10  # at least so many round figures between their best and what they must reach


def lowering(deal: Deal, facts: Facts, level: Level) -> Iterator[Change]:
    """The least round offer of theirs, and how many check-ins after it, that lead below `level`."""
    at = deal.last_event or deal.opened
    bars = fit.floors(deal, at)
    if facts.p is None or not bars or not levels.by_fit(level, facts):
        return
    figures = _round(deal, max((bar for _, bar in bars), key=lambda bar: bar * _sign(deal)))
    if not figures or (most := _tried(deal, facts, figures[-1], level, at)) is None:
        return
    first, last = 0, len(figures) - 1
    while first < last:
        middle = (first + last) // 2
        found = _tried(deal, facts, figures[middle], level, at)
        first, last, most = (first, middle, found) if found else (middle + 1, last, most)
    yield most


def _sign(deal: Deal) -> int:
    return 1 if deal.side == "seller" else -1


def _round(deal: Deal, bar: Decimal) -> tuple[Decimal, ...]:
    """Round figures better than their best, the nearest first; the last is what must be reached."""
    sign, best = _sign(deal), deal.sums.bests[-1]
    way = (bar - best) * sign
    if way <= 0:
        return ()
    step = Decimal(1).scaleb(way.adjusted())
    step = step if way / step >= ROUND_STEPS else step / ROUND_STEPS
    first = (best * sign / step + 1).to_integral_value(ROUND_CEILING) * step
    count = int(max((bar * sign - first) / step, Decimal(0)).to_integral_value(ROUND_CEILING))
    return (*((first + n * step) * sign for n in range(count)), bar)


def _tried(deal: Deal, facts: Facts, value: Decimal, level: Level, at: datetime) -> Change | None:
    """What an offer of `value` now leads to, and so many check-ins with nothing else new."""
    put = sums.offered(deal.sums, sums.Put(at, value), fit.measure(deal))
    seen = fit.outlook(replace(deal, sums=put), at)
    facts = replace(facts, p=seen.p if seen else None)
    latches = levels.risen(deal.coach.latches, facts)
    for count in range(1, MOST_CHECK_INS + 1):
        weights = grounds.seen_by_fit(facts.grounds, facts.p)
        facts = replace(
            facts,
            grounds=grounds.updated(weights, {}, fit_speaks=seen is not None),
            checked_in_since_return=deal.coach.returns > 0,
        )
        latches = levels.checked(latches, facts)
        if (lower := levels.level(latches, facts)) < level:
            return Change("offer", 0, count, lower, value)
    return None
