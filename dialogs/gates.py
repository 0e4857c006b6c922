"""The gates: acceptance before a yes, exit before a walk-away, the red line always.

They decide what stops and say which; they refuse to weigh a breach against a price.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from dialogs.deal import Deal, Tried
from dialogs.decisions import Short, Untried
from dialogs.event import Event
from dialogs.events import AboutToSign, AboutToWalk, RedLineConfirmed
from dialogs.held import Term
from dialogs.issues import Issue, Named, crossing

Gate = Literal["red_line", "below_limit", "must_have", "beats_alternative", "nothing_tried"]

WORRYING = 2
COUNTS_AS_TRIED: frozenset[Tried] = frozenset({"named_behaviour", "final_offer", "final_offer_refused"})


def gates(deal: Deal, event: Event) -> tuple[Gate, ...]:
    """The gates that hold at this event, in a fixed order."""
    red: tuple[Gate, ...] = ("red_line",) if red_line_confirmed(deal) else ()
    if isinstance(event, AboutToSign):
        return red + acceptance(deal, event.value, event.must_haves, event.package)
    if isinstance(event, AboutToWalk):
        return red + leaving(deal)
    return red


def fired(deal: Deal, event: Event) -> bool:
    """Whether this very event made a gate speak."""
    if isinstance(event, AboutToWalk):
        return bool(leaving(deal))
    return isinstance(event, RedLineConfirmed) or (
        isinstance(event, AboutToSign) and bool(gates(deal, event))
    )


def acceptance(
    deal: Deal, value: Decimal | None, terms: Sequence[Term], package: Named = ()
) -> tuple[Gate, ...]:
    """What stops a yes to this package, red lines aside. A must-have partly met passes, with a warning."""
    found: list[Gate] = []
    if short(deal, value, package):
        found.append("below_limit")
    if "not" in terms:
        found.append("must_have")
    return tuple(found)


def leaving(deal: Deal) -> tuple[Gate, ...]:
    """What speaks against leaving now. A confirmed red line silences "but the price is good"."""
    found: list[Gate] = []
    best, limit = deal.their_best, deal.limit
    if (
        best is not None
        and limit is not None
        and not red_line_confirmed(deal)
        and falls_short(deal, limit, best)
    ):
        found.append("beats_alternative")
    if not tried(deal):
        found.append("nothing_tried")
    return tuple(found)


def short(deal: Deal, value: Decimal | None, package: Named = ()) -> tuple[Short, ...]:
    """The figures on the wrong side of a limit: the deal's own, then those of its issues."""
    found: list[Short] = []
    if value is not None and deal.limit is not None and falls_short(deal, value, deal.limit):
        found.append(beside(deal, value, deal.limit))
    return (*found, *(_beyond(issue, told) for issue, told in crossing(deal.issues, package)))


def _beyond(issue: Issue, value: Decimal) -> Short:
    limit = value if issue.limit is None else issue.limit
    return Short(value, limit, abs(value - limit), above=value > limit, issue=issue.name, unit=issue.unit)


def beside(deal: Deal, value: Decimal, limit: Decimal) -> Short:
    """A figure beside the walk-away point."""
    return Short(value, limit, abs(value - limit), above=value > limit, unit=deal.unit)


def untried(deal: Deal) -> tuple[Untried, ...]:
    """What could still be tried before leaving; to name or to ask only where there is something to."""
    done, found = deal.coach.tried, list[Untried]()
    if "named_behaviour" not in done and _told_of(deal, "tone"):
        found.append("name_behaviour")
    if "asked_for_time" not in done and _told_of(deal, "pressure"):
        found.append("ask_for_time")
    if red_line_confirmed(deal) and not any(line.cure_attempted for line in deal.red_lines if line.confirmed):
        found.append("cure")
    if not deal.coach.paused_and_returned:
        found.append("pause")
    if "final_offer" not in done and "final_offer_refused" not in done:
        found.append("final_offer")
    return tuple(found)


def _told_of(deal: Deal, question: str) -> bool:
    return any(e.question == question and e.value >= WORRYING for e in deal.coach.evidence)


def falls_short(deal: Deal, value: Decimal, bound: Decimal) -> bool:
    """Whether `value` is worse for my side than `bound`; never without a side."""
    if deal.side == "seller":
        return value < bound
    return deal.side == "buyer" and value > bound


def red_line_confirmed(deal: Deal) -> bool:
    """Whether a breach of a non-negotiable stands."""
    return bool(deal.red_lines) and any(line.confirmed for line in deal.red_lines)


def tried(deal: Deal) -> bool:
    """Whether something was tried: a pause returned from, a final offer made, a behaviour named."""
    return deal.coach.paused_and_returned or not COUNTS_AS_TRIED.isdisjoint(deal.coach.tried)
