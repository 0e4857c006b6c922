"""What a change of a limit makes of the deal: the number, a must-have or a red line, and the record of it.

It decides what loosens; it refuses to decide when a loosening may count, which is `sealed`'s.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from dialogs import gates
from dialogs.deal import MOST_MUST_HAVES, Deal, Pause, RedLine, Round
from dialogs.held import Loosening, Moved, Paper
from dialogs.seals import LimitChanged, LimitWanted

MOVED_KEPT = 24
_T = TypeVar("_T")


def loosens(deal: Deal, event: LimitWanted | LimitChanged) -> bool:
    """Whether the deal would be held to less: a worse number passes, a must-have or a red line goes."""
    if event.what != "limit":
        return event.drop is not None
    old, new = deal.limit, event.value
    return old is not None and (new is None or gates.falls_short(deal, new, old))


def listed(deal: Deal, what: str) -> tuple[str, ...]:
    """The must-haves or the red lines, in words."""
    return deal.must_haves if what == "must_have" else tuple(line.text for line in deal.red_lines)


def room(deal: Deal, what: str) -> bool:
    """Whether one more must-have or red line may be added."""
    return what == "limit" or len(listed(deal, what)) < MOST_MUST_HAVES


def wanted(deal: Deal, event: LimitWanted) -> Deal:
    """The deal with a loosening that waits."""
    text = listed(deal, event.what)[event.drop] if event.drop is not None else ""
    waits = Loosening(
        number=deal.turns + 1,
        what=event.what,
        because=event.because,
        since=event.at,
        due=event.due or event.at,
        value=event.value,
        drop=event.drop,
        text=text,
    )
    return replace(deal, loosening=waits)


def changed(deal: Deal, event: LimitChanged) -> Deal:
    """The deal held to another limit from now on, with what was changed on its record."""
    moved = move(deal, event)
    paper = unheld(deal.deciding, other_terms=event.what == "must_have")
    kept = replace(deal, moved=(*deal.moved, moved)[-MOVED_KEPT:], deciding=paper)
    if moved.loosened or (deal.loosening is not None and event.what == deal.loosening.what == "limit"):
        kept = replace(kept, loosening=None)  # a number made stricter ends the wait for a looser one
    match event.what:
        case "limit":
            return replace(kept, limit=event.value, side=event.side or deal.side)
        case "must_have":
            return _without_must_have(kept, event.drop) if event.drop is not None else _with(kept, event.text)
        case "red_line":
            return _without_red_line(kept, event.drop) if event.drop is not None else _lined(kept, event.text)


def unheld(paper: Paper | None, *, other_terms: bool = False) -> Paper | None:
    """A paper must be held against the limits again once one of them changed, whatever was agreed before."""
    if paper is None:
        return None
    terms = () if other_terms else paper.terms
    return replace(paper, gates=(), held=False, waived=False, terms=terms)


def move(deal: Deal, event: LimitChanged) -> Moved:
    """The change as it stays on the record."""
    gone = listed(deal, event.what)[event.drop] if event.drop is not None else ""
    number = event.what == "limit"
    return Moved(
        what=event.what,
        loosened=loosens(deal, event),
        at=event.at,
        because=event.because,
        old=deal.limit if number else None,
        new=event.value if number else None,
        text=event.text or gone,
        agreed_by=event.agreed_by,
    )


def demoted(deal: Deal, place: int) -> Deal:
    """A red line that turned out to be none is one must-have more; nothing is loosened, it never was one."""
    asked = replace(deal, deciding=unheld(deal.deciding, other_terms=True))
    return _with(_without_red_line(asked, place), deal.red_lines[place].text)


def loosened(deal: Deal) -> tuple[Moved, ...]:
    """The changes that hold the deal to less, oldest first: what is called drift."""
    return tuple(moved for moved in deal.moved if moved.loosened)


def drift(deal: Deal) -> int:
    """Whether one's own limits moved, as the record answers it: never, once on a new fact, more than once."""
    count = len(loosened(deal))
    return count if count <= 1 else 3


def _with(deal: Deal, text: str) -> Deal:
    """One must-have more; what was answered about the others in an open check-in is asked again."""
    return replace(deal, must_haves=(*deal.must_haves, text), check_in=_unanswered(deal.check_in))


def _without_must_have(deal: Deal, place: int) -> Deal:
    return replace(
        deal,
        must_haves=_cut(deal.must_haves, place),
        terms=_cut(deal.terms, place),
        check_in=_unanswered(deal.check_in),
        paused=_thinned(deal.paused, place),
    )


def _lined(deal: Deal, text: str) -> Deal:
    return replace(deal, red_lines=(*deal.red_lines, RedLine(text)))


def _without_red_line(deal: Deal, place: int) -> Deal:
    """One red line less: a suspicion about it goes with it, one about a later line follows its line."""
    coach, line = deal.coach, deal.coach.suspected_line
    coach = replace(
        coach,
        suspected=coach.suspected and line != place,
        suspected_line=line - 1 if line > place else 0 if line == place else line,
    )
    return replace(
        deal, red_lines=_cut(deal.red_lines, place), coach=coach, check_in=_shifted(deal.check_in, place)
    )


def _unanswered(opened: Round | None, key: str = "must_haves") -> Round | None:
    """The open check-in without one answer; if it was being followed up, it is asked again."""
    if opened is None or key not in opened.answers:
        return opened
    answers = {name: answer for name, answer in opened.answers.items() if name != key}
    return replace(opened, answers=answers, stage="answer" if opened.open == key else opened.stage)


def _shifted(opened: Round | None, place: int) -> Round | None:
    """An answer about a red line that stood behind the one that went follows its line; one about it goes."""
    given = opened.answers.get("red_line") if opened else None
    if opened is None or given is None or given.red_line is None or given.red_line < place:
        return opened
    if given.red_line == place:
        return _unanswered(opened, "red_line")
    moved = replace(given, red_line=given.red_line - 1)
    return replace(opened, answers={**opened.answers, "red_line": moved})


def _thinned(pause: Pause | None, place: int) -> Pause | None:
    if pause is None:
        return None
    thin = pause.thin and replace(pause.thin, terms=_cut(pause.thin.terms, place))
    return replace(pause, terms=_cut(pause.terms, place), thin=thin)


def _cut(found: tuple[_T, ...], place: int) -> tuple[_T, ...]:
    return (*found[:place], *found[place + 1 :])
