"""Our own server: one a directory, whoever starts it, however it dies."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from bot.redis import embedded

HOUSE = Path(__file__).parent.parent
START = """
import sys
from pathlib import Path
from bot.redis import embedded
print(embedded.start(Path(sys.argv[1])).pid)
"""


@pytest.fixture
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="walk away ") as place:
        yield Path(place)
        embedded.stop(Path(place))


def test_eight_racing_starters_make_one_server(directory: Path) -> None:
    command = [sys.executable, "-c", START, str(directory)]
    racers = [subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE) for _ in range(8)]
    pids = {racer.communicate(timeout=60)[0].strip() for racer in racers}
    assert len(pids) == 1
    assert pids != {b""}
    assert embedded.start(directory).pid == int(pids.pop())  # it outlived all of them


def test_a_server_killed_with_9_comes_back_with_what_it_knew(directory: Path) -> None:
    first = embedded.start(directory, fsync="always")
    with Redis.from_url(first.url) as client:
        client.set("known", "yes")
    os.kill(first.pid, signal.SIGKILL)
    second = embedded.start(directory)
    assert second.pid != first.pid
    with Redis.from_url(second.url) as client:
        assert client.get("known") == b"yes"


def test_a_stopped_server_comes_back_with_what_it_knew(directory: Path) -> None:
    with Redis.from_url(embedded.start(directory).url) as client:
        client.set("known", "yes")
    assert embedded.stop(directory)
    assert not embedded.stop(directory)
    with Redis.from_url(embedded.start(directory).url) as client:
        assert client.get("known") == b"yes"


def test_a_path_too_long_for_a_socket_gets_a_short_one(directory: Path) -> None:
    deep = directory / ("d" * 120)
    server = embedded.start(deep)
    try:
        assert len(os.fsencode(server.socket)) <= 100
        assert server.socket.parent.stat().st_mode & 0o077 == 0
        assert embedded.start(deep).pid == server.pid
    finally:
        embedded.stop(deep)


def test_it_listens_to_its_owner_only_and_on_no_port(directory: Path) -> None:
    server = embedded.start(directory)
    assert server.socket.stat().st_mode & 0o077 == 0
    with Redis.from_url(server.url) as client:
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_without_any_server_program_it_names_the_setting(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(embedded.NoServer, match="REDIS_URL"):
        embedded.start(directory)


def test_a_server_that_refuses_to_start_says_so(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = directory / "valkey-server"
    program.write_text("#!/bin/sh\necho no room >&2\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setattr(embedded, "server_program", lambda: str(program))
    with pytest.raises(embedded.NoServer, match="no room"):
        embedded.start(directory)
