"""Who it is: from Slack's ids to ours, and whether they may talk to the coach at all."""

import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.acquainted import Acquainted, Refused, zone_known
from bot.clock import Clock
from bot.desk import Who
from bot.installed import TEAM
from bot.platforms import Undeliverable
from bot.policy import Policy
from bot.redis import Store, new_id
from bot.slack.asking import asked
from bot.slack.chats import KIND as CHAT
from bot.slack.chats import Chats
from bot.slack.groups import Groups

UNSEEN = frozenset({"user_not_found", "user_not_visible"})  # such as a stranger in a shared channel


class People:
    """Looks people up, and remembers them for ten minutes."""

    def __init__(
        self,
        client: AsyncWebClient,
        store: Store,
        clock: Clock,
        seen: Callable[..., Awaitable[None]],
        chats: Chats,
        *,
        left: Callable[[Who], Awaitable[None]],
        policy: Policy | None = None,
    ) -> None:
        self._left = left
        self._groups = Groups(client, clock)
        self._policy = policy or Policy()
        self._client = client
        self._store = store
        self._seen = seen
        self._chats = chats
        self._met = Acquainted(clock)

    async def who(self, team: str, user: str, chat: str = "") -> Who:
        """Our ids and zone for a person, met in their own `chat` with the coach if it is named.

        Raises Refused; Throttled or Unsure where Slack cannot say now who it is, Undeliverable where it
        never will.
        """
        who = await self._known(team, user)
        if chat:
            await self._chats.learn(user, chat)
        return who

    async def _known(self, team: str, user: str) -> Who:
        if (known := self._met.of(team, user)) is not None:
            return known
        profile = await self._profile(user)
        if _nobody(profile) or not await self._served(user, outsider=_outsider(profile, team)):
            raise Refused(user)
        who = await self._made(team, user, profile)
        self._met.meet(team, user, who)
        return who

    async def _profile(self, user: str) -> dict[str, Any]:
        try:
            return dict((await asked(self._client.users_info(user=user)))["user"])
        except Undeliverable as error:
            if error.reason in UNSEEN:
                raise Refused(user) from None
            raise

    async def _served(self, user: str, *, outsider: bool) -> bool:
        if self._policy.serves(user, outsider=outsider):
            return True
        groups = self._policy.groups
        member = bool(groups) and await self._groups.any_has(groups, user)
        return self._policy.serves(user, outsider=outsider, member=member)

    async def tenant(self, team: str) -> str:
        """Our id for a workspace."""
        return await self._store.ident(TEAM, team, make=_tenant)

    def forget(self, team: str, user: str) -> None:
        """Ask again at the next sight: their profile changed."""
        self._met.forget(team, user)

    async def changed(self, team: str, user: str) -> None:
        """Somebody's profile changed: read it again now if they are known, for their zone moves dates.

        An account that was closed is told of, so that nothing more is sent there.
        """
        self.forget(team, user)
        person = await self._store.known_ident("slack-user", team, user)
        if person is None:
            return
        try:
            await self._known(team, user)
        except Refused:
            with suppress(Refused):  # one whom we may not see has not left
                if _nobody(await self._profile(user)):
                    await self._left(Who(await self.tenant(team), person, "UTC"))

    async def _made(self, team: str, user: str, profile: dict[str, Any]) -> Who:
        tenant = await self.tenant(team)
        person = await self._store.ident("slack-user", team, user, make=_person)
        who = Who(tenant, person, zone_known(str(profile.get("tz") or "UTC")))
        accounts = (("slack-user", team, user), (CHAT, *self._chats.names(user)))
        await self._seen(who, "slack", user, str(profile.get("real_name") or ""), accounts)
        return who


def _nobody(profile: dict[str, Any]) -> bool:
    """Bots, and people who have left, whoever names them."""
    return bool(profile.get("is_bot") or profile.get("deleted"))


def _outsider(profile: dict[str, Any], team: str) -> bool:
    flags = ("is_restricted", "is_ultra_restricted", "is_stranger")
    home = profile.get("team_id") or team
    return any(profile.get(flag) for flag in flags) or home != team


def _tenant() -> str:
    return secrets.token_hex(6)


def _person() -> str:
    return new_id(secrets.token_hex(16))
