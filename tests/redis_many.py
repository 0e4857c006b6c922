"""A real Redis Cluster and a Sentinel trio on loopback, of the embedded server's own program.

What is started here is ended here, by its own id.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import RedisError

from bot.redis.embedded import server_program
from tests.living import free_port, until

SLOTS, SERVERS = 16384, 6
KEEPS = ("--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction",
         "--repl-diskless-sync-delay", "0")  # fmt: skip
SILENT = 1000  # ms until a silent server is taken for dead
SOON = timedelta(seconds=60)


@dataclass
class Node:
    """One server process."""

    port: int
    process: subprocess.Popen[bytes]
    name: str = ""  # its id in a cluster
    bus: int = 0  # the port on which its cluster speaks
    client: Redis = field(init=False)

    def __post_init__(self) -> None:
        self.client = Redis(host="127.0.0.1", port=self.port, protocol=2, socket_timeout=5)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait()

    async def tells(self, *words: str | int) -> Any:  # noqa: ANN401 - as Redis answers
        return await self.client.execute_command(*words)  # type: ignore[no-untyped-call]


@contextmanager
def started(folder: Path, *options: str, bus: int = 0) -> Iterator[Node]:
    """A server that listens on loopback and keeps its data in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    words = [server_program(), *options, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    words += ["--cluster-port", str(bus)] if bus else []
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    node = Node(port, process, bus=bus)
    try:
        yield node
    finally:
        node.kill()


async def answers(node: Node) -> bool:
    try:
        return bool(await node.client.ping())
    except (RedisError, OSError):
        return False


# ---------------------------------------------------------------- a cluster


@dataclass
class ManyNodes:
    """Three masters, and a replica of each."""

    masters: list[Node]
    replicas: list[Node]

    @property
    def url(self) -> str:
        """What the coach is told."""
        return "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.masters)

    def living(self) -> list[Node]:
        return [node for node in (*self.masters, *self.replicas) if node.process.poll() is None]

    async def move(self, tag: str, to: Node) -> None:
        """The slot of a hash tag, key by key, as `redis-cli --cluster reshard` moves it."""
        slot = key_slot(tag.encode())
        owner = await self._owner(slot)
        if owner is to:
            return
        await until(self._of_one_epoch, "the servers do not agree", SOON)
        await to.tells("CLUSTER", "SETSLOT", slot, "IMPORTING", owner.name)
        await owner.tells("CLUSTER", "SETSLOT", slot, "MIGRATING", to.name)
        while found := await owner.tells("CLUSTER", "GETKEYSINSLOT", slot, 8):
            await owner.tells("MIGRATE", "127.0.0.1", to.port, "", 0, 5000, "KEYS", *found)
        for node in [to, owner, *(each for each in self.masters if each not in (to, owner))]:
            await node.tells("CLUSTER", "SETSLOT", slot, "NODE", to.name)

    async def _of_one_epoch(self) -> bool:
        """Whether all have heard of the last move: two moves of one epoch may leave a slot with nobody."""
        told = [str(await node.tells("CLUSTER", "INFO")) for node in self.masters]
        return len({re.findall(r"cluster_current_epoch:(\d+)", each)[0] for each in told}) == 1

    async def _owner(self, slot: int) -> Node:
        for first, last, (_, port, *_), *_ in await self.masters[0].tells("CLUSTER", "SLOTS"):
            if first <= slot <= last:
                return next(node for node in self.masters if node.port == port)
        raise LookupError(slot)


@asynccontextmanager
async def cluster(folder: Path) -> AsyncIterator[ManyNodes]:
    """Six servers, joined."""
    with _six(folder) as nodes:
        try:
            yield await _joined(nodes)
        finally:
            for node in nodes:
                await node.client.aclose()


async def _joined(nodes: list[Node]) -> ManyNodes:
    for node in nodes:
        await until(partial(answers, node), "a server does not start", SOON)
        node.name = (await node.tells("CLUSTER", "MYID")).decode()
    masters, replicas = nodes[:3], nodes[3:]
    share = -(-SLOTS // len(masters))
    for number, node in enumerate(masters):
        last = min(SLOTS, (number + 1) * share) - 1
        await node.tells("CLUSTER", "ADDSLOTSRANGE", number * share, last)
    for node in nodes[1:]:
        await nodes[0].tells("CLUSTER", "MEET", "127.0.0.1", node.port, node.bus)
    await until(lambda: _know(nodes), "the servers do not find each other", SOON)
    for master, replica in zip(masters, replicas, strict=True):
        await replica.tells("CLUSTER", "REPLICATE", master.name)
    await until(lambda: _is_whole(nodes), "the cluster does not come up", SOON)
    return ManyNodes(masters, replicas)


@contextmanager
def _six(folder: Path) -> Iterator[list[Node]]:
    options = (
        "--cluster-enabled", "yes", "--cluster-node-timeout", str(SILENT),
        "--cluster-require-full-coverage", "no", *KEEPS,
    )  # fmt: skip
    with ExitStack() as stack:
        yield [
            stack.enter_context(started(folder / str(number), *options, bus=free_port()))
            for number in range(SERVERS)
        ]


async def _know(nodes: list[Node]) -> bool:
    found = [(await node.tells("CLUSTER", "INFO")) for node in nodes]
    return all(f"cluster_known_nodes:{len(nodes)}" in str(told) for told in found)


async def _is_whole(nodes: list[Node]) -> bool:
    for node in nodes:
        told = await node.tells("CLUSTER", "INFO")
        if "cluster_state:ok" not in str(told):
            return False
    roles = [await node.tells("ROLE") for node in nodes[3:]]
    return all(role[0] == b"slave" and role[3] == b"connected" for role in roles)


# ---------------------------------------------------------------- a master behind sentinels


@dataclass
class Watched:
    """A master, its replica, and three who watch."""

    master: Node
    replica: Node
    sentinels: list[Node]
    name: str = "deals"

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.sentinels)
        return f"redis+sentinel://{hosts}/{self.name}"

    async def master_port(self) -> int:
        """Whom the sentinels take for the master."""
        _, port = await self.sentinels[0].tells("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.name)
        return int(port)


@asynccontextmanager
async def sentinels(folder: Path) -> AsyncIterator[Watched]:
    """A trio that takes a master for dead after a second."""
    with started(folder / "master", *KEEPS) as master:
        follows = ("--replicaof", f"127.0.0.1 {master.port}")
        with started(folder / "replica", *KEEPS, *follows) as replica, _trio(folder, master) as watching:
            for node in (master, replica, *watching):
                await until(partial(answers, node), "a server does not start", SOON)
            found = Watched(master, replica, watching)
            await until(lambda: _is_watched(found), "the sentinels do not find each other", SOON)
            try:
                yield found
            finally:
                for node in (master, replica, *watching):
                    await node.client.aclose()


@contextmanager
def _trio(folder: Path, master: Node) -> Iterator[list[Node]]:
    written = [
        f"sentinel monitor deals 127.0.0.1 {master.port} 2",
        f"sentinel down-after-milliseconds deals {SILENT}",
        "sentinel failover-timeout deals 5000",
        "sentinel parallel-syncs deals 1",
    ]
    places = [folder / f"sentinel-{number}" for number in range(3)]
    for place in places:
        place.mkdir()
        (place / "sentinel.conf").write_text("\n".join(written) + "\n", "utf-8")
    with (
        started(places[0], str(places[0] / "sentinel.conf"), "--sentinel") as one,
        started(places[1], str(places[1] / "sentinel.conf"), "--sentinel") as two,
        started(places[2], str(places[2] / "sentinel.conf"), "--sentinel") as three,
    ):
        yield [one, two, three]


async def _is_watched(found: Watched) -> bool:
    for node in found.sentinels:
        told = await node.tells("SENTINEL", "MASTERS")
        facts = {str(name): value for name, value in _pairs(told[0])}
        if (int(facts["num-other-sentinels"]), int(facts["num-slaves"])) != (2, 1):
            return False
    return True


def _pairs(told: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - as Redis answers
    if isinstance(told, dict):
        yield from told.items()
        return
    for name, value in zip(told[::2], told[1::2], strict=True):
        yield name.decode(), value
