"""Running it: figures, readiness, logs, roles, and an end that loses and repeats nothing."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.local import Workspace
from bot.logs import Json
from bot.measures import TOLD
from bot.redis import Link, connect, embedded, inspect
from bot.settings import Misconfigured, read
from bot.wiring import coach
from tests.fakes import own_server
from tests.living import Living, living, settings_for, until
from tests.teams_bot import InTeams, set_up, teams
from tests.teams_stand_in import StandIn

__all__ = ["teams"]
SECRETS = ("Renewal", "StagnantCo", "82k", "82000", "Maya", "exclusivity")


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        yield made


async def got(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, await answer.text()


def shown(secret: str, page: str) -> bool:
    """As a word of its own: its digits may well be a few of a second's."""
    return re.search(rf"(?<![\w.]){re.escape(secret)}(?![\w.])", page) is not None


async def figures(port: int) -> dict[str, float]:
    status, page = await got(port, "/metrics")
    assert status == 200
    assert not [secret for secret in SECRETS if shown(secret, page)]
    samples = [sample for family in text_string_to_metric_families(page) for sample in family.samples]
    return {f"{s.name}{dict(s.labels) if 'le' not in s.labels else ''}": s.value for s in samples}


# ---- figures


async def test_what_happened_is_counted_and_no_word_of_it_is_shown(up: Living) -> None:
    await up.types("/deal sample")
    said = await up.types("/deal limit")
    before = await figures(up.up.port)
    await up.ws.redeliver(said)
    await up.settled()
    after = await figures(up.up.port)
    assert after["walkaway_turns_total{}"] == before["walkaway_turns_total{}"] > 2
    assert after["walkaway_duplicates_total{}"] > before["walkaway_duplicates_total{}"]
    assert after["walkaway_delivered_total{}"] > 2
    assert after["walkaway_request_seconds_count{'platform': 'slack', 'status': '2xx'}"] >= 3
    assert after["walkaway_due{}"] == after["walkaway_dead{}"] == after["walkaway_late_seconds{}"] == 0
    assert after["walkaway_waiting{}"] > 0
    assert {f"walkaway_{name}_total{{}}" for name in TOLD} <= set(after)


async def test_what_the_guard_and_the_platform_refuse_is_counted(up: Living) -> None:
    await up.types("/deal sample")
    await up.types("/deal share #dynamictech-stagnantco")
    up.ws.fault("chat.postMessage", "channel_not_found")
    await up.types("/deal status")
    told = await figures(up.up.port)
    assert told["walkaway_buried_total{}"] == told["walkaway_dead{}"] == 1


# ---- ready or not


async def test_ready_is_tested_by_writing_and_what_is_late_is_named(up: Living) -> None:
    assert json.loads((await got(up.up.port, "/readyz"))[1]) == {
        "ready": True,
        "problems": [],
        "degraded": [],
    }
    await up.up.worker.stop()
    minute = timedelta(minutes=1)
    assert await up.up.outbox.workers("another", minute) == ["another"]  # its shards are others' at once
    await up.ws.command("maya", "dm", "/deal sample")  # its letters stay
    up.up.move_clock(timedelta(minutes=3))
    status, page = await got(up.up.port, "/readyz")
    assert status == 200
    (said,) = json.loads(page)["degraded"]
    assert said.startswith("worker: ")
    assert (await figures(up.up.port))["walkaway_late_seconds{}"] >= 180


async def test_without_redis_it_lives_and_is_not_ready(ws: Workspace, tmp_path: Path) -> None:
    with own_server() as server:
        async with coach(settings_for(ws, tmp_path, redis_url=server.url)) as up:
            assert (await got(up.port, "/readyz"))[0] == 200
            link = connect(server.url)
            await link.command("CONFIG", "SET", "min-replicas-to-write", 1)  # it answers, and takes nothing
            assert (await got(up.port, "/readyz"))[0] == 503
            await link.command("CONFIG", "SET", "min-replicas-to-write", 0)
            await link.aclose()
            assert (await got(up.port, "/readyz"))[0] == 200
            embedded.stop(server.directory)
            status, told = await got(up.port, "/readyz")
            assert status == 503
            assert json.loads(told)["problems"] == ["redis: does not take what is written"]
            assert (await got(up.port, "/livez"))[0] == 200
            assert "walkaway_turns_total" in (await got(up.port, "/metrics"))[1]


# ---- roles


async def test_one_takes_in_and_another_posts(
    ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path
) -> None:
    settings = settings_for(ws, tmp_path, redis_url=server.url)
    async with coach(settings, works=False) as bot:
        ws.line.request_url = f"http://127.0.0.1:{bot.port}/slack/events"
        assert (await ws.command("maya", "dm", "/deal sample")).ok
        assert (await bot.outbox.waiting()).due == 1  # cell with letters
        assert ws.visible_to("maya") == []
        async with coach(settings, serves=False) as worker:
            assert (await got(worker.port, "/slack/events"))[0] == 404
            assert (await got(worker.port, "/readyz"))[0] == 200
            await ws.wait_for(lambda: ws.visible_to("maya") or None)


