"""A gate in front of servers: every byte passes through it, and it can cut, slow down or swallow.

It also spreads connections over those servers that answer, as a load balancer does.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

CHUNK = 1 << 16


class Gate:
    """Passes connections on to `servers` (ports of loopback), one after the other.

    `delay` is how many seconds each piece of an answer is held at most; `swallows` is the chance that a
    piece of an answer is lost, with its connection, after the question was passed on.
    """

    def __init__(self, servers: Sequence[int], chance: random.Random) -> None:
        self.port = 0
        self.delay = 0.0
        self.swallows = 0.0
        self.counts: Counter[str] = Counter()  # opened, cut, swallowed, refused
        self._servers = list(servers)
        self._chance = chance
        self._turn = 0
        self._open: set[asyncio.WriteTransport] = set()
        self._serving: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Gate]:
        """Listening until the end of the block; then every connection is gone."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.cut(1.0)
            for task in list(self._serving):
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)
            await server.wait_closed()

    def cut(self, share: float) -> int:
        """Abort about so many of the open connections; how many it were."""
        doomed = [each for each in list(self._open) if self._chance.random() < share]
        for transport in doomed:
            transport.abort()
        self.counts["cut"] += len(doomed)
        return len(doomed)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            await self._passed(reader, writer)
        finally:
            self._serving.discard(task)
            writer.transport.abort()

    async def _passed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await self._reached()
        if there is None:
            self.counts["refused"] += 1
            return
        self.counts["opened"] += 1
        behind, beyond = there
        ways = [
            asyncio.create_task(self._carry(reader, beyond, answers=False)),
            asyncio.create_task(self._carry(behind, writer, answers=True)),
        ]
        self._open.add(writer.transport)
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open.discard(writer.transport)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            beyond.transport.abort()

    async def _reached(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in self._servers:
            self._turn += 1
            with suppress(OSError):
                port = self._servers[self._turn % len(self._servers)]
                return await asyncio.open_connection("127.0.0.1", port)
        return None

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with suppress(OSError):
            while piece := await reader.read(CHUNK):
                if answers and self.swallows and self._chance.random() < self.swallows:
                    self.counts["swallowed"] += 1
                    return
                if answers and self.delay:
                    await asyncio.sleep(self._chance.uniform(0, self.delay))
                writer.write(piece)
                await writer.drain()
