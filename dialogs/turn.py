"""The coach in one function: `take` a deal and what happened, answer the deal and what is to be done.

It decides everything a deal can decide and refuses whoever may not. The check-in as a conversation is in
`check_in`, grounds and levels in `record`, the words in templates.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never, get_args

from dialogs import (
    cadence,
    check_in,
    closing,
    colleagues,
    completing,
    deciding,
    following,
    forgetting,
    handing_over,
    happenings,
    measuring,
    pauses,
    reminding,
    roles,
    sealed,
    seats,
    sharing,
    showing,
    suggesting,
    timers,
)
from dialogs.afterwards import LookedBack, TimeFreed
from dialogs.agenda import Agenda
from dialogs.deal import Deal, Promise, RedLine, altered
from dialogs.decisions import (
    BreachLooked,
    CureTold,
    FinalOfferBuilt,
    GateWaived,
    PaperRead,
    PaperTouched,
    RedLineTested,
    SignedAlready,
    WaitChosen,
)
from dialogs.details import DetailTold
from dialogs.doubts import EvidenceContested, EvidenceUpheld, EvidenceWithdrawn, ReasonWanted, Viewed
from dialogs.drawing import ChartAsked
from dialogs.effects import (
    AnyEffect,
    Pass,
    Tell,
)
from dialogs.event import Event, OnScreen
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
from dialogs.exports import Exported, ExportWanted
from dialogs.follows import AlternativeLinked, DealFollowed, FollowEnded, FollowWanted
from dialogs.forgets import ForgetEvent
from dialogs.handing import Assigned, HandingEvent, OwnerGone
from dialogs.offers import (
    Happened,
    IssuesSet,
    IssuesWanted,
    LogWanted,
    OfferCorrected,
    OfferMeant,
    OfferSaid,
    OfferWithdrawn,
    Unsaid,
)
from dialogs.reminders import (
    CadenceSet,
    DateNoted,
    MeetingSet,
    OwnerMoved,
    RemindersAsked,
    RemindersDropped,
    ReminderSkipped,
    ReminderSnoozed,
    ReminderUnwanted,
)
from dialogs.seals import LimitAgreed, LimitChanged, LimitsAsked, LimitTakenBack, LimitWanted
from dialogs.shares import ShareEvent
from dialogs.suggestions import SuggestionLeft, SuggestionTaken
from dialogs.turns import Turn, card, joined, notice, on_record, tell

STILL_OPEN_WHEN_CLOSED = (
    LookedBack, TimeFreed, Reopened, StatusAsked, Closed, Renamed, FollowWanted, FollowEnded, DealFollowed,
    OwnerGone, Assigned,
)  # fmt: skip


def take(deal: Deal | None, event: DealEvent) -> Turn:
    """The next turn of a deal. Pure; a refusal is an effect and changes nothing.

    A person's list entry follows whenever it changed, as an event passed on to each of them.
    """
    return with_news(deal, decided(deal, event), event)


def decided(deal: Deal | None, event: DealEvent) -> Turn:
    """All of a turn that bears on the verdict; who hears of it and when comes after, and moves nothing.

    A replay stops here: there is nobody to tell and nothing to wait for.
    """
    deal = deal and check_in.known(deal)
    if deal is None:
        return _opened(event) if isinstance(event, Opened) else Turn(None, (Tell(key="deal_unknown"),))
    if not roles.may(deal, event):
        return Turn(deal, (Tell(key="not_yours", to=event.by),))
    if deal.forgetting:
        return Turn(deal, (tell(deal, "forgetting"),) if event.by else ())
    if deal.status == "closed" and not _after_the_end(event):
        return Turn(deal, () if isinstance(event, ReminderDue) else (tell(deal, "deal_closed"),))
    return _taken(deal, event)


def with_news(before: Deal | None, turn: Turn, event: DealEvent) -> Turn:
    """The turn, and what people and other deals have to hear of it."""
    if turn.deal is not None and turn.deal.forgetting:
        return turn
    turn = reminding.replanned(before, turn, event.at)
    news = (*_cards(before, turn.deal, event), *following.news(before, turn.deal, event))
    news += sharing.updates(before, turn.deal, event)
    return replace(turn, effects=(*turn.effects, *news)) if news else turn


def _after_the_end(event: DealEvent) -> bool:
    """Whether a closed deal still hears of it."""
    freed = (isinstance(event, Shown) and event.kind == timers.FREED) or (
        isinstance(event, ReminderDue) and event.purpose == timers.FREED
    )
    return freed or isinstance(
        event, (*STILL_OPEN_WHEN_CLOSED, *get_args(ShareEvent), *get_args(ForgetEvent))
    )


def _taken(deal: Deal, event: DealEvent) -> Turn:  # noqa: C901, PLR0911, PLR0912, PLR0915 - one case an event
    if isinstance(event, ShareEvent):
        return sharing.taken(deal, event)
    if isinstance(event, ForgetEvent):
        return forgetting.taken(deal, event)
    if isinstance(event, HandingEvent):
        return handing_over.taken(deal, event)
    match event:
        case CheckInStarted() | OnScreen() if seats.colleague(deal, event.by):
            return colleagues.checks_in(deal, event)
        case Misread() if seats.colleague(deal, event.by) and seats.is_open(deal, event.by):
            return colleagues.checks_in(deal, event)
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
        case Answered() | CheckedIn() | NothingChanged() | Offered():
            return on_record(deal, event)
        case AlternativeChanged():
            return following.changed(deal, event)
        case AlternativeLinked() | FollowWanted() | FollowEnded() | DealFollowed():
            return following.taken(deal, event)
        case LimitsAsked() | LimitWanted() | LimitAgreed() | LimitTakenBack() | LimitChanged():
            return sealed.taken(deal, event)
        case Noted() if check_in.is_open(deal):
            return suggesting.after_note(check_in.noted(deal, event), event)
        case Noted():
            return suggesting.after_note(on_record(deal, event, tell(deal, "noted")), event)
        case SuggestionTaken() | SuggestionLeft():
            return suggesting.taken(deal, event)
        case Paused():
            return pauses.paused(deal, event)
        case PauseReviewed():
            return pauses.reviewed(deal, event)
        case ReturnWanted():
            return pauses.return_wanted(deal, event)
        case Returned():
            return pauses.returned(deal, event)
        case (
            SignWanted() | PaperRead() | PaperTouched() | AboutToSign() | GateWaived() | WaitChosen()
            | AboutToWalk() | SignedAlready() | RedLineTested() | BreachLooked() | CureTold()
            | RedLineConfirmed() | RedLineCured() | DraftWanted() | FinalOfferBuilt() | Acted()
        ):  # fmt: skip
            return _decided(deal, event)
        case CloseWanted():
            return Turn(deal, (tell(deal, "close_asked"),))
        case Closed() if deciding.asks_first(deal, event):
            return _then_closed(deciding.before_closing(deal, event), event)
        case Closed():
            return closing.closed(deal, deciding.completed(deal, event))
        case Reopened():
            return closing.reopened(deal, event)
        case Renamed():
            return on_record(deal, event, tell(deal, "renamed", old=deal.name, new=event.name))
        case ColleagueNamed() if event.person == deal.owner:
            return Turn(deal, (tell(deal, "expected_person"),))
        case ColleagueNamed():
            return _named(deal, event)
        case StatusAsked():
            return Turn(deal, (showing.status(deal, event),))
        case Shown() if event.kind == roles.HANDED and event.by == deal.heir:
            return Turn(deal, (handing_over.shown(deal, event.by),))
        case Shown() if event.by != deal.owner and event.kind == roles.NAMED:
            return Turn(deal, (showing.status(deal, event),))
        case Shown() if event.by != deal.owner:
            return Turn(deal, sealed.second_reading(deal, event.by))
        case Shown() if event.kind == timers.FREED:
            return closing.shown(deal)
        case Shown() if event.kind in deciding.SHOWN:
            return deciding.shown(deal, event, event.kind)
        case Shown() if event.kind == "loosened":
            return Turn(deal, (sealed.shown(deal),))
        case Shown() if (behind := reminding.shown(deal, event.kind, event.at)) is not None:
            return Turn(deal, (behind,))
        case Shown() if event.kind == timers.CHECK_IN and not check_in.is_open(deal):
            return check_in.started(deal, CheckInStarted(id=event.id, at=event.at, by=event.by))
        case Shown():
            return Turn(deal, showing.shown(deal, event))
        case Snoozed():
            return on_record(deal, event, tell(deal, "snoozed"))
        case LookedBack() | TimeFreed():
            return closing.looked_back(deal, event)
        case ReminderDue() if event.purpose == timers.FREED:
            return closing.due(deal, event)
        case ReminderDue() if event.purpose == timers.LOOSENING:
            return sealed.due(deal, event)
        case ReminderDue() if event.purpose in deciding.SHOWN:
            return deciding.due(deal, event)
        case ReminderDue():
            return reminding.rang(deal, event)
        case (
            MeetingSet() | CadenceSet() | RemindersAsked() | DateNoted() | OwnerMoved()
            | ReminderSnoozed() | ReminderSkipped() | ReminderUnwanted()
        ):  # fmt: skip
            return reminding.taken(deal, event)
        case RemindersDropped() | Exported():  # a replay: as given
            return on_record(deal, event)
        case IssuesWanted() | IssuesSet():
            return measuring.taken(deal, event)
        case LogWanted() | Happened() | Unsaid():
            return happenings.taken(deal, event)
        case DetailTold():
            return completing.told(deal, event)
        case Misread():
            return _misread(deal, event)
        case Opened():
            return Turn(deal, (showing.ready(deal),))
        case (
            WhyAsked() | ReasonWanted() | EditWanted() | Edited() | EvidenceContested() | EvidenceWithdrawn()
            | EvidenceUpheld() | OfferSaid() | OfferMeant() | OfferCorrected() | OfferWithdrawn() | Viewed()
            | ChartAsked() | ExportWanted()
        ):  # fmt: skip
            raise TypeError("this needs the whole log: dialogs.reread.taken")
        case _:
            assert_never(event)


def _cards(before: Deal | None, after: Deal | None, event: Event) -> tuple[AnyEffect, ...]:
    """What the people on the deal have to hear of, if it changed their list."""
    if after is None or after is before:
        return ()
    people, known = roles.everybody(after), roles.everybody(before) if before else ()
    if before and people == known and _same_lines(before, after):
        return ()
    left = tuple(
        Pass(person, replace(card(after, person, event), status="closed"))
        for person in known
        if person not in people
    )
    return left + tuple(
        Pass(person, new)
        for person in people
        if (new := card(after, person, event))
        != (card(before, person, event) if before and person in known else None)
    )


def _same_lines(before: Deal, after: Deal) -> bool:
    """Whether nothing changed that a line in a list tells, as after most taps: lines need not be compared."""
    same = before.coach is after.coach and before.name is after.name and before.alias is after.alias
    same = same and before.paused is after.paused and before.next_check_in is after.next_check_in
    same = same and before.status is after.status and before.red_lines is after.red_lines
    same = same and before.seats.keys() == after.seats.keys() and before.hours is after.hours
    return same and check_in.is_open(before) == check_in.is_open(after)


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
        rules=event.rules,
        last_event=event.at,
        turns=1,
    )
    deal = altered(deal, agenda=Agenda(cadence=cadence.suggested(event.at, event.deadline)))
    return Turn(deal, (showing.ready(deal),), (event,))


def _decided(deal: Deal, event: deciding.Deciding) -> Turn:
    return _then_closed(deciding.taken(deal, event), event)


def _named(deal: Deal, event: ColleagueNamed) -> Turn:
    """The owner is told that it is done, the colleague, discreetly, that there is something to see."""
    asked = replace(notice(deal, roles.NAMED, event.at), to=event.person)
    return on_record(deal, event, tell(deal, "colleague_named", role=event.role), asked)


def _then_closed(turn: Turn, event: Event) -> Turn:
    """With the closing that waited for its gate, if it has passed it now."""
    done = deciding.closes(turn.deal, event)
    return turn if turn.deal is None or done is None else joined(turn, closing.closed(turn.deal, done))


def _misread(deal: Deal, event: Misread) -> Turn:
    if deal.check_in is not None and deal.check_in.open is not None and event.by == deal.owner:
        return Turn(deal, (check_in.ask(deal, problem=event.problem, text=event.text),))
    return Turn(deal, (tell(deal, event.problem, text=event.text),))
