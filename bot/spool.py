"""The logs of a replay, on disk once they are long: a file of any length takes the same memory.

What is on disk has no name, and is gone when the replay ends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cached_property
from types import TracebackType
from typing import Self, cast

from bot.codec import Codec
from dialogs.events import DealEvent

IN_MEMORY = 50_000  # entries, some 10 MB
CACHE = 2_000  # KiB that the database keeps in memory


class Spool:
    """`dialogs.replay.Logs`: the newest in memory, the rest in a private temporary database."""

    def __init__(self, codec: Callable[[], Codec], in_memory: int = IN_MEMORY) -> None:
        self._make, self._in_memory = codec, in_memory
        self._newest: dict[str, list[DealEvent]] = {}
        self._count = 0

    @cached_property
    def _codec(self) -> Codec:
        return self._make()

    @cached_property
    def _older(self) -> sqlite3.Connection:
        older = sqlite3.connect("", isolation_level=None)
        older.execute(f"PRAGMA cache_size = -{CACHE}")
        older.execute("PRAGMA journal_mode = OFF")  # nothing is ever rolled back
        older.execute("CREATE TABLE entries (deal TEXT, entry BLOB)")
        older.execute("CREATE INDEX by_deal ON entries (deal)")
        return older

    def add(self, deal: str, entries: Sequence[DealEvent]) -> None:
        """Write entries behind those of the deal so far."""
        self._newest.setdefault(deal, []).extend(entries)
        self._count += len(entries)
        if self._count >= self._in_memory:
            rows = ((key, self._codec.pack(entry)) for key, log in self._newest.items() for entry in log)
            self._older.execute("BEGIN")
            self._older.executemany("INSERT INTO entries VALUES (?, ?)", rows)
            self._older.execute("COMMIT")
            self._newest, self._count = {}, 0

    def of(self, deal: str) -> Sequence[DealEvent]:
        """All entries of a deal."""
        return [*self._written(deal), *self._newest.get(deal, ())]

    def _written(self, deal: str) -> list[DealEvent]:
        if "_older" not in vars(self):
            return []
        found = self._older.execute("SELECT entry FROM entries WHERE deal = ? ORDER BY rowid", (deal,))
        return [cast("DealEvent", self._codec.unpack(packed)) for (packed,) in found]

    def drop(self, deal: str) -> None:
        """Forget a deal's entries; nothing where there are none."""
        self._count -= len(self._newest.pop(deal, ()))
        if "_older" in vars(self):
            self._older.execute("DELETE FROM entries WHERE deal = ?", (deal,))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if "_older" in vars(self):
            with closing(self._older):
                del self._older
