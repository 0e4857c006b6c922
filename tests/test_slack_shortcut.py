"""Words from anywhere on a deal's record: the message shortcut, over real HTTP and Socket Mode."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.local import Delivery, FormRefused, Manifest, Message, Outcome, View
from bot.local.payloads import escaped
from bot.redis import Cell, Link, embedded
from bot.slack.entrance import ADD
from bot.slack.text import as_shown
from dialogs.deal import Deal
from dialogs.events import Noted
from tests.living import Living, living, workspace

MANIFEST = json.loads((Path(__file__).parent.parent / "deploy/slack/manifest.json").read_text())
SHARED, TEAM_ROOM = "#dynamictech-stagnantco", "#deal-team"
WORDS = "Our lawyers want until Monday"


@pytest.fixture(params=["http", "socket"])
async def up(
    redis: Link, server: embedded.Embedded, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Living]:
    async with workspace() as ws, living(ws, redis, server.url, tmp_path, request.param) as made:
        yield made


over_http = pytest.mark.parametrize("up", ["http"], indirect=True)


async def a_deal(up: Living, name: str, person: str = "maya", **facts: str) -> None:
    await up.types("/deal new", person)
    await up.fills({"name": name, "counterpart": "Acme", "must_haves": "Net 30", **facts}, person)
    await up.hears(f"{escaped(name)} is set up", person)


def stands(up: Living, text: str, room: str = SHARED, by: str = "U0VIKTOR") -> Message:
    """A message as Slack keeps it, written by somebody in a channel."""
    message = Message(up.ws.state.channel(room).id, up.ws.state.stamp(), by, text)
    up.ws.state.put(message)
    return message


async def adds(up: Living, message: Message, person: str = "maya") -> Outcome:
    outcome = await up.ws.shortcut(person, message, ADD)
    await up.settled()
    return outcome


async def opened(up: Living, text: str, room: str = SHARED) -> View:
    assert (await adds(up, stands(up, text, room))).ok
    view = up.ws.view("maya")
    assert view is not None
    return view


def fields(view: View) -> dict[str, Any]:
    return {block["block_id"]: block["element"] for block in view.blocks if block["type"] == "input"}


async def deals(up: Living) -> list[Deal]:
    names = [name.decode().split(":") for name in await up.link.command("KEYS", "w1:*:deal:*")]
    found = [await up.up.store.load(Cell(parts[2], "deal", parts[4])) for parts in names if len(parts) == 5]
    return [deal for deal in found if isinstance(deal, Deal)]


async def notes(up: Living) -> dict[str, list[str]]:
    """What was noted, by the deal's name."""
    names = [name.decode().split(":") for name in await up.link.command("KEYS", "w1:*:deal:*")]
    cells = [Cell(parts[2], "deal", parts[4]) for parts in names if len(parts) == 5]
    by_name = {(await up.up.store.load(cell)).name: await up.up.store.log(cell) for cell in cells}
    return {name: [e.text for e in log if isinstance(e, Noted)] for name, log in by_name.items()}


def channels(up: Living) -> list[list[Message]]:
    return [up.ws.messages(room.id) for room in up.ws.state.channels.values() if room.kind != "im"]


def submitted(outcome: Outcome, view: str = "V0FORGED", **values: Any) -> Delivery:  # noqa: ANN401
    """The same form sent from another window, with other values in its elements."""
    assert outcome.delivery is not None
    body = json.loads(json.dumps(outcome.delivery.body))
    body["view"]["id"] = view
    for name, value in values.items():
        body["view"]["state"]["values"][name]["v"].update(value)
    return Delivery(f"I{view}", "interactive", body, "U0MAYA")


async def test_with_one_deal_the_words_wait_in_a_window_and_one_tap_keeps_them(up: Living) -> None:
    await a_deal(up, "The lease", alias="Blue Hill")
    view = await opened(up, WORDS)
    before = channels(up)
    shown = fields(view)
    assert shown["text"]["initial_value"] == WORDS
    assert [option["text"]["text"] for option in shown["deal"]["options"]] == ["Blue Hill"]
    assert shown["deal"]["initial_option"] == shown["deal"]["options"][0]
    assert view.body["private_metadata"] == "form~~~~add"
    await up.fills({})
    assert up.ws.view("maya") is None
    await up.hears("Noted")
    assert await notes(up) == {"The lease": [WORDS]}
    assert channels(up) == before


