"""Seals everything anew under the current key while the coach runs: documents, logs, letters, dead letters.

What changes meanwhile is left to the next pass; a record is replaced only if it still lies as it was read.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from bot.codec import Sealer
from bot.redis.keys import Cell, Kind, read_member
from bot.redis.link import Link
from bot.redis.sealed import LETTER_ID

PAGE = 200  # records of one key in one round trip
PASSES = 5
_CELL = re.compile(r"w1:\{s\d\d\}:([^:]+):([^:]+):(\d\d[^:]+)(?::(log|out))?")
_DEAD = re.compile(r"w1:\{s\d\d\}:dead")

Anew = tuple[str | int, bytes, bytes]  # the field or index, what lies there, what it becomes


@dataclass(frozen=True, slots=True)
class Rotated:
    """What one run did. `left` lies under another key still: it changed faster than it was sealed."""

    looked_at: int
    sealed_anew: int
    left: int


class Rotation:
    """One run over everything."""

    def __init__(self, link: Link, sealer: Sealer, tell: Callable[[int], None]) -> None:
        self._link = link
        self._sealer = sealer
        self._tell = tell
        self._looked = self._done = self._stale = 0

    async def run(self) -> Rotated:
        """Passes until nothing is left. Raises SealError for what no key here opens, and StoreUnavailable."""
        looked = left = 0
        for _ in range(PASSES):
            self._looked, self._stale, done = 0, 0, self._done
            async for key in self._link.scan("w1:{s*"):
                await self._key(key)
            looked = max(looked, self._looked)
            left = self._stale - (self._done - done)
            if left == 0:
                break
        return Rotated(looked, self._done, left)

    async def _key(self, key: str) -> None:
        if _DEAD.fullmatch(key):
            await self._dead(key)
            return
        named = _CELL.fullmatch(key)
        if named is None:
            return
        cell = Cell(named[1], cast("Kind", named[2]), named[3])
        if named[4] is None:
            sealed = await self._link.command("HGET", key, "d")
            await self._anew(key, "hash", [("d", sealed, self._again(cell, "d", sealed))] if sealed else [])
            return
        start = 0
        while lines := await self._link.command("LRANGE", key, start, start + PAGE - 1):
            anew = [
                (at, old, self._letter(cell, old) if named[4] == "out" else self._again(cell, "log", old))
                for at, old in enumerate(lines, start)
            ]
            await self._anew(key, "list", anew)
            start += PAGE

    async def _dead(self, key: str) -> None:
        entries = await self._link.command("HGETALL", key)
        anew = list[Anew]()
        for name, entry in entries.items():
            head, _, letter = entry.partition(b"\n")
            member = name.decode()
            if not letter or member.startswith("t|"):
                continue
            cell, _ = read_member("t" + member[1:])
            anew.append((member, entry, head + b"\n" + self._letter(cell, letter)))
        await self._anew(key, "hash", anew)

    def _letter(self, cell: Cell, sealed: bytes) -> bytes:
        name = sealed[:LETTER_ID]
        return name + self._again(cell, f"out:{name.decode()}", sealed[LETTER_ID:])

    def _again(self, cell: Cell, field: str, sealed: bytes) -> bytes:
        if self._sealer.is_fresh(sealed):
            return sealed
        place = (cell.tenant, f"{cell.kind}:{cell.id}", field)
        return self._sealer.seal(self._sealer.open(sealed, *place), *place)

    async def _anew(self, key: str, kind: str, found: Sequence[Anew]) -> None:
        self._looked += len(found)
        stale = [each for each in found if each[1] != each[2]]
        self._stale += len(stale)
        if stale:
            words = [word for each in stale for word in each]
            self._done += int(await self._link.script("reseal", [key], kind, *words, moved=False))
        self._tell(self._looked)
