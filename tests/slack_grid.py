"""Slack with many workspaces, seen from an app that each of them may install: tokens, posts, installations.

It knows each token's workspace, and refuses one that was revoked, has ended, or is nobody's.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
from aiohttp import web

from tests.served import served

CLIENT, SECRET, SIGNING = "111.222", "a-client-secret", "a-signing-secret"


@dataclass
class Said:
    """One message, as it stands."""

    team: str
    channel: str
    ts: str
    body: dict[str, Any]

    @property
    def reads(self) -> str:
        return json.dumps(self.body, ensure_ascii=False)


@dataclass
class Grid:
    """Workspaces by id; a token is `xoxb-<team>-<number>`."""

    base: str = ""
    url: str = ""  # of the coach
    live: dict[str, str] = field(default_factory=dict)  # tokens, and their teams
    refreshing: dict[str, str] = field(default_factory=dict)  # refresh tokens, and their teams
    said: list[Said] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)  # team and method
    asked: list[str] = field(default_factory=list)  # of oauth.v2.access
    ends_in: int | None = None  # seconds a token lasts; None: for good
    again: int = 0
    drops: bool = False  # every call is cut
    org: str = ""  # an organisation that installs for all its workspaces
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    @asynccontextmanager
    async def served(self) -> AsyncIterator[Grid]:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._method)
        async with served(app) as port:
            self.base = f"http://127.0.0.1:{port}/api/"
            yield self

    # ---------------------------------------------------------------- what it answers

    async def _method(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if self.drops and request.transport is not None:
            request.transport.close()
        told = await request.json() if request.content_type == "application/json" else await request.post()
        told = {**request.query, **told}
        if method == "oauth.v2.access":
            return web.json_response(self._access(request, told))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(told.get("token", ""))
        team = self.live.get(token)
        if team is None:
            return web.json_response({"ok": False, "error": "invalid_auth" if token else "not_authed"})
        self.calls.append((team, method))
        return web.json_response({"ok": True, **self._done(team, method, told)})

    def _access(self, request: web.Request, told: Mapping[str, Any]) -> dict[str, Any]:
        given = [told.get("client_id"), told.get("client_secret")]
        if "Authorization" in request.headers:
            login = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
            given = list(login.split(":"))
        self.asked.append(str(told.get("grant_type") or "code"))
        if given != [CLIENT, SECRET]:
            return {"ok": False, "error": "bad_client_secret"}
        if told.get("grant_type") == "refresh_token":
            team = self.refreshing.pop(str(told["refresh_token"]), "")
        else:
            team = str(told.get("code", "")).removeprefix("code-of-")
        if not team.startswith(("T", "E")):
            return {"ok": False, "error": "invalid_code"}
        token = f"xoxb-{team}-{next(self.numbers)}"
        self.live[token] = team
        answer: dict[str, Any] = {
            "ok": True, "app_id": "A0", "access_token": token, "token_type": "bot", "scope": "chat:write",
            "bot_user_id": f"UBOT{team}", "authed_user": {"id": "U0ADMIN"}, "enterprise": None,
            "team": {"id": team, "name": team}, "is_enterprise_install": False,
        }  # fmt: skip
        if team == self.org:
            answer |= {"enterprise": {"id": team, "name": team}, "team": None, "is_enterprise_install": True}
        if self.ends_in is not None:
            refresh = f"xoxe-{team}-{next(self.numbers)}"
            self.refreshing[refresh] = team
            answer |= {"refresh_token": refresh, "expires_in": self.ends_in}
        return answer

    def _done(self, team: str, method: str, told: Mapping[str, Any]) -> dict[str, Any]:
        match method:
            case "auth.test":
                return {"team_id": team, "bot_id": f"B{team}", "user_id": f"UBOT{team}", "url": "https://x/"}
            case "users.info":
                home = team if team != self.org else ""
                return {
                    "user": {"id": told["user"], "team_id": home, "real_name": "Maya", "tz": "Europe/Berlin"}
                }
            case "chat.postMessage":
                made = Said(team, str(told["channel"]), f"{next(self.numbers)}.0001", dict(told))
                self.said.append(made)
                return {"channel": f"D{told['channel']}", "ts": made.ts}
            case _:
                return {"channel": told.get("channel"), "ts": told.get("ts")}

    # ---------------------------------------------------------------- what people and Slack do

    async def installs(self, team: str, **query: str) -> tuple[int, str]:
        """Somebody goes through both pages, in one browser."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            begun = await browser.get(f"{self.url}/slack/install", allow_redirects=False)
            page = await begun.text()
            state = query.pop("state", None) or self.state_in(page)
            cookie = begun.headers.get("Set-Cookie", "").split(";")[0]
            asked = {"code": f"code-of-{team}", "state": state, **query}
            back = await browser.get(
                f"{self.url}/slack/oauth_redirect?{urlencode(asked)}", headers={"Cookie": cookie}
            )
            again = await browser.get(
                f"{self.url}/slack/oauth_redirect?{urlencode(asked)}", headers={"Cookie": cookie}
            )
            self.again = again.status  # the same browser reloads the page
            return back.status, await back.text()

    @staticmethod
    def state_in(page: str) -> str:
        """The state in the link to Slack."""
        link = page.replace("&amp;", "&").partition('<a href="')[2].partition('"')[0]
        return parse_qs(urlsplit(link).query)["state"][0]

    async def types(self, team: str, text: str, user: str = "U0MAYA", enterprise: str = "") -> int:
        """A slash command."""
        told = {"command": "/deal", "text": text, "user_id": user, "team_id": team, "channel_id": "D1",
                "trigger_id": f"t{next(self.numbers)}", "response_url": f"{self.base}response"}  # fmt: skip
        return await self.sends(urlencode(told | ({"enterprise_id": enterprise} if enterprise else {})))

    async def presses(self, team: str, value: str, user: str = "U0MAYA") -> int:
        """A button."""
        stamp = f"{next(self.numbers)}.0"
        body = {
            "type": "block_actions", "team": {"id": team}, "user": {"id": user, "team_id": team},
            "container": {"type": "message", "message_ts": "1.1", "channel_id": "D1"}, "trigger_id": stamp,
            "channel": {"id": "D1"}, "state": {"values": {}}, "api_app_id": "A0",
            "actions": [{"type": "button", "block_id": "b", "action_id": "a", "action_ts": stamp,
                         "value": value}],
        }  # fmt: skip
        return await self.sends(urlencode({"payload": json.dumps(body)}))

    async def happens(self, team: str, kind: str, enterprise: str = "", **more: Any) -> int:  # noqa: ANN401
        """An event."""
        name = f"Ev{next(self.numbers)}"
        body = {"type": "event_callback", "team_id": team, "api_app_id": "A0", "event_id": name,
                "enterprise_id": enterprise, "event": {"type": kind, **more}}  # fmt: skip
        return await self.sends(json.dumps(body), "application/json")

    async def sends(self, body: str, kind: str = "application/x-www-form-urlencoded") -> int:
        """Signed, as Slack signs."""
        now = str(int(time.time()))
        seal = hmac.new(SIGNING.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={seal}"}
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.url}/slack/events", data=body.encode(), headers=headers) as answer,
        ):
            return answer.status
