"""The log folded again: the same rules over the same events, each answer as it counts after its corrections.

It decides nothing of its own; a log that does not open a deal is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dialogs.deal import Deal
from dialogs.doubts import Doubt, EvidenceContested, EvidenceUpheld, EvidenceWithdrawn, Kind
from dialogs.events import Answered, CheckedIn, DealEvent, Edited, Offered, Opened
from dialogs.offers import OfferCorrected, OfferWithdrawn
from dialogs.record import recorded, terms_value
from dialogs.turn import take

WORRYING = 2
Correction = Edited | Doubt
OfferChange = OfferCorrected | OfferWithdrawn
Corrections = Mapping[tuple[int, str], tuple[Correction, ...]]  # by check-in and question, oldest first
KINDS: Mapping[type[Correction], Kind] = {
    Edited: "edited",
    EvidenceContested: "contested",
    EvidenceWithdrawn: "withdrawn",
    EvidenceUpheld: "upheld",
}


@dataclass(frozen=True, slots=True)
class Folded:
    """One entry of the log as it counts: the deal before it and after it."""

    before: Deal
    entry: DealEvent
    after: Deal


def kept(deal: Deal, folded: Deal) -> Deal:
    """The folded deal with what the log does not know of: the screen, the next date, the nudges sent."""
    return replace(
        folded,
        check_in=deal.check_in,
        next_check_in=deal.next_check_in,
        followers=deal.followers,
        coach=replace(folded.coach, nudged=deal.coach.nudged),
    )


def fold(log: Iterable[DealEvent]) -> Deal:
    """The deal its log makes, corrections applied where the answers were given.

    ValueError unless it opens one.
    """
    last: Folded | None = None
    for last in folded(log):  # noqa: B007 - the last one is what it comes to
        pass
    if last is None:
        raise ValueError("a log begins with Opened")
    return last.after


def folded(log: Iterable[DealEvent]) -> Iterator[Folded]:
    """The log entry by entry, each as it counts after all corrections. ValueError unless it opens a deal."""
    log = tuple(log)
    corrections = corrections_of(log)
    away = _hanging(log, corrections)
    offers = {entry.offer: entry for entry in log if isinstance(entry, OfferChange)}
    deal: Deal | None = None
    for entry in log:
        if deal is None:
            deal = take(None, entry).deal if isinstance(entry, Opened) else None
            if deal is None:
                raise ValueError("a log begins with Opened")
            yield Folded(deal, entry, deal)
            continue
        counted = put_right(deal, entry, corrections)
        if isinstance(entry, Offered):
            counted = offer_put_right(entry, offers.get(deal.offers_made + 1))
        if isinstance(entry, Correction | OfferChange) or entry.id in away:
            after = replace(deal, turns=deal.turns + 1, last_event=entry.at)
        elif isinstance(counted, OfferWithdrawn):
            after = replace(deal, turns=deal.turns + 1, last_event=entry.at, offers_made=deal.offers_made + 1)
        else:
            after = recorded(deal, counted).deal  # type: ignore[arg-type]
        yield Folded(deal, counted, after)
        deal = after


def corrections_of(log: Iterable[DealEvent]) -> Corrections:
    """The corrections on the log, by the answer they are about."""
    found: dict[tuple[int, str], tuple[Correction, ...]] = {}
    for entry in log:
        if isinstance(entry, Correction):
            key = entry.check_in, entry.question
            found[key] = (*found.get(key, ()), entry)
    return found


def put_right(deal: Deal, entry: DealEvent, corrections: Corrections) -> DealEvent:
    """An answer as it counts after its corrections; anything else as it is."""
    if not isinstance(entry, Answered):
        return entry
    made = corrections.get((deal.coach.check_ins + 1, entry.question), ())
    return answer_after(entry, made)


def offer_put_right(offered: Offered, change: OfferChange | None) -> DealEvent:
    """An offer as it counts after its correction; one that was taken back is that alone."""
    match change:
        case OfferCorrected():
            typed = change.typed or offered.typed
            return replace(offered, value=change.value, package=change.package, typed=typed, other=None)
        case OfferWithdrawn():
            return change
        case _:
            return offered


def answer_after(answer: Answered, made: Iterable[Correction]) -> Answered:
    """One answer after these corrections: the last edit's, and nothing at all while it is set aside."""
    aside = False
    for correction in made:
        match correction:
            case Edited():
                answer, aside = _edited(answer, correction), False
            case EvidenceUpheld():
                aside = False
            case _:
                aside = True
    return replace(answer, answer=None, terms=(), choice="", added="") if aside else answer


def answer_at(log: Iterable[DealEvent], check_in: int, question: str) -> Answered | None:
    """An answer as it stands, its edits included, whether it is set aside or not."""
    number, found, edits = 1, None, list[Correction]()
    for entry in log:
        if isinstance(entry, Answered) and number == check_in and entry.question == question:
            found = entry
        if isinstance(entry, Edited) and (entry.check_in, entry.question) == (check_in, question):
            edits.append(entry)
        number += isinstance(entry, CheckedIn)
    return found and answer_after(found, edits)


def standing(made: Iterable[Correction]) -> Kind:
    """How the last correction left an answer: in doubt, withdrawn, upheld, or edited."""
    return next((KINDS[type(correction)] for correction in reversed(tuple(made))), "upheld")


def _edited(answer: Answered, edit: Edited) -> Answered:
    note = edit.note or answer.note
    line = answer.red_line if edit.red_line is None else edit.red_line
    if edit.keeps:
        return replace(answer, note=note, red_line=line)
    return replace(answer, answer=edit.answer, terms=edit.terms, note=note, red_line=line, choice="")


def _hanging(log: tuple[DealEvent, ...], corrections: Corrections) -> frozenset[str]:
    """The confirmed breaches that hang on an answer which does not say so any more."""
    number, found = 1, set[str]()
    for entry in log:
        if isinstance(entry, Answered) and entry.question == "red_line" and entry.id:
            made = corrections.get((number, "red_line"), ())
            if made and (answer_after(entry, made).answer or 0) < WORRYING:
                found.add(f"{entry.id}/final")
        number += isinstance(entry, CheckedIn)
    return frozenset(found)


def value_of(answer: Answered) -> int | None:
    """The answer as a number, must-haves included."""
    return terms_value(answer.terms) if answer.terms else answer.answer
