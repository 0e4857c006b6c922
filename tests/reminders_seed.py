"""Deals of many people whose reminders fall due at one moment, set up through the desk.

Whatever timers the core gives a new deal are taken as they are: the moment is read from Redis, and a clock
moved there makes them due. Written in bulk, for the benchmarks need a hundred thousand.
"""

import asyncio
import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from redis import Redis as Client
from redis.asyncio import Redis

from bot.clock import Clock
from bot.codec import Sealer
from bot.desk import Desk, Who
from bot.intents import Button
from bot.letters import Passed, codec
from bot.outcome import Said
from bot.redis import SHARDS, Cell, Fence, Letter, Link, Step, Store, Swapped, keys, new_id
from bot.redis.link import Word, _script
from bot.render import Renderer

D = TypeVar("D")

TENANT, ZONE, PLATFORM = "bench", "Europe/Berlin", "slack"
KEYS = f"{b'reminder'.hex()}:{base64.b64encode(bytes(range(32))).decode()}"
SEALER = Sealer.from_setting(KEYS)  # every process of a run reads with it
IN_BULK = 2_000
SEEDERS = 2  # processes
AFTER = timedelta(seconds=1)  # how long after the moment the clock stands when the workers begin


@dataclass(frozen=True, slots=True)
class Owner:
    """One person, by our id and the platform's, and their deals."""

    who: Who
    address: str
    deals: tuple[Cell, ...]


class PouringLink(Link):
    """Answers a store as an empty server would and sends its writes in bulk: no round trip each."""

    def __init__(self, url: str, *, traces: bool = True) -> None:
        """Without `traces` nothing is left of the events, as after some days."""
        super().__init__(Redis.from_url(url))
        self._bulk = Client.from_url(url)
        self._pipeline = self._bulk.pipeline(transaction=False)
        self._traces = traces

    async def command(self, *words: Word) -> Any:  # noqa: ANN401 - as the one it stands for
        """A read that finds nothing."""

    async def together(self, *commands: Sequence[Word]) -> list[Any]:
        """What a swap reads of a cell that is not there yet."""
        return [0, [None, None]][: len(commands)]

    async def script(self, name: str, keys: Sequence[str], *arguments: Word, moved: bool = True) -> Any:  # noqa: ANN401
        """Kept for later; the writer is alone, so it will be done."""
        text, sha = _script(name)
        if not len(self._pipeline):
            self._bulk.script_load(text)
        self._pipeline.evalsha(sha, len(keys), *keys, 0 if moved else "0", *arguments)
        if not self._traces:
            self._pipeline.unlink(keys[1])
        if len(self._pipeline) >= IN_BULK:
            self.flush()
        return b"ok"

    def flush(self) -> None:
        """Send what is kept. Raises RuntimeError if a write was refused."""
        if set(self._pipeline.execute()) - {b"ok", 1}:
            raise RuntimeError("a deal was not written")


class DeliveredStore(Store):
    """A store whose letters are not written but kept here, for whoever delivers them at once."""

    def __init__(self, link: Link) -> None:
        super().__init__(link, codec(), SEALER)
        self.letters: list[Letter] = []

    async def swap(
        self, cell: Cell, event_id: str, change: Callable[[D | None], Step[D]], fence: Fence | None = None
    ) -> Swapped[D]:
        kept: list[Letter] = []

        def without(document: D | None) -> Step[D]:
            step = change(document)
            kept[:] = step.letters
            return replace(step, letters=())

        swapped = await super().swap(cell, event_id, without, fence)
        self.letters += kept
        return swapped


async def open_deals(
    url: str, shares: Iterable[int], *, posted: bool, first: int = 0, asked: int = 0
) -> list[Owner]:
    """People, numbered from `first`, with so many sample deals each, whose status was `asked` for so often.

    `posted`: every message of that stands already; otherwise they wait, in front of the reminders.
    """
    link = PouringLink(url)
    store = DeliveredStore(link) if posted else Store(link, codec(), SEALER)
    desk = Desk(store, Clock(), Renderer())
    try:
        owners = [
            await _owner(desk, store, number, count, asked) for number, count in enumerate(shares, first)
        ]
        link.flush()
        return owners
    finally:
        await link.aclose()


async def _owner(desk: Desk, store: Store, number: int, deals: int, asked: int) -> Owner:
    address = f"U{number:06d}"
    who = Who(TENANT, new_id(address), ZONE)
    await desk.seen(who, PLATFORM, address, address)
    opened = [f"{address}-{deal}" for deal in range(deals)]
    for event in opened:
        await desk.press(who, Button("sample"), Said(event))
        for time in range(asked):
            await desk.press(who, Button("status", new_id(event)), Said(f"{event}-asked-{time}"))
    if isinstance(store, DeliveredStore):
        letters, store.letters = store.letters, []
        for passed in (letter.body for letter in letters if isinstance(letter.body, Passed)):
            await desk.of_person(who, passed.event, Said(passed.event.id))
        store.letters.clear()
    return Owner(who, address, tuple(Cell(TENANT, "deal", new_id(event)) for event in opened))


async def spread(seed: Callable[[str, range], None], url: str, numbers: range) -> None:
    """Seed by some processes at once: it takes longer than what is measured."""
    shares = [
        numbers[n * len(numbers) // SEEDERS : (n + 1) * len(numbers) // SEEDERS] for n in range(SEEDERS)
    ]
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(SEEDERS) as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, seed, url, share) for share in shares if share))


async def pour(url: str, numbers: Iterable[int], step: Step[object]) -> None:
    """The same step in a cell for each number."""
    link = PouringLink(url, traces=False)
    store = Store(link, codec(), SEALER)
    for number in numbers:
        await store.swap(numbered(number), "poured", lambda _: step)
    link.flush()
    await link.aclose()


def numbered(number: int) -> Cell:
    """Some cell, always the same for a number."""
    return Cell(TENANT, "deal", new_id(str(number)))


async def dates(link: Link) -> dict[str, float]:
    """Everything that waits: dates in ms since 1970 by member of the due sets."""
    asked = [("ZRANGE", keys.due(shard), 0, -1, "WITHSCORES") for shard in range(SHARDS)]
    found: dict[str, float] = {}
    for answer in await link.together(*asked):
        found.update((name.decode(), float(date)) for name, date in _pairs(answer))
    return found


def _pairs(answer: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    return zip(answer[::2], answer[1::2], strict=True)


def until_all_are_due(waiting: dict[str, float]) -> timedelta:
    """How far to move the clock so that the first timer of every deal is due; ValueError without any."""
    first: dict[Cell, float] = {}
    for member, date in waiting.items():
        cell, purpose = keys.read_member(member)
        if purpose is not None:
            first[cell] = min(date, first.get(cell, date))
    latest = datetime.fromtimestamp(max(first.values()) / 1000, UTC)
    return latest + AFTER - datetime.now(UTC)