async def test_of_several_deals_the_one_that_is_chosen_gets_them(up: Living) -> None:
    await a_deal(up, "The lease", alias="Blue Hill")
    await a_deal(up, "Oak & <Sons>")
    view = await opened(up, WORDS, TEAM_ROOM)
    labels = {option["text"]["text"] for option in fields(view)["deal"]["options"]}
    assert labels == {"Blue Hill", "Oak &amp; &lt;Sons&gt;"}
    with pytest.raises(FormRefused, match="deal"):
        await up.fills({})
    await up.fills({"deal": "Oak &amp; &lt;Sons&gt;", "text": "until Monday"})
    assert await notes(up) == {"The lease": [], "Oak & <Sons>": ["until Monday"]}


async def test_with_no_deal_of_their_own_they_hear_so_alone(up: Living) -> None:
    await a_deal(up, "The lease")
    await up.types("/deal colleague @tom")  # a colleague may not write on the record
    message, before = stands(up, WORDS), channels(up)
    outcome = await adds(up, message, "tom")
    await up.ws.redeliver(outcome)
    await up.settled()
    assert outcome.ok
    assert up.ws.view("tom") is None
    said = [m for m in up.from_coach("tom") if "no open deal" in m.reads]
    assert len(said) == 1
    assert channels(up) == before


async def test_the_same_delivery_twice_is_one_window_and_one_note(up: Living) -> None:
    await a_deal(up, "The lease")
    outcome = await adds(up, stands(up, WORDS))
    view = up.ws.view("maya")
    before = len(up.from_coach())
    assert (await up.ws.redeliver(outcome)).ok
    assert up.ws.view("maya") == view
    sent = await up.fills({})
    await asyncio.gather(*[up.ws.redeliver(sent) for _ in range(3)])
    await up.settled()
    assert await notes(up) == {"The lease": [WORDS]}
    assert len(up.from_coach()) == before + 1


@pytest.mark.parametrize(
    ("stood", "shown"),
    [
        ("<!channel> sign &amp; send, &lt;b&gt;now&lt;/b&gt;", "@channel sign & send, <b>now</b>"),
        ("&lt;!channel&gt; &amp;lt;", "<!channel> &lt;"),
        ("<@U0TOM> and <@U0VIKTOR|viktor>, see <#C0GENERAL|general>",
         "@somebody and @viktor, see #general"),
        ("<https://acme.example/a?b=1&amp;c=2> <mailto:a@acme.example|a@acme.example> <!here|here>",
         "https://acme.example/a?b=1&c=2 a@acme.example here"),
        ("<!subteam^S1|@legal> by <!date^1700000000^{date}|14 November>", "@legal by 14 November"),
        ("82\N{NO-BREAK SPACE}000,\tnot\n\N{ZERO WIDTH SPACE}80\x00", "82 000, not\n80"),
        ("a < b > c <<<>> <|x>", "a < b > c <<<>> <|x>"),
        ("   ", ""),
    ],
)  # fmt: skip
def test_a_message_is_read_as_it_looks(stood: str, shown: str) -> None:
    assert as_shown(stood, 1_500) == shown


def test_a_long_message_is_cut_and_says_so() -> None:
    assert as_shown("&amp;" * 1_500, 1_500) == "&" * 1_500
    assert as_shown("&amp;" * 1_501, 1_500) == "&" * 1_499 + "…"


