"""Which chat somebody has with the coach: to post, their own id will do; to read, Slack wants the chat's.

Asking for it takes a permission we do without, so it is remembered where Slack mentions it: in answers to
posts, and in what is typed or opened there. The `D…` id of any other delivery may be a chat of two others.
"""

from contextlib import suppress

from bot.redis import Store, StoreUnavailable

KIND = "slack-chat"
MOST_REMEMBERED = 50_000


class Chats:
    """Remembers chats in this process, and in the store for the one that comes after a crash."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, str] = {}

    async def of(self, user: str) -> str | None:
        """The chat of this user with the coach, if it was ever mentioned. Raises StoreUnavailable."""
        if user not in self._known:
            found = await self._store.known_ident(KIND, user)
            if found is None:
                return None
            self._keep(user, found)
        return self._known[user]

    async def learn(self, user: str, chat: str) -> None:
        """Slack mentioned it. Without a store it is learnt another time."""
        if self._known.get(user) == chat:
            return
        with suppress(StoreUnavailable):
            if await self._store.ident(KIND, user, make=lambda: chat) != chat:  # since we were installed anew
                await self._store.forget_ident(KIND, user)
                await self._store.ident(KIND, user, make=lambda: chat)
            self._keep(user, chat)

    def _keep(self, user: str, chat: str) -> None:
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[user] = chat
