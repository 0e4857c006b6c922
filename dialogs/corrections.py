"""Putting the record right: an edit, a doubt, a withdrawal; the level is computed anew, and both stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dialogs import ledger
from dialogs.deal import Deal
from dialogs.doubts import Doubt, DoubtDone
from dialogs.effects import EditDone
from dialogs.events import Answered, DealEvent, Edited
from dialogs.history import KINDS, Correction, answer_at, corrections_of, fold, kept, standing, value_of
from dialogs.questions import BY_KEY
from dialogs.record import level_of, terms_value
from dialogs.turns import Turn, about, tell

WORRYING = 2


def corrected(deal: Deal, log: Iterable[DealEvent], event: Correction) -> Turn:
    """The deal with one earlier answer put right, doubted, withdrawn or upheld.

    `log` holds the deal's entries, oldest first, earlier corrections included. What is on the screen now,
    timers and nudges already sent stay as they are.
    """
    log = tuple(log)
    found = answer_at(log, event.check_in, event.question)
    if found is None or not _makes_a_difference(log, event):
        return Turn(deal, (tell(deal, "nothing_to_edit"),))
    if not isinstance(event, Edited):
        now = kept(deal, fold((*log, event)))
        return Turn(now, (_doubted(deal, now, log, event, found),), (event,))
    event = _counted(event, found)
    now = kept(deal, fold((*log, event)))
    return Turn(now, (_edit_done(deal, now, event, found),), (event,))


def _counted(event: Edited, found: Answered) -> Edited:
    """The edit as it counts: where the other side's words are needed, 2 and 3 without any are a 1."""
    if event.keeps:
        return replace(event, answer=found.answer, terms=found.terms)
    worded = event.note or found.note or not BY_KEY[event.question].needs_words
    return event if worded or (event.answer or 0) < WORRYING else replace(event, answer=1)


def _makes_a_difference(log: tuple[DealEvent, ...], event: Correction) -> bool:
    """To doubt what is in doubt already, or to uphold what stands, makes none."""
    if isinstance(event, Edited):
        return True
    made = corrections_of(log).get((event.check_in, event.question), ())
    now, then = standing(made), KINDS[type(event)]
    return now in ("contested", "withdrawn") if then == "upheld" else now != then


def _edit_done(deal: Deal, now: Deal, event: Edited, found: Answered) -> EditDone:
    return EditDone(
        **about(deal),
        check_in=event.check_in,
        question=event.question,
        old=value_of(found),
        new=terms_value(event.terms) if event.terms else event.answer,
        old_words=found.note,
        new_words=event.note or found.note,
        before=level_of(deal),
        after=level_of(now),
    )


def _doubted(deal: Deal, now: Deal, log: tuple[DealEvent, ...], event: Doubt, found: Answered) -> DoubtDone:
    weights = ledger.weighed(log if KINDS[type(event)] != "upheld" else (*log, event))
    key = event.check_in, event.question
    return DoubtDone(
        **about(deal),
        check_in=event.check_in,
        question=event.question,
        kind=KINDS[type(event)],
        value=value_of(found),
        because=event.because,
        counted=weights.then.get(key, ledger.NOTHING),
        before=level_of(deal),
        after=level_of(now),
    )
