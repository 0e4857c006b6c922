"""What does not grow: a tap with one live deal and with 100,000, after one check-in and after 200."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from bot.codec import Sealer
from bot.letters import codec
from bot.outcome import Said, deal_step
from bot.redis import Cell, Step, Store, connect, embedded, new_id
from dialogs.deal import Deal
from dialogs.events import DealEvent
from dialogs.turn import take
from tests.bench_figures import ROUNDS, Figure, Goal, figure, percentile
from tests.bench_load import SECRET, Negotiator, WebApi, drive
from tests.bench_process import Running, released
from tests.bench_scale import Seeded, always, seed
from tests.bench_take import whole_check_in

CHECK_INS = (1, 200)
PEOPLE = 25  # who tap, spread over all
MS = 1000
FLAT = Goal("<", 1.25)


async def live_deals(folder: Path, most: int, taps: int) -> list[Figure]:
    """As many coaches as sizes, side by side, each on a Redis of its own; taps go to each in turns."""
    sizes = sorted({1, *(size for size in (most // 100, most // 10, most) if size > 1)})
    places = [folder / str(size) for size in sizes]
    try:
        seeded = [await seed(place, size) for place, size in zip(places, sizes, strict=True)]
        async with AsyncExitStack() as stack:
            api = await stack.enter_async_context(WebApi()())
            coaches = [await stack.enter_async_context(released(api.base, place, SECRET)) for place in places]
            people = [_spread(api, each) for each in seeded]
            each = max(1, taps // PEOPLE)
            for coach, some in zip(coaches, people, strict=True):
                await _tapped(coach, some, 1)  # everybody is met, what is loaded once is loaded
            rounds = [
                [await _tapped(coach, some, each) for coach, some in zip(coaches, people, strict=True)]
                for _ in range(ROUNDS)
            ]
            memory = [coach.memory() for coach in coaches]
    finally:
        for place in places:
            await asyncio.to_thread(embedded.stop, place)
    return [
        line
        for number, size in enumerate(sizes)
        for line in _lines(size, number, rounds, memory[number], seeded[number].megabytes)
    ]


def _lines(
    size: int, number: int, rounds: Sequence[Sequence[float]], memory: float, redis: float
) -> list[Figure]:
    deals = f"{size:,} live deal{'s' if size > 1 else ''}"
    found = [
        figure(f"a tap acknowledged, {deals}, p50", "ms", [took[number] for took in rounds]),
        figure("  memory of the coach", "MB", [memory]),
        figure("  memory of Redis with them", "MB", [redis]),
    ]
    ratio = [took[number] / took[0] for took in rounds]
    return [*found, figure(f"  {size:,} / 1", "", ratio, FLAT)] if number else found


def _spread(api: WebApi, seeded: Seeded) -> list[Negotiator]:
    owners = list(seeded.deals.items())
    return [Negotiator(user, api, owned[0]) for user, owned in owners[:: max(1, len(owners) // PEOPLE)]]


async def _tapped(coach: Running, people: Sequence[Negotiator], each: int) -> float:
    """One tap after the other, of all these people in turns; ms to the acknowledgement, the median."""
    turns = [list(person.taps(each * PEOPLE // len(people), follow=True)) for person in people]
    order = [tap for some in zip(*turns, strict=True) for tap in some]
    return percentile((await drive(coach.port, [order])).acknowledged, 0.5) * MS


async def check_ins(folder: Path, calls: int) -> list[Figure]:
    """A tap taken by the core and stored, on a deal early and late in its life, in turns on one server."""
    server = await asyncio.to_thread(embedded.start, folder)
    link = connect(server.url)
    try:
        store = Store(link, codec(), Sealer.from_file(folder / "sealing.key"))
        taps = {count: whole_check_in(count)[3] for count in CHECK_INS}
        cells = {count: Cell("bench", "deal", new_id(f"after {count}")) for count in CHECK_INS}
        for count, (deal, event) in taps.items():
            past = Step(deal, entries=(event,) * (5 * count))
            await store.swap(cells[count], "past", always(past))
        rounds = []
        for number in range(ROUNDS + 1):  # the first is to warm up
            took = {}
            for count, (deal, event) in taps.items():
                took[count] = await _stored(store, cells[count], deal, event, f"{number}", calls)
            rounds.append(took)
    finally:
        await link.aclose()
        await asyncio.to_thread(embedded.stop, folder)
    few, many = ([took[count] for took in rounds[1:]] for count in CHECK_INS)
    return [
        figure("a tap decided and stored, after 1 check-in", "ms", few),
        figure("a tap decided and stored, after 200 check-ins", "ms", many),
        figure("  200 / 1", "", [b / a for a, b in zip(few, many, strict=True)], FLAT),
    ]


async def _stored(store: Store, cell: Cell, deal: Deal, event: DealEvent, name: str, calls: int) -> float:
    """Ms a turn."""

    def taken(_: Deal | None) -> Step[Deal]:
        return deal_step(take(deal, event), deal.owner, Said(event.id))

    began = time.perf_counter()
    for number in range(calls):
        await store.swap(cell, f"{name}-{number}", taken)
    return (time.perf_counter() - began) / calls * MS
