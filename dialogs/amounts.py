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
    "thousand": 1_000,
    "grand": 1_000,
    "m": 1_000_000,
    "mio": 1_000_000,
    "mn": 1_000_000,
    "mil": 1_000_000,
    "million": 1_000_000,
    "bn": 1_000_000_000,
    "billion": 1_000_000_000,
}
THOUSAND = Decimal(1_000)
FAR = Decimal(30)  # times: an amount so far off the last one is asked about
SPACES = re.compile(r"(?<=\d)[\s'\u00a0\u202f\u2019_](?=\d{3}(?!\d))")
NUMBER = re.compile(r"([+-]?)(\d[\d.,]*)\s*([a-z]*)\s*%?$")
CURRENCY = re.compile(
    r"^(?:[€$£¥]|eur|usd|gbp|chf)\s*|\s*(?:[€$£¥]|eur|usd|gbp|chf|euros?|dollars?|pounds?)$"
)
SIGNS = {"eur": "€", "usd": "$", "gbp": "£", "chf": "CHF"}
GROUP = 3
LONGEST = 40


def read_amount(text: str) -> Decimal | None:
    """The amount in `text`, or None."""
    plain = CURRENCY.sub("", text.casefold().replace("\u2212", "-").strip()[:LONGEST])
    found = NUMBER.match(SPACES.sub("", CURRENCY.sub("", plain).strip()))
    if found is None or found.group(3) not in SCALE:
        return None
    digits = _decimal_point(found.group(2))
    if digits is None:
        return None
    amount = _scaled(Decimal(digits), SCALE[found.group(3)])
    return -amount if found.group(1) == "-" else amount


def _scaled(amount: Decimal, by: int) -> Decimal:
    """56.5k is 56500, not 56500.0; 82.50 stays as it was typed."""
    scaled = amount * by
    return scaled.quantize(Decimal(1)) if by > 1 and scaled == scaled.to_integral_value() else scaled


def unit_in(text: str) -> str:
    """The currency that an amount was typed in, as its sign where it has one; "" if none was."""
    found = re.search(r"[€$£¥]|\b(?:eur|usd|gbp|chf)\b|(?<=\d)(?:eur|usd|gbp|chf)\b", text.casefold())
    return SIGNS.get(found.group(), found.group()) if found else ""


def ambiguous(text: str) -> bool:
    """Whether `text` holds one separator before exactly three digits: 82.000 may be 82 or 82 thousand."""
    found = re.findall(r"\d[\d.,]*", text)
    return len(found) == 1 and re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", found[0]) is not None


def likely(text: str, near: Decimal | None) -> tuple[Decimal, Decimal | None] | None:
    """The amount that is most likely meant, and the other one it may be (None: there is no doubt).

    `near` is what was last on the table. 82.000 is eighty-two thousand or eighty-two; an amount a thousand
    times off `near` may have lost its k, or gained one. None for what cannot be read.
    """
    amount = read_amount(text)
    if amount is None:
        return None
    ways = [amount, *([amount / THOUSAND] if ambiguous(text) else [])]
    if near and amount and _off(amount, near) >= FAR:
        ways += [way for way in (amount * THOUSAND, amount / THOUSAND) if way not in ways]
    if near:
        ways.sort(key=lambda way: _off(way, near))
    if len(ways) == 1 or (near and ways[0] == amount and "." not in text and _off(ways[1], near) >= FAR):
        return ways[0], None
    return ways[0], ways[1]


def _off(amount: Decimal, near: Decimal) -> Decimal:
    """How many times one amount is the other, 1 or more."""
    one, other = abs(amount), abs(near)
    if not one or not other:
        return Decimal("Infinity")
    return max(one / other, other / one)


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
