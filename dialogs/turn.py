"""The coach in one function: `take` a deal and what happened, answer the deal and what is to be done.

It decides everything a deal can decide and refuses whoever may not. The check-in as a conversation is in
`check_in`, grounds and levels in `record`, the words in templates.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from dialogs import advice, cadence, check_in, gates, pauses, roles, showing, timers
from dialogs.deal import Deal, Promise, RedLine
from dialogs.effects import (
    AnyEffect,
    DealEnded,
    Pass,
    Remind,
    Stopped,
    Tell,
)
from dialogs.event import Event
from dialogs.events import (
    AboutToSign,
    AboutToWalk,
    Acted,
    AlternativeChanged,
    Answered,
    CheckedIn,
    CheckInStarted,
    Chosen,
    Closed,
    CloseWanted,
    ColleagueNamed,
    DealEvent,
    DraftWanted,
    Edited,
    EditWanted,
    LeftOff,
    Misread,
    Noted,
    NoteWanted,
    NothingChanged,
    NothingToReport,
    Offered,
    Opened,
    Paused,
    PauseReviewed,
    RedLineConfirmed,
    RedLineCured,
    ReminderDue,
    Renamed,
    Reopened,
    Returned,
    ReturnWanted,
    Shown,
    SignWanted,
    Skipped,
    Snoozed,
    StatusAsked,
    Tapped,
    WentBack,
    WhyAsked,
    Worded,
)
from dialogs.record import level_of
from dialogs.turns import Turn, about, card, notice, on_record, tell

TIMERS = (timers.CHECK_IN, timers.UNFINISHED, timers.PAUSE_OVER)
STILL_OPEN_WHEN_CLOSED = (Reopened, StatusAsked, WhyAsked, Closed, Renamed)


def take(deal: Deal | None, event: DealEvent) -> Turn:
    """The next turn of a deal. Pure; a refusal is an effect and changes nothing.

    A person's list entry follows whenever it changed, as an event passed on to each of them.
    """
    deal = deal and check_in.known(deal)
    if deal is None:
        turn = _opened(event) if isinstance(event, Opened) else Turn(None, (Tell(key="deal_unknown"),))
    elif not roles.may(deal, event):
        return Turn(deal, (Tell(key="not_yours", to=event.by),))
    elif deal.status == "closed" and not isinstance(event, STILL_OPEN_WHEN_CLOSED):
        return Turn(deal, () if isinstance(event, ReminderDue) else (tell(deal, "deal_closed"),))
    else:
        turn = _taken(deal, event)
    cards = _cards(deal, turn.deal, event)
    return replace(turn, effects=(*turn.effects, *cards)) if cards else turn


def _taken(deal: Deal, event: DealEvent) -> Turn:  # noqa: C901, PLR0911, PLR0912 - one case an event
    match event:
        case CheckInStarted():
            return check_in.started(deal, event)
        case (
            Tapped()
            | Worded()
            | Chosen()
            | Skipped()
            | WentBack()
            | NoteWanted()
            | LeftOff()
            | NothingToReport()
        ):
            return check_in.on_screen(deal, event)
        case Answered() | CheckedIn() | NothingChanged() | Offered() | AlternativeChanged():
            return on_record(deal, event)
        case Noted() if check_in.is_open(deal):
            return check_in.noted(deal, event)
        case Noted():
            return on_record(deal, event, tell(deal, "noted"))
        case RedLineConfirmed():
            return on_record(deal, event)
        case RedLineCured():
            return on_record(deal, event, tell(deal, "red_line_cured"))
        case Acted():
            return on_record(deal, event, tell(deal, "acted", action=event.action))
        case DraftWanted():
            return Turn(deal, (tell(deal, f"draft_{event.action}"),))
        case Paused():
            return pauses.paused(deal, event)
        case PauseReviewed():
            return pauses.reviewed(deal, event)
        case ReturnWanted():
            return pauses.return_wanted(deal, event)
        case Returned():
            return pauses.returned(deal, event)
        case AboutToSign() | AboutToWalk():
            return on_record(deal, event, _gate(deal, event))
        case SignWanted():
            return Turn(deal, (tell(deal, "sign_asked"),))
        case CloseWanted():
            return Turn(deal, (tell(deal, "close_asked"),))
        case Closed():
            return _closed(deal, event)
        case Reopened():
            return _reopened(deal, event)
        case Renamed():
            return on_record(deal, event, tell(deal, "renamed", old=deal.name, new=event.name))
        case ColleagueNamed() if event.person == deal.owner:
            return Turn(deal, (tell(deal, "expected_person"),))
        case ColleagueNamed():
            return on_record(deal, event, tell(deal, "colleague_named"))
        case StatusAsked():
            return Turn(deal, (showing.status(deal, event),))
        case WhyAsked():
            return Turn(deal, (showing.explained(deal),))
        case Shown() if event.kind == timers.CHECK_IN and not check_in.is_open(deal):
            return check_in.started(deal, CheckInStarted(id=event.id, at=event.at, by=event.by))
        case Shown():
            return Turn(deal, showing.shown(deal, event))
        case Snoozed():
            return on_record(deal, event, tell(deal, "snoozed"))
        case EditWanted():
            return showing.edit_wanted(deal, event)
        case ReminderDue():
            return _reminded(deal, event)
        case Misread():
            return _misread(deal, event)
        case Opened():
            return Turn(deal, (showing.ready(deal),))
        case Edited():
            raise TypeError("an edit folds the whole log again: dialogs.history.edited")
        case _:
            assert_never(event)


def _cards(before: Deal | None, after: Deal | None, event: Event) -> tuple[AnyEffect, ...]:
    """What the people on the deal have to hear of, if it changed their list."""
    if after is None or after is before:
        return ()
    people = (after.owner, *after.colleagues)
    if before and before.colleagues == after.colleagues and not _moved(before, after, event):
        return ()
    return tuple(
        Pass(person, new)
        for person in people
        if person
        and (new := card(after, person, event))
        != (card(before, person, event) if before and person in (before.owner, *before.colleagues) else None)
    )


def _moved(before: Deal, after: Deal, event: Event) -> bool:
    """Whether the deal's line in its owner's list changed, in which a colleague's is contained."""
    asking = check_in.is_open(before) and check_in.is_open(after)
    same = before.coach is after.coach and before.name is after.name and before.alias is after.alias
    if asking and same and before.paused is after.paused and before.next_check_in is after.next_check_in:
        return False  # the next question of the same check-in: the commonest turn, and no news for a list
    return card(before, before.owner, event) != card(after, after.owner, event)


