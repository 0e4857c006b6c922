"""`python -m bot audit`: who did what to which deal, and when; a line each, to be shipped elsewhere."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.redis.keys import SHARDS

if TYPE_CHECKING:
    from bot.redis import Store

OK, FAILED = 0, 1
LOOK = 1.0  # seconds between two looks while following


def add_to(commands: Any) -> None:  # noqa: ANN401 - what argparse answers has no name
    """The subcommand."""
    audit = commands.add_parser("audit", help="who did what to which deal, and when; no content")
    audit.add_argument("--since", type=_moment, metavar="ISO", help="a moment with its zone")
    audit.add_argument("--follow", action="store_true", help="go on with what is done from now on")
    audit.add_argument("--json", action="store_true", help="JSON lines, for machines")
    audit.set_defaults(command=_audit)


def _moment(text: str) -> str:
    """A moment as the stream's clock has it."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return str(int(moment.timestamp() * 1000))


def _audit(given: argparse.Namespace) -> int:
    from bot.redis import StoreUnavailable  # noqa: PLC0415 - a command loads what it needs
    from bot.redis.embedded import NoServer  # noqa: PLC0415
    from bot.settings import Misconfigured  # noqa: PLC0415

    try:
        asyncio.run(_told(given))
    except Misconfigured as problem:
        print(problem, file=sys.stderr)
        return FAILED
    except (NoServer, StoreUnavailable) as problem:
        print(f"Redis: {problem}", file=sys.stderr)
        return FAILED
    return OK


async def _told(given: argparse.Namespace) -> None:
    from bot.clock import Clock  # noqa: PLC0415
    from bot.letters import codec  # noqa: PLC0415
    from bot.redis import Store  # noqa: PLC0415
    from bot.settings import without_platforms  # noqa: PLC0415
    from bot.wiring import link, sealer  # noqa: PLC0415

    settings = without_platforms()
    async with link(settings, Clock()) as line:
        store = Store(line, codec(), sealer(settings))
        pages = Pages(store, given.since or "0")
        while (page := await pages.next()) or given.follow:
            for name, told in page:
                print(_line(name, told, as_json=given.json), flush=True)
            if not page:
                await asyncio.sleep(LOOK)


class Pages:
    """The streams of all shards, a page of each at a time; a page is in the order in which things were done.

    How far each was read is kept shard by shard: a line that lands late in one is never passed over.
    """

    def __init__(self, store: Store, since: str = "0") -> None:
        self._store = store
        self._read = dict.fromkeys(range(SHARDS), since)

    async def next(self) -> list[tuple[str, dict[str, str]]]:
        """What was added since the last page; empty if nothing was."""
        page = []
        for shard, after in self._read.items():
            if found := await self._store.audit(shard, after):
                self._read[shard] = found[-1][0]
                page += found
        return sorted(page, key=lambda line: _order(line[0]))


def _order(name: str) -> tuple[int, int]:
    moment, _, number = name.partition("-")
    return int(moment), int(number)


def _line(name: str, told: dict[str, str], *, as_json: bool) -> str:
    at = datetime.fromtimestamp(_order(name)[0] / 1000, UTC).isoformat(timespec="milliseconds")
    if as_json:
        return json.dumps({"at": at, **told})
    return f"{at}  {told['what']:18} {told['kind']} {told['id']}  by {told['who'] or 'the clock'}"
