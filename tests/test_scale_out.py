"""Sentinel and Cluster for real: a master killed, slots moved, under load; nothing lost, doubles counted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import exceptions

from bot import addresses
from bot.codec import Codec, Sealer
from bot.redis import (
    Cell,
    Contended,
    Letter,
    Link,
    Outbox,
    Sending,
    Step,
    Store,
    StoreUnavailable,
    connect,
    inspect,
    new_id,
    servers,
)
from bot.redis.keys import tag
from bot.redis.link import LOST
from bot.worker import Worker
from tests.fakes import Said, Tally
from tests.living import until
from tests.redis_many import ManyNodes, Watched, cluster, sentinels

# Servers are killed under the client. What becomes of its sockets is asked of `opened`; what Python says of
# them as it collects them may come in any later test.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
WRITERS, DEALS = 8, 24
SOON = timedelta(seconds=60)
CELLS = [Cell("acme", "deal", new_id(f"deal {number}")) for number in range(DEALS)]


class Load:
    """People who answer, each again until it is acknowledged, and a worker that posts; what came of it."""

    def __init__(self, link: Link, codec: Codec, sealer: Sealer) -> None:
        self.store, self.outbox = Store(link, codec, sealer), Outbox(link, codec, sealer)
        self.acknowledged: list[tuple[Cell, str]] = []
        self.refused = 0
        self.posted: Counter[str] = Counter()
        self.order: dict[Cell, list[str]] = {cell: [] for cell in CELLS}
        self.worker = Worker(self.outbox, self._deliver, _ring, lease=timedelta(seconds=3), concurrency=16)
        self._done = asyncio.Event()

    async def _deliver(self, cell: Cell, body: object, _: Sending) -> str:
        assert isinstance(body, Said)
        self.posted[body.words] += 1
        self.order[cell].append(body.words)
        return "there"

    @asynccontextmanager
    async def on(self) -> AsyncIterator[None]:
        """Until the end of the block; then every letter is delivered."""
        working = asyncio.create_task(self.worker.run())
        writers = [asyncio.create_task(self._write(number)) for number in range(WRITERS)]
        try:
            yield
            self._done.set()
            await asyncio.gather(*writers)
            await until(self._all_posted, "letters stay", SOON)
        finally:
            self._done.set()
            await asyncio.gather(*writers, return_exceptions=True)
            await self.worker.stop()
            await working

    async def more(self, count: int) -> None:
        """Return when so many more were acknowledged."""
        wanted = len(self.acknowledged) + count

        async def are() -> bool:
            return len(self.acknowledged) >= wanted

        await until(are, "nothing is acknowledged any more", SOON)

    async def _write(self, writer: int) -> None:
        number = 0
        while not self._done.is_set():
            cell, number = CELLS[(writer + number) % DEALS], number + 1
            event = f"{writer}-{number}"

            def plus(tally: Tally | None, event: str = event) -> Step[Tally]:
                return Step((tally or Tally()).plus(), entries=(Said(event),), letters=(Letter(Said(event)),))

            while True:
                try:
                    await self.store.swap(cell, event, plus)
                except (StoreUnavailable, Contended):  # nobody was told that it is done: they try again
                    self.refused += 1
                    await asyncio.sleep(0.01)
                else:
                    break
            self.acknowledged.append((cell, event))

    async def _all_posted(self) -> bool:
        return set(self.posted) >= {event for _, event in self.acknowledged}

    async def judged(self) -> None:
        """All that was acknowledged is there, once and in order; what was posted twice was counted."""
        for cell in CELLS:
            events = [event for where, event in self.acknowledged if where == cell]
            log = [entry.words for entry in await self.store.log(cell)]
            assert sorted(log) == sorted(events)
            assert (await self.store.load(cell) or Tally()).count == len(events)
            assert list(dict.fromkeys(self.order[cell])) == log
        doubles = self.posted.total() - len(self.posted)
        assert doubles <= self.worker.counts["repeated"]
        assert await self.outbox.dead() == []


async def _ring(*_: object) -> None:
    """No timer is set here."""


Loaded = Callable[[str], Awaitable[Load]]


@pytest.fixture
async def loaded(codec: Codec, sealer: Sealer) -> AsyncIterator[Loaded]:
    links = list[Link]()

    async def made(url: str) -> Load:
        links.append(connect(url))
        assert await inspect(links[-1]) == []
        return Load(links[-1], codec, sealer)

    yield made
    for link in links:
        await link.aclose()


# ---- a cluster


@pytest.fixture
async def many(tmp_path: Path) -> AsyncIterator[ManyNodes]:
    async with cluster(tmp_path) as made:
        yield made


async def test_a_cluster_loses_nothing_as_slots_move_and_a_master_dies(
    many: ManyNodes, loaded: Loaded
) -> None:
    load = await loaded(many.url)
    async with load.on():
        await load.more(200)
        for number, cell in enumerate(CELLS[:12]):
            await many.move(tag(cell.shard), many.masters[number % 3])
        await load.more(100)
        many.masters[0].kill()
        await load.more(400)
    await load.judged()
    spread = {node.port for node in many.living()}
    assert len(spread) == 5


async def test_in_a_cluster_a_new_letter_wakes_another_process(
    many: ManyNodes, codec: Codec, sealer: Sealer
) -> None:
    ours, theirs = connect(many.url), connect(many.url)
    try:
        async with theirs.news() as shards:
            heard = asyncio.ensure_future(anext(aiter(shards)))
            cell = CELLS[0]
            store, number = Store(ours, codec, sealer), 0

            async def is_heard() -> bool:
                nonlocal number
                number += 1
                step = Step(Tally(), letters=(Letter(Said("new")),))
                await store.swap(cell, f"e{number}", lambda _: step)
                await asyncio.sleep(0)
                return heard.done()

            await until(is_heard, "nobody heard of the letter")
            assert heard.result() == cell.shard
    finally:
        await ours.aclose()
        await theirs.aclose()


async def test_after_a_master_died_no_connection_is_left_open(many: ManyNodes) -> None:
    client = servers.client(many.url, 4)
    assert isinstance(client, servers.Cluster)
    names = [f"{{{number}}}" for number in range(12)]
    for name in names:
        await client.set(name, "x")
    many.masters[0].kill()
    with suppress(*LOST):
        for name in names:
            await client.get(name)
    opened = list(client.opened)
    await servers.close(client)
    assert len(opened) >= 3
    assert not [connection for connection in opened if connection.is_connected]


async def test_a_server_that_the_client_forgot_has_no_connection_left(many: ManyNodes) -> None:
    client = servers.client(many.url, 4)
    assert isinstance(client, servers.Cluster)
    for number in range(12):
        await client.set(f"{{{number}}}", "x")
    connected = [connection for connection in client.opened if connection.is_connected]
    for known in (client.nodes_manager.nodes_cache, client.nodes_manager.startup_nodes):
        known.pop(f"127.0.0.1:{many.masters[0].port}")
    await servers.close(client)
    assert len(connected) >= 3
    assert not [connection for connection in connected if connection.is_connected]


# ---- a master behind sentinels


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    async with sentinels(tmp_path) as made:
        yield made


async def test_behind_sentinels_nothing_is_lost_as_the_master_dies(watched: Watched, loaded: Loaded) -> None:
    load = await loaded(watched.url)
    async with load.on():
        await load.more(200)
        assert await watched.master_port() == watched.master.port
        watched.master.kill()
        await load.more(400)
        await until(lambda: follows(watched), "the first sentinel does not follow", SOON)
    await load.judged()
    assert load.worker.counts["delivered"] >= 600


class Watching:
    """A sentinel that answers, or one that is away."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away

    async def sentinel_masters(self) -> dict[str, dict[str, object]]:
        await asyncio.sleep(0)
        if self.away:
            raise exceptions.ConnectionError
        up = {"is_master": True, "is_sdown": False, "is_odown": False, "num-other-sentinels": 2}
        return {"deals": {**up, "ip": "127.0.0.1", "port": 1}}


