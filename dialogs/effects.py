"""What is to be done, in the imperative: said, asked, shown, remembered. No wording, no shapes.

`to` is the person who gets it ("": whoever acted); `prompted` whether they just asked for it with a tap
or a word of their own: only then may it be more than discreet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from dialogs.agenda import Kind
from dialogs.deal import Evidence, Offer, Outcome, Pause, Promise, Stage
from dialogs.decisions import (
    BreachAsked,
    Draft,
    PaperTouches,
    PaperWanted,
    Stopped,
    Waived,
    WentOut,
)
from dialogs.details import DetailKept
from dialogs.digest import Digest, DigestTold, TeamDigest
from dialogs.doubts import DoubtDone, Explain, Reason
from dialogs.drawing import OffersDrawn
from dialogs.effect import Change, Effect, Line
from dialogs.ended import AdviceRecord, DealEnded, FreedTime, LookBackKept
from dialogs.exports import ExportAsked, ExportPart
from dialogs.figures import Arithmetic
from dialogs.follows import PlanBKept, TellDeal
from dialogs.forgets import AllForgetAsked, ForgetAsked
from dialogs.handing import HandOverAsked
from dialogs.held import Moved, Term
from dialogs.hours import Hours
from dialogs.levels import Level
from dialogs.news import DealMoved, PersonEvent
from dialogs.offered import IssuesShown, LogAsked, Logged, OfferGone, OfferTaken
from dialogs.reminders import Brief, DateNear, MeetingKept, ReminderMoved, RemindersShown
from dialogs.rooms import ToRoom
from dialogs.seals import LimitMoved, Limits, LooseningWaits, NewFactAsked, SecondReading
from dialogs.shares import AskWhere, SharePreview, SharesShown, ShareTold, TakenDown
from dialogs.suggestions import Suggest
from dialogs.summary import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Effect):
    """Put the open question on the screen, under the answers so far."""

    number: int
    question: str
    stage: Stage
    position: int
    of: int
    lines: tuple[Line, ...] = ()
    value: int | None = None
    choices: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    red_lines: tuple[str, ...] = ()
    last_offer: Offer | None = None
    unit: str = ""
    problem: str = ""
    problem_text: str = ""
    promise: Promise | None = None
    note: str = ""  # waits for the next answer
    resumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInEnd(Effect):
    """Close the check-in with one line: where you stand, what next, when we speak again."""

    number: int
    lines: tuple[Line, ...]
    level: Level
    before: Level
    nothing_changed: bool = False
    next_check_in: datetime | None = None
    paused: bool = False
    triage: str = ""
    tired: bool = False
    suggestion: str = ""
    unit: str = ""
    worst: int | None = None  # the worst answer of this check-in, None if nothing was answered
    last_day: bool = False
    talk: datetime | None = None  # when they speak next, where that is known
    missing: str = ""  # what the set-up still lacks, to be asked for now
    offered: str = ""  # the action offered here, where no nudge offers it


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge(Effect):
    """Say what is suggested, with its reasons, the promise, what would change it, and one action."""

    level: Level
    reasons: tuple[Evidence, ...]
    changes: tuple[Change, ...]
    promise: Promise | None
    action: str
    moved: tuple[Moved, ...] = ()  # limits that were loosened
    unit: str = ""
    unknown: tuple[str, ...] = ()
    breached: tuple[str, ...] = ()
    breached_at: tuple[int, ...] = ()  # their places among the red lines
    snoozed: str = ""
    triage: str = ""
    tired: bool = False
    gate: bool = False
    tried: bool = False
    suspected: int | None = None  # the red line to confirm or clear
    suspected_text: str = ""
    last_day: bool = False
    arithmetic: Arithmetic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Effect):
    """Say, discreetly, that there is something to see; *Show me* opens it."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """One reminder that a person is to read: of which deal, by its discreet name, and of which kind."""

    deal: str
    called: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders(Effect):
    """All that is due for a person now, in one message, discreetly."""

    items: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn(Effect):
    """Somebody is away and named the reader to stand in for them until then."""

    name: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursShown(Effect):
    """When a person may be spoken to, and how to change it."""

    hours: Hours
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Effect):
    """Say where the deal stands."""

    name: str
    level: Level
    check_ins: int
    deadline: datetime | None
    next_check_in: datetime | None
    paused: Pause | None
    must_haves: tuple[str, ...]
    terms: tuple[Term, ...]
    red_lines: tuple[str, ...]
    promise: Promise | None
    status: str
    outcome: Outcome | None
    open_question: bool
    limit: Decimal | None = None
    unit: str = ""
    alternative: str = ""
    own: bool = True
    sits: bool = True  # may check in
    arithmetic: Arithmetic | None = None
    passed: bool = False  # the deadline
    expired: datetime | None = None  # when the plan B did


@dataclass(frozen=True, slots=True, kw_only=True)
class DealReady(Effect):
    """The deal is set up: repeat it, and offer the first check-in."""

    name: str
    must_haves: tuple[str, ...]
    red_lines: tuple[str, ...]
    promise: Promise | None
    deadline: datetime | None
    limit: Decimal | None
    unit: str
    side: str
    alternative: str
    testing: int | None = None  # the red line that is put to the test
    testing_text: str = ""
    full: bool = False  # no room for one more must-have


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseBegun(Effect):
    """The pause is on: until when, and a note to the other side, ready to copy."""

    pause: Pause
    reasons: tuple[Evidence, ...] = ()
    moved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseOver(Effect):
    """The date of the pause has come: what was written, and what now."""

    pause: Pause
    promise: Promise | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAsked(Effect):
    """They came back: ask what changed, one tap away."""

    pause: Pause | None
    said_by: str = ""
    must_haves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnThin(Effect):
    """Fewer changes than a return should have: say so, and leave it to the user."""

    conditions: tuple[str, ...]
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackAtTheTable(Effect):
    """The talks go on: terms before and after, what was written in the pause, where you stand."""

    pause: Pause | None
    conditions: tuple[str, ...]
    because: str
    must_haves: tuple[str, ...]
    before: tuple[Term, ...]
    after: tuple[Term, ...]
    level: Level
    promise: Promise | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Effect):
    """Ask an earlier question again, to put its answer right."""

    check_in: int
    question: str
    value: int | None
    words: str
    at: datetime
    terms: tuple[str, ...] = ()
    red_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditDone(Effect):
    """An earlier answer is put right: old and new, and the level before and after."""

    check_in: int
    question: str
    old: int | None
    new: int | None
    before: Level
    after: Level
    old_words: str = ""
    new_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell(Effect):
    """A few words: `key` names the template, `about` what stands in it."""

    key: str
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDeals(Effect):
    """The person's deals, the most urgent first."""

    deals: tuple[DealMoved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHome(Effect):
    """The person's home page."""

    deals: tuple[DealMoved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseDeal(Effect):
    """Which deal? A button each."""

    verb: str
    words: str
    deals: tuple[DealMoved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Help(Effect):
    """What can be typed."""

    first: bool = False
    has_deals: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSetUp(Effect):
    """A button that opens the set-up form."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Remind:
    """Set the deal's timer for `purpose`, replacing it; `due` None takes it away."""

    purpose: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Pass:
    """Pass an event on to a person (a letter, so that it happens once and on its own shard)."""

    person: str
    event: PersonEvent


Message = (
    Ask | CheckInEnd | Nudge | Notice | Explain | Status | DealReady | PauseBegun | PauseOver | ReturnAsked
    | ReturnThin | BackAtTheTable | Stopped | DealEnded | Edit | EditDone | Tell | ListDeals | ShowHome
    | ChooseDeal | Help | OfferSetUp
    | PaperWanted | PaperTouches | Waived | BreachAsked | Draft | WentOut
    | Reason | DoubtDone | Limits | NewFactAsked | LooseningWaits | LimitMoved | SecondReading
    | LookBackKept | FreedTime | AdviceRecord
    | DetailKept | Suggest | PlanBKept
    | RemindersShown | MeetingKept | ReminderMoved | Brief | DateNear | Reminders | HoursShown | StandIn
    | OfferTaken | OfferGone | IssuesShown | LogAsked | Logged
    | HandOverAsked | ForgetAsked | AllForgetAsked | OffersDrawn | ExportAsked | ExportPart
    | Digest | TeamDigest | DigestTold
    | Summary | SharePreview | SharesShown | ShareTold | AskWhere | TakenDown
)  # fmt: skip
AnyEffect = Message | Remind | Pass | TellDeal | ToRoom
