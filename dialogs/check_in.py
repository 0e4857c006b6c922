"""One check-in as a conversation: which question is on the screen, at which stage, and what follows.

Answers wait in the open round; only its end makes them evidence. An answer to anything that is not on the
screen any more changes nothing and is told so.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs import ending, happenings, seats
from dialogs.deal import Answer, Deal, Offer, Round, altered
from dialogs.effects import Ask, Pass
from dialogs.event import Event, OnScreen
from dialogs.events import (
    CheckInStarted,
    Chosen,
    LeftOff,
    Noted,
    NoteWanted,
    NothingToReport,
    Skipped,
    Tapped,
    WentBack,
    Worded,
)
from dialogs.held import Term
from dialogs.news import DealFocused
from dialogs.questions import BY_KEY, plan, plan_beside
from dialogs.record import terms_value
from dialogs.turns import Turn, about, tell

WORRYING, INSISTED = 2, 3
QUOTES = ' \n"“”„«»'  # a quotation is quoted once, by the template


def started(deal: Deal, event: CheckInStarted) -> Turn:
    """A new check-in, or the open one at the question where it was left."""
    if deal.pause_at(event.at) is not None:
        return Turn(deal, (tell(deal, "paused_check_in"),))
    if deal.check_in is not None and deal.check_in.open is not None:
        return Turn(deal, (ask(deal, resumed=True),))
    waiting = deal.check_in.answers if deal.check_in else {}  # what was told since the last one is not asked
    planned = plan_beside if seats.joins(deal, event.by, event.at) else plan
    chosen = tuple(key for key in planned(deal, event.by) if key not in waiting)
    opened = Round(deal.coach.check_ins + 1, event.at, event.by, chosen, answers=waiting, touched=event.at)
    focused = Pass(event.by, DealFocused(id=f"{event.id}/focus", at=event.at, by=event.by, deal=deal.key))
    turn = _onward(deal, opened, event)
    if turn.deal is None or not is_open(turn.deal):
        return turn
    return replace(turn, effects=(*turn.effects, focused))


def known(deal: Deal) -> Deal:
    """The deal without the questions of its open check-in that this version asks no more."""
    opened = deal.check_in
    if opened is None or all(key in BY_KEY for key in (*opened.plan, *opened.answers)):
        return deal
    planned = tuple(key for key in opened.plan if key in BY_KEY)
    answers = {key: answer for key, answer in opened.answers.items() if key in BY_KEY}
    rest = [key for key in planned if key not in answers and key not in opened.passed]
    if opened.open not in planned:
        opened = replace(opened, open=next(iter((*rest, *planned[-1:])), None), stage="answer")
    return replace(deal, check_in=replace(opened, plan=planned, answers=answers))


def is_open(deal: Deal) -> bool:
    """Whether a question is on the screen."""
    return deal.check_in is not None and deal.check_in.open is not None


def noted(deal: Deal, event: Noted) -> Turn:
    """A note in the middle of a check-in goes with the open question's answer."""
    if deal.check_in is None:
        raise ValueError(deal.key)
    note = "\n".join(said for said in (deal.check_in.note, event.text) if said)
    return _asking(deal, replace(_half_undone(deal.check_in), note=note))


def on_screen(deal: Deal, event: OnScreen) -> Turn:
    """Whatever answers the question on the screen."""
    opened = deal.check_in
    if opened is None or opened.open is None:
        return Turn(deal, (tell(deal, "no_open_question"),))
    if event.check_in and (event.check_in != opened.number or event.question not in ("", opened.open)):
        return Turn(deal, (tell(deal, "old_button", question=event.question),))
    turn = _answered_on_screen(deal, opened, event)
    going = None if turn.deal is None or turn.deal is deal else turn.deal.check_in
    if turn.deal is None or going is None or _same_day(opened, event):
        return turn
    return replace(turn, deal=replace(turn.deal, check_in=replace(going, touched=event.at)))


def _answered_on_screen(deal: Deal, opened: Round, event: OnScreen) -> Turn:  # noqa: PLR0911 - one case an event
    match event:
        case Tapped():
            return _tapped(deal, opened, event)
        case Worded():
            return _worded(deal, opened, event)
        case Chosen():
            return _chosen(deal, opened, event)
        case Skipped():
            return _skipped(deal, opened, event)
        case WentBack():
            return _back(deal, opened)
        case NoteWanted():
            return _asking(deal, replace(_half_undone(opened), stage="note"))
        case LeftOff():
            return Turn(deal, (tell(deal, "stopped", question=opened.open or ""),))
        case NothingToReport():
            return ending.nothing(deal, event)
        case _:
            raise TypeError(event)


