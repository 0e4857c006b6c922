"""From buttons, typed words and filled forms to events: one table each, the same for every platform."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypedDict, cast, get_args

from bot import (
    decisions_said,
    details_said,
    hands_said,
    limits_said,
    offers_said,
    reminders_said,
    shares_said,
)
from dialogs.advice import ACTIONS
from dialogs.amounts import read_amount
from dialogs.commands import Intention, split_tail
from dialogs.dates import read_date
from dialogs.deal import Deal, ReturnCondition, Tried
from dialogs.drawing import ChartAsked
from dialogs.events import (
    AboutToWalk,
    Acted,
    CheckInStarted,
    Chosen,
    CloseWanted,
    DealEvent,
    DraftWanted,
    Edited,
    EditWanted,
    LeftOff,
    Misread,
    Noted,
    NoteWanted,
    NothingToReport,
    Paused,
    Renamed,
    Reopened,
    Returned,
    ReturnWanted,
    Shown,
    SignWanted,
    Skipped,
    StatusAsked,
    Tapped,
    WentBack,
    Worded,
)
from dialogs.handing import HandOverAnswered
from dialogs.held import Term
from dialogs.issues import Unread, read_package, score
from dialogs.questions import BY_KEY

LONGEST_WORDS = 1_500
PARTS = 5
TERMS: tuple[Term, ...] = get_args(Term)
THEIRS = re.compile(r"^(?:them|they|theirs)\s*(?:(?:now|offered|offer|said|say)\s*)*[:=]?\s*", re.IGNORECASE)
DIGITS = ("0", "1", "2", "3")
DRAFTS = frozenset({
    *ACTIONS.values(), "go_on", "wait_a_day", "pause", "final_offer", "walk_away", "walk_away_shut", "cure",
    "carve_out", "in_writing", "second_reader",
})  # fmt: skip


class Reader(Protocol):
    """What people call the answers, in the words they are shown."""

    def labels(self, question: str) -> Mapping[str, int]:
        """The words of a question's four answers, casefolded."""

    def choices(self, question: str) -> Mapping[str, str]:
        """The words of a follow-up's taps, casefolded, and their keys."""


class Stamp(TypedDict):
    """What every event carries."""

    id: str
    at: datetime
    by: str


class OnScreenStamp(Stamp):
    """What answers something on a screen carries besides."""

    check_in: int
    question: str


@dataclass(frozen=True, slots=True)
class Button:
    """What a button's value says: ids only, never anything a user typed."""

    verb: str
    deal: str = ""
    check_in: int = 0
    question: str = ""
    extra: str = ""
    words: str = ""  # what was typed into the message's own input

    @classmethod
    def read(cls, value: str, words: str = "") -> "Button | None":
        """The button behind a value; None for anything that is not one of ours."""
        parts = value.split("~")
        if len(parts) != PARTS or not (parts[2] or "0").isdigit() or len(parts[2]) > PARTS:
            return None
        if parts[3] and parts[3] not in BY_KEY:
            return None
        return cls(parts[0], parts[1], int(parts[2] or 0), parts[3], parts[4], words[:LONGEST_WORDS])

    @property
    def value(self) -> str:
        """The value that `read` reads."""
        return f"{self.verb}~{self.deal}~{self.check_in or ''}~{self.question}~{self.extra}"


PLAIN: Mapping[str, Callable[..., DealEvent]] = {
    "checkin": CheckInStarted,
    "status": StatusAsked,
    "return": ReturnWanted,
    "close": CloseWanted,
    "reopen": Reopened,
    "sign": SignWanted,
    "walk": AboutToWalk,
    "pause": Paused,
    "edit": EditWanted,
    "chart": ChartAsked,
}
ON_SCREEN: Mapping[str, Callable[..., DealEvent]] = {
    "skip": Skipped,
    "back": WentBack,
    "undo": WentBack,
    "note": NoteWanted,
    "stop": LeftOff,
    "nothing": NothingToReport,
    "not_sure": Tapped,
}


def event_of_button(button: Button, stamp: Stamp) -> DealEvent:  # noqa: C901, PLR0911, PLR0912 - one case a verb
    """The event behind a button of a deal."""
    if (about_limits := limits_said.of_button(button, stamp)) is not None:
        return about_limits
    if (about_offers := offers_said.of_button(button, stamp)) is not None:
        return about_offers
    if (about_deciding := decisions_said.of_button(button, stamp)) is not None:
        return about_deciding
    zone = str(stamp["at"].tzinfo)
    if (about_reminders := reminders_said.of_button(button, stamp, zone)) is not None:
        return about_reminders
    if (about_shares := shares_said.of_button(button, stamp)) is not None:
        return about_shares
    if button.verb == "take_over":
        return HandOverAnswered(**stamp, accepted=button.extra == "yes")
    shown: OnScreenStamp = {**stamp, "check_in": button.check_in, "question": button.question}
    extra = button.extra
    match button.verb:
        case "answer" if extra in (*DIGITS, "none", "same"):
            return _tapped(shown, extra)
        case "say":
            return Worded(**shown, text=button.words) if button.words.strip() else Skipped(**shown)
        case "choose":
            return Chosen(**shown, choice=extra)
        case "edit":
            return EditWanted(**shown)
        case "edit_answer" if extra in (*DIGITS, "none"):
            return Edited(**stamp, check_in=button.check_in, question=button.question,
                          answer=int(extra) if extra in DIGITS else None)  # fmt: skip
        case "show":
            return Shown(**stamp, kind=extra)
        case "draft" if extra in DRAFTS:
            return DraftWanted(**stamp, action=extra)
        case "acted" if extra in get_args(Tried):
            return Acted(**stamp, action=cast("Tried", extra))
        case "anyway":
            return returned(stamp, tuple(extra.split("+")) if extra else (), "", (), anyway=True)
        case "form":  # its window could not be opened in time
            return Misread(**stamp, problem="form_expired")
        case verb if verb in ON_SCREEN:
            return ON_SCREEN[verb](**shown)
        case verb if verb in PLAIN:
            return PLAIN[verb](**stamp)
        case _:
            return Misread(**stamp, problem="old_button")


