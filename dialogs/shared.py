"""What a deal remembers of its summaries: the one being drafted, and those that stand in rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dialogs.rooms import Room

Field = Literal["counterpart", "standing", "reasons", "movement", "next", "decides"]
Secret = Literal["limit", "target", "plan_b", "red_lines", "promise"]
Stands = Literal["sent", "stands", "refused", "redacted", "recalled", "gone"]
FIELDS: tuple[Field, ...] = ("counterpart", "standing", "reasons", "movement", "next", "decides")
SECRETS: tuple[Secret, ...] = ("limit", "target", "plan_b", "red_lines", "promise")
READABLE: tuple[Stands, ...] = ("sent", "stands")  # a message may stand there that others read


@dataclass(frozen=True, slots=True)
class Content:
    """What of a deal is told: switched fields, two lines in the owner's words, secrets chosen for this once.

    `follow` keeps the message up to date as the deal moves.
    """

    fields: tuple[Field, ...] = FIELDS
    secrets: tuple[Secret, ...] = ()
    decides: str = ""
    note: str = ""
    follow: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A summary that is looked at before it is sent; `replaces` is the share it corrects, 0 for a new one."""

    number: int
    room: Room
    content: Content
    since: datetime
    replaces: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """A summary in a room, and whether it stands there."""

    number: int
    room: Room
    content: Content
    since: datetime
    stands: Stands = "sent"

    @property
    def slot(self) -> str:
        """Under which name the outbox knows its message."""
        return f"share:{self.number}"
