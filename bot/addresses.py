"""Which Redis a setting names: one server, one behind Sentinel, or a Cluster.

    redis://host:6379/0, rediss://…, unix:///path
    redis+sentinel://:password@host:26379,host:26379/mymaster?db=0
    redis+cluster://user:password@host:7000,host:7001

`rediss+sentinel` and `rediss+cluster` speak TLS.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

EXPECTED = (
    "expected redis://host:6379, rediss://…, unix:///path, redis+sentinel://host:26379,host:26379/name"
    " or redis+cluster://host:7000,host:7001"
)
PLAIN = frozenset({"redis", "rediss", "unix"})
SENTINEL_PORT, PORT = 26379, 6379


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
