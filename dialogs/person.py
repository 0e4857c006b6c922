"""The person: zone, language, which deals they are on, and which one they are talking about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from dialogs import diary, digesting, faring, leaving
from dialogs.afterwards import DealFared, RecordAsked
from dialogs.effects import AnyEffect, ChooseDeal, Help, ListDeals, OfferSetUp, ShowHome, Tell
from dialogs.events import Misread
from dialogs.news import (
    AllForgetConfirmed,
    AllForgetWanted,
    Away,
    CoverAsked,
    DealFocused,
    DealGone,
    DealMoved,
    DealUnclear,
    DigestRefused,
    DigestSet,
    Greeted,
    HelpAsked,
    HoursWanted,
    LeftWorkspace,
    ListAsked,
    PersonEvent,
    Rang,
    RemindersDue,
    Seen,
    SetUpWanted,
    Unreached,
    ZoneSet,
)
from dialogs.people import URGENCY, Person, PersonTurn
from dialogs.shares import RoomMoved

CLOSED_KEPT = 20
OF_ANY = (
    "shares",
    "recall",
    "export",
    "forget",
)  # closed deals too: what stands in a channel stands there still


def take(person: Person, event: PersonEvent) -> PersonTurn:  # noqa: C901, PLR0911, PLR0912 - one case an event
    """The next turn of a person. Pure."""
    if leaving.deaf(person, event):
        return leaving.unheard(person, event)
    person = leaving.back(person)
    match event:
        case Seen():
            return _seen(person, event)
        case DealMoved():
            return _moved(person, event)
        case DealFocused():
            return PersonTurn(replace(person, focus=event.deal))
        case ListAsked():
            return PersonTurn(person, (ListDeals(to=person.key, zone=person.zone, deals=person.live),))
        case HelpAsked():
            return PersonTurn(person, (Help(to=person.key, has_deals=bool(person.live)),))
        case Greeted():
            home = ShowHome(to=person.key, zone=person.zone, deals=person.live)
            if person.greeted:
                return PersonTurn(person, (home,))
            return PersonTurn(replace(person, greeted=True), (Help(to=person.key, first=True), home))
        case SetUpWanted():
            return PersonTurn(person, (OfferSetUp(to=person.key, called=event.name, name=event.name),))
        case DealUnclear():
            return PersonTurn(replace(person, meant=(event.verb, event.words)), (_unclear(person, event),))
        case DealFared():
            return PersonTurn(replace(person, fared=faring.kept(person.fared, event)))
        case RecordAsked():
            return PersonTurn(person, (faring.record(person.fared, person.key),))
        case RemindersDue():
            return diary.heard(person, event)
        case Rang(purpose=digesting.DIGEST):
            return digesting.rang(person, event)
        case DealGone():
            return _gone(person, event)
        case LeftWorkspace():
            return leaving.left(person, event)
        case Unreached():
            return PersonTurn(leaving.unreached(person, event))
        case AllForgetWanted():
            return leaving.asked(person, event)
        case AllForgetConfirmed():
            return leaving.confirmed(person, event)
        case DigestSet():
            return digesting.wanted(person, event)
        case DigestRefused():
            return digesting.refused(person, event)
        case RoomMoved():
            return digesting.room_moved(person, event)
        case Rang():
            return diary.rang(person, event)
        case HoursWanted():
            return diary.hours(person, event)
        case Away():
            return diary.away(person, event)
        case CoverAsked():
            return diary.covers(person, event)
        case ZoneSet():
            return diary.zone(person, event)
        case Misread():
            told = Tell(to=person.key, key=event.problem, about={"text": event.text, "near": event.field})
            return PersonTurn(person, (told,))
        case _:
            assert_never(event)


def _seen(person: Person, event: Seen) -> PersonTurn:
    """Their profile again; a zone that moved is told to their deals, unless they said theirs."""
    addresses = {**person.addresses, event.platform: event.address} if event.platform else person.addresses
    zone = person.zone if person.zone_said else event.zone
    after = replace(
        person,
        zone=zone,
        profile_zone=event.zone,
        name=event.name or person.name,
        language=event.language,
        addresses=addresses,
        accounts=event.accounts or person.accounts,
        gone=False,
        unreached=False,
    )
    said = (Tell(to=person.key, key="was_unreached"),) if person.unreached else ()
    if zone == person.zone and not person.gone:
        return PersonTurn(after, said)
    own = [deal.deal for deal in person.live if deal.role == "owner"]
    return PersonTurn(after, (*said, *diary.told(after, event.id, event.at, *own)))


def _moved(person: Person, event: DealMoved) -> PersonTurn:
    """A newer line replaces an older one, never the other way round: letters may arrive late."""
    known = person.deals.get(event.deal)
    if known is not None and _is_older(event, known):
        return PersonTurn(person)
    deals, older = _kept({**person.deals, event.deal: _turned(known, event)}, person.older)
    focus = person.focus if known or event.role != "owner" else event.deal
    if event.status != "live" and focus == event.deal:
        focus = ""
    moved = replace(diary.over(person, event), deals=deals, older=older, focus=focus)
    home = ShowHome(to=person.key, zone=person.zone, prompted=False, deals=moved.live)
    new = event.taken or (known is None and event.role == "owner" and not diary.usual(person))
    return PersonTurn(moved, (home, *(diary.told(person, event.id, event.at, event.deal) if new else ())))


def _is_older(line: DealMoved, known: DealMoved) -> bool:
    """By the deal's own count: the clocks of two machines need not agree. Lines of 0.1 have none."""
    return line.turn < known.turn if line.turn and known.turn else line.at < known.at


