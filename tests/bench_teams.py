"""Taps in Teams: a turn of the coach beside a bare bot of the SDK on the same adapter; and a burst of posts.

Both are spoken to as Teams does, with one signed token, and both speak to the same stand-in, which checks the
bot's own token and answers every call.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from bot.codec import Sealer
from bot.intents import Button
from bot.letters import codec
from bot.redis import Store, connect, embedded, new_id
from bot.sample import sample_deal
from bot.teams.people import TENANT as TENANTS
from dialogs.turn import take
from tests.bench_figures import ROUNDS, Figure, Goal, figure, percentile
from tests.bench_load import Negotiator, Ready, Round, WebApi, drive, prove, rehearsed_stamp
from tests.bench_process import Running, of_module, printed
from tests.teams_stand_in import BOT, TENANT, StandIn

AT_ONCE = 32
ZONE = "Europe/Berlin"
MS = 1000
SERVER = "tests.bench_teams_server"
_people, _number = itertools.count(1), itertools.count(1)


class Connector(StandIn):
    """Teams' side: answers every call with success, and wakes whoever waits for a message."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.arrivals = WebApi()

    async def _connector(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != "Bearer connector-token":
            return web.json_response({"error": {"code": "Unauthorized", "message": ""}}, status=401)
        _, _, rest = unquote(request.path).partition("/conversations/")
        conversation, _, what = rest.partition("/")
        if what.startswith("members/"):
            name = what.partition("/")[2]
            member = {"id": name, "name": name, "aadObjectId": name, "tenantId": TENANT, "userRole": "user"}
            return web.json_response({**member, "userPrincipalName": f"{name}@example.com"})
        asks = b"answer~" in await request.read()
        stands = what.removeprefix("activities").strip("/")
        self.arrivals.note(stands if request.method == "PUT" else conversation)
        new = _card(conversation) if asks else f"m{next(_number)}"
        return web.json_response({"id": stands or new}, status=201)


class InTeams(Negotiator):
    """A person with one deal, whose taps are those of a card in Teams."""

    def __init__(self, user: str, teams: Connector, token: str) -> None:
        super().__init__(user, teams.arrivals)
        self._teams, self._token = teams, token

    def opens(self, *, follow: bool) -> Ready:
        """The first tap: the sample deal."""
        stamp = f"f:{next(_number)}"
        key = new_id(f"teams:a:1{self.user}:{stamp}")
        self.deal = take(None, sample_deal(rehearsed_stamp(), key, ZONE)).deal
        return self._ready(Button("sample"), stamp, follow=follow)

    def _ready(self, button: Button, stamp: str, *, follow: bool) -> Ready:
        """Only a tap that changes its own card is followed: the list of deals moves meanwhile too."""
        stands = _card(f"a:1{self.user}")
        in_place = button.verb in ("answer", "skip")
        arrival = self._arrivals.expect(stands) if follow and in_place else None
        return Ready(self._signed(self._activity(button, stamp, stands)), arrival)

    def echoed(self, count: int) -> list[Ready]:
        """Taps of which nothing but an answer comes."""
        return [self._ready(Button("list"), f"f:{next(_number)}", follow=False) for _ in range(count)]

    def _activity(self, button: Button, stamp: str, stands: str) -> dict[str, Any]:
        data = {"button": button.value}
        action = {"type": "Action.Execute", "verb": "tap", "data": data}
        return {
            "type": "invoke", "name": "adaptiveCard/action", "id": stamp, "channelId": "msteams",
            "serviceUrl": self._teams.service, "replyToId": stands, "localTimezone": ZONE, "locale": "en-GB",
            "from": {"id": self.user, "name": self.user, "aadObjectId": self.user},
            "recipient": {"id": BOT, "name": "Walkaway"}, "channelData": {"tenant": {"id": TENANT}},
            "conversation": {"id": f"a:1{self.user}", "conversationType": "personal", "tenantId": TENANT},
            "value": {"action": action, "trigger": "manual"},
        }  # fmt: skip

    def _signed(self, activity: dict[str, Any]) -> bytes:
        body = json.dumps(activity).encode()
        head = (
            "POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nAuthorization: Bearer {self._token}\r\n\r\n"
        )
        return head.encode() + body


def _card(conversation: str) -> str:
    """The id of the card that asks in a chat: the one that is tapped next, so it is known beforehand."""
    return f"card-{conversation}"


async def turns(folder: Path, taps: int) -> list[Figure]:
    """A turn acknowledged, its message left to another process, beside a bot that answers and one that posts.

    Then with the message it brings about, posted by the same process.
    """
    async with _teams(folder) as (teams, options):
        apart = [
            {**options, "data": str(folder / name)} for name in ("left", "posted")
        ]  # letters wait in one
        return [*await _acknowledged(teams, apart[0], taps), *await _followed(teams, apart[1], taps)]


async def _acknowledged(teams: Connector, options: dict[str, Any], taps: int) -> list[Figure]:
    rounds: dict[str, list[Round]] = {"bare bot": [], "echo bot": [], "coach": []}
    async with (
        of_module(SERVER, "bare", options) as bare,
        of_module(SERVER, "echo", options) as echo,
        of_module(SERVER, "silent", options) as coach,
    ):
        people = await _met(coach, teams)
        for _ in range(ROUNDS):
            queues = [person.taps(taps // AT_ONCE, follow=False) for person in people]
            for name, server in (("bare bot", bare), ("echo bot", echo), ("coach", coach)):
                rounds[name].append(await drive(server.port, queues))
        await _proved(Path(options["data"]), people)
    said = {"bare bot": "an answer", "echo bot": "and a message", "coach": "its message left to a worker"}
    at = f"{AT_ONCE} at once"
    return [
        *(figure(f"{name}, {at}, {said[name]}", "taps/s", _rates(rounds[name])) for name in rounds),
        figure("coach / bare bot", "", _ratios(rounds["coach"], rounds["bare bot"])),
        figure("coach / echo bot", "", _ratios(rounds["coach"], rounds["echo bot"]), Goal(">=", 0.7)),
    ]


def _rates(rounds: Sequence[Round]) -> list[float]:
    return [each.rate for each in rounds]


def _ratios(ours: Sequence[Round], others: Sequence[Round]) -> list[float]:
    return [mine.rate / other.rate for mine, other in zip(ours, others, strict=True)]


async def _followed(teams: Connector, options: dict[str, Any], taps: int) -> list[Figure]:
    async with of_module(SERVER, "echo", options) as echo, of_module(SERVER, "coach", options) as coach:
        people, echoed, done = await _met(coach, teams), list[Round](), list[Round]()
        each = max(6, taps // AT_ONCE // 4)
        for _ in range(ROUNDS):
            echoed.append(await drive(echo.port, [person.echoed(each) for person in people]))
            done.append(await drive(coach.port, [person.taps(each, follow=True) for person in people]))
        await _proved(Path(options["data"]), people)
    changed = "a tap to its changed card, one process for both"
    return [
        figure(f"coach, {AT_ONCE} at once, with its message", "taps/s", _rates(done)),
        figure("the same / echo bot", "", _ratios(done, echoed)),
        figure(f"{changed}, p50", "ms", [percentile(each.followed, 0.5) * MS for each in done]),
        figure(f"{changed}, p99", "ms", [percentile(each.followed, 0.99) * MS for each in done]),
    ]


async def burst(folder: Path, count: int) -> list[Figure]:
    """Messages nobody asked for, to as many people, by one process: how late its loop was meanwhile."""
    async with _teams(folder) as (_, options):
        rounds = [
            json.loads(await printed(SERVER, "burst", {**options, "count": count})) for _ in range(ROUNDS)
        ]
    late = [percentile(each["late"], 0.99) * MS for each in rounds]
    return [
        figure(
            f"{count:,} messages, to as many people", "msg/s", [count / each["seconds"] for each in rounds]
        ),
        figure("the loop was late by, p99", "ms", late),
        figure("the loop was late by, at most", "ms", [max(r["late"]) * MS for r in rounds], Goal("<", 50)),
    ]


@asynccontextmanager
async def _teams(folder: Path) -> AsyncIterator[tuple[Connector, dict[str, Any]]]:
    teams = Connector(folder)
    async with teams.served():
        base = f"http://127.0.0.1:{teams.port}"
        yield (
            teams,
            {
                "login": f"https://127.0.0.1:{teams.login_port}",
                "keys": f"{base}/.well-known/openidconfiguration",
                "service": teams.service,
                "data": str(folder),
                "ca": str(folder / "cert.pem"),
            },
        )


async def _met(coach: Running, teams: Connector) -> list[InTeams]:
    token = teams.token()
    people = [InTeams(f"p{next(_people):05d}", teams, token) for _ in range(AT_ONCE)]
    await drive(coach.port, [[person.opens(follow=False)] for person in people])
    await drive(coach.port, [person.taps(1, follow=False) for person in people])
    return people


async def _proved(folder: Path, people: Sequence[InTeams]) -> None:
    """Compare with what lies in Redis, before the figures are believed."""
    server = await asyncio.to_thread(embedded.start, folder)
    link = connect(server.url)
    try:
        store = Store(link, codec(), Sealer.from_file(folder / "sealing.key"))
        await prove(store, people, (TENANTS, TENANT))
    finally:
        await link.aclose()
