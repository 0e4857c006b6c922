"""The arithmetic people see: how far they came in what time, how far it still is, what time is left.

Every figure can be checked with a pencil against the offers as they were typed. It is silent where there is
nothing to say, and never shows how likely anything is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from dialogs import fit, levels
from dialogs.deal import Deal
from dialogs.figures import Arithmetic, Span
from dialogs.record import facts_of, level_of
from dialogs.sums import measured

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
IN_DAYS = timedelta(days=2)  # shorter spans are told in hours


def arithmetic(deal: Deal, at: datetime) -> Arithmetic | None:
    """The arithmetic at `at`; None without a side, or with fewer than two of their offers."""
    sums = deal.sums
    if deal.side not in ("seller", "buyer") or len(sums.path) < 2:
        return None
    first, best = sums.path[0], measured(sums, fit.measure(deal)).bests[-1]
    sign = 1 if deal.side == "seller" else -1
    bar = _bar(deal, at)
    return Arithmetic(
        unit=deal.unit,
        first=first.value,
        best=best,
        moved=(best - first.value) * sign,
        since=_span(at - first.at),
        to_go=None if bar is None else (bar - best) * sign,
        against="" if bar is None else "limit" if bar == deal.limit else "plan_b",
        left=_left(deal, at),
        short=levels.by_fit(level_of(deal), facts_of(deal, at)),
        passed=deal.deadline is not None and deal.deadline <= at,
    )


def _bar(deal: Deal, at: datetime) -> Decimal | None:
    """What they must reach; of a plan B told as low, likely and high the likely one."""
    bars = fit.floors(deal, at)
    return bars[len(bars) // 2][1] if bars else None


def _left(deal: Deal, at: datetime) -> Span | None:
    left = deal.time_left(at)
    return None if left is None or left <= timedelta(0) else _span(left)


def _span(span: timedelta) -> Span:
    return Span(span // DAY, "day") if span >= IN_DAYS else Span(span // HOUR, "hour")
