"""Text on its way out: made safe for a dialect, kept to a bound, figures as people write them.

Bounds apply before encoding; encoded text is only ever cut between entities.
"""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

Dialect = Literal["slack", "teams", "plain"]

BOLD, UNBOLD = "\ue000", "\ue001"  # stand for the dialect's marks; what users type never holds them
READ_AHEAD = 8  # times the bound: enough for text that is half white space, without reading a whole book
BLANK = "–"
SYMBOLS = ("€", "$", "£", "¥")

_UNSEEN = re.compile(  # control, directions, private use, halves of pairs
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\ue000-\uf8ff\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_MARKS = re.compile(r"(?<!\w)[*_~]|[*_~](?!\w)|`")
_ENDED = re.compile("([.!?…]\N{RIGHT DOUBLE QUOTATION MARK})\\.(?!\\.)")  # the quoted sentence ended already
_FOLDED = re.compile(r"\{(?=\{)")
_LOOKALIKES = str.maketrans("*_~`", "\u2217\u02cd\u223c\u02cb")


class Marked(str):
    """Text that is encoded already; only this room makes it."""

    __slots__ = ()


def encoded(text: str, dialect: Dialect) -> str:
    """`text` with nothing alive in it: no mention, no link, no formatting."""
    if dialect != "slack":
        return unfolded(text) if dialect == "teams" else text
    quiet = _MARKS.sub(lambda mark: mark[0].translate(_LOOKALIKES), text)
    return quiet.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unfolded(text: str) -> str:
    """`text` for a card's runs, which know no markup but this: `{{DATE(…)}}` would become a date."""
    return _FOLDED.sub("{\N{ZERO WIDTH SPACE}", text)


def escaped(text: str, dialect: Dialect) -> str:
    """`text` to be copied exactly, whatever its length: its lines stay, nothing in it is alive in a block."""
    clean = "".join(c for c in text if c == "\n" or not _UNSEEN.match(c))
    if dialect != "slack":
        return unfolded(clean) if dialect == "teams" else clean
    quiet = clean.translate({ord("`"): _LOOKALIKES[ord("`")]})  # nothing ends the block it stands in
    return quiet.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, most: int) -> str:
    """`text` on one line, without unseen characters, in at most `most`; a dash if none is left."""
    head = text[: most * READ_AHEAD]
    line = " ".join(_UNSEEN.sub(" ", head).split()) or (text and BLANK)
    return line if len(line) <= most and head == text else line[: most - 1].rstrip() + "…"


def typed(text: str, most: int) -> str:
    """`text` as it goes back into a field: as typed, without unseen characters, at most `most` of them."""
    return "".join(c for c in text[:most] if c == "\n" or not _UNSEEN.match(c))


def fit(text: str, most: int) -> str:
    """Encoded text in at most `most` characters, no entity cut in two."""
    return text if len(text) <= most else re.sub(r"&[a-z]*$", "", text[: most - 1]) + "…"


def bare(text: str) -> str:
    """Encoded text without its marks."""
    return text.replace(BOLD, "").replace(UNBOLD, "")


def tidy(text: str) -> str:
    """A region as a template leaves it, without indents, spare empty lines, and a second full stop."""
    lines = "\n".join(line.strip() for line in text.strip().splitlines())
    return _ENDED.sub(r"\1", re.sub(r"\n{3,}", "\n\n", lines))


def money(amount: Decimal, unit: str = "") -> str:
    """An amount exactly, as short as people write it: 82k, 1.25m, 95,500, €900, 60 points."""
    whole = amount.is_finite() and amount == amount.to_integral_value()
    exact = f"{amount:,.0f}" if whole else f"{amount:,f}"
    figure = _short(amount, 6, "m", 1, "0.01") or _short(amount, 3, "k", 10, "1") or exact
    return f"{unit}{figure}" if unit in SYMBOLS else f"{figure} {unit}".strip()


def _short(amount: Decimal, zeros: int, letter: str, least: int, step: str) -> str:
    if not amount.is_finite() or abs(amount.adjusted()) > 20:  # noqa: PLR2004 - past any sum of money
        return ""
    short = amount.scaleb(-zeros)
    exact = abs(short) >= least and short == short.quantize(Decimal(step))
    return f"{short.normalize():f}{letter}" if exact else ""


def zone_of(name: str) -> tuple[tzinfo, bool]:
    """The zone, and whether its name was known; where it was not, times are told in UTC and say so."""
    try:
        return ZoneInfo(name), True
    except (KeyError, ValueError, OSError):
        return UTC, False
