"""A whole coach as a company runs it, to be hurt: two bots, two workers, a Redis, a workspace, gates between.

Slack's deliveries pass one gate, everything for Redis another. The Redis writes each change to its disk
before it answers.
"""

from __future__ import annotations

import asyncio
import random
import resource
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.letters import codec
from bot.local import Workspace
from bot.local.methods import METHODS
from bot.local.model import Json
from bot.redis import Link, Outbox, Store, connect
from bot.redis.embedded import server_program
from tests.living import environment_for, free_port, next_such, workspace
from tests.proof_clock import Times
from tests.proof_gate import Gate
from tests.proof_kept import Kept, Program
from tests.proof_teams import Connector
from tests.redis_many import KEEPS
from tests.reminders_seed import KEYS, SEALER
from tests.reminders_worker import told_counts
from tests.teams_bot import settings_for

ROLES = ("bot", "bot", "worker", "worker")
LONGEST_GAP = 0.3  # seconds until the dead are replaced
SLOW_TO_LISTEN = 1.0  # seconds


def nobody_looks() -> None:
    """Nothing happens."""


@dataclass
class World:
    """What is up, and what can be done to it."""

    folder: Path
    chance: random.Random
    ws: Workspace
    times: Times
    redis: Kept
    redis_port: int
    to_redis: Gate
    to_bots: Gate
    bots: list[Kept]
    workers: list[Kept]
    teams: Connector
    link: Link  # past the gate
    taken: Callable[[], None] = field(default=nobody_looks)  # asked when Slack has taken a message
    store: Store = field(init=False)
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.store = Store(self.link, codec(), SEALER)
        self.outbox = Outbox(self.link, codec(), SEALER)

    @property
    def everybody(self) -> list[Kept]:
        """Every process."""
        return [self.redis, *self.bots, *self.workers]

    @property
    def killed(self) -> int:
        """How many of them were, so far."""
        return sum(each.killed for each in self.everybody)

    @property
    def counts(self) -> Counter[str]:
        """What all lives of all workers counted together."""
        return told_counts(self.folder / "counts")

    async def move_to(self, when: str) -> None:
        """Everybody's clock to the next such moment in Berlin."""
        await self.move(next_such(self.ws.now(), when) - self.ws.now())

    async def move(self, span: timedelta) -> None:
        """Everybody's clock."""
        await self.ws.move_clock(span)
        self.times[0] = self.ws.state.offset

    async def all_up(self) -> None:
        """Return when every process is there."""
        async with asyncio.timeout(60):
            await asyncio.gather(*(each.up.wait() for each in self.everybody))

    async def tell_redis(self, *words: str) -> object:
        """One command past the gate, of an operator."""
        client = Redis(host="127.0.0.1", port=self.redis_port, protocol=2, socket_timeout=5)
        try:
            return await client.execute_command(*words)  # type: ignore[no-untyped-call]
        finally:
            await client.aclose()

    def give_disk(self, room: int | None) -> None:
        """Let no file of Redis grow beyond `room` bytes; None: as large as it likes."""
        with suppress(ProcessLookupError):  # one that just died has all the disk it needs
            if self.redis.pid is None:
                return
            _, most = resource.prlimit(self.redis.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(self.redis.pid, resource.RLIMIT_FSIZE, (most if room is None else room, most))

    def largest_file(self) -> int:
        """Bytes of the largest file of Redis."""
        return max(file.stat().st_size for file in (self.folder / "redis").rglob("*") if file.is_file())


@asynccontextmanager
async def world(folder: Path, chance: random.Random) -> AsyncIterator[World]:
    """Everything up, with clocks at noon of a working day; nothing of it is left at the end."""
    async with AsyncExitStack() as stack:
        ws = await stack.enter_async_context(workspace())
        teams = Connector(folder)
        await stack.enter_async_context(teams.served())
        times = stack.enter_context(Times(folder / "times"))
        redis_port, ports = free_port(), [free_port() for _ in ROLES]
        to_redis = await stack.enter_async_context(Gate([redis_port], chance).opened())
        bot_ports = [port for role, port in zip(ROLES, ports, strict=True) if role == "bot"]
        to_bots = await stack.enter_async_context(Gate(bot_ports, chance).opened())
        gap = partial(chance.uniform, 0, LONGEST_GAP)
        redis = Kept(_redis(folder / "redis", redis_port), gap)
        kept = [
            Kept(_coach((ws, teams), folder, role, number, port, to_redis.port), gap)
            for number, (role, port) in enumerate(zip(ROLES, ports, strict=True), 1)
        ]
        for each in (redis, *kept):
            stack.push_async_callback(each.over)
        link = connect(f"redis://127.0.0.1:{redis_port}", lambda: times[0])
        stack.push_async_callback(link.aclose)
        made = World(
            folder, chance, ws, times, redis, redis_port, to_redis, to_bots, kept[:2], kept[2:], teams, link
        )
        stack.enter_context(_watched(made))
        ws.line.request_url = f"http://127.0.0.1:{to_bots.port}/slack/events"
        await redis.begin()
        await made.move_to("Monday 12:00")
        await asyncio.gather(*(each.begin() for each in kept))
        yield made


@contextmanager
def _watched(made: World) -> Iterator[None]:
    """Whoever looks sees each message as it was taken, before its sender hears of it."""
    name = "chat.postMessage"
    usual = METHODS[name]

    def watching(ws: Workspace, body: Json) -> Json:
        answer = usual.work(ws, body)
        made.taken()
        return answer

    def looks() -> None:
        made.taken()

    METHODS[name] = replace(usual, work=watching)
    made.teams.taken = looks
    try:
        yield
    finally:
        METHODS[name] = usual


def _redis(folder: Path, port: int) -> Program:
    folder.mkdir()
    words = [server_program(), *KEEPS, "--appendfsync", "always", "--port", str(port)]
    words += ["--bind", "127.0.0.1", "--dir", str(folder)]
    return Program("redis", words, None, folder.parent / "redis.log", partial(_answers, port))


async def _answers(port: int) -> bool:
    client = Redis(host="127.0.0.1", port=port, protocol=2, socket_timeout=5)
    try:
        return bool(await client.ping())
    except (RedisError, OSError):
        return False
    finally:
        await client.aclose()


def _coach(
    platforms: tuple[Workspace, Connector], folder: Path, role: str, number: int, port: int, redis: int
) -> Program:
    ws, teams = platforms
    told = {
        "REDIS_URL": f"redis://127.0.0.1:{redis}",
        "WALKAWAY_KEYS": KEYS,
        "PROOF_COUNTS": str(folder / "counts"),
        "PROOF_TIMES": str(folder / "times"),
        "PROOF_PLACE": str(number),
    }
    return Program(
        f"{role}-{number}",
        (sys.executable, "-m", "tests.proof_coach", role),
        {**environment_for(ws, folder, port), **settings_for(teams), **told},
        folder / f"{role}-{number}.log",
        partial(_listens, port),
    )


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), SLOW_TO_LISTEN)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
