"""Words that were noted or pasted may suggest one answer, quoted; it counts only once the user says so.

It suggests what an explicit ultimatum, insult or threat says by itself, never more than a 2, and never lowers
what was answered already.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from dialogs import phrases, seats
from dialogs.deal import Deal, Suggested
from dialogs.events import Answered, Noted
from dialogs.suggestions import Suggest, SuggestionLeft, SuggestionTaken
from dialogs.turns import Turn, about, on_record, tell


def after_note(turn: Turn, event: Noted) -> Turn:
    """The turn of a note, and what its words suggest, if they do."""
    deal, found = turn.deal, phrases.suggest(event.text)
    if deal is None or found is None or _said_already(deal, found.question, found.value):
        return turn
    kept = Suggested(deal.turns, found.kind, found.question, found.value, found.quote)
    asked = Suggest(
        **about(deal),
        number=kept.number,
        kind=kept.kind,
        question=kept.question,
        value=kept.value,
        quote=kept.quote,
    )
    return replace(turn, deal=replace(deal, suggested=kept), effects=(*turn.effects, asked))


def taken(deal: Deal, event: SuggestionTaken | SuggestionLeft) -> Turn:
    """The user's word on it: it waits as an answer for the next check-in, or is forgotten."""
    waits = deal.suggested
    if waits is None or waits.number != event.number:
        return Turn(deal, (tell(deal, "old_button"),))
    bare = replace(deal, suggested=None)
    match event:
        case SuggestionLeft():
            return Turn(bare, (tell(deal, "suggestion_left"),))
        case SuggestionTaken():
            if _said_already(deal, waits.question, waits.value):
                return Turn(bare, (tell(deal, "said_already"),))
            fact = Answered(
                id=event.id,
                at=event.at,
                by=event.by,
                question=waits.question,
                answer=waits.value,
                note=waits.quote,
            )
            return on_record(bare, fact, tell(deal, "suggestion_taken", question=waits.question))
        case _:
            assert_never(event)


def _said_already(deal: Deal, question: str, value: int) -> bool:
    """Whether the answer that waits for the end of the check-in says as much."""
    opened = seats.round_of(deal, "")
    given = opened.answers.get(question) if opened else None
    return given is not None and (given.value or 0) >= value and bool(given.words)
