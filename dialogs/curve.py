"""The offers of both sides over time, as a picture and as a table; where theirs may end, by the fit.

It shows what is on the log, corrections included, and promises nothing: the range is the fit's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dialogs import fit, history, standing
from dialogs.deal import Deal
from dialogs.drawing import Curve, Move, OffersDrawn
from dialogs.events import DealEvent, Offered
from dialogs.turns import about

MOST_MOMENTS = 19  # a line chart takes twenty, the last of them for the deadline
MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class _Told:
    at: datetime
    theirs: Decimal | None
    ours: Decimal | None


def drawn(deal: Deal, log: Sequence[DealEvent], at: datetime) -> OffersDrawn:
    """The picture for the owner: with their own limit and goal, and the range that the fit gives."""
    moves = tuple(_moves(log))
    seen = fit.outlook(deal, at)
    ahead = deal.deadline if deal.deadline is not None and deal.deadline > at else None
    return OffersDrawn(
        **about(deal),
        to=deal.owner,
        unit=deal.unit,
        moves=moves[-MOST_ROWS:],
        left_out=max(0, len(moves) - MOST_ROWS),
        curve=curve(
            moves, ends=(_about(seen.low), _about(seen.high)) if seen and ahead else None, until=ahead
        ),
        limit=deal.limit,
        target=deal.target,
        arithmetic=standing.arithmetic(deal, at),
    )


def _about(value: Decimal) -> Decimal:
    """To three digits: the range is no more exact than that."""
    return Decimal(f"{value:.3g}")


def _moves(log: Iterable[DealEvent]) -> Iterator[Move]:
    """All offers that count, in order; once figures are in another unit those before say nothing any more."""
    offers = list[Move]()
    for step in history.folded(log):
        if step.after.issues != step.before.issues:
            offers.clear()
        if isinstance(step.entry, Offered):
            offers.append(Move(step.entry.at, step.entry.side, step.entry.value))
    yield from offers


def curve(
    moves: Sequence[Move], ends: tuple[Decimal, Decimal] | None = None, until: datetime | None = None
) -> Curve | None:
    """Both sides as lines of as many points: a side that says nothing stays where it is. None: too few.

    Sides that spoke later begin where they first spoke; a long talk is thinned, its first and last kept.
    """
    theirs = [move for move in moves if move.by == "them"]
    if len(moves) < 2 or not theirs:
        return None
    told, last = list[_Told](), _Told(moves[0].at, None, None)
    for move in moves:
        value = move.value
        last = _Told(move.at, value, last.ours) if move.by == "them" else _Told(move.at, last.theirs, value)
        told.append(last)
    both = [each for each in told if each.theirs is not None and each.ours is not None]
    kept = _thinned(both if len(both) > 1 else [each for each in told if each.theirs is not None])
    ours = tuple(each.ours for each in kept if each.ours is not None)
    line = tuple(each.theirs for each in kept if each.theirs is not None)
    ranged = ends if until is not None else None
    return Curve(
        moments=tuple(each.at for each in kept),
        theirs=line,
        ours=ours if len(ours) == len(line) else (),
        ends=ranged,
        until=until if ranged else None,
    )


def _thinned(told: Sequence[_Told]) -> list[_Told]:
    """At most so many, evenly, with the first and the last."""
    if len(told) <= MOST_MOMENTS:
        return list(told)
    step = (len(told) - 1) / (MOST_MOMENTS - 1)
    return [told[round(number * step)] for number in range(MOST_MOMENTS)]
