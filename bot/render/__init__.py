"""Turns effects and forms into payloads: words from templates, shapes from layouts.

What nobody asked for is drawn as a discreet notice. An effect without words, a layout that is not JSON and a
button that carries more than ids never leave here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.platforms import Payload
from bot.render.forms import FormFacts, inputs
from bot.render.parts import Part
from bot.render.replayed import sentences
from bot.render.shapes import drawn
from bot.render.text import Dialect, bare, fit
from bot.render.words import Words
from dialogs.digest import Digest
from dialogs.effects import Message, Notice, Reminders, ShowHome, StandIn
from dialogs.questions import BY_KEY

__all__ = ["FormFacts", "Renderer", "discreet", "sentences"]

BOUNDS = (240, 110, 50, 20)  # characters of one value; the next is tried when a message grows too long
DISCREET = (
    Notice,
    ShowHome,
    Reminders,
    StandIn,
    Digest,
)  # by their own words: no counterpart, number or quote
TEXT_MOST = 3_800  # chat.update refuses 4,000
BLOCKS_TEXT_MOST = 12_000  # Slack takes about 13,000
CARD_MOST = 24_000  # bytes; Teams takes about 28 kB, envelope and text included


class Renderer:
    """Words and shapes for one dialect, in one language; `command` is what goes before typed words."""

    def __init__(self, dialect: Dialect = "slack", command: str = "/deal", language: str = "en") -> None:
        self._dialect = dialect
        self._words = [Words(dialect, command, language, most) for most in BOUNDS]

    def message(self, effect: Message) -> Payload:
        """The effect as a payload: for Slack `text` and `blocks`, for a home `type` and `blocks`.

        LookupError for an effect without words, ValueError for a bad layout or button.
        """
        effect = discreet(effect)
        surface = "home" if isinstance(effect, ShowHome) else "message"
        payload: Payload = {}
        for words in self._words:
            parts = words.parts(effect)
            text = words.aloud(parts)
            payload = drawn(self._dialect, surface=surface, text=fit(text, TEXT_MOST), parts=parts)
            if len(text) <= TEXT_MOST and self._fits(parts, payload):
                break
        return payload

    def _fits(self, parts: Sequence[Part], payload: Payload) -> bool:
        """Whether the platform takes so much: Slack counts characters, Teams the bytes of the card."""
        if self._dialect != "teams":
            return sum(part.size for part in parts) <= BLOCKS_TEXT_MOST
        return len(json.dumps(payload["card"], ensure_ascii=False).encode()) <= CARD_MOST

    def form(self, key: str, facts: FormFacts) -> Payload:
        """The form as a modal view (`callback_id` "form:<key>"). KeyError for one that does not exist."""
        words = self._words[0]
        said = {part: words.word(f"forms/{key}", part) for part in ("title", "submit", "close", "intro")}
        picks = self._dialect != "teams"  # cards of version 1.5 pick nobody
        asked = list(inputs(words, key, facts, picks=picks))
        return drawn(self._dialect, surface="modal", key=key, metadata=facts.metadata, inputs=asked, **said)

    def problem(self, key: str) -> str:
        """What is wrong with something typed into a form, with an example. LookupError for an unknown key."""
        return bare(self._words[0].problem(key))

    def labels(self, question: str) -> Mapping[str, int]:
        """Casefolded words to answers (0-3) of a question; a word that two answers share is left out."""
        return self._words[0].labels(question)

    def choices(self, question: str) -> Mapping[str, str]:
        """The casefolded words of a follow-up's choices to their keys."""
        return {self._words[0].choice(question, key).casefold(): key for key in BY_KEY[question].choices}

    def option(self, question: str, value: int | None) -> str:
        """The answer in words; None is "not sure"."""
        return bare(self._words[0].option(question, value))


def discreet(effect: Message) -> Message:
    """The effect, or in the place of one that nobody just asked for a notice without its content."""
    if effect.prompted or isinstance(effect, DISCREET):
        return effect
    never = datetime.fromtimestamp(0, UTC)
    return Notice(deal=effect.deal, to=effect.to, prompted=False, kind="news", at=never)
