"""A worker process for proofs and benchmarks of reminders: the real worker, desk and postman.

`python -m tests.reminders_worker '{"url": …, "offset": …}'` says "ready", works until its standard input
closes, and then says what it counted. Its platform takes every message: over HTTP where `api` names one, else
at once. Each letter goes out with its id, whether it may have been sent before, and who sends it.
"""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot import worker as working
from bot.__main__ import fast_run, settle
from bot.clock import Clock
from bot.desk import Desk
from bot.letters import codec
from bot.platforms import Payload, Place, Unsure
from bot.postman import Postman
from bot.redis import Cell, Fence, Outbox, Sending, Store, connect
from bot.render import Renderer
from dialogs.effects import Message
from dialogs.rooms import Audience, Room
from tests.reminders_seed import PLATFORM, SEALER


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a worker process is told. Times in seconds."""

    url: str
    offset: float
    api: str = ""
    counts: str = ""  # a file to write each count to at once, for those who are killed
    lease: float = 30.0
    alive: float = 6.0
    bare: bool = False  # timers ring nobody: what claiming alone costs
    drawn: bool = True  # messages are rendered; if not, the platform gets a blank one
    concurrency: int = 16


_outgoing: ContextVar[tuple[Cell, Sending]] = ContextVar("outgoing")


class Nowhere:
    """A platform that takes everything at once, and lets nobody look at what it took."""

    async def post(self, place: Place, payload: Payload, letter: str = "") -> Place:
        """It stands there."""
        return replace(place, message=await self._take("post", payload, letter))

    async def find(self, place: Place, letter: str, since: datetime) -> Place | None:
        """Raises Unsure."""
        raise Unsure(f"nobody may look for {letter} in {place.channel} since {since}")

    async def update(self, place: Place, payload: Payload) -> Place:
        """It stands there anew."""
        return replace(place, message=await self._take("update", payload))

    async def aside(self, place: Place, payload: Payload) -> None:
        """It was said, at `place`."""
        await self._take("aside", payload, place.channel)

    async def delete(self, place: Place) -> None:
        """It is gone."""
        await self._take("delete", {}, place.channel)

    async def audience(self, room: Room) -> Audience:
        """Nobody reads along here."""
        raise Unsure(f"there is no {room.id}")

    async def enter(self, tenant: str) -> None:
        """There is one."""

    async def home(self, person: str, payload: Payload) -> None:
        """It is shown."""
        await self._take("home", payload, person)

    async def _take(self, how: str, payload: Payload, what: str = "") -> str:
        """The id of the message."""
        return how if payload else what


class Recorded(Nowhere):
    """A platform over HTTP that is told with each message which letter it is."""

    def __init__(self, session: aiohttp.ClientSession, api: str) -> None:
        self._session = session
        self._api = api

    async def find(self, place: Place, letter: str, since: datetime) -> Place | None:
        """Where the letter stands. Raises Unsure where the other side does not say."""
        found = await self._ask({"how": "find", "letter": letter, "since": since.timestamp()})
        if found.get("blind"):
            raise Unsure("blind")
        return replace(place, message=str(found["message"])) if found["message"] else None

    async def _take(self, how: str, payload: Payload, what: str = "") -> str:
        cell, sending = _outgoing.get()
        told = {"how": how, "cell": cell.key, "letter": sending.id, "again": sending.again}
        taken = await self._ask({**told, "pid": os.getpid(), "what": what, "payload": payload})
        return str(taken["message"])

    async def _ask(self, words: dict[str, Any]) -> dict[str, Any]:
        try:
            async with self._session.post(self._api, json=words) as answer:
                return dict(await answer.json())
        except (aiohttp.ClientError, OSError) as error:
            raise Unsure(type(error).__name__) from error


class Blank(Renderer):
    """Draws nothing, to see what drawing costs."""

    def message(self, effect: Message) -> Payload:
        """A payload that says nothing."""
        return {"text": type(effect).__name__}


class TellingCounter(Counter[str]):
    """Counts that are outside before the next step is taken: what was counted survives a kill."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def __setitem__(self, name: str, value: int) -> None:
        if value != self[name]:
            os.write(self._descriptor, f"{name} {value - self[name]}\n".encode())
        super().__setitem__(name, value)


def told_counts(file: Path) -> Counter[str]:
    """What all lives of all workers counted together."""
    found: Counter[str] = Counter()
    for line in file.read_text("ascii").splitlines() if file.exists() else ():
        name, _, more = line.partition(" ")
        found[name] += int(more)
    return found


async def main(orders: Orders) -> None:
    """Work until standard input closes; the counts, as JSON, are the last line."""
    working.ALIVE = timedelta(seconds=orders.alive)
    working.BEAT = working.ALIVE / 3
    async with _worker(orders) as worker:
        run = asyncio.create_task(worker.run())
        settle()
        print("ready", flush=True)  # noqa: T201 - whoever started us waits for it
        await asyncio.to_thread(sys.stdin.read)
        await worker.stop()
        await run
        print(json.dumps(worker.counts), flush=True)  # noqa: T201


@asynccontextmanager
async def _worker(orders: Orders) -> AsyncIterator[working.Worker]:
    clock = Clock(timedelta(seconds=orders.offset))
    link = connect(orders.url, clock.shift)
    store, outbox = Store(link, codec(), SEALER), Outbox(link, codec(), SEALER)
    async with aiohttp.ClientSession(trust_env=False) as session:
        platform = Recorded(session, orders.api) if orders.api else Nowhere()
        renderer = Renderer() if orders.drawn else Blank()
        desk = Desk(store, clock, renderer)
        postman = Postman(store, desk, {PLATFORM: (platform, renderer)})

        async def deliver(cell: Cell, body: object, sending: Sending) -> str | None:
            _outgoing.set((cell, sending))
            return await postman.deliver(cell, body, sending)

        made = working.Worker(
            outbox,
            deliver,
            _silent if orders.bare else desk.ring,
            find=postman.find,
            lease=timedelta(seconds=orders.lease),
            concurrency=orders.concurrency,
        )
        if orders.counts:
            descriptor = os.open(orders.counts, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            made.counts = TellingCounter(descriptor)
        try:
            yield made
        finally:
            await link.aclose()


async def _silent(_cell: Cell, _purpose: str, _due: datetime, _fence: Fence) -> None:
    """Nobody is rung."""


if __name__ == "__main__":
    fast_run(main(Orders(**json.loads(sys.argv[1]))))
