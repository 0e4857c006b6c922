"""What decisions make of the deal: the paper and its gates, who agreed to go on, red lines put to the test.

It folds what is on the record; what is asked and said about it is decided in `deciding` and `breaches`.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs import gates, limits
from dialogs.deal import Deal
from dialogs.decisions import (
    FinalOfferBuilt,
    GateWaived,
    PaperRead,
    RedLineTested,
    SignedAlready,
    WaitChosen,
)
from dialogs.events import AboutToSign
from dialogs.held import FinalOffer, Paper, Waiver

Decided = AboutToSign | PaperRead | GateWaived | WaitChosen | SignedAlready | RedLineTested | FinalOfferBuilt


def decided(deal: Deal, event: Decided) -> Deal:  # noqa: PLR0911 - one case an event
    """The deal after one of these."""
    match event:
        case AboutToSign():
            return replace(deal, deciding=_held(deal, event))
        case PaperRead():
            return replace(deal, deciding=_paper(event))
        case GateWaived():
            return _waived(deal, event)
        case WaitChosen():
            return replace(deal, deciding=deal.deciding and replace(deal.deciding, waived=False))
        case SignedAlready():
            return replace(deal, signed_already=event.signed)
        case RedLineTested():
            return _tested(deal, event)
        case FinalOfferBuilt():
            offer = FinalOffer(event.at, event.value, event.until, event.they_get, event.we_get)
            return replace(deal, final_offer=offer)


def same_paper(one: Paper, other: Paper) -> bool:
    """Whether two papers say the same, so that what was agreed about one holds for the other."""
    return (one.value, one.package, one.terms) == (other.value, other.package, other.terms)


def _paper(event: PaperRead | AboutToSign) -> Paper:
    return Paper(
        since=event.at,
        value=event.value,
        package=event.package,
        terms=event.must_haves,
        unwritten=event.unwritten,
        closing=event.closing,
        note=event.note,
    )


def _held(deal: Deal, event: AboutToSign) -> Paper:
    """The paper held against the limits; one that was let pass stays so while all is as it was."""
    paper = replace(_paper(event), gates=gates.gates(deal, event), held=True)
    known = deal.deciding
    if (
        known is None
        or not known.waived
        or not same_paper(known, paper)
        or set(paper.gates) - set(known.gates)
    ):
        return paper
    return replace(paper, waived=True)


def _waived(deal: Deal, event: GateWaived) -> Deal:
    paper = deal.deciding
    if paper is None:
        return deal
    waiver = Waiver(event.at, paper.gates, event.approved_by, event.because)
    return replace(deal, deciding=replace(paper, waived=True), waived=(*deal.waived, waiver))


def _tested(deal: Deal, event: RedLineTested) -> Deal:
    """A red line that is none becomes a must-have where there is room for one more."""
    if not event.sacred and limits.room(deal, "must_have"):
        return limits.demoted(deal, event.red_line)
    lines = tuple(
        replace(line, tested=True) if i == event.red_line else line for i, line in enumerate(deal.red_lines)
    )
    return replace(deal, red_lines=lines)
