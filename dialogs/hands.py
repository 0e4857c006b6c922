"""Who is on a deal, and whose it is, once that changed. It asks nobody: who may was asked before."""

from __future__ import annotations

from dataclasses import replace

from dialogs.deal import Deal
from dialogs.handing import ColleagueLeft, HandedOver, Named


def changed(deal: Deal, event: ColleagueLeft | HandedOver) -> Deal:
    """The deal without somebody, or in other hands."""
    return left(deal, event.person) if isinstance(event, ColleagueLeft) else handed(deal, event.person)


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
    )


def handed(deal: Deal, person: str) -> Deal:
    """The deal in other hands."""
    freed = left(deal, person)
    return replace(
        freed, owner=person, colleagues=(*freed.colleagues, deal.owner), check_in=None, heir="", draft=None
    )
