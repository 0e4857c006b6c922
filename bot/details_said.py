"""Words and forms about what a deal lacks or has become: promise, deadline, goal; as events."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from dialogs import plan_b
from dialogs.amounts import read_amount
from dialogs.details import DetailTold
from dialogs.events import ColleagueNamed, DealEvent, Misread
from dialogs.forms import Filled

Stamp = Mapping[str, Any]
LONGEST = 400
NO_DEADLINE = ("none", "no", "open", "no deadline", "off")
Words = Callable[[str, Stamp, str], DealEvent]


def of_words(verb: str, words: str, stamp: Stamp, zone: str) -> DealEvent | None:
    """The event behind typed words about one of these; None for any other verb."""
    read = SPOKEN.get(verb)
    return read(words, stamp, zone) if read else None


def _deadline(words: str, stamp: Stamp, zone: str) -> DealEvent:
    told = re.sub(r"^(?:is|to|by|on)\s+", "", words.strip(), flags=re.IGNORECASE)
    if told.casefold().strip(" .") in NO_DEADLINE:
        return DetailTold(**stamp, what="deadline")
    moment = plan_b.ends(told, stamp["at"], zone)
    if moment is None:
        return Misread(**stamp, problem="expected_deadline", text=words)
    return DetailTold(**stamp, what="deadline", moment=moment)


def _target(words: str, stamp: Stamp, _: str) -> DealEvent:
    value = read_amount(re.sub(r"^(?:is|to|at)\s+", "", words.strip(), flags=re.IGNORECASE))
    if value is None:
        return Misread(**stamp, problem="expected_amount", text=words)
    return DetailTold(**stamp, what="target", value=value)


def _promise(words: str, stamp: Stamp, _: str) -> DealEvent:
    return DetailTold(**stamp, what="promise", text=words.strip()[:LONGEST])


def _purpose(words: str, stamp: Stamp, _: str) -> DealEvent:
    return DetailTold(**stamp, what="purpose", text=words.strip()[:LONGEST])


SPOKEN: Mapping[str, Words] = {
    "deadline": _deadline,
    "target": _target,
    "promise": _promise,
    "purpose": _purpose,
}


def _colleague(_: Any, filled: Filled, stamp: Stamp) -> DealEvent:  # noqa: ANN401 - one shape for all
    person = filled.text("colleague")
    return ColleagueNamed(**stamp, person=person) if person else Misread(**stamp, problem="expected_person")


FILLED: Mapping[str, Callable[[Any, Filled, Stamp], DealEvent]] = {
    "promise": lambda _, filled, stamp: DetailTold(**stamp, what="promise", text=filled.text("text")),
    "deadline": lambda _, filled, stamp: DetailTold(**stamp, what="deadline", moment=filled.date("moment")),
    "target": lambda _, filled, stamp: DetailTold(**stamp, what="target", value=filled.amount("amount")),
    "colleague": _colleague,
}
