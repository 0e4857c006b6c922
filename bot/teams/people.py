"""Who it is: from the ids of Teams to ours, and whether they may talk to the coach at all."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.acquainted import Acquainted, Refused, zone_known
from bot.clock import Clock
from bot.desk import Who
from bot.platforms import Undeliverable
from bot.policy import Policy
from bot.redis import Store, new_id
from bot.teams import delivery
from bot.teams.framework import Framework, Reference
from bot.teams.references import HOME, KIND, References

TENANT, USER, ADDRESS = "teams-tenant", "teams-user", "teams-address"
MEMBER, CHAT = "teams-member", "teams-chat"  # the id in rooms to the directory's, and that to a chat
NO_MEMBER = "status 404"
HOUSE, GUESTS = frozenset({"user", "owner"}), frozenset({"guest", "anonymous"})


class People:
    """Looks people up, and remembers them for ten minutes."""

    def __init__(
        self,
        framework: Framework,
        references: References,
        store: Store,
        clock: Clock,
        seen: Callable[..., Awaitable[None]],
        *,
        left: Callable[[Who], Awaitable[None]],
        policy: Policy | None = None,
    ) -> None:
        self._framework = framework
        self._references = references
        self._left = left
        self._store = store
        self._seen = seen
        self._policy = policy or Policy()
        self._met = Acquainted(clock)

    async def who(self, body: Mapping[str, Any]) -> Who:
        """Whoever sent an activity in their own chat with the coach.

        Raises Refused, for whoever is not found too; Throttled or Unsure where Teams does not say now.
        """
        tenant, user = delivery.tenant(body), delivery.user(body)
        if (known := self._met.of(tenant, user)) is not None:
            return known
        try:
            member = await self._framework.member(delivery.reference(body), delivery.sender(body))
        except Undeliverable:  # nobody there by that id
            raise Refused(user) from None
        if not user or not self._policy.serves(user, outsider=is_outsider(member, tenant)):
            raise Refused(user)
        told = {"name": delivery.name(body), **member}
        who = await self._made(tenant, user, told, delivery.conversation(body), delivery.zone(body))
        self._met.meet(tenant, user, who)
        return who

    async def tenant(self, tenant: str) -> str:
        """Our id for a tenant."""
        return await self._store.ident(TENANT, tenant, make=lambda: secrets.token_hex(6))

    async def met(self, body: Mapping[str, Any]) -> Who | None:
        """Whoever sent an activity anywhere, if they have met the coach."""
        tenant = delivery.tenant(body)
        known = await self._store.known_ident(USER, tenant, delivery.user(body))
        return Who(await self.tenant(tenant), known, zone_known(delivery.zone(body))) if known else None

    async def addressed(self, tenant: str, address: str) -> str | None:
        """Our id of whoever has met the coach under this address; None if nobody has."""
        return await self._store.known_ident(ADDRESS, tenant, address.casefold())

    async def introduced(self, place: Reference, member: Mapping[str, Any], zone: str) -> str | None:
        """Our id of a member of a room, reached in a chat of their own from now on.

        None for outsiders, and for whoever may not use the coach or cannot be written to.
        """
        user, tenant = str(member.get("aadObjectId") or "").casefold(), place.tenant
        if (known := await self._store.known_ident(USER, tenant, user)) is not None:
            return known
        if not user or not self._policy.serves(user, outsider=is_outsider(member, tenant)):
            return None
        try:
            chat = await self._framework.chat(place, str(member.get("id") or ""))
        except Undeliverable:
            return None
        await self._references.learn(Reference(place.service, chat, tenant, place.bot))
        return (await self._made(tenant, user, member, chat, zone)).person

    async def gone(self, tenant: str, member: str) -> None:
        """Somebody left a room: if Teams knows them no more, nothing is sent to them any more."""
        user = await self._store.known_ident(MEMBER, tenant, member)
        person = await self._store.known_ident(USER, tenant, user) if user else None
        chat = await self._store.known_ident(CHAT, tenant, user) if user else None
        if user is None or person is None or chat is None:
            return
        try:
            await self._framework.member(await self._references.of(chat), member)
        except Undeliverable as refusal:
            if refusal.reason == NO_MEMBER:
                self._met.forget(tenant, user)
                await self._left(Who(await self.tenant(tenant), person, "UTC"))

    async def _made(self, tenant: str, user: str, member: Mapping[str, Any], chat: str, zone: str) -> Who:
        ours = await self.tenant(tenant)
        person = await self._store.ident(USER, tenant, user, make=lambda: new_id(secrets.token_hex(16)))
        accounts = [(USER, tenant, user), (CHAT, tenant, user), (KIND, chat), (HOME, chat)]
        await self._store.put_ident(CHAT, tenant, user, value=chat)
        if inside := str(member.get("id") or ""):
            accounts.append((MEMBER, tenant, inside))
            await self._store.put_ident(MEMBER, tenant, inside, value=user)
        if address := str(member.get("userPrincipalName") or "").casefold():
            accounts.append((ADDRESS, tenant, address))
            await self._store.put_ident(ADDRESS, tenant, address, value=person)
        who = Who(ours, person, zone_known(zone))
        await self._seen(who, "teams", chat, str(member.get("name") or ""), tuple(accounts))
        return who


def is_outsider(member: Mapping[str, Any], home: str) -> bool:
    """Whether a member is a guest, of another company, or nobody that can be told."""
    role = str(member.get("userRole") or "").casefold()
    address = str(member.get("userPrincipalName") or "")
    there = str(member.get("tenantId") or "").casefold()
    return role not in HOUSE or "#EXT#" in address.upper() or there != home.casefold()
