"""Decisions as lines of a replay, written and read: each writer beside the reader that is its other half."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from dialogs import rows
from dialogs.deal import Deal
from dialogs.decisions import (
    FinalOfferBuilt,
    GateWaived,
    PaperRead,
    RedLineTested,
    SignedAlready,
    WaitChosen,
)
from dialogs.event import Event
from dialogs.events import AboutToSign, DealEvent, RedLineCured

Row = Mapping[str, Any]
Line = dict[str, Any]
Reader = Callable[[Row, Deal | None, datetime], DealEvent]


def _paper(row: Row, deal: Deal | None) -> Line:
    """The fields that a paper told and a paper held against the limits share."""
    terms = row.get("must_haves")
    return {
        "value": rows.amount(row, "value"),
        "must_haves": rows.terms(terms, "must_haves", deal) if terms is not None else (),
        "package": rows.package(row),
        "unwritten": rows.optional_text(row, "unwritten"),
        "closing": rows.flag(row, "closing"),
        "note": rows.optional_text(row, "note"),
    }


def _about_to_sign(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    return AboutToSign(id="", at=at, **_paper(row, deal))


def _paper_read(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    return PaperRead(id="", at=at, **_paper(row, deal))


def _gate_waived(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    name, because = rows.text(row, "approved_by"), rows.text(row, "because")
    return GateWaived(id="", at=at, approved_by=name, because=because)


def _signed_already(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    return SignedAlready(id="", at=at, signed=rows.flag(row, "signed"))


def _red_line_tested(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    line, sacred = rows.red_line_index(row, deal), rows.flag(row, "sacred")
    return RedLineTested(id="", at=at, red_line=line, sacred=sacred)


def _red_line_cured(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    line, written = rows.red_line_index(row, deal), rows.flag(row, "in_writing")
    return RedLineCured(id="", at=at, red_line=line, in_writing=written)


def _final_offer_built(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    return FinalOfferBuilt(
        id="",
        at=at,
        value=rows.amount(row, "value"),
        until=rows.day_or_moment(row, "until", deal.opened.tzinfo if deal else at.tzinfo),
        they_get=rows.optional_text(row, "they_get"),
        we_get=rows.optional_text(row, "we_get"),
    )


def _paper_line(event: AboutToSign | PaperRead) -> Line:
    return {
        "value": event.value,
        "must_haves": event.must_haves,
        "package": dict(event.package),
        "unwritten": event.unwritten,
        "closing": event.closing,
        "note": event.note,
    }


def _final_offer_line(event: FinalOfferBuilt) -> Line:
    return {
        "value": event.value,
        "until": event.until,
        "they_get": event.they_get,
        "we_get": event.we_get,
    }


READERS: Mapping[str, Reader] = {
    "about_to_sign": _about_to_sign,
    "paper_read": _paper_read,
    "gate_waived": _gate_waived,
    "signed_already": _signed_already,
    "wait_chosen": lambda _row, _deal, at: WaitChosen(id="", at=at),
    "red_line_tested": _red_line_tested,
    "red_line_cured": _red_line_cured,
    "final_offer_built": _final_offer_built,
}
WRITERS: Mapping[type[Event], tuple[str, Callable[[Any], Line]]] = {
    AboutToSign: ("about_to_sign", _paper_line),
    PaperRead: ("paper_read", _paper_line),
    GateWaived: ("gate_waived", lambda e: {"approved_by": e.approved_by, "because": e.because}),
    WaitChosen: ("wait_chosen", lambda _: {}),
    SignedAlready: ("signed_already", lambda e: {"signed": e.signed}),
    RedLineTested: ("red_line_tested", lambda e: {"red_line": e.red_line, "sacred": e.sacred}),
    RedLineCured: ("red_line_cured", lambda e: {"red_line": e.red_line, "in_writing": e.in_writing}),
    FinalOfferBuilt: ("final_offer_built", _final_offer_line),
}
