"""When Slack or Redis fails: what is not stored is not acknowledged; what was promised is posted later."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.redis import Link, connect, embedded
from bot.settings import Transport
from tests.living import Living, living, until, workspace


@pytest.fixture
async def up(redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with workspace() as ws, living(ws, redis, server.url, tmp_path) as made:
        await made.types("/deal sample")
        yield made


async def counted(up: Living, name: str) -> None:
    async def has() -> bool:
        return up.up.worker.counts[name] > 0

    await until(has, f"never {name}: {up.up.worker.counts}")


async def commanded(*words: str) -> int:
    return await asyncio.to_thread(main, list(words))


class TestSlackRefuses:
    async def test_what_is_throttled_comes_later_and_once(self, up: Living) -> None:
        up.ws.fault("chat.postMessage", "429", retry_after=timedelta(seconds=30))
        assert (await up.ws.command("maya", "dm", "/deal status")).ok
        await counted(up, "held")
        before = len(up.from_coach())
        await up.ws.move_clock(timedelta(seconds=20))
        await up.ws.say("tom", "help")  # others are served meanwhile
        await up.hears("Set up a deal", "tom")
        assert len(up.from_coach()) == before
        await up.moves(timedelta(seconds=11))
        assert len(up.from_coach()) == before + 1

    @pytest.mark.parametrize("kind", ["429", "500", "drop"])
    async def test_an_earlier_card_says_where_the_check_in_goes_on_however_late(
        self, up: Living, kind: str
    ) -> None:
        await up.types("/deal checkin")
        first = up.last()
        up.ws.fault("chat.update", kind, retry_after=timedelta(seconds=30))
        assert (await up.ws.say("maya", "note they were late")).ok
        await up.hears("they were late")
        await up.moves(timedelta(seconds=31))
        assert [m.reads for m in up.visible() if m.ts == first.ts] == ["This check-in goes on further down."]
        assert len([m for m in up.visible() if "1 of 5" in m.reads]) == 1

    async def test_a_card_on_which_the_check_in_goes_on_again_is_not_called_old_by_a_late_word(
        self, up: Living
    ) -> None:
        await up.types("/deal checkin")
        first = up.last()
        up.ws.fault("chat.postMessage", "429", retry_after=timedelta(seconds=30))
        assert (await up.ws.say("maya", "note they were late")).ok
        await counted(up, "held")
        assert (await up.presses(first, "All met")).ok  # waits behind the second card
        up.ws.fault("chat.update", "429", retry_after=timedelta(seconds=30))
        await up.moves(timedelta(seconds=31))
        await up.moves(timedelta(seconds=31))
        second = next(m for m in up.visible() if m.ts > first.ts and "check-in" in m.reads.casefold())
        assert [m.reads for m in up.visible() if m.ts == second.ts] == ["This check-in goes on further up."]
        assert "2 of 5" in next(m.reads for m in up.visible() if m.ts == first.ts)

    async def test_a_chat_that_is_gone_leaves_a_dead_letter_that_can_be_sent_again(
        self, up: Living, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
        server: embedded.Embedded, tmp_path: Path,
    ) -> None:  # fmt: skip
        monkeypatch.setenv("REDIS_URL", server.url)
        monkeypatch.setenv("WALKAWAY_DATA", str(tmp_path))
        before = len(up.from_coach())
        up.ws.fault("chat.postMessage", "channel_not_found")
        await up.types("/deal status")
        assert len(up.from_coach()) == before
        assert await commanded("letters", "list", "--json") == 0
        (row,) = json.loads(capsys.readouterr().out)
        assert row["reason"] == "channel_not_found"
        assert await commanded("letters", "list") == 0
        shown = capsys.readouterr().out
        assert row["id"] in shown
        assert "StagnantCo" not in shown
        assert await commanded("letters", "retry", row["id"]) == 0
        await up.settled()
        assert len(up.from_coach()) == before + 1
        assert await commanded("letters") == 0
        assert "No dead letters" in capsys.readouterr().out

    @pytest.mark.parametrize("kind", ["expired_url", "used_url", "500"])
    async def test_where_the_clicks_own_address_fails_the_message_is_updated(
        self, up: Living, kind: str
    ) -> None:
        await up.types("checkin")
        card = up.last().ts
        up.ws.fault("response_url", kind)
        await up.taps("All met")
        assert up.last().ts == card
        assert "2 of 5" in up.last().reads
        assert any(entry["what"] == "chat.update" for entry in up.ws.log.entries)

    async def test_a_card_that_was_deleted_does_not_end_the_check_in(self, up: Living) -> None:
        await up.types("checkin")
        up.ws.fault("response_url", "expired_url")
        up.ws.fault("chat.update", "message_not_found")
        await up.taps("All met")
        await up.types("checkin")
        assert "2 of 5" in up.last().reads

    async def test_who_cannot_be_looked_up_is_not_acknowledged(self, up: Living) -> None:
        up.ws.fault("users.info", "500", times=2)
        outcome = await up.ws.command("tom", "dm", "/deal list")
        assert outcome.error is not None
        assert (await up.ws.say("tom", "list")).ok

    async def test_somebody_mentioned_whom_slack_does_not_show_is_somebody(self, up: Living) -> None:
        assert (await up.types("note <@U0NOBODY> was there")).ok
        assert "Noted" in up.last().reads

    async def test_a_speaker_whom_slack_does_not_show_is_refused_and_costs_no_repetition(
        self, up: Living
    ) -> None:
        up.ws.fault("users.info", "user_not_visible", times=2)
        assert (await up.ws.command("tom", "dm", "/deal list")).ok
        (said,) = up.from_coach("tom")
        assert "I cannot serve you here" in said.text

    @pytest.mark.parametrize("refusal", ["429", "500"])
    async def test_a_turn_is_taken_though_slack_does_not_say_who_we_are(
        self, redis: Link, server: embedded.Embedded, tmp_path: Path, refusal: str
    ) -> None:
        async with workspace() as ws, living(ws, redis, server.url, tmp_path) as up:
            ws.fault("auth.test", refusal, times=2)
            assert (await up.types("/deal list")).ok
            assert ws.limits.planted() == {"auth.test": [refusal]}
            assert (await up.types("/deal list")).ok
            assert (await up.types("/deal list")).ok
            asked = [entry for entry in ws.log.entries if entry["what"] == "auth.test"]
            assert len(asked) == 3

    async def test_one_message_a_second_is_kept_to(self, up: Living) -> None:
        up.ws.limits.posting = True
        before = len(up.from_coach())
        for _ in range(3):
            await up.ws.command("maya", "dm", "/deal list")
        for _ in range(4):
            await counted(up, "delivered")
            await up.ws.move_clock(timedelta(seconds=2))
            await up.settled()
        assert len(up.from_coach()) == before + 3
        assert await up.up.outbox.dead() == []


class TestRedisIsAway:
    async def test_nothing_is_acknowledged_and_slack_brings_it_again(self, tmp_path: Path) -> None:
        server = embedded.start(tmp_path)
        link = connect(server.url)
        async with workspace() as ws, living(ws, link, server.url, tmp_path) as up:
            await up.types("/deal sample")
            await up.types("checkin")
            await asyncio.to_thread(embedded.stop, tmp_path)
            tap = await up.presses(up.last(), "All met")
            said = await up.ws.say("maya", "all met")
            command = await up.ws.command("maya", "dm", "/deal list")
            assert (tap.status, said.status, command.status) == (503, 503, 503)
            assert "failed with the error" in up.visible()[-1].text
            await asyncio.to_thread(embedded.start, tmp_path)
            await up.moves(timedelta(minutes=1))
            await up.hears("2 of 5")
            assert await up.up.outbox.dead() == []
        await link.aclose()
        await asyncio.to_thread(embedded.stop, tmp_path)

    async def test_over_a_socket_nothing_is_acknowledged_either(self, tmp_path: Path) -> None:
        server = embedded.start(tmp_path)
        link = connect(server.url)
        async with workspace() as ws, living(ws, link, server.url, tmp_path, "socket") as up:
            up.ws.line.patience = timedelta(seconds=1)
            await up.types("/deal sample")
            await asyncio.to_thread(embedded.stop, tmp_path)
            command = await up.ws.command("maya", "dm", "/deal list")
            assert command.error == "operation_timeout"
            await asyncio.to_thread(embedded.start, tmp_path)
            up.ws.line.patience = timedelta(seconds=3)
            assert (await up.ws.redeliver(command)).ok
            await up.hears("Your deals")
        await link.aclose()
        await asyncio.to_thread(embedded.stop, tmp_path)


async def test_at_debug_level_neither_secrets_nor_words_are_logged(
    up: Living, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with caplog.at_level("DEBUG"):
        await up.types("checkin")
        await up.types("note Zanzibar is where they hide it")
        await up.types("purple elephants")
        up.ws.fault("users.info", "500")
        await up.types("/deal colleague @tom Zanzibar")
        up.ws.fault("chat.postMessage", "channel_not_found")
        await up.types("/deal status")
    keys, key_file = up.ws.keys, (tmp_path / "sealing.key").read_text("utf-8").strip()
    secret = (keys.bot_token, keys.app_token, keys.signing_secret, key_file)
    words = ("Zanzibar", "purple", "StagnantCo", "I will leave", "Joint roadmap")
    assert caplog.records
    assert [word for word in (*secret, *words) if word in caplog.text] == []


@pytest.mark.parametrize("transport", ["http", "socket"])
async def test_stray_settings_in_the_environment_change_nothing(
    redis: Link,
    server: embedded.Embedded,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    transport: Transport,
) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN"):
        monkeypatch.setenv(name, "stray")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with workspace() as ws, living(ws, redis, server.url, tmp_path, transport) as up:
        await up.types("/deal sample")
        await up.types("checkin")
        await up.taps("All met")
        assert "2 of 5" in up.last().reads
