"""Both doors, fuzzed: whatever comes is answered as what it is, never by a 500; unsigned it does nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.local import Workspace
from bot.redis import Link, embedded
from tests.doors import as_bytes, made_up
from tests.fuzzing import mutated
from tests.living import Living, living
from tests.teams_bot import InTeams, bot, set_up, state, teams

__all__ = ["bot", "teams"]
TIMES, SEED = 250, 20261127
EXAMPLES = 12  # of each kind, of those that fit the schema and of those that do not
ANSWERS = {200, 400, 401, 403, 415, 501, 503}


# ---- Teams


def activities(bot: InTeams) -> list[dict[str, Any]]:
    """One of each kind, as they are meant."""
    message, action = bot.offering("First check-in")
    value = {"action": {"type": "Action.Execute", "verb": "tap", "data": action["data"]}, "trigger": "manual"}
    form = {"button": "form~~~~set_up", "form": "set_up", "name": "x", "counterpart": "y", "must_haves": "z"}
    quoted: Any = {"messagePayload": {"body": {"content": "x"}}}
    added: Any = {"data": {"deal": "x", "text": "y"}}
    people: dict[str, Any] = {"membersAdded": [{"id": "29:tom"}], "membersRemoved": [{"id": "29:x"}]}
    return [
        bot.activity("message", text="status renewal"),
        bot.activity("message", text="colleague renewal @tom"),
        bot.activity("message", value=form, replyToId=message.id),
        bot.activity("invoke", name="adaptiveCard/action", value=value, replyToId=message.id),
        bot.activity("invoke", name="composeExtension/fetchTask", value=quoted),
        bot.activity("invoke", name="composeExtension/submitAction", value=added),
        bot.activity("conversationUpdate", conversation="19:deals@thread.tacv2", **people),
        bot.activity("installationUpdate", action="add"),
    ]


async def test_what_is_said_to_teams_door_is_never_answered_by_500(bot: InTeams) -> None:
    await set_up(bot)
    chance, kinds = random.Random(SEED), activities(bot)
    token = f"Bearer {bot.teams.token()}"
    for number in range(TIMES):
        body = json.dumps(mutated(kinds[number % len(kinds)], chance)).encode("utf-8", "surrogatepass")
        status, _ = await bot.request(body=body, header=token)
        assert status in ANSWERS, (number, body[:2000], bot.log.read_text()[-1500:])
    await bot.types("status renewal")
    await bot.hears("Renewal")
    assert "an activity failed" not in bot.log.read_text()


async def test_what_a_fuzzer_makes_of_the_schema_of_teams_door_is_never_answered_by_500(bot: InTeams) -> None:
    await set_up(bot)
    token, before = f"Bearer {bot.teams.token()}", state(bot)
    for meant in activities(bot):
        for body in made_up(meant, EXAMPLES):
            assert (await bot.request(body=as_bytes(body), header=None))[0] in (400, 401)
            status, _ = await bot.request(body=as_bytes(body), header=token)
            assert status in ANSWERS, (status, body, bot.log.read_text()[-1500:])
    await bot.types("status renewal")
    await bot.hears("Renewal")
    assert "an activity failed" not in bot.log.read_text()
    assert len(state(bot)) >= len(before)


async def test_without_a_token_nothing_comes_of_anything(bot: InTeams) -> None:
    await set_up(bot)
    chance, kinds, before = random.Random(SEED), activities(bot), state(bot)
    for number in range(60):
        body = json.dumps(mutated(kinds[number % len(kinds)], chance)).encode("utf-8", "surrogatepass")
        for header in (None, "Bearer x.y.z", f"Bearer {bot.teams.token(aud='somebody-else')}"):
            status, _ = await bot.request(body=body, header=header)
            assert status in (400, 401), (status, body[:500])
    assert state(bot) == before


# ---- Slack


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        await made.types("/deal sample")
        yield made


def deliveries(up: Living) -> list[tuple[str, dict[str, Any]]]:
    """One of each kind: a form's fields, a payload in a form, JSON."""
    value = next(v for block in up.last().blocks for e in block.get("elements", ()) if (v := e.get("value")))
    whose = {"team": {"id": "T0LOCAL"}, "user": {"id": "U0MAYA", "team_id": "T0LOCAL"}, "trigger_id": "t9"}
    at = {"container": {"type": "message", "message_ts": "1.1", "channel_id": "D0MAYA"}}
    tapped = {"type": "button", "block_id": "b", "action_id": "a", "action_ts": "9.9", "value": value}
    view = {"id": "V1", "hash": "h", "callback_id": "form:set_up", "private_metadata": "form~~~~set_up",
            "state": {"values": {"name": {"value": {"type": "plain_text_input", "value": "x"}}}},
            "blocks": [{"type": "input", "block_id": "name"}]}  # fmt: skip
    event = {"type": "event_callback", "team_id": "T0LOCAL", "event_id": "Ev9", "api_app_id": "A0"}
    said = {"type": "message", "channel_type": "im", "user": "U0MAYA", "text": "hi", "channel": "D0MAYA"}
    home = {"type": "app_home_opened", "user": "U0MAYA", "channel": "D0MAYA", "tab": "home"}
    joined = {"type": "member_joined_channel", "user": "U0TOM", "channel": "C0GENERAL"}
    shown = {"message": {"text": "x", "user": "U0TOM", "ts": "1.1"}, "channel": {"id": "C0GENERAL"}}
    typed = {"command": "/deal", "text": "status", "user_id": "U0MAYA", "team_id": "T0LOCAL"}
    return [
        ("fields", {**typed, "channel_id": "D0MAYA", "trigger_id": "t8"}),
        ("payload", {"type": "block_actions", **whose, **at, "actions": [tapped], "state": {"values": {}}}),
        ("payload", {"type": "view_submission", **whose, "view": view}),
        ("payload", {"type": "message_action", "callback_id": "add_to_deal", **whose, **shown}),
        ("json", {**event, "event": {**said, "ts": "1.2"}}),
        ("json", {**event, "event": home}),
        ("json", {**event, "event": joined}),
        ("json", {**event, "event": {"type": "user_change", "user": {"id": "U0MAYA"}}}),
    ]


