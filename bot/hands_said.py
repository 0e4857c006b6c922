"""Typed words about who is on a deal, and whose it is, as events of the deal."""

import re
from collections.abc import Mapping
from typing import Any

from dialogs.events import ColleagueNamed, DealEvent, Misread
from dialogs.handing import ColleagueLeft, HandOverWanted

Stamp = Mapping[str, Any]
PERSON = re.compile(r"@p:(\w+)")
NOT = re.compile(r"\b(?:remove|drop|no more|off)\b", re.IGNORECASE)
TAKEN_BACK = re.compile(r"\b(?:off|cancel|back|stop|nobody)\b", re.IGNORECASE)


def of_words(verb: str, words: str, stamp: Stamp) -> DealEvent:  # noqa: PLR0911 - one case a verb
    """`@x` names somebody, `remove @x` takes them off; `hand-over @x` offers the deal, `off` keeps it."""
    found, plain = PERSON.search(words), PERSON.sub("", words)
    person = found[1] if found else ""
    if verb == "hand-over" and not person and TAKEN_BACK.search(plain):
        return HandOverWanted(**stamp)
    if not person:
        return Misread(**stamp, problem="expected_person")
    if verb == "hand-over":
        return HandOverWanted(**stamp, person=person)
    if NOT.search(plain):
        return ColleagueLeft(**stamp, person=person)
    match verb:
        case "second-reader":
            return ColleagueNamed(**stamp, person=person, role="second_reader")
        case "observer":
            return ColleagueNamed(**stamp, person=person, role="observer")
        case _:
            return ColleagueNamed(**stamp, person=person)
