"""Turns that need the whole log: the ledger page by page, one reason opened, and every correction.

It shows and puts right; it refuses nothing by itself: who may is asked before, as for every event.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard, assert_never, get_args

from dialogs import advice, changes, curve, exporting, ledger, limits, offering, second_view, standing
from dialogs.corrections import corrected
from dialogs.deal import Deal
from dialogs.doubts import (
    Counted,
    EvidenceContested,
    EvidenceUpheld,
    EvidenceWithdrawn,
    Explain,
    Reason,
    ReasonWanted,
    Viewed,
)
from dialogs.drawing import ChartAsked
from dialogs.effects import Edit
from dialogs.event import OnScreen
from dialogs.events import DealEvent, Edited, EditWanted, ScreenEvent, WhyAsked
from dialogs.exports import ExportWanted
from dialogs.grounds import COUNTED, Ground
from dialogs.history import fold, kept
from dialogs.offers import OfferCorrected, OfferMeant, OfferSaid, OfferWithdrawn
from dialogs.record import level_of
from dialogs.turn import take, with_news
from dialogs.turns import Turn, about, tell

A_PAGE = 12
SUBJECTS: tuple[Ground, ...] = (*COUNTED, "S")
ByLog = (
    Edited | EditWanted | EvidenceContested | EvidenceWithdrawn | EvidenceUpheld | ReasonWanted | WhyAsked
    | OfferSaid | OfferMeant | OfferCorrected | OfferWithdrawn | Viewed | ChartAsked
    | ExportWanted
)  # fmt: skip
BY_LOG: tuple[type[DealEvent], ...] = get_args(ByLog)
CHANGING: tuple[type[DealEvent], ...] = (
    Edited, EvidenceContested, EvidenceWithdrawn, EvidenceUpheld, OfferSaid, OfferMeant, OfferCorrected,
    OfferWithdrawn, Viewed,
)  # fmt: skip


def needs_log(event: DealEvent, deal: Deal | None) -> TypeGuard[ByLog | ScreenEvent]:
    """Whether this turn can be taken only with the whole log at hand."""
    return isinstance(event, ByLog) or (deal is not None and second_view.joins(deal, event))


def changes_record(event: DealEvent) -> bool:
    """Whether such a turn may write, so that the log it was taken with must be the newest."""
    return isinstance(event, (*CHANGING, ExportWanted, OnScreen))


def taken(deal: Deal, log: Sequence[DealEvent], event: ByLog | ScreenEvent) -> Turn:
    """The next turn of a deal whose log, oldest first, is `log`."""
    if not isinstance(event, ByLog):
        turn = take(deal, event)
        told = second_view.told(deal, log, event, turn)
        return turn if told is turn else with_news(deal, told, event)
    return with_news(deal, decided(deal, log, event), event)


def decided(deal: Deal, log: Sequence[DealEvent], event: ByLog) -> Turn:  # noqa: C901, PLR0911 - one case an event
    """All of such a turn that bears on the verdict, as `turn.decided`."""
    if deal.status == "closed" and isinstance(event, CHANGING):
        return Turn(deal, (tell(deal, "deal_closed"),))
    match event:
        case Edited() | EvidenceContested() | EvidenceWithdrawn() | EvidenceUpheld():
            return corrected(deal, log, event)
        case OfferSaid() | OfferMeant() | OfferCorrected() | OfferWithdrawn():
            return offering.taken(deal, log, event)
        case ExportWanted():
            return exporting.taken(deal, log, event)
        case ChartAsked():
            return Turn(deal, (curve.drawn(deal, log, event.at),))
        case WhyAsked():
            return Turn(deal, (explained(deal, log, event),))
        case ReasonWanted():
            return _opened(deal, log, event)
        case EditWanted():
            return _edit_wanted(deal, log, event)
        case Viewed() if not 1 <= event.check_in <= deal.coach.check_ins:
            return Turn(deal, (tell(deal, "nothing_to_edit"),))
        case Viewed():
            return Turn(kept(deal, fold((*log, event))), (), (event,))
        case _:
            assert_never(event)


def explained(deal: Deal, log: Sequence[DealEvent], event: WhyAsked) -> Explain:
    """One page of what speaks, the newest first; of one subject with its account, line by line."""
    found = [e for e in ledger.entries(log) if event.subject in ("", e.ground)]
    pages = max(1, -(-len(found) // A_PAGE))
    page = min(max(event.page, 1), pages)
    end = len(found) - (page - 1) * A_PAGE
    weights = deal.coach.grounds
    booked = ledger.weighed(log).accounts if event.subject else {}
    return Explain(
        **about(deal),
        level=level_of(deal),
        weights=tuple((ground, ledger.figure(weights[ground])) for ground in SUBJECTS),
        total=ledger.figure(weights.total),
        reasons=tuple(found[max(0, end - A_PAGE) : end]),
        changes=changes.would_change(deal) if page == 1 and not event.subject else (),
        check_ins=deal.coach.check_ins,
        breached=advice.breached(deal),
        moved=limits.loosened(deal),
        unit=deal.unit,
        rules=deal.rules,
        arithmetic=standing.arithmetic(deal, event.at) if page == 1 and event.subject in ("", "A") else None,
        page=page,
        pages=pages,
        subject=event.subject,
        account=tuple(line for ground, lines in booked.items() if ground == event.subject for line in lines)[
            -A_PAGE:
        ],
    )


def _opened(deal: Deal, log: Sequence[DealEvent], event: ReasonWanted) -> Turn:
    counted = _entry(log, event.check_in, event.question)
    if counted is None:
        return Turn(deal, (tell(deal, "nothing_to_edit"),))
    lines, at = deal.red_lines, counted.red_line or 0
    said = Reason(
        **about(deal),
        counted=counted,
        check_in=event.check_in,
        question=event.question,
        rules=deal.rules,
        red_line=lines[at].text if event.question == "red_line" and at < len(lines) else "",
    )
    return Turn(deal, (said,))


def _edit_wanted(deal: Deal, log: Sequence[DealEvent], event: EditWanted) -> Turn:
    """The earlier answer that is meant, asked again; without a choice, the last one given."""
    counted = _entry(log, event.check_in, event.question)
    if counted is None:
        return Turn(deal, (tell(deal, "nothing_to_edit"),))
    evidence = counted.evidence
    asked = Edit(
        **about(deal),
        check_in=evidence.check_in,
        question=evidence.question,
        value=counted.value,
        words=evidence.words,
        at=evidence.at,
        terms=deal.must_haves if evidence.question == "must_haves" else (),
        red_lines=tuple(line.text for line in deal.red_lines) if evidence.question == "red_line" else (),
    )
    return Turn(deal, (asked,))


def _entry(log: Sequence[DealEvent], check_in: int, question: str) -> Counted | None:
    """The newest entry of this check-in (0: any) and question ("": any)."""
    found = [
        e
        for e in ledger.entries(log)
        if check_in in (0, e.evidence.check_in) and question in ("", e.evidence.question)
    ]
    return found[-1] if found else None
