"""What effects are made of; the kinds stand in `dialogs.effects` and beside what they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dialogs.held import Term
from dialogs.levels import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What all effects share: the deal they speak of, by key and by discreet name, and in whose zone."""

    deal: str = ""
    called: str = ""
    counterpart: str = ""
    zone: str = "UTC"
    to: str = ""
    prompted: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One answered question of the open check-in, as it is echoed above the next one."""

    question: str
    value: int | None
    words: str = ""
    passed: bool = False
    terms: tuple[Term, ...] = ()
    amount: Decimal | None = None
    known: bool = False  # told before, or seen in the offers: it was not asked


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would lower the level, tried by the same rules.

    `question` answered `answer` for `check_ins` check-ins running leads to `level`; for "offer" it is an
    offer of theirs of `value` or better, and `check_ins` after it with nothing else new.
    """

    question: str
    answer: int
    check_ins: int
    level: Level
    value: Decimal | None = None
