"""Legal holds: what must neither be deleted nor taken back, by deal, by person, or the whole workspace.

A hold on a person holds every deal they are on or ever were. Who may set one is not asked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dialogs import roles
from dialogs.deal import Deal
from dialogs.people import Person

KEY = "00holds"  # one book a tenant
WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True)
class Hold:
    """Since when, by whom and why something is held."""

    since: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class HoldBook:
    """All that is held in a workspace, by subject: `workspace`, `deal:<key>`, `person:<key>`."""

    key: str = KEY
    holds: Mapping[str, Hold] = field(default_factory=dict)


def of_deal(key: str) -> str:
    """The subject that is one deal."""
    return f"deal:{key}"


def of_person(key: str) -> str:
    """The subject that is one person, with all deals they are on or were."""
    return f"person:{key}"


def put(book: HoldBook, subject: str, hold: Hold) -> HoldBook:
    """The book with one more hold; a second one on the same subject takes the first one's place."""
    return replace(book, holds={**book.holds, subject: hold})


def released(book: HoldBook, subject: str) -> HoldBook:
    """The book without a hold; the same book if there was none."""
    if subject not in book.holds:
        return book
    return replace(book, holds={key: hold for key, hold in book.holds.items() if key != subject})


def over(book: HoldBook, deal: Deal) -> bool:
    """Whether a deal is held: itself, somebody on it now or before, or everything."""
    people = map(of_person, (*roles.everybody(deal), *deal.past))
    return not book.holds.keys().isdisjoint({WORKSPACE, of_deal(deal.key), *people})


def over_person(book: HoldBook, person: Person) -> bool:
    """Whether a person is held, or any deal they know of, or everything."""
    deals = map(of_deal, (*person.deals, *person.older))
    return not book.holds.keys().isdisjoint({WORKSPACE, of_person(person.key), *deals})
