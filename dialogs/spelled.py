"""Figures as people write them in running text: 82,000, €82.000, 82k, 0.082m, eighty-two thousand, 12 %.

It finds every reading of every figure and where it stands; it refuses to decide what a figure means. English
words only. Linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

_UNITS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL: dict[str, int] = {
    **{word: value for value, word in enumerate(_UNITS.split())},
    **{word: 10 * value for value, word in enumerate(_TENS.split(), start=2)},
    "oh": 0, "nought": 0, "dozen": 12, "fourty": 40,
}  # fmt: skip
THOUSAND, MILLION, BILLION = Decimal(10) ** 3, Decimal(10) ** 6, Decimal(10) ** 9
SCALES: dict[str, Decimal] = {
    **dict.fromkeys(("k", "thousand", "thousands", "thsd", "thou", "grand", "tsd", "tausend"), THOUSAND),
    **dict.fromkeys(("m", "mm", "mn", "mio", "mil", "mill", "million", "millions", "mln"), MILLION),
    **dict.fromkeys(("b", "bn", "billion", "billions", "mrd"), BILLION),
    **dict.fromkeys(("lakh", "lakhs", "lac"), Decimal(10) ** 5),
    **dict.fromkeys(("crore", "crores"), Decimal(10) ** 7),
}
PARTS = {"half": Decimal("0.5"), "quarter": Decimal("0.25")}
PERCENT = frozenset({"%", "percent", "pct", "percents", "percentage"})
CURRENCY = frozenset({
    "€", "$", "£", "¥", "₹", "eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "pound", "pounds",
    "chf", "francs", "yen", "jpy", "sek", "nok", "dkk", "pln", "inr", "rupees", "aud", "cad", "bucks", "quid",
})  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1990, 2099

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may(?!\s+(?:be|have|not|well|also|still))|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_DATED = re.compile(
    rf"(?<!\d)(?:(?:19|20)\d\d-[01]?\d-[0-3]?\d"
    rf"|[0-3]?\d[./][0-3]?\d[./](?:(?:19|20)\d\d|\d\d(?!\d))"
    rf"|[0-2]?\d:[0-5]\d(?::[0-5]\d)?|(?:1[0-2]|0?[1-9])\s?[ap]\.?m\b"
    rf"|{_DAY}\.?(?:\s*[-–]\s*{_DAY})?\s+(?:of\s+)?{_MONTH}\b(?:,?\s+(?:19|20)\d\d(?!\d))?"
    rf"|\b{_MONTH}\.?\s+{_DAY}(?!\s?[k%\d.,]\d?)(?:,?\s+(?:19|20)\d\d)?|\d+(?:st|nd|rd|th)\b)"
)
_TOKEN = re.compile(r"\d+(?:[.,'\u2019]\d+)*|[^\W\d_]+|[^\w\s]", re.UNICODE)
_SPLIT = re.compile(r"[.,'\u2019]")
_MARKS = dict.fromkeys(map(ord, "*_~`"))
_JOINS = frozenset({"and", "-", "\u2010", "\u2011", ","})
_RANGE = frozenset({"-", "\u2010", "\u2011", "\u2013", "\u2014", "to", "or"})


@dataclass(frozen=True, slots=True)
class Figure:
    """One reading of a figure: its value, and where it stands in the flattened text.

    `scaled` says that a thousand or more is part of it; `beside` and `label` are the words behind and before
    it; `dated` that it belongs to a date or a time; `coded` that letters run into it, as in Q4 or v2.
    """

    value: Decimal
    start: int
    end: int
    scaled: bool = False
    percent: bool = False
    currency: bool = False
    dated: bool = False
    coded: bool = False
    beside: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A run of digits with their separators, a word, or one sign."""

    text: str
    start: int
    end: int

    @property
    def figure(self) -> bool:
        """Whether it is made of digits."""
        return self.text[0].isdecimal()


def flattened(text: str) -> str:
    """`text` in one case and one kind of digit, without marks and unseen characters."""
    if text.isascii():
        return text.translate(_MARKS).casefold()
    return "".join(_flat(char) for char in text)


def places(text: str) -> list[int]:
    """For every character of the flattened text where it stands in `text`."""
    return [at for at, char in enumerate(text) for _ in _flat(char)]


def _flat(char: str) -> str:
    if ord(char) in _MARKS or unicodedata.category(char) == "Cf":
        return ""
    digit = unicodedata.decimal(char, None)
    return str(digit) if digit is not None else unicodedata.normalize("NFKC", char).casefold()


