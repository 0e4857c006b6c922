"""A thousand reminders at once to a thousand people, on a platform that says "not so fast".

Slack takes a message a second a chat, and of all chats together so many in a while; beyond that it answers
429. Meanwhile others tap: how long their acknowledgement and the message they caused take, beside the same
without the burst.
"""

import asyncio
import itertools
import math
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.intents import Button
from bot.redis import connect, embedded
from tests.bench_figures import Figure, figure, percentile
from tests.bench_load import SECRET, Negotiator, Ready, Round, WebApi, drive
from tests.bench_process import Running, serving
from tests.reminders_seed import KEYS, dates, open_deals, until_all_are_due

WHILE = 5  # seconds; a minute of Slack's, shortened
MESSAGES = 100  # in a while, of all chats together
PAGES = 100
CHAT = 1.0  # seconds between two messages of one chat
TAPPERS = 8
THOUGHT = 2.0  # seconds between a message and the next tap
CALM = 12  # taps of each without the burst
BEFORE = 60.0  # seconds from the set-up of those who tap to the burst
LATEST = 80.0  # seconds; a message that takes longer is an error
MS = 1000


class Allowance:
    """So many calls in a while; `ask` answers how many seconds to wait, 0 if it is granted."""

    def __init__(self, calls: int) -> None:
        self._calls = calls
        self._ends = 0.0
        self._left = calls

    def ask(self, now: float) -> int:
        if now >= self._ends:
            self._ends, self._left = now + WHILE, self._calls
        self._left -= 1
        return 0 if self._left >= 0 else max(1, math.ceil(self._ends - now))


class LimitedApi(WebApi):
    """Slack's side, with its limits."""

    def __init__(self) -> None:
        super().__init__()
        self.refused = 0
        self.taken: dict[str, float] = {}  # when the first message to a chat was taken
        self._messages, self._pages = Allowance(MESSAGES), Allowance(PAGES)
        self._chats: dict[str, float] = {}

    async def _method(self, request: web.Request) -> web.Response:
        wait = await self._wait(request, time.monotonic())
        if not wait:
            return await super()._method(request)
        self.refused += 1
        answer: dict[str, Any] = {"ok": False, "error": "ratelimited"}
        return web.json_response(answer, status=429, headers={"Retry-After": str(wait)})

    async def _wait(self, request: web.Request, now: float) -> int:
        match request.match_info["method"]:
            case "views.publish":
                return self._pages.ask(now)
            case "chat.postMessage":
                chat = (await request.json())["channel"]
                if now < self._chats.get(chat, 0.0):
                    return 1
                wait = self._messages.ask(now)
                if not wait:
                    self._chats[chat] = now + CHAT
                    self.taken.setdefault(chat, now)
                return wait
            case _:
                return 0


class Asking(Negotiator):
    """Somebody who asks for the status of their deal: each tap causes a message."""

    def asks(self, count: int) -> list[Ready]:
        stamps = [f"{next(_numbers)}.000000" for _ in range(count)]
        return [self._ready(Button("status", self._deal.key), stamp, follow=True) for stamp in stamps]


_numbers = itertools.count(5_000_000)


async def thousand(folder: Path, people: int) -> list[Figure]:
    """Calm first, then the burst."""
    offset = await _seeded(folder, people)
    async with AsyncExitStack() as stack:
        api = LimitedApi()
        await stack.enter_async_context(api())
        coach = await stack.enter_async_context(serving("coach", api.base, folder, SECRET))
        await _moved(coach, offset - BEFORE)
        tappers = [Asking(f"U9{number:05d}", api) for number in range(TAPPERS)]
        await drive(coach.port, [[each.opens(follow=True)] for each in tappers], latest=LATEST)
        calm = await _tapped(coach, tappers, CALM)
        burst = {f"U{number:06d}" for number in range(people)}
        refused, began = api.refused, time.monotonic()
        await _moved(coach, offset)
        rounds = list[Round]()
        while burst - api.taken.keys():
            rounds.append(await _tapped(coach, tappers, 2))
        times = sorted(api.taken[each] - began for each in burst)
        return _figures(people, times, api.refused - refused, calm, rounds)


async def _seeded(folder: Path, people: int) -> float:
    """People with a deal each, everything posted; how far to move the clock until all reminders are due."""
    await asyncio.to_thread((folder / "sealing.key").write_text, KEYS, "ascii")
    server = await asyncio.to_thread(embedded.start, folder)
    await open_deals(server.url, [1] * people, posted=True)
    link = connect(server.url)
    try:
        return until_all_are_due(await dates(link)).total_seconds()
    finally:
        await link.aclose()


async def _moved(coach: Running, offset: float) -> None:
    """The coach's clock, forward."""
    address = f"http://127.0.0.1:{coach.port}/local/clock"
    async with (
        aiohttp.ClientSession(trust_env=False) as http,
        http.post(address, json={"offset": offset}) as a,
    ):
        a.raise_for_status()


async def _tapped(coach: Running, tappers: Sequence[Asking], count: int) -> Round:
    return await drive(coach.port, [each.asks(count) for each in tappers], THOUGHT, LATEST)


def _figures(
    people: int, times: Sequence[float], refused: int, calm: Round, rounds: Sequence[Round]
) -> list[Figure]:
    taps = Round(
        0.0, [t for each in rounds for t in each.acknowledged], [t for each in rounds for t in each.followed]
    )
    least = people / MESSAGES * WHILE
    return [
        figure(f"{people:,} reminders to as many people: the last one posted", "s", [times[-1]]),
        figure("  half of them", "s", [percentile(times, 0.5)]),
        figure(f"  what {MESSAGES / WHILE:.0f} messages a second allow at best", "s", [least]),
        figure("  refused with 429, for each reminder", "", [refused / people]),
        *_times("without the burst", calm),
        *_times("during the burst", taps),
    ]


def _times(when: str, taps: Round) -> list[Figure]:
    found = []
    for what, times in (("acknowledged", taps.acknowledged), ("its message posted", taps.followed)):
        for share in (0.5, 0.99):
            value = percentile(times, share) * MS
            found.append(figure(f"a tap {when}, {what}, p{share * 100:.0f}", "ms", [value]))
    return found