@over_http
class TestWords:
    async def test_hostile_words_are_kept_as_they_look_and_never_come_alive(self, up: Living) -> None:
        await a_deal(up, "The lease")
        view = await opened(up, "<!channel> &amp;amp; &lt;!here&gt; <@U0TOM>")
        assert fields(view)["text"]["initial_value"] == "@channel &amp; <!here> @somebody"
        await up.fills({})
        assert await notes(up) == {"The lease": ["@channel &amp; <!here> @somebody"]}
        said = [json.dumps(m.blocks) + m.text for m in up.from_coach()]
        assert not [text for text in said if "<!" in text or "<@" in text]
        people = {name for name in await up.link.command("KEYS", "w1:*:person:*") if name.count(b":") == 4}
        assert len(people) == 1  # who is mentioned somewhere is not looked up

    async def test_of_four_thousand_characters_the_first_fifteen_hundred_can_be_kept(
        self, up: Living
    ) -> None:
        await a_deal(up, "The lease")
        view = await opened(up, "x" * 4_000)
        assert len(fields(view)["text"]["initial_value"]) == fields(view)["text"]["max_length"] == 1_500
        sent = await up.fills({})
        assert await notes(up) == {"The lease": ["x" * 1_499 + "…"]}
        again = await up.ws.redeliver(submitted(sent, text={"value": "x" * 1_501}))
        assert set(again.answer["errors"]) == {"text"}

    async def test_a_picture_without_words_leaves_the_field_to_be_filled(self, up: Living) -> None:
        await a_deal(up, "The lease")
        outcome = await adds(up, stands(up, ""))
        delivery = outcome.delivery
        assert delivery is not None
        message = {name: value for name, value in delivery.body["message"].items() if name != "text"}
        body = {**delivery.body, "message": {**message, "files": [{"id": "F1", "mimetype": "image/png"}]}}
        body["trigger_id"] = up.ws.tickets.trigger("U0MAYA", up.ws.now())
        assert (await up.ws.redeliver(Delivery("I0FILE", "interactive", body, "U0MAYA"))).ok
        view = up.ws.view("maya")
        assert view is not None
        assert "initial_value" not in fields(view)["text"]
        with pytest.raises(FormRefused, match="text"):
            await up.fills({})
        sent = await up.fills({"text": "  \n "})
        assert set(sent.answer["errors"]) == {"text"}
        assert await notes(up) == {"The lease": []}


@over_http
class TestWho:
    async def test_a_forged_deal_of_somebody_else_is_refused_and_keeps_nothing(self, up: Living) -> None:
        await a_deal(up, "The lease")
        await a_deal(up, "Toms own", "tom")
        theirs = next(deal for deal in await deals(up) if deal.name == "Toms own")
        await opened(up, WORDS)
        sent = await up.fills({"text": "mine"})
        forged = submitted(sent, deal={"selected_option": {"value": theirs.key}})
        assert (await up.ws.redeliver(forged)).ok
        await up.hears("belongs to somebody else")
        assert await notes(up) == {"The lease": ["mine"], "Toms own": []}
        assert next(deal for deal in await deals(up) if deal.name == "Toms own") == theirs

    @pytest.mark.parametrize("key", ["00nobody", "x", "../etc", "99abc"])
    async def test_a_deal_that_is_not_there_is_said_beside_the_field(self, up: Living, key: str) -> None:
        await a_deal(up, "The lease")
        await opened(up, WORDS)
        sent = await up.fills({})
        again = await up.ws.redeliver(submitted(sent, deal={"selected_option": {"value": key}}))
        assert set(again.answer["errors"]) == {"deal"}

    async def test_a_deal_that_was_closed_meanwhile_takes_no_note(self, up: Living) -> None:
        await a_deal(up, "The lease")
        view = await opened(up, WORDS)
        await up.types("/deal close")
        await up.taps("Close the deal")
        await up.fills({"outcome": "walked_away"})
        up.ws.modals.open("U0MAYA", view.body)
        await up.fills({})
        assert await notes(up) == {"The lease": []}

    async def test_a_guest_is_refused_in_their_own_chat_and_a_stranger_hears_nothing(
        self, up: Living
    ) -> None:
        in_general, shared = stands(up, WORDS, "#general", "U0MAYA"), stands(up, WORDS)
        before = channels(up)
        assert (await adds(up, in_general, "greta")).ok
        assert (await adds(up, shared, "viktor")).ok
        await up.hears("guests of this workspace", "greta")
        assert up.from_coach("viktor") == []
        assert (up.ws.view("greta"), up.ws.view("viktor"), channels(up)) == (None, None, before)
        assert await up.link.command("KEYS", "w1:*:person:*") == []

    async def test_who_became_a_guest_meanwhile_is_told_in_the_window(self, up: Living) -> None:
        await a_deal(up, "The lease")
        await opened(up, WORDS)
        await up.ws.change_person("maya", is_restricted=True)
        sent = await up.fills({})
        assert any("guests of this workspace" in words for words in sent.answer["errors"].values())
        assert await notes(up) == {"The lease": []}


