"""Puts one coach together from its settings: store, desk, worker, platforms, the HTTP it answers on."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import ClientSession

from bot import slack, tracing
from bot.clock import Clock
from bot.codec import Sealer
from bot.desk import Desk
from bot.erasing import Eraser
from bot.letters import codec
from bot.logs import hushed
from bot.measures import Measures
from bot.pace import Paced
from bot.platforms import Platform
from bot.policy import Policy
from bot.postman import Postman
from bot.redis import Link, Outbox, Store, connect, embedded
from bot.render import Renderer
from bot.settings import Misconfigured, Settings, Slack, Teams
from bot.slack import Chats, Entrance, SlackPlatform
from bot.slack.people import People
from bot.web import Handler, Problem, Surface, listening
from bot.worker import Worker

if TYPE_CHECKING:
    from bot.teams import Entrance as TeamsEntrance

log = logging.getLogger(__name__)
MANIFEST = Path(__file__).parent.parent / "deploy" / "slack" / "manifest.json"
COMMAND = "deal"  # what stands before typed words where there is no slash command
FINISHES_WITHIN = 5.0  # seconds, for what the worker has in hand; requests have had four before


@dataclass(frozen=True, slots=True)
class Coach:
    """A coach that is up: where it listens, and its parts."""

    clock: Clock
    store: Store
    outbox: Outbox
    desk: Desk
    worker: Worker
    entrance: Entrance | None = None  # of Slack
    in_teams: "TeamsEntrance | None" = None
    refused: Counter[str] = field(default_factory=Counter)  # messages to rooms and others
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
async def coach(settings: Settings, *, serves: bool = True, works: bool = True) -> AsyncIterator[Coach]:
    """The whole coach, up; it finishes what is in hand and closes at the end, within ten seconds.

    One that only `serves` leaves letters and timers to others; one that only `works` takes nothing in.
    """
    if settings.slack is None and settings.teams is None:
        raise Misconfigured(["SLACK_BOT_TOKEN, TEAMS_APP_ID: no platform is configured"])
    hushed()
    clock = Clock()
    async with AsyncExitStack() as stack:
        try:
            stack.enter_context(tracing.traced(settings.traces))
        except ImportError as lacking:
            raise Misconfigured([f"WALKAWAY_TRACES: {lacking}"]) from None
        line = await stack.enter_async_context(link(settings, clock))
        packer, seals = codec(), sealer(settings)
        store, outbox = Store(line, packer, seals), Outbox(line, packer, seals)
        session = await stack.enter_async_context(slack.session())
        up = _parts(settings, store, outbox, clock, session)
        if up.in_teams is not None:
            stack.push_async_callback(up.in_teams.close)
        if works:
            working = asyncio.create_task(up.worker.run())
            stack.push_async_callback(_finish, up.worker, working)
        socket = settings.slack is not None and settings.slack.transport == "socket"
        if up.entrance is not None and serves and socket:
            await up.entrance.connect()
            stack.push_async_callback(up.entrance.close)
        surface = _surface(settings, up, serves=serves)
        port = await stack.enter_async_context(listening(settings.host, settings.port, surface))
        yield replace(up, port=port)


def _parts(settings: Settings, store: Store, outbox: Outbox, clock: Clock, session: ClientSession) -> Coach:
    """One core, and each platform that is configured."""
    policy, reached = settings.policy, dict[str, tuple[Platform, Renderer]]()
    command = settings.slack.command if settings.slack else COMMAND
    desk = Desk(store, clock, Renderer("slack", command), policy)  # it reads words alone
    shared = _Shared(store, desk, clock, session, reached, policy)
    entrance = _slack(settings.slack, shared) if settings.slack else None
    in_teams = _teams(settings.teams, shared) if settings.teams else None
    postman, ring = Postman(store, desk, reached, policy), Eraser(store, desk, clock, policy).ring
    worker = Worker(outbox, Paced(postman.deliver).deliver, ring, find=postman.find)
    return Coach(clock, store, outbox, desk, worker, entrance, in_teams, postman.counts)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all platforms share; each puts itself among those that are `reached`."""

    store: Store
    desk: Desk
    clock: Clock
    session: ClientSession
    reached: dict[str, tuple[Platform, Renderer]]
    policy: Policy


