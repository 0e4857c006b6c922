"""A plan B as people say it: "second bidder 78k likely until 30 Nov".

It reads; what it cannot read is a problem key, never a guess.
"""

from __future__ import annotations

import re
from datetime import datetime, time
from decimal import Decimal
from typing import get_args
from zoneinfo import ZoneInfo

from dialogs.amounts import read_amount
from dialogs.cadence import wall
from dialogs.commands import split_tail
from dialogs.dates import CLOCK, read_date
from dialogs.deal import Alternative, Firmness

END_OF_DAY = time(23, 59, 59)
NONE = ("none", "gone", "nothing", "no plan b")
FIRMNESS: tuple[Firmness, ...] = get_args(Firmness)
LONGEST = 200
RANGE = 3
AMOUNT_WORDS = (2, 1)  # "82 000" before "000"


def read(words: str, now: datetime, zone: str) -> Alternative | str:
    """The alternative meant by `words`, or the key of what is wrong with them; "none" is an empty one."""
    if words.casefold().strip(" .") in NONE:
        return Alternative()
    head, tail = split_tail(f" {words}", "until", "till")
    when = tail.get("until") or tail.get("till") or ""
    expires = ends(when, now, zone) if when else None
    if when and expires is None:
        return "expected_date"
    left, firmness = _firmness(head.split())
    name, amounts = _amounts(left)
    if not name:
        return "expected_plan_b"
    low, value, high = amounts
    ranged = low is not None
    return Alternative(
        name=name[:LONGEST],
        value=None if ranged else value,
        low=low,
        likely=value if ranged else None,
        high=high,
        firmness=firmness,
        expires=expires,
    )


def ends(text: str, now: datetime, zone: str) -> datetime | None:
    """When something stands until: a day without a time ends with its last second."""
    moment = read_date(text, now, zone)
    if moment is None or CLOCK.search(text.casefold()) or re.search(r"\b(hour|minute)", text.casefold()):
        return moment
    return wall(datetime.combine(moment.astimezone(ZoneInfo(zone)).date(), END_OF_DAY), zone)


def _firmness(words: list[str]) -> tuple[list[str], Firmness | None]:
    """The words without the last one that says how firm it is, and that."""
    for place in range(len(words) - 1, 0, -1):
        said = words[place].casefold().strip("(),.")
        if said in FIRMNESS:
            return [*words[:place], *words[place + 1 :]], FIRMNESS[FIRMNESS.index(said)]
    return words, None


def _amounts(words: list[str]) -> tuple[str, tuple[Decimal | None, Decimal | None, Decimal | None]]:
    """The name, and the figure at its end: one, or low, likely and high as 70k/78k/85k."""
    parts = [read_amount(part) for part in words[-1].split("/")] if words else []
    if len(parts) == RANGE and all(part is not None for part in parts):
        return " ".join(words[:-1]), (parts[0], parts[1], parts[2])
    for count in AMOUNT_WORDS:
        amount = read_amount(" ".join(words[-count:])) if len(words) > count else None
        if amount is not None:
            return " ".join(words[:-count]).strip(" ,:"), (None, amount, None)
    return " ".join(words), (None, None, None)
