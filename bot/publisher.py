"""Posts to rooms, and to nothing else: who reads along is asked, and what is said is read, as it is sent.

Whatever is unclear is refused. A refusal goes back to the deal, whose owner hears why, in their own chat.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec

from bot.desk import Desk, Who
from bot.letters import Publish
from bot.outcome import Said
from bot.platforms import Payload, Place, Platform, Undeliverable, Unsure
from bot.policy import Policy
from bot.redis import Cell, Contended, Sending, Store, StoreUnavailable
from bot.render import Renderer
from dialogs import guard, summaries
from dialogs.deal import Deal
from dialogs.digest import TeamDigest
from dialogs.guard import Kind
from dialogs.news import DigestRefused
from dialogs.rooms import Audience, Room
from dialogs.shared import Content
from dialogs.shares import SharePreview, ShareRefused, ShareStands, TakenDown
from dialogs.summary import Leak, Summary

# In our own words a red line's or the promise's may stand by chance; their figures and names may not.
BY_CHANCE: tuple[Kind, ...] = ("red_line", "promise")
# In a list of deals one may bear the name of another's alternative, which does not say that it is one.
IN_A_LIST = Content(secrets=("plan_b",))
OUTSIDERS, SECRET, POLICY = "outsiders", "secret", "policy"
READ = ("text", "alt_text", "title", "value", "fallback")  # keys of a payload that somebody reads


# What a platform says of a room, in its own words, that has words of ours.
SAID = frozenset({"not_in_room", "not_in_channel", "channel_not_found", "is_archived"})


class Publisher:
    """The only way into a room."""

    def __init__(
        self, store: Store, desk: Desk, platforms: Mapping[str, tuple[Platform, Renderer]], policy: Policy
    ) -> None:
        self._store = store
        self._desk = desk
        self._platforms = platforms
        self._policy = policy
        self.counts: Counter[str] = Counter()  # refused_rooms, refused_secrets

    async def publish(self, cell: Cell, letter: Publish, sending: Sending) -> str | None:
        """Post, put right or take down; answers where it stands. Raises as the platform does."""
        platform, renderer = self._platforms[letter.room.platform]
        await platform.enter(cell.tenant)
        stands = await self._stands(cell, letter.slot)
        if letter.gone or isinstance(letter.effect, TakenDown):
            await _taken_down(platform, renderer, letter, stands)
            if letter.gone:
                await self._desk.rooms.unspoken(cell, letter.room)
            return None
        deals = await self._deals(cell, letter)
        if not deals:
            return None
        payload = renderer.message(letter.effect)
        why, leaks = await self._refusal(platform, letter, deals, payload)
        if why:
            await self._refused(cell, letter, sending, why, leaks)
            return None
        await self._desk.rooms.spoken_of(cell, letter.room)
        try:
            if stands:
                now = await platform.update(stands, payload)
            else:
                now = await platform.post(Place(channel=letter.room.id), payload, sending.id)
        except Undeliverable as refusal:
            why = refusal.reason if refusal.reason in SAID else "undeliverable"
            await self._refused(cell, letter, sending, why, ())
            raise
        if isinstance(letter.effect, Summary):
            event = ShareStands(**self._stamp(sending, "stands"), number=_number(letter.slot))
            with suppress(StoreUnavailable, Contended):  # it stands; posted again it would stand there twice
                await self._desk.of_share(cell, event)
        word = {"channel": now.channel, "message": now.message, "platform": letter.room.platform}
        return msgspec.json.encode(word).decode()

    async def _deals(self, cell: Cell, letter: Publish) -> list[Deal]:
        """The deals that are spoken of, as they are now."""
        keys = (
            [row.deal for row in letter.effect.rows] if isinstance(letter.effect, TeamDigest) else [cell.id]
        )
        found = [await self._store.load(Cell(cell.tenant, "deal", key)) for key in keys]
        return [deal for deal in found if isinstance(deal, Deal)]

    async def _refused(
        self, cell: Cell, letter: Publish, sending: Sending, why: str, leaks: tuple[Leak, ...]
    ) -> None:
        """Whose it is hears why."""
        self.counts["refused_secrets" if why == SECRET else "refused_rooms"] += 1
        if isinstance(letter.effect, Summary):
            event = ShareRefused(
                **self._stamp(sending, "refused"), number=_number(letter.slot), why=why, leaks=leaks
            )
            await self._desk.of_share(cell, event)
            return
        told = DigestRefused(**self._stamp(sending, "refused"), room=letter.room, why=why)
        await self._desk.of_person(Who(cell.tenant, letter.owner, "UTC"), told, Said(told.id))

    async def looked_at(self, preview: SharePreview) -> SharePreview:
        """The preview with who would read it now."""
        platform, _ = self._platforms[preview.room.platform]
        audience, why = await self._audience(platform, preview.room)
        return replace(preview, audience=audience, why=why or ("secret" if preview.leaks else ""))

    async def _refusal(
        self, platform: Platform, letter: Publish, deals: Sequence[Deal], payload: Payload
    ) -> tuple[str, tuple[Leak, ...]]:
        """Why it must not be posted, "" if it may: others read along, or a secret stands in it."""
        _, why = await self._audience(platform, letter.room)
        if why:
            return why, ()
        found = list[Leak]()
        for deal in deals:
            content = next((s.content for s in deal.shares if s.slot == letter.slot), IN_A_LIST)
            if isinstance(letter.effect, Summary):
                found += summaries.leaks(deal, content)
            found += leaks(deal, payload, content)
        return (SECRET, tuple(found)) if found else ("", ())

    async def _audience(self, platform: Platform, room: Room) -> tuple[Audience | None, str]:
        """Who reads along, and why nothing may be posted there: "" if only colleagues do."""
        try:
            audience = await platform.audience(room)
        except Undeliverable as error:
            return None, error.reason
        except Unsure as error:
            return None, error.reason or "unknown"
        if audience.outsiders:
            return audience, OUTSIDERS
        return audience, "" if self._policy.tells(room) else POLICY

    async def _stands(self, cell: Cell, slot: str) -> Place | None:
        known = (await self._store.places(cell)).get(slot)
        return msgspec.json.decode(known, type=Place) if known else None

    def _stamp(self, sending: Sending, what: str) -> dict[str, Any]:
        return {"id": f"{sending.id}:{what}", "at": self._desk.now("UTC"), "by": ""}


async def _taken_down(platform: Platform, renderer: Renderer, letter: Publish, stands: Place | None) -> None:
    """Deleted, or at least replaced by one line; where neither can be done it is dead, and counted."""
    if stands is None:
        return
    line = renderer.message(letter.effect)
    ways: list[Callable[[], Awaitable[object]]] = [
        partial(platform.delete, stands),
        partial(platform.update, stands, line),
    ]
    first, second = ways if letter.gone else reversed(ways)
    try:
        await first()
    except Undeliverable:
        await second()


def leaks(deal: Deal, payload: Payload, content: Content) -> Iterator[Leak]:
    """Secrets in anything that is read of the message as it goes out, whoever wrote it."""
    secrets, may = guard.secrets_of(deal), {*summaries.allowed(content), *BY_CHANCE}
    for text in _texts(payload):
        for hit in guard.found(text, secrets, may):
            yield Leak("message", hit.kind, text[hit.start : hit.end])


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, str) and key in READ:
                yield value
            elif not isinstance(value, str):
                yield from _texts(value)
    elif isinstance(part, list):
        for each in part:
            yield from _texts(each)


def _number(slot: str) -> int:
    return int(slot.partition(":")[2])