def _slack(settings: Slack, of: _Shared) -> Entrance:
    renderer = Renderer("slack", settings.command)
    if settings.client_id:
        return _slack_of_many(settings, of, renderer)
    client, chats = slack.client(settings.bot_token, settings.api, of.session), Chats(of.store)
    of.reached["slack"] = SlackPlatform(client, of.session, chats), renderer
    people = People(client, of.store, of.clock, of.desk.seen, chats, left=of.desk.left, policy=of.policy)
    return Entrance(settings, of.desk, people, client, renderer)


def _slack_of_many(settings: Slack, of: _Shared, renderer: Renderer) -> Entrance:
    """One app that many workspaces install, each with a token of its own."""
    plain = slack.client("", settings.api, of.session)
    workspaces = slack.workspaces(of.store, of.clock, settings, plain)
    client, chats = slack.client(None, settings.api, of.session), Chats(of.store, slack.entered_team)
    of.reached["slack"] = SlackPlatform(client, of.session, chats, workspaces.enter_tenant), renderer
    people = People(client, of.store, of.clock, of.desk.seen, chats, left=of.desk.left, policy=of.policy)
    entrance = Entrance(settings, of.desk, people, client, renderer, workspaces=workspaces)
    kept = slack.Installations(workspaces, people.tenant)
    entrance.installing = slack.Installing(
        settings, plain, slack.scopes(MANIFEST), slack.States(of.store), kept
    )
    return entrance


def _teams(settings: Teams, of: _Shared) -> "TeamsEntrance":
    from bot import teams  # noqa: PLC0415 - an SDK of 40 MB, which Slack alone does without

    framework, references = teams.Framework(settings, of.session), teams.References(of.store)
    renderer, platform = Renderer("teams", COMMAND), teams.TeamsPlatform(framework, references, of.store)
    of.reached["teams"] = platform, renderer
    seen, left = of.desk.seen, of.desk.left
    people = teams.People(framework, references, of.store, of.clock, seen, left=left, policy=of.policy)
    colleagues = teams.Colleagues(framework, of.store, references, people)
    line = teams.Line(framework, platform, references, of.store, renderer, colleagues)
    return teams.Entrance(settings, of.desk, people, line)


async def _finish(worker: Worker, working: asyncio.Task[None]) -> None:
    """What is in hand is finished and the rest returned; what takes longer is left to its lease."""
    try:
        async with asyncio.timeout(FINISHES_WITHIN):
            await worker.stop()
    except TimeoutError:
        log.warning("some letters are left to their leases")
        working.cancel()
    with suppress(asyncio.CancelledError):
        await working


def _surface(settings: Settings, up: Coach, *, serves: bool) -> Surface:
    """What this process answers, and what it needs to."""
    doors: dict[str, tuple[str, Handler]] = {}
    needed, wanted, pages = list[Problem](), list[Problem](), dict[str, Handler]()
    if up.entrance is not None and serves:
        doors["/slack/events"] = "slack", up.entrance.http
        needed.append(_slack_stands(up.entrance))
        if (installing := up.entrance.installing) is not None:
            pages = {slack.INSTALL: installing.begin, slack.BACK: installing.back}
    if up.in_teams is not None:
        if serves:
            doors["/api/messages"] = "teams", up.in_teams.http
        wanted.append(up.in_teams.problem)
    measures = Measures(up.store.counts, up.worker.counts, up.refused)
    move = up.move_clock if settings.local else None
    return Surface(up.store, up.outbox, measures, doors, pages, tuple(needed), tuple(wanted), move)


def _slack_stands(entrance: Entrance) -> Problem:
    async def problem() -> str:
        return "" if await entrance.connected() else "slack: the Socket Mode connection is down"

    return problem
