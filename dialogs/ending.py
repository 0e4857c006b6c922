"""How a check-in ends: answers become events on the record, one line says where you stand, a date is set.

It decides nothing about a question; what the answers weigh is decided in `record`.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs import advice, completing, reminding
from dialogs.deal import Answer, Deal, Round, altered
from dialogs.effect import Line
from dialogs.effects import AnyEffect, CheckInEnd
from dialogs.event import Event
from dialogs.events import (
    Acted,
    Answered,
    CheckedIn,
    Noted,
    NothingChanged,
    NothingToReport,
    Offered,
    RedLineConfirmed,
)
from dialogs.happenings import FROM_RECORD
from dialogs.levels import Level
from dialogs.record import Canonical, level_of, recorded
from dialogs.turns import Turn, about, nudge


def nothing(deal: Deal, event: NothingToReport) -> Turn:
    """Nothing changed: the check-in ends at once, and the answers so far are dropped.

    What was told since the last one did happen: then it counts.
    """
    told = _told(deal)
    if told is not None:
        bare = altered(deal, check_in=told)
        return _closing(bare, (CheckedIn(id=event.id, at=event.at, by=event.by),), lines(told), event)
    done = NothingChanged(id=event.id, at=event.at, by=event.by)
    return _closing(deal, (done,), (), event, nothing_changed=True)


def _told(deal: Deal) -> Round | None:
    """The answers that were on the record before the check-in began, as a round of their own."""
    opened = deal.check_in
    told = {} if opened is None else {k: a for k, a in opened.answers.items() if k not in opened.plan}
    return replace(opened, plan=(), open=None, answers=told) if opened and told else None


def ended(deal: Deal, opened: Round, event: Event) -> Turn:
    """The last question is answered: answers become events on the record, then the check-in ends."""
    bare = altered(deal, check_in=_told(altered(deal, check_in=opened)))
    done = replace(opened, open=None)
    return _closing(bare, _events(done, event), lines(done), event)


def lines(opened: Round) -> tuple[Line, ...]:
    """The answers so far, in the order they were asked; the open one's own once more is asked of it."""
    making = opened.open if opened.stage in ("answer", "note") else None
    return tuple(
        Line(key, a.value, a.words or a.added, terms=a.terms, amount=a.amount, known=_known(opened, key))
        if (a := opened.answers.get(key)) is not None
        else Line(key, None, passed=True)
        for key in (*(key for key in opened.answers if key not in opened.plan), *opened.plan)
        if key != making and (key in opened.answers or key in opened.passed)
    )


def _known(opened: Round, key: str) -> bool:
    """Whether nobody had to give this answer now: it was told before, or the offers say it."""
    return key not in opened.plan or opened.answers[key].choice == FROM_RECORD


def _events(opened: Round, event: Event) -> tuple[Canonical, ...]:
    found: list[Canonical] = []
    for key in opened.plan:
        answer = opened.answers.get(key)
        if answer is None:
            continue
        name, at, by = f"{event.id}/{key}", event.at, answer.by
        if answer.amount is not None:
            offered = Offered(
                id=f"{name}/offered", at=at, by=by, side="them", value=answer.amount, package=answer.package
            )
            found.append(offered)
        if answer.choice == "named":
            found.append(Acted(id=f"{name}/named", at=at, by=by, action="named_behaviour"))
        if answer.choice == "final" and key == "red_line":
            found.append(RedLineConfirmed(id=f"{name}/final", at=at, by=by, red_line=answer.red_line or 0))
        found.append(_fact(name, answer, key, event))
    if opened.note:
        found.append(Noted(id=f"{event.id}/note", at=event.at, by=event.by, text=opened.note))
    return (*found, CheckedIn(id=event.id, at=event.at, by=opened.by, passed=opened.passed))


def _fact(name: str, answer: Answer, key: str, event: Event) -> Answered:
    return Answered(
        id=name,
        at=event.at,
        by=answer.by,
        question=key,
        answer=None if answer.terms else answer.value,
        terms=answer.terms,
        amount=answer.amount,
        note=answer.words,
        red_line=answer.red_line,
        choice=answer.choice,
        added=answer.added,
    )


def _closing(
    deal: Deal,
    events: tuple[Canonical, ...],
    lines_: tuple[Line, ...],
    event: Event,
    *,
    nothing_changed: bool = False,
) -> Turn:
    before, due = deal, False
    for fact in events:
        step = recorded(deal, fact)
        deal, due = step.deal, due or step.nudge
    crossed = any(isinstance(fact, RedLineConfirmed) for fact in events)
    after, effects = said(
        before, deal, lines_, event, due=due, crossed=crossed, nothing_changed=nothing_changed
    )
    return Turn(after, effects, events, nudge=due)


def said(
    before: Deal,
    deal: Deal,
    lines_: tuple[Line, ...],
    event: Event,
    *,
    due: bool,
    crossed: bool = False,
    nothing_changed: bool = False,
) -> tuple[Deal, tuple[AnyEffect, ...]]:
    """The deal with its next date, and what is said: one line, and a nudge if one is `due`."""
    resting = deal.pause_at(event.at) is not None
    level = level_of(deal)
    deal = reminding.checked_in(deal, event.at)
    upcoming = None if resting else reminding.next_check_in(deal, event.at)
    end = CheckInEnd(
        **about(deal),
        number=deal.coach.check_ins + nothing_changed,
        lines=lines_,
        level=level,
        before=level_of(before),
        nothing_changed=nothing_changed,
        next_check_in=upcoming,
        paused=resting,
        triage="" if due else deal.coach.triage,  # a nudge says it itself
        unit=deal.unit,
        tired=advice.tired(deal),
        worst=max((line.value for line in lines_ if line.value is not None), default=None),
        suggestion=advice.action(deal),
        last_day=deal.last_day(event.at),
        offered="" if due or resting or level is Level.STAY else advice.action(deal),
        talk=reminding.coming(deal, event.at),
        missing="" if due or nothing_changed else completing.missing(deal, event.at) or "",
    )
    return deal, (end, nudge(deal, prompted=True, gate=crossed)) if due else (end,)
