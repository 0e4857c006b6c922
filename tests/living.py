"""The whole coach in a local workspace: real adapter, real Redis, real HTTP or Socket Mode.

In this process, so that its clock and its letters can be watched, or as a process of its own that can be
killed. Nothing here waits for time to pass: it waits for what has to come of it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.local import Delivery, Message, Outcome, View, Workspace, serve
from bot.redis import SHARDS, Link, keys
from bot.settings import Settings, Slack, Transport
from bot.wiring import Coach, coach
from dialogs.diary import GATHER

ROOT = Path(__file__).parent.parent
SOON = timedelta(seconds=10)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
QUIET_ENVIRONMENT = ("SLACK_", "WALKAWAY_", "REDIS_URL")


async def until(happened: Callable[[], Awaitable[object]], what: str, bound: timedelta = SOON) -> None:
    """Return as soon as it happened; fail with `what` if it has not within `bound`."""
    end = time.monotonic() + bound.total_seconds()
    while not await happened():
        if time.monotonic() > end:
            raise TimeoutError(what)
        await asyncio.sleep(0.01)


def labels(blocks: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    """The text and value of everything that can be tapped."""
    for block in blocks:
        found = [*block.get("elements", ()), block.get("accessory") or {}]
        for element in found:
            if element.get("type") == "button":
                yield element["text"]["text"], element["value"]
            for option in element.get("options", ()) if element.get("type") == "overflow" else ():
                yield option["text"]["text"], option["value"]


def next_such(now: datetime, when: str, zone: str = "Europe/Berlin") -> datetime:
    """The next moment at which clocks in `zone` show `when`, such as "Monday 9:00"."""
    day, clock = when.split()
    hour, minute = map(int, clock.split(":"))
    local = now.astimezone(ZoneInfo(zone))
    ahead = (DAYS.index(day) - local.weekday()) % 7
    there = (local + timedelta(days=ahead)).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (there if there > local else there + timedelta(days=7)).astimezone(UTC)


class People:
    """What people do in a workspace, and what they see there; `maya` is the one who negotiates."""

    ws: Workspace

    def visible(self, person: str = "maya") -> list[Message]:
        """The person's chat with the coach, oldest first."""
        return self.ws.visible_to(person)

    def from_coach(self, person: str = "maya") -> list[Message]:
        """What the coach said there."""
        return [message for message in self.visible(person) if message.user == "U0WALKAWAY"]

    def last(self, person: str = "maya") -> Message:
        """The newest message of the coach."""
        return self.from_coach(person)[-1]

    def seen(self, words: str, person: str = "maya") -> Message | None:
        """The newest message of the coach with these words."""
        return next((m for m in reversed(self.from_coach(person)) if words in f"{m.reads}\n{m.text}"), None)

    async def hears(self, words: str, person: str = "maya") -> Message:
        """The message with these words, as soon as it is there."""
        try:
            return await self.ws.wait_for(lambda: self.seen(words, person), SOON)
        except TimeoutError:
            shown = "\n---\n".join(message.reads for message in self.from_coach(person)[-4:])
            raise AssertionError(f"nobody said {words!r}, but:\n{shown}") from None

    def offering(self, label: str, person: str = "maya") -> Message | View:
        """The newest message that offers `label`, else the home page if it does."""
        home = self.ws.home(person)
        places: list[Message | View] = [*([home] if home else []), *self.from_coach(person)]
        for place in reversed(places):
            if any(text == label for text, _ in labels(place.blocks)):
                return place
        offered = [text for text, _ in labels(self.last(person).blocks)] if self.from_coach(person) else []
        raise LookupError(f"{label!r} is nowhere; the last message offers {offered}")

    async def presses(self, place: Message | View, label: str, person: str = "maya") -> Outcome:
        """Tap one button or menu entry of a message, which may have changed since."""
        in_menu = any(
            option["text"]["text"] == label
            for block in place.blocks
            for element in block.get("elements", ())
            if element.get("type") == "overflow"
            for option in element["options"]
        )
        act = self.ws.choose if in_menu else self.ws.press
        return await act(person, place, label)

    async def taps(self, label: str, person: str = "maya") -> Outcome:
        """Tap the newest button or menu entry with this text."""
        outcome = await self.presses(self.offering(label, person), label, person)
        await self.settled()
        return outcome

    async def types(self, text: str, person: str = "maya", channel: str = "dm", thread: str = "") -> Outcome:
        """Type a message, or a slash command."""
        act = self.ws.command(person, channel, text) if text.startswith("/") else None
        outcome = await (act or self.ws.say(person, text, channel, thread or None))
        await self.settled()
        return outcome

    async def fills(self, answers: Mapping[str, Any], person: str = "maya") -> Outcome:
        """Fill in the open window and send it."""
        view = self.ws.view(person)
        assert view is not None, "no window is open"
        outcome = await self.ws.submit(person, view, answers)
        await self.settled()
        return outcome

    async def settled(self) -> None:
        """Return when nothing is left to be delivered."""


async def quiet(link: Link, now: datetime) -> bool:
    """Whether no letter waits, no timer is due, and nothing is leased (a date with a fraction)."""
    asked = [("ZRANGE", keys.due(shard), 0, -1, "WITHSCORES") for shard in range(SHARDS)]
    found = [pair for answer in await link.together(*asked) for pair in zip(*[iter(answer)] * 2, strict=True)]
    at = now.timestamp() * 1000
    return all(name.startswith(b"t|") and at < float(date) == int(float(date)) for name, date in found)


