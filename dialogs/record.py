"""What goes on the record, and what it does to the verdict: the same code for live deals and for replay.

`recorded` takes the canonical events (answers, ends of check-ins, offers, pauses …), moves grounds and
levels, and decides whether a nudge is due. It refuses to know what is on anybody's screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dialogs import details, fit, gates, grounds, hands, levels, limits, nudging, seats, sums
from dialogs.afterwards import Freed, LookBack, LookedBack, TimeFreed
from dialogs.deal import (
    EVIDENCE_KEPT,
    OFFERS_KEPT,
    Answer,
    Asked,
    Call,
    Deal,
    Evidence,
    Offer,
    Pause,
    RedLine,
    Round,
    altered,
)
from dialogs.decided import decided
from dialogs.decisions import (
    FinalOfferBuilt,
    GateWaived,
    PaperRead,
    RedLineTested,
    SignedAlready,
    WaitChosen,
)
from dialogs.details import DetailTold
from dialogs.events import (
    AboutToSign,
    AboutToWalk,
    Acted,
    AlternativeChanged,
    Answered,
    CheckedIn,
    Closed,
    ColleagueNamed,
    Noted,
    NothingChanged,
    Offered,
    Paused,
    PauseReviewed,
    RedLineConfirmed,
    RedLineCured,
    Renamed,
    Reopened,
    Returned,
    Snoozed,
)
from dialogs.exports import Exported
from dialogs.grounds import Ground
from dialogs.handing import Assigned, ColleagueLeft, HandedOver
from dialogs.held import Term
from dialogs.issues import POINTS
from dialogs.levels import Level
from dialogs.offers import IssuesSet, Unsaid
from dialogs.questions import QUESTIONS, ground_of
from dialogs.reminders import (
    CadenceSet,
    DateNoted,
    MeetingSet,
    RemindersDropped,
    ReminderSkipped,
    ReminderSnoozed,
    ReminderUnwanted,
)
from dialogs.seals import LimitChanged, LimitTakenBack, LimitWanted
from dialogs.shares import RoomMoved, Shared, ShareRecalled, ShareRefused

Canonical = (
    Answered | CheckedIn | NothingChanged | Offered | AlternativeChanged | RedLineConfirmed | RedLineCured
    | Acted | Paused | PauseReviewed | Returned | AboutToSign | AboutToWalk | Closed | Reopened | Renamed
    | ColleagueNamed | Noted | Snoozed | LimitWanted | LimitTakenBack | LimitChanged | IssuesSet | Unsaid
    | LookedBack | TimeFreed | DetailTold
    | MeetingSet | CadenceSet | DateNoted | ReminderSnoozed | ReminderSkipped | ReminderUnwanted
    | RemindersDropped
    | PaperRead | GateWaived | WaitChosen | SignedAlready | RedLineTested | FinalOfferBuilt
    | Shared | ShareRecalled | ShareRefused | RoomMoved | Exported | ColleagueLeft | HandedOver | Assigned
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """The deal after an event, and whether a nudge goes out with it."""

    deal: Deal
    nudge: bool


def recorded(deal: Deal, event: Canonical) -> Recorded:
    """One canonical event folded into the deal."""
    changed = _changed(deal, event)
    if isinstance(event, Answered | Noted) and not _pressing(changed, event.at):
        return Recorded(altered(changed, last_event=event.at, turns=deal.turns + 1), nudge=False)
    facts = facts_of(changed, event.at)
    latch = levels.checked if isinstance(event, CheckedIn) else levels.risen
    latches = latch(changed.coach.latches, facts)
    level = levels.level(latches, facts)
    coach = nudging.marked(deal.coach, changed.coach, latches, level, event)
    after = altered(changed, coach=coach, last_event=event.at, turns=deal.turns + 1)
    if not nudging.nudges(deal, level_of(deal), after, level, event):
        return Recorded(after, nudge=False)
    return Recorded(
        altered(after, coach=replace(coach, nudged=nudging.told(after, level, event))), nudge=True
    )


def _pressing(deal: Deal, at: datetime) -> bool:
    """Whether the prices may raise the level by the time alone; an answer itself waits for its check-in."""
    seen = fit.outlook(deal, at)
    return seen is not None and seen.p >= levels.LEAST_P


def facts_of(deal: Deal, at: datetime) -> levels.Facts:
    """What the rows may look at at this moment."""
    coach, seen, lines = deal.coach, fit.outlook(deal, at), deal.red_lines
    return levels.Facts(
        grounds=coach.grounds,
        p=seen.p if seen else None,
        t=deal.share_spent(at),
        suspected=coach.suspected,
        confirmed=gates.red_line_confirmed(deal),
        confirmed_again=bool(lines) and any(line.confirmed and line.confirmations > 1 for line in lines),
        cure_attempted=bool(lines) and any(line.cure_attempted for line in lines),
        cure_refused=bool(lines) and any(line.cure_refused for line in lines),
        tried=gates.tried(deal),
        checked_in_since_return=coach.checked_in_since_return,
        final_offer_refused="final_offer_refused" in coach.tried,
        last_day=deal.rules > 1 and deal.last_day(at),
    )


def level_of(deal: Deal) -> Level:
    """The level the deal stands at."""
    if not gates.red_line_confirmed(deal):
        return levels.latched(deal.coach.latches)
    return levels.level(deal.coach.latches, facts_of(deal, deal.last_event or deal.opened))


def _changed(deal: Deal, event: Canonical) -> Deal:  # noqa: C901, PLR0911, PLR0912 - one case an event
    match event:
        case Answered():
            return _answered(deal, event)
        case CheckedIn():
            return _checked_in(deal, event)
        case NothingChanged():
            return seats.with_round(deal, event.by, None)
        case Offered():
            return _offered(deal, event)
        case AlternativeChanged():
            return replace(deal, alternative=event.alternative)
        case RedLineConfirmed():
            return _red_line(deal, event.red_line, confirmed=True)
        case RedLineCured():
            return _red_line(deal, event.red_line, confirmed=False)
        case Acted():
            return _acted(deal, event)
        case Paused():
            return _paused(deal, event)
        case PauseReviewed():
            return _reviewed(deal, event)
        case Returned():
            return _returned(deal, event)
        case Closed():
            ended = replace(deal, status="closed", outcome=event.outcome, ended=event.at)
            return replace(ended, check_in=None, seats={}, paused=None, loosening=None)
        case Reopened():
            again = replace(deal, status="live", outcome=None, ended=None)
            return replace(again, looked_back=None, freed=None, deciding=None)
        case Renamed():
            return replace(deal, name=event.name)
        case ColleagueNamed():
            return hands.named(deal, event.person, event.role)
        case ColleagueLeft() | HandedOver() | Assigned():
            return hands.changed(deal, event)
        case Snoozed():
            return replace(deal, snoozed=event.reason)
        case LookedBack():
            back = LookBack(event.at, event.worked, event.earlier, event.again, event.protected)
            return replace(deal, looked_back=back)
        case TimeFreed():
            return replace(deal, freed=Freed(event.what, event.due))
        case IssuesSet():
            return _measured_by(deal, event)
        case Unsaid():
            return _without(deal, event.question)
        case LimitWanted():
            return limits.wanted(deal, event)
        case LimitTakenBack():
            return replace(deal, loosening=None)
        case LimitChanged():
            return limits.changed(deal, event)
        case AboutToSign() | PaperRead() | GateWaived() | SignedAlready() | WaitChosen():
            return decided(deal, event)
        case DetailTold():
            return details.changed(deal, event)
        case RedLineTested() | FinalOfferBuilt():
            return decided(deal, event)
        case AboutToWalk() | Noted() | MeetingSet() | CadenceSet() | DateNoted() | RemindersDropped():
            return deal  # the agenda is kept by `reminding`
        case ReminderSnoozed() | ReminderSkipped() | ReminderUnwanted():
            return deal
        case Shared() | ShareRecalled() | ShareRefused() | RoomMoved() | Exported():
            return deal  # shares are kept by `sharing`


def terms_value(terms: tuple[Term, ...]) -> int:
    """The must-haves as one answer: all met 0, some partly 1, one not 2, half or more not 3."""
    missing = terms.count("not")
    if missing and missing * 2 >= len(terms):
        return 3
    return 2 if missing else int("partly" in terms)


def _answered(deal: Deal, event: Answered) -> Deal:
    value = terms_value(event.terms) if event.terms else event.answer
    answer = Answer(
        value,
        event.at,
        event.told_by or event.by,
        event.note,
        event.terms,
        event.amount,
        event.choice,
        event.red_line,
        event.added,
        other=event.other,
    )
    opened = seats.round_of(deal, event.by) or Round(
        number=deal.coach.check_ins + 1, since=event.at, by=event.by
    )
    others = {key: given for key, given in opened.answers.items() if key != event.question}
    return seats.with_round(deal, event.by, replace(opened, answers={**others, event.question: answer}))


def _checked_in(deal: Deal, event: CheckedIn) -> Deal:
    number = deal.coach.check_ins + 1
    opened = seats.round_of(deal, event.by)
    answers = opened.answers if opened else {}
    coach, seen = deal.coach, fit.outlook(deal, event.at)
    asked = {**coach.asked, **{key: Asked(number, answer.value) for key, answer in answers.items()}}
    for key in event.passed:  # a skipped question keeps its last answer, and has had its turn
        asked[key] = Asked(number, asked[key].value if key in asked else None)
    red = answers.get("red_line")
    coach = replace(
        coach,
        grounds=grounds.updated(
            grounds.seen_by_fit(coach.grounds, seen.p if seen else None),
            by_ground({key: a.value for key, a in answers.items()}),
            fit_speaks=seen is not None,
        ),
        check_ins=number,
        checked_in_at=event.at,
        call=Call(number, event.at, (seats.seat(deal, event.by),)),
        asked=asked,
        suspected=coach.suspected if red is None or red.value is None else red.value >= 2,
        suspected_line=coach.suspected_line if red is None else red.red_line or 0,
        checked_in_since_return=coach.returns > 0,
        triage=next((a.choice for k, a in answers.items() if k == "deadlock" and a.choice), coach.triage),
        evidence=(*coach.evidence, *_evidence(deal, answers, number))[-EVIDENCE_KEPT:],
    )
    terms = answers["must_haves"].terms if "must_haves" in answers else ()
    return altered(seats.with_round(deal, event.by, None), coach=coach, terms=terms or deal.terms)


def by_ground(answers: Mapping[str, int | None]) -> dict[Ground, dict[str, int]]:
    """The answers of one check-in by the ground they speak for; not-sure ones are left out."""
    found: dict[Ground, dict[str, int]] = {}
    for key, value in answers.items():
        ground = ground_of(key)
        if ground is not None and value is not None:
            found.setdefault(ground, {})[key] = value
    return found


def _evidence(deal: Deal, answers: Mapping[str, Answer], number: int) -> tuple[Evidence, ...]:
    """The answers that speak, in reading order, so that the order of answering leaves no trace."""
    return tuple(
        Evidence(
            q.key,
            a.value,
            a.at,
            a.by,
            number,
            a.words,
            a.added,
            a.other,
            theirs=seats.colleague(deal, a.by),
        )
        for q in QUESTIONS
        if (a := answers.get(q.key)) is not None
        and a.value is not None
        and q.ground is not None
        and (a.value > 0 or a.words)
    )


def _offered(deal: Deal, event: Offered) -> Deal:
    number = deal.offers_made + 1
    made = Offer(event.side, event.value, event.at, number, event.typed, event.package, event.other)
    offers, best = (*deal.offers, made)[-OFFERS_KEPT:], deal.their_best
    if event.side == "them" and (best is None or gates.falls_short(deal, best, event.value)):
        best = event.value
    put = sums.Put(event.at, event.value)
    counted = (
        sums.asked(deal.sums, put) if event.side == "us" else sums.offered(deal.sums, put, fit.measure(deal))
    )
    return altered(deal, offers=offers, offers_made=number, their_best=best, sums=counted)


def _measured_by(deal: Deal, event: IssuesSet) -> Deal:
    """In points from now on: figures in another unit say nothing any more."""
    other = deal.alternative
    if other is not None and not deal.issues:
        other = replace(other, value=None, low=None, likely=None, high=None)
    bare = replace(deal, offers=(), their_best=None, sums=sums.Sums(), alternative=other, target=None)
    paper = limits.unheld(deal.deciding)
    return replace(bare, issues=event.issues, side="seller", unit=POINTS, limit=event.least, deciding=paper)


def _without(deal: Deal, question: str) -> Deal:
    """Without an answer that waits for the next check-in."""
    if deal.check_in is None:
        return deal
    left = {key: answer for key, answer in deal.check_in.answers.items() if key != question}
    gone = not left and deal.check_in.open is None
    return replace(deal, check_in=None if gone else replace(deal.check_in, answers=left))


def _red_line(deal: Deal, index: int, *, confirmed: bool) -> Deal:
    lines = tuple(
        _breached(line, confirmed=confirmed) if i == index else line for i, line in enumerate(deal.red_lines)
    )
    return replace(deal, red_lines=lines)


def _breached(line: RedLine, *, confirmed: bool) -> RedLine:
    """A breach confirmed (perhaps again), or withdrawn, which ends what was attempted against it."""
    if not confirmed:
        return RedLine(line.text, confirmations=line.confirmations, tested=line.tested)
    return replace(line, confirmed=True, confirmations=line.confirmations + 1)


def _acted(deal: Deal, event: Acted) -> Deal:
    tried = tuple(dict.fromkeys((*deal.coach.tried, event.action)))
    lines = tuple(
        replace(
            line,
            cure_attempted=line.cure_attempted or event.action == "cure_attempted",
            cure_refused=line.cure_refused or event.action == "cure_refused",
        )
        if line.confirmed
        else line
        for line in deal.red_lines
    )
    return replace(deal, red_lines=lines, coach=replace(deal.coach, tried=tried))


def _paused(deal: Deal, event: Paused) -> Deal:
    pause = Pause(
        event.reason,
        event.at,
        event.until,
        event.by,
        deal.terms,
        event.waiting_for,
        best_offer=deal.their_best,
    )
    return replace(deal, paused=pause)


def _reviewed(deal: Deal, event: PauseReviewed) -> Deal:
    if deal.paused is None:
        return deal
    thought = {**deal.paused.reflection, **event.reflection}
    return replace(
        deal, paused=replace(deal.paused, reflection=thought, until=event.until or deal.paused.until)
    )


def _returned(deal: Deal, event: Returned) -> Deal:
    seen = fit.outlook(deal, event.at)
    coach = replace(
        deal.coach,
        grounds=grounds.seen_by_fit(grounds.returned(deal.coach.grounds), seen.p if seen else None),
        returns=deal.coach.returns + 1,
        paused_and_returned=deal.coach.paused_and_returned or deal.paused is not None,
        checked_in_since_return=False,
    )
    return replace(deal, coach=coach, paused=None, terms=event.terms or deal.terms)
