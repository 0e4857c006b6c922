"""The coach in Teams as a process of its own, and what people do with it; `teams` and `bot` are fixtures."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.redis import embedded
from bot.teams.framework import is_channel
from tests.living import ROOT, clean_environment, free_port, until
from tests.teams_stand_in import (
    APP,
    BOT,
    CHANNEL,
    CHAT,
    PASSWORD,
    SOON,
    TEAM,
    TENANT,
    Posted,
    StandIn,
    actions,
)  # fmt: skip


def settings_for(teams: StandIn) -> dict[str, str]:
    """What a coach is told to serve this Teams."""
    return {
        "TEAMS_APP_ID": APP, "TEAMS_APP_PASSWORD": PASSWORD, "TEAMS_TENANT": TENANT, "WALKAWAY_LOCAL": "1",
        "WALKAWAY_TEAMS_LOGIN": f"https://127.0.0.1:{teams.login_port}",
        "WALKAWAY_TEAMS_KEYS": f"http://127.0.0.1:{teams.port}/.well-known/openidconfiguration",
        "REQUESTS_CA_BUNDLE": str(teams.folder / "cert.pem"),
    }  # fmt: skip


@dataclass
class Answered:
    """What the bot answered to one activity."""

    status: int
    body: Any
    activity: dict[str, Any]


class InTeams:
    """The bot as a process of its own, and what people do with it."""

    def __init__(self, teams: StandIn, data: Path) -> None:
        self.teams, self.data = teams, data
        self.port = free_port()
        self.process: asyncio.subprocess.Process | None = None
        self.log = data / "coach.log"
        self.more: dict[str, str] = {}
        self._count = 0

    def environment(self, **more: str) -> dict[str, str]:
        """What the process is told."""
        own = {"WALKAWAY_DATA": str(self.data), "WALKAWAY_PORT": str(self.port)}
        return clean_environment(**settings_for(self.teams), **own, **self.more, **more)

    async def start(self) -> None:
        """Start it and return when it is ready."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=self.environment(), cwd=ROOT, stdout=log, stderr=log
            )
        await until(self._ready, "the coach does not start", timedelta(seconds=20))

    async def _ready(self) -> bool:
        assert self.process is not None
        assert self.process.returncode is None, self.log.read_text()
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{self.port}/readyz") as answer,
            ):
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def kill(self) -> None:
        """As a power cut would."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def request(self, *, body: bytes, header: str | None, kind: str = "application/json",
                      method: str = "POST") -> tuple[int, Any]:  # fmt: skip
        """One HTTP request to the bot, as it is."""
        headers = {"Content-Type": kind} if kind else {}
        if header is not None:
            headers["Authorization"] = header
        async with aiohttp.ClientSession() as session:
            sent = session.request(
                method, f"http://127.0.0.1:{self.port}/api/messages", data=body, headers=headers,
                skip_auto_headers=("Content-Type",),
            )  # fmt: skip
            async with sent as answer:
                text = await answer.text()
        return answer.status, json.loads(text) if text[:1] == "{" else text

    def activity(
        self,
        kind: str,
        person: str = "maya",
        conversation: str = CHAT,
        **more: Any,  # noqa: ANN401
    ) -> dict[str, Any]:
        """An activity as Teams sends it."""
        self._count += 1
        member = self.teams.members[person]
        own = conversation.startswith("a:")
        where = {"id": f"a:1{person}" if own else conversation, "tenantId": TENANT}
        where["conversationType"] = (
            "personal" if own else "channel" if is_channel(conversation) else "groupChat"
        )
        data: dict[str, Any] = {"tenant": {"id": TENANT}}
        if where["conversationType"] == "groupChat":
            where["name"] = GROUP_NAME
        elif not own:
            data |= {"channel": {"id": CHANNEL, "name": "Deal team"}, "team": {"id": TEAM, "name": "Sales"}}
        return {
            "type": kind, "id": f"f:{self._count}", "channelId": "msteams", "serviceUrl": self.teams.service,
            "from": {"id": member["id"], "name": member["name"], "aadObjectId": member["aadObjectId"]},
            "recipient": {"id": BOT, "name": "Walkaway"}, "conversation": where, "channelData": data,
            "localTimezone": "Europe/Berlin", "locale": "en-GB",
            "entities": [{"type": "clientInfo", "timezone": "Europe/Berlin"}], **more,
        }  # fmt: skip

    async def sends(self, activity: Mapping[str, Any], **claims: Any) -> Answered:  # noqa: ANN401
        """An activity, signed."""
        token = self.teams.token(**claims)
        status, body = await self.request(body=json.dumps(activity).encode(), header=f"Bearer {token}")
        return Answered(status, body, dict(activity))

    async def installs(self, person: str = "maya") -> Answered:
        """The bot is added to somebody's own chat."""
        return await self.sends(self.activity("installationUpdate", person, action="add"))

    async def types(self, text: str, person: str = "maya", conversation: str = CHAT, **more: Any) -> Answered:  # noqa: ANN401
        """Something typed."""
        answered = await self.sends(self.activity("message", person, conversation, text=text, **more))
        assert answered.status == 200, answered
        return answered

    async def clock(self, offset: timedelta) -> None:
        """The coach's clock goes ahead of the real one."""
        url = f"http://127.0.0.1:{self.port}/local/clock"
        async with aiohttp.ClientSession() as session:
            await session.post(url, json={"offset": offset.total_seconds()})

    def messages(self, person: str = "maya") -> list[Posted]:
        """What stands in somebody's own chat."""
        return [p for p in self.teams.posted if p.conversation == f"a:1{person}" and not p.gone]

    def seen(self, words: str, person: str = "maya") -> Posted | None:
        """The newest message with these words."""
        return next((p for p in reversed(self.messages(person)) if words in p.reads), None)

    async def hears(self, words: str, person: str = "maya", bound: timedelta = SOON) -> Posted:
        """The message with these words, as soon as it is there."""
        await self._until(lambda: self.seen(words, person) is not None, words, person, bound)
        found = self.seen(words, person)
        assert found is not None
        return found

    async def _until(
        self, happened: Callable[[], bool], what: str, person: str, bound: timedelta = SOON
    ) -> None:
        async def is_so() -> bool:
            return happened()

        try:
            await until(is_so, what, bound)
        except TimeoutError:
            shown = "\n---\n".join(p.reads for p in self.messages(person)[-4:])
            raise AssertionError(
                f"nobody said {what!r}, but:\n{shown}\n{self.log.read_text()[-800:]}"
            ) from None

    def offering(self, label: str, person: str = "maya") -> tuple[Posted, dict[str, Any]]:
        """The newest message that offers an action with this title, and the action."""
        for message in reversed(self.messages(person)):
            for action in actions(message.card):
                if action["title"] == label:
                    return message, action
        raise LookupError(f"{label!r} is nowhere")

    async def taps(self, label: str, person: str = "maya", how: str = "execute", **inputs: str) -> Answered:
        """Press the newest button with this title; by Submit where a client knows no Execute."""
        await self.offers(label, person)
        message, action = self.offering(label, person)
        return await self.presses(message, action, person, how, **inputs)

    async def offers(self, label: str, person: str = "maya") -> None:
        """Return as soon as something with this title can be pressed."""
        await self._until(lambda: self.has(label, person), label, person)

    def has(self, label: str, person: str = "maya") -> bool:
        """Whether something with this title can be pressed."""
        try:
            self.offering(label, person)
        except LookupError:
            return False
        return True

    async def presses(
        self,
        message: Posted,
        action: Mapping[str, Any],
        person: str = "maya",
        how: str = "execute",
        **inputs: str,
    ) -> Answered:
        """Press one action of one message."""
        data = {**action["data"], **inputs}
        if how == "submit":
            sent = self.activity("message", person, value={**action["fallback"]["data"], **inputs},
                                 replyToId=message.id)  # fmt: skip
        else:
            value = {
                "action": {"type": "Action.Execute", "verb": action["verb"], "data": data},
                "trigger": "manual",
            }
            sent = self.activity(
                "invoke", person, name="adaptiveCard/action", value=value, replyToId=message.id
            )
        answered = await self.sends(sent)
        assert answered.status == 200, (answered, self.log.read_text()[-800:])
        return answered


