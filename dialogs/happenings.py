"""They just …: what the other side did between check-ins, as an answer that waits for the next one.

It weighs nothing until a check-in ends, counts once, and can be taken back until then.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialogs import limits
from dialogs.deal import Deal, Offer, Round
from dialogs.events import Answered
from dialogs.offered import LogAsked, Logged
from dialogs.offers import Happened, Happening, LogWanted, Unsaid
from dialogs.turns import Turn, about, on_record, tell

# Which question it answers, and how badly; `insulted` counts 2 only with their words.
MEANS: Mapping[Happening, tuple[str, int]] = {
    "ultimatum": ("pressure", 2),
    "new_demand": ("retrade", 2),
    "went_back": ("movement", 3),
    "insulted": ("tone", 2),
    "moved": ("movement", 1),
    "gave_reasons": ("openness", 0),
}
WORTHY = 0.2  # of what was still to go: an offer that closes so much moved on what matters
EQUALLY, LESS = 0.8, 0.3  # of what we gave
FROM_RECORD = "record"  # the choice of an answer that nobody had to give


def taken(deal: Deal, event: LogWanted | Happened | Unsaid) -> Turn:
    """The card with its six buttons, one of them tapped, or an answer taken back."""
    if isinstance(event, LogWanted):
        return Turn(deal, (LogAsked(**about(deal)),))
    if isinstance(event, Unsaid):
        if event.question not in waiting(deal):
            return Turn(deal, (tell(deal, "old_button"),))
        return on_record(deal, event, tell(deal, "unsaid"))
    question, value = MEANS[event.what]
    if question == "tone" and not event.words.strip():
        value = 1
    fact = Answered(
        id=event.id, at=event.at, by=event.by, question=question, answer=value, note=event.words.strip()
    )
    said = Logged(**about(deal), what=event.what, question=question, value=value, words=event.words.strip())
    return on_record(deal, fact, said)


def waiting(deal: Deal) -> tuple[str, ...]:
    """The questions whose answers were given between check-ins and wait for the next one."""
    opened = deal.check_in
    return () if opened is None else tuple(key for key in opened.answers if key not in opened.plan)


def known(deal: Deal, opened: Round, question: str) -> int | None:
    """What the record answers by itself: offers say who moved, sealed limits whether ours did; else None.

    Movement: 3 where they went back, 2 where they stand still, 0 where they closed a fifth of what was to go,
    else 1. Reciprocity: what they gave as a share of what we gave since the last check-in.
    """
    match question:
        case "movement":
            return _movement(deal, _offers(deal, opened))
        case "reciprocity":
            return _reciprocity(deal, _offers(deal, opened))
        case "drift":
            return limits.drift(deal)
        case _:
            return None


def _offers(deal: Deal, opened: Round) -> tuple[Offer, ...]:
    """All offers still kept, the one of the open check-in among them."""
    told = opened.answers.get("offer")
    now = () if told is None or told.amount is None else (Offer("them", told.amount, told.at),)
    return (*deal.offers, *now)


def _sign(deal: Deal) -> int:
    return {"seller": 1, "buyer": -1}.get(deal.side or "", 0)


def _steps(deal: Deal, offers: tuple[Offer, ...], by: str) -> tuple[float, float] | None:
    """Where this side stood at the last check-in and where it stands now; None where nothing was told."""
    since = deal.coach.checked_in_at
    own = [offer for offer in offers if offer.by == by]
    new = [offer for offer in own if since is None or offer.at > since]
    old = [offer for offer in own if since is not None and offer.at <= since]
    before = old[-1] if old else new[0] if len(new) > 1 else None
    return None if not new or before is None else (float(before.value), float(new[-1].value))


def _movement(deal: Deal, offers: tuple[Offer, ...]) -> int | None:
    steps, sign = _steps(deal, offers, "them"), _sign(deal)
    if steps is None or not sign:
        return None
    moved = (steps[1] - steps[0]) * sign
    if moved <= 0:
        return 2 if moved == 0 else 3
    bar = deal.limit if deal.limit is not None else _our_last(offers)
    to_go = 0.0 if bar is None else (float(bar) - steps[0]) * sign
    return 0 if to_go <= 0 or moved >= WORTHY * to_go - 1e-9 else 1


def _our_last(offers: tuple[Offer, ...]) -> float | None:
    return next((float(offer.value) for offer in reversed(offers) if offer.by == "us"), None)


def _reciprocity(deal: Deal, offers: tuple[Offer, ...]) -> int | None:
    theirs, ours, sign = _steps(deal, offers, "them"), _steps(deal, offers, "us"), _sign(deal)
    if theirs is None or ours is None or not sign:
        return None
    gave, got = (ours[0] - ours[1]) * sign, (theirs[1] - theirs[0]) * sign
    if gave <= 0:
        return None
    if got <= 0:
        return 3
    share = got / gave
    return 0 if share >= EQUALLY else 1 if share >= LESS else 2
