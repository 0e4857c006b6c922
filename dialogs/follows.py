"""An alternative that is another deal of one's own: what the two deals tell each other, by letter.

The one that follows asks, the one that is followed tells; neither looks into the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dialogs.deal import Alternative, Firmness, Side
from dialogs.effect import Effect
from dialogs.event import Event
from dialogs.forgets import LeftForGood
from dialogs.handing import Assigned, OwnerGone
from dialogs.reminders import OwnerMoved
from dialogs.shares import RoomMoved


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeLinked(Event):
    """The alternative is to be another deal of the same owner, by its key, and follows it from now on."""

    deal: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowWanted(Event):
    """Deal `follower` of the person `by` takes this deal for its alternative."""

    follower: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowEnded(Event):
    """Deal `follower` has another alternative now."""

    follower: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFollowed(Event):
    """How the deal that is followed stands: what it is worth, how firmly; `gone` when it is over.

    `value` is its best offer so far, in `unit`; a deal of another side or unit makes nothing of it.
    """

    deal: str
    name: str
    value: Decimal | None = None
    side: Side | None = None
    unit: str = ""
    firmness: Firmness = "hope"
    expires: datetime | None = None
    gone: bool = False


FollowEvent = AlternativeLinked | FollowWanted | FollowEnded | DealFollowed


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBKept(Effect):
    """The plan B is on the record: what it is, and in whose unit it counts."""

    alternative: Alternative
    unit: str = ""


Word = FollowWanted | FollowEnded | DealFollowed | OwnerMoved | OwnerGone | Assigned | LeftForGood | RoomMoved


@dataclass(frozen=True, slots=True)
class TellDeal:
    """Tell another deal (a letter, so that it happens once and on its own shard)."""

    deal: str
    event: Word