def _gone(person: Person, event: DealGone) -> PersonTurn:
    """Nothing of a deal that was forgotten stays with anybody who was on it."""
    after = replace(
        person,
        deals={key: deal for key, deal in person.deals.items() if key != event.deal},
        fared={key: past for key, past in person.fared.items() if key != event.deal},
        waiting=tuple(each for each in person.waiting if each.deal != event.deal),
        older=tuple(key for key in person.older if key != event.deal),
        focus="" if person.focus == event.deal else person.focus,
        meant=("", ""),
    )
    home = ShowHome(to=person.key, zone=person.zone, prompted=False, deals=after.live)
    said = (Tell(to=person.key, key="deal_forgotten"),) if event.told else ()
    return PersonTurn(after, (home, *said))


def _turned(known: DealMoved | None, event: DealMoved) -> DealMoved:
    """The line with its trend: since when it is worse or better, or steady since the last check-in."""
    if known is None or not event.level:
        return event
    was, now = (URGENCY.get(level, 0) for level in (known.level, event.level))
    if was != now:
        return replace(event, trend="worse" if now < was else "better", turned=event.at)
    if event.check_ins > known.check_ins:
        return replace(event, trend="steady", turned=known.turned if known.trend == "steady" else event.at)
    return replace(event, trend=known.trend, turned=known.turned)


def _kept(
    deals: Mapping[str, DealMoved], older: tuple[str, ...]
) -> tuple[Mapping[str, DealMoved], tuple[str, ...]]:
    """The lines to keep, and the keys of own deals that are not listed any more."""
    closed = sorted((d for d in deals.values() if d.status != "live"), key=lambda d: d.at)[:-CLOSED_KEPT]
    gone = tuple(d.deal for d in closed)
    unlisted = (key for key in gone if deals[key].role == "owner")
    kept = {key: deal for key, deal in deals.items() if key not in gone}
    return kept, tuple(key for key in dict.fromkeys((*older, *unlisted)) if key not in kept)


def _unclear(person: Person, event: DealUnclear) -> AnyEffect:
    closed = tuple(d for d in person.deals.values() if d.status != "live")
    among = closed if event.verb == "reopen" else person.live
    among = (*person.live, *closed) if event.verb in OF_ANY else among
    if not among:
        return Tell(to=person.key, key="no_closed_deals" if event.verb == "reopen" else "no_deals")
    return ChooseDeal(to=person.key, verb=event.verb, words=event.words, deals=among)


def named(person: Person, words: str, *, closed: bool = False) -> tuple[DealMoved | None, str]:
    """The deal that `words` begin with (by name, alias or its first letters), and the words after it.

    None if none is named, or more than one could be meant.
    """
    among = [d for d in person.deals.values() if (d.status != "live") == closed]
    plain = words.casefold()
    exact = [
        (called, deal)
        for deal in among
        for called in {deal.name.casefold(), deal.alias.casefold()} - {""}
        if plain == called or plain.startswith(called + " ")
    ]
    if exact:
        called, deal = max(exact, key=lambda pair: len(pair[0]))
        return deal, words[len(called) :].strip()
    first, _, rest = words.partition(" ")
    near = [d for d in among if first and _begins(d, first.casefold())]
    return (near[0], rest.strip()) if len(near) == 1 else (None, words)


def _begins(deal: DealMoved, letters: str) -> bool:
    words = f"{deal.name} {deal.alias}".casefold().split()
    return any(word.startswith(letters) for word in words)


def meant(person: Person, words: str, verb: str = "") -> tuple[DealMoved | None, str]:
    """The deal meant: the one named, else the only one that `verb` can be about; None: ask."""
    closed = verb == "reopen" or (verb in OF_ANY and not person.live)
    deal, rest = named(person, words, closed=closed)
    if deal is None and verb in OF_ANY:
        deal, rest = named(person, words, closed=not closed)
    if deal is not None:
        return deal, rest
    among = [d for d in person.deals.values() if (d.status != "live") == closed]
    if verb == "return":
        among = [d for d in among if d.paused] or among
    if len(among) == 1:
        return among[0], words
    return None, words
