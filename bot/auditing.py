"""`python -m bot audit`: who did what to which deal, and when; a line each, to be shipped elsewhere."""

from __future__ import annotations

import argparse
import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.commanding import with_store

if TYPE_CHECKING:
    from bot.redis import Store

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
    return with_store(lambda store, _: _told(given, store))


async def _told(given: argparse.Namespace, store: Store) -> None:
    from bot.audited import Pages  # noqa: PLC0415 - a command loads what it needs

    pages = Pages(store, given.since or "0")
    while (page := await pages.next()) or given.follow:
        for name, told in page:
            print(_line(name, told, as_json=given.json), flush=True)
        if not page:
            await asyncio.sleep(LOOK)


def _line(name: str, told: dict[str, str], *, as_json: bool) -> str:
    at = datetime.fromtimestamp(int(name.partition("-")[0]) / 1000, UTC).isoformat(timespec="milliseconds")
    if as_json:
        return json.dumps({"at": at, **told})
    return f"{at}  {told['what']:18} {told['kind']} {told['id']}  by {told['who'] or 'the clock'}"
