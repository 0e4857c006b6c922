"""Tells a bot in another process that the workspace's clock was moved.

A bot that does not answer is left alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import aiohttp

ATTEMPTS = 5
PAUSE = timedelta(milliseconds=200)
PATIENCE = aiohttp.ClientTimeout(total=2)


def clock_post(url: str) -> Callable[[timedelta], Awaitable[None]]:
    """For `Workspace(moved=...)`: posts `{"offset": seconds}` to `url`, a few times, and never raises."""

    async def moved(offset: timedelta) -> None:
        async with aiohttp.ClientSession(timeout=PATIENCE) as session:
            for _ in range(ATTEMPTS):
                if await _posted(session, url, offset):
                    return
                await asyncio.sleep(PAUSE.total_seconds())

    return moved


async def _posted(session: aiohttp.ClientSession, url: str, offset: timedelta) -> bool:
    try:
        async with session.post(url, json={"offset": offset.total_seconds()}) as response:
            return response.ok
    except (aiohttp.ClientError, TimeoutError):
        return False
