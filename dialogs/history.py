"""The log folded again: the same rules over the same events, each answer as it counts after its corrections.

It decides nothing of its own; a log that does not open a deal is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dialogs import seats
from dialogs.deal import Deal, View
from dialogs.doubts import Doubt, EvidenceContested, EvidenceUpheld, EvidenceWithdrawn, Kind, Viewed
from dialogs.events import Answered, CheckedIn, DealEvent, Edited, Offered, Opened
from dialogs.offers import OfferCorrected, OfferWithdrawn
from dialogs.record import recorded, terms_value
from dialogs.turn import take

WORRYING = 2
Correction = Edited | Doubt
OfferChange = OfferCorrected | OfferWithdrawn
Key = tuple[int, str]  # check-in and question
Corrections = Mapping[Key, tuple[Correction, ...]]  # oldest first
Views = Mapping[Key, tuple[Viewed, ...]]
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
    """The folded deal with what the log does not know of: the screens, the next date, the nudges sent."""
    return replace(
        folded,
        check_in=deal.check_in,
        seats=deal.seats,
        next_check_in=deal.next_check_in,
        agenda=deal.agenda,
        draft=deal.draft,
        shares=deal.shares,
        forgetting=deal.forgetting,
        hours=deal.hours,
        zone=deal.zone,
        followers=deal.followers,
        suggested=deal.suggested,
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
    corrections, views, numbers = corrections_of(log), views_of(log), numbered(log)
    away = _hanging(log, corrections, views)
    offers = {entry.offer: entry for entry in log if isinstance(entry, OfferChange)}
    deal: Deal | None = None
    for entry, number in zip(log, numbers, strict=True):
        if deal is None:
            deal = take(None, entry).deal if isinstance(entry, Opened) else None
            if deal is None:
                raise ValueError("a log begins with Opened")
            yield Folded(deal, entry, deal)
            continue
        if isinstance(entry, CheckedIn):
            deal = _seen_by_others(deal, entry, corrections, views)
        counted = put_right(entry, number, corrections, views)
        if isinstance(entry, Offered):
            counted = offer_put_right(entry, offers.get(deal.offers_made + 1))
        if isinstance(entry, Correction | OfferChange | Viewed) or entry.id in away:
            after = _noticed(deal, entry)
        elif isinstance(counted, OfferWithdrawn):
            after = replace(_noticed(deal, entry), offers_made=deal.offers_made + 1)
        else:
            after = recorded(deal, counted).deal  # type: ignore[arg-type]
        yield Folded(deal, counted, after)
        deal = after


def _noticed(deal: Deal, entry: DealEvent) -> Deal:
    """The deal after an entry that counts elsewhere in the log, or not at all."""
    after, call = replace(deal, turns=deal.turns + 1, last_event=entry.at), deal.coach.call
    seat = seats.seat(deal, entry.by)
    if not isinstance(entry, Viewed) or call is None or seat in call.people:
        return after
    return replace(after, coach=replace(deal.coach, call=replace(call, people=(*call.people, seat))))


def _seen_by_others(deal: Deal, entry: CheckedIn, corrections: Corrections, views: Views) -> Deal:
    """With what others said of the same talk where whoever ended the check-in was not asked."""
    number, opened = deal.coach.check_ins + 1, seats.round_of(deal, entry.by)
    answered = opened.answers if opened else {}
    for key, (first, *_) in views.items():
        if key[0] == number and key[1] not in answered:
            said = answer_after(answer_of(first), corrections.get(key, ()), views[key])
            said = replace(said, by=entry.by, told_by=said.told_by or first.by)
            turns, last = deal.turns, deal.last_event
            deal = replace(recorded(deal, said).deal, turns=turns, last_event=last)
    return deal


def corrections_of(log: Iterable[DealEvent]) -> Corrections:
    """The corrections on the log, by the answer they are about."""
    found: dict[Key, tuple[Correction, ...]] = {}
    for entry in log:
        if isinstance(entry, Correction):
            key = entry.check_in, entry.question
            found[key] = (*found.get(key, ()), entry)
    return found


def views_of(log: Iterable[DealEvent]) -> Views:
    """What others said of the same talk, by the answer it stands beside."""
    found: dict[Key, tuple[Viewed, ...]] = {}
    for entry in log:
        if isinstance(entry, Viewed):
            key = entry.check_in, entry.question
            found[key] = (*found.get(key, ()), entry)
    return found


def numbered(log: Iterable[DealEvent]) -> list[int]:
    """Of each entry the check-in it belongs to: an answer to the one that whoever gave it ended next."""
    found, ended, owner = list[int](), 0, ""  # no deal to ask: whoever opened it is its owner
    waiting: dict[str, list[int]] = {}
    for place, entry in enumerate(log):
        owner = entry.by if isinstance(entry, Opened) else owner
        seat = "" if entry.by == owner else entry.by
        if isinstance(entry, Answered):
            waiting.setdefault(seat, []).append(place)
        elif isinstance(entry, CheckedIn):
            ended += 1
            for answer in waiting.pop(seat, ()):
                found[answer] = ended
        found.append(ended)
    for answers in waiting.values():
        for answer in answers:
            found[answer] = ended + 1
    return found


def put_right(entry: DealEvent, number: int, corrections: Corrections, views: Views) -> DealEvent:
    """An answer of this check-in as it counts after its corrections; anything else as it is."""
    if not isinstance(entry, Answered):
        return entry
    key = number, entry.question
    return answer_after(entry, corrections.get(key, ()), views.get(key, ()))


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


def answer_of(view: Viewed) -> Answered:
    """A second person's answer as an answer of its own."""
    return Answered(
        id=view.id,
        at=view.at,
        by=view.by,
        question=view.question,
        answer=view.answer,
        terms=view.terms,
        amount=view.amount,
        note=view.note,
        red_line=view.red_line,
        choice=view.choice,
        added=view.added,
    )


