"""What every event is made of; the kinds stand in `dialogs.events` and beside what they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events share: `id` is the same when redelivered, `by` a person of ours ("": the clock)."""

    id: str
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnScreen(Event):
    """What answers something on a screen: its check-in and question (0 and "": whatever is open)."""

    check_in: int = 0
    question: str = ""
