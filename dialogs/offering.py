"""Offers in one line: read, put on the record, answered with what they mean in figures.

A correction and an undo keep both figures and compute anew from the whole log. An offer of ours across our
own limit is answered at once; where a figure can be read two ways it refuses to guess in silence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import assert_never

from dialogs import gates, reminding, standing
from dialogs.amounts import likely
from dialogs.commands import split_tail
from dialogs.deal import Deal, Offer, Party
from dialogs.events import DealEvent, Offered
from dialogs.history import fold, kept
from dialogs.issues import Issue, Unread, crossing, read_package, score
from dialogs.offered import Across, OfferGone, OfferTaken
from dialogs.offers import OfferCorrected, OfferMeant, OfferSaid, OfferWithdrawn
from dialogs.plan_b import ends
from dialogs.reminders import DateNoted
from dialogs.turns import Turn, about, on_record, tell

ByLog = OfferSaid | OfferMeant | OfferCorrected | OfferWithdrawn
_WHOSE = re.compile(
    r"(?P<them>they|them|theirs|their|the other side)|(?P<us>us|we|our|ours|i|me|my)", re.IGNORECASE
)
_VERB = re.compile(
    r"(?:\s*\b(?:just|now|have|had|offered|offers|offer|asked|asks|ask|said|say|bid|at|for|of|put|want)\b)*"
    r"[\s:]*",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"[\s,]*\binstead$", re.IGNORECASE)


def taken(deal: Deal, log: Sequence[DealEvent], event: ByLog) -> Turn:
    """An offer told, corrected or taken back; `log` holds the deal's entries, oldest first."""
    match event:
        case OfferSaid():
            return _said(deal, log, event)
        case OfferMeant():
            return _meant(deal, log, event)
        case OfferCorrected():
            return _corrected(deal, log, event)
        case OfferWithdrawn():
            return _withdrawn(deal, log, event)
        case _:
            assert_never(event)


def _said(deal: Deal, log: Sequence[DealEvent], event: OfferSaid) -> Turn:
    words, moment = _until(deal, event)
    if moment is None and words != " ".join(event.words.split()):
        return Turn(deal, (tell(deal, "expected_date", text=event.words),))
    turn = _told(deal, log, event, words)
    return turn if moment is None or not turn.entries else _ending(turn, event, moment)


def _until(deal: Deal, event: OfferSaid) -> tuple[str, datetime | None]:
    """`them 82k until friday`: the offer, and when it ends; shorter words without a date: it was none."""
    head, tail = split_tail(f" {' '.join(event.words.split())}", "until", "till")
    when = tail.get("until") or tail.get("till") or ""
    return (head, ends(when, event.at, deal.zone)) if when else (head, None)


def _ending(turn: Turn, event: OfferSaid, moment: datetime) -> Turn:
    """Their offer stands until then: its end is on the agenda."""
    deal = turn.deal
    if deal is None or deal.offers[-1].by != "them":
        return turn
    noted = DateNoted(id=f"{event.id}/ends", at=event.at, by=event.by, kind="offer_ends", moment=moment)
    dated = reminding.taken(deal, noted)
    return replace(turn, deal=dated.deal, entries=(*turn.entries, *dated.entries))


def _told(deal: Deal, log: Sequence[DealEvent], event: OfferSaid, words: str) -> Turn:
    instead = _INSTEAD.search(words)
    words = _INSTEAD.sub("", words)
    whose = _WHOSE.match(words)
    if whose is None or re.match(r"\w", words[whose.end() :]):
        return Turn(deal, (tell(deal, "offer_whose", text=words),))
    side: Party = "them" if whose["them"] else "us"
    offered = _read(deal, event, side, _VERB.sub("", words[whose.end() :], count=1).strip())
    if isinstance(offered, Unread):
        return Turn(deal, (tell(deal, offered.problem, text=offered.text),))
    last = next((o for o in reversed(deal.offers) if o.by == side), None)
    if not instead or last is None:
        return offer(deal, offered)
    return _corrected(deal, log, OfferCorrected(
        id=event.id, at=event.at, by=event.by, offer=last.number, value=offered.value,
        package=offered.package, typed=offered.typed,
    ))  # fmt: skip


