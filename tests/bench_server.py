"""The process a benchmark measures: a bare Bolt app, or the coach with or without its worker.

`python -m tests.bench_server bare|coach|silent '{"api": …, "data": …, "secret": …}'` prints its port and
serves until its standard input closes, so it never outlives whoever started it; nor does its Redis.
"""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot import web as web_of_coach
from bot import wiring
from bot.__main__ import fast_run, settle
from bot.redis import embedded
from bot.settings import Settings, Slack
from tests.served import served

TOKEN = "xoxb-bench"


@asynccontextmanager
async def bare(secret: str) -> AsyncIterator[int]:
    """A plain Bolt app that checks the signature and acknowledges, mounted on aiohttp."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0BENCH", bot_token=TOKEN)

    async def acknowledge(ack: Callable[[], Awaitable[object]]) -> None:
        await ack()

    async def events(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    bolt = AsyncApp(signing_secret=secret, authorize=authorize)
    bolt.action(re.compile(".*"))(acknowledge)
    app = web.Application(client_max_size=web_of_coach.LARGEST_BODY)
    app.router.add_post("/slack/events", events)
    async with served(app) as port:
        yield port


@asynccontextmanager
async def coach(secret: str, api: str, data: Path, *, posting: bool) -> AsyncIterator[int]:
    """The whole coach; `posting=False`: letters are stored and stay, as if another process posted them."""
    slack = Slack(TOKEN, secret, transport="http", api=api)
    try:
        async with wiring.coach(Settings(slack, data=data, port=0, local=True)) as up:
            if not posting:
                await up.worker.stop()
            yield up.port
    finally:
        await asyncio.to_thread(embedded.stop, data)


async def serve(kind: str, secret: str, api: str, data: str) -> None:
    """Print the port, then serve until standard input closes."""
    serving = bare(secret) if kind == "bare" else coach(secret, api, Path(data), posting=kind == "coach")
    async with serving as port:
        if kind != "bare":
            settle()
        print(port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    run = asyncio.run if sys.argv[1] == "bare" else fast_run  # as `python -m bot run` does
    run(serve(sys.argv[1], **json.loads(sys.argv[2])))