def tokens(flat: str) -> list[Token]:
    """The pieces of a flattened text."""
    return [Token(found[0], found.start(), found.end()) for found in _TOKEN.finditer(flat)]


def figures(flat: str) -> Iterator[Figure]:
    """Every reading of every figure in a flattened text."""
    pieces = tokens(flat)
    dates = [(found.start(), found.end()) for found in _DATED.finditer(flat)]
    number, date = 0, 0
    while number < len(pieces):
        read, following = _run(pieces, number)
        read += _spaced(pieces, number)
        while date < len(dates) and dates[date][1] <= pieces[number].start:
            date += 1
        for each in read:
            yield _set(each, pieces, number, dates[date] if date < len(dates) else None)
        number = following


def _set(read: Figure, pieces: Sequence[Token], number: int, date: tuple[int, int] | None) -> Figure:
    """The figure with what stands around it."""
    before = pieces[number - 1] if number else None
    behind = [piece for piece in pieces[number : number + 24] if piece.start >= read.end][:3]
    words = [piece.text for piece in behind]
    percent = bool(words) and (words[0] in PERCENT or words[:2] == ["per", "cent"])
    touching = before is not None and before.end == read.start
    sign = before.text if before else ""
    year = not read.scaled and FIRST_YEAR <= read.value <= LAST_YEAR and read.end - read.start == len("2026")
    return replace(
        read,
        percent=percent,
        currency=sign in CURRENCY or (bool(words) and words[0] in CURRENCY),
        dated=year or (date is not None and date[0] <= read.start and read.end <= date[1]),
        label=sign,
        coded=touching and sign not in CURRENCY and (sign[0].isalpha() or sign in "#/:."),
        beside=next((word for word in words if word[0].isalpha()), "") if words and words[0] != "." else "",
    )


def readings(digits: str) -> tuple[Decimal, ...]:
    """What digits with separators may mean: 82.000 is eighty-two thousand, or eighty-two."""
    groups = _SPLIT.split(digits)
    if len(groups) == 1:
        return (Decimal(digits),)
    whole = Decimal("".join(groups))
    point = Decimal(f"{''.join(groups[:-1])}.{groups[-1]}")
    if all(len(group) == 3 for group in groups[1:]):
        return (whole, point)
    return (point, whole) if len(groups) > 2 else (point,)


def _spaced(pieces: Sequence[Token], number: int) -> list[Figure]:
    """82 000: groups of three with a space between them, read as one."""
    first = pieces[number]
    if not first.figure or not first.text.isdecimal() or len(first.text) > 3:
        return []
    joined, end, at = first.text, first.end, number + 1
    while at < len(pieces) and pieces[at].start == end + 1 and len(pieces[at].text) == 3:
        if not pieces[at].text.isdecimal():
            break
        joined, end, at = joined + pieces[at].text, pieces[at].end, at + 1
    if joined == first.text:
        return []
    scale = SCALES.get(pieces[at].text) if at < len(pieces) else None
    read = Figure(Decimal(joined), first.start, end)
    return [read] if scale is None else [read, replace(read, value=read.value * scale, scaled=True)]


@dataclass(slots=True)
class _Sum:
    """What a run of figures and words comes to, for each reading of its digits."""

    whole: tuple[Decimal, ...] = (Decimal(0),)
    open: tuple[Decimal, ...] = ()  # what waits for its scale
    last: int | None = None  # the small word before
    scaled: bool = False
    digits: str = ""  # spelled one by one

    def values(self) -> tuple[Decimal, ...]:
        return tuple(w + o for w in self.whole for o in self.open or (Decimal(0),))

    def add(self, value: int) -> bool:
        """One more small word; False where it begins another figure."""
        if not self.open:
            self.open, self.digits = (Decimal(value),), str(value)
        elif self.digits and value < 10 and len(self.digits) == self._spelled:
            self.digits += str(value)
            self.open = (Decimal(self.digits),)
        elif value < self._room:
            self.open, self.digits = tuple(o + value for o in self.open), ""
        else:
            return False
        self.last = value
        return True

    @property
    def _room(self) -> int:
        """Below what a word may be to go on: twenty-two, a hundred and ninety."""
        return {100: 100}.get(self.last or 0, 10 if self.last in range(20, 100, 10) else 0)

    @property
    def _spelled(self) -> int:
        """As many digits as words, where all were below ten."""
        return len(self.digits) if self.last is not None and self.last < 10 else -1

    def times(self, scale: Decimal) -> None:
        """A scale: what waits is so many times as much."""
        self.whole = tuple(w + o * scale for w in self.whole for o in self.open or (Decimal(1),))
        self.open, self.last, self.scaled, self.digits = (), None, True, ""


