"""The deal: everything the coach must know to take the next turn, and nothing it can look up later.

A frozen record; `dialogs.turn` is the only place that makes a new one from an old one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import repeat
from operator import attrgetter, call
from typing import Literal

from dialogs.afterwards import Freed, LookBack
from dialogs.agenda import Agenda
from dialogs.forgets import Forgetting
from dialogs.grounds import Grounds
from dialogs.held import FinalOffer, Loosening, Moved, Paper, Term, Waiver
from dialogs.hours import USUAL, Hours
from dialogs.issues import Issue, Named
from dialogs.levels import Latch
from dialogs.shared import Draft, Share
from dialogs.sums import Sums

Party = Literal["us", "them"]
Side = Literal["seller", "buyer", "neither"]
Rules = Literal[1, 2]
Firmness = Literal["hope", "likely", "firm"]
Status = Literal["live", "closed"]
Stage = Literal["answer", "words", "which", "follow_up", "note"]
Outcome = Literal["agreed", "walked_away", "impasse"]
Tried = Literal[
    "named_behaviour", "asked_for_time", "final_offer",
    "final_offer_refused", "cure_attempted", "cure_refused",
]  # fmt: skip
ReturnCondition = Literal[
    "better_package", "new_information", "another_person", "their_situation", "my_situation", "neutral",
    "withdrawn_in_writing",
]  # fmt: skip

MOST_MUST_HAVES = 5
OFFERS_KEPT = 6
LAST_DAY = timedelta(hours=24)
EVIDENCE_KEPT = 24  # the newest in the hot state; the log keeps all


@dataclass(frozen=True, slots=True)
class Alternative:
    """What you do if this deal dies (BATNA); money in the deal's unit."""

    name: str = ""
    value: Decimal | None = None
    low: Decimal | None = None
    likely: Decimal | None = None
    high: Decimal | None = None
    firmness: Firmness | None = None
    expires: datetime | None = None
    deal: str = ""  # another deal of one's own, which it follows


@dataclass(frozen=True, slots=True)
class RedLine:
    """A non-negotiable: its words, whether its breach is confirmed now and how often it ever was.

    `cure_attempted` and `cure_refused` speak of the breach that stands; its cure clears them.
    """

    text: str
    confirmed: bool = False
    confirmations: int = 0
    cure_attempted: bool = False
    cure_refused: bool = False
    tested: bool = False  # asked whether it would be refused even if all else were perfect


@dataclass(frozen=True, slots=True)
class Promise:
    """What the negotiator wrote on a calm day, beginning "I will leave if"."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class View:
    """What somebody else on the deal said of the same talk, where it is less bad than what counts."""

    value: int
    by: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: 0–3 or None for "not sure", and the user's own words."""

    value: int | None
    at: datetime
    by: str
    words: str = ""
    terms: tuple[Term, ...] = ()
    amount: Decimal | None = None
    choice: str = ""  # the follow-up's tap
    red_line: int | None = None
    added: str = ""  # what was said to the follow-up
    package: Named = ()
    other: View | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """An open check-in. `open` is the question on screen, at `stage`.

    `plan` holds question keys, never positions; empty when answers come unasked (a replay).
    """

    number: int
    since: datetime
    by: str
    plan: tuple[str, ...] = ()
    open: str | None = None
    stage: Stage = "answer"
    followed_up: bool = False
    answers: Mapping[str, Answer] = field(default_factory=dict)
    passed: tuple[str, ...] = ()  # skipped in this check-in
    note: str = ""
    touched: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """When a question was last asked (check-in number) and what was answered last."""

    number: int
    value: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer that speaks: what was asked, what was said, when, by whom, in which check-in."""

    question: str
    value: int
    at: datetime
    by: str
    check_in: int
    words: str = ""
    added: str = ""  # what was said to the follow-up
    other: View | None = None
    theirs: bool = False  # a colleague's word, not the owner's


@dataclass(frozen=True, slots=True)
class Call:
    """The talk of the last check-in: its number, when it was told of, and by whom."""

    number: int
    at: datetime
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggested:
    """What words that were noted suggest, until the user says yes or no; `number` tells it from others."""

    number: int
    kind: str
    question: str
    value: int
    quote: str


@dataclass(frozen=True, slots=True)
class Thin:
    """What was said of a return that had too little behind it, kept in case they return anyway."""

    conditions: tuple[ReturnCondition, ...] = ()
    because: str = ""
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """A strategic pause: why, since when, until when, and what was thought meanwhile."""

    reason: str
    since: datetime
    until: datetime | None
    by: str
    terms: tuple[Term, ...] = ()
    waiting_for: str = ""
    reflection: Mapping[str, str] = field(default_factory=dict)
    best_offer: Decimal | None = None
    thin: Thin | None = None


@dataclass(frozen=True, slots=True)
class Nudged:
    """What stood at the last nudge, so that the next one has something new to say.

    `level` follows the deal down; `fresh` are the grounds made active since; `spent` is when the day's
    budget was last used (gates and walk-aways use none).
    """

    total: float = 0.0
    level: int = 0
    fresh: frozenset[str] = frozenset()
    spent: datetime | None = None
    highest: int = 0  # level ever advised, and the ground that weighed most then
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """One package put on the table, in the deal's unit; with issues `value` is its score.

    `number` counts the deal's offers from 1; `typed` is how it was written, `other` what it may have meant.
    """

    by: Party
    value: Decimal
    at: datetime
    number: int = 0
    typed: str = ""
    package: Named = ()
    other: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Coach:
    """The engines' memory, kept apart from what the user told us about the deal."""

    grounds: Grounds = field(default_factory=Grounds)
    latches: Mapping[str, Latch] = field(default_factory=dict)
    check_ins: int = 0
    hot_check_ins: int = 0  # running ones that ended at pause or above
    tried: tuple[Tried, ...] = ()
    returns: int = 0
    paused_and_returned: bool = False
    checked_in_since_return: bool = False
    suspected: bool = False
    suspected_line: int = 0  # which red line the suspicion is about
    nudged: Nudged = field(default_factory=Nudged)
    asked: Mapping[str, Asked] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    triage: str = ""  # who gains from no deal, as last answered
    checked_in_at: datetime | None = None
    call: Call | None = None


