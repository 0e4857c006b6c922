"""What has to come of reminders that are due, rehearsed in memory by the same desk; nothing is changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from bot.clock import Clock
from bot.desk import Desk
from bot.letters import Passed, Post, codec
from bot.redis import Cell, Fence, Letter, Link, Step, Store, Swapped, Timer
from bot.redis.sealed import LETTER_ID, Envelopes, letter_id
from bot.render import Renderer
from dialogs.news import RemindersDue
from tests.fakes import MemoryStore
from tests.reminders_seed import SEALER

D = TypeVar("D")

LONGEST_CHAIN = 16  # rings of one timer before its next date lies ahead


@dataclass(frozen=True, slots=True)
class Expected:
    """What one deal has to come to."""

    cell: Cell
    waited: tuple[str, ...]  # ids of messages that waited before, in order
    reminded: tuple[str, ...]  # ids of the reminders it has for its owner, who hears of several at once
    passed: tuple[Passed, ...]
    timers: frozenset[str]  # what is set afterwards

    @property
    def posts(self) -> tuple[str, ...]:
        """Ids of its own messages, in order."""
        return self.waited


class NotingStore(MemoryStore):
    """Keeps each letter with its id."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[tuple[str, object]] = []

    async def swap(
        self, cell: Cell, event_id: str, change: Callable[[D | None], Step[D]], fence: Fence | None = None
    ) -> Swapped[D]:
        swapped = await super().swap(cell, event_id, change, fence)
        letters: Iterable[Letter] = swapped.step.letters if swapped.step else ()
        self.noted += [(letter_id(cell, event_id, n), letter.body) for n, letter in enumerate(letters)]
        return swapped


async def rehearsed(link: Link, cells: Iterable[Cell], offset: timedelta) -> list[Expected]:
    """For each deal: ring in memory what will be due once the clock was moved by `offset`."""
    clock = Clock(offset)
    store, envelopes = Store(link, codec(), SEALER), Envelopes(codec(), SEALER)
    return [await _rehearsed(link, store, envelopes, cell, clock) for cell in cells]


async def _rehearsed(link: Link, store: Store, envelopes: Envelopes, cell: Cell, clock: Clock) -> Expected:
    waiting = await link.command("LRANGE", cell.out, 0, -1)
    before = [(each[:LETTER_ID].decode(), envelopes.open_letter(cell, each).body) for each in waiting]
    rung, timers = await _rung(cell, await store.load(cell), await store.timers(cell), clock)
    return Expected(
        cell,
        waited=_messages(before),
        reminded=tuple(
            body.event.id
            for _, body in rung
            if isinstance(body, Passed) and isinstance(body.event, RemindersDue)
        ),
        passed=tuple(body for _, body in before + rung if isinstance(body, Passed)),
        timers=frozenset(timers),
    )


def _messages(letters: Iterable[tuple[str, object]]) -> tuple[str, ...]:
    return tuple(name for name, body in letters if isinstance(body, Post))


async def _rung(
    cell: Cell, deal: object, timers: dict[str, datetime], clock: Clock
) -> tuple[list[tuple[str, object]], dict[str, datetime]]:
    """The letters of all that is due, and the timers afterwards."""
    memory, dates = NotingStore(), tuple(Timer(purpose, at) for purpose, at in timers.items())
    desk = Desk(cast("Any", memory), clock, Renderer())
    await memory.swap(cell, "as it lies there", _always(Step(deal, timers=dates)))
    for _ in range(LONGEST_CHAIN):
        due = {purpose: at for purpose, at in (await memory.timers(cell)).items() if at <= clock.now()}
        for purpose, at in due.items():
            await desk.ring(cell, purpose, at, memory.fences(cell)[cell.timer(purpose)])
    return memory.noted, await memory.timers(cell)


def _always(step: Step[object]) -> Callable[[object | None], Step[object]]:
    return lambda _: step
