"""The plug is pulled, of the coach or of Redis, at any moment: what was acknowledged is there afterwards."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.local.methods import METHODS, Method, post_message
from bot.local.model import Json
from bot.local.workspace import Workspace
from bot.redis import connect, embedded, keys
from tests.living import Apart, Living, living, until, workspace

LEASE = timedelta(seconds=31)  # a letter that was in the dead one's hands comes due again after this
ANSWERS = ("All met", "No, something new", "As usual", "No", "Clearly")


@pytest.fixture
async def apart(tmp_path: Path) -> AsyncIterator[Apart]:
    async with workspace() as ws:
        made = Apart(ws, tmp_path)

        async def moved(offset: timedelta) -> None:
            address = f"http://127.0.0.1:{made.port}/local/clock"
            async with (
                aiohttp.ClientSession() as http,
                http.post(address, json={"offset": offset.total_seconds()}) as a,
            ):
                assert a.status == 200

        ws.moved = moved
        embedded.start(tmp_path, fsync="always")
        await made.start()
        yield made
        await made.end()
        embedded.stop(tmp_path)


async def revived(apart: Apart) -> None:
    """Up again; the leases of the one who died are over."""
    await apart.start()
    await apart.ws.move_clock(LEASE)


@asynccontextmanager
async def followed(apart: Apart) -> AsyncIterator[Living]:
    """Who comes after the one who died, here, where its counts can be seen; nothing is left to deliver."""
    url = embedded.start(apart.data).url
    link = connect(url)
    await link.command("DEL", keys.WORKERS)  # else the dead one is counted for six seconds
    async with living(apart.ws, link, url, apart.data) as up:
        await apart.ws.move_clock(LEASE)
        await up.settled()
        yield up
    await link.aclose()


async def open_check_in(apart: Apart) -> None:
    await apart.types("/deal sample")
    await apart.hears("is set up")
    await apart.types("checkin")
    await apart.hears("1 of 5")


async def test_the_coach_dies_after_every_answer_and_goes_on_at_the_same_question(apart: Apart) -> None:
    await open_check_in(apart)
    for number, answer in enumerate(ANSWERS, start=1):
        outcome = await apart.taps(answer)
        await apart.kill()
        assert outcome.ok
        await revived(apart)
        await apart.hears(f"{number + 1} of 5" if number < len(ANSWERS) else "We speak again")
    shown = apart.last().reads
    for answer in ("3 met", *ANSWERS[1:]):
        assert shown.count(f": {answer}\n") == 1


async def test_a_check_in_left_open_when_the_coach_died_is_resumed_where_it_was(apart: Apart) -> None:
    await open_check_in(apart)
    await apart.taps("All met")
    await apart.hears("2 of 5")
    await apart.kill()
    assert not (await apart.ws.say("maya", "checkin")).ok
    await revived(apart)
    await apart.ws.move_clock(timedelta(minutes=1))  # Slack brings it again
    await apart.hears("Here is where you left off")
    assert "2 of 5" in apart.last().reads


async def test_redis_dies_in_the_middle_and_nothing_acknowledged_is_gone(apart: Apart) -> None:
    await open_check_in(apart)
    for number, answer in enumerate(ANSWERS[:2], start=2):
        outcome = await apart.taps(answer)
        os.kill(embedded.start(apart.data).pid, signal.SIGKILL)
        await apart.kill()
        assert outcome.ok
        embedded.start(apart.data, fsync="always")
        await revived(apart)
        await apart.hears(f"{number} of 5")
    card = apart.last().reads
    assert [card.count(said) for said in ("3 met", "No, something new")] == [1, 1]


async def test_told_to_stop_it_finishes_and_leaves_nothing_in_anybodys_hands(apart: Apart) -> None:
    await open_check_in(apart)
    await apart.taps("All met")
    assert apart.process is not None
    process = apart.process
    await apart.end()
    assert process.returncode == 0
    await apart.start()

    async def there() -> bool:
        return apart.seen("2 of 5") is not None

    await until(there, "the next question did not come")


@pytest.mark.parametrize(
    ("refusal", "stand", "counts"), [(None, 1, (1, 0)), ("429", 2, (0, 1)), ("missing_scope", 2, (0, 1))]
)
async def test_killed_right_after_slacks_yes_it_stands_once_or_if_nobody_may_look_twice_and_counted(
    apart: Apart,
    monkeypatch: pytest.MonkeyPatch,
    refusal: str | None,
    stand: int,
    counts: tuple[int, int],
) -> None:
    await apart.types("/deal sample")
    await apart.hears("is set up")
    killed: list[str] = []

    def posted_and_killed(ws: Workspace, body: Json) -> Json:
        answer = post_message(ws, body)
        if not killed and apart.process is not None:
            apart.process.kill()
            killed.append(answer["ts"])
        return answer

    monkeypatch.setitem(METHODS, "chat.postMessage", Method(posted_and_killed, "chat:write"))
    before = len(apart.from_coach())
    await apart.types("/deal status")
    await apart.ws.wait_for(lambda: killed or None)
    await apart.kill()
    if refusal:
        apart.ws.fault("conversations.history", refusal)
    async with followed(apart) as up:
        assert (up.up.worker.counts["found"], up.up.worker.counts["repeated"]) == counts
    said = apart.from_coach()[before:]
    assert [message.ts for message in said][:1] == killed
    assert len(said) == stand
    assert len({str(message.metadata) for message in said}) == 1


async def test_killed_at_any_moment_each_message_stands_once(apart: Apart) -> None:
    await apart.types("/deal sample")
    await apart.hears("is set up")
    before, chance = len(apart.from_coach()), random.Random(7)
    link = connect(embedded.start(apart.data).url)
    for _ in range(6):
        assert (await apart.types("/deal status")).ok
        await asyncio.sleep(chance.uniform(0, 0.03))
        await apart.kill()
        await link.command("DEL", keys.WORKERS)
        await revived(apart)
    await link.aclose()
    await apart.kill()
    async with followed(apart):
        said = apart.from_coach()[before:]
    assert len({str(message.metadata) for message in said}) == len(said) == 6
