"""How long Redis keeps others waiting: `python -m tests.bench_stall redis.sock` asks it every five ms.

A process of its own, so that no worker's work is measured along; it asks until its standard input closes and
then says what it saw. How late its own sleeps end is told beside it: that is the machine, not Redis.
"""

import asyncio
import json
import select
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench_figures import percentile

EVERY = 0.005  # seconds
ROOT = Path(__file__).parent.parent


@dataclass
class Stalls:
    """Seconds from asking to the answer; `late` is how much later than asked for the sleeps ended."""

    answers: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    def take(self, said: bytes) -> None:
        """What the process said at its end."""
        told = json.loads(said)
        self.answers, self.late = told["answers"], told["late"]

    @property
    def longest(self) -> float:
        """The longest stall in milliseconds."""
        return max(self.answers) * 1000

    def share(self, share: float, *, own: bool = False) -> float:
        """A percentile in milliseconds."""
        return percentile(self.late if own else self.answers, share) * 1000


@asynccontextmanager
async def asked(redis: Path) -> AsyncIterator[Stalls]:
    """Asked from here on; the stalls are known when the block is over."""
    pipe, found = asyncio.subprocess.PIPE, Stalls()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench_stall", str(redis), stdin=pipe, stdout=pipe, cwd=ROOT
    )
    try:
        yield found
        said, _ = await process.communicate(b"")
        found.take(said)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def ask(redis: str) -> dict[str, list[float]]:
    """Ask until standard input closes."""
    answers, late = list[float](), list[float]()
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(redis)
        while True:
            slept = time.perf_counter()
            if select.select([sys.stdin], [], [], EVERY)[0]:
                return {"answers": answers, "late": late}
            began = time.perf_counter()
            late.append(max(0.0, began - slept - EVERY))
            line.sendall(b"PING\r\n")
            line.recv(64)
            answers.append(time.perf_counter() - began)


if __name__ == "__main__":
    print(json.dumps(ask(sys.argv[1])))
