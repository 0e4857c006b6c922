"""Who is on a deal, and whose it is, once that changed. It asks nobody: who may was asked before."""

from __future__ import annotations

from dataclasses import replace

from dialogs.deal import Deal, altered
from dialogs.handing import Assigned, ColleagueLeft, HandedOver, Named
from dialogs.hours import Hours


def changed(deal: Deal, event: ColleagueLeft | HandedOver | Assigned) -> Deal:
    """The deal without somebody, or in other hands; whoever was gone is on it no more."""
    if isinstance(event, ColleagueLeft):
        return left(deal, event.person)
    now = handed(deal, event.person)
    return left(now, deal.owner) if isinstance(event, Assigned) else now


def named(deal: Deal, person: str, role: Named) -> Deal:
    """The deal with somebody on it, as one thing at a time: a second reader is a colleague too."""
    freed = replace(
        deal,
        readers=tuple(each for each in deal.readers if each != person),
        observers=tuple(each for each in deal.observers if each != person),
    )
    if role == "observer":
        return replace(left(deal, person), observers=(*freed.observers, person))
    colleagues = tuple(dict.fromkeys((*freed.colleagues, person)))
    readers = (*freed.readers, person) if role == "second_reader" else freed.readers
    return replace(freed, colleagues=colleagues, readers=readers)


def left(deal: Deal, person: str) -> Deal:
    """The deal without somebody, and without what they had open."""
    return replace(
        deal,
        colleagues=tuple(each for each in deal.colleagues if each != person),
        readers=tuple(each for each in deal.readers if each != person),
        observers=tuple(each for each in deal.observers if each != person),
        seats={each: opened for each, opened in deal.seats.items() if each != person},
        heir="" if deal.heir == person else deal.heir,
        past=tuple(dict.fromkeys((*deal.past, person))),
    )


def handed(deal: Deal, person: str) -> Deal:
    """The deal in other hands."""
    freed = replace(left(deal, person), past=tuple(each for each in deal.past if each != person))
    return replace(
        freed, owner=person, colleagues=(*freed.colleagues, deal.owner), check_in=None, heir="", draft=None,
        orphan=False,
    )  # fmt: skip


def by_clock(deal: Deal, zone: str, hours: Hours) -> Deal:
    """The deal by its owner's clock, who is there; whoever stood in before is remembered."""
    if (deal.zone, deal.hours, deal.orphan) == (zone, hours, False):
        return deal
    before = (deal.hours.cover,) if deal.hours.cover not in ("", hours.cover) else ()
    past = tuple(dict.fromkeys((*deal.past, *before)))
    return altered(deal, zone=zone, hours=hours, orphan=False, past=past)
