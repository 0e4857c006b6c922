"""Where conversations are reached: kept as Teams last said it, for there is no other way to speak first."""

import json

from bot.platforms import Undeliverable
from bot.redis import Store
from bot.teams.framework import Reference

KIND = "teams-conversation"
MOST_REMEMBERED = 50_000


class References:
    """Remembers references in this process, and in the store for others. May raise StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Reference] = {}

    async def learn(self, reference: Reference) -> None:
        """Teams said where a conversation is reached now."""
        name = reference.conversation
        if self._known.get(name) == reference:
            return
        written = json.dumps([reference.service, reference.tenant, reference.bot])
        if await self._store.ident(KIND, name, make=lambda: written) != written:
            await self._store.forget_ident(KIND, name)
            await self._store.ident(KIND, name, make=lambda: written)
        self._keep(reference)

    async def of(self, conversation: str) -> Reference:
        """Where it is reached, a thread of a channel too. Raises Undeliverable if that was never said."""
        name, _, _ = conversation.partition(";")
        if name not in self._known:
            written = await self._store.known_ident(KIND, name)
            if written is None:
                raise Undeliverable("no_reference")
            service, tenant, bot = json.loads(written)
            self._keep(Reference(service, name, tenant, bot))
        known = self._known[name]
        return Reference(known.service, conversation, known.tenant, known.bot)

    def _keep(self, reference: Reference) -> None:
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[reference.conversation] = reference
