"""In doubt whether a letter was posted: it is looked for; where nobody may look, repeated and counted."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.local import Manifest, Message, Outcome, Workspace
from bot.local.methods import METHODS
from bot.local.model import Channel
from bot.local.workspace import SCOPES
from bot.platforms import Place, Throttled, Undeliverable, Unsure
from bot.redis import Cell, Letter, Link, Outbox, Sending, Step, Store, embedded
from bot.slack import Chats, SlackPlatform, client, session
from bot.worker import SETTLING, Worker
from tests.fakes import Bells, MovedClock, Postbox, Said, Tally, wait_until, working
from tests.living import Living, living, until, workspace

HOUSE = Path(__file__).parent.parent
MANIFEST = json.loads((HOUSE / "deploy/slack/manifest.json").read_text())
RETRIED = timedelta(seconds=5)  # after this, what was in doubt is tried again
LETTER_ID = re.compile(r"[0-9a-f]{16}\d{4}")
CALLED = re.compile(r"_client\.([a-z]+_\w+)\(")


# ------------------------------------------------------------------ the worker, on any platform


async def in_doubt(store: Store, outbox: Outbox, *cells: Cell) -> None:
    """A letter in each that somebody began to send, and was never heard of again."""
    for cell in cells:
        await store.swap(cell, "e1", lambda _: Step(Tally(), letters=(Letter(Said("one"), slot="card"),)))
    claims = (await outbox.claim(cells[0].shard, timedelta(seconds=1))).claims
    assert len(claims) == len(cells)
    for claim in claims:
        assert await outbox.take(claim)


async def test_what_is_found_is_not_posted_again_and_its_place_is_kept(
    store: Store, outbox: Outbox, cell: Cell, clock: MovedClock
) -> None:
    asked, postbox = [], Postbox()

    async def find(_cell: Cell, body: object, sending: Sending) -> str:
        asked.append((body, sending.since))
        return "there"

    before = datetime.now(UTC)
    await in_doubt(store, outbox, cell)
    clock.forward(timedelta(minutes=5))
    worker = Worker(outbox, postbox.deliver, Bells().ring, find=find)
    async with working(worker):
        await wait_until(lambda: worker.counts["delivered"] == 1)
    assert (postbox.arrived, worker.counts["found"], worker.counts["repeated"]) == ([], 1, 0)
    assert await store.places(cell) == {"card": "there"}
    ((body, since),) = asked
    assert body == Said("one")
    assert abs(since - before) < timedelta(seconds=1)  # the first attempt, not this one


async def test_what_is_certainly_not_there_is_posted_and_nothing_is_counted(
    store: Store, outbox: Outbox, cell: Cell, clock: MovedClock
) -> None:
    async def find(*_: object) -> None:
        return None

    postbox = Postbox()
    await in_doubt(store, outbox, cell)
    clock.forward(timedelta(minutes=5))
    worker = Worker(outbox, postbox.deliver, Bells().ring, find=find)
    async with working(worker):
        await wait_until(lambda: postbox.arrived == ["one"])
    assert (worker.counts["found"], worker.counts["repeated"]) == (0, 0)


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (Throttled(timedelta(minutes=1)), "Throttled"),
        (Undeliverable("missing_scope"), "missing_scope"),
        (Unsure("chat_unknown"), "chat_unknown"),
    ],
)
async def test_where_it_cannot_be_told_it_is_repeated_at_once_and_counted(
    store: Store,
    outbox: Outbox,
    cell: Cell,
    other: Cell,
    clock: MovedClock,
    caplog: pytest.LogCaptureFixture,
    trouble: Exception,
    told: str,
) -> None:
    async def find(*_: object) -> None:
        raise trouble

    postbox = Postbox()
    await in_doubt(store, outbox, cell, other)
    clock.forward(timedelta(minutes=5))
    worker = Worker(outbox, postbox.deliver, Bells().ring, find=find)
    async with working(worker):
        await wait_until(lambda: postbox.arrived == ["one", "one"])
    assert worker.counts["repeated"] == 2
    assert [record.getMessage().rpartition(": ")[2] for record in caplog.records] == [told]  # once


async def test_a_doubt_outlives_a_later_refusal(
    store: Store, outbox: Outbox, cell: Cell, clock: MovedClock
) -> None:
    postbox = Postbox(trouble=[Throttled(timedelta(minutes=1)), Undeliverable("is_archived")])
    await in_doubt(store, outbox, cell)
    clock.forward(timedelta(minutes=5))
    worker = Worker(outbox, postbox.deliver, Bells().ring)
    async with working(worker):
        await wait_until(lambda: worker.counts["held"] == 1)
        clock.forward(timedelta(minutes=2))
        await wait_until(lambda: worker.counts["buried"] == 1)
        (dead,) = await outbox.dead()
        await outbox.revive(dead)
        await wait_until(lambda: postbox.arrived == ["one"])
    assert postbox.again == [True, True, True]


async def test_what_is_still_on_its_way_is_not_looked_for_at_once(
    store: Store, outbox: Outbox, cell: Cell, clock: MovedClock
) -> None:
    postbox = Postbox(trouble=[Unsure("timeout")])
    worker = Worker(outbox, postbox.deliver, Bells().ring)
    async with working(worker):
        await store.swap(cell, "e1", lambda _: Step(Tally(), letters=(Letter(Said("one")),)))
        await wait_until(lambda: worker.counts["failed"] == 1)
        batch = await outbox.claim(cell.shard, timedelta(seconds=1))
        assert batch.claims == ()
        assert batch.wait is not None
        assert SETTLING - timedelta(seconds=1) < batch.wait <= SETTLING
        clock.forward(SETTLING)
        await wait_until(lambda: postbox.arrived == ["one"])


# ------------------------------------------------------------------ Slack


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        await made.types("/deal sample")
        yield made


async def doubted(
    up: Living, text: str, person: str = "maya", *, fault: str = "drop", room: str = "dm", thread: str = ""
) -> None:
    """Something is typed; the first post of the answer is done (`drop`) or not (`500`), and who knows."""
    up.ws.fault("chat.postMessage", fault)
    act = up.ws.command(person, room, text) if text.startswith("/") else None
    await failing(up, act or up.ws.say(person, text, room, thread or None))


async def failing(up: Living, act: Awaitable[Outcome]) -> None:
    """Do it, and return when what came of it has failed."""
    before = up.up.worker.counts["failed"]
    await act

    async def has_failed() -> bool:
        return up.up.worker.counts["failed"] > before

    await until(has_failed, "nothing failed")


def counted(up: Living) -> tuple[int, int]:
    """Found, and repeated."""
    return up.up.worker.counts["found"], up.up.worker.counts["repeated"]


def calls(up: Living, method: str) -> list[dict[str, object]]:
    """What Slack was asked with this method."""
    return [entry["request"] for entry in up.ws.log.entries if entry["what"] == method]


async def test_posted_before_the_line_broke_it_is_found_and_stands_once(up: Living) -> None:
    before = len(up.from_coach())
    await doubted(up, "/deal status")
    await up.moves(RETRIED)
    assert len(up.from_coach()) == before + 1
    assert counted(up) == (1, 0)
    (asked,) = calls(up, "conversations.history")
    assert (asked["channel"], asked["limit"], asked["include_all_metadata"]) == ("D0MAYA", "15", "1")


async def test_not_posted_before_the_line_broke_it_is_posted_once(up: Living) -> None:
    before = len(up.from_coach())
    await doubted(up, "/deal status", fault="500")
    await up.moves(RETRIED)
    assert len(up.from_coach()) == before + 1
    assert counted(up) == (0, 0)


@pytest.mark.parametrize("refusal", ["429", "missing_scope", "channel_not_found", "500", "drop"])
async def test_where_slack_does_not_let_us_look_it_is_repeated_and_counted(up: Living, refusal: str) -> None:
    before = len(up.from_coach())
    # Twice, for the client asks again by itself where a kept connection broke.
    up.ws.fault("conversations.history", refusal, times=2, retry_after=timedelta(minutes=1))
    await doubted(up, "/deal status")
    await up.moves(RETRIED)  # and not a minute
    assert len(up.from_coach()) == before + 2
    assert counted(up) == (0, 1)


async def test_installed_without_the_scope_it_works_as_before(
    redis: Link, server: embedded.Embedded, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    manifest = Manifest(scopes=SCOPES - {"im:history"})
    async with workspace(manifest=manifest) as ws, living(ws, redis, server.url, tmp_path) as up:
        for _ in range(3):  # at the first, the chat is not known either
            await doubted(up, "/deal list")
            await up.moves(RETRIED)
        assert len(up.from_coach()) == 6
        assert counted(up) == (0, 3)
    assert caplog.text.count("missing_scope") == 1


async def test_distributed_an_app_looks_once_a_minute_and_repeats_the_rest(up: Living) -> None:
    up.ws.limits.distributed = True
    before = len(up.from_coach())
    for _ in range(2):
        await doubted(up, "/deal status")
        await up.moves(RETRIED)
    assert len(up.from_coach()) == before + 3
    assert counted(up) == (1, 1)


async def test_the_first_word_to_somebody_never_met_in_their_chat_is_repeated_and_counted(up: Living) -> None:
    await doubted(up, "/deal list", "tom", room="#deal-team")
    await up.moves(RETRIED)
    assert len(up.from_coach("tom")) == 2
    assert counted(up) == (0, 1)
    assert calls(up, "conversations.history") == []
    await doubted(up, "/deal list", "tom", room="#deal-team")  # now it was mentioned
    await up.moves(RETRIED)
    assert counted(up) == (1, 1)


@pytest.mark.parametrize("how", ["typed", "opened"])
async def test_a_chat_is_known_from_what_is_typed_or_opened_there(up: Living, how: str) -> None:
    up.ws.fault("chat.postMessage", "drop")
    await failing(up, up.ws.say("tom", "list") if how == "typed" else up.ws.open_home("tom"))
    await up.moves(RETRIED)
    assert len(up.from_coach("tom")) == 1
    assert counted(up) == (1, 0)


async def test_a_command_typed_between_two_others_teaches_no_chat(up: Living) -> None:
    up.ws.state.put(Channel("D0OTHERS", "", "im", ("U0TOM", "U0MAYA")))
    await doubted(up, "/deal list", "tom", room="D0OTHERS")
    assert await Chats(up.up.store).of("U0TOM") is None
    await up.moves(RETRIED)
    assert await Chats(up.up.store).of("U0TOM") == "D0TOM"


async def test_after_we_were_installed_anew_the_new_chat_counts(up: Living) -> None:
    chats, others = Chats(up.up.store), Chats(up.up.store)
    assert await chats.of("U0MAYA") == "D0MAYA"
    await chats.learn("U0MAYA", "D1MAYA")
    assert (await chats.of("U0MAYA"), await others.of("U0MAYA")) == ("D1MAYA", "D1MAYA")


async def test_in_a_thread_it_is_looked_for_in_the_thread(up: Living) -> None:
    up.ws.state.put(Message("D0MAYA", up.ws.state.stamp(), "U0MAYA", "about this"))
    top = up.visible()[-1].ts
    await doubted(up, "status", thread=top)
    await up.moves(RETRIED)
    assert [message.thread_ts for message in up.from_coach()].count(top) == 1
    assert counted(up) == (1, 0)
    assert calls(up, "conversations.history") == []


async def test_behind_more_than_a_page_of_talk_it_may_stand_and_is_repeated(up: Living) -> None:
    await doubted(up, "/deal status")
    before = len(up.from_coach())
    for _ in range(20):
        up.ws.state.put(Message("D0MAYA", up.ws.state.stamp(), "U0MAYA", "and another thing"))
    await up.moves(RETRIED)
    assert len(up.from_coach()) == before + 1
    assert counted(up) == (0, 1)


async def test_where_nobody_knows_when_it_was_tried_first_the_latest_page_is_searched(up: Living) -> None:
    card, keys = up.last(), up.ws.keys
    assert card.metadata is not None
    async with session() as http:
        slack = SlackPlatform(client(keys.bot_token, f"{up.ws.base}/api/", http), http, Chats(up.up.store))
        for name, place in (
            (card.metadata["event_payload"]["id"], Place("D0MAYA", card.ts)),
            ("other", None),
        ):
            assert await slack.find(Place("U0MAYA"), name, datetime(1970, 1, 1, tzinfo=UTC)) == place


async def test_a_card_that_is_found_retires_the_earlier_one_and_goes_on(up: Living) -> None:
    await up.types("checkin")
    first = up.last()
    await doubted(up, "all met")
    await up.moves(RETRIED)
    card = up.last()
    assert (counted(up), card.ts != first.ts, "2 of 5" in card.reads) == ((1, 0), True, True)
    retired = next(message for message in up.from_coach() if message.ts == first.ts)
    assert "1 of 5" not in retired.reads
    await up.taps("No, something new")
    assert up.last().ts == card.ts
    assert "3 of 5" in up.last().reads


async def test_what_takes_the_place_of_a_card_needs_no_look(up: Living) -> None:
    await up.types("checkin")
    card = up.last()
    up.ws.fault("response_url", "expired_url", times=2)
    up.ws.fault("chat.update", "drop")
    await failing(up, up.presses(card, "All met"))
    await up.moves(RETRIED)
    assert len(calls(up, "chat.update")) == 2
    assert (up.last().ts, "2 of 5" in up.last().reads) == (card.ts, True)
    assert counted(up) == (0, 0)
    assert calls(up, "conversations.history") == []


async def test_metadata_holds_an_id_of_ours_and_nothing_else(up: Living) -> None:
    await up.types("checkin")
    await up.taps("All met")  # in place: the card keeps the id it was posted with
    await up.types("note Zanzibar")
    await up.types("/deal list")
    found = [message.metadata for message in up.from_coach() if not message.only_for]
    ids = []
    for metadata in found:
        assert metadata is not None
        assert (metadata["event_type"], list(metadata["event_payload"])) == ("walkaway_letter", ["id"])
        ids.append(metadata["event_payload"]["id"])
    assert all(LETTER_ID.fullmatch(each) for each in ids)
    assert len(set(ids)) == len(ids) > 3
    assert not any("metadata" in asked for asked in calls(up, "chat.update"))


def test_the_manifests_scopes_cover_every_method_that_is_called() -> None:
    named = {name for path in (HOUSE / "bot/slack").glob("*.py") for name in CALLED.findall(path.read_text())}
    methods = {name.replace(".", "_"): name for name in METHODS}
    called = {methods[name] for name in named}
    assert {"chat.postMessage", "conversations.history", "views.open", "users.info"} <= called
    needed = {METHODS[name].scope for name in called} - {None}
    granted = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert needed <= set(granted) <= SCOPES
    assert sorted(granted) == sorted(set(granted))