def _read(deal: Deal, event: OfferSaid, side: Party, text: str) -> Offered | Unread:
    offered = partial(Offered, id=event.id, at=event.at, by=event.by, side=side, typed=text[:80])
    if deal.issues:
        package = read_package(deal.issues, text)
        if isinstance(package, Unread):
            return package
        return offered(value=score(deal.issues, package), package=package)
    found = likely(text, _near(deal, side))
    if found is None or found[0] < 0:
        return Unread("expected_amount", text)
    return offered(value=found[0], other=found[1])


def _near(deal: Deal, side: Party) -> Decimal | None:
    """What an amount is held against when it can be read two ways: the last one, else a limit."""
    own = [offer.value for offer in deal.offers if offer.by == side]
    rest = [offer.value for offer in deal.offers]
    return next((v for v in (*own[::-1], *rest[::-1], deal.limit, deal.target) if v), None)


def offer(deal: Deal, event: Offered) -> Turn:
    """The offer on the record, answered with what it means; ours across our own limit with what next."""
    turn = on_record(deal, event)
    after = turn.deal or deal
    made = after.offers[-1]
    said = replace(_taken(after, event, made), opening=not deal.offers)
    return replace(turn, effects=(said, *turn.effects))


def _taken(deal: Deal, event: Offered | OfferCorrected | OfferMeant, made: Offer) -> OfferTaken:
    return OfferTaken(
        **about(deal),
        offer=made.number,
        by=made.by,
        value=made.value,
        unit=deal.unit,
        typed=made.typed,
        package=tuple((issue.name, value, issue.unit) for issue, (_, value) in _figures(deal, made)),
        other=made.other,
        across=across(deal, made) if made.by == "us" else (),
        arithmetic=standing.arithmetic(deal, event.at) if made.by == "them" else None,
    )


def _figures(deal: Deal, made: Offer) -> list[tuple[Issue, tuple[str, Decimal]]]:
    return list(zip(deal.issues, made.package, strict=False))


def across(deal: Deal, made: Offer) -> tuple[Across, ...]:
    """The figures of an offer that are on the wrong side of our own limits."""
    found = [
        Across(value, issue.limit, abs(value - issue.limit), issue.unit, issue.name)
        for issue, value in crossing(deal.issues, made.package)
        if issue.limit is not None
    ]
    if deal.limit is not None and gates.falls_short(deal, made.value, deal.limit):
        found.insert(0, Across(made.value, deal.limit, abs(made.value - deal.limit), deal.unit))
    return tuple(found)


def _meant(deal: Deal, log: Sequence[DealEvent], event: OfferMeant) -> Turn:
    made = next((o for o in deal.offers if o.number == event.offer), None)
    if made is None or made.other is None:
        return Turn(deal, (tell(deal, "old_button"),))
    return _corrected(deal, log, OfferCorrected(
        id=event.id, at=event.at, by=event.by, offer=made.number, value=made.other, typed=made.typed,
    ))  # fmt: skip


def _corrected(deal: Deal, log: Sequence[DealEvent], event: OfferCorrected) -> Turn:
    old = next((o for o in deal.offers if o.number == event.offer), None)
    if old is None:
        return Turn(deal, (tell(deal, "old_button"),))
    now = kept(deal, fold((*log, event)))
    made = next((o for o in now.offers if o.number == event.offer), replace(old, value=event.value))
    return Turn(now, (replace(_taken(now, event, made), old=old.value),), (event,))


def _withdrawn(deal: Deal, log: Sequence[DealEvent], event: OfferWithdrawn) -> Turn:
    old = next((o for o in deal.offers if o.number == event.offer), None)
    if old is None:
        return Turn(deal, (tell(deal, "old_button"),))
    now = kept(deal, fold((*log, event)))
    return Turn(now, (OfferGone(**about(deal), by=old.by, value=old.value, unit=deal.unit),), (event,))
