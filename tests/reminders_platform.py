"""The other end of a proof: takes every message over HTTP, numbers it, and writes down who sent what.

It may be asked where a letter stands, for half of the letters; for the others it lets nobody look, as some
platforms do.
"""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.served import served

SHOWS = re.compile(r"show~([0-9a-f]+)~")  # the button of a reminder


@dataclass(frozen=True, slots=True)
class Posted:
    """One message that was taken. `again`: its sender said that it may have been sent before.

    `deals` are those it offers to show.
    """

    number: int
    how: str
    cell: str
    letter: str
    again: bool
    pid: int
    deals: tuple[str, ...] = ()


class Record:
    """What was posted, in the order it arrived. `watch` sees each before its sender hears of it."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.watch: Callable[[Posted], None] = nobody
        self._stands: dict[str, int] = {}

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """The address it is told at."""
        app = web.Application(client_max_size=1 << 24)
        app.router.add_post("/", self._told)
        async with served(app) as port:
            yield f"http://127.0.0.1:{port}/"

    async def _told(self, request: web.Request) -> web.Response:
        told = await request.json()
        return web.json_response(self._find(told) if told["how"] == "find" else self._take(told))

    def _find(self, told: dict[str, Any]) -> dict[str, Any]:
        if is_blind(told["letter"]):
            return {"blind": True}
        return {"message": self._stands.get(told["letter"])}

    def _take(self, told: dict[str, Any]) -> dict[str, Any]:
        number = len(self.posted) + 1
        parts = {name: told[name] for name in ("how", "cell", "letter", "again", "pid")}
        shown = dict.fromkeys(SHOWS.findall(json.dumps(told["payload"])))
        self.posted.append(Posted(number, **parts, deals=tuple(shown)))
        self._stands.setdefault(told["letter"], number)
        self.watch(self.posted[-1])
        return {"message": str(number)}


def nobody(_: Posted) -> None:
    """Nobody watches."""


def is_blind(letter: str) -> bool:
    """Whether nobody may look for this letter."""
    return int(letter[0], 16) % 2 == 1
