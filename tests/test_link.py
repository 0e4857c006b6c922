"""Many ask Redis at once: few round trips, to each their own answer, nobody's trouble for others."""

import asyncio

import pytest

from bot.redis import Cell, Link, Step, Store, StoreUnavailable, new_id
from bot.redis.link import LINES
from tests.fakes import Tally


async def test_five_hundred_at_once_share_a_few_connections_and_get_their_own_answers(redis: Link) -> None:
    answers = await asyncio.gather(*(redis.command("ECHO", str(number)) for number in range(500)))
    assert answers == [str(number).encode() for number in range(500)]
    mine = await redis.command("CLIENT", "LIST")
    assert str(mine).count("cmd=echo") <= LINES


async def test_several_commands_of_one_caller_stay_together_in_order(redis: Link) -> None:
    pairs = [redis.together(("ECHO", f"{n}a"), ("ECHO", f"{n}b")) for n in range(100)]
    assert await asyncio.gather(*pairs) == [[f"{n}a".encode(), f"{n}b".encode()] for n in range(100)]


async def test_a_command_that_fails_fails_alone(redis: Link) -> None:
    asked = [redis.command("ECHO", str(number)) for number in range(50)]
    asked.insert(25, redis.command("LPUSH", "w1:shards"))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    (failed,) = [answer for answer in answers if isinstance(answer, BaseException)]
    assert answers.index(failed) == 25
    assert isinstance(failed, StoreUnavailable)
    assert len(answers) == 51


async def test_whoever_stops_waiting_takes_nobody_along(redis: Link) -> None:
    tasks = [asyncio.create_task(redis.command("ECHO", str(number))) for number in range(100)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert answers[1::2] == [str(number).encode() for number in range(1, 100, 2)]
    assert all(isinstance(answer, asyncio.CancelledError) for answer in answers[4::2])
    assert await redis.command("ECHO", "still there") == b"still there"


async def test_scripts_that_were_flushed_are_loaded_again_by_all_who_miss_them(
    store: Store, redis: Link
) -> None:
    await redis.command("SCRIPT", "FLUSH")
    cells = [Cell("acme", "deal", new_id(str(number))) for number in range(60)]
    await asyncio.gather(*(store.swap(cell, "e", lambda _: Step(Tally(1))) for cell in cells))
    assert [await store.load(cell) for cell in cells] == [Tally(1)] * 60


async def test_a_redis_that_hangs_fails_all_who_ask_and_serves_them_later(
    redis: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.redis.link.ANSWER_WITHIN", 0.02)
    await redis.command("CLIENT", "PAUSE", 2000, "ALL")
    answers = await asyncio.gather(
        *(redis.command("ECHO", str(number)) for number in range(40)), return_exceptions=True
    )
    assert all(isinstance(answer, StoreUnavailable) for answer in answers)
    monkeypatch.setattr("bot.redis.link.ANSWER_WITHIN", 5)
    assert await redis.command("ECHO", "again") == b"again"


async def test_a_document_that_was_loaded_is_not_read_again_by_the_swap_that_follows(
    store: Store, redis: Link, cell: Cell
) -> None:
    await store.swap(cell, "first", lambda _: Step(Tally(1)))
    await store.load(cell)
    await redis.command("CONFIG", "RESETSTAT")
    await store.swap(cell, "second", lambda tally: Step((tally or Tally()).plus()))
    assert "cmdstat_hmget" not in await redis.command("INFO", "commandstats")
    assert await store.load(cell) == Tally(2)


async def test_what_changed_since_it_was_loaded_is_read_anew(store: Store, redis: Link, cell: Cell) -> None:
    await store.swap(cell, "first", lambda _: Step(Tally(1)))
    await store.load(cell)
    await redis.command("HSET", cell.key, "v", "somebody else's")
    swapped = await store.swap(cell, "second", lambda tally: Step((tally or Tally()).plus()))
    assert swapped.document == Tally(2)
