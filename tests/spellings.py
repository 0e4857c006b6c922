"""A secret figure in the forms that people write it in, made by other rules than those that find it.

Words come from num2words, figures from Python's own formats.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

from num2words import num2words  # type: ignore[import-untyped]

THIN, NO_BREAK, NARROW = "\N{THIN SPACE}", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")  # noqa: RUF001 - what it is about
SENTENCES = (
    "We cannot go below {}.", "our walk-away is {} by the way", "{} is the end for us", "Not under {}!",
    "(internally: {})", "between us: {}; do not tell them", "limit={}", "They get no {}\nand that is that",
    "say {}, or thereabouts", "we stop at “{}”",
)  # fmt: skip


def written(value: int) -> Iterator[str]:
    """A whole figure of at least a thousand, in full."""
    text = str(value)
    yield text
    for sign in (",", ".", " ", "'", "\N{RIGHT SINGLE QUOTATION MARK}", THIN, NO_BREAK, NARROW):
        yield f"{value:,}".replace(",", sign)
    yield f"€{value:,}"
    yield f"{value:,} EUR"
    yield f"${value:,}.00"
    yield f"USD {value}"
    yield text.translate(FULL_WIDTH)
    yield f"*{text[:2]}*{text[2:]}"
    yield f"{text[:1]}\N{ZERO WIDTH SPACE}{text[1:]}"
    yield f"`{value:,}`"
    words = num2words(value)
    yield words
    yield words.replace("-", " ").replace(",", "").title()
    yield words.replace(" and ", " ").replace(",", "").upper()
    yield " ".join(num2words(int(digit)) for digit in text)


def shortened(value: int) -> Iterator[str]:
    """A round figure of so many thousands, with its scale or without."""
    thousands = Decimal(value) / 1000
    short = f"{thousands.normalize():f}"
    for form in (
        "{}k",
        "{} k",
        "{}K",
        "€{}k",
        "{} thousand",
        "{} grand",
        "{}.0k" if "." not in short else "{}k",
    ):
        yield form.format(short)
    yield short.replace(".", ",") + "k"
    yield f"{(Decimal(value) / 1_000_000).normalize():f}m"
    yield f"{(Decimal(value) / 1_000_000).normalize():f} million".replace(".", ",")
    if thousands < 1000 and thousands == thousands.to_integral_value():
        yield f"{num2words(int(thousands))} grand"
        yield f"{num2words(int(thousands)).replace('-', ' ')} k"


def rounded(value: int) -> Iterator[str]:
    """To two or three digits, as one says it."""
    for digits in (2, 3):
        places = len(str(value)) - digits
        if places > 0:
            near = round(value, -places)
            if near % 10 ** (places + 1):  # fewer digits say nothing
                yield f"about {near:,}"
                yield f"{Decimal(near) / 1000:f}k".replace(".000k", "k")


def percentages(value: int) -> Iterator[str]:
    """A share of a hundred."""
    yield from (
        f"{value} %",
        f"{value}%",
        f"{value} percent",
        f"{value} per cent",
        f"0.{value:02d}",
        f"{value},0 %",
    )
    yield f"{num2words(value)} percent"


def every(value: int) -> Iterator[str]:
    """All forms of one secret of at least ten thousand."""
    yield from written(value)
    yield from shortened(value)
    yield from rounded(value)


def said(form: str, rng: random.Random) -> str:
    """The form within a sentence."""
    return rng.choice(SENTENCES).format(form)