def written(kind: str, body: Any) -> tuple[bytes, str]:  # noqa: ANN401 - any JSON
    if kind == "json":
        return json.dumps(body).encode("utf-8", "surrogatepass"), "application/json"
    fields = body if kind == "fields" and isinstance(body, dict) else {"payload": as_bytes(body)}
    return urlencode(fields, errors="surrogatepass").encode(), "application/x-www-form-urlencoded"


async def sent(up: Living, body: bytes, kind: str, secret: str) -> int:
    now = str(int(time.time()))
    seal = hmac.new(secret.encode(), b"v0:" + now.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={seal}"}
    url = f"http://127.0.0.1:{up.up.port}/slack/events"
    async with aiohttp.ClientSession() as http, http.post(url, data=body, headers=headers) as answer:
        return answer.status


async def test_what_is_said_to_slacks_door_is_never_answered_by_500(up: Living) -> None:
    chance, kinds = random.Random(SEED), deliveries(up)
    for number in range(TIMES):
        how, meant = kinds[number % len(kinds)]
        body, kind = written(how, mutated(meant, chance))
        status = await sent(up, body, kind, up.ws.keys.signing_secret)
        assert status in ANSWERS | {404}, (number, status, body[:2000])
    await up.settled()
    assert (await up.types("/deal status")).ok


async def test_what_a_fuzzer_makes_of_the_schema_of_slacks_door_is_never_answered_by_500(up: Living) -> None:
    for how, meant in deliveries(up):
        for body in made_up(meant, EXAMPLES):
            raw, kind = (as_bytes(body), "application/json") if how == "json" else written(how, body)
            assert await sent(up, raw, kind, "another secret") in (400, 401)
            status = await sent(up, raw, kind, up.ws.keys.signing_secret)
            assert status in ANSWERS | {404}, (status, body)
    await up.settled()
    assert (await up.types("/deal status")).ok


async def test_unsigned_nothing_comes_of_anything(up: Living) -> None:
    chance, kinds = random.Random(SEED), deliveries(up)
    before = [(m.ts, m.reads) for m in up.visible()]
    for number in range(80):
        how, meant = kinds[number % len(kinds)]
        body, kind = written(how, mutated(meant, chance))
        assert await sent(up, body, kind, "another secret") == 401
    assert [(m.ts, m.reads) for m in up.visible()] == before
