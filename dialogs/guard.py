"""The guard that knows a deal's secrets: what must not stand in any text that others read.

It finds figures in every form people write them, names of the alternative, and the words of red lines and of
the promise. It refuses to guess at hints. Which forms it knows, and which not: docs/security.md.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from dialogs import spelled
from dialogs.deal import Alternative, Deal
from dialogs.spelled import Figure, Token

Kind = Literal["limit", "issue_limit", "target", "plan_b", "plan_b_value", "red_line", "promise"]
KINDS: tuple[Kind, ...] = (
    "limit", "issue_limit", "target", "plan_b", "plan_b_value", "red_line", "promise",
)  # fmt: skip

NEAR = Decimal("0.005")  # as near as this, relative to the secret, is the secret
LARGE = Decimal(1000)
SHORT_FORMS = (Decimal(10) ** 3, Decimal(10) ** 6)  # eighty-two, for 82,000
MOST_PERCENT = 100
LEAST_DIGITS = 2  # a figure rounded to fewer says nothing of where it came from
LEAST_CALLED = 4
LEAST_JOINED = 6  # letters of a name that is found without its spaces
MOST_OF = 0.7  # of the words of a long phrase
LONG_PHRASE = 4
WINDOW = 3  # times the words of a phrase: so near together they are that phrase
_COUNTED = """
second minute min hour hr day week month year quarter people person colleague employee user seat licence
license call meeting email mail question point item page line store office site country language truck machine
unit piece team member round step option slide issue ticket deal time change case requirement reminder draft
"""
_LABELS = """
version ticket room page row clause section slide step floor building order week number no question item phase
milestone chapter line stage minute
"""
_LEGAL = "ltd limited gmbh inc llc plc ag sa co corp corporation company bv kg se oy ab spa srl"
_STOP = """
a an and any are as at be but by can do does for from had has have he her his i if in is it its leave me more
must my never no not of off on or our out shall she so than that the their them then there they this to too up
us was we were what when which who will with without would you your
"""
_ORDINARY = """
first second third new next other great good best big small north south east west northern southern eastern
western central united national international global general american european british german french royal
public private open free smart digital data cloud software system service solution partner group team project
deal plan option renew stay keep build make buy sell sign wait work walk leave continue extend another someone
nobody nothing
"""
_LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not be said: figures with their unit, and phrases, by kind. Their repr shows none."""

    figures: tuple[tuple[Kind, Decimal, str], ...] = field(default=(), repr=False)
    phrases: tuple[tuple[Kind, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """Where in a text a secret stands, and of which kind it is."""

    kind: Kind
    start: int
    end: int


def secrets_of(deal: Deal) -> Secrets:
    """All that a deal keeps to its owner, limits that it had before included."""
    figures: list[tuple[Kind, Decimal, str]] = []
    for value in (deal.limit, deal.loosening.value if deal.loosening else None, *_earlier(deal)):
        figures += [("limit", value, deal.unit)] if value is not None else []
    figures += [("issue_limit", i.limit, i.unit) for i in deal.issues if i.limit is not None]
    figures += [("target", deal.target, deal.unit)] if deal.target is not None else []
    phrases: list[tuple[Kind, str]] = [("red_line", line.text) for line in deal.red_lines]
    phrases += [("red_line", moved.text) for moved in deal.moved if moved.what == "red_line" and moved.text]
    phrases += [("promise", deal.promise.text)] if deal.promise else []
    if deal.alternative is not None:
        phrases += [("plan_b", deal.alternative.name)] if deal.alternative.name else []
        figures += [("plan_b_value", value, deal.unit) for value in _values(deal.alternative)]
    return Secrets(tuple(dict.fromkeys(figures)), tuple(dict.fromkeys(phrases)))


def _earlier(deal: Deal) -> Iterator[Decimal]:
    for moved in deal.moved:
        yield from (value for value in (moved.old, moved.new) if value is not None and moved.what == "limit")


def _values(other: Alternative) -> Iterator[Decimal]:
    yield from (v for v in (other.value, other.low, other.likely, other.high) if v is not None)


def found(text: str, secrets: Secrets, allowed: Collection[Kind] = ()) -> tuple[Hit, ...]:
    """Where a secret stands in `text`, those of `allowed` kinds left out; in order, () for none."""
    flat = spelled.flattened(text)
    hits = {*_figures(flat, secrets), *_phrases(flat, secrets)}
    kept = sorted((hit for hit in hits if hit.kind not in allowed), key=lambda hit: (hit.start, hit.kind))
    if not kept:
        return ()
    at = [*spelled.places(text), len(text)]
    return tuple(Hit(hit.kind, at[hit.start], at[hit.end - 1] + 1) for hit in kept)


# -------------------------------------------------------------------- figures


def _figures(flat: str, secrets: Secrets) -> Iterator[Hit]:
    if not secrets.figures:
        return
    for figure in spelled.figures(flat):
        for kind, secret, unit in secrets.figures:
            if _says(figure, abs(secret), unit):
                yield Hit(kind, figure.start, figure.end)


def _says(figure: Figure, secret: Decimal, unit: str) -> bool:
    """Whether a figure says the secret: itself, rounded, in short, or as a share for a percentage."""
    if figure.dated:
        return False
    value = figure.value
    if unit == "%" or figure.percent:
        of_a_share = unit in ("%", "points") or (not unit and secret <= MOST_PERCENT)
        of_a_share = of_a_share and (figure.percent or not _counts(figure, unit))
        shares = (value, value * 100) if unit == "%" and not figure.percent and value < 1 else (value,)
        return of_a_share and any(share == secret for share in shares)
    if figure.scaled or value >= LARGE:
        return secret >= 1 and _near(value, secret)
    return not _counts(figure, unit) and _small(figure, secret)


def _small(figure: Figure, secret: Decimal) -> bool:
    """Whether a figure below a thousand says a small secret, or a large one in short."""
    if secret < LARGE:
        return figure.value == secret or (figure.currency and _near(figure.value, secret))
    return figure.value >= 10 and any(_near(figure.value * short, secret) for short in SHORT_FORMS)


def _near(value: Decimal, secret: Decimal) -> bool:
    """Whether a figure is the secret within half a percent, or is the secret, rounded as it is written."""
    if abs(value - secret) <= NEAR * secret:
        return True
    bare = value.normalize()
    digits = len(bare.as_tuple().digits)
    if digits < LEAST_DIGITS or not secret:
        return False
    return abs(secret - value) * 2 <= Decimal(1).scaleb(int(bare.as_tuple().exponent))


def _counts(figure: Figure, unit: str) -> bool:
    """Whether a small figure counts or names something else than the secret is told in."""
    if figure.currency:
        return False
    beside = _stem(figure.beside)
    return (
        figure.coded
        or _stem(figure.label) in LABELS
        or (beside in COUNTED and beside != _stem(unit.casefold()))
    )


# -------------------------------------------------------------------- names and phrases


def _phrases(flat: str, secrets: Secrets) -> Iterator[Hit]:
    if not secrets.phrases:
        return
    words = [Token(found[0], found.start(), found.end()) for found in _LETTERS.finditer(flat)]
    stems = [_stem(word.text) for word in words]
    for kind, phrase in secrets.phrases:
        sought = _sought(phrase)
        if sought:
            yield from (Hit(kind, *span) for span in _together(words, stems, sought))
            if kind == "plan_b":
                yield from (Hit(kind, *span) for span in _joined(words, "".join(sought)))
                first = _first(phrase)
                yield from (
                    Hit(kind, w.start, w.end) for w, s in zip(words, stems, strict=True) if s == first
                )


def _sought(phrase: str) -> tuple[str, ...]:
    """The words that a phrase is known by; all of them, where it is made of common ones alone."""
    all_words = [_stem(word) for word in _LETTERS.findall(spelled.flattened(phrase))]
    telling = [word for word in all_words if word not in STOP and word not in LEGAL]
    return tuple(dict.fromkeys(telling or all_words))


def _first(name: str) -> str:
    """The word by which people call whoever has this name: the first, unless it is one of many names."""
    words = [word for word in _LETTERS.findall(name) if _stem(word.casefold()) not in STOP]
    told = words and words[0][0].isupper() and len(words[0]) >= LEAST_CALLED
    stem = _stem(spelled.flattened(words[0])) if told else ""
    return stem if stem and stem not in ORDINARY else ""


def _together(
    words: Sequence[Token], stems: Sequence[str], sought: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Where so many of the sought words stand near together: all of a short phrase, most of a long one."""
    few = len(sought) < LONG_PHRASE
    needed = len(sought) if few else max(3, round(MOST_OF * len(sought)))
    places = [at for at, stem in enumerate(stems) if stem in sought]
    width = WINDOW * len(sought)
    first = 0
    for last, place in enumerate(places):
        while place - places[first] >= width:
            first += 1
        if len({stems[at] for at in places[first : last + 1]}) >= needed:
            yield words[places[first]].start, words[place].end
            first = last + 1


def _joined(words: Sequence[Token], name: str) -> Iterator[tuple[int, int]]:
    """A name without its spaces, or with one between each letter; from a word's begin to a word's end."""
    if len(name) < LEAST_JOINED:
        return
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    joined, length = [], 0
    for word in words:
        starts[length] = word.start
        joined.append(word.text)
        length += len(word.text)
        ends[length] = word.end
    text, at = "".join(joined), -1
    while (at := text.find(name, at + 1)) >= 0:
        end = next((e for e in (at + len(name), at + len(name) + 1) if e in ends), None)
        if at in starts and end is not None:
            yield starts[at], ends[end]


def _stem(word: str) -> str:
    """A word without its commonest endings."""
    for ending in ("ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word.removesuffix("e") if len(word) > 3 else word


COUNTED, LABELS = (frozenset(map(_stem, words.split())) for words in (_COUNTED, _LABELS))
LEGAL, STOP, ORDINARY = (frozenset(map(_stem, words.split())) for words in (_LEGAL, _STOP, _ORDINARY))
