"""A real Bolt app against the local workspace, over signed HTTP and over Socket Mode."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.local import FormRefused, Manifest, Outcome, View, Workspace, serve

Json = dict[str, Any]

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "open_deal",
    "title": {"type": "plain_text", "text": "New deal"},
    "submit": {"type": "plain_text", "text": "Open"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "What is the deal called?"},
            "element": {"type": "plain_text_input", "action_id": "value", "max_length": 60},
        },
        {
            "type": "input",
            "block_id": "side",
            "optional": True,
            "label": {"type": "plain_text", "text": "Your side"},
            "element": {
                "type": "static_select",
                "action_id": "value",
                "options": [
                    {"text": {"type": "plain_text", "text": "We sell"}, "value": "seller"},
                    {"text": {"type": "plain_text", "text": "We buy"}, "value": "buyer"},
                ],
            },
        },
    ],
}


def card(*buttons: str) -> list[dict[str, Any]]:
    """A question with buttons and a menu."""
    shown: list[dict[str, Any]] = [
        {
            "type": "button",
            "action_id": f"answer_{n}",
            "value": str(n),
            "text": {"type": "plain_text", "text": b},
        }
        for n, b in enumerate(buttons)
    ]
    options = [{"text": {"type": "plain_text", "text": "Not sure"}, "value": "unsure"}]
    shown.append({"type": "overflow", "action_id": "more", "options": options})
    text = {"type": "mrkdwn", "text": "How was the tone?"}
    return [{"type": "section", "text": text}, {"type": "actions", "elements": shown}]


@dataclass
class Bot:
    """A bot of a few listeners; `heard` is every body that reached one."""

    ws: Workspace
    app: AsyncApp
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    broken: int = 0

    @property
    def client(self) -> AsyncWebClient:
        return self.app.client

    def listen(self) -> None:
        self.app.command("/deal")(self.deal)
        self.app.view("open_deal")(self.submitted)
        self.app.view_closed("open_deal")(self.closed)
        self.app.action("more")(self.chose)
        self.app.event("message")(self.event)
        self.app.event("app_home_opened")(self.event)
        self.app.event("member_joined_channel")(self.event)
        self.app.event("user_change")(self.event)
        self.app.shortcut("quote")(self.quoted)
        for n in range(4):
            self.app.action(f"answer_{n}")(self.pressed)

    async def deal(self, ack: AsyncAck, command: Json, client: AsyncWebClient) -> None:
        self.heard.append(("command", command))
        match command["text"]:
            case "new":
                await client.views_open(trigger_id=command["trigger_id"], view=MODAL)
                await ack()
            case "crash":
                raise RuntimeError(command["text"])
            case "card":
                await client.chat_postMessage(
                    channel=command["user_id"], text="Tone?", blocks=card("Warm", "Cold")
                )
                await ack()
            case text:
                await ack(f"You said {text}")

    async def submitted(self, ack: AsyncAck, view: Json, body: Json) -> None:
        self.heard.append(("view_submission", body))
        name = view["state"]["values"]["name"]["value"]["value"]
        if name == "x":
            await ack(response_action="errors", errors={"name": "One letter is not a name."})
        else:
            await ack()

    async def closed(self, ack: AsyncAck, body: Json) -> None:
        self.heard.append(("view_closed", body))
        await ack()

    async def pressed(self, ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        self.heard.append(("pressed", body))
        await ack()
        await respond(text="Noted: cold", blocks=card("Undo"), replace_original=True)

    async def chose(self, ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        self.heard.append(("chose", body))
        await ack()
        await respond("Nothing learned, then.")

    async def quoted(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        self.heard.append(("quoted", body))
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        await ack()

    async def event(self, body: Json) -> None:
        self.heard.append(("event", body))

    async def dispatch(self, request: web.Request) -> web.Response:
        """The HTTP door; `broken` requests answer 500 first."""
        if self.broken:
            self.broken -= 1
            return web.Response(status=500)
        return await to_aiohttp_response(await self.app.async_dispatch(await to_bolt_request(request)))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
async def ws() -> AsyncIterator[Workspace]:
    workspace = Workspace(manifest=Manifest(shortcuts={"quote": "Quote it"}))
    runner = await serve(workspace)
    yield workspace
    await runner.cleanup()
    await workspace.close()


def bot_for(ws: Workspace) -> Bot:
    client = AsyncWebClient(token=ws.keys.bot_token, base_url=f"{ws.base}/api/")
    app = AsyncApp(signing_secret=ws.keys.signing_secret, client=client, token=ws.keys.bot_token)
    bot = Bot(ws, app)
    bot.listen()
    return bot


@pytest.fixture(params=["http", "socket"])
async def bot(ws: Workspace, request: pytest.FixtureRequest) -> AsyncIterator[Bot]:
    bot = bot_for(ws)
    if request.param == "socket":
        handler = AsyncSocketModeHandler(bot.app, ws.keys.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await ws.wait_for(lambda: ws.line.transport == "socket")
        yield bot
        await handler.close_async()  # type: ignore[no-untyped-call]
        return
    web_app = web.Application()
    web_app.router.add_post("/slack/events", bot.dispatch)
    runner = web.AppRunner(web_app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ws.line.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield bot
    await runner.cleanup()


async def test_a_command_is_answered_for_its_author_alone(bot: Bot) -> None:
    outcome = await bot.ws.command("maya", "#deal-team", "/deal R&D <b>")
    assert outcome.ok
    assert bot.heard[0][1]["text"] == "R&amp;D &lt;b&gt;"
    assert bot.ws.visible_to("maya", "#deal-team")[-1].text == "You said R&amp;D &lt;b&gt;"
    assert bot.ws.visible_to("tom", "#deal-team") == []


async def test_a_command_that_fails_tells_its_author_so(bot: Bot) -> None:
    outcome = await bot.ws.command("maya", "dm", "/deal crash")
    assert outcome.error in {"dispatch_failed", "operation_timeout"}
    assert "failed with the error" in bot.ws.visible_to("maya")[-1].text


async def test_an_unknown_command_never_reaches_the_bot(bot: Bot) -> None:
    outcome = await bot.ws.command("maya", "dm", "/del new")
    assert outcome.error == "unknown_command"
    assert bot.heard == []


async def opened(bot: Bot) -> View:
    assert (await bot.ws.command("maya", "dm", "/deal new")).ok
    view = bot.ws.view("maya")
    assert view is not None
    return view


async def test_a_modal_shows_the_bots_errors_and_closes_when_it_is_content(bot: Bot) -> None:
    view = await opened(bot)
    assert (await bot.ws.submit("maya", view, {"What is the deal called?": "x"})).ok
    refused = bot.ws.view("maya")
    assert refused is not None
    assert refused.errors == {"name": "One letter is not a name."}
    await bot.ws.submit("maya", refused, {"name": "StagnantCo renewal", "Your side": "We sell"})
    assert bot.ws.view("maya") is None
    values = bot.heard[-1][1]["view"]["state"]["values"]
    assert values["side"]["value"]["selected_option"]["value"] == "seller"


async def test_the_window_itself_refuses_an_empty_required_field(bot: Bot) -> None:
    view = await opened(bot)
    with pytest.raises(FormRefused, match="required"):
        await bot.ws.submit("maya", view, {})
    assert [kind for kind, _ in bot.heard] == ["command"]


async def test_closing_a_modal_is_told_where_asked(bot: Bot) -> None:
    await bot.ws.dismiss("maya", await opened(bot))
    assert bot.heard[-1][0] == "view_closed"
    assert bot.ws.view("maya") is None


async def test_a_button_replaces_its_message(bot: Bot) -> None:
    await bot.ws.command("maya", "dm", "/deal card")
    asked = bot.ws.visible_to("maya")[-1]
    assert (await bot.ws.press("maya", asked, "Cold")).ok
    (shown,) = await bot.ws.wait_for(lambda: [m for m in bot.ws.visible_to("maya") if "Noted" in m.text])
    assert shown.ts == asked.ts
    body = bot.heard[-1][1]
    assert body["actions"][0]["value"] == "1"
    assert body["message"]["ts"] == asked.ts
    assert body["container"]["channel_id"] == "D0MAYA"


async def test_a_menu_choice_is_answered_privately(bot: Bot) -> None:
    await bot.ws.command("maya", "dm", "/deal card")
    asked = bot.ws.visible_to("maya")[-1]
    await bot.ws.choose("maya", asked, "Not sure")
    await bot.ws.wait_for(lambda: bot.ws.visible_to("maya")[-1].text == "Nothing learned, then.")
    assert bot.ws.visible_to("maya")[-1].only_for == "U0MAYA"
    assert bot.heard[-1][1]["actions"][0]["selected_option"]["value"] == "unsure"


async def test_a_button_not_there_names_those_that_are(bot: Bot) -> None:
    await bot.ws.command("maya", "dm", "/deal card")
    with pytest.raises(LookupError, match="Warm"):
        await bot.ws.press("maya", bot.ws.visible_to("maya")[-1], "Lukewarm")


async def test_a_direct_message_arrives_as_an_event(bot: Bot) -> None:
    assert (await bot.ws.say("maya", "checkin & <more>")).ok
    event = (await bot.ws.wait_for(lambda: bot.heard))[-1][1]["event"]
    assert event["text"] == "checkin &amp; &lt;more&gt;"
    assert (event["channel_type"], event["channel"], event["user"]) == ("im", "D0MAYA", "U0MAYA")


async def test_what_is_said_in_a_channel_stays_there(bot: Bot) -> None:
    await bot.ws.say("maya", "lunch?", "#deal-team")
    assert bot.heard == []
    assert bot.ws.visible_to("tom", "#deal-team")[-1].text == "lunch?"


async def test_the_same_delivery_can_come_twice(bot: Bot) -> None:
    outcome = await bot.ws.say("maya", "checkin")
    await bot.ws.redeliver(outcome)
    first, second = await bot.ws.wait_for(lambda: bot.heard if len(bot.heard) == 2 else None)
    assert first[1]["event_id"] == second[1]["event_id"]


async def test_home_shortcut_joining_and_changes_are_heard(bot: Bot) -> None:
    await bot.ws.open_home("maya")
    await bot.ws.say("maya", "quote me")
    await bot.ws.shortcut("maya", bot.ws.visible_to("maya")[-1], "quote")
    await bot.ws.invite("greta", "#deal-team")
    await bot.ws.change_person("tom", zone="Asia/Tokyo")
    heard = await bot.ws.wait_for(lambda: bot.heard if len(bot.heard) == 5 else None)
    kinds = {body["event"]["type"] if kind == "event" else kind for kind, body in heard}
    assert kinds == {"app_home_opened", "message", "quoted", "member_joined_channel", "user_change"}


async def test_a_shortcut_that_the_bot_does_not_have_cannot_be_used(bot: Bot) -> None:
    await bot.ws.say("maya", "quote me", "#deal-team")
    message = bot.ws.visible_to("maya", "#deal-team")[-1]
    with pytest.raises(LookupError, match="add_to_deal"):
        await bot.ws.shortcut("maya", message, "add_to_deal")
    with pytest.raises(LookupError):  # nor by who does not see the message
        await bot.ws.shortcut("greta", message, "quote")
    assert bot.heard == []


async def test_a_socket_that_is_sent_away_comes_back(ws: Workspace) -> None:
    bot = bot_for(ws)
    handler = AsyncSocketModeHandler(bot.app, ws.keys.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await ws.wait_for(lambda: ws.line.transport == "socket")
    opened = sum(entry["what"] == "apps.connections.open" for entry in ws.log.entries)
    await ws.line.disconnect()
    await ws.wait_for(
        lambda: sum(entry["what"] == "apps.connections.open" for entry in ws.log.entries) > opened,
        timedelta(seconds=15),
    )
    await ws.wait_for(lambda: ws.line.transport == "socket")
    assert (await ws.say("maya", "still there?")).ok
    await handler.close_async()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("bot", ["http"], indirect=True)
class TestOverHttp:
    async def test_an_event_comes_again_at_once_and_says_why(self, bot: Bot) -> None:
        bot.broken = 1
        outcome = await bot.ws.say("maya", "checkin")
        assert (outcome.ok, outcome.attempts) == (True, 2)
        entries = [entry for entry in bot.ws.log.entries if entry["what"] == "message"]
        assert [entry["status"] for entry in entries] == [500, 200]

    async def test_an_event_comes_again_after_one_and_five_minutes_of_the_movable_clock(
        self, bot: Bot
    ) -> None:
        bot.broken = 3
        assert not (await bot.ws.say("maya", "checkin")).ok
        await asyncio.gather(*[bot.client.auth_test() for _ in range(5)])  # a hasty courier would come now
        await bot.ws.move_clock(timedelta(minutes=1))
        await bot.ws.wait_for(lambda: not bot.broken)
        await asyncio.gather(*[bot.client.auth_test() for _ in range(5)])  # or now
        assert bot.heard == []
        await bot.ws.move_clock(timedelta(minutes=5))
        assert len(await bot.ws.wait_for(lambda: bot.heard)) == 1
        await bot.ws.wait_for(lambda: not bot.ws.state.owed)
        came = [
            datetime.fromisoformat(entry["at"]) for entry in bot.ws.log.entries if entry["what"] == "message"
        ]
        assert [(at - came[0]) // timedelta(minutes=1) for at in came] == [0, 0, 1, 6]

    async def test_a_wrong_signature_is_refused_by_the_bot(self, bot: Bot) -> None:
        bot.ws.line._secret = "another"  # noqa: SLF001 - the one thing a stranger does not know
        outcome: Outcome = await bot.ws.command("maya", "dm", "/deal hello")
        assert (outcome.status, bot.heard) == (401, [])

    async def test_wrong_blocks_are_refused_with_a_pointer(self, bot: Bot) -> None:
        wrong = card("x" * 76)
        with pytest.raises(SlackApiError) as refused:
            await bot.client.chat_postMessage(channel="U0MAYA", text="t", blocks=wrong)
        assert refused.value.response["error"] == "invalid_blocks"
        (message,) = refused.value.response["response_metadata"]["messages"]
        assert message.endswith("[json-pointer:/blocks/1/elements/0/text/text]")
