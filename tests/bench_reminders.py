"""A hundred thousand reminders due in the same minute, through the whole turn, beside claiming alone.

Two worker processes on one Redis; the platform takes every message at once. A person's reminders are gathered
for some seconds, then said together: those seconds are part of what is measured. The reference is a trial
with a small document and no words: 13.8 s for the whole turn, and 46 ms for the longest stall of Redis.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.letters import codec
from bot.redis import SHARDS, Link, Outbox, Step, Timer, connect, embedded, keys
from tests.bench_figures import Figure, Goal, figure
from tests.bench_process import Running
from tests.bench_stall import Stalls, asked
from tests.reminders_process import lives
from tests.reminders_seed import AFTER, SEALER, dates, open_deals, pour, spread, until_all_are_due
from tests.reminders_worker import Orders

WORKERS = 2
DEALS_EACH = 4  # of one person
RUN_UP = 6.0  # seconds for the workers to start, before the reminders are due
LOOK = 0.1  # seconds between looks
NEXT = 12 * 3600 * 1000  # ms; no next date of a reminder is nearer
LONGEST = 1800  # seconds
SLOW = 500  # µs; a command of Redis that took longer is looked at
PAST = datetime(2020, 1, 1, tzinfo=UTC)
WHOLE = Goal("<", 40)  # times what claiming alone costs

Seed = Callable[[str, range], None]


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run took: seconds until the last turn was taken, and until the last message was posted."""

    rung: float
    posted: float
    workers: float  # processor seconds
    redis: float
    slowest: float  # of Redis's own commands, in ms
    counts: Counter[str]

    def figures(self, what: str, count: int, stalls: Stalls) -> list[Figure]:
        """For the table."""
        each = 1e6 / count
        return [
            figure(f"{what}: done", "s", [self.posted]),
            figure("  all turns taken", "s", [self.rung]),
            figure("  reminders", "/s", [count / self.posted]),
            figure("  workers, processor time each", "µs", [self.workers * each]),
            figure("  Redis, processor time each", "µs", [self.redis * each]),
            figure("  Redis asked every 5 ms: longest stall", "ms", [stalls.longest]),
            figure("    p99", "ms", [stalls.share(0.99)]),
            figure("    of the asker's own sleep, p99", "ms", [stalls.share(0.99, own=True)]),
            figure("  longest single command of Redis", "ms", [self.slowest]),
        ]


async def same_minute(folder: Path, count: int) -> list[Figure]:
    """Claiming alone, whole turns without words, whole turns with them: one round of each."""
    bare, blank = Orders(url="", offset=0.0, bare=True), Orders(url="", offset=0.0, drawn=False)
    whole = Orders(url="", offset=0.0)
    alone, claimed = await _run(folder / "bare", count, _timers, bare, "claim and done alone")
    _, undrawn = await _run(folder / "blank", count, _deals, blank, "whole turn, messages not drawn")
    turned, drawn = await _run(folder / "whole", count, _deals, whole, "whole turn")
    spent = turned.workers / alone.workers
    return [
        figure(f"reminders due at once, {WORKERS} workers", "", [count]),
        *(*claimed, *undrawn, *drawn),
        figure("  workers, processor time: whole turn / claim and done alone", "", [spent], WHOLE),
    ]


async def _run(folder: Path, count: int, seed: Seed, orders: Orders, what: str) -> tuple[Ran, list[Figure]]:
    server = await asyncio.to_thread(embedded.start, folder)
    link = connect(server.url)
    try:
        await spread(seed, server.url, range(count // DEALS_EACH))
        offset = (until_all_are_due(await dates(link)) - AFTER).total_seconds() - RUN_UP
        due = time.perf_counter() + RUN_UP
        async with asked(server.socket) as stalls:
            ready = replace(orders, url=server.url, offset=offset)
            ran = await _measured(link, server.pid, ready, due, count)
        await _prove(link, ran, count, bare=orders.bare)
        return ran, ran.figures(what, count, stalls)
    finally:
        await link.aclose()
        await asyncio.to_thread(embedded.stop, folder)


async def _measured(link: Link, redis: int, orders: Orders, due: float, count: int) -> Ran:
    """From the moment they are due, at which both workers wait for it."""
    now = datetime.now(UTC).timestamp() + orders.offset
    horizon = int(now * 1000) + NEXT
    await link.command("CONFIG", "SET", "slowlog-log-slower-than", SLOW)
    await link.command("SLOWLOG", "RESET")
    async with asyncio.timeout(LONGEST), lives(*[orders] * WORKERS) as crew:
        pids = [life.pid for life in crew]
        if (early := due - time.perf_counter()) < 0:
            raise RuntimeError("the workers were not ready in time")
        await asyncio.sleep(early)
        before, began, rung = (_spent(pids), _spent([redis])), time.perf_counter(), 0.0
        while (waits := await _count(link, "-inf", str(horizon))) or not rung:
            if not rung and (not waits or await _all_turned(link, horizon, count)):
                rung = time.perf_counter() - began
            await asyncio.sleep(LOOK)
        posted = time.perf_counter() - began
        spent = _spent(pids) - before[0], _spent([redis]) - before[1]
        counted = [await life.finish() for life in crew]
    slow = await link.command("SLOWLOG", "GET", -1)
    longest = max((entry[2] for entry in slow), default=SLOW)
    return Ran(rung, posted, *spent, longest / 1000, sum(counted, Counter()))


async def _all_turned(link: Link, horizon: int, count: int) -> bool:
    """Whether each deal has its next date."""
    return await _count(link, f"({horizon}", "+inf") >= count


async def _count(link: Link, low: str, high: str) -> int:
    """Dates in between, in all shards; asked so that Redis hardly notices."""
    return sum(await link.together(*(("ZCOUNT", keys.due(shard), low, high) for shard in range(SHARDS))))


def _spent(pids: Iterable[int]) -> float:
    return sum(Running(pid, port=0, seconds=0.0).cpu() for pid in pids)


async def _prove(link: Link, ran: Ran, count: int, *, bare: bool) -> None:
    """Nothing is believed unchecked: every deal rang, nothing was repeated or given up, nothing is dead."""
    dead = await Outbox(link, codec(), SEALER).dead()
    unwell = dead or any(ran.counts[name] for name in ("repeated", "failed", "buried"))
    silent = not bare and ran.counts["delivered"] < count
    if ran.counts["rung"] < count or unwell or silent:
        raise RuntimeError(f"{count} reminders came to {dict(ran.counts)}, dead letters: {len(dead)}")


def _deals(url: str, people: range) -> None:
    """Deals as they lie there when all messages of their set-up were posted."""
    asyncio.run(open_deals(url, [DEALS_EACH] * len(people), posted=True, first=people[0]))


def _timers(url: str, people: range) -> None:
    """Bare timers, that many of each person."""
    numbers = range(people[0] * DEALS_EACH, people[-1] * DEALS_EACH + DEALS_EACH)
    asyncio.run(pour(url, numbers, Step(None, timers=(Timer("bare", PAST),))))
