"""Two on one deal: whose check-in is open, and whether a second one speaks of the same talk.

A colleague's check-in stands beside the owner's; one talk that two tell of counts once. It refuses to decide
what either of them is asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogs.deal import Deal, Round, altered

SAME_TALK = timedelta(hours=12)  # check-ins of two people within it speak of one talk


def colleague(deal: Deal, person: str) -> bool:
    """Whether this is somebody else on the deal; a replay's lines are the owner's unless they say who."""
    return person not in ("", deal.owner) and (person in deal.colleagues or person == deal.hours.cover)


def sits(deal: Deal, person: str) -> bool:
    """Whether this person may check in on the deal."""
    return person == deal.owner or colleague(deal, person)


def round_of(deal: Deal, person: str) -> Round | None:
    """This person's open check-in."""
    return deal.seats.get(person) if colleague(deal, person) else deal.check_in


def with_round(deal: Deal, person: str, opened: Round | None) -> Deal:
    """The deal with this person's check-in open, or (None) with none of theirs."""
    if not colleague(deal, person):
        return altered(deal, check_in=opened)
    others = {known: round_ for known, round_ in deal.seats.items() if known != person}
    return altered(deal, seats=others if opened is None else {**others, person: opened})


def is_open(deal: Deal, person: str) -> bool:
    """Whether a question is on this person's screen."""
    opened = round_of(deal, person)
    return opened is not None and opened.open is not None


def seat(deal: Deal, person: str) -> str:
    """Whose word it is: a colleague's by their key, the owner's (and a replay's) by none."""
    return person if colleague(deal, person) else ""


def joins(deal: Deal, person: str, at: datetime) -> bool:
    """Whether a check-in of this person ending at `at` speaks of the talk that somebody else told of last."""
    told = deal.coach.call
    if told is None or told.number != deal.coach.check_ins or not sits(deal, person):
        return False
    return seat(deal, person) not in told.people and at - told.at <= SAME_TALK
