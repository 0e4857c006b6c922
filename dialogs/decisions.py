"""A yes or a no on its way: what happens before one signs or leaves, and what the coach says of it.

It holds no limit against anything; `gates` does, and `deciding` says what follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from dialogs.deal import Evidence, Promise, Tried
from dialogs.effect import Effect
from dialogs.event import Event
from dialogs.held import FinalOffer, Moved, Term, Waiver
from dialogs.issues import Named
from dialogs.packages import Package

Asks = Literal["which", "final", "authority", "carve_out", "in_writing"]
Untried = Literal["name_behaviour", "ask_for_time", "pause", "final_offer", "cure"]

# ---- what happens


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRead(Event):
    """What the paper says was told: its figure or one for each issue, the must-haves, and what else is in it.

    `closing` says that the deal is to be closed with it.
    """

    value: Decimal | None = None
    package: Named = ()
    must_haves: tuple[Term, ...] = ()
    unwritten: str = ""
    closing: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTouched(Event):
    """What else is in the paper touches this red line, or none (None)."""

    red_line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateWaived(Event):
    """They go on past the gate: who agreed, and why."""

    approved_by: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitChosen(Event):
    """They wait before they sign what a gate stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAlready(Event):
    """Whether anything was signed already, asked before one leaves."""

    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RedLineTested(Event):
    """Would it be refused even if all else were perfect? If not, it is a must-have and no red line."""

    red_line: int
    sacred: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachLooked(Event):
    """A demand across a red line is looked at: which line, and what was answered so far."""

    red_line: int | None = None
    final: bool | None = None
    authority: bool | None = None
    carve_out: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CureTold(Event):
    """They withdrew a demand across a red line; `written` None: in writing or not is still to be asked."""

    red_line: int
    written: bool | None = None
    trusted: bool = False  # their word is enough


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalOfferBuilt(Event):
    """The last complete offer was put together: not sent, which is the user's to do."""

    value: Decimal | None = None
    until: datetime | None = None
    they_get: str = ""
    we_get: str = ""


DecisionEvent = (
    PaperRead | PaperTouched | GateWaived | WaitChosen | SignedAlready | RedLineTested | BreachLooked
    | CureTold | FinalOfferBuilt
)  # fmt: skip


# ---- what is said


@dataclass(frozen=True, slots=True)
class Short:
    """A figure on the wrong side of a limit: how far, and of which issue ("": the deal's own)."""

    value: Decimal
    limit: Decimal
    gap: Decimal
    above: bool
    issue: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWanted(Effect):
    """Ask what the paper says; `missing` names what was not told of it yet."""

    missing: tuple[str, ...] = ()
    closing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTouches(Effect):
    """Ask whether what else is in the paper touches a red line."""

    unwritten: str
    red_lines: tuple[str, ...]
    places: tuple[int, ...]  # of those lines among all


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped(Effect):
    """A gate stopped a signature or a walk-away, or let it pass: which ones, and why, with the figures."""

    signing: bool
    gates: tuple[str, ...]
    unmet: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    breached: tuple[str, ...] = ()
    promise: Promise | None = None
    short: tuple[Short, ...] = ()
    unwritten: str = ""
    until: datetime | None = None  # how long it is best to wait
    closing: bool = False
    untried: tuple[Untried, ...] = ()
    best: Short | None = None  # their best offer, beside the walk-away point
    alternative: str = ""
    signed_already: bool = False
    last_day: bool = False
    plan_b: Short | None = None  # a firm plan B that is better: said, it stops nothing
    moved: tuple[Moved, ...] = ()  # limits that were loosened
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived(Effect):
    """The gate was passed: who agreed and why, on the record."""

    waiver: Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachAsked(Effect):
    """One question about a demand across a red line; `so_far` are the answers given, as ids."""

    asks: Asks
    so_far: str
    text: str = ""
    red_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Effect):
    """Words to copy, for the user to send; `sent` is what it counts as once they did."""

    action: str
    quotes: tuple[Evidence, ...] = ()
    until: datetime | None = None
    hours: int = 48  # from now until then
    packages: tuple[Package, ...] = ()
    offer: FinalOffer | None = None
    unit: str = ""
    red_line: str = ""
    line: int | None = None  # its place
    sent: Tried | None = None
    reminds: bool = False  # at `until` the coach comes back to it
    last_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WentOut(Effect):
    """Something was tried: what came of it, one tap each."""

    action: Tried
    cured: tuple[int, ...] = ()  # the red lines that may be off the table
    offer: FinalOffer | None = None
    unit: str = ""
    asked: bool = False  # the date of the offer has come
