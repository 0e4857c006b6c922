"""Processes of a benchmark: started here, asked for their memory, ended here whatever happens."""

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 30  # seconds, to start and to end


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    pid: int
    port: int
    seconds: float  # from its start to its first readiness

    def cpu(self) -> float:
        """Seconds of processor time used so far; nan where there is no /proc."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        except FileNotFoundError:
            return float("nan")
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, field: str = "VmRSS") -> float:
        """Resident MB now, or with `VmHWM` at its highest; nan where there is no /proc."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text("utf-8")
        except OSError:
            return float("nan")
        return int(re.findall(rf"{field}:\s+(\d+) kB", status)[0]) / 1024


@asynccontextmanager
async def serving(kind: str, api: str, data: Path, secret: str) -> AsyncIterator[Running]:
    """A `tests.bench_server` of this kind; it ends when its standard input is closed."""
    options = {"api": f"{api}/api/", "data": str(data), "secret": secret}
    async with of_module("tests.bench_server", kind, options) as running:
        yield running


@asynccontextmanager
async def of_module(module: str, kind: str, options: Mapping[str, str]) -> AsyncIterator[Running]:
    """A server that a module starts, and ends when its standard input is closed."""
    async with _child("-m", module, kind, json.dumps(options), trusts=options.get("ca", "")) as (
        process,
        since,
    ):
        yield await _ready(process, since)


async def printed(module: str, kind: str, options: Mapping[str, object]) -> str:
    """The one line that a module prints."""
    words = ("-m", module, kind, json.dumps(options))
    async with _child(*words, trusts=str(options.get("ca", ""))) as (process, _):
        if process.stdout is None:
            raise RuntimeError("no output to read")
        return (await process.stdout.readline()).decode()


@asynccontextmanager
async def released(api: str, data: Path, secret: str) -> AsyncIterator[Running]:
    """The coach as its command line starts it; its Redis is not stopped."""
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": secret,
        "WALKAWAY_SLACK_TRANSPORT": "http",
        "WALKAWAY_SLACK_API": f"{api}/api/",
        "WALKAWAY_LOCAL": "1",
        "WALKAWAY_DATA": str(data),
        "WALKAWAY_PORT": str(_free_port()),
    }
    async with _child("-m", "bot", "run", settings=settings) as (process, started):
        yield await _ready(process, started)


@asynccontextmanager
async def _child(
    *words: str, settings: Mapping[str, str] | None = None, trusts: str = ""
) -> AsyncIterator[tuple[asyncio.subprocess.Process, float]]:
    started = time.perf_counter()
    pipe, env = asyncio.subprocess.PIPE, {"PATH": os.environ["PATH"], **(settings or {})}
    env |= {"REQUESTS_CA_BUNDLE": trusts} if trusts else {}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        limit=1 << 24,
        cwd=ROOT,
        env=env,
        start_new_session=True,
    )
    said = bytearray()
    listener = asyncio.create_task(_keep(process, said))
    try:
        yield process, started
    except BaseException:
        print(said.decode(errors="replace")[-3000:], file=sys.stderr)
        raise
    finally:
        await _end(process, told=bool(settings))
        await listener


async def _keep(process: asyncio.subprocess.Process, said: bytearray) -> None:
    """What it writes to its error output, for the case that something fails."""
    if process.stderr is not None:
        async for line in process.stderr:
            said += line


async def _end(process: asyncio.subprocess.Process, *, told: bool) -> None:
    """By closing its standard input, or for the command line by a signal; killed if it stays."""
    with suppress(ProcessLookupError):
        if told:
            process.terminate()
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(PATIENCE):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _ready(process: asyncio.subprocess.Process, started: float) -> Running:
    """The port it prints, once `/readyz` answers 200 there (the bare one: once it printed it)."""
    if process.stdout is None:
        raise RuntimeError("no output to read a port from")
    async with asyncio.timeout(PATIENCE):
        line = (await process.stdout.readline()).decode()
        found = re.search(r"(?:127\.0\.0\.1:)?(\d+)(?:/|\s*$)", line)
        if found is None:
            raise RuntimeError(f"it does not start: {line!r}")
        port = int(found[1])
        await _answers(port)
    return Running(process.pid, port, time.perf_counter() - started)


async def _answers(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    if not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 404")):
        raise RuntimeError(answer.decode(errors="replace"))


def _free_port() -> int:
    import socket  # noqa: PLC0415

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
