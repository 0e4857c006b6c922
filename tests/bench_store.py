"""The store beside its floor: a swap with all that goes with it, against a bare GET and SET."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis.asyncio import Redis

from bot.codec import Sealer
from bot.letters import Post, codec
from bot.redis import Cell, Letter, Step, Store, Timer, connect, embedded, new_id
from dialogs.deal import Deal
from dialogs.effects import Ask
from dialogs.turn import take
from tests.bench_figures import ROUNDS, Figure, Goal, figure, percentile
from tests.bench_take import whole_check_in

CALLERS = (1, 32, 256)
CELLS = 256
MS = 1000
KEEPS = Goal(">=", 0.6)
_numbers = itertools.count()

Call = Callable[[int], Awaitable[object]]


async def swaps(folder: Path, calls: int) -> list[Figure]:
    """`calls` of each kind a round, by 1, 32 and 256 callers, in turns on the same server."""
    server = await asyncio.to_thread(embedded.start, folder)
    link, bare = connect(server.url), Redis.from_url(server.url, protocol=2, max_connections=40)
    try:
        sealer, step = Sealer.from_file(folder / "sealing.key"), _whole_step()
        store, turn = Store(link, codec(), sealer), asyncio.Semaphore(32)
        cells = [Cell("bench", "deal", new_id(str(n))) for n in range(CELLS)]
        value = sealer.seal(codec().pack(step.document), "bench", "deal:x", "d")

        async def swap(n: int) -> None:
            await store.swap(cells[n % CELLS], f"e{next(_numbers)}", lambda _: step)

        async def floor(n: int) -> None:
            async with turn:
                await bare.get(f"floor:{n % CELLS}")
                await bare.set(f"floor:{n % CELLS}", value)

        figures = [figure("a deal in the middle of a check-in, sealed", "bytes", [len(value)])]
        for callers in CALLERS:
            figures += await _compared(callers, calls, swap, floor)
        return figures
    finally:
        await link.aclose()
        await bare.aclose()
        await asyncio.to_thread(embedded.stop, folder)


def _whole_step() -> Step[Deal]:
    """What a tap stores: the deal, a log entry, the next question as a letter, a timer."""
    deal, event = whole_check_in(50)[3]
    asked = next(effect for effect in take(deal, event).effects if isinstance(effect, Ask))
    soon = Timer("unfinished", datetime.now(UTC) + timedelta(days=1))
    return Step(
        deal, entries=(event,), letters=(Letter(Post(asked, deal.owner), slot="card"),), timers=(soon,)
    )


async def _compared(callers: int, calls: int, swap: Call, floor: Call) -> list[Figure]:
    await _timed(callers, callers * 2, swap)
    await _timed(callers, callers * 2, floor)
    rounds = [
        (await _timed(callers, calls, floor), await _timed(callers, calls, swap)) for _ in range(ROUNDS)
    ]
    at = f"at {callers} callers"
    return [
        figure(f"bare GET + SET, {at}", "/s", [bare[0] for bare, _ in rounds]),
        figure(f"swap, {at}", "/s", [ours[0] for _, ours in rounds]),
        figure(f"  swap / bare, {at}", "", [ours[0] / bare[0] for bare, ours in rounds], KEEPS),
        figure(f"  swap, {at}, p99", "ms", [ours[1] for _, ours in rounds]),
    ]


async def _timed(callers: int, calls: int, call: Call) -> tuple[float, float]:
    """Calls a second, and their 99th percentile in milliseconds."""
    todo, times = iter(range(max(calls, callers * 4))), list[float]()

    async def caller() -> None:
        for n in todo:
            began = time.perf_counter()
            await call(n)
            times.append(time.perf_counter() - began)

    async with asyncio.timeout(60):
        began = time.perf_counter()
        await asyncio.gather(*(caller() for _ in range(callers)))
        return len(times) / (time.perf_counter() - began), percentile(times, 0.99) * MS
