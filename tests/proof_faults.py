"""The faults of a proof, each for as long as it is told; what it did it counts."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from redis.exceptions import RedisError

from tests.living import until
from tests.proof_kept import Kept
from tests.proof_world import World, nobody_looks
from tests.teams_stand_in import Fault as TeamsFault

Fault = Callable[[World, float, Counter[str]], Awaitable[None]]

MEAN_LIFE = 0.55  # seconds between two deaths
STOPPED = (1.0, 7.0)  # seconds a Redis stands still: less and more than the coach waits for it
JUMPS = (-600.0, 600.0)  # seconds
ROOM = 16_384  # bytes
SOON = timedelta(seconds=30)


def killing(*names: str, count: int, aimed: bool = False) -> Fault:
    """Kill −9 one of those whose name begins so, one after the other, at random moments, `count` times.

    `aimed`: half of the time a worker dies as Slack has taken a message, before it hears of it.
    """

    async def kills(world: World, seconds: float, counts: Counter[str]) -> None:
        loop = asyncio.get_running_loop()
        end, enough = loop.time() + seconds, world.killed + count
        victims = [each for each in world.everybody if each.name.startswith(names)]
        while loop.time() < end and world.killed < enough:
            await asyncio.sleep(world.chance.expovariate(1 / MEAN_LIFE))
            if aimed and world.chance.random() < 0.5:
                _at_the_next_message(world, counts)
            else:
                _dies(world, victims, counts)
        world.taken = nobody_looks

    return kills


def _dies(world: World, victims: Sequence[Kept], counts: Counter[str]) -> None:
    up = [each for each in victims if each.up.is_set()]
    if up:
        victim = world.chance.choice(up)
        counts[f"kills of a {victim.name.partition('-')[0]}"] += victim.kill()


def _at_the_next_message(world: World, counts: Counter[str]) -> None:
    """One worker dies before it can hear that the next message was taken; it sent every second of them."""

    def taken() -> None:
        world.taken = nobody_looks
        _dies(world, world.workers, counts)

    world.taken = taken


async def none(_world: World, seconds: float, _counts: Counter[str]) -> None:
    """Nothing happens for so long."""
    await asyncio.sleep(seconds)


async def cuts(world: World, seconds: float, counts: Counter[str]) -> None:
    """Connections are aborted, and answers lost after the question was passed on."""
    gates = (world.to_redis, world.to_bots)
    before = sum(gate.counts["swallowed"] for gate in gates)
    world.to_redis.swallows = world.to_bots.swallows = 0.02
    for _ in range(round(seconds / 0.5)):
        await asyncio.sleep(0.5)
        counts["connections cut"] += sum(gate.cut(0.3) for gate in gates)
    world.to_redis.swallows = world.to_bots.swallows = 0.0
    counts["answers lost"] += sum(gate.counts["swallowed"] for gate in gates) - before


async def slow_redis(world: World, seconds: float, counts: Counter[str]) -> None:
    """Each answer of Redis takes up to 150 ms more, and now and then it stands still for seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    world.to_redis.delay = 0.15
    while loop.time() < end:
        await asyncio.sleep(1)
        world.redis.send(signal.SIGSTOP)
        try:
            await asyncio.sleep(world.chance.uniform(*STOPPED))
        finally:
            world.redis.send(signal.SIGCONT)
        counts["standstills of Redis"] += 1
    world.to_redis.delay = 0.0


async def no_memory(world: World, seconds: float, counts: Counter[str]) -> None:
    """Redis may not use more memory than it does, for half of the time."""
    for _ in range(max(1, round(seconds / 4))):
        await world.tell_redis("CONFIG", "SET", "maxmemory", "1mb")
        await asyncio.sleep(2)
        await world.tell_redis("CONFIG", "SET", "maxmemory", "0")
        await asyncio.sleep(2)
        counts["times without memory"] += 1


async def full_disk(world: World, seconds: float, counts: Counter[str]) -> None:
    """The disk of Redis is full for half of the time: it refuses what is written, or it ends."""
    for number in range(max(2, round(seconds / 6))):
        often = "always" if number % 2 else "everysec"
        await until(lambda often=often: _set(world, "appendfsync", often), "Redis is away", SOON)  # type: ignore[misc]
        world.give_disk(world.largest_file() + ROOM)
        await asyncio.sleep(3)
        world.give_disk(None)
        await world.redis.up.wait()
        await asyncio.sleep(3)
        counts["times without disk"] += 1
    await until(lambda: _set(world, "appendfsync", "always"), "Redis is away", SOON)


async def _set(world: World, name: str, value: str) -> bool:
    try:
        return bool(await world.tell_redis("CONFIG", "SET", name, value))
    except (RedisError, OSError):
        return False


async def jumps(world: World, seconds: float, counts: Counter[str]) -> None:
    """The clocks of single machines jump to and fro by up to ten minutes."""
    for _ in range(round(seconds / 0.5)):
        world.times[world.chance.randint(1, 4)] = timedelta(seconds=world.chance.uniform(*JUMPS))
        counts["jumps of a clock"] += 1
        await asyncio.sleep(0.5)
    for place in range(1, 5):
        world.times[place] = timedelta(0)
    await world.move(timedelta(seconds=JUMPS[1]))  # what one set for a moment its clock had reached too early


async def throttling(world: World, seconds: float, counts: Counter[str]) -> None:
    """Slack takes one message a second a chat; both refuse some, break others off, and do some unsaid."""
    world.ws.limits.posting = True
    kinds = ("429", "429", "500", "drop", "ratelimited")
    for _ in range(round(seconds / 0.4)):
        method = world.chance.choice(("chat.postMessage", "chat.postMessage", "chat.update", "*"))
        wait = timedelta(seconds=world.chance.choice((1, 2, 3)))
        world.ws.fault(method, world.chance.choice(kinds), retry_after=wait)
        _refused_by_teams(world, wait)
        counts["refusals and losses of Slack"] += 1
        counts["refusals and losses of Teams"] += 1
        await asyncio.sleep(0.4)
    world.ws.limits.posting = False
    world.ws.limits.clear()


def _refused_by_teams(world: World, wait: timedelta) -> None:
    status, unsaid = world.chance.choice(
        ((429, False), (429, False), (412, False), (500, False), (502, True))
    )
    asked = {"Retry-After": str(int(wait.total_seconds()))} if status == 429 else {}
    where = world.chance.choice(("POST .*activities", "POST .*activities", "PUT ", "."))
    world.teams.faults.append(TeamsFault(where, status, headers=asked, unsaid=unsaid))


@asynccontextmanager
async def afterwards_whole(world: World) -> AsyncIterator[None]:
    """Whatever was broken in the block is mended at its end."""
    try:
        yield
    finally:
        for gate in (world.to_redis, world.to_bots):
            gate.swallows = gate.delay = 0.0
        world.taken = nobody_looks
        world.redis.send(signal.SIGCONT)
        world.give_disk(None)
        world.ws.limits.posting = False
        world.ws.limits.clear()
        world.teams.faults.clear()
        for place in range(1, 5):
            world.times[place] = timedelta(0)
