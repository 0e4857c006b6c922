"""Before a yes and before a walk-away: the paper is held against the limits, and leaving is looked at.

What a gate stops waits, or goes on with a name and a reason on the record. It forbids nobody anything, and a
deal is not closed as agreed past it in silence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from dialogs import advice, breaches, drafting, gates, limits, timers
from dialogs.deal import Deal
from dialogs.decided import same_paper
from dialogs.decisions import (
    BreachLooked,
    CureTold,
    FinalOfferBuilt,
    GateWaived,
    PaperRead,
    PaperTouched,
    PaperTouches,
    PaperWanted,
    RedLineTested,
    Short,
    SignedAlready,
    Stopped,
    WaitChosen,
    Waived,
)
from dialogs.effects import Remind
from dialogs.event import Event
from dialogs.events import (
    AboutToSign,
    AboutToWalk,
    Acted,
    Closed,
    DraftWanted,
    RedLineConfirmed,
    RedLineCured,
    ReminderDue,
    SignWanted,
)
from dialogs.held import Paper
from dialogs.issues import score
from dialogs.questions import has_numbers
from dialogs.sealed import wait
from dialogs.turns import Turn, about, joined, notice, on_record, tell

Deciding = (
    SignWanted | PaperRead | PaperTouched | AboutToSign | GateWaived | WaitChosen
    | AboutToWalk | SignedAlready | RedLineTested | BreachLooked | CureTold | RedLineConfirmed | RedLineCured
    | DraftWanted | FinalOfferBuilt | Acted
)  # fmt: skip
SHOWN = (timers.DECIDING, timers.FINAL_OFFER)


def taken(deal: Deal, event: Deciding) -> Turn:  # noqa: C901, PLR0911 - one case an event
    """The next turn of a deal that is about to be signed or left, or at which something is tried."""
    match event:
        case SignWanted():
            return Turn(deal, (PaperWanted(**about(deal)),))
        case PaperRead():
            return _read(deal, event)
        case PaperTouched():
            return _touched(deal, event)
        case AboutToSign():
            return _held(deal, event)
        case GateWaived():
            return _waived(deal, event)
        case WaitChosen():
            return _waits(deal, event)
        case AboutToWalk():
            return on_record(deal, event, _leaving(deal, event))
        case SignedAlready():
            return _signed_already(deal, event)
        case RedLineTested() | BreachLooked() | CureTold() | RedLineConfirmed() | RedLineCured():
            return breaches.taken(deal, event)
        case DraftWanted() | FinalOfferBuilt() | Acted():
            return drafting.taken(deal, event)
        case _:
            assert_never(event)


def asks_first(deal: Deal, event: Closed) -> bool:
    """Whether closing as agreed must pass the gate first; a replay is taken as given."""
    if event.outcome != "agreed" or not event.by or deal.status != "live":
        return False
    return _has_limits(deal) and not _let_pass(deal, _closing_paper(deal, event))


def completed(deal: Deal, event: Closed) -> Closed:
    """The closing of a signed deal with what was told of the paper before; a replay's as given."""
    paper = deal.deciding
    if event.outcome != "agreed" or not event.by or paper is None or not paper.held:
        return event
    value = paper.value if event.value is None else event.value
    return replace(event, value=value, terms=event.terms or paper.terms, note=event.note or paper.note)


def before_closing(deal: Deal, event: Closed) -> Turn:
    """The gate, asked by the closing of a deal that was not held against its limits."""
    return _read(deal, _closing_paper(deal, event))


def closes(deal: Deal | None, event: Event) -> Closed | None:
    """The closing that has now passed the gate, if one was waiting for it; a replay says it itself."""
    paper = deal.deciding if deal else None
    if deal is None or paper is None or not (paper.closing and _passes(paper)):
        return None
    if deal.status != "live" or not event.by:
        return None
    return Closed(
        id=f"{event.id}/closed",
        at=event.at,
        by=event.by,
        outcome="agreed",
        value=paper.value,
        note=paper.note,
        terms=paper.terms,
    )


