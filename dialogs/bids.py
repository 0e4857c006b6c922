"""The offer of theirs that would lower the level, where the prices hold it: tried by the same rules.

It looks between what is on the table and what must be reached, in round figures, and promises nothing that
it has not tried. The time stands still meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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
    view = fit.view(deal, at)
    if view is None or not figures:
        return
    bids = _Bids(deal, view, facts, level, at)
    first, last, most = 0, len(figures) - 1, bids.tried(figures[-1])
    while most is not None and first < last:
        middle = (first + last) // 2
        found = bids.tried(figures[middle])
        first, last, most = (first, middle, found) if found else (middle + 1, last, most)
    if most is not None:
        yield Change("offer", 0, *most, figures[last])


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


@dataclass(slots=True)
class _Bids:
    """Offers of theirs, tried one by one; those the rules cannot tell apart are tried once."""

    deal: Deal
    view: fit.View
    facts: Facts
    level: Level
    at: datetime
    led: dict[int | None, tuple[int, Level] | None] = field(default_factory=dict)

    def tried(self, value: Decimal) -> tuple[int, Level] | None:
        """After how many check-ins such an offer, with nothing else new, leads lower, and where to."""
        put = sums.offered(self.deal.sums, sums.Put(self.at, value), fit.measure(self.deal))
        seen = self.view.outlook(put)
        p = seen.p if seen else None
        band = levels.band(p)
        if band not in self.led:
            self.led[band] = self._led(replace(self.facts, p=p))
        return self.led[band]

    def _led(self, facts: Facts) -> tuple[int, Level] | None:
        latches = levels.risen(self.deal.coach.latches, facts)
        for count in range(1, MOST_CHECK_INS + 1):
            weights = grounds.seen_by_fit(facts.grounds, facts.p)
            facts = replace(
                facts,
                grounds=grounds.updated(weights, {}, fit_speaks=facts.p is not None),
                checked_in_since_return=self.deal.coach.returns > 0,
            )
            latches = levels.checked(latches, facts)
            if (lower := levels.level(latches, facts)) < self.level:
                return count, lower
        return None
