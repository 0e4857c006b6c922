"""Which chat somebody has with the coach: to post, their own id will do; to read, Slack wants the chat's.

Asking for it takes a permission we do without, so it is remembered where Slack mentions it: in answers to
posts, and in what is typed or opened there. The `D…` id of any other delivery may be a chat of two others.
"""

from collections.abc import Callable
from contextlib import suppress

from cachetools import LRUCache

from bot.redis import Store, StoreUnavailable

KIND = "slack-chat"
MOST_REMEMBERED = 50_000


class Chats:
    """Remembers chats in this process, and in the store for the one that comes after a crash."""

    def __init__(self, store: Store, workspace: Callable[[], str] = str) -> None:
        """`workspace` names the one of the moment where there are many: ids of users are its own."""
        self._store = store
        self._workspace = workspace
        self._known: LRUCache[tuple[str, ...], str] = LRUCache(MOST_REMEMBERED)

    def names(self, user: str) -> tuple[str, ...]:
        """What the look-up of this user is called, behind its kind."""
        workspace = self._workspace()
        return (workspace, user) if workspace else (user,)

    async def of(self, user: str) -> str | None:
        """The chat of this user with the coach, if it was ever mentioned. Raises StoreUnavailable."""
        names = self.names(user)
        known = self._known.get(names)
        if known is None and (known := await self._store.known_ident(KIND, *names)) is not None:
            self._known[names] = known
        return known

    async def learn(self, user: str, chat: str) -> None:
        """Slack mentioned it. Without a store it is learnt another time."""
        names = self.names(user)
        if self._known.get(names) == chat:
            return
        with suppress(StoreUnavailable):
            await self._store.put_ident(KIND, *names, value=chat)  # another since we were installed anew
            self._known[names] = chat