GROUP, GROUP_NAME = "19:11aa_22bb@unq.gbl.spaces", "Deal review"
LIMIT, FOUR = "82k", 4
SET_UP = {"name": "Renewal", "counterpart": "StagnantCo", "must_haves": "Net 30\nExit clause", "limit": LIMIT,
          "side": "seller", "promise": "I will leave if they want exclusivity"}  # fmt: skip


@pytest.fixture
async def teams(tmp_path: Path) -> AsyncIterator[StandIn]:
    async with StandIn(tmp_path).served() as made:
        yield made


@pytest.fixture
async def bot(teams: StandIn, tmp_path: Path) -> AsyncIterator[InTeams]:
    made = InTeams(teams, tmp_path)
    await made.start()
    yield made
    await made.kill()
    await asyncio.to_thread(embedded.stop, tmp_path)


async def set_up(bot: InTeams, **changes: str) -> None:
    await bot.types("new")
    await bot.taps("Save", **{**SET_UP, **changes})
    await bot.hears("is set up")


def titles(message: Posted) -> list[str]:
    return [action["title"] for action in actions(message.card)]


async def moved(bot: InTeams, before: tuple[object, ...]) -> None:
    async def has() -> bool:
        return state(bot) != before

    await until(has, "nothing came of it")


def state(bot: InTeams) -> tuple[object, ...]:
    """All that stands there but the list of deals, which moves by itself."""
    return tuple((p.id, p.edits, p.gone) for p in bot.messages() if "Your deals" not in p.reads)


async def until_more(bot: InTeams, count: int) -> None:
    async def more() -> bool:
        return len(bot.messages()) > count

    await until(more, "nothing was said")
