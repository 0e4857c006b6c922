"""A command that needs Redis and no platform: the store is opened, and what is wrong is said.

What a command does not need it does not load: `replay` starts without Redis, `--help` without anything.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.codec import Sealer
    from bot.redis import Link, Store

OK, FAILED = 0, 1
Work = Callable[["Store", "Clock"], Awaitable[None]]


class Mistaken(Exception):
    """What was asked for cannot be done: why, and what would be right."""


def with_store(work: Work) -> int:
    """Do it with the store that the environment names."""

    async def opened(line: Link, sealer: Sealer, clock: Clock) -> None:
        from bot.letters import codec  # noqa: PLC0415
        from bot.redis import Store  # noqa: PLC0415

        await work(Store(line, codec(), sealer), clock)

    return with_link(opened)


def with_link(work: Callable[[Link, Sealer, Clock], Awaitable[None]]) -> int:
    """The same, below the store."""
    from bot.redis import StoreUnavailable  # noqa: PLC0415
    from bot.redis.embedded import NoServer  # noqa: PLC0415
    from bot.settings import Misconfigured  # noqa: PLC0415

    try:
        asyncio.run(_opened(work))
    except (Mistaken, Misconfigured) as problem:
        return failed(str(problem))
    except (NoServer, StoreUnavailable) as problem:
        return failed(f"Redis: {problem}")
    return OK


def failed(problem: str) -> int:
    """The status of a command that says what is wrong."""
    print(problem, file=sys.stderr)
    return FAILED


async def _opened(work: Callable[[Link, Sealer, Clock], Awaitable[None]]) -> None:
    from bot.clock import Clock  # noqa: PLC0415
    from bot.settings import without_platforms  # noqa: PLC0415
    from bot.wiring import link, sealer  # noqa: PLC0415

    settings, clock = without_platforms(), Clock()
    async with link(settings, clock) as line:
        await work(line, sealer(settings), clock)
