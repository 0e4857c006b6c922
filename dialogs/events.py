"""What has happened, in the past tense: Slack, Teams, the clock and the command line all end up here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from dialogs.afterwards import LookedBack, TimeFreed
from dialogs.deal import Alternative, Outcome, Party, ReturnCondition, Rules, Side, Tried, View
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
from dialogs.event import Event, OnScreen
from dialogs.exports import Exported, ExportWanted
from dialogs.follows import AlternativeLinked, DealFollowed, FollowEnded, FollowWanted
from dialogs.forgets import ForgetEvent
from dialogs.handing import HandingEvent, Named
from dialogs.held import Term
from dialogs.issues import Named as Package
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Event):
    """A deal was set up."""

    deal: str
    name: str
    counterpart: str
    alias: str = ""
    side: Side | None = None
    unit: str = ""
    limit: Decimal | None = None
    target: Decimal | None = None
    must_haves: tuple[str, ...] = ()
    red_lines: tuple[str, ...] = ()
    alternative: Alternative | None = None
    cost_of_delay: Decimal | None = None
    promise: str = ""
    purpose: str = ""
    deadline: datetime | None = None
    zone: str = "UTC"
    colleagues: tuple[str, ...] = ()
    rules: Rules = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInStarted(Event):
    """Somebody asked to check in, or to go on where they stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Event):
    """A question was answered: 0–3, or None for "not sure"; terms or an amount where asked."""

    question: str
    answer: int | None = None
    terms: tuple[Term, ...] = ()
    amount: Decimal | None = None
    note: str = ""
    red_line: int | None = None
    choice: str = ""
    added: str = ""
    other: View | None = None  # when a log is folded: a milder one of somebody else on the same talk,
    told_by: str = ""  # and who said what counts, if that was somebody else


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped(OnScreen):
    """The open question was answered, by tap or by word. `answer` None is "not sure"."""

    answer: int | None = None
    terms: tuple[Term, ...] = ()
    amount: Decimal | None = None
    same: bool = False  # the offer stands as it was last told
    package: Package = ()
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded(OnScreen):
    """Words were given where the coach had asked for words: what they said, a follow-up, a note."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen(OnScreen):
    """One of a follow-up's choices was tapped."""

    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped(OnScreen):
    """The open question, or its follow-up, was passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WentBack(OnScreen):
    """The last answer of the open check-in was taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWanted(OnScreen):
    """The user wants to write a note in the middle of a check-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """A note was written, in a check-in or between them."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOff(OnScreen):
    """The check-in was left for later; it resumes at the same question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToReport(OnScreen):
    """That nothing changed was tapped or said: it ends the check-in at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn(Event):
    """A check-in ended: grounds are updated. `passed` names the questions that were skipped."""

    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingChanged(Event):
    """Nothing moved since last time: the answers of the open round are dropped, nothing fades."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(Event):
    """An answer of an earlier check-in was put right; with `keeps`, only its words or its red line."""

    check_in: int
    question: str
    answer: int | None
    note: str = ""
    terms: tuple[Term, ...] = ()
    red_line: int | None = None
    keeps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EditWanted(Event):
    """The user wants to put an earlier answer right (check-in 0: the last one given)."""

    check_in: int = 0
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(Event):
    """A package was put on the table; `typed` is how it was written, `other` what it may have meant."""

    side: Party
    value: Decimal
    package: Package = ()
    typed: str = ""
    other: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeChanged(Event):
    """The alternative became another one, or gained or lost in worth."""

    alternative: Alternative


@dataclass(frozen=True, slots=True, kw_only=True)
class RedLineConfirmed(Event):
    """A breach of a red line is final, from someone with authority."""

    red_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RedLineCured(Event):
    """The demand across the red line was withdrawn or carved out."""

    red_line: int
    in_writing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted(Event):
    """Something was tried at the table."""

    action: Tried


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWanted(Event):
    """The user wants words to copy for the other side; the coach itself sends them nothing."""

    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Event):
    """A strategic pause began; `until` None: until somebody says they came back."""

    reason: str = ""
    until: datetime | None = None
    waiting_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseReviewed(Event):
    """What was thought during the pause was written down, or its date was moved."""

    reflection: Mapping[str, str] = field(default_factory=dict)
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnWanted(Event):
    """Somebody said they came back: ask what changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(Event):
    """The talks go on after a pause: what changed, and the terms now."""

    because: str = ""
    conditions: tuple[ReturnCondition, ...] = ()
    terms: tuple[Term, ...] = ()
    anyway: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignWanted(Event):
    """The user wants to say yes: ask what is in the paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutToSign(Event):
    """The user is about to say yes: asks the acceptance gate. `package` has a figure for each issue.

    `unwritten` is what else is in the paper; `closing` says that the deal is to be closed with it.
    """

    value: Decimal | None = None
    must_haves: tuple[Term, ...] = ()
    package: Package = ()
    unwritten: str = ""
    closing: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutToWalk(Event):
    """The user is about to leave: asks the exit gate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseWanted(Event):
    """The user wants to close the deal: ask how it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Event):
    """The deal ended."""

    outcome: Outcome
    value: Decimal | None = None
    note: str = ""
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(Event):
    """A closed deal came back to life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(Event):
    """The deal got another name."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueNamed(Event):
    """Somebody is on the deal from now on, as what `role` says."""

    person: str
    role: Named = "colleague"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAsked(Event):
    """Somebody asked where the deal stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyAsked(Event):
    """Show the evidence: page 1 is the newest, `subject` a ground or "" for all."""

    page: int = 1
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Event):
    """*Show me* was tapped on a discreet message; `kind` says on which."""

    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(Event):
    """The nudge was put off, with a reason that the next one will show."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDue(Event):
    """The clock reached a date the deal had set: `purpose` names the timer."""

    purpose: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Misread(Event):
    """Something was typed or submitted that could not be read: what was wrong, as a key with its figures."""

    problem: str
    text: str = ""
    field: str = ""


ScreenEvent = Tapped | NothingToReport | Worded | Chosen | Skipped | WentBack | NoteWanted | LeftOff
DealEvent = (
    Opened | CheckInStarted | Answered | Tapped | NothingToReport | Worded | Chosen | Skipped | WentBack
    | NoteWanted | Noted | LeftOff | CheckedIn | NothingChanged | Edited | EditWanted | Offered
    | AlternativeChanged | RedLineConfirmed | RedLineCured | Acted | DraftWanted | Paused | PauseReviewed
    | ReturnWanted | Returned | SignWanted | AboutToSign | AboutToWalk | CloseWanted | Closed | Reopened
    | Renamed | ColleagueNamed | StatusAsked | WhyAsked | Shown | Snoozed | ReminderDue | Misread
    | EvidenceContested | EvidenceWithdrawn | EvidenceUpheld | ReasonWanted | Viewed
    | LimitsAsked | LimitWanted | LimitAgreed | LimitTakenBack | LimitChanged
    | AlternativeLinked | FollowWanted | FollowEnded | DealFollowed
    | PaperRead | PaperTouched | GateWaived | WaitChosen | SignedAlready | RedLineTested | BreachLooked
    | CureTold | FinalOfferBuilt
    | OfferSaid | OfferMeant | OfferCorrected | OfferWithdrawn | IssuesWanted | IssuesSet
    | LogWanted | Happened | Unsaid | LookedBack | TimeFreed | DetailTold | SuggestionTaken | SuggestionLeft
    | MeetingSet | CadenceSet | RemindersAsked | DateNoted | ReminderSnoozed | ReminderSkipped
    | ReminderUnwanted | RemindersDropped | OwnerMoved
    | ShareEvent | ChartAsked | ExportWanted | Exported | ForgetEvent | HandingEvent
)  # fmt: skip
