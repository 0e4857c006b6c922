"""What words suggest: the effect that asks, and the events that answer. `suggesting` decides when."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.effect import Effect
from dialogs.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionTaken(Event):
    """The user says that the words count as suggested."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionLeft(Event):
    """The user says that they do not."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggest(Effect):
    """Quote the words, say what they would count as, and ask."""

    number: int
    kind: str
    question: str
    value: int
    quote: str