def due(deal: Deal, event: ReminderDue) -> Turn:
    """A wait before signing, or the date of a final offer, is over: said unless it is true no more."""
    if deal.pause_at(event.at) is not None:
        return Turn(deal)
    refused = "final_offer_refused" in deal.coach.tried
    waiting = deal.deciding is not None and bool(deal.deciding.gates) and not deal.deciding.waived
    if waiting if event.purpose == timers.DECIDING else not refused:
        return Turn(deal, (notice(deal, event.purpose, event.at),))
    return Turn(deal)


def shown(deal: Deal, event: Event, kind: str) -> Turn:
    """What stands behind such a notice."""
    if kind == timers.FINAL_OFFER:
        return Turn(deal, (drafting.went_out(deal, "final_offer", asked=True),))
    return Turn(
        deal, (_stopped(deal, event) if deal.deciding and deal.deciding.held else PaperWanted(**about(deal)),)
    )


# ---- the paper


def missing(deal: Deal, paper: PaperRead | AboutToSign) -> tuple[str, ...]:
    """What must still be told before the paper can be held against the limits."""
    found = ["must_haves"] if len(paper.must_haves) != len(deal.must_haves) else []
    if deal.issues and {name for name, _ in paper.package} != {issue.name for issue in deal.issues}:
        found.append("issues")
    elif not deal.issues and has_numbers(deal) and paper.value is None:
        found.append("value")
    return tuple(found)


def _has_limits(deal: Deal) -> bool:
    return has_numbers(deal) or bool(deal.issues or deal.must_haves) or gates.red_line_confirmed(deal)


def _read(deal: Deal, event: PaperRead) -> Turn:
    """Told in full, it is held against the limits, unless what else is in it may touch a red line."""
    event = _measured(deal, event)
    lacks = missing(deal, event)
    if "must_haves" in lacks:
        event = replace(event, must_haves=())
    if lacks:
        return on_record(deal, event, PaperWanted(**about(deal), missing=lacks, closing=event.closing))
    places = tuple(i for i, line in enumerate(deal.red_lines) if not line.confirmed)
    if not event.unwritten or not places:
        return _held(deal, _sign(event, event))
    asked = PaperTouches(
        **about(deal),
        unwritten=event.unwritten,
        red_lines=tuple(deal.red_lines[i].text for i in places),
        places=places,
    )
    return on_record(deal, event, asked)


def _measured(deal: Deal, event: PaperRead) -> PaperRead:
    """A paper with a figure for each issue is worth what they are worth together."""
    if not deal.issues or not event.package:
        return event
    return replace(event, value=score(deal.issues, event.package))


def _touched(deal: Deal, event: PaperTouched) -> Turn:
    """A red line that the paper itself crosses is crossed for good: it is what they want signed."""
    paper, line = deal.deciding, event.red_line
    if paper is None or paper.held or (line is not None and not 0 <= line < len(deal.red_lines)):
        return Turn(deal, (tell(deal, "old_button"),))
    read = PaperRead(
        id=event.id,
        at=event.at,
        value=paper.value,
        package=paper.package,
        must_haves=paper.terms,
        unwritten=paper.unwritten,
        closing=paper.closing,
        note=paper.note,
    )
    if line is None or deal.red_lines[line].confirmed:
        return _held(deal, _sign(read, event))
    crossed = RedLineConfirmed(id=f"{event.id}/crossed", at=event.at, by=event.by, red_line=line)
    quiet = on_record(deal, crossed)
    after = quiet.deal or deal
    turn = joined(quiet, _held(after, _sign(read, event)))
    return Turn(
        turn.deal, turn.effects[len(quiet.effects) :], turn.entries, turn.nudge
    )  # the gate says it all


def _sign(read: PaperRead, event: Event) -> AboutToSign:
    return AboutToSign(
        id=event.id,
        at=event.at,
        by=event.by,
        value=read.value,
        must_haves=read.must_haves,
        package=read.package,
        unwritten=read.unwritten,
        closing=read.closing,
        note=read.note,
    )


def _held(deal: Deal, event: AboutToSign) -> Turn:
    turn = on_record(deal, event)
    after = turn.deal or deal
    closing = closes(after, event) is not None
    said = () if closing else (_stopped(after, event),)
    return Turn(after, said, turn.entries, turn.nudge)


