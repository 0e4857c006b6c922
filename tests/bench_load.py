"""The other end of Slack: signed taps over real HTTP, and a Web API that takes everything and notes when.

It checks nothing (the local workspace does that, and would be measured along); what a tap has to be next is
rehearsed with the core itself, and compared with what lies in Redis at the end.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import random
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.intents import Button, Stamp, event_of_button
from bot.outcome import IN_PLACE
from bot.redis import Cell, Store, new_id
from bot.render import Renderer
from bot.sample import sample_deal
from dialogs.deal import Deal
from dialogs.effects import Ask
from dialogs.turn import take
from tests.served import served

TEAM, ZONE, SECRET = "T0BENCH", "Europe/Berlin", "a secret of the benchmark"
ACTION = "tap"
STANDS = "1700000000.000100"  # where the coach's message stands, in each chat the one that is tapped next
LONGEST_ROUND = 90  # seconds; a benchmark that hangs says so
LATEST_MESSAGE = 20  # seconds

_number = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Ready:
    """A signed request, and where the arrival of the message that answers it will be noted."""

    request: bytes
    arrival: "asyncio.Future[float] | None" = None


@dataclass(frozen=True, slots=True)
class Round:
    """What one round took: seconds from the tap to its acknowledgement, and to the message that followed."""

    seconds: float
    acknowledged: list[float] = field(default_factory=list)
    followed: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Taps a second."""
        return len(self.acknowledged) / self.seconds


class WebApi:
    """Slack's side: answers every call with success, and wakes whoever waits for a message."""

    def __init__(self) -> None:
        self.base = ""
        self.calls = 0
        self._waiting: defaultdict[str, deque[asyncio.Future[float]]] = defaultdict(deque)

    def expect(self, name: str) -> "asyncio.Future[float]":
        """The moment of the next message: to a person's id, or to the token of a reply address; in order."""
        self._waiting[name].append(asyncio.get_running_loop().create_future())
        return self._waiting[name][-1]

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator["WebApi"]:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._method)
        app.router.add_post("/reply/{token}", self._reply)
        async with served(app) as port:
            self.base = f"http://127.0.0.1:{port}"
            yield self

    def note(self, name: str) -> None:
        """A message came to whoever waits under this name."""
        self.calls += 1
        waiting = self._waiting.get(name)
        if waiting:
            waiting.popleft().set_result(time.perf_counter())

    async def _reply(self, request: web.Request) -> web.Response:
        self.note(request.match_info["token"])
        return web.Response(text="ok")

    async def _method(self, request: web.Request) -> web.Response:
        match request.match_info["method"]:
            case "auth.test":
                return web.json_response(
                    {"ok": True, "team_id": TEAM, "bot_id": "B0BENCH", "user_id": "U0BENCH"}
                )
            case "users.info":
                user = str(request.query.get("user") or (await request.post())["user"])
                profile = {"id": user, "team_id": TEAM, "real_name": f"Person {user}", "tz": ZONE}
                return web.json_response({"ok": True, "user": profile})
            case "chat.postMessage":
                channel = (await request.json())["channel"]
                self.note(channel)
                return web.json_response({"ok": True, "channel": f"D{channel}", "ts": STANDS})
            case _:
                self.calls += 1
                return web.json_response({"ok": True})


