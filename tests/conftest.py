"""A real Redis for all tests of one process, emptied between tests, and searched for what leaked."""

import gc
import os
import re
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

from bot.codec import Codec, Sealer, registry
from bot.local import Workspace
from bot.redis import Cell, Link, Outbox, Store, connect, embedded, new_id
from bot.redis.keys import read_member
from tests.chromium import CHROMIUM
from tests.fakes import MovedClock, Said, Tally, own_server
from tests.living import workspace

# What a machine checks is the same each time; chance is for whoever sits in front of it.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")

_CELL = re.compile(
    r"(w1:\{s\d\d\}:[^:|]+:(?:deal|person|room|holds|rooms|install):\d\d[^:|]+)(?::(log|out|places|said|seen:[0-9a-f]{32}))?"
)
_SHARD = re.compile(r"w1:\{s\d\d\}:(due|dead|audit)")
_LOOSE = re.compile(r"w1:(ident:[a-z-]+:[0-9a-f]{32}|workers|shards)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without Chromium one named test is skipped for all that need it; the others are left out."""
    if CHROMIUM is not None:
        return
    out = [
        item for item in items if item.get_closest_marker("browser") and item.path.name != "test_browser.py"
    ]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


@pytest.fixture(scope="module", autouse=True)
def nothing_left_open() -> Iterator[None]:
    """A connection that a module left open complains at its own end, not in whichever test comes next."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def server() -> Iterator[embedded.Embedded]:
    with own_server() as running:
        yield running


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def redis(server: embedded.Embedded, clock: MovedClock) -> AsyncIterator[Link]:
    link = connect(server.url, clock)
    clock.moved = link.bell.ring_everywhere
    await link.command("FLUSHALL")
    yield link
    leaks = await find_leaks(link)
    await link.aclose()
    assert not leaks, leaks


@pytest.fixture
async def ws() -> AsyncIterator[Workspace]:
    """A strict workspace, served on loopback."""
    async with workspace() as made:
        yield made


@pytest.fixture
def codec() -> Codec:
    return registry(Tally, Said)


@pytest.fixture
def sealer() -> Sealer:
    return Sealer({b"testkey1": bytes(range(32))}, b"testkey1")


@pytest.fixture
def store(redis: Link, codec: Codec, sealer: Sealer) -> Store:
    return Store(redis, codec, sealer)


@pytest.fixture
def outbox(redis: Link, codec: Codec, sealer: Sealer) -> Outbox:
    return Outbox(redis, codec, sealer)


@pytest.fixture
def cell() -> Cell:
    return Cell("acme", "deal", new_id("a deal"))


@pytest.fixture
def other() -> Cell:
    """A deal of the same shard."""
    return Cell("acme", "deal", new_id("a deal")[:2] + "other")


async def find_leaks(link: Link) -> list[str]:
    """Keys nobody would ever remove, letters and timers nobody would find, marks of letters long gone."""
    names = [name.decode() for name in await link.command("KEYS", "*")]
    found: list[str] = []
    for name in names:
        cell = _CELL.fullmatch(name)
        if cell is None:
            known = _SHARD.fullmatch(name) or _LOOSE.fullmatch(name)
            found += [] if known else [f"{name} is not a key of ours"]
        elif cell[2] in ("log", "places") and cell[1] not in names:
            found.append(f"{name} has no document")
        elif cell[2] == "out" and not await _is_due(link, name):
            found.append(f"{name} is never delivered")
        elif cell[2] is None:
            found += await _stray_fields(link, name)
        expires = name.endswith("workers") or ":seen:" in name
        if expires and await link.command("TTL", name) < 0:
            found.append(f"{name} never expires")
    return found + await _dangling(link, [name for name in names if name.endswith(":due")])


async def _is_due(link: Link, out: str) -> bool:
    _, shard, tenant, kind, key, _ = out.split(":")
    member = f"o|{tenant}|{kind}|{key}"
    return await link.command("ZSCORE", f"w1:{shard}:due", member) is not None


async def _stray_fields(link: Link, key: str) -> list[str]:
    """Dates without a place in the due set, marks without a letter."""
    _, shard, tenant, kind, name = key.split(":")
    fields = [field.decode() for field in await link.command("HKEYS", key)]
    letters = {letter[:20].decode() for letter in await link.command("LRANGE", f"{key}:out", 0, -1)}
    strays = []
    for field in fields:
        if field.startswith("t:"):
            member = f"t|{tenant}|{kind}|{name}|{field[2:]}"
            lost = await link.command("ZSCORE", f"w1:{shard}:due", member) is None
        elif field.startswith("n:t:"):
            lost = field[2:] not in fields
        else:
            lost = field.startswith(("s:", "n:")) and field[2:] not in letters
        strays += [f"{key} keeps {field}"] if lost else []
    return strays


async def _dangling(link: Link, dues: list[str]) -> list[str]:
    """Timers in the due set that have no date in their cell."""
    members = [name.decode() for due in dues for name in await link.command("ZRANGE", due, 0, -1)]
    timers = [(*read_member(name), name) for name in members if name.startswith("t|")]
    return [name for cell, what, name in timers if not await link.command("HEXISTS", cell.key, f"t:{what}")]
