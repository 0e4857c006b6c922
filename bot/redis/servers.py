"""A client for the servers that a setting names; redis-py finds masters and slots."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff

from bot.addresses import read

CONNECTS_WITHIN = 2  # seconds


def client(url: str, connections: int) -> Redis | RedisCluster:
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
        return RedisCluster(startup_nodes=nodes, require_full_coverage=False, **login, **manners)
    asked = {"socket_timeout": CONNECTS_WITHIN, "socket_connect_timeout": CONNECTS_WITHIN, "ssl": named.tls}
    sentinel = Sentinel(list(named.hosts), sentinel_kwargs=asked)  # type: ignore[no-untyped-call]
    found: Redis = sentinel.master_for(named.name, db=named.db, **login, **manners)
    return found


async def close(client: Redis | RedisCluster) -> None:
    """Let go of all connections, those too that the client's own `aclose` leaves open."""
    await client.aclose()
    if isinstance(client, RedisCluster):  # which closes nothing while it is to look for its slots anew
        for nodes in ("nodes_cache", "startup_nodes"):
            await client.nodes_manager.aclose(nodes)
        return
    manager = getattr(client.connection_pool, "sentinel_manager", None)
    for watching in manager.sentinels if manager is not None else ():
        await watching.aclose()