def _tapped(shown: OnScreenStamp, extra: str) -> DealEvent:
    return Tapped(**shown, answer=int(extra) if extra in DIGITS else None, same=extra == "same")


def event_of_words(intention: Intention, stamp: Stamp, zone: str) -> DealEvent:  # noqa: C901, PLR0911 - one case a verb
    """The event behind a typed command; its words come after the deal's name."""
    words = intention.words
    if (about_limits := limits_said.of_words(intention.verb, words, stamp, zone)) is not None:
        return about_limits
    if (about_offers := offers_said.of_words(intention.verb, words, stamp)) is not None:
        return about_offers
    if (about_reminders := reminders_said.of_words(intention.verb, words, stamp, zone)) is not None:
        return about_reminders
    if (about_details := details_said.of_words(intention.verb, words, stamp, zone)) is not None:
        return about_details
    if (about_shares := shares_said.of_words(intention.verb, words, stamp)) is not None:
        return about_shares
    match intention.verb:
        case "pause":
            return _pause(words, stamp, zone)
        case "note":
            return Noted(**stamp, text=words[:LONGEST_WORDS]) if words else NoteWanted(**stamp)
        case "rename":
            _, tail = split_tail(f" {words}", "to")
            name = " ".join((tail.get("to") or words).split())[:80]
            return Renamed(**stamp, name=name) if name else Misread(**stamp, problem="expected_name")
        case "colleague" | "second-reader" | "observer" | "hand-over":
            return hands_said.of_words(intention.verb, words, stamp)
        case "undo":
            return EditWanted(**stamp)
        case verb if verb in ON_SCREEN:
            return ON_SCREEN[verb](**stamp)
        case verb:
            return PLAIN[verb](**stamp)


def _pause(words: str, stamp: Stamp, zone: str) -> DealEvent:
    head, tail = split_tail(f" {words}", "until", "till", "because", "for")
    when = tail.get("until") or tail.get("till") or tail.get("for") or head
    until = read_date(when, stamp["at"], zone) if when else None
    if when and until is None:
        return Misread(**stamp, problem="expected_date", text=when)
    return Paused(**stamp, until=until, reason=tail.get("because", "")[:LONGEST_WORDS])


def answer_in(deal: Deal, text: str, reader: Reader, stamp: Stamp) -> DealEvent:
    """What a typed line means for the question on the screen."""
    opened = deal.check_in
    if opened is None or opened.open is None:
        return Misread(**stamp, problem="no_open_question")
    plain = " ".join(text.split())
    if opened.stage != "answer":
        choice = reader.choices(opened.open).get(plain.casefold()) if opened.stage == "follow_up" else None
        return (
            Chosen(**stamp, choice=choice) if choice else Worded(**stamp, text=text.strip()[:LONGEST_WORDS])
        )
    question = BY_KEY[opened.open]
    if question.reads == "amount":
        return _typed_offer(deal, plain, stamp)
    if question.reads == "terms":
        return _typed_terms(deal, plain, stamp)
    value = int(plain) if plain in DIGITS else reader.labels(question.key).get(plain.casefold())
    return (
        Misread(**stamp, problem="unreadable_answer", text=plain)
        if value is None
        else Tapped(**stamp, answer=value)
    )


def _typed_offer(deal: Deal, plain: str, stamp: Stamp) -> DealEvent:
    """One number, or one for each issue."""
    if deal.issues:
        package = read_package(deal.issues, plain)
        if isinstance(package, Unread):
            return Misread(**stamp, problem=package.problem, text=package.text)
        return Tapped(**stamp, amount=score(deal.issues, package), package=package)
    amount = read_amount(THEIRS.sub("", plain))
    if amount is None:
        return Misread(**stamp, problem="expected_amount", text=plain)
    return Tapped(**stamp, amount=amount)


def _typed_terms(deal: Deal, plain: str, stamp: Stamp) -> DealEvent:
    words = plain.casefold().replace(",", " ").split()
    if words in (["all", "met"], ["all"]):
        words = ["met"] * len(deal.must_haves)
    if len(words) != len(deal.must_haves) or not all(word in TERMS for word in words):
        return Misread(**stamp, problem="expected_terms", text=plain)
    return Tapped(**stamp, terms=tuple(word for word in words if word in TERMS))


def returned(
    stamp: Stamp, conditions: tuple[str, ...], because: str, terms: tuple[Term, ...], *, anyway: bool = False
) -> Returned:
    """A return whose conditions came as keys; unknown ones are left out."""
    known = tuple(cast("ReturnCondition", c) for c in conditions if c in get_args(ReturnCondition))
    return Returned(**stamp, because=because, conditions=known, terms=terms, anyway=anyway)
