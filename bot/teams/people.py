"""Who it is: from the ids of Teams to ours, and whether they may talk to the coach at all."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.acquainted import Acquainted, Refused, zone_known
from bot.clock import Clock
from bot.desk import Who
from bot.policy import Policy
from bot.redis import Store, new_id
from bot.teams import delivery
from bot.teams.framework import Framework

TENANT, USER = "teams-tenant", "teams-user"
HOUSE, GUESTS = frozenset({"user", "owner"}), frozenset({"guest", "anonymous"})


class People:
    """Looks people up, and remembers them for ten minutes."""

    def __init__(
        self,
        framework: Framework,
        store: Store,
        clock: Clock,
        seen: Callable[..., Awaitable[None]],
        *,
        policy: Policy | None = None,
    ) -> None:
        self._framework = framework
        self._store = store
        self._seen = seen
        self._policy = policy or Policy()
        self._met = Acquainted(clock)

    async def who(self, body: Mapping[str, Any]) -> Who:
        """Whoever sent an activity in their own chat with the coach.

        Raises Refused; the port's exceptions where Teams cannot say who it is.
        """
        tenant, user = delivery.tenant(body), delivery.user(body)
        if (known := self._met.of(tenant, user)) is not None:
            return known
        member = await self._framework.member(delivery.reference(body), delivery.sender(body))
        if not user or not self._policy.serves(user, outsider=is_outsider(member, tenant)):
            raise Refused(user)
        who = await self._made(tenant, user, body, member)
        self._met.meet(tenant, user, who)
        return who

    async def tenant(self, tenant: str) -> str:
        """Our id for a tenant."""
        return await self._store.ident(TENANT, tenant, make=lambda: secrets.token_hex(6))

    async def _made(self, tenant: str, user: str, body: Mapping[str, Any], member: Mapping[str, Any]) -> Who:
        ours = await self.tenant(tenant)
        person = await self._store.ident(USER, tenant, user, make=lambda: new_id(secrets.token_hex(16)))
        who = Who(ours, person, zone_known(delivery.zone(body)))
        await self._seen(
            who,
            "teams",
            delivery.conversation(body),
            str(member.get("name") or delivery.name(body)),
            ((USER, tenant, user),),
        )
        return who


def is_outsider(member: Mapping[str, Any], home: str) -> bool:
    """Whether a member is a guest, of another company, or nobody that can be told."""
    role = str(member.get("userRole") or "").casefold()
    address = str(member.get("userPrincipalName") or "")
    there = str(member.get("tenantId") or "").casefold()
    return role not in HOUSE or "#EXT#" in address.upper() or there != home.casefold()
