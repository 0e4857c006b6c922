"""An edit folds the whole log again: the same rules over the same events, one answer put right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dialogs.deal import Deal
from dialogs.effects import EditDone, Tell
from dialogs.events import Answered, DealEvent, Edited, Opened
from dialogs.questions import BY_KEY
from dialogs.record import level_of, recorded, terms_value
from dialogs.turn import take
from dialogs.turns import Turn, about

WORRYING = 2


def edited(deal: Deal, log: Iterable[DealEvent], event: Edited) -> Turn:
    """The deal with one earlier answer put right; the old one stays on the log.

    `log` holds the deal's entries, oldest first, earlier edits included. What is on the screen now, timers
    and nudges already sent stay as they are.
    """
    found = _old(log := tuple(log), event)
    if found is None:
        return Turn(deal, (Tell(**about(deal), key="nothing_to_edit"),))
    event = _counted(event, found)
    folded = fold((*log, event))
    now = replace(
        folded,
        check_in=deal.check_in,
        next_check_in=deal.next_check_in,
        coach=replace(folded.coach, nudged=deal.coach.nudged),
    )
    new = terms_value(event.terms) if event.terms else event.answer
    done = EditDone(
        **about(deal),
        check_in=event.check_in,
        question=event.question,
        old=found.answer if not found.terms else terms_value(found.terms),
        new=new,
        before=level_of(deal),
        after=level_of(now),
    )
    return Turn(now, (done,), (event,))


def _counted(event: Edited, found: Answered) -> Edited:
    """The edit as it counts: where the other side's words are needed, 2 and 3 without any are a 1."""
    worded = event.note or found.note or not BY_KEY[event.question].needs_words
    return event if worded or (event.answer or 0) < WORRYING else replace(event, answer=1)


def fold(log: Iterable[DealEvent]) -> Deal:
    """The deal its log makes, edits applied where the answers were given; ValueError unless it opens one."""
    log = tuple(log)
    edits = {(e.check_in, e.question): e for e in log if isinstance(e, Edited)}
    deal: Deal | None = None
    for entry in log:
        if isinstance(entry, Edited):
            deal = replace(deal, turns=deal.turns + 1, last_event=entry.at) if deal else None
        elif deal is None:
            deal = take(None, entry).deal if isinstance(entry, Opened) else None
        else:
            deal = recorded(deal, _put_right(deal, entry, edits)).deal  # type: ignore[arg-type]
    if deal is None:
        raise ValueError("a log begins with Opened")
    return deal


def _put_right(deal: Deal, entry: DealEvent, edits: dict[tuple[int, str], Edited]) -> DealEvent:
    if not isinstance(entry, Answered):
        return entry
    edit = edits.get((deal.coach.check_ins + 1, entry.question))
    if edit is None:
        return entry
    return replace(entry, answer=edit.answer, terms=edit.terms, note=edit.note or entry.note, choice="")


def _old(log: tuple[DealEvent, ...], event: Edited) -> Answered | None:
    """The answer as it stands, earlier edits included."""
    number, found = 1, None
    for entry in log:
        if isinstance(entry, Answered) and number == event.check_in and entry.question == event.question:
            found = entry
        if (
            isinstance(entry, Edited)
            and found
            and (entry.check_in, entry.question) == (event.check_in, event.question)
        ):
            found = replace(found, answer=entry.answer, terms=entry.terms)
        number += type(entry).__name__ == "CheckedIn"
    return found
