"""The local workspace's Web API, reply addresses, limits, journal and door, over HTTP without any SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.local import PortTaken, Workspace, clock_post, control, serve

Call = Callable[..., Awaitable[dict[str, Any]]]
VIEW = {"type": "modal", "title": {"type": "plain_text", "text": "Hello"}, "blocks": []}
SECTION = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}]


@pytest.fixture
async def ws() -> AsyncIterator[Workspace]:
    workspace = Workspace()
    runner = await serve(workspace)
    yield workspace
    await runner.cleanup()
    await workspace.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def call(ws: Workspace, http: aiohttp.ClientSession) -> Call:
    """Call a method with the bot's token; the answer has `status` and `headers` beside Slack's fields."""

    async def do(method: str, token: str | None = None, **arguments: object) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token or ws.keys.bot_token}"}
        async with http.post(f"{ws.base}/api/{method}", json=arguments, headers=headers) as response:
            return {**await response.json(), "status": response.status, "headers": dict(response.headers)}

    return do


def trigger(ws: Workspace) -> str:
    return ws.tickets.trigger("U0MAYA", ws.now())


async def test_a_message_to_a_person_lands_in_their_own_chat(ws: Workspace, call: Call) -> None:
    answer = await call("chat.postMessage", channel="U0MAYA", text="Hello")
    assert answer["channel"] == "D0MAYA"
    assert [m.ts for m in ws.visible_to("maya")] == [answer["ts"]]
    assert ws.visible_to("tom") == []


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.shout", {}, "unknown_method"),
        ("chat.postMessage", {"channel": "C0NONE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0GENERAL", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "U0MAYA"}, "no_text"),
        ("chat.postMessage", {"channel": "U0MAYA", "text": "x" * 40_001}, "msg_too_long"),
        (
            "chat.postEphemeral",
            {"channel": "C0DEALTEAM", "user": "U0GRETA", "text": "x"},
            "user_not_in_channel",
        ),
        ("chat.update", {"channel": "D0MAYA", "ts": "1.0", "text": "x"}, "channel_not_found"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("views.open", {"trigger_id": "1.2", "view": VIEW}, "invalid_trigger_id"),
        ("views.publish", {"user_id": "U0MAYA", "view": VIEW}, "invalid_arguments"),
        ("conversations.history", {"channel": "C0SHARED"}, "missing_scope"),
        ("conversations.history", {"channel": "U0MAYA"}, "channel_not_found"),
        ("conversations.replies", {"channel": "C0SHARED", "ts": "1.0"}, "missing_scope"),
        ("conversations.open", {"users": "U0MAYA"}, "missing_scope"),
    ],
)
async def test_a_wrong_call_is_refused_in_slacks_words(
    call: Call, method: str, arguments: dict[str, Any], error: str
) -> None:
    answer = await call(method, **arguments)
    assert (answer["ok"], answer["error"]) == (False, error)


async def test_only_the_right_token_opens_the_door(ws: Workspace, call: Call) -> None:
    assert (await call("auth.test", token="xoxb-another"))["error"] == "invalid_auth"
    assert (await call("auth.test", token=ws.keys.app_token))["error"] == "not_allowed_token_type"
    assert (await call("apps.connections.open"))["error"] == "not_allowed_token_type"
    await ws.uninstall()
    assert (await call("auth.test"))["error"] == "token_revoked"
    assert "xoxb" not in repr(ws.keys)


async def test_an_update_without_blocks_drops_them_and_a_long_one_is_refused(
    ws: Workspace, call: Call
) -> None:
    posted = await call("chat.postMessage", channel="U0MAYA", text="Hello", blocks=SECTION)
    where = {"channel": "D0MAYA", "ts": posted["ts"]}
    assert (await call("chat.update", **where, text="x" * 4_001))["error"] == "msg_too_long"
    await call("chat.update", **where, text="Changed")
    (message,) = ws.visible_to("maya")
    assert (message.text, message.blocks) == ("Changed", ())
    await call("chat.delete", **where)
    assert (await call("chat.update", **where, text="x"))["error"] == "message_not_found"


async def test_nobody_elses_message_can_be_changed(ws: Workspace, call: Call) -> None:
    await ws.say("maya", "my own words", "#deal-team")
    where = {"channel": "C0DEALTEAM", "ts": ws.messages("#deal-team")[0].ts}
    assert (await call("chat.update", **where, text="yours"))["error"] == "cant_update_message"
    assert (await call("chat.delete", **where))["error"] == "cant_delete_message"


async def test_blocks_without_text_are_frowned_at_or_refused_when_strict(ws: Workspace, call: Call) -> None:
    assert "text" in (await call("chat.postMessage", channel="U0MAYA", blocks=SECTION))["warning"]
    ws.strict = True
    assert (await call("chat.postMessage", channel="U0MAYA", blocks=SECTION))["error"] == "no_text"


async def test_a_trigger_opens_one_modal_within_three_seconds(ws: Workspace, call: Call) -> None:
    first = trigger(ws)
    assert (await call("views.open", trigger_id=first, view=VIEW))["ok"]
    assert (await call("views.open", trigger_id=first, view=VIEW))["error"] == "exchanged_trigger_id"
    late = trigger(ws)
    await ws.move_clock(timedelta(seconds=4))
    assert (await call("views.open", trigger_id=late, view=VIEW))["error"] == "expired_trigger_id"


async def test_modals_pile_up_to_three_and_guard_their_hash(ws: Workspace, call: Call) -> None:
    view = (await call("views.open", trigger_id=trigger(ws), view=VIEW))["view"]
    stale = await call("views.update", view_id=view["id"], hash="old", view=VIEW)
    assert stale["error"] == "hash_conflict"
    assert (await call("views.push", trigger_id=trigger(ws), view=VIEW))["ok"]
    assert (await call("views.push", trigger_id=trigger(ws), view=VIEW))["ok"]
    assert (await call("views.push", trigger_id=trigger(ws), view=VIEW))["error"] == "push_limit_reached"


async def test_who_is_a_guest_and_what_is_shared_can_be_asked(call: Call) -> None:
    maya, greta, viktor = [
        (await call("users.info", user=u))["user"] for u in ("U0MAYA", "U0GRETA", "U0VIKTOR")
    ]
    assert (maya["tz"], greta["is_restricted"], viktor["is_stranger"]) == ("Europe/Berlin", True, True)
    shared, private = [
        (await call("conversations.info", channel=c, include_num_members=True))["channel"]
        for c in ("C0SHARED", "C0DEALTEAM")
    ]
    assert (shared["is_ext_shared"], private["is_ext_shared"], private["is_private"]) == (True, False, True)
    assert private["num_members"] == 3


async def test_one_message_a_second_a_channel_when_limits_are_on(ws: Workspace, call: Call) -> None:
    ws.limits.posting = True
    assert (await call("chat.postMessage", channel="U0MAYA", text="1"))["ok"]
    second = await call("chat.postMessage", channel="U0MAYA", text="2")
    assert (second["status"], second["error"], second["headers"]["Retry-After"]) == (429, "ratelimited", "1")
    assert (await call("chat.postMessage", channel="U0TOM", text="1"))["ok"]
    await ws.move_clock(timedelta(seconds=1))
    assert (await call("chat.postMessage", channel="U0MAYA", text="2"))["ok"]


async def test_a_methods_tier_is_kept_when_asked_for(ws: Workspace, call: Call) -> None:
    ws.limits.tiers = True
    answers = [await call("users.list") for _ in range(21)]
    assert [answer["status"] for answer in answers] == [200] * 20 + [429]
    await ws.move_clock(timedelta(minutes=1))
    assert (await call("users.list"))["ok"]


async def test_planted_faults_come_once_and_leave_the_call_undone(ws: Workspace, call: Call) -> None:
    ws.fault("chat.postMessage", "429", retry_after=timedelta(seconds=30))
    ws.fault("chat.postMessage", "is_archived")
    throttled = await call("chat.postMessage", channel="U0MAYA", text="x")
    assert (throttled["status"], throttled["headers"]["Retry-After"]) == (429, "30")
    assert (await call("chat.postMessage", channel="U0MAYA", text="x"))["error"] == "is_archived"
    assert ws.visible_to("maya") == []
    assert (await call("chat.postMessage", channel="U0MAYA", text="x"))["ok"]


async def test_a_dropped_answer_leaves_the_message_standing(ws: Workspace, call: Call) -> None:
    ws.fault("chat.postMessage", "drop")
    with pytest.raises(aiohttp.ClientError):
        await call("chat.postMessage", channel="U0MAYA", text="Hello")
    assert [m.text for m in ws.visible_to("maya")] == ["Hello"]


async def test_a_call_that_times_out_may_have_been_done(ws: Workspace, http: aiohttp.ClientSession) -> None:
    ws.fault("chat.postMessage", "timeout")
    headers = {"Authorization": f"Bearer {ws.keys.bot_token}"}
    short = aiohttp.ClientTimeout(total=0.2)
    url, body = f"{ws.base}/api/chat.postMessage", {"channel": "U0MAYA", "text": "Hello"}
    with pytest.raises(TimeoutError):
        await http.post(url, json=body, headers=headers, timeout=short)
    assert [m.text for m in ws.visible_to("maya")] == ["Hello"]


async def test_a_moved_clock_is_told_again_until_it_is_heard(ws: Workspace) -> None:
    told: list[float] = []

    async def clock(request: web.Request) -> web.Response:
        told.append((await request.json())["offset"])
        return web.Response(status=200 if len(told) > 1 else 503)

    app = web.Application()
    app.router.add_post("/clock", clock)
    async with TestServer(app) as server:
        ws.moved = clock_post(str(server.make_url("/clock")))
        await ws.move_clock(timedelta(hours=1))
    assert told == [3600.0, 3600.0]


async def test_a_broken_answer_is_a_page_of_html(ws: Workspace, call: Call) -> None:
    ws.fault("*", "500")
    with pytest.raises(aiohttp.ContentTypeError):
        await call("auth.test")


async def test_a_reply_address_takes_five_answers_within_thirty_minutes(
    ws: Workspace, http: aiohttp.ClientSession
) -> None:
    key = ws.tickets.reply("C0DEALTEAM", "U0MAYA", ws.now())
    url = f"{ws.base}/reply/{key}"
    statuses = [(await http.post(url, json={"text": "Hi"})).status for _ in range(6)]
    assert statuses == [200] * 5 + [404]
    assert len(ws.visible_to("maya", "#deal-team")) == 5
    assert ws.visible_to("tom", "#deal-team") == []
    late = ws.tickets.reply("C0DEALTEAM", "U0MAYA", ws.now())
    await ws.move_clock(timedelta(minutes=31))
    assert "expired_url" in await (await http.post(f"{ws.base}/reply/{late}", json={"text": "Hi"})).text()


async def test_a_reply_can_speak_to_all_and_delete_what_it_answers(
    ws: Workspace, http: aiohttp.ClientSession, call: Call
) -> None:
    posted = await call("chat.postMessage", channel="C0DEALTEAM", text="Hello")
    url = f"{ws.base}/reply/{ws.tickets.reply('C0DEALTEAM', 'U0MAYA', ws.now(), posted['ts'])}"
    await http.post(url, json={"text": "Hi all", "response_type": "in_channel"})
    await http.post(url, json={"delete_original": True})
    assert [m.text for m in ws.visible_to("tom", "#deal-team")] == ["Hi all"]


async def test_a_direct_chats_history_can_be_read_newest_first(ws: Workspace, call: Call) -> None:
    mark = {"event_type": "letter", "event_payload": {"id": "7"}}
    await call("chat.postMessage", channel="U0MAYA", text="1", metadata=mark)
    await call("chat.postMessage", channel="U0MAYA", text="2")
    where = {"channel": "D0MAYA", "include_all_metadata": True}
    found = (await call("conversations.history", **where, limit=5))["messages"]
    assert [(m["text"], m.get("metadata")) for m in found] == [("2", None), ("1", mark)]
    later = await call("conversations.history", **where, oldest=found[1]["ts"])
    assert ([m["text"] for m in later["messages"]], later["has_more"]) == (["2"], False)
    first = await call("conversations.history", channel="D0MAYA", limit=1)
    assert (first["messages"][0]["text"], first["has_more"]) == ("2", True)
    asked_for_less = (await call("conversations.history", channel="D0MAYA"))["messages"]
    assert asked_for_less[1]["metadata"] == {"event_type": "letter"}


async def test_metadata_stays_through_an_update_unless_it_is_sent_anew(ws: Workspace, call: Call) -> None:
    mark, other = ({"event_type": "letter", "event_payload": {"id": each}} for each in ("7", "8"))
    posted = await call("chat.postMessage", channel="U0MAYA", text="1", metadata=mark)
    where = {"channel": "D0MAYA", "ts": posted["ts"], "text": "2"}
    kept = []
    changes: tuple[dict[str, object], ...] = ({}, {"metadata": other}, {"metadata": {}})
    for more in changes:
        await call("chat.update", **where, **more)
        kept.append(ws.visible_to("maya")[0].metadata)
    assert kept == [mark, other, None]
    broken = await call("chat.postMessage", channel="U0MAYA", text="1", metadata={"event_type": "letter"})
    assert broken["error"] == "invalid_metadata_format"


async def test_a_thread_is_read_apart_from_the_chat_it_hangs_in(call: Call) -> None:
    top = (await call("chat.postMessage", channel="U0MAYA", text="top"))["ts"]
    await call("chat.postMessage", channel="U0MAYA", text="below", thread_ts=top)
    chat, thread = [
        (await call(method, channel="D0MAYA", ts=top))["messages"]
        for method in ("conversations.history", "conversations.replies")
    ]
    assert [[m["text"] for m in found] for found in (chat, thread)] == [["top"], ["top", "below"]]
    assert (await call("conversations.replies", channel="D0MAYA", ts="1.0"))["error"] == "thread_not_found"


async def test_distributed_outside_the_marketplace_an_app_reads_little(ws: Workspace, call: Call) -> None:
    ws.limits.distributed = True
    for number in range(20):
        await call("chat.postMessage", channel="U0MAYA", text=str(number))
    page = await call("conversations.history", channel="D0MAYA", limit=50)
    assert (len(page["messages"]), page["has_more"]) == (15, True)
    assert (await call("conversations.history", channel="D0MAYA"))["error"] == "ratelimited"
    assert (await call("users.info", user="U0MAYA"))["ok"]
    await ws.move_clock(timedelta(minutes=1))
    assert (await call("conversations.history", channel="D0MAYA"))["ok"]


async def test_killing_and_starting_again_loses_no_message(tmp_path: Path) -> None:
    before = Workspace(folder=tmp_path)
    await before.say("maya", "remember this")
    await before.move_clock(timedelta(days=1))
    with (tmp_path / "workspace.jsonl").open("a") as torn:  # killed in the middle of a line
        torn.write('{"message":{"chan')
    after = Workspace(folder=tmp_path)
    assert [m.text for m in after.visible_to("maya")] == ["remember this"]
    assert after.state.offset == timedelta(days=1)
    assert [owed["body"]["event"]["text"] for owed in after.state.owed.values()] == ["remember this"]
    for workspace in (before, after):
        await workspace.close()


async def test_a_second_start_on_the_same_port_says_so(ws: Workspace) -> None:
    port = int(ws.base.rpartition(":")[2])
    other = Workspace()
    with pytest.raises(PortTaken, match=f"Port {port} is taken"):
        await serve(other, port)
    await other.close()


async def test_other_sites_cannot_reach_in(ws: Workspace, http: aiohttp.ClientSession) -> None:
    rebound = await http.get(f"{ws.base}/control/state", headers={"Host": "evil.example"})
    foreign = await http.post(f"{ws.base}/control/say", json={}, headers={"Origin": "https://evil.example"})
    form = await http.post(f"{ws.base}/control/say", data={"person": "maya", "text": "x"})
    assert (rebound.status, foreign.status, form.status) == (403, 403, 404)
    page = await http.get(ws.base)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("left", "there"),
    [
        (datetime(2026, 11, 23, 22, 30, tzinfo=UTC), datetime(2026, 11, 24, 8, tzinfo=UTC)),
        (datetime(2026, 11, 27, 10, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=UTC)),  # Friday to Monday
        (datetime(2026, 11, 28, 10, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=UTC)),
        (datetime(2027, 3, 26, 12, tzinfo=UTC), datetime(2027, 3, 29, 7, tzinfo=UTC)),  # over the lost hour
    ],
)
def test_the_clocks_next_workday_is_never_a_day_on_which_nothing_is_said(
    left: datetime, there: datetime
) -> None:
    assert left + control.jump("morning", left, "Europe/Berlin") == there


async def test_the_pages_controls_do_what_the_python_api_does(
    ws: Workspace, http: aiohttp.ClientSession
) -> None:
    said = await http.post(
        f"{ws.base}/control/say", json={"person": "maya", "text": "hi", "channel": "#deal-team"}
    )
    moved = await http.post(f"{ws.base}/control/clock", json={"person": "maya", "to": "morning"})
    wrong = await http.post(f"{ws.base}/control/press", json={"person": "maya", "channel": "C0", "ts": "1"})
    assert ((await said.json())["ok"], wrong.status) == (True, 400)
    assert "T" in (await moved.json())["now"]
    seen = await (await http.get(f"{ws.base}/control/state?person=tom")).json()
    (room,) = [room for room in seen["rooms"] if room["name"] == "deal-team"]
    assert [m["text"] for m in room["messages"]] == ["hi"]
