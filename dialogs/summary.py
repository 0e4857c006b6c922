"""The summary of a deal for a room: a type of its own, with no field for what is the owner's alone.

Limit, target, alternative, red lines and promise are `Disclosed`, made only where the owner chose each for
this one message. The words behind evidence have no place in either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dialogs.deal import Outcome, Party, Status
from dialogs.effect import Effect
from dialogs.grounds import Ground
from dialogs.guard import Kind
from dialogs.levels import Level


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Secrets that the owner chose to show in one message, where no outsider reads."""

    unit: str = ""
    limit: Decimal | None = None
    target: Decimal | None = None
    plan_b: str = ""
    red_lines: tuple[str, ...] = ()
    promise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Effect):
    """How a deal stands, for a room."""

    name: str
    status: Status
    paused: bool = False
    outcome: Outcome | None = None
    level: Level | None = None
    reasons: tuple[Ground, ...] = ()
    moved: Party | None = None  # who made the last move, and when
    moved_at: datetime | None = None
    step: str = ""
    talk: datetime | None = None
    deadline: datetime | None = None
    decides: str = ""
    note: str = ""
    disclosed: Disclosed | None = None


@dataclass(frozen=True, slots=True)
class Leak:
    """Where in what the owner wrote a secret stands: in which field, of which kind, in which words."""

    field: str
    kind: Kind
    words: str
