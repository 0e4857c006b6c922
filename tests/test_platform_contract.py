"""What the core asks of every platform, kept by each of them over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest

from bot.codec import Sealer
from bot.letters import codec
from bot.local import Workspace
from bot.platforms import Payload, Place, Platform, Throttled, Undeliverable, Unsure
from bot.redis import Link, Store
from bot.render import Renderer
from bot.settings import Teams
from bot.slack import Chats, SlackPlatform, client
from bot.teams import Framework, References, TeamsPlatform
from bot.teams.framework import Reference
from bot.teams.people import TENANT as TENANTS
from bot.teams.rooms import learn
from dialogs.effects import ShowHome, Tell
from dialogs.rooms import Room
from tests.living import workspace
from tests.teams_bot import InTeams
from tests.teams_stand_in import APP, BOT, CHANNEL, PASSWORD, TENANT, Fault, StandIn

EVER = datetime(2026, 1, 1, tzinfo=UTC)
KINDS: dict[str, tuple[type[Exception], ...]] = {
    "429": (Throttled,), "500": (Unsure,), "html": (Unsure,), "refused": (Undeliverable,)
}  # fmt: skip


@dataclass
class Side:
    """One platform, and what its users see."""

    platform: Platform
    renderer: Renderer
    own: Place  # Maya's chat with the coach
    room: Room
    nowhere: Room
    sees: Callable[[Place], str | None]  # what stands at a place, None if nothing
    fails: Callable[[str], None]  # the next post
    strangers: Callable[[], Awaitable[object]]  # somebody from outside reads along

    def says(self, words: str) -> Payload:
        """A message with these words."""
        return self.renderer.message(Tell(key="unknown_command", about={"text": words}))


@pytest.fixture(params=["slack", "teams"])
async def side(
    request: pytest.FixtureRequest, redis: Link, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, sealer: Sealer,
) -> AsyncIterator[Side]:  # fmt: skip
    store = Store(redis, codec(), sealer)
    if request.param == "slack":
        async with workspace() as ws, aiohttp.ClientSession(trust_env=False) as http:
            yield in_slack(ws, store, http)
        return
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "cert.pem"))
    async with StandIn(tmp_path).served() as teams, aiohttp.ClientSession(trust_env=False) as http:
        framework = Framework(of_teams(teams), http)
        yield await in_teams(teams, store, framework, tmp_path)
        await framework.close()


def in_slack(ws: Workspace, store: Store, http: aiohttp.ClientSession) -> Side:
    platform = SlackPlatform(client(ws.keys.bot_token, f"{ws.base}/api/", http), http, Chats(store))

    def sees(place: Place) -> str | None:
        found = [
            m for room in ws.state.channels.values() for m in ws.messages(room.id) if m.ts == place.message
        ]
        return found[0].reads or found[0].text if found else None

    def fails(kind: str) -> None:
        if kind == "refused":
            ws.fault("chat.postMessage", "channel_not_found")
        else:
            ws.fault("chat.postMessage", "500" if kind == "html" else kind, retry_after=timedelta(seconds=7))

    async def strangers() -> None:
        await ws.invite("greta", "#deal-team")

    return Side(
        platform, Renderer("slack"), Place(channel="U0MAYA"), Room("slack", "C0DEALTEAM"),
        Room("slack", "C0NOWHERE"), sees, fails, strangers,
    )  # fmt: skip


def of_teams(teams: StandIn) -> Teams:
    login, keys = (
        f"https://127.0.0.1:{teams.login_port}",
        f"http://127.0.0.1:{teams.port}/.well-known/openidconfiguration",
    )
    return Teams(APP, TENANT, PASSWORD, frozenset({TENANT}), login=login, keys_url=keys)


async def in_teams(teams: StandIn, store: Store, framework: Framework, folder: Path) -> Side:
    references = References(store)
    ours = await store.ident(TENANTS, TENANT, make=lambda: "acme")
    for conversation in ("a:1maya", CHANNEL):
        await references.learn(Reference(teams.service, conversation, TENANT, BOT))
    await learn(store, ours, InTeams(teams, folder).activity("message", conversation=CHANNEL))

    def sees(place: Place) -> str | None:
        stands = (place.channel, place.message)
        found = [p for p in teams.posted if (p.conversation, p.id) == stands and not p.gone]
        return found[0].reads if found else None

    def fails(kind: str) -> None:
        status, headers = {"429": 429, "500": 500, "html": 502, "refused": 403}[kind], {"Retry-After": "7"}
        body = "<html>" if kind == "html" else "{}"
        teams.faults.append(Fault("POST .*activities", status, headers=headers, body=body))

    async def strangers() -> None:
        teams.members["gus"] = teams.member("gus", userRole="guest")
        teams.in_room[CHANNEL].append("gus")

    return Side(
        TeamsPlatform(framework, references, store), Renderer("teams", "deal"), Place(channel="a:1maya"),
        Room("teams", CHANNEL), Room("teams", "19:nowhere@thread.tacv2"), sees, fails, strangers,
    )  # fmt: skip


async def test_what_is_posted_stands_is_replaced_and_taken_away(side: Side) -> None:
    stands = await side.platform.post(side.own, side.says("first"), "letter-1")
    assert "first" in str(side.sees(stands))
    now = await side.platform.update(stands, side.says("second"))
    assert now.message == stands.message
    assert "second" in str(side.sees(stands))
    assert "first" not in str(side.sees(stands))
    await side.platform.delete(stands)
    assert side.sees(stands) is None
    await side.platform.delete(stands)  # gone already
    with pytest.raises(Undeliverable):
        await side.platform.update(stands, side.says("third"))


async def test_what_stands_nowhere_is_neither_replaced_nor_taken_away(side: Side) -> None:
    for done in (side.platform.update(side.own, side.says("x")), side.platform.delete(side.own)):
        with pytest.raises(Undeliverable):
            await done


async def test_hostile_words_show_as_they_were_typed(side: Side) -> None:
    words = "<@U0TOM> *b* **c** [x](http://evil) <http://evil|y> {{DATE(1)}}"[:70]
    stands = await side.platform.post(side.own, side.says(words), "letter-2")
    shown = str(side.sees(stands)).replace("&lt;", "<").replace("&gt;", ">").replace("\u200b", "")
    assert "[x](http://evil)" in shown
    assert "*b* **c**" in shown.replace(
        "\N{ASTERISK OPERATOR}", "*"
    )  # in Slack an asterisk that marks nothing


async def test_a_room_is_posted_to_and_its_readers_are_known(side: Side) -> None:
    stands = await side.platform.post(Place(channel=side.room.id), side.says("told"), "letter-3")
    assert "told" in str(side.sees(stands))
    audience = await side.platform.audience(side.room)
    assert audience.people > 1
    assert audience.outsiders == ()
    await side.strangers()
    assert (await side.platform.audience(side.room)).outsiders == ("guest",)


async def test_a_room_nobody_knows_is_neither_looked_at_nor_posted_to(side: Side) -> None:
    with pytest.raises((Undeliverable, Unsure)):
        await side.platform.audience(side.nowhere)
    with pytest.raises(Undeliverable):
        await side.platform.post(Place(channel=side.nowhere.id), side.says("x"), "letter-4")


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_a_failure_is_one_of_three(side: Side, kind: str) -> None:
    side.fails(kind)
    with pytest.raises(KINDS[kind]) as raised:
        await side.platform.post(side.own, side.says("x"), "letter-5")
    if kind == "429":
        assert cast("Throttled", raised.value).retry_after == timedelta(seconds=7)
    assert not [secret for secret in (PASSWORD, "xoxb") if secret in str(raised.value)]


async def test_after_a_doubt_it_is_found_or_said_that_nobody_may_look(side: Side) -> None:
    stands = await side.platform.post(side.own, side.says("once"), "letter-6")
    try:
        found = await side.platform.find(side.own, "letter-6", EVER)
    except Unsure:
        assert stands.platform == "teams"  # where no bot reads what it wrote
    else:
        assert found is not None
        assert found.message == stands.message
        assert await side.platform.find(side.own, "letter-7", EVER) is None


async def test_a_home_is_shown_again_and_again(side: Side) -> None:
    address = side.own.channel
    shown: list[Any] = [side.renderer.message(ShowHome(to="p", deals=())) for _ in range(3)]
    for payload in shown:
        await side.platform.home(address, payload)
