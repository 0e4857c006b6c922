"""A clock that all processes of a proof share, each with a fault of its own that can be put into it."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from bot.clock import Clock

PLACES = 16  # the first is everybody's offset, the others are one process's fault each
_DOUBLE = struct.Struct("d")


class Times:
    """Offsets in seconds, in a file that several processes have in memory."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(bytes(PLACES * _DOUBLE.size))
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), PLACES * _DOUBLE.size)

    def __getitem__(self, place: int) -> timedelta:
        return timedelta(seconds=_DOUBLE.unpack_from(self._memory, place * _DOUBLE.size)[0])

    def __setitem__(self, place: int, offset: timedelta) -> None:
        _DOUBLE.pack_into(self._memory, place * _DOUBLE.size, offset.total_seconds())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._memory.close()


class FaultyClock(Clock):
    """Goes with everybody's, apart from the fault of its own; what is shifted for Redis has no fault."""

    def __init__(self, times: Times, place: int) -> None:
        super().__init__()
        self._times, self._place = times, place

    def now(self) -> datetime:
        """As this machine tells the time."""
        return datetime.now(UTC) + self._times[0] + self._times[self._place]

    def shift(self) -> timedelta:
        """Everybody's offset."""
        return self._times[0]