async def test_no_sentinel_is_lost_when_many_ask_while_the_first_is_away() -> None:
    asked: Any = servers.Sentinels([("127.0.0.1", 1)])  # type: ignore[no-untyped-call]
    known = [Watching(away=True), Watching(), Watching()]
    asked.sentinels = list(known)
    await asyncio.gather(*(asked.discover_master("deals") for _ in range(16)))
    assert set(asked.sentinels) == set(known)


async def follows(watched: Watched) -> bool:
    return await watched.master_port() == watched.replica.port


# ---- what a setting names


@pytest.mark.parametrize(
    ("url", "kind", "hosts", "name"),
    [
        ("redis+sentinel://a:1,b/deals", "sentinel", (("a", 1), ("b", 26379)), "deals"),
        ("rediss+sentinel://u:p%40w@a/deals?db=3", "sentinel", (("a", 26379),), "deals"),
        ("redis+cluster://:secret@a:7000,b:7001", "cluster", (("a", 7000), ("b", 7001)), ""),
    ],
)
def test_a_url_names_servers(url: str, kind: str, hosts: tuple[tuple[str, int], ...], name: str) -> None:
    named = addresses.read(url)
    assert named is not None
    assert (named.kind, named.hosts, named.name, named.tls) == (kind, hosts, name, url.startswith("rediss"))
    assert "secret" not in repr(named)
    assert "p@w" not in repr(named)


@pytest.mark.parametrize(
    "url",
    ["redis+sentinel://a:1", "redis+cluster://a/name", "redis+cluster://", "http://a", "a:6379", "redis://",
     "redis+cluster://a:x", "redis+sentinel://:secret@a/deals?db=x", ""],
)  # fmt: skip
def test_what_names_no_servers_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(ValueError, match="expected redis://") as refused:
        addresses.read(url)
    assert "secret" not in str(refused.value)
