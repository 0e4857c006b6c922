"""Where conversations are reached: kept as Teams last said it, for there is no other way to speak first."""

import json
from datetime import timedelta

from cachetools import TTLCache

from bot.platforms import Undeliverable
from bot.redis import Store
from bot.teams.framework import Reference

KIND, HOME = "teams-conversation", "teams-home"
NO_REFERENCE = "no_reference"
MOST_REMEMBERED = 50_000
REMEMBERED = timedelta(minutes=1)  # then read again: another replica may have been told of another address


class References:
    """Remembers references in this process, and in the store for others. May raise StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: TTLCache[str, Reference] = TTLCache(MOST_REMEMBERED, REMEMBERED.total_seconds())

    async def learn(self, reference: Reference) -> None:
        """Teams said where a conversation is reached now."""
        name = reference.conversation
        if self._known.get(name) == reference:
            return
        written = json.dumps([reference.service, reference.tenant, reference.bot])
        await self._store.put_ident(KIND, name, value=written)
        self._known[name] = reference

    async def of(self, conversation: str) -> Reference:
        """Where it is reached, a thread of a channel too. Raises Undeliverable if that was never said."""
        name, _, _ = conversation.partition(";")
        known = self._known.get(name)
        if known is None:
            written = await self._store.known_ident(KIND, name)
            if written is None:
                raise Undeliverable(NO_REFERENCE)
            service, tenant, bot = json.loads(written)
            known = Reference(service, name, tenant, bot)
            self._known[name] = known
        return Reference(known.service, conversation, known.tenant, known.bot)
