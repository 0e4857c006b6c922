"""The HTTP a coach answers on: the platforms' entrances, whether it lives and is ready, its figures."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web

from bot import tracing
from bot.measures import TYPE, Measures
from bot.redis import Outbox, Store, StoreUnavailable

LARGEST_BODY = 1024 * 1024
LATE = timedelta(minutes=1)  # that nobody takes a letter: the workers are behind, or there are none
ENDS_WITHIN = 4.0  # seconds that requests in hand get at the end

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Problem = Callable[[], Awaitable[str]]  # what is wrong with a part, "" if nothing


@dataclass(frozen=True, slots=True)
class Surface:
    """What is answered: `doors` by path, with the platform; `needed` parts must work, `wanted` should."""

    store: Store
    outbox: Outbox
    measures: Measures
    doors: Mapping[str, tuple[str, Handler]] = field(default_factory=dict)
    pages: Mapping[str, Handler] = field(default_factory=dict)  # by path, to look at
    needed: tuple[Problem, ...] = ()
    wanted: tuple[Problem, ...] = ()
    move_clock: Callable[[timedelta], None] | None = None  # in a local workspace alone


@asynccontextmanager
async def listening(host: str, port: int, surface: Surface) -> AsyncIterator[int]:
    """Answers until the end of the block; requests in hand are finished then. Gives the port."""
    app = web.Application(client_max_size=LARGEST_BODY)
    for path, (platform, handler) in surface.doors.items():
        app.router.add_post(path, _timed(platform, handler, surface.measures))
    for path, page in surface.pages.items():
        app.router.add_get(path, page)
    app.router.add_get("/livez", _alive)
    app.router.add_get("/readyz", _ready(surface))
    app.router.add_get("/metrics", _figures(surface))
    if surface.move_clock is not None:
        app.router.add_post("/local/clock", _moved(surface.move_clock))
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=ENDS_WITHIN)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _timed(platform: str, handler: Handler, measures: Measures) -> Handler:
    async def timed(request: web.Request) -> web.StreamResponse:
        began = time.perf_counter()
        with tracing.span(f"{platform} delivery", server=True) as span:
            answer = await handler(request)
            tracing.told(span, "status", answer.status)
        seconds = time.perf_counter() - began
        measures.requests.labels(platform, f"{answer.status // 100}xx").observe(seconds)
        return answer

    return timed


async def _alive(_: web.Request) -> web.Response:
    return web.json_response({"alive": True})


def _ready(surface: Surface) -> Handler:
    """200 while requests can be served; what is merely worse than it should be is named as degraded."""

    async def ready(_: web.Request) -> web.Response:
        problems = [said for part in surface.needed if (said := await part())]
        degraded = [said for part in surface.wanted if (said := await part())]
        try:
            await surface.store.put_ident("probe", "ready", value="probe")
            waiting = await surface.outbox.waiting()
            if waiting.late > LATE:
                degraded.append(f"worker: {waiting.due:,} due, the first of them for {waiting.late}")
        except StoreUnavailable:
            problems.append("redis: does not take what is written")
        told = {"ready": not problems, "problems": problems, "degraded": degraded}
        return web.json_response(told, status=503 if problems else 200)

    return ready


def _figures(surface: Surface) -> Handler:
    async def figures(_: web.Request) -> web.Response:
        try:
            waiting = await surface.outbox.waiting()
        except StoreUnavailable:
            waiting = None
        return web.Response(body=surface.measures.page(waiting), headers={"Content-Type": TYPE})

    return figures


def _moved(move: Callable[[timedelta], None]) -> Handler:
    """Only in a local workspace: its clock was moved, and ours goes with it."""

    async def moved(request: web.Request) -> web.Response:
        offset = timedelta(seconds=float((await request.json())["offset"]))
        move(offset)
        return web.json_response({"offset": offset.total_seconds()})

    return moved