class Negotiator:
    """A person with one deal, and the taps of check-in after check-in, rehearsed with the core."""

    _shown: dict[str, dict[str, Any]] = {}  # noqa: RUF012 - drawn once for all: they only give taps their weight
    _renderer = Renderer()

    def __init__(self, user: str, api: WebApi, deal: Deal | None = None) -> None:
        self.user = user
        self.deal = deal
        self._arrivals = api
        self._ask: Ask | None = None

    def opens(self, *, follow: bool) -> Ready:
        """The first tap: the sample deal."""
        stamp = f"{next(_number)}.000000"
        key = new_id(f"slack:{TEAM}:a:{self.user}:{stamp}:{ACTION}")
        self.deal = take(None, sample_deal(rehearsed_stamp(), key, ZONE)).deal
        return self._ready(Button("sample"), stamp, follow=follow)

    def taps(self, count: int, *, follow: bool) -> list[Ready]:
        """The next `count` taps; with `follow`, each with the arrival of the message that answers it."""
        return [self._next(follow=follow) for _ in range(count)]

    def _next(self, *, follow: bool) -> Ready:
        button = self._button()
        tapped = self._ready(button, f"{next(_number)}.000000", follow=follow)
        stamp: Stamp = {"id": str(next(_number)), "at": datetime.now(UTC), "by": self._deal.owner}
        event = event_of_button(button, stamp)
        turn = take(self._deal, event)
        self.deal = turn.deal
        self._ask = next((effect for effect in turn.effects if isinstance(effect, Ask)), None)
        return tapped

    @property
    def _deal(self) -> Deal:
        if self.deal is None:
            raise RuntimeError("the deal is not open yet")
        return self.deal

    def _button(self) -> Button:
        ask = self._ask
        if ask is None:
            return Button("checkin", self._deal.key)
        verb, extra = ("answer", "0") if ask.stage == "answer" and ask.question != "offer" else ("skip", "")
        return Button(verb, self._deal.key, ask.number, ask.question, extra)

    def _ready(self, button: Button, stamp: str, *, follow: bool) -> Ready:
        """The tap with its own reply address, as every tap has at Slack."""
        token = f"{self.user}-{stamp}"
        arrival = self._arrivals.expect(token if button.verb in IN_PLACE else self.user) if follow else None
        body = {**self._payload(button, stamp), "response_url": f"{self._arrivals.base}/reply/{token}"}
        return Ready(signed(urlencode({"payload": json.dumps(body)}).encode()), arrival)

    def _payload(self, button: Button, stamp: str) -> dict[str, Any]:
        channel, ts = f"D{self.user}", STANDS
        return {
            "type": "block_actions",
            "team": {"id": TEAM, "domain": "bench"},
            "user": {"id": self.user, "username": self.user, "name": self.user, "team_id": TEAM},
            "api_app_id": "A0BENCH",
            "token": "bench",
            "enterprise": None,
            "is_enterprise_install": False,
            "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False},
            "trigger_id": f"{stamp}.bench",
            "channel": {"id": channel, "name": "directmessage"},
            "state": {"values": {}},
            "message": {"type": "message", "user": "U0BENCH", "ts": ts, **self._message()},
            "actions": [
                {
                    "type": "button",
                    "block_id": "b1",
                    "action_id": ACTION,
                    "action_ts": stamp,
                    "value": button.value,
                }
            ],
        }

    def _message(self) -> dict[str, Any]:
        if self._ask is None:
            return {"text": "Project Harbour"}
        name = self._ask.question
        if name not in self._shown:
            self._shown[name] = self._renderer.message(self._ask)
        return self._shown[name]


def rehearsed_stamp() -> Stamp:
    """Of what happens here alone, before it happens at the coach."""
    return {"id": "rehearsed", "at": datetime.now(UTC), "by": "pRehearsed"}


def signed(body: bytes) -> bytes:
    """The body as a whole HTTP request with Slack's signature; good for five minutes."""
    now = str(int(time.time()))
    seal = hmac.new(SECRET.encode(), b"v0:" + now.encode() + b":" + body, hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"X-Slack-Request-Timestamp: {now}\r\nX-Slack-Signature: v0={seal}\r\n\r\n"
    )
    return head.encode() + body


@asynccontextmanager
async def connection(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection that is kept alive; light, so that the load does not eat what it measures."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()


async def drive(
    port: int, queues: Sequence[Sequence[Ready]], thought: float = 0, latest: float = LATEST_MESSAGE
) -> Round:
    """Every queue on a connection of its own, its next tap when the one before was answered.

    Before each tap somebody thinks for about `thought` seconds; no message may take more than `latest`.
    """
    done = Round(0.0)
    async with asyncio.timeout(LONGEST_ROUND):
        started = time.perf_counter()
        await asyncio.gather(*(_tap_by_tap(port, queue, done, thought, latest) for queue in queues))
        return Round(time.perf_counter() - started, done.acknowledged, done.followed)


async def _tap_by_tap(port: int, queue: Sequence[Ready], done: Round, thought: float, latest: float) -> None:
    async with connection(port) as (reader, writer):
        for tap in queue:
            await asyncio.sleep(thought * random.uniform(0.5, 1.5))
            started = time.perf_counter()
            writer.write(tap.request)
            await _answered(reader)
            done.acknowledged.append(time.perf_counter() - started)
            if tap.arrival is not None:
                async with asyncio.timeout(latest):
                    done.followed.append(await tap.arrival - started)


async def _answered(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not head.startswith(b"http/1.1 200"):
        raise RuntimeError(head.split(b"\r\n", 1)[0].decode())
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    if length.strip():
        await reader.readexactly(int(length))


async def prove(
    store: Store, people: Sequence[Negotiator], house: tuple[str, str] = ("slack-team", TEAM)
) -> None:
    """What lies in Redis is what was rehearsed: every tap was taken, none twice. Raises RuntimeError."""
    tenant = await store.ident(*house, make=_unknown)
    for each in people:
        expected = each.deal
        stored = await store.load(Cell(tenant, "deal", expected.key)) if expected else None
        if not isinstance(stored, Deal) or list(_progress(stored)) != list(_progress(expected)):
            raise RuntimeError(f"{each.user}: stored and rehearsed differ")


def _progress(deal: Deal | None) -> Iterator[object]:
    if deal is not None:
        yield deal.coach.check_ins
        yield deal.turns
        yield deal.check_in and (deal.check_in.number, deal.check_in.open, sorted(deal.check_in.answers))


def _unknown() -> str:
    raise RuntimeError("the coach has never seen this team")
