"""What the coach asks of a chat platform, and how a platform fails.

The port speaks of payloads and places, never of deals; a new message is never a new method here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from dialogs.rooms import Audience, Room

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands or shall stand, in the platform's own ids.

    `channel` is a channel or a user id; `message` the id of a message already there; `reply_url` a
    short-lived address the platform gave for answering one click or command; `thread` a thread to stay in;
    `only_for` the one person who may see it (outside their own chat); `platform` whose ids these are, where
    that is kept.
    """

    channel: str
    message: str | None = None
    reply_url: str | None = None
    thread: str | None = None
    only_for: str | None = None
    platform: str = ""


class Throttled(Exception):
    """The platform asks for a pause; nothing was posted."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"retry after {retry_after}")
        self.retry_after = retry_after


class Undeliverable(Exception):
    """The platform will never take this message there: `reason` is its own short code.

    `gone`: it will take none there, until whoever is written to turns up again.
    """

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.gone = gone


class Unsure(Exception):
    """No answer arrived: the message may or may not stand there."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Platform(Protocol):
    """One chat platform; every method raises `Throttled`, `Undeliverable` or `Unsure`, nothing else."""

    async def post(self, place: Place, payload: Payload, letter: str = "") -> Place:
        """Post a new message; answers where it stands. `letter` is the id by which `find` shall know it."""

    async def find(self, place: Place, letter: str, since: datetime) -> Place | None:
        """Where the message posted to `place` for `letter` stands; None: it was not posted since then.

        Raises, mostly `Unsure`, where that cannot be told, now or (on a platform that lets nobody look) ever.
        """

    async def update(self, place: Place, payload: Payload) -> Place:
        """Put `payload` in the place of the message at `place`."""

    async def aside(self, place: Place, payload: Payload) -> None:
        """Say something beside the message at `place`, to the one who tapped it alone."""

    async def delete(self, place: Place) -> None:
        """Take the message at `place` away; one that is gone already is no failure."""

    async def audience(self, room: Room) -> Audience:
        """Who reads along in a room now. Raises as the others do, `Unsure` where it cannot be told."""

    async def enter(self, tenant: str) -> None:
        """What follows in this task is for a tenant of ours. Raises as the others do, where it cannot be."""

    async def home(self, person: str, payload: Payload) -> None:
        """Show `payload` as the person's home page."""