@over_http
class TestTrouble:
    async def test_a_trigger_that_came_too_late_is_said_alone_and_once(self, up: Living) -> None:
        await a_deal(up, "The lease")
        await up.moves(timedelta(minutes=11))  # so that who it is must be asked again
        message, before = stands(up, WORDS), channels(up)
        up.ws.fault("users.info", "500")
        first = await adds(up, message)
        assert first.error is not None
        await up.moves(timedelta(seconds=4))
        assert (await up.ws.redeliver(first)).ok
        assert (await up.ws.redeliver(first)).ok
        await up.settled()
        assert up.ws.view("maya") is None
        assert len([m for m in up.from_coach() if "open it again" in m.reads]) == 1
        assert channels(up) == before

    async def test_nothing_but_who_it_is_is_asked_before_the_window_opens(self, up: Living) -> None:
        await a_deal(up, "The lease")
        message, calls = stands(up, WORDS), len(up.ws.log.entries)
        await adds(up, message)
        called = [entry["what"] for entry in list(up.ws.log.entries)[calls:] if entry["way"] == "bot"]
        assert called == ["views.open"]

    async def test_neither_words_nor_names_are_logged_whatever_fails(
        self, up: Living, caplog: pytest.LogCaptureFixture
    ) -> None:
        await a_deal(up, "Zanzibar lease", alias="Zebra")
        with caplog.at_level("DEBUG"):
            up.ws.fault("views.open", "invalid_arguments")
            refused = await adds(up, stands(up, "purple elephants"))
            up.ws.fault("views.open", "drop")
            lost = await adds(up, stands(up, "purple elephants"))
            await opened(up, "purple elephants")
            await up.fills({"text": "purple elephants, they said"})
            up.ws.fault("chat.postMessage", "channel_not_found")
            await adds(up, stands(up, "purple elephants", "#general", "U0MAYA"), "greta")
        assert (refused.ok, lost.ok) == (False, False)
        assert await notes(up) == {"Zanzibar lease": ["purple elephants, they said"]}
        assert caplog.records
        assert [word for word in ("purple", "elephants", "Zanzibar", "Zebra") if word in caplog.text] == []

    async def test_on_what_only_one_person_sees_slack_offers_no_shortcut(self, up: Living) -> None:
        await up.types("/deal list", channel=TEAM_ROOM)
        (answer,) = up.ws.visible_to("maya", TEAM_ROOM)
        with pytest.raises(LookupError):
            await adds(up, answer)


@over_http
async def test_the_manifest_names_the_shortcut_that_is_listened_to(up: Living) -> None:
    (named,) = MANIFEST["features"]["shortcuts"]
    assert (named["type"], named["callback_id"]) == ("message", ADD)
    assert len(named["name"]) <= 24
    assert len(named["description"]) <= 150
    assert Manifest().shortcuts == {named["callback_id"]: named["name"]}
    await a_deal(up, "The lease")
    assert (await up.ws.shortcut("maya", stands(up, WORDS), named["callback_id"])).ok
    assert up.ws.view("maya") is not None


@over_http
async def test_the_payload_is_as_slack_sends_it(up: Living) -> None:
    message = stands(up, WORDS)
    delivery = (await adds(up, message)).delivery
    assert delivery is not None
    body = delivery.body
    assert {"type", "token", "team", "user", "channel", "trigger_id", "response_url"} <= set(body)
    assert (body["type"], body["callback_id"], body["message_ts"]) == ("message_action", ADD, message.ts)
    assert float(body["action_ts"]) > float(message.ts)
    with suppress(KeyError):
        del body["message"]["team"]
    assert body["message"] == {"type": "message", "user": "U0VIKTOR", "ts": message.ts, "text": WORDS}
