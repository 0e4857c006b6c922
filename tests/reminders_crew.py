"""A crew of workers of which one or another is killed, at moments chosen by a seed, and replaced at once."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tests.reminders_platform import Posted
from tests.reminders_process import Life
from tests.reminders_worker import Orders

LONGEST_DELAY = 0.05  # seconds from a message to the death of somebody who did not send it


class Crew:
    """Workers, each replaced when it dies.

    `moments` are numbers of messages (home pages apart): as each is taken somebody dies, half of the time its
    sender, before it hears that it was taken. That is the worst moment there is.
    """

    def __init__(self, orders: Orders, size: int, moments: Sequence[int], chance: random.Random) -> None:
        self.killed = 0
        self._orders = orders
        self._size = size
        self._moments = sorted(moments, reverse=True)
        self._chance = chance
        self._messages = 0
        self._lives: dict[int, Life] = {}
        self._doomed: set[int] = set()
        self._places: list[asyncio.Task[None]] = []
        self._finishing = False

    def watch(self, posted: Posted) -> None:
        """A message was taken; its sender has not heard of it."""
        self._messages += posted.how == "post"
        living = [life for _, life in sorted(self._lives.items()) if life.pid not in self._doomed]
        if not living or not self._moments or self._messages < self._moments[-1]:
            return
        self._moments.pop()
        sender = next((life for life in living if life.pid == posted.pid), None)
        if sender is not None and self._chance.random() < 0.5:
            self._kill(sender)
        else:
            victim, delay = self._chance.choice(living), self._chance.uniform(0, LONGEST_DELAY)
            self._doomed.add(victim.pid)
            asyncio.get_running_loop().call_later(delay, self._kill, victim)

    def _kill(self, life: Life) -> None:
        self._doomed.add(life.pid)
        if not self._finishing:
            life.kill()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Everybody works while the block runs; at its end they finish what they have in hand."""
        self._places = [asyncio.create_task(self._place(number)) for number in range(self._size)]
        try:
            yield
            self._finishing = True
            await asyncio.gather(*(life.finish() for life in self._lives.values()))
        finally:
            self._finishing = True
            for place in self._places:
                place.cancel()
            await asyncio.gather(*self._places, return_exceptions=True)
            for life in self._lives.values():
                life.kill()
                await life.over()

    def check(self) -> None:
        """Raises what went wrong with a worker that nobody killed."""
        for place in self._places:
            if place.done():
                place.result()

    async def _place(self, number: int) -> None:
        while True:
            life = self._lives[number] = await Life.begin(self._orders)
            status = await life.over()
            if self._finishing:
                return
            if status != -signal.SIGKILL:
                raise RuntimeError(f"a worker ended by itself: {status}")
            self.killed += 1
