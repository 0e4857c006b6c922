"""The line to the bot: signed HTTP requests, or Socket Mode envelopes; and the log of all that passed.

Neither secrets nor headers are logged. It carries one attempt; who tries again decides elsewhere.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from bot.local.model import APP, Delivery, Json
from bot.local.state import fresh

PATIENCE = timedelta(seconds=3)
ENVELOPES = {"command": "slash_commands", "interactive": "interactive", "event": "events_api"}
LOG_LENGTH = 400
OK = 200


@dataclass(frozen=True, slots=True)
class Retry:
    """Which repetition of an event this is, from 1, and why."""

    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot said: `failure` is Slack's word for why it does not count, if it does not."""

    status: int
    answer: Any
    took: timedelta
    failure: str | None = None


class Log:
    """The last few hundred requests and deliveries."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.entries: deque[Json] = deque(maxlen=LOG_LENGTH)
        self._changed = changed
        self._count = 0

    def add(self, at: datetime, way: str, what: str, status: int, took: timedelta, **more: object) -> None:
        """Note one exchange; `way` is `bot` for a call by the bot, `slack` for a delivery to it."""
        self._count += 1
        ms = round(took.total_seconds() * 1000, 1)
        entry = {"n": self._count, "at": at.isoformat(), "way": way, "what": what, "status": status, "ms": ms}
        self.entries.append(entry | more)
        self._changed()


def encoded(delivery: Delivery) -> tuple[bytes, str]:
    """The body of the HTTP request, and its content type."""
    if delivery.kind == "event":
        return json.dumps(delivery.body).encode(), "application/json"
    form = delivery.body if delivery.kind == "command" else {"payload": json.dumps(delivery.body)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def signed(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    """Slack's two signature headers. `at` must be real time: the bot refuses what is five minutes old."""
    stamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


class Line:
    """Carries deliveries; over a connected socket when there is one, else to `request_url`."""

    def __init__(self, secret: str, real: Callable[[], datetime], request_url: str | None) -> None:
        self.request_url = request_url
        self.patience = PATIENCE
        self._secret = secret
        self._real = real
        self._session: aiohttp.ClientSession | None = None
        self._sockets: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}

    @property
    def transport(self) -> str:
        """`socket`, `http` or `none`: how the next delivery would travel."""
        return "socket" if self._sockets else "http" if self.request_url else "none"

    async def carry(self, delivery: Delivery, retry: Retry | None = None) -> Answer:
        """One attempt. Never raises for what the bot does or fails to do."""
        began = time.perf_counter()
        if self._sockets:
            status, answer, failure = await self._by_socket(self._sockets[-1], delivery, retry)
        elif self.request_url:
            status, answer, failure = await self._by_http(self.request_url, delivery, retry)
        else:
            status, answer, failure = 0, None, "connection_failed"
        return Answer(status, answer, timedelta(seconds=time.perf_counter() - began), failure)

    async def _by_http(
        self, url: str, delivery: Delivery, retry: Retry | None
    ) -> tuple[int, Any, str | None]:
        body, kind = encoded(delivery)
        headers = signed(body, self._secret, self._real()) | {"Content-Type": kind}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry.count), "X-Slack-Retry-Reason": retry.reason}
        if self._session is None:
            self._session = aiohttp.ClientSession(headers={"User-Agent": "Slackbot 1.0 (local)"})
        patience = aiohttp.ClientTimeout(total=self.patience.total_seconds())
        try:
            async with self._session.post(
                url, data=body, headers=headers, timeout=patience, allow_redirects=False
            ) as response:
                text = await response.text()
        except TimeoutError:
            return 0, None, "http_timeout"
        except aiohttp.ClientError:
            return 0, None, "connection_failed"
        return response.status, _parsed(text), None if response.status == OK else "http_error"

    async def _by_socket(
        self, socket: web.WebSocketResponse, delivery: Delivery, retry: Retry | None
    ) -> tuple[int, Any, str | None]:
        envelope = fresh("E")
        message: Json = {
            "envelope_id": envelope,
            "type": ENVELOPES[delivery.kind],
            "payload": delivery.body,
            "accepts_response_payload": delivery.kind != "event",
        }
        if delivery.kind == "event":
            message |= {
                "retry_attempt": retry.count if retry else 0,
                "retry_reason": retry.reason if retry else "",
            }
        acknowledged = self._waiting[envelope] = asyncio.get_running_loop().create_future()
        try:
            await socket.send_json(message)
            answer = await asyncio.wait_for(acknowledged, self.patience.total_seconds())
        except TimeoutError:
            return 0, None, "http_timeout"
        except ConnectionError:
            return 0, None, "connection_failed"
        finally:
            self._waiting.pop(envelope, None)
        return OK, answer, None

    async def listen(self, socket: web.WebSocketResponse) -> None:
        """Serve one Socket Mode connection until it ends."""
        self._sockets.append(socket)
        hello = {"num_connections": len(self._sockets), "connection_info": {"app_id": APP}}
        debug = {"host": "local", "build_number": 1, "approximate_connection_time": 18060}
        try:
            await socket.send_json({"type": "hello", **hello, "debug_info": debug})
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._acknowledge(_parsed(message.data))
        finally:
            self._sockets.remove(socket)

    def _acknowledge(self, message: object) -> None:
        if isinstance(message, dict):
            known = self._waiting.get(message.get("envelope_id", ""))
            if known is not None and not known.done():
                known.set_result(message.get("payload"))

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every connected socket to come again, as Slack does every few hours, then close it."""
        for socket in list(self._sockets):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})
            await socket.close()

    async def close(self) -> None:
        """End all connections."""
        for socket in list(self._sockets):
            await socket.close()
        if self._session is not None:
            await self._session.close()


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON of any shape
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
