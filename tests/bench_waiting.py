"""A million timers that wait: what each weighs, what one more costs, how long Redis takes to start with them.

The cells are there before, so that the timers alone are weighed; the traces that their events leave for three
days are taken away.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from redis import Redis

from bot.letters import Post, codec
from bot.redis import Letter, Link, Step, Store, Timer, connect, embedded
from bot.redis.sealed import Envelopes
from dialogs.effects import Notice
from tests.bench_figures import ROUNDS, Figure, Goal, figure, percentile
from tests.reminders_seed import SEALER, numbered, pour, spread

DUE = datetime(2030, 1, 1, 9, tzinfo=UTC)
TIMER = Timer("check_in", DUE)  # any purpose of that length
PERSON = "00" + "0" * 20
NOTICE = Notice(called="Project Harbour", zone="Europe/Berlin", to=PERSON, prompted=False, kind="x", at=DUE)
LETTER = Letter(Post(NOTICE, PERSON))
SET: Step[object] = Step(None, timers=(TIMER,))
WRITTEN: Step[object] = Step(None, letters=(LETTER,))
ONE_MORE = 200  # a round, one after the other
LETTERS = 10  # a letter for so many timers
DOCUMENT = bytes(64)
MS = 1000


@dataclass(frozen=True, slots=True)
class Level:
    """So many timers wait: bytes each, and what one more costs."""

    count: int
    each: float
    walls: Sequence[float]  # ms of a swap, the median of each round
    scripts: Sequence[float]  # µs of it inside Redis


async def a_million(folder: Path, most: int) -> list[Figure]:
    """Timers up to `most`, with a look at a thousandth and at a tenth of it; then letters."""
    server = await asyncio.to_thread(embedded.start, folder)
    link = connect(server.url)
    try:
        await _one_more(link, 0)  # scripts and buffers are there before anything is weighed
        levels, weight = list[Level](), 0
        for low, high in ((0, most // 1000), (most // 1000, most // 10), (most // 10, most)):
            weight += await _weight(link, server.url, range(low, high), _timers)
            levels.append(await _level(link, high, weight))
        letters = range(most, most + most // LETTERS)
        letter = await _weight(link, server.url, letters, _letters) / len(letters)
        starts = await _starts(link, folder)
    finally:
        await link.aclose()
        await asyncio.to_thread(embedded.stop, folder)
    return [*_figures(levels), *_starting(most, starts), *_letter(len(letters), letter)]


def _figures(levels: Sequence[Level]) -> list[Figure]:
    few, _, many = levels
    found = list[Figure]()
    for level in levels:
        found += [
            figure(f"{level.count:,} timers wait: one more, p50", "ms", level.walls),
            figure("  of it inside Redis", "µs", level.scripts),
        ]
    return [
        *found,
        figure("one more, most / few", "", _ratios(few.walls, many.walls), Goal("<", 1.5)),
        figure("  inside Redis, most / few", "", _ratios(few.scripts, many.scripts)),
        figure(f"{many.count:,} timers wait: each", "bytes", [many.each], Goal("<", 200)),
    ]


def _ratios(few: Sequence[float], many: Sequence[float]) -> list[float]:
    return [b / a for a, b in zip(few, many, strict=True)]


def _starting(most: int, starts: tuple[float, float]) -> list[Figure]:
    return [
        figure(f"Redis starts with {most:,} timers, its file as it grew", "s", [starts[0]]),
        figure("  its file written anew", "s", [starts[1]]),
    ]


def _letter(count: int, each: float) -> list[Figure]:
    content = len(Envelopes(codec(), SEALER).seal_letter(numbered(0), "event", 0, LETTER))
    return [
        figure(f"{count:,} letters wait, one a deal: each", "bytes", [each]),
        figure("  of it sealed content", "bytes", [content]),
    ]


async def _weight(link: Link, url: str, numbers: range, seed: Callable[[str, range], None]) -> int:
    """Bytes that Redis needs more, beside the cells themselves."""
    await spread(_cells, url, numbers)
    before = await _used(link)
    await spread(seed, url, numbers)
    return await _used(link) - before


def _cells(url: str, numbers: range) -> None:
    """Cells as small as they come: no version, so that a swap takes them for new."""
    with Redis.from_url(url) as client, client.pipeline(transaction=False) as pipeline:
        for number in numbers:
            pipeline.hset(numbered(number).key, "d", DOCUMENT)
            if len(pipeline) >= 5_000:
                pipeline.execute()
        pipeline.execute()


def _timers(url: str, numbers: range) -> None:
    asyncio.run(pour(url, numbers, SET))


def _letters(url: str, numbers: range) -> None:
    asyncio.run(pour(url, numbers, WRITTEN))


async def _starts(link: Link, folder: Path) -> tuple[float, float]:
    """Seconds to the first answer, from the file of all writes and from one written anew."""
    grown = await _start(folder)
    await link.command("BGREWRITEAOF")
    while (await link.command("INFO", "persistence"))["aof_rewrite_in_progress"]:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    return grown, await _start(folder)


async def _start(folder: Path) -> float:
    await asyncio.to_thread(embedded.stop, folder)
    began = time.perf_counter()
    await asyncio.to_thread(embedded.start, folder)
    return time.perf_counter() - began


async def _used(link: Link) -> int:
    return int((await link.command("INFO", "memory"))["used_memory"])


async def _level(link: Link, count: int, weight: int) -> Level:
    rounds = [await _one_more(link, number) for number in range(-ROUNDS, 0)]
    return Level(count, weight / count, [wall for wall, _ in rounds], [script for _, script in rounds])


async def _one_more(link: Link, number: int) -> tuple[float, float]:
    """Timers set one by one in new cells, in ms and in µs of Redis; they are gone afterwards."""
    store, times = Store(link, codec(), SEALER), list[float]()
    cells = [numbered(number * ONE_MORE - n) for n in range(ONE_MORE)]
    await link.command("CONFIG", "RESETSTAT")
    for cell in cells:
        began = time.perf_counter()
        await store.swap(cell, "set", lambda _: SET)
        times.append(time.perf_counter() - began)
    spent = (await link.command("INFO", "commandstats"))["cmdstat_evalsha"]
    for cell in cells:
        await store.erase(cell)
        await link.command("DEL", cell.seen("set"))
    return percentile(times, 0.5) * MS, float(spent["usec_per_call"])