# ---- logs


@contextmanager
def logged() -> Iterator[io.StringIO]:
    lines, log = io.StringIO(), logging.getLogger("walkaway.test")
    handler = logging.StreamHandler(lines)
    handler.setFormatter(Json())
    log.addHandler(handler)
    log.propagate = False
    yield lines
    log.removeHandler(handler)


def test_a_line_of_the_log_is_an_object_that_names_an_error_and_not_its_words() -> None:
    with logged() as lines:
        log = logging.getLogger("walkaway.test")
        log.warning("letter %s waits", "ab12")
        try:
            int("our limit is 82k")
        except ValueError:
            log.exception("it failed")
    first, second = map(json.loads, lines.getvalue().splitlines())
    assert (first["level"], first["message"]) == ("WARNING", "letter ab12 waits")
    assert second["error"] == "ValueError"
    assert "82k" not in lines.getvalue()


def test_a_form_of_logs_that_is_none_is_refused_at_start() -> None:
    with pytest.raises(Misconfigured) as refused:
        read({"WALKAWAY_LOG": "xml"})
    assert "WALKAWAY_LOG: expected text or json, got 'xml'" in refused.value.problems


# ---- back-up and restore


async def test_a_back_up_made_while_it_ran_is_the_whole_coach_again(ws: Workspace, tmp_path: Path) -> None:
    """The files of Redis and the sealing key, copied beside a running coach, on another machine."""
    kept, restored = tmp_path / "kept", tmp_path / "restored"
    with own_server(fsync="always") as server:
        link = connect(server.url)
        async with living(ws, link, server.url, kept) as up:
            await up.types("/deal sample")
            await up.types("/deal remind daily")
            shutil.copytree(server.directory / "appendonlydir", restored / "appendonlydir")
            shutil.copy(kept / "sealing.key", restored / "sealing.key")
            await up.types("/deal rename Too late")
        await link.aclose()
    again = embedded.start(restored)
    try:
        link = connect(again.url)
        async with living(ws, link, again.url, restored) as up:
            await up.types("/deal limit")
            assert "No exclusivity" in up.last().reads
            assert "Too late" not in up.last().reads
            before = len(up.from_coach())
            await up.moves_to("Thursday 12:00")
            await up.moves_to("Thursday 12:00")
            assert len(up.from_coach()) > before  # its reminders too
        assert await inspect(link) == []
        await link.aclose()
    finally:
        embedded.stop(restored)


# ---- the end


async def test_a_rolling_restart_under_load_loses_and_repeats_nothing(teams: StandIn, tmp_path: Path) -> None:
    pair = [InTeams(teams, tmp_path), InTeams(teams, tmp_path)]
    try:
        for each in pair:
            each.more = {"WALKAWAY_LOG": "json"}
            await each.start()
        await set_up(pair[0])
        over, taken = asyncio.Event(), 0
        speaking = asyncio.create_task(speaks(pair, over))
        for each in pair:
            await asyncio.sleep(0.3)
            assert each.process is not None
            began = asyncio.get_running_loop().time()
            each.process.send_signal(signal.SIGTERM)
            assert await each.process.wait() == 0
            taken = max(taken, int(asyncio.get_running_loop().time() - began))
            await each.start()
        over.set()
        count = await speaking
        await until(lambda: all_noted(pair[0], count), "not everything was noted")
        assert taken < 10
        assert noted(pair[0]) == count
        assert count > 20
        for line in pair[0].log.read_text().splitlines():
            assert line.startswith(("{", "Walkaway is up"))
            assert not [secret for secret in SECRETS if secret in line]
    finally:
        for each in pair:
            await each.kill()
        await asyncio.to_thread(embedded.stop, tmp_path)


async def speaks(pair: list[InTeams], over: asyncio.Event) -> int:
    """Notes to either, each again until it is acknowledged, as Teams delivers again; how many."""
    count = 0
    while not over.is_set():
        count += 1
        said = pair[0].activity("message", text=f"note renewal they said {count}")
        for attempt in range(200):
            try:
                if (await pair[(count + attempt) % 2].sends(said)).status == 200:
                    break
            except aiohttp.ClientError:
                await asyncio.sleep(0.02)
        else:
            raise AssertionError("it is never taken")
    return count


def noted(bot: InTeams) -> int:
    return sum("Noted" in p.reads for p in bot.messages())


async def all_noted(bot: InTeams, count: int) -> bool:
    return noted(bot) >= count
