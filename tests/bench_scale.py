"""The coach with one live deal and with ten thousand: its memory, its start, and what a turn costs."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bot.codec import Sealer
from bot.intents import Stamp
from bot.letters import codec
from bot.redis import Cell, Link, Step, Store, Timer, connect, embedded, new_id
from bot.sample import sample_deal
from dialogs import person
from dialogs.deal import Deal
from dialogs.effects import Pass, Remind
from dialogs.news import Seen
from dialogs.people import Person
from dialogs.turn import take
from dialogs.turns import Turn
from tests.bench_figures import ROUNDS, Figure, Goal, figure, percentile
from tests.bench_load import SECRET, TEAM, ZONE, Negotiator, Round, WebApi, drive
from tests.bench_process import Running, released

DEALS_EACH = 4  # live deals of one person
AT_ONCE = 32
SAMPLE = 100  # deals that are tapped, spread over all
MS, MB = 1000, 1 << 20
START = Goal("<", 2)

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Seeded:
    """Deals as they lie in Redis when all their messages were posted, and what Redis needs for them."""

    deals: dict[str, list[Deal]]  # by Slack's id of their owner
    megabytes: float


async def live_deals(folder: Path, deals: int, taps: int) -> list[Figure]:
    """Two coaches side by side, one with a single live deal, one with `deals`; taps go to each in turns."""
    few, many = folder / "few", folder / "many"
    try:
        one, all_ = await seed(few, 1), await seed(many, deals)
        async with AsyncExitStack() as stack:
            api = await stack.enter_async_context(WebApi()())
            starts = await _starts(api, many)
            small = await stack.enter_async_context(released(api.base, few, SECRET))
            large = await stack.enter_async_context(released(api.base, many, SECRET))
            fresh = large.memory()
            owners = [Negotiator(user, api, owned[0]) for user, owned in all_.deals.items()]
            await _everybody(large, owners)
            met = large.memory()
            alone = [Negotiator(user, api, owned[0]) for user, owned in one.deals.items()]
            await _everybody(small, alone)
            rounds = [await _turns(small, alone, large, owners, taps) for _ in range(ROUNDS)]
            return _figures(deals, starts, (fresh, met, large.memory("VmHWM")), all_, rounds)
    finally:
        for data in (few, many):
            await asyncio.to_thread(embedded.stop, data)


def _figures(
    deals: int,
    starts: tuple[list[float], list[float]],
    memory: tuple[float, float, float],
    seeded: Seeded,
    rounds: Sequence[tuple[Round, Round]],
) -> list[Figure]:
    few = [percentile(small.acknowledged, 0.5) * MS for small, _ in rounds]
    many = [percentile(large.acknowledged, 0.5) * MS for _, large in rounds]
    cold, warm = starts
    return [
        figure(f"start to ready, Redis too, {deals:,} deals to load", "s", cold, START),
        figure("start to ready, Redis already up", "s", warm, START),
        figure(f"memory of the coach, {deals:,} live deals, just started", "MB", [memory[0]], Goal("<", 150)),
        figure(f"  after a tap by each of {len(seeded.deals):,} people", "MB", [memory[1]], Goal("<", 150)),
        figure("  highest", "MB", [memory[2]], Goal("<", 150)),
        figure("memory of Redis with them", "MB", [seeded.megabytes]),
        figure("a tap acknowledged, 1 live deal, p50", "ms", few),
        figure(f"a tap acknowledged, {deals:,} live deals, p50", "ms", many),
        figure(f"  {deals:,} / 1", "", [b / a for a, b in zip(few, many, strict=True)], Goal("<", 1.25)),
    ]


async def _starts(api: WebApi, data: Path) -> tuple[list[float], list[float]]:
    """Seconds to the first readiness, five times with Redis down and five with it up."""
    cold, warm = list[float](), list[float]()
    for _ in range(ROUNDS):
        await asyncio.to_thread(embedded.stop, data)
        for found in (cold, warm):
            async with released(api.base, data, SECRET) as coach:
                found.append(coach.seconds)
    return cold, warm


async def _everybody(coach: Running, owners: Sequence[Negotiator]) -> None:
    """One tap by everybody, each followed by its question."""
    for some in (owners[n : n + AT_ONCE * 8] for n in range(0, len(owners), AT_ONCE * 8)):
        shares = [
            [tap for owner in some[n::AT_ONCE] for tap in owner.taps(1, follow=True)] for n in range(AT_ONCE)
        ]
        await drive(coach.port, [share for share in shares if share])


async def _turns(
    small: Running, alone: Sequence[Negotiator], large: Running, owners: Sequence[Negotiator], taps: int
) -> tuple[Round, Round]:
    """One tap after the other: all on the one deal, then spread over many."""
    spread = owners[:: max(1, len(owners) // SAMPLE)]
    each = max(1, taps // len(spread))
    one = alone[0].taps(each * len(spread), follow=True)
    turns = list(
        itertools.chain.from_iterable(zip(*(p.taps(each, follow=True) for p in spread), strict=True))
    )
    return await drive(small.port, [one]), await drive(large.port, [turns])


async def seed(data: Path, deals: int) -> Seeded:
    """Live deals with their owners and timers, through the store and the core."""
    server = await asyncio.to_thread(embedded.start, data)
    link = connect(server.url)
    try:
        store = Store(link, codec(), Sealer.from_file(data / "sealing.key"))
        before = await _used(link)
        tenant = await store.ident("slack-team", TEAM, make=lambda: "bench")
        numbers = iter(range(deals))
        made: dict[str, list[Deal]] = {}
        while shares := list(itertools.islice(numbers, DEALS_EACH * AT_ONCE)):
            users = {
                f"U{n // DEALS_EACH:06d}": [m for m in shares if m // DEALS_EACH == n // DEALS_EACH]
                for n in shares
            }
            owned = await asyncio.gather(*(_owner(store, tenant, user, own) for user, own in users.items()))
            made.update(zip(users, owned, strict=True))
        return Seeded(made, (await _used(link) - before) / MB)
    finally:
        await link.aclose()


async def _used(link: Link) -> int:
    return int((await link.command("INFO", "memory"))["used_memory"])


async def _owner(store: Store, tenant: str, user: str, numbers: Sequence[int]) -> list[Deal]:
    """One person and their deals, everything posted."""
    key = await store.ident("slack-user", TEAM, user, make=lambda: new_id(user))
    at = datetime.now(UTC)
    seen = Seen(id="seen", at=at, by=key, zone=ZONE, platform="slack", address=user, name=user)
    owner, deals = person.take(Person(key, zone=ZONE), seen).person, list[Deal]()
    for number in numbers:
        stamp: Stamp = {"id": f"opened-{number}", "at": at, "by": key}
        turn = take(None, sample_deal(stamp, new_id(f"deal {number}"), ZONE))
        for told in turn.effects:
            owner = person.take(owner, told.event).person if isinstance(told, Pass) else owner
        deals.append(await _kept(store, tenant, turn))
    await store.swap(Cell(tenant, "person", key), "seeded", always(Step(owner)))
    return deals


async def _kept(store: Store, tenant: str, turn: Turn) -> Deal:
    """A new deal as it lies there once its letters are gone."""
    if turn.deal is None:
        raise RuntimeError("no deal was opened")
    timers = tuple(Timer(effect.purpose, effect.due) for effect in turn.effects if isinstance(effect, Remind))
    step = Step(turn.deal, entries=turn.entries, timers=timers)
    await store.swap(Cell(tenant, "deal", turn.deal.key), "opened", always(step))
    return turn.deal


def always(step: Step[D]) -> Callable[[D | None], Step[D]]:
    """A change that always comes to the same."""
    return lambda _: step
