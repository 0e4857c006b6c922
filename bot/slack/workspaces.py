"""Many workspaces, one coach: whose token speaks now, for each request and each letter its own.

Whatever runs belongs to one workspace: `enter` says which, and the client speaks with that one's token. Where
nobody entered there is no token at all, so nothing is ever said in a workspace by mistake.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from cachetools import TTLCache
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.installed import KEY, PURGE, TEAM, TENANT, Installed
from bot.platforms import Throttled, Undeliverable
from bot.redis import Cell, Step, Store, StoreUnavailable, Timer
from bot.slack import delivery

log = logging.getLogger(__name__)
UNINSTALLED = "uninstalled"
GONE = frozenset({"app_uninstalled", "tokens_revoked"})
REMEMBERED = timedelta(minutes=1)
EARLY = timedelta(hours=2)  # before a token ends another is asked for
ROTATES_WITHIN = timedelta(seconds=30)
LOOK = 0.1  # seconds between two looks whether another process has the new token
KEPT = timedelta(days=30)  # what was stored of a workspace that uninstalled the coach
MOST_REMEMBERED = 20_000

_entered: ContextVar[Installed | None] = ContextVar("entered", default=None)
_workspace: ContextVar[str] = ContextVar("workspace", default="")


def entered() -> Installed | None:
    """The installation that what runs now belongs to."""
    return _entered.get()


def entered_team() -> str:
    """Its workspace, "" outside of any."""
    found = _entered.get()
    return found.team if found else ""


def workspace_of_org() -> str | None:
    """The workspace that an organisation's token speaks for now; None where a workspace's own token speaks.

    Slack's lists want to be told which, and its word on who we are names the organisation alone.
    """
    found = _entered.get()
    return _workspace.get() if found is not None and found.team != _workspace.get() else None


class TeamClient(AsyncWebClient):
    """A client that speaks with the token of whichever workspace was entered."""

    @property
    def token(self) -> str | None:
        """The token of the moment; None where no workspace was entered."""
        found = _entered.get()
        return found.token if found else None

    @token.setter
    def token(self, _: str | None) -> None:
        """None of its own."""


class Workspaces:
    """The workspaces that installed the coach. May raise StoreUnavailable."""

    def __init__(self, store: Store, clock: Clock, rotator: AsyncTokenRotator) -> None:
        self._store = store
        self._clock = clock
        self._rotator = rotator
        self._known: TTLCache[str, Installed] = TTLCache(
            MOST_REMEMBERED, REMEMBERED.total_seconds(), lambda: clock.now().timestamp()
        )

    async def enter(self, team: str, enterprise: str = "") -> Installed:
        """Speak to this workspace from here on. Raises Undeliverable where the coach is not installed."""
        _entered.set(None)
        installed = await self.of(team) or (await self.of(enterprise) if enterprise else None)
        if installed is None or not installed.token:
            raise Undeliverable(UNINSTALLED, gone=True)
        installed = await self._with_a_token_that_lasts(installed)
        _entered.set(installed)
        _workspace.set(team)
        return installed

    async def enter_tenant(self, tenant: str) -> None:
        """The same by our id of the workspace."""
        _entered.set(None)
        named = await self._store.known_ident(TENANT, tenant)
        if named is None:
            raise Undeliverable(UNINSTALLED, gone=True)
        team, _, enterprise = named.partition(" ")
        await self.enter(team, enterprise)

    async def refuses(self, body: dict[str, Any], tenant_of: Callable[[str], Awaitable[str]]) -> int | None:
        """The status to answer a delivery with at once; None if its workspace's token speaks from here on."""
        team, enterprise = delivery.team(body), delivery.enterprise(body)
        try:
            if (kind := delivery.event_kind(body)) in GONE:
                if kind == "app_uninstalled" or delivery.revoked(body):
                    whose = team if await self.of(team) else enterprise  # of a workspace, or of all in it
                    await self.suspend(whose, purge=kind == "app_uninstalled")
                return 200
            installed = await self.enter(team, enterprise)
            if installed.team != team:
                await self.names(await tenant_of(team), team, installed.team)
        except Undeliverable:  # a late word from where the coach is no more
            return 200
        except (StoreUnavailable, Throttled) as error:
            log.warning("not taken: %s", type(error).__name__)
            return 503
        return None

    async def of(self, team: str) -> Installed | None:
        """The installation in a workspace or a whole organisation, at most a minute old."""
        if (known := self._known.get(team)) is not None:
            return known
        tenant = await self._store.known_ident(TEAM, team)
        found = None if tenant is None else await self._store.load(_cell(tenant))
        if not isinstance(found, Installed):
            return None
        self._known[team] = found
        return found

    async def install(self, tenant: str, installed: Installed) -> None:
        """It was installed, or installed anew: what was stored before is there again."""
        await self._store.put_ident(TENANT, tenant, value=f"{installed.team} {installed.enterprise}".strip())
        await self._put(tenant, installed, Timer(PURGE, None))

    async def names(self, tenant: str, team: str, enterprise: str) -> None:
        """A workspace of an organisation that installed the coach for all: how its letters find the token."""
        if await self._store.known_ident(TENANT, tenant) is not None:
            return
        if (whole := await self._store.known_ident(TEAM, enterprise)) is not None:

            def with_it(known: Installed | None) -> Step[Installed]:
                of = dict.fromkeys((*known.tenants, tenant)) if known else ()
                return Step(known and replace(known, tenants=tuple(of)))

            await self._store.swap(_cell(whole), f"speaks for {tenant}", with_it)
        await self._store.put_ident(TENANT, tenant, value=f"{team} {enterprise}".strip())

    async def suspend(self, team: str, *, purge: bool) -> None:
        """Nothing is said there any more; what is stored stays, for 30 days if it was uninstalled."""
        tenant = await self._store.known_ident(TEAM, team)
        installed = None if tenant is None else await self._store.load(_cell(tenant))
        if tenant is None or not isinstance(installed, Installed):
            return
        now = self._clock.now()
        bare = replace(installed, token="", refresh="", expires=None, suspended=installed.suspended or now)
        await self._put(tenant, bare, *([Timer(PURGE, now + KEPT)] if purge else []))

    async def _put(self, tenant: str, installed: Installed, *timers: Timer) -> None:
        name = f"install:{installed.team}:{self._clock.now().isoformat()}"

        def put(known: Installed | None) -> Step[Installed]:
            return Step(replace(installed, tenants=known.tenants if known else ()), timers=timers)

        await self._store.swap(_cell(tenant), name, put)
        self._known[installed.team] = installed

    async def _with_a_token_that_lasts(self, installed: Installed) -> Installed:
        """Asked for anew by one process, while the others go on with the old one, or wait if it has ended."""
        now = self._clock.now()
        if installed.expires is None or now < installed.expires - EARLY:
            return installed
        if await self._store.first("slack-rotating", installed.team, within=ROTATES_WITHIN):
            return await self._rotated(installed)
        if now < installed.expires:
            return installed
        for _ in range(int(ROTATES_WITHIN.total_seconds() / LOOK)):
            self._known.pop(installed.team, None)
            found = await self.of(installed.team)
            if found is not None and found.expires != installed.expires:
                return found
            await asyncio.sleep(LOOK)
        raise Throttled(timedelta(minutes=1))

    async def _rotated(self, installed: Installed) -> Installed:
        self._known.pop(installed.team, None)  # another may have done it since we read
        installed = await self.of(installed.team) or installed
        if installed.expires is None or self._clock.now() < installed.expires - EARLY:
            await self._store.forget_ident("slack-rotating", installed.team)
            return installed
        try:
            made = await self._rotator.perform_bot_token_rotation(
                bot=_bot(installed), minutes_before_expiration=2**31
            )
        except (SlackTokenRotationError, SlackApiError, aiohttp.ClientError, OSError) as error:
            log.warning("the token of %s is not rotated: %s", installed.team, type(error).__name__)
            if self._clock.now() < installed.expires:
                return installed  # it serves still; the next try is soon
            raise Throttled(timedelta(minutes=1)) from None
        tenant = await self._store.known_ident(TEAM, installed.team)
        if made is None or tenant is None:
            return installed
        fresh = replace(
            installed,
            token=made.bot_token,
            refresh=made.bot_refresh_token or "",
            expires=self.ends(made.bot_token_expires_at),
        )
        await self._put(tenant, fresh)
        await self._store.forget_ident("slack-rotating", installed.team)
        return fresh

    def ends(self, at: int | None) -> datetime | None:
        """When a token ends by the coach's clock; the SDK tells it by the machine's."""
        return None if at is None else self._clock.now() + timedelta(seconds=at - time.time())


def _cell(tenant: str) -> Cell:
    return Cell(tenant, "install", KEY)


def _bot(installed: Installed) -> Bot:
    return Bot(
        team_id=installed.team, bot_token=installed.token, bot_id=installed.bot,
        bot_user_id=installed.bot_user,
        bot_refresh_token=installed.refresh, bot_token_expires_at=installed.expires, installed_at=0.0,
    )  # fmt: skip
