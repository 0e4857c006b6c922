"""Puts one coach together from its settings: store, desk, worker, Slack, and the HTTP it answers on."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from aiohttp import ClientSession, web

from bot import slack
from bot.clock import Clock
from bot.codec import Sealer
from bot.desk import Desk
from bot.erasing import Eraser
from bot.letters import codec
from bot.pace import Paced
from bot.policy import Policy
from bot.postman import Postman
from bot.redis import Link, Outbox, Store, StoreUnavailable, connect, embedded
from bot.render import Renderer
from bot.settings import Misconfigured, Settings, Slack
from bot.slack import Chats, Entrance, SlackPlatform
from bot.slack.people import People
from bot.worker import Worker

log = logging.getLogger(__name__)
LARGEST_BODY = 1024 * 1024
Handler = Callable[[web.Request], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class Coach:
    """A coach that is up: where it listens, and its parts."""

    clock: Clock
    store: Store
    outbox: Outbox
    desk: Desk
    worker: Worker
    entrance: Entrance
    port: int = 0

    def move_clock(self, offset: timedelta) -> None:
        """Follow a local workspace's clock; what has come due rings at once."""
        self.clock.offset = offset
        self.outbox.bell.ring_everywhere()


def redis_url(settings: Settings) -> str:
    """The Redis to use; starts (or finds) the embedded one where none is named. Raises NoServer."""
    return settings.redis_url or embedded.start(settings.data).url


def sealer(settings: Settings) -> Sealer:
    """The sealing keys of the settings, or of the local file, made at first start. Raises Misconfigured."""
    if settings.keys is None:
        return Sealer.from_file(settings.key_file)
    try:
        return Sealer.from_setting(settings.keys)
    except ValueError as problem:
        raise Misconfigured([f"WALKAWAY_KEYS: {problem}"]) from None


@asynccontextmanager
async def link(settings: Settings, clock: Clock) -> AsyncIterator[Link]:
    """A line to the settings' Redis, closed at the end."""
    line = connect(await asyncio.to_thread(redis_url, settings), clock.shift)
    try:
        yield line
    finally:
        await line.aclose()


@asynccontextmanager
async def coach(settings: Settings) -> AsyncIterator[Coach]:
    """The whole coach, up; it finishes what is in hand and closes at the end."""
    if settings.slack is None:
        raise Misconfigured(["SLACK_BOT_TOKEN: no platform is configured"])
    for name in ("slack_sdk", "slack_bolt"):  # at DEBUG they log whole messages
        logging.getLogger(name).setLevel(logging.WARNING)
    clock = Clock()
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(link(settings, clock))
        packer, seals = codec(), sealer(settings)
        store, outbox = Store(line, packer, seals), Outbox(line, packer, seals)
        session = await stack.enter_async_context(slack.session())
        made = _parts(settings.slack, store, outbox, clock, session, policy=settings.policy)
        desk, worker, entrance = made
        working = asyncio.create_task(worker.run())
        stack.push_async_callback(_finish, worker, working)
        if settings.slack.transport == "socket":
            await entrance.connect()
            stack.push_async_callback(entrance.close)
        up = Coach(clock, store, outbox, desk, worker, entrance)
        port = await stack.enter_async_context(_listening(settings, up))
        yield replace(up, port=port)


def _parts(
    settings: Slack, store: Store, outbox: Outbox, clock: Clock, session: ClientSession, *, policy: Policy
) -> tuple[Desk, Worker, Entrance]:
    client = slack.client(settings.bot_token, settings.api, session)
    renderer = Renderer("slack", settings.command)
    desk = Desk(store, clock, renderer, policy)
    chats = Chats(store)
    postman = Postman(store, desk, {"slack": (SlackPlatform(client, session, chats), renderer)}, policy)
    worker = Worker(
        outbox, Paced(postman.deliver).deliver, Eraser(store, desk, clock, policy).ring, find=postman.find
    )
    people = People(client, store, clock, desk.seen, chats, left=desk.left, policy=policy)
    return desk, worker, Entrance(settings, desk, people, client, renderer)


async def _finish(worker: Worker, working: asyncio.Task[None]) -> None:
    await worker.stop()
    await working


@asynccontextmanager
async def _listening(settings: Settings, up: Coach) -> AsyncIterator[int]:
    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_post("/slack/events", up.entrance.http)
    app.router.add_get("/livez", _alive)
    app.router.add_get("/readyz", _ready(up.entrance, up.store))
    if settings.local:
        app.router.add_post("/local/clock", _moved(up.move_clock))
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    site = web.TCPSite(runner, settings.host, settings.port)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _alive(_: web.Request) -> web.Response:
    return web.json_response({"alive": True})


def _ready(entrance: Entrance, store: Store) -> Handler:
    async def ready(_: web.Request) -> web.Response:
        problems = []
        try:
            await store.ident("probe", "ready", make=lambda: "probe")
        except StoreUnavailable:
            problems.append("redis: does not answer")
        if not await entrance.connected():
            problems.append("slack: the Socket Mode connection is down")
        return web.json_response(
            {"ready": not problems, "problems": problems}, status=503 if problems else 200
        )

    return ready


def _moved(move: Callable[[timedelta], None]) -> Handler:
    """Only in a local workspace: its clock was moved, and ours goes with it."""

    async def moved(request: web.Request) -> web.Response:
        offset = timedelta(seconds=float((await request.json())["offset"]))
        move(offset)
        return web.json_response({"offset": offset.total_seconds()})

    return moved
