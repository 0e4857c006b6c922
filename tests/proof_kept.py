"""A process that is started again whenever it dies, by our hand or by its own."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.living import ROOT, until

UP_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Program:
    """What is started, and how one sees that it is up. Its output goes to `log`."""

    name: str
    words: Sequence[str]
    environment: Mapping[str, str] | None
    log: Path
    is_up: Callable[[], Awaitable[bool]]


class Kept:
    """One place in which there is always a process; `wait` answers how many seconds a place stays empty."""

    def __init__(self, program: Program, wait: Callable[[], float]) -> None:
        self.program = program
        self.killed = 0
        self.ended: list[int] = []  # exit statuses of those nobody killed
        self.up = asyncio.Event()
        self._wait = wait
        self._process: asyncio.subprocess.Process | None = None
        self._doomed = False
        self._keeping: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """What it is called."""
        return self.program.name

    @property
    def pid(self) -> int | None:
        """Of the process that is there now."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def begin(self) -> None:
        """Start it, and return when it is up."""
        self._keeping = asyncio.create_task(self._keep())
        waiting = asyncio.create_task(self.up.wait())
        await asyncio.wait([self._keeping, waiting], return_when=asyncio.FIRST_COMPLETED)
        if self._keeping.done():
            waiting.cancel()
            self._keeping.result()

    async def _keep(self) -> None:
        while True:
            self._doomed = False
            with self.program.log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *self.program.words, env=self.program.environment, cwd=ROOT, stdout=log, stderr=log,
                    stdin=asyncio.subprocess.DEVNULL, start_new_session=True, restore_signals=False,
                )  # fmt: skip
            over = asyncio.create_task(self._process.wait())
            rising = asyncio.create_task(until(self.program.is_up, f"{self.name} does not start", UP_WITHIN))
            try:
                await asyncio.wait([over, rising], return_when=asyncio.FIRST_COMPLETED)
                if not over.done():
                    rising.result()
                    self.up.set()
                status = await over
            finally:
                self.up.clear()
                over.cancel()
                rising.cancel()
                await asyncio.gather(over, rising, return_exceptions=True)
            if self._doomed and status == -signal.SIGKILL:
                self.killed += 1
            else:
                self.ended.append(status)
            await asyncio.sleep(self._wait())

    def kill(self) -> bool:
        """As a power cut would; False if there is nobody to kill."""
        if self._doomed or self._process is None or self._process.returncode is not None:
            return False
        self._doomed = True
        self.send(signal.SIGKILL)
        return True

    def send(self, what: signal.Signals) -> None:
        """A signal, such as SIGSTOP; past `subprocess`, which would take the status of one that just died."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, what)

    async def over(self) -> None:
        """End it for good."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def problem(self) -> str:
        """Why it is not kept any more, if so."""
        broken = self._keeping is not None and self._keeping.done()
        return (
            f"{self.name} cannot be kept up: {self._keeping.exception()}" if broken and self._keeping else ""
        )