def answer_after(answer: Answered, made: Iterable[Correction], views: Iterable[Viewed] = ()) -> Answered:
    """One answer after these corrections: nothing at all while it is set aside, else the worst said of it.

    An edit puts right what the same person said, else the first that was said.
    """
    said, aside = [answer, *(said for view in views if (said := answer_of(view)) != answer)], False
    for correction in made:
        match correction:
            case Edited():
                place = next((n for n, each in enumerate(said) if each.by == correction.by), 0)
                said[place], aside = _edited(said[place], correction), False
            case EvidenceUpheld():
                aside = False
            case _:
                aside = True
    if aside:
        return replace(said[0], answer=None, terms=(), choice="", added="")
    return _worst(said) if len(said) > 1 else said[0]


def _worst(said: list[Answered]) -> Answered:
    """The worst of what several people said of one talk, with the mildest beside it if they differ."""
    known = [(value, each) for each in said if (value := value_of(each)) is not None]
    if not known:
        return said[0]
    worst = max(known, key=lambda pair: pair[0])
    mildest = min(known, key=lambda pair: pair[0])
    author = "" if worst[1] is said[0] else worst[1].by
    counts = replace(worst[1], id=said[0].id, by=said[0].by, told_by=author)
    if mildest[0] == worst[0]:
        return counts
    return replace(counts, other=View(mildest[0], mildest[1].by, mildest[1].note))


def first_answers(log: Iterable[DealEvent]) -> dict[Key, Answered]:
    """The answers as they were first given, by check-in and question; second persons' where nobody else's."""
    log = tuple(log)
    found: dict[Key, Answered] = {}
    for entry, number in zip(log, numbered(log), strict=True):
        if isinstance(entry, Answered):
            found[number, entry.question] = entry
        elif isinstance(entry, Viewed):
            found.setdefault((entry.check_in, entry.question), answer_of(entry))
    return found


def answer_at(log: Iterable[DealEvent], check_in: int, question: str) -> Answered | None:
    """An answer as it stands, its edits included, whether it is set aside or not."""
    log, key = tuple(log), (check_in, question)
    found = first_answers(log).get(key)
    edits = [e for e in corrections_of(log).get(key, ()) if isinstance(e, Edited)]
    return found and answer_after(found, edits, views_of(log).get(key, ()))


def standing(made: Iterable[Correction]) -> Kind:
    """How the last correction left an answer: in doubt, withdrawn, upheld, or edited."""
    return next((KINDS[type(correction)] for correction in reversed(tuple(made))), "upheld")


def _edited(answer: Answered, edit: Edited) -> Answered:
    note = edit.note or answer.note
    line = answer.red_line if edit.red_line is None else edit.red_line
    if edit.keeps:
        return replace(answer, note=note, red_line=line)
    return replace(answer, answer=edit.answer, terms=edit.terms, note=note, red_line=line, choice="")


def _hanging(log: tuple[DealEvent, ...], corrections: Corrections, views: Views) -> frozenset[str]:
    """The confirmed breaches that hang on an answer which does not say so any more."""
    found = set[str]()
    for entry, number in zip(log, numbered(log), strict=True):
        if not isinstance(entry, Answered | Viewed) or entry.question != "red_line" or not entry.id:
            continue
        key = (entry.check_in if isinstance(entry, Viewed) else number), "red_line"
        made, said = corrections.get(key, ()), answer_of(entry) if isinstance(entry, Viewed) else entry
        if made and (answer_after(said, made, views.get(key, ())).answer or 0) < WORRYING:
            found.add(f"{entry.id}/final")
    return frozenset(found)


def value_of(answer: Answered) -> int | None:
    """The answer as a number, must-haves included."""
    return terms_value(answer.terms) if answer.terms else answer.answer