def _run(pieces: Sequence[Token], number: int) -> tuple[list[Figure], int]:
    """The readings of the run of figures that begins here, and where the next one may begin."""
    if not _begins(pieces, number):
        return [], number + 1
    found, read, at = _Sum(), list[Figure](), number
    while at < len(pieces):
        step = _step(found, pieces, at)
        if step == 0:
            break
        at += step
        if pieces[at - 1].text in SCALES:  # 82 thousand 350 holds 82 thousand as well
            read += _read(found, pieces, number, at)
    if pieces[at - 1].text not in SCALES:
        read += _read(found, pieces, number, at)
    read += _shared(pieces, number, at)
    return read, max(at, number + 1)


def _read(found: _Sum, pieces: Sequence[Token], number: int, at: int) -> list[Figure]:
    span = (pieces[number].start, pieces[at - 1].end)
    return [Figure(value, *span, scaled=found.scaled) for value in found.values()]


def _begins(pieces: Sequence[Token], at: int) -> bool:
    word = pieces[at].text
    if pieces[at].figure or word in SMALL or word in PARTS:
        return True
    behind = pieces[at + 1].text if at + 1 < len(pieces) else ""
    return word in ("a", "an", "hundred", "thousand", "million") and (
        word not in ("a", "an") or behind == "hundred" or (behind in SCALES and len(behind) > 2)
    )


def _step(found: _Sum, pieces: Sequence[Token], at: int) -> int:  # noqa: C901, PLR0911 - one case a kind of word
    """Take one or more pieces into the sum; answers how many, 0 where the run ends."""
    word, rest = pieces[at].text, [piece.text for piece in pieces[at + 1 : at + 4]]
    if pieces[at].figure:
        if found.open or (found.scaled and not _goes_on(pieces, at)):
            return 0
        found.open, found.last = readings(word), None
        return 1
    if word in SMALL:
        return 1 if found.add(SMALL[word]) else 0
    if word == "hundred":
        found.open, found.last = tuple(o * 100 for o in found.open or (Decimal(1),)), 100
        found.digits = ""
        return 1
    if word in SCALES:
        found.times(SCALES[word])
        return 1
    if word in ("a", "an"):
        return 1 if not found.open and not found.scaled else 0
    if word in PARTS and not found.open:
        skip = next((n for n, each in enumerate(rest) if each not in ("of", "a", "an", "-")), len(rest))
        if skip < len(rest) and rest[skip] in SCALES:
            found.open = (PARTS[word],)
            return 1 + skip
        return 0
    if word == "and" and rest[:2] in (["a", "half"], ["a", "quarter"]) and found.open:
        found.open = tuple(o + PARTS[rest[1]] for o in found.open)
        return 3
    if word == "point" and found.open and rest and rest[0] in SMALL:
        spelled = [str(SMALL[each]) for each in _while(rest)]
        found.open = tuple(o + Decimal(f"0.{''.join(spelled)}") for o in found.open)
        found.last, found.digits = None, ""
        return 1 + len(spelled)
    joined = word in _JOINS and (found.open or found.scaled) and bool(rest)
    return 1 if joined and (rest[0] in SMALL or (found.scaled and rest[0][0].isdecimal())) else 0


def _goes_on(pieces: Sequence[Token], at: int) -> bool:
    """Whether digits behind a scale go on with it: 82 thousand 350, 1 million 250 thousand, not 82k 95k."""
    before = SCALES.get(pieces[at - 1].text if pieces[at - 1].text not in _JOINS else pieces[at - 2].text)
    own = SCALES.get(pieces[at + 1].text, Decimal(1)) if at + 1 < len(pieces) else Decimal(1)
    short = len(pieces[at].text) <= 3
    return short and before is not None and own < before and (own > 1 or len(pieces[at - 1].text) > 1)


def _while(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if SMALL.get(word, 10) >= 10:
            return
        yield word


def _shared(pieces: Sequence[Token], number: int, at: int) -> list[Figure]:
    """80-84k: the first of two shares the scale of the second."""
    if at - number != 1 or at + 2 >= len(pieces) or pieces[at].text not in _RANGE:
        return []
    scale = SCALES.get(pieces[at + 2].text) if pieces[at + 1].figure else None
    first = pieces[number]
    if scale is None or not first.figure:
        return []
    return [Figure(v * scale, first.start, first.end, scaled=True) for v in readings(first.text)]
