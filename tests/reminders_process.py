"""Worker processes: started here, killed or ended here, by their own id and whatever happens."""

import asyncio
import json
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from tests.living import clean_environment
from tests.reminders_worker import Orders

ROOT = Path(__file__).parent.parent
PATIENCE = 60  # seconds, to start and to end


class Life:
    """One worker process, from its start to its end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def begin(cls, orders: Orders) -> "Life":
        """Start a process; it is not ready yet."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.reminders_worker", json.dumps(asdict(orders)),
            stdin=pipe, stdout=pipe, cwd=ROOT, env=clean_environment(), start_new_session=True,
        )  # fmt: skip
        return cls(process)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    async def ready(self) -> None:
        """Return when it works. Raises RuntimeError if it ended instead."""
        async with asyncio.timeout(PATIENCE):
            if await self._line() != "ready":
                raise RuntimeError("a worker does not start")

    async def over(self) -> int:
        """Wait for its end, of its own or another's will; its exit status."""
        return await self._process.wait()

    def kill(self) -> None:
        """As a power cut would."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)

    async def finish(self) -> Counter[str]:
        """Let it finish what it has in hand; what it counted."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        async with asyncio.timeout(PATIENCE):
            said = await self._process.stdout.read() if self._process.stdout else b""
            await self._process.wait()
        return Counter(json.loads(said.splitlines()[-1]))

    async def _line(self) -> str:
        return (await self._process.stdout.readline()).decode().strip() if self._process.stdout else ""


@asynccontextmanager
async def lives(*orders: Orders) -> AsyncIterator[list[Life]]:
    """Workers at work while the block runs; none is left at its end."""
    begun = [await Life.begin(each) for each in orders]
    try:
        await asyncio.gather(*(life.ready() for life in begun))
        yield begun
    finally:
        for life in begun:
            life.kill()
        await asyncio.gather(*(life.over() for life in begun))