@dataclass
class Living(People):
    """A workspace with a coach in this process."""

    ws: Workspace
    up: Coach
    link: Link

    async def settled(self) -> None:
        """Return when no letter waits, no timer is due, and nothing is leased (a date with a fraction)."""
        await until(self._quiet, f"letters stay: {self.up.worker.counts}")

    async def _quiet(self) -> bool:
        return await quiet(self.link, self.ws.now())

    async def moves_to(self, when: str) -> None:
        """Move all clocks to the next such moment, as Maya's wall clock shows it."""
        await self.moves(next_such(self.ws.now(), when) - self.ws.now())

    async def moves(self, span: timedelta) -> None:
        """Move all clocks on; what comes due is delivered before this returns."""
        await self.ws.move_clock(span)
        await self.settled()
        await self.ws.move_clock(2 * GATHER)  # what was due by then has been gathered, and is said
        await self.settled()

    async def checks_in(self, *answers: str) -> None:
        """A check-in by the text of its buttons."""
        await self.types("/deal checkin")
        for answer in answers:
            await self.taps(answer)

    async def as_another(self, outcome: Outcome, user: str, **changes: str) -> Outcome:
        """The same click by somebody else: the delivery with another user in it."""
        delivery = outcome.delivery
        assert delivery is not None
        body = {**delivery.body, "user": {**delivery.body["user"], "id": user, **changes}}
        body["actions"] = [{**delivery.body["actions"][0], "action_ts": f"{time.time():.6f}"}]
        again = await self.ws.redeliver(
            Delivery(f"{delivery.id}{user}", delivery.kind, body, delivery.person)
        )
        await self.settled()
        return again


def settings_for(ws: Workspace, data: Path, transport: Transport = "http", **more: Any) -> Settings:  # noqa: ANN401
    """Settings of a coach that talks to this workspace."""
    made = ws.keys
    slack = Slack(made.bot_token, made.signing_secret, made.app_token, transport, api=f"{ws.base}/api/")
    return Settings(slack=slack, data=data, port=0, local=True, **more)


@asynccontextmanager
async def workspace(**how: Any) -> AsyncIterator[Workspace]:  # noqa: ANN401
    """A strict workspace, served on loopback."""
    made = Workspace(strict=True, **how)
    runner = await serve(made, port=0)
    try:
        yield made
    finally:
        await made.close()
        await runner.cleanup()


@asynccontextmanager
async def living(
    ws: Workspace, link: Link, redis_url: str, data: Path, transport: Transport = "http"
) -> AsyncIterator[Living]:
    """A coach up in this process, on the Redis of `link`."""
    async with coach(settings_for(ws, data, transport, redis_url=redis_url)) as up:

        async def moved(offset: timedelta) -> None:
            up.move_clock(offset)

        ws.moved = moved
        await moved(ws.state.offset)
        if transport == "http":
            ws.line.request_url = f"http://127.0.0.1:{up.port}/slack/events"
        else:
            await ws.wait_for(lambda: ws.line.transport == "socket")
        yield Living(ws, up, link)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(**more: str) -> dict[str, str]:
    """This environment without anything that could configure a coach, and with `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(QUIET_ENVIRONMENT)}
    kept = {name: value for name, value in kept.items() if not name.upper().endswith("_PROXY")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::ResourceWarning", **more}


def environment_for(ws: Workspace, data: Path, port: int, transport: Transport = "http") -> dict[str, str]:
    """The environment of `python -m bot run` against this workspace."""
    return clean_environment(
        SLACK_BOT_TOKEN=ws.keys.bot_token,
        SLACK_SIGNING_SECRET=ws.keys.signing_secret,
        SLACK_APP_TOKEN=ws.keys.app_token,
        WALKAWAY_SLACK_TRANSPORT=transport,
        WALKAWAY_SLACK_API=f"{ws.base}/api/",
        WALKAWAY_LOCAL="1",
        WALKAWAY_DATA=str(data),
        WALKAWAY_PORT=str(port),
    )


@dataclass
class Apart(People):
    """A workspace with a coach in a process of its own."""

    ws: Workspace
    data: Path
    transport: Transport = "http"
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.data / "coach.log"

    async def start(self) -> None:
        """Start it and return when it is ready."""
        env = environment_for(self.ws, self.data, self.port, self.transport)
        with self.log.open("ab") as log:
            command = (sys.executable, "-m", "bot", "run")
            self.process = await asyncio.create_subprocess_exec(
                *command, env=env, cwd=ROOT, stdout=log, stderr=log
            )
        self.ws.line.request_url = f"http://127.0.0.1:{self.port}/slack/events"
        await until(self._ready, "the coach does not start", timedelta(seconds=20))

    async def _ready(self) -> bool:
        assert self.process is not None
        assert self.process.returncode is None, self.log.read_text()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(b"GET /readyz HTTP/1.0\r\n\r\n")
            answer = await reader.readline()
            writer.close()
        except OSError:
            return False
        return b" 200 " in answer

    async def kill(self) -> None:
        """As a power cut would."""
        await self.end(signal.SIGKILL)

    async def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process, if it runs."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()
        self.process = None
