"""Which Redis a setting names: one server, one behind Sentinel, or a Cluster; redis-py finds the rest.

    redis://host:6379/0, rediss://…, unix:///path
    redis+sentinel://:password@host:26379,host:26379/mymaster?db=0
    redis+cluster://user:password@host:7000,host:7001

`rediss+sentinel` and `rediss+cluster` speak TLS.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff

EXPECTED = (
    "expected redis://host:6379, rediss://…, unix:///path, redis+sentinel://host:26379,host:26379/name"
    " or redis+cluster://host:7000,host:7001"
)
PLAIN = frozenset({"redis", "rediss", "unix"})
SENTINEL_PORT, PORT = 26379, 6379
CONNECTS_WITHIN = 2  # seconds


@dataclass(frozen=True, slots=True)
class Named:
    """Servers as a setting names them; `name` is the master's at Sentinel."""

    kind: str
    hosts: tuple[tuple[str, int], ...]
    name: str
    db: int
    tls: bool
    username: str | None
    password: str | None = field(repr=False)


def read(url: str) -> Named | None:
    """What a URL names; None for a single server, which redis-py reads itself.

    Raises ValueError, without the URL in it, for what is none of them.
    """
    scheme, sign, rest = url.partition("://")
    if scheme in PLAIN and sign and rest:
        return None
    tls, _, kind = scheme.partition("+")
    if not sign or tls not in ("redis", "rediss") or kind not in ("sentinel", "cluster"):
        raise ValueError(EXPECTED)
    told = urlsplit(f"x://{rest}")
    login, _, places = told.netloc.rpartition("@")
    username, _, password = login.partition(":")
    usual = SENTINEL_PORT if kind == "sentinel" else PORT
    try:
        hosts = tuple(_host(place, usual) for place in places.split(","))
        db = int(parse_qs(told.query).get("db", ["0"])[0])
    except ValueError:
        raise ValueError(EXPECTED) from None
    name = told.path.strip("/")
    if (kind == "sentinel") != bool(name):
        raise ValueError(EXPECTED)
    return Named(kind, hosts, name, db, tls == "rediss", unquote(username) or None, unquote(password) or None)


def _host(place: str, usual: int) -> tuple[str, int]:
    host, _, port = place.rpartition(":") if ":" in place else (place, "", str(usual))
    if not host:
        raise ValueError(place)
    return host, int(port)


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
