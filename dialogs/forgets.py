"""Forgetting a deal: the events, and what is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogs.effect import Effect
from dialogs.event import Event

Forgetting = Literal["", "asked", "leaving"]  # leaving: its messages are being deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetWanted(Event):
    """The owner wants this deal forgotten: say what goes and what stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetConfirmed(Event):
    """*Forget it*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftForGood(Event):
    """Somebody wants all of theirs forgotten: a deal of their own goes, another's they are no longer on."""


ForgetEvent = ForgetWanted | ForgetConfirmed | LeftForGood


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetAsked(Effect):
    """Say what goes and what stays, before anything does."""

    shares: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AllForgetAsked(Effect):
    """Say how much of theirs goes, before anything does: their own deals, and those they are only on."""

    own: int
    others: int
