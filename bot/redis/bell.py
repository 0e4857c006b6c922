"""Tells the workers of this process which shard has a new letter, so that none sleeps through one."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.redis.keys import SHARDS


class Ear:
    """One listener; `shards` rang since they were last taken out, the first that rang first."""

    def __init__(self) -> None:
        self.shards: dict[int, None] = {}
        self._rang = asyncio.Event()

    def hear(self, shard: int) -> None:
        """Note the shard and wake the listener."""
        self.shards.setdefault(shard)
        self._rang.set()

    def poke(self) -> None:
        """Wake the listener without naming a shard."""
        self._rang.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next ring, at once if it rang since the last wait, or after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._rang.wait()
        except TimeoutError:
            return
        finally:
            self._rang.clear()


class Bell:
    """Rings in every ear that listens now."""

    def __init__(self) -> None:
        self._ears: set[Ear] = set()

    def ring(self, shard: int) -> None:
        """A letter came into `shard`."""
        for ear in self._ears:
            ear.hear(shard)

    def ring_everywhere(self) -> None:
        """Something may be due in any shard: the clock was moved."""
        for shard in range(SHARDS):
            self.ring(shard)

    @contextmanager
    def listen(self) -> Iterator[Ear]:
        """An ear that hears everything rung while the block runs."""
        ear = Ear()
        self._ears.add(ear)
        try:
            yield ear
        finally:
            self._ears.discard(ear)