def ask(deal: Deal, *, resumed: bool = False, problem: str = "", text: str = "") -> Ask:
    """The open question as an effect, under the answers so far."""
    opened = deal.check_in
    if opened is None or opened.open is None:
        raise ValueError(deal.key)
    question, given = BY_KEY[opened.open], opened.answers.get(opened.open)
    return Ask(
        **about(deal),
        number=opened.number,
        question=opened.open,
        stage=opened.stage,
        position=opened.plan.index(opened.open) + 1,
        of=len(opened.plan),
        lines=ending.lines(opened),
        value=given.value if given else None,
        choices=question.choices if opened.stage == "follow_up" else (),
        terms=deal.must_haves,
        red_lines=tuple(line.text for line in deal.red_lines),
        last_offer=_last_offer(deal),
        unit=deal.unit,
        problem=problem,
        problem_text=text,
        note=opened.note,
        promise=deal.promise if opened.open == "fresh_eyes" else None,
        resumed=resumed,
    )


def _asking(deal: Deal, opened: Round) -> Turn:
    asking = altered(deal, check_in=opened)
    return Turn(asking, (ask(asking),))


def _tapped(deal: Deal, opened: Round, event: Tapped) -> Turn:
    key = opened.open or ""
    event = _completed(deal, key, event)
    problem = _unfit(deal, key, event)
    if problem:
        return Turn(deal, (ask(deal, problem=problem),))
    value = terms_value(event.terms) if event.terms else event.answer
    words = " / ".join(said for said in (opened.note, event.words) if said)
    answer = Answer(value, event.at, event.by, words, event.terms, event.amount, package=event.package)
    anew = replace(opened, stage="answer", followed_up=opened.followed_up and opened.stage != "follow_up")
    return _next_stage(deal, _with(anew, key, answer, note=""), event)


def _completed(deal: Deal, key: str, event: Tapped) -> Tapped:
    """What one tap stands for: 0 that all must-haves are met, "same" their last offer."""
    reads = BY_KEY[key].reads
    if reads == "terms" and event.answer == 0:
        met: Term = "met"
        return replace(event, answer=None, terms=(met,) * len(deal.must_haves))
    last = _last_offer(deal)
    if reads == "amount" and event.same and last is not None:
        return replace(event, amount=last.value, package=last.package)
    return event


def _last_offer(deal: Deal) -> Offer | None:
    return next((offer for offer in reversed(deal.offers) if offer.by == "them"), None)


def _unfit(deal: Deal, key: str, event: Tapped) -> str:
    """What is wrong with an answer of this form to this question, as a key; "" if nothing is."""
    reads = BY_KEY[key].reads
    not_sure = event.answer is None and not event.terms and event.amount is None
    if not_sure:
        return ""
    if reads == "terms":
        return "" if len(event.terms) == len(deal.must_haves) else "expected_terms"
    if reads == "amount":
        return "" if event.amount is not None else "expected_amount"
    return "" if event.answer in (0, 1, 2, 3) else "expected_scale"


def _next_stage(deal: Deal, opened: Round, event: Event) -> Turn:
    """After an answer: its words, which red line, its follow-up, or the next question."""
    key = opened.open or ""
    answer, question = opened.answers[key], BY_KEY[key]
    if (answer.value or 0) >= WORRYING:
        if question.needs_words and not answer.words and opened.stage == "answer":
            return _asking(deal, replace(opened, stage="words"))
        if key == "red_line" and answer.red_line is None and len(deal.red_lines) > 1:
            return _asking(deal, replace(opened, stage="which"))
        if not opened.followed_up and opened.stage != "follow_up":
            return _asking(deal, replace(opened, stage="follow_up", followed_up=True))
    return _onward(deal, opened, event)


def _onward(deal: Deal, opened: Round, event: Event) -> Turn:
    if event.by == deal.owner or not event.by:
        opened = _with_known(deal, opened, event)
    done = {*opened.answers, *opened.passed}
    rest = [key for key in opened.plan if key in BY_KEY and key not in done]
    red = opened.answers.get("red_line")
    insisted = opened.open == "red_line" and red is not None and red.value == INSISTED
    if rest and not insisted:  # what else there is to ask can wait: they insist on crossing a red line
        return _asking(deal, replace(opened, open=rest[0], stage="answer"))
    return ending.ended(deal, opened, event)


