"""A client for the servers that a setting names; redis-py finds masters and slots."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakSet

from redis.asyncio import Connection, Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff

from bot.addresses import read

CONNECTS_WITHIN = 2  # seconds


def client(url: str, connections: int) -> Redis | Cluster:
    """A client that connects at its first command. Raises ValueError as `read` does."""
    manners: dict[str, Any] = {
        "max_connections": connections,
        # Not the client's own timeout: before Python 3.12 its wait_for can swallow a cancellation, and the
        # task that lost it never ends. The link counts the seconds instead.
        "socket_timeout": None,
        "socket_connect_timeout": CONNECTS_WITHIN,
        "retry": Retry(NoBackoff(), 0),  # we repeat ourselves, knowing what is harmless
        "protocol": 2,
    }
    named = read(url)
    if named is None:
        return Redis.from_url(url, **manners)
    login: dict[str, Any] = {"username": named.username, "password": named.password, "ssl": named.tls}
    if named.kind == "cluster":
        nodes = [ClusterNode(host, port) for host, port in named.hosts]
        return Cluster(startup_nodes=nodes, require_full_coverage=False, **login, **manners)
    asked = {"socket_timeout": CONNECTS_WITHIN, "socket_connect_timeout": CONNECTS_WITHIN, "ssl": named.tls}
    sentinel = Sentinels(list(named.hosts), sentinel_kwargs=asked)  # type: ignore[no-untyped-call]
    found: Redis = sentinel.master_for(named.name, db=named.db, **login, **manners)
    return found


class Sentinels(Sentinel):
    """Asks one after the other: two at a time that put another sentinel first may lose the one that was."""

    async def discover_master(self, service_name: str) -> Any:  # noqa: ANN401 - as the client has it
        """Where the master is. Raises as the client does."""
        lock: asyncio.Lock = self.__dict__.setdefault("asking", asyncio.Lock())
        async with lock:
            return await super().discover_master(service_name)


class Cluster(RedisCluster):
    """Knows each connection it opened: the servers it forgets as slots move keep theirs open."""

    def __init__(self, **how: Any) -> None:  # noqa: ANN401 - as the client takes it
        super().__init__(**how)
        opened: WeakSet[Connection] = WeakSet()
        kind: type[Connection] = self.connection_kwargs["connection_class"]

        class Known(kind):  # type: ignore[valid-type, misc]
            def __init__(self, **how: Any) -> None:  # noqa: ANN401
                super().__init__(**how)
                opened.add(self)

        self.opened = opened
        self.connection_kwargs["connection_class"] = Known
        for node in self.startup_nodes:
            node.connection_class = Known


async def close(client: Redis | Cluster) -> None:
    """Let go of all connections, those too that the client's own `aclose` leaves open."""
    await client.aclose()
    if isinstance(client, Cluster):
        for connection in list(client.opened):
            await connection.disconnect(nowait=True)
        return
    manager = getattr(client.connection_pool, "sentinel_manager", None)
    for watching in manager.sentinels if manager is not None else ():
        await watching.aclose()
