"""Amounts as people write them: 82k, €82.000, 82 000, 1.2m, 12 %, 95,000.50.

It reads to `Decimal`; what it cannot read is None. A single separator before exactly three digits is read
as thousands, which `ambiguous` reports so that the caller can echo it.
"""

from __future__ import annotations

import re
from decimal import Decimal

SCALE = {
    "": 1,
    "k": 1_000,
    "tsd": 1_000,
    "m": 1_000_000,
    "mio": 1_000_000,
    "mn": 1_000_000,
    "bn": 1_000_000_000,
}
SPACES = re.compile(r"(?<=\d)[\s'\u00a0\u202f_](?=\d{3}(?!\d))")
NUMBER = re.compile(r"([+-]?)(\d[\d.,]*)\s*([a-z]*)\s*%?$")
CURRENCY = re.compile(
    r"^(?:[€$£¥]|eur|usd|gbp|chf)\s*|\s*(?:[€$£¥]|eur|usd|gbp|chf|euros?|dollars?|pounds?)$"
)
GROUP = 3
LONGEST = 40


def read_amount(text: str) -> Decimal | None:
    """The amount in `text`, or None."""
    plain = CURRENCY.sub("", text.casefold().strip()[:LONGEST])
    found = NUMBER.match(SPACES.sub("", CURRENCY.sub("", plain).strip()))
    if found is None or found.group(3) not in SCALE:
        return None
    digits = _decimal_point(found.group(2))
    if digits is None:
        return None
    amount = Decimal(digits) * SCALE[found.group(3)]
    return -amount if found.group(1) == "-" else amount


def ambiguous(text: str) -> bool:
    """Whether `text` holds one separator before exactly three digits: 82.000 may be 82 or 82 thousand."""
    found = re.findall(r"\d[\d.,]*", text)
    return len(found) == 1 and re.fullmatch(r"\d{1,3}[.,]\d{3}", found[0]) is not None


def _decimal_point(digits: str) -> str | None:
    """Digits as Decimal wants them: the last separator decides, three digits after it mean thousands."""
    digits = digits.rstrip(".,")
    marks = [mark for mark in digits if mark in ".,"]
    if not marks:
        return digits
    last = marks[-1]
    whole, _, tail = digits.rpartition(last)
    if len(set(marks)) == 1 and (len(marks) > 1 or (len(tail) == GROUP and whole != "0")):
        groups = digits.split(last)
        return "".join(groups) if all(len(group) == GROUP for group in groups[1:]) else None
    return re.sub(r"[.,]", "", whole) + "." + tail