def _opened(event: Opened) -> Turn:
    deal = Deal(
        key=event.deal,
        owner=event.by,
        name=event.name,
        counterpart=event.counterpart,
        opened=event.at,
        alias=event.alias,
        side=event.side,
        unit=event.unit,
        limit=event.limit,
        target=event.target,
        must_haves=event.must_haves,
        red_lines=tuple(RedLine(text) for text in event.red_lines),
        alternative=event.alternative,
        cost_of_delay=event.cost_of_delay,
        promise=Promise(event.promise, event.at) if event.promise else None,
        purpose=event.purpose,
        deadline=event.deadline,
        zone=event.zone,
        colleagues=event.colleagues,
        last_event=event.at,
        turns=1,
    )
    upcoming = cadence.next_check_in(event.at, deal.zone, level_of(deal), deal.deadline)
    deal = replace(deal, next_check_in=upcoming)
    return Turn(deal, (showing.ready(deal), Remind(timers.CHECK_IN, upcoming)), (event,))


def _gate(deal: Deal, event: AboutToSign | AboutToWalk) -> Stopped:
    terms = event.must_haves if isinstance(event, AboutToSign) else ()
    named = tuple(zip(deal.must_haves, terms, strict=False))
    return Stopped(
        **about(deal),
        signing=isinstance(event, AboutToSign),
        gates=gates.gates(deal, event),
        unmet=tuple(text for text, term in named if term == "not"),
        partly=tuple(text for text, term in named if term == "partly"),
        breached=advice.breached(deal),
        promise=deal.promise,
    )


def _closed(deal: Deal, event: Closed) -> Turn:
    if deal.status == "closed":
        return Turn(deal, (tell(deal, "deal_closed"),))
    ended = DealEnded(
        **about(deal),
        name=deal.name,
        outcome=event.outcome,
        must_haves=deal.must_haves,
        terms=event.terms or deal.terms,
        promise=deal.promise,
        check_ins=deal.coach.check_ins,
        pauses=deal.coach.returns + (deal.paused is not None),
        note=event.note,
    )
    return on_record(deal, event, ended, *(Remind(timer, None) for timer in TIMERS))


def _reopened(deal: Deal, event: Reopened) -> Turn:
    if deal.status == "live":
        return Turn(deal, (tell(deal, "not_closed"),))
    turn = on_record(deal, event, tell(deal, "reopened"))
    after = turn.deal
    if after is None:
        raise ValueError(deal.key)
    upcoming = cadence.next_check_in(event.at, after.zone, level_of(after), after.deadline)
    return replace(
        turn,
        deal=replace(after, next_check_in=upcoming),
        effects=(*turn.effects, Remind(timers.CHECK_IN, upcoming)),
    )


def _reminded(deal: Deal, event: ReminderDue) -> Turn:
    """A date the deal had set has come; what is no longer true is dropped."""
    due = notice(deal, event.purpose, event.at)
    again = cadence.next_check_in(event.at, deal.zone, level_of(deal), deal.deadline)
    match event.purpose:
        case _ if deal.pause_at(event.at) is not None:
            return Turn(deal)
        case timers.CHECK_IN if deal.next_check_in is not None and deal.next_check_in <= event.at:
            moved = replace(deal, next_check_in=again)
            return Turn(moved, (due, Remind(timers.CHECK_IN, again)))
        case timers.UNFINISHED if check_in.is_open(deal):
            return Turn(deal, (due,))
        case timers.PAUSE_OVER if deal.paused is not None:
            return Turn(deal, (due,))
        case _:
            return Turn(deal)


def _misread(deal: Deal, event: Misread) -> Turn:
    if deal.check_in is not None and deal.check_in.open is not None and event.by == deal.owner:
        return Turn(deal, (check_in.ask(deal, problem=event.problem, text=event.text),))
    return Turn(deal, (tell(deal, event.problem, text=event.text),))
