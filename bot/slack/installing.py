"""`/slack/install` and back: Bolt's own OAuth flow, what it keeps lying in our store."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.installed import Installed
from bot.redis import Contended, Store, StoreUnavailable
from bot.settings import Slack
from bot.slack.workspaces import Workspaces

log = logging.getLogger(__name__)
INSTALL, BACK = "/slack/install", "/slack/oauth_redirect"
STATE, STATE_LASTS = "slack-state", timedelta(minutes=10)


def scopes(manifest: Path) -> list[str]:
    """What the manifest asks for."""
    told = json.loads(manifest.read_text("utf-8"))
    return [str(scope) for scope in told["oauth_config"]["scopes"]["bot"]]


def workspaces(store: Store, clock: Clock, settings: Slack, client: AsyncWebClient) -> Workspaces:
    """The workspaces of an app, whose tokens are asked for anew with its secret."""
    rotator = AsyncTokenRotator(
        client_id=settings.client_id, client_secret=settings.client_secret, client=client
    )
    return Workspaces(store, clock, rotator)


Tenant = Callable[[str], Awaitable[str]]


class States(AsyncOAuthStateStore):
    """Who began to install: a state is issued once, consumed once, within ten minutes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def async_issue(self, *_: Any, **__: Any) -> str:  # noqa: ANN401 - the SDK's own
        """A new state."""
        state = secrets.token_urlsafe(32)
        await self._store.first(STATE, state, within=STATE_LASTS)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether it was issued, and is consumed by this for the first time."""
        return await self._store.forget_ident(STATE, state)


class Installations(AsyncInstallationStore):
    """What Slack gives at an installation, into our store."""

    def __init__(self, workspaces: Workspaces, tenant: Tenant) -> None:
        self._workspaces = workspaces
        self._tenant = tenant

    async def async_save(self, installation: Installation) -> None:
        """Installed in a workspace, or in a whole organisation."""
        enterprise = installation.enterprise_id or ""
        team = installation.team_id or enterprise
        if not team or not installation.bot_token:
            raise BoltError("an installation names a team and has a bot token")
        await self._workspaces.install(
            await self._tenant(team),
            Installed(
                team=team, token=installation.bot_token, bot=installation.bot_id or "",
                bot_user=installation.bot_user_id or "", enterprise=enterprise,
                refresh=installation.bot_refresh_token or "",
                expires=self._workspaces.ends(installation.bot_token_expires_at),
            ),
        )  # fmt: skip
        log.info("installed in %s", team)


class Installing:
    """The two pages somebody who installs the coach goes through."""

    def __init__(
        self,
        settings: Slack,
        client: AsyncWebClient,
        scopes: Sequence[str],
        states: States,
        kept: Installations,
    ) -> None:
        quiet = logging.getLogger(f"{__name__}.flow")
        quiet.setLevel(logging.CRITICAL)  # where it fails it would log the code it was given
        self._flow = AsyncOAuthFlow(
            client=client,
            logger=quiet,
            settings=AsyncOAuthSettings(
                client_id=settings.client_id,
                client_secret=settings.client_secret,
                scopes=list(scopes),
                install_path=INSTALL,
                redirect_uri_path=BACK,
                installation_store=kept,
                installation_store_bot_only=True,
                state_store=states,
                state_expiration_seconds=int(STATE_LASTS.total_seconds()),
            ),
        )

    async def begin(self, request: web.Request) -> web.Response:
        """`GET /slack/install`: to Slack, with a state that this browser alone can come back with."""
        return await _answered(self._flow.handle_installation(await to_bolt_request(request)))

    async def back(self, request: web.Request) -> web.Response:
        """`GET /slack/oauth_redirect`: back from Slack, with a code for a token."""
        return await _answered(self._flow.handle_callback(await to_bolt_request(request)))


async def _answered(page: Awaitable[BoltResponse]) -> web.Response:
    """The page, or a word to try again while Slack or Redis does not answer."""
    try:
        return await to_aiohttp_response(await page)
    except (StoreUnavailable, Contended, aiohttp.ClientError, OSError) as error:
        log.warning("an installation waits: %s", type(error).__name__)
        return web.Response(status=503, text="Something does not answer now. Please try again in a minute.")
