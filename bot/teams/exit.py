"""Out to Teams: cards to conversations."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, NoReturn

from bot.platforms import Payload, Place, Undeliverable, Unsure
from bot.teams import rooms
from bot.teams.framework import Framework, Message, is_room
from bot.teams.references import HOME, NO_REFERENCE

if TYPE_CHECKING:
    from datetime import datetime

    from bot.redis import Store
    from bot.teams.references import References
    from dialogs.rooms import Audience, Room

REMOVED = frozenset({"status 403", "status 404"})  # they took the coach away, or are there no more
NOT_THERE = "not_in_room"
BESIDE = "|"  # between the id of the card and what it was drawn from
SUMMARY_MOST = 200  # characters of what a notification shows


class TeamsPlatform:
    """The port to Teams."""

    def __init__(self, framework: Framework, references: References, store: Store) -> None:
        self._framework = framework
        self._references = references
        self._store = store

    async def post(self, place: Place, payload: Payload, letter: str = "") -> Place:  # noqa: ARG002
        """Post to a conversation; to a channel as a new thread. No id of ours goes along."""
        there = await self._references.of(place.channel)
        try:
            conversation, stands = await self._framework.post(there, _message(payload))
        except Undeliverable as refusal:
            removed = refusal.reason in REMOVED
            if removed and is_room(place.channel):
                raise Undeliverable(NOT_THERE) from None
            raise Undeliverable(refusal.reason, gone=removed) from None
        return Place(channel=conversation, message=stands, platform="teams")

    async def find(self, place: Place, letter: str, since: datetime) -> NoReturn:
        """Nobody may look: a bot cannot read what it wrote."""
        raise Unsure(f"{letter} in {place.channel} since {since}: messages are not read")

    async def update(self, place: Place, payload: Payload) -> Place:
        """Replace a message."""
        if place.message is None:
            raise Undeliverable("no_message")
        there = await self._references.of(place.channel)
        await self._framework.update(there, place.message, _message(payload))
        return Place(channel=place.channel, message=place.message, platform="teams")

    async def aside(self, place: Place, payload: Payload) -> None:
        """A message after the card that was tapped: in their own chat nobody else reads it."""
        await self.post(Place(channel=place.channel), payload)

    async def delete(self, place: Place) -> None:
        """Take a message away; one that is gone already is no failure."""
        if place.message is None:
            raise Undeliverable("no_message")
        there = await self._references.of(place.channel)
        try:
            await self._framework.delete(there, place.message)
        except Undeliverable as error:
            if error.reason != "status 404":
                raise

    async def audience(self, room: Room) -> Audience:
        """Who reads along in a channel or group chat now."""
        try:
            return await rooms.audience(self._framework, self._references, self._store, room)
        except Undeliverable as refusal:
            known = refusal.reason not in REMOVED | {NO_REFERENCE}
            raise Undeliverable(refusal.reason if known else NOT_THERE) from None

    async def enter(self, tenant: str) -> None:
        """One token serves all tenants."""

    async def home(self, person: str, payload: Payload) -> None:
        """One card with their deals in their chat, put right where it stands; the first time it is posted.

        Nothing is sent where it stands as it is to be: most answers move no deal in the list.
        """
        drawn = hashlib.blake2b(json.dumps(payload).encode(), digest_size=8).hexdigest()
        known = await self._store.known_ident(HOME, person) or ""
        stands, _, shown = known.partition(BESIDE)
        if shown == drawn:
            return
        if stands:
            try:
                await self.update(Place(channel=person, message=stands), payload)
            except Undeliverable:  # deleted by them, or of an installation before this one
                stands = ""
        if not stands:
            stands = (await self.post(Place(channel=person), payload)).message or ""
        await self._store.put_ident(HOME, person, value=f"{stands}{BESIDE}{drawn}")


def _message(payload: Payload) -> Message:
    text = str(payload.get("text") or "")
    return Message(payload.get("card"), text, text[:SUMMARY_MOST])
