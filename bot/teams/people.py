"""Who it is: from the ids of Teams to ours, and whether they may talk to the coach at all."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.clock import Clock
from bot.desk import Who
from bot.policy import Policy
from bot.redis import Store, new_id
from bot.teams import delivery
from bot.teams.framework import Framework

REMEMBERED = timedelta(minutes=10)
MOST_REMEMBERED = 50_000
TENANT, USER = "teams-tenant", "teams-user"
HOUSE, GUESTS = frozenset({"user", "owner"}), frozenset({"guest", "anonymous"})


class Refused(Exception):
    """Guests, bots and people of other companies: not served."""


@dataclass(frozen=True, slots=True)
class _Met:
    who: Who
    until: datetime


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
        self._clock = clock
        self._seen = seen
        self._policy = policy or Policy()
        self._met: dict[tuple[str, str], _Met] = {}

    async def who(self, body: Mapping[str, Any]) -> Who:
        """Whoever sent an activity in their own chat with the coach.

        Raises Refused; the port's exceptions where Teams cannot say who it is.
        """
        tenant, user = delivery.tenant(body), delivery.user(body)
        known = self._met.get((tenant, user))
        if known is not None and self._clock.now() < known.until:
            return known.who
        member = await self._framework.member(delivery.reference(body), delivery.sender(body))
        if not user or not self._policy.serves(user, outsider=is_outsider(member, tenant)):
            raise Refused(user)
        who = await self._made(tenant, user, body, member)
        if len(self._met) > MOST_REMEMBERED:
            self._met.clear()
        self._met[tenant, user] = _Met(who, self._clock.now() + REMEMBERED)
        return who

    async def tenant(self, tenant: str) -> str:
        """Our id for a tenant."""
        return await self._store.ident(TENANT, tenant, make=lambda: secrets.token_hex(6))

    async def _made(self, tenant: str, user: str, body: Mapping[str, Any], member: Mapping[str, Any]) -> Who:
        ours = await self.tenant(tenant)
        person = await self._store.ident(USER, tenant, user, make=lambda: new_id(secrets.token_hex(16)))
        who = Who(ours, person, _zone(delivery.zone(body)))
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


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
