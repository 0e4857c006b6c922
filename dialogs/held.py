"""What a deal is held to: terms, changed limits, the paper to be signed, who agreed to pass a gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from dialogs.issues import Named

Term = Literal["met", "partly", "not"]
Sealed = Literal["limit", "must_have", "red_line"]


@dataclass(frozen=True, slots=True)
class Moved:
    """A limit, a must-have or a red line that was changed after set-up: from what to what, when and why."""

    what: Sealed
    loosened: bool
    at: datetime
    because: str = ""
    old: Decimal | None = None
    new: Decimal | None = None
    text: str = ""  # the must-have or red line that came or went
    agreed_by: str = ""


@dataclass(frozen=True, slots=True)
class Loosening:
    """A limit that is to be loosened, and waits: what for, on which new fact, until when.

    `number` tells it from earlier ones; `drop` is the place of the must-have or red line that is to go.
    """

    number: int
    what: Sealed
    because: str
    since: datetime
    due: datetime
    value: Decimal | None = None
    drop: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What is about to be signed, as it was told, and the gates that stopped it.

    `held` says that it was held against the limits, `waived` that somebody agreed to go on; `closing` that
    it came with the closing of the deal, and `note` with that.
    """

    since: datetime
    value: Decimal | None = None
    package: Named = ()  # a figure for each issue
    terms: tuple[Term, ...] = ()
    unwritten: str = ""  # what is in the paper and not in the figures
    gates: tuple[str, ...] = ()
    held: bool = False
    waived: bool = False
    closing: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A gate that somebody agreed to pass: which, who agreed, and why."""

    at: datetime
    gates: tuple[str, ...]
    approved_by: str
    because: str


@dataclass(frozen=True, slots=True)
class FinalOffer:
    """The last complete offer: its figure, until when it stands, what they get with it and what for."""

    at: datetime
    value: Decimal | None = None
    until: datetime | None = None
    they_get: str = ""
    we_get: str = ""
