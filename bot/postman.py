"""Delivers one letter: an event to a person, or a message to the place where it belongs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import msgspec
from cachetools import TTLCache

from bot.desk import Desk, Who
from bot.letters import SEAT_LEFT, Passed, Post, Publish, Told, Unsay
from bot.outcome import CARD_SLOT, Said
from bot.platforms import Payload, Place, Platform, Throttled, Undeliverable, Unsure
from bot.policy import Policy
from bot.publisher import Publisher, leaks
from bot.redis import Cell, Letter, Sending, Step, Store
from bot.render import Renderer
from dialogs.deal import Deal
from dialogs.effects import Ask, CheckInEnd, ShowHome, Tell
from dialogs.people import Person
from dialogs.shared import Content
from dialogs.shares import SharePreview

REMEMBERED = timedelta(minutes=1)
MOST_REMEMBERED = 50_000
CONTINUED = ("continued_below", "continued_above")  # what a check-in's earlier, or later, card says


class Postman:
    """Knows every platform; raises the port's exceptions for the worker to act on."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        platforms: Mapping[str, tuple[Platform, Renderer]],
        policy: Policy | None = None,
    ) -> None:
        self._store = store
        self._desk = desk
        self._platforms = platforms
        self._publisher = Publisher(store, desk, platforms, policy or Policy())
        self.counts = self._publisher.counts
        self._addresses: TTLCache[tuple[str, str], Mapping[str, str]] = TTLCache(
            MOST_REMEMBERED, REMEMBERED.total_seconds()
        )

    async def deliver(self, cell: Cell, body: object, sending: Sending) -> str | None:
        """Deliver, and answer where the message stands. Raises Throttled, Undeliverable, Unsure."""
        match body:
            case Passed():
                await self._desk.of_person(
                    Who(cell.tenant, body.person, "UTC"), body.event, Said(body.event.id)
                )
                return None
            case Told():
                await self._desk.told(cell.tenant, body)
                return None
            case Post():
                return await self._posted(cell, body, sending)
            case Publish():
                return await self._publisher.publish(cell, body, sending)
            case Unsay():
                platform, _ = self._platforms[body.place.platform or next(iter(self._platforms))]
                await platform.enter(cell.tenant)
                await platform.delete(body.place)
                return None
            case _:
                raise TypeError(type(body).__name__)

    async def find(self, cell: Cell, body: object, sending: Sending) -> str | None:
        """Where an earlier attempt put it. None: nowhere, or it may be delivered again without harm.

        Raises as the platform's `find` does, if neither can be told.
        """
        if isinstance(body, Publish) and not body.gone:
            raise Unsure("rooms_are_not_read")
        if not (isinstance(body, Post) and _can_double(body)):
            return None
        name, platform, _, address = await self._reach(cell, body.person)
        stands = await platform.find(_new(address, body), sending.id, sending.since)
        if stands is None:
            return None
        await self._continued(cell, body, sending, stands)
        return _word(stands, name)

    async def _posted(self, cell: Cell, post: Post, sending: Sending) -> str | None:
        name, platform, renderer, address = await self._reach(cell, post.person)
        effect = post.effect
        if isinstance(effect, SharePreview):
            effect = await self._publisher.looked_at(effect)
        payload = renderer.message(effect)
        if post.guarded and await self._leaks(cell, payload, sending):
            payload = renderer.message(Tell(key="withheld"))
        if isinstance(post.effect, ShowHome):
            await platform.home(address, payload)
            return None
        if post.how == "replace" and post.place is not None:
            if await self._goes_on_there(cell, post):
                return None
            stands = await platform.update(post.place, payload)
            await self._continued(cell, post, sending, stands, CONTINUED[1])
            return _word(stands, name)
        if post.how == "aside" and post.place is not None:
            await platform.aside(post.place, payload)
            return None
        try:
            stands = await platform.post(_new(address, post), payload, sending.id)
        except Undeliverable as refusal:
            if not refusal.gone:
                raise
            if not await self._elsewhere(cell.tenant, post.person, name, address):
                await self._unreached(cell, post.person, sending)
                raise
            return await self._posted(cell, replace(post, how="new", place=None), sending)
        await self._continued(cell, post, sending, stands)
        return _word(stands, name)

    async def _elsewhere(self, tenant: str, person: str, platform: str, address: str) -> bool:
        """Whether a person who is reached there no more is reached in another place; it is noted."""
        await self._desk.unreached(Who(tenant, person, "UTC"), platform, address)
        self._addresses.pop((tenant, person), None)
        return bool(await self._known(tenant, person))

    async def _unreached(self, cell: Cell, person: str, sending: Sending) -> None:
        """The owner of a deal hears that somebody else on it cannot be written to."""
        deal = await self._store.load(cell)
        if not isinstance(deal, Deal) or deal.owner == person:
            return
        found = await self._store.load(Cell(cell.tenant, "person", person))
        name = found.name if isinstance(found, Person) else ""
        owner, said = Who(cell.tenant, deal.owner, deal.zone), Said(f"{sending.id}:unreached")
        await self._desk.regret(owner, "colleague_unreached", said, text=name)

    async def _leaks(self, cell: Cell, payload: Payload, sending: Sending) -> bool:
        """Whether a secret of the deal stands in a message to somebody else; its owner is told."""
        deal = await self._store.load(cell)
        if not isinstance(deal, Deal) or not any(leaks(deal, payload, Content())):
            return False
        self.counts["refused_secrets"] += 1
        owner = Who(cell.tenant, deal.owner, deal.zone)
        await self._desk.regret(owner, "withheld_from_another", Said(f"{sending.id}:withheld"))
        return True

    async def _continued(
        self, cell: Cell, post: Post, sending: Sending, stands: Place, key: str = CONTINUED[0]
    ) -> None:
        goes_on = isinstance(post.effect, Ask | CheckInEnd) and not _begins(post.effect)
        if goes_on or (isinstance(post.effect, Tell) and post.effect.key == SEAT_LEFT):
            old = await self._card(cell, post.person)
            if old is not None and old.message != stands.message:
                await self._retire(cell, Post(Tell(key=key), post.person, "replace", old), old, sending)

    async def _card(self, cell: Cell, person: str) -> Place | None:
        """Where the card of their check-in stands."""
        found = (await self._store.places(cell)).get(f"{CARD_SLOT}:{person}")
        return msgspec.json.decode(found, type=Place) if found else None

    async def _goes_on_there(self, cell: Cell, post: Post) -> bool:
        """Whether a card that was to be retired became the check-in's card again meanwhile."""
        if not (isinstance(post.effect, Tell) and post.effect.key in CONTINUED and post.place):
            return False
        card = await self._card(cell, post.person)
        return card is not None and card.message == post.place.message

    async def _retire(self, cell: Cell, words: Post, old: Place, sending: Sending) -> None:
        """The check-in's other card says where it goes on: now, or if that fails by its own letter."""
        platform, renderer = self._platforms[old.platform or next(iter(self._platforms))]

        def later(deal: Deal | None) -> Step[Deal]:
            return Step(deal, letters=(Letter(words),) if deal else ())

        try:
            await platform.enter(cell.tenant)
            await platform.update(old, renderer.message(words.effect))
        except Undeliverable:
            return  # nothing stands there any more
        except (Throttled, Unsure):
            await self._store.swap(cell, f"{sending.id}:retired", later)

    async def _reach(self, cell: Cell, person: str) -> tuple[str, Platform, Renderer, str]:
        addresses = await self._known(cell.tenant, person)
        for name, (platform, renderer) in self._platforms.items():
            if name in addresses:
                try:
                    await platform.enter(cell.tenant)
                except Undeliverable as refusal:
                    if refusal.gone:
                        await self._elsewhere(cell.tenant, person, name, addresses[name])
                    raise
                return name, platform, renderer, addresses[name]
        raise Undeliverable("no_address")

    async def _known(self, tenant: str, person: str) -> Mapping[str, str]:
        """The person's addresses, at most a minute old: they hardly ever change, and each letter asks."""
        if (known := self._addresses.get((tenant, person))) is not None:
            return known
        found = await self._store.load(Cell(tenant, "person", person))
        if not isinstance(found, Person) or not found.addresses:
            return {}
        self._addresses[tenant, person] = found.addresses
        return found.addresses


def _can_double(post: Post) -> bool:
    """Whether delivering it twice would show.

    Not where it takes a place that is there: a home page, or the card that was tapped, is the same the second
    time. Nor beside that card: the few words are for who tapped, gone at the next look, and cannot be read
    back. What is passed on to a person or a deal is an event, and done once by its id.
    """
    return not isinstance(post.effect, ShowHome) and (post.how == "new" or post.place is None)


def _new(address: str, post: Post) -> Place:
    """Where a new message goes: the person's own chat, in the thread they wrote in."""
    return Place(channel=address, thread=post.place.thread if post.place else None)


def _word(place: Place, platform: str) -> str:
    """Where it stands, in as few letters as it takes: it is kept for every message."""
    stands = {"channel": place.channel, "message": place.message, "platform": platform}
    return msgspec.json.encode(stands).decode()


def _begins(effect: Ask | CheckInEnd) -> bool:
    """Whether this is the first card of a check-in: an earlier one in its slot is another check-in's."""
    if isinstance(effect, CheckInEnd) or effect.position > 1 or effect.stage != "answer":
        return False
    return not (effect.lines or effect.resumed or effect.problem or effect.note)