@dataclass(frozen=True, slots=True)
class Deal:
    """One live deal. Money in `unit`; `limit` is a floor for a seller and a ceiling for a buyer."""

    key: str
    owner: str
    name: str
    counterpart: str
    opened: datetime
    alias: str = ""
    side: Side | None = None
    unit: str = ""
    limit: Decimal | None = None
    target: Decimal | None = None
    must_haves: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()  # the must-haves as last answered
    red_lines: tuple[RedLine, ...] = ()
    alternative: Alternative | None = None
    cost_of_delay: Decimal | None = None
    promise: Promise | None = None
    purpose: str = ""
    deadline: datetime | None = None
    hurried: datetime | None = None  # when the deadline was last brought nearer
    zone: str = "UTC"
    colleagues: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()  # of the colleagues, those who give a second look; none named: all do
    observers: tuple[str, ...] = ()
    heir: str = ""  # whom it is offered
    past: tuple[str, ...] = ()  # people who were on it once
    orphan: bool = False  # its owner has left the workspace
    status: Status = "live"
    outcome: Outcome | None = None
    last_event: datetime | None = None
    check_in: Round | None = None
    seats: Mapping[str, Round] = field(default_factory=dict)  # check-ins of colleagues, by person
    paused: Pause | None = None
    offers: tuple[Offer, ...] = ()  # the newest few
    looked_back: LookBack | None = None
    freed: Freed | None = None
    offers_made: int = 0  # of both sides, those that count no more included
    issues: tuple[Issue, ...] = ()
    their_best: Decimal | None = None
    snoozed: str = ""  # why the last nudge was put off
    turns: int = 0  # entries in the log that made this state
    next_check_in: datetime | None = None
    agenda: Agenda = field(default_factory=Agenda)
    hours: Hours = USUAL  # the owner's, when reminders may come
    coach: Coach = field(default_factory=Coach)
    suggested: Suggested | None = None
    loosening: Loosening | None = None
    moved: tuple[Moved, ...] = ()  # changes of limits, must-haves and red lines, oldest first
    deciding: Paper | None = None  # what is about to be signed, or was
    waived: tuple[Waiver, ...] = ()  # gates that somebody agreed to pass, oldest first
    signed_already: bool | None = None  # whether anything was signed when they wanted to leave
    final_offer: FinalOffer | None = None
    followers: tuple[str, ...] = ()  # deals of the same owner to which this one is the alternative
    rules: Rules = 2  # 1: the page's, 2: those with the better fit
    sums: Sums = field(default_factory=Sums)  # what the fit keeps of the offers
    draft: Draft | None = None  # a summary that is being looked at
    shares: tuple[Share, ...] = ()  # summaries in rooms, the newest last
    forgetting: Forgetting = ""
    ended: datetime | None = None  # when it was closed

    @property
    def called(self) -> str:
        """The alias where there is one: what may stand on a screen the counterpart can see."""
        return self.alias or self.name

    @property
    def paper_terms(self) -> tuple[Term, ...]:
        """The must-haves as the paper has them, else as they were last answered."""
        told = self.deciding.terms if self.deciding else ()
        return told if len(told) == len(self.must_haves) else self.terms

    def pause_at(self, at: datetime) -> Pause | None:
        """The pause in force at `at`; one whose date has passed is over."""
        pause = self.paused
        return None if pause is None or (pause.until is not None and at >= pause.until) else pause

    def time_left(self, at: datetime) -> timedelta | None:
        """Time to the deadline, negative once it has passed; None without one."""
        return None if self.deadline is None else self.deadline - at

    def last_day(self, at: datetime) -> bool:
        """Whether less than 24 hours are left to the deadline."""
        left = self.time_left(at)
        return left is not None and timedelta(0) <= left < LAST_DAY

    def share_spent(self, at: datetime) -> float | None:
        """The share of the time from opening to deadline that is spent at `at`, 0 to 1 and beyond."""
        if self.deadline is None or self.deadline <= self.opened:
            return None
        return (at - self.opened) / (self.deadline - self.opened)


_SETTERS = {part.name: vars(Deal)[part.name].__set__ for part in fields(Deal)}  # its slots'
_PUTS, _VALUES = tuple(_SETTERS.values()), attrgetter(*_SETTERS)


def altered(deal: Deal, **parts: object) -> Deal:
    """`dataclasses.replace` for a deal, in under half the time: a turn makes several of its parts anew.

    TypeError for a part that no deal has.
    """
    if not _SETTERS.keys() >= parts.keys():
        raise TypeError(f"a deal has no {', '.join(parts.keys() - _SETTERS.keys())}")
    new = object.__new__(Deal)
    deque(map(call, _PUTS, repeat(new), _VALUES(deal)), maxlen=0)  # put(new, value) for each
    for name, value in parts.items():
        _SETTERS[name](new, value)
    return new