def _stopped(deal: Deal, event: Event) -> Stopped:
    paper = deal.deciding or Paper(event.at)
    named = tuple(zip(deal.must_haves, paper.terms, strict=False))
    return Stopped(
        **about(deal),
        signing=True,
        gates=paper.gates,
        unmet=tuple(text for text, term in named if term == "not"),
        partly=tuple(text for text, term in named if term == "partly"),
        breached=advice.breached(deal),
        promise=deal.promise,
        short=gates.short(deal, paper.value, paper.package),
        unwritten=paper.unwritten,
        until=event.at + wait(event.at, deal.deadline),
        closing=paper.closing,
        last_day=deal.last_day(event.at),
        plan_b=_better_elsewhere(deal, paper, event),
        alternative=deal.alternative.name if deal.alternative else "",
        moved=limits.loosened(deal),
        unit=deal.unit,
    )


def _better_elsewhere(deal: Deal, paper: Paper, event: Event) -> Short | None:
    """The paper's figure beside a firm plan B that is better: it stops nobody, and is said."""
    other = deal.alternative
    if other is None or other.firmness != "firm" or other.value is None or paper.value is None:
        return None
    if other.expires is not None and other.expires <= event.at:
        return None
    worse = gates.falls_short(deal, paper.value, other.value)
    return gates.beside(deal, paper.value, other.value) if worse else None


def _waits(deal: Deal, event: WaitChosen) -> Turn:
    if deal.deciding is None or not deal.deciding.gates:
        return Turn(deal, (tell(deal, "nothing_to_wait_for"),))
    until = event.at + wait(event.at, deal.deadline)
    said = replace(drafting.draft(deal, "wait_a_day", event.at), reminds=True)
    return on_record(deal, event, said, Remind(timers.DECIDING, until))


def _waived(deal: Deal, event: GateWaived) -> Turn:
    paper = deal.deciding
    if paper is None or not paper.gates or paper.waived:
        return Turn(deal, (tell(deal, "nothing_to_waive"),))
    turn = on_record(deal, event)
    after = turn.deal or deal
    if closes(after, event) is not None:
        return turn
    said = Waived(**about(after), waiver=after.waived[-1])
    return Turn(after, (said, *turn.effects, Remind(timers.DECIDING, None)), turn.entries, turn.nudge)


def _passes(paper: Paper) -> bool:
    return paper.held and (not paper.gates or paper.waived)


def _let_pass(deal: Deal, read: PaperRead) -> bool:
    """Whether this very paper was held against the limits as they are now, and passed."""
    paper = deal.deciding
    if paper is None or not _passes(paper) or missing(deal, read):
        return False
    now = _sign(read, read)
    same = same_paper(paper, Paper(read.at, read.value, read.package, read.must_haves))
    return same and not set(gates.gates(deal, now)) - set(paper.gates)


def _closing_paper(deal: Deal, event: Closed) -> PaperRead:
    """What the closing says, and what it leaves out as it was told before."""
    paper = deal.deciding or Paper(event.at)
    return PaperRead(
        id=event.id,
        at=event.at,
        by=event.by,
        value=paper.value if event.value is None else event.value,
        package=paper.package,
        must_haves=event.terms or paper.terms,
        unwritten=paper.unwritten if paper.held else "",
        closing=True,
        note=event.note or paper.note,
    )


# ---- leaving


def _leaving(deal: Deal, event: AboutToWalk) -> Stopped:
    found = gates.gates(deal, event)
    best, limit = deal.their_best, deal.limit
    beats = "beats_alternative" in found and best is not None and limit is not None
    return Stopped(
        **about(deal),
        signing=False,
        gates=found,
        breached=advice.breached(deal),
        promise=deal.promise,
        untried=gates.untried(deal),
        best=gates.beside(deal, best, limit) if beats and best is not None and limit is not None else None,
        alternative=deal.alternative.name if deal.alternative else "",
        signed_already=deal.signed_already is True,
        last_day=deal.last_day(event.at),
    )


def _signed_already(deal: Deal, event: SignedAlready) -> Turn:
    """Whoever signed anything speaks to counsel first; nobody else is held up."""
    if event.signed:
        return on_record(deal, event, tell(deal, "counsel_first"))
    return on_record(deal, event, drafting.draft(deal, "walk_away", event.at))
