"""Second thoughts about what was answered: a doubt, a withdrawal, and what the ledger shows of either.

Each refers to one answer by its check-in and question. They weigh nothing by themselves: the log is folded
again with them, and both versions stay on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from dialogs.deal import Evidence
from dialogs.effect import Change, Effect
from dialogs.event import Event
from dialogs.figures import Arithmetic
from dialogs.grounds import Ground
from dialogs.held import Moved, Term
from dialogs.levels import Level

Kind = Literal["edited", "contested", "withdrawn", "upheld"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceContested(Event):
    """An answer is in doubt: it counts nothing until it is upheld or withdrawn."""

    check_in: int
    question: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceWithdrawn(Event):
    """An answer was a mistake: it counts as if it had never been given."""

    check_in: int
    question: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceUpheld(Event):
    """An answer in doubt, or withdrawn, stands after all."""

    check_in: int
    question: str
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewed(Event):
    """Somebody else answered a question of a check-in about the same talk; the worse answer counts."""

    check_in: int
    question: str
    answer: int | None = None
    terms: tuple[Term, ...] = ()
    amount: Decimal | None = None
    note: str = ""
    red_line: int | None = None
    choice: str = ""
    added: str = ""


Doubt = EvidenceContested | EvidenceWithdrawn | EvidenceUpheld


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonWanted(Event):
    """One answer of the ledger is to be opened."""

    check_in: int
    question: str


@dataclass(frozen=True, slots=True)
class Version:
    """What became of an answer: the correction, when and why, and what the answer was and counted before."""

    kind: Kind
    at: datetime
    because: str
    value: int | None
    words: str = ""
    counted: Decimal = Decimal(0)
    red_line: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """One answer that speaks, or spoke before it was put right, with its weight then and now.

    Weights are log-odds to two decimals. `since` counts the check-ins after it, `eased` those of them whose
    calm answers took from its subject, `halved` the returns; `in_shadow` says that a worse answer on the same
    subject counted in its place.
    """

    evidence: Evidence
    ground: Ground
    then: Decimal
    now: Decimal
    since: int = 0
    eased: int = 0
    halved: int = 0
    in_shadow: bool = False
    standing: Literal["stands", "contested", "withdrawn"] = "stands"
    versions: tuple[Version, ...] = ()
    terms: tuple[Term, ...] = ()
    red_line: int | None = None
    value: int | None = None  # the answer after its edits; None is "not sure"

    @property
    def question(self) -> str:
        """The question it answers."""
        return self.evidence.question


@dataclass(frozen=True, slots=True)
class Booked:
    """One line of a subject's account: what it was, what the day did to it, what it came to.

    `kept` is the share that stayed of what was there before, `added` what the worst answer of the day put
    to it or took from it.
    """

    at: datetime
    check_in: int  # 0: a return
    before: Decimal
    kept: Decimal
    added: Decimal
    after: Decimal
    worst: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explain(Effect):
    """Open the evidence behind the level, the newest page first; `subject` "" shows them all."""

    level: Level
    weights: tuple[tuple[str, Decimal], ...]
    total: Decimal
    reasons: tuple[Counted, ...]
    changes: tuple[Change, ...]
    check_ins: int
    breached: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    unit: str = ""
    page: int = 1
    pages: int = 1
    subject: str = ""
    account: tuple[Booked, ...] = ()
    rules: int = 1
    own: bool = True
    arithmetic: Arithmetic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason(Effect):
    """One answer of the ledger, opened: words, date, question, rule, weight then and now, its versions."""

    counted: Counted
    check_in: int
    question: str
    rules: int = 1
    red_line: str = ""  # the words of the red line it was about


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtDone(Effect):
    """An answer is in doubt, withdrawn or upheld: what it had counted, the level before and after."""

    check_in: int
    question: str
    kind: Kind
    value: int | None
    because: str
    counted: Decimal
    before: Level
    after: Level
