"""Explicit ultimatums, insults and threats in English words that were noted or pasted: found, and quoted.

It suggests one answer of at most 2, which counts only once the user confirms it. It refuses a score of
sentiment, a model and a guess: what is denied, asked, foreseen, in jest or said by us is passed over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dialogs.phrase_sense import meant
from dialogs.phrase_words import INSULT, THREAT, ULTIMATUM

Kind = Literal["ultimatum", "insult", "threat"]

LONGEST = 10_000  # characters that are read; nothing is found after them
LONGEST_QUOTE = 160
MOST = 2  # words alone are never the worst answer

SAME = str.maketrans("‘’ʼ`´“”„«»–—‐‑", "'''''\"\"\"\"\",,--")  # noqa: RUF001
UNSEEN = frozenset({"Mn", "Me", "Cf"})  # loose accents, and marks without width
SENTENCE_END = re.compile(  # not within 5 p.m., nor between “…!” and who said it
    r"(?<!\.[a-z])[.!?]{1,9}(?=[\s\"')\]]|$)(?![\"'] ?(?:i|we|they|s?he|the)\b)[\"')\]]?"
    r"|\n[^\S\n]{0,9}(?:\n|(?=[-*>•]\s))"
)
BULLET = re.compile(r"(?:\s|[-*>•](?=\s))*")

# Worst first: what may do harm outside the deal, then what is said of a person, then what presses for time.
KINDS: tuple[tuple[Kind, str, re.Pattern[str]], ...] = (
    ("threat", "tone", THREAT),
    ("insult", "tone", INSULT),
    ("ultimatum", "pressure", ULTIMATUM),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer that words suggest; `quote` is a part of the text as it stands, `LONGEST_QUOTE` at most."""

    kind: Kind
    question: str
    value: int
    quote: str


def suggest(text: str) -> Suggestion | None:
    """The worst that `text` says, threat before insult before ultimatum; of two alike the first."""
    return next(iter(found(text)), None)


def found(text: str) -> tuple[Suggestion, ...]:
    """All that the first `LONGEST` characters say, worst kind first, at most one a kind and sentence."""
    text = text[:LONGEST]
    plain, places = _plain(text)
    sentences = list(_sentences(plain))
    said = []
    for kind, question, phrase in KINDS:
        for start, end in sentences:
            hits = phrase.finditer(plain[start:end])
            hit = next((hit for hit in hits if meant(hit, asked=kind == "insult")), None)
            if hit is not None:
                first, last = places[start + hit.start()], places[start + hit.end()]
                quote = _quote(text, places[start], first, last, places[end])
                said.append(Suggestion(kind, question, MOST, quote))
    return tuple(said)


def _plain(text: str) -> tuple[str, list[int]]:
    """`text` in small letters without accents, and for each of its characters the place in `text`."""
    kept = [
        (letter, place)
        for place, character in enumerate(text.translate(SAME))
        for letter in unicodedata.normalize("NFKD", character).casefold()
        if unicodedata.category(letter) not in UNSEEN
    ]
    plain = "".join(letter for letter, _ in kept).replace("_", "*")  # Slack's _italics_ are no part of a word
    return plain, [*(place for _, place in kept), len(text)]


def _sentences(plain: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, without the blanks and bullets round it."""
    start = 0
    for end in (*(mark.end() for mark in SENTENCE_END.finditer(plain)), len(plain)):
        bullet = BULLET.match(plain, start, end)
        first = bullet.end() if bullet else start
        yield first, first + len(plain[first:end].rstrip())
        start = end


def _quote(text: str, start: int, first: int, last: int, end: int) -> str:
    """The sentence from `start` to `end`; if it is too long, what fits round its phrase, in whole words."""
    if end - start > LONGEST_QUOTE:
        left = max(start, first - max(0, LONGEST_QUOTE - (last - first)) // 2)
        right = min(end, left + LONGEST_QUOTE)
        while start < left < first and not text[left - 1].isspace():
            left += 1
        while last < right < end and not text[right].isspace():
            right -= 1
        start, end = left, right
    return text[start:end].strip()