def _with_known(deal: Deal, opened: Round, event: Event) -> Round:
    """What the record answers by itself is not asked."""
    for key in opened.plan:
        if key in opened.answers or key in opened.passed:
            continue
        value = happenings.known(deal, opened, key)
        if value is None:
            return opened
        opened = _with(opened, key, Answer(value, event.at, event.by, choice=happenings.FROM_RECORD))
    return opened


def _worded(deal: Deal, opened: Round, event: Worded) -> Turn:
    key = opened.open or ""
    if opened.stage == "answer":
        return Turn(deal, (ask(deal, problem="unreadable_answer", text=event.text),))
    if opened.stage == "note":
        return _asking(deal, replace(opened, stage="answer", note=event.text))
    if opened.stage == "which":
        return _which(deal, opened, event)
    if not event.text.strip():
        return Turn(deal, (ask(deal, problem="required"),))
    given, text = opened.answers[key], event.text.strip(QUOTES)
    given = replace(given, added=text) if opened.stage == "follow_up" else replace(given, words=text)
    return _next_stage(deal, _with(opened, key, given), event)


def _which(deal: Deal, opened: Round, event: Worded) -> Turn:
    text = event.text.strip()
    if not text.isdecimal() or not 1 <= int(text) <= len(deal.red_lines):
        return Turn(deal, (ask(deal, problem="expected_red_line", text=text),))
    given = opened.answers["red_line"]
    return _next_stage(deal, _with(opened, "red_line", replace(given, red_line=int(text) - 1)), event)


def _chosen(deal: Deal, opened: Round, event: Chosen) -> Turn:
    key = opened.open or ""
    if opened.stage == "which":
        return _which(deal, opened, Worded(id=event.id, at=event.at, by=event.by, text=event.choice))
    if opened.stage != "follow_up" or event.choice not in BY_KEY[key].choices:
        return Turn(deal, (tell(deal, "old_button", question=event.question),))
    given = replace(opened.answers[key], choice=event.choice)
    if event.choice == "style":  # directness is not hostility
        given = replace(given, value=1)
    return _onward(deal, _with(opened, key, given), event)


def _skipped(deal: Deal, opened: Round, event: Skipped) -> Turn:
    key = opened.open or ""
    if opened.stage == "note":
        return _asking(deal, replace(opened, stage="answer"))
    if opened.stage == "answer":
        answers = {k: a for k, a in opened.answers.items() if k != key}  # a note may have come in between
        return _onward(deal, replace(opened, answers=answers, passed=(*opened.passed, key)), event)
    given = opened.answers[key]
    if opened.stage == "words":  # hostility counts by what was said, not by what was felt
        return _onward(deal, _with(opened, key, replace(given, value=1)), event)
    if opened.stage == "which":
        return _next_stage(deal, _with(opened, key, replace(given, red_line=0)), event)
    return _onward(deal, opened, event)


def _back(deal: Deal, opened: Round) -> Turn:
    """One step back: from a stage to its question, from a question to the one before."""
    key = opened.open or ""
    if opened.stage != "answer":
        return _asking(deal, _half_undone(opened))
    done = [k for k in opened.plan[: opened.plan.index(key)] if k in opened.answers or k in opened.passed]
    if not done:
        return Turn(deal, (ask(deal, problem="nothing_before"),))
    last = done[-1]
    answers = {k: a for k, a in opened.answers.items() if k != last}
    passed = tuple(k for k in opened.passed if k != last)
    # The first worrying answer is the one that was followed up: while it stands, so does its follow-up.
    followed_up = opened.followed_up and any((a.value or 0) >= WORRYING or a.choice for a in answers.values())
    return _asking(deal, replace(opened, open=last, answers=answers, passed=passed, followed_up=followed_up))


def _half_undone(opened: Round) -> Round:
    """At the question itself again; an answer whose words or follow-up are still to come is asked anew."""
    if opened.stage in ("answer", "note"):
        return replace(opened, stage="answer")
    answers = {key: answer for key, answer in opened.answers.items() if key != opened.open}
    followed_up = opened.followed_up and opened.stage != "follow_up"
    return replace(opened, stage="answer", answers=answers, followed_up=followed_up)


def _with(opened: Round, key: str, answer: Answer, *, note: str | None = None) -> Round:
    answers = {**opened.answers, key: answer}
    return replace(opened, answers=answers, note=opened.note if note is None else note)


def _same_day(opened: Round, event: Event) -> bool:
    """Whether the reminder of an unfinished check-in is set for the right morning already."""
    return (opened.touched or opened.since).astimezone(event.at.tzinfo).date() == event.at.date()
