"""What tests must not wait for: a store in memory, a clock that moves, a platform that records."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

from bot.redis import Cell, Fence, FenceLost, Letter, Sending, Step, Swapped, embedded
from bot.worker import Worker

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Tally:
    """A small document for tests of the store."""

    count: int = 0
    words: str = ""

    def plus(self, words: str = "") -> "Tally":
        return replace(self, count=self.count + 1, words=words or self.words)


@dataclass(frozen=True, slots=True)
class Said:
    """A small log entry or letter."""

    words: str


class MemoryStore:
    """`bot.redis.Store` in a dictionary: the same promises, until the process ends."""

    def __init__(self) -> None:
        self.letters: dict[Cell, list[Letter]] = {}
        self._documents: dict[Cell, Any] = {}
        self._logs: dict[Cell, list[Any]] = {}
        self._seen: set[tuple[Cell, str]] = set()
        self._timers: dict[Cell, dict[str, datetime]] = {}
        self._idents: dict[tuple[str, ...], str] = {}

    async def load(self, cell: Cell) -> Any:  # noqa: ANN401  - as the real one
        return self._documents.get(cell)

    async def swap(
        self, cell: Cell, event_id: str, change: Callable[[D | None], Step[D]], fence: Fence | None = None
    ) -> Swapped[D]:
        document = self._documents.get(cell)
        if (cell, event_id) in self._seen:
            return Swapped(fresh=False, document=document, step=None)
        step = change(document)
        timers = self._timers.setdefault(cell, {})
        if fence is not None and fence != self.fences(cell).get(fence.member):
            raise FenceLost
        if fence is not None:
            del timers[fence.member.rpartition("|")[2]]
        self._seen.add((cell, event_id))
        self._documents[cell] = step.document
        self._logs.setdefault(cell, []).extend(step.entries)
        self.letters.setdefault(cell, []).extend(step.letters)
        for timer in step.timers:
            timers.pop(timer.purpose, None)
            timers.update({timer.purpose: timer.due} if timer.due else {})
        return Swapped(fresh=True, document=step.document, step=step)

    async def knows(self, cell: Cell, event_id: str) -> bool:
        return (cell, event_id) in self._seen

    def fences(self, cell: Cell) -> dict[str, Fence]:
        """A fence for each timer that is set, as a worker would hold it, by member."""
        dates = self._timers.get(cell, {}).items()
        return {cell.timer(name): Fence(cell.timer(name), due.isoformat()) for name, due in dates}

    async def log(self, cell: Cell) -> list[Any]:
        return list(self._logs.get(cell, []))

    async def places(self, cell: Cell) -> dict[str, str]:  # noqa: ARG002  - nothing is posted here
        return {}

    async def timers(self, cell: Cell) -> dict[str, datetime]:
        return dict(self._timers.get(cell, {}))

    async def ident(self, platform: str, *parts: str, make: Callable[[], str]) -> str:
        return self._idents.setdefault((platform, *parts), make())

    async def known_ident(self, platform: str, *parts: str) -> str | None:
        return self._idents.get((platform, *parts))

    async def forget_ident(self, platform: str, *parts: str) -> bool:
        return self._idents.pop((platform, *parts), None) is not None

    async def erase(self, cell: Cell) -> None:
        for part in (self._documents, self._logs, self.letters, self._timers):
            part.pop(cell, None)


@dataclass
class MovedClock:
    """How far the clock of the server was moved; hours pass without waiting."""

    offset: timedelta = timedelta()
    moved: Callable[[], None] = lambda: None

    def __call__(self) -> timedelta:
        return self.offset

    def forward(self, span: timedelta) -> None:
        self.offset += span
        self.moved()


@dataclass
class Postbox:
    """Takes letters like a platform and keeps what arrived; `trouble` is raised in order, None lets pass."""

    arrived: list[str] = field(default_factory=list)
    again: list[bool] = field(default_factory=list)
    trouble: list[BaseException | None] = field(default_factory=list)

    async def deliver(self, _cell: Cell, body: object, sending: Sending) -> str:
        self.again.append(sending.again)
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble is not None:
            raise trouble
        assert isinstance(body, Said)
        self.arrived.append(body.words)
        return f"at-{len(self.arrived)}"


@dataclass
class Bells:
    """Takes timers as they ring."""

    rung: list[tuple[str, datetime]] = field(default_factory=list)

    async def ring(self, _cell: Cell, purpose: str, due: datetime, _fence: Fence) -> None:
        self.rung.append((purpose, due))


@contextmanager
def own_server(*, fsync: Literal["always", "everysec"] = "everysec") -> Iterator[embedded.Embedded]:
    """A server for tests that mistreat it; gone at the end, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="w1 ") as directory:  # a space in the path, on purpose
        try:
            yield embedded.start(Path(directory), fsync=fsync)
        finally:
            embedded.stop(Path(directory))


@asynccontextmanager
async def working(*workers: Worker) -> AsyncIterator[None]:
    """Workers at work while the block runs; afterwards they finished what they had in hand."""
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        await asyncio.sleep(0)
        yield
    finally:
        for worker in workers:
            await worker.stop()
        await asyncio.gather(*tasks)


async def wait_until(happened: Callable[[], bool], bound: timedelta = timedelta(seconds=5)) -> None:
    """Return as soon as it happened; fail if it has not within `bound`."""
    async with asyncio.timeout(bound.total_seconds()):
        while not happened():  # noqa: ASYNC110  - what is waited for has no event of its own
            await asyncio.sleep(0.005)


class Proxy:
    """A Unix socket in front of another that can swallow one reply: done there, never heard of here."""

    def __init__(self, socket: str, behind: str) -> None:
        self.socket = socket
        self.swallowed = 0
        self._behind = behind
        self._marker = b""

    def swallow_reply_to(self, marker: bytes) -> None:
        """The next request with `marker` in it is carried out; its answer is lost with the connection."""
        self._marker = marker

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._behind)
        try:
            while request := await reader.read(1 << 20):
                back.write(request)
                reply = await there.read(1 << 20)
                if self._marker and self._marker in request:
                    self._marker, self.swallowed = b"", self.swallowed + 1
                    return
                writer.write(reply)
        finally:
            back.close()
            writer.close()

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator["Proxy"]:
        server = await asyncio.start_unix_server(self._carry, self.socket)
        try:
            yield self
        finally:
            server.close()
