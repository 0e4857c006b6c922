"""The process a benchmark of Teams measures: a bare bot on the same adapter, the coach, or a burst of posts.

`python -m tests.bench_teams_server bare|echo|coach|silent|burst '{"service": …}'` prints its port and serves
until its standard input closes; `burst` posts and prints what it saw.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot import web as web_of_coach
from bot import wiring
from bot.__main__ import fast_run, settle
from bot.redis import embedded
from bot.settings import Settings, Teams
from bot.teams import Framework, delivery
from bot.teams.framework import Answer, Message, Reference
from tests.served import served
from tests.teams_stand_in import APP, BOT, PASSWORD, TENANT

LOOK = 0.005  # seconds between two looks at how late the loop is
AT_ONCE = 32


def told(options: dict[str, Any]) -> Teams:
    """The settings that reach the stand-in."""
    return Teams(APP, TENANT, PASSWORD, frozenset({TENANT}), login=options["login"], keys_url=options["keys"])


@asynccontextmanager
async def bare(options: dict[str, Any], *, echo: bool) -> AsyncIterator[int]:
    """A bot of the SDK on our adapter: who speaks is checked, and it answers, with a message if it echoes."""
    async with aiohttp.ClientSession() as session:
        framework = Framework(told(options), session)

        async def messages(request: web.Request) -> web.Response:
            body = json.loads(await request.read())
            known = await framework.authenticate(body, request.headers.get("Authorization", ""))

            async def work() -> Answer:
                if echo:
                    await framework.post(delivery.reference(body), Message(None, "echo", ""))
                return Answer(body={"statusCode": 200, "type": "x", "value": "taken"})

            answer = await framework.take(known, body, work)
            return web.json_response(answer.body, status=answer.status)

        app = web.Application(client_max_size=web_of_coach.LARGEST_BODY)
        app.router.add_post("/api/messages", messages)
        try:
            async with served(app) as port:
                yield port
        finally:
            await framework.close()


@asynccontextmanager
async def coach(options: dict[str, Any], *, posting: bool) -> AsyncIterator[int]:
    """The whole coach; `posting=False`: letters are stored and stay, as if another process posted them."""
    data = Path(options["data"])
    try:
        async with wiring.coach(Settings(None, told(options), data=data, port=0, local=True)) as up:
            if not posting:
                await up.worker.stop()
            yield up.port
    finally:
        await asyncio.to_thread(embedded.stop, data)


async def burst(options: dict[str, Any]) -> dict[str, Any]:
    """So many messages to as many chats; seconds, and how late the loop was at its looks."""
    late, done = list[float](), asyncio.Event()

    async def look() -> None:
        while not done.is_set():
            began = time.perf_counter()
            await asyncio.sleep(LOOK)
            late.append(time.perf_counter() - began - LOOK)

    async with aiohttp.ClientSession() as session:
        framework, gate = Framework(told(options), session), asyncio.Semaphore(AT_ONCE)

        async def post(number: int) -> None:
            async with gate:
                there = Reference(options["service"], f"a:1p{number}", TENANT, BOT)
                await framework.post(there, Message(None, "five minutes, when it suits you", "hi"))

        settle()
        looking, began = asyncio.create_task(look()), time.perf_counter()
        await asyncio.gather(*(post(number) for number in range(options["count"])))
        seconds = time.perf_counter() - began
        done.set()
        await looking
        await framework.close()
    return {"seconds": seconds, "late": late}


async def serve(kind: str, options: dict[str, Any]) -> None:
    """Print the port, then serve until standard input closes."""
    if kind == "burst":
        sys.stdout.write(json.dumps(await burst(options)) + "\n")
        return
    ours = kind in ("coach", "silent")
    serving = coach(options, posting=kind == "coach") if ours else bare(options, echo=kind == "echo")
    async with serving as port:
        settle()
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    fast_run(serve(sys.argv[1], json.loads(sys.argv[2])))
