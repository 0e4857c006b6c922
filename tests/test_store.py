"""The real store under rivals, lost replies, killed servers and curious readers."""

import asyncio
import os
import secrets
import signal
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.codec import Codec, SealBroken, Sealer
from bot.redis import (
    Cell,
    Contended,
    Fence,
    FenceLost,
    Letter,
    Link,
    Outbox,
    Step,
    Store,
    StoreUnavailable,
    Timer,
    connect,
    embedded,
    inspect,
)
from bot.redis.health import problems
from bot.redis.link import _script
from tests.fakes import MovedClock, Proxy, Said, Tally, own_server

LEASE = timedelta(seconds=30)
PAST = datetime(2020, 1, 1, tzinfo=UTC)


def count(tally: Tally | None) -> Step[Tally]:
    return Step((tally or Tally()).plus(), entries=(Said("counted"),))


async def test_32_writers_on_one_deal_are_all_counted(
    redis: Link, codec: Codec, sealer: Sealer, cell: Cell
) -> None:
    stores = [Store(redis, codec, sealer) for _ in range(8)]  # as many processes: no lock between them
    await asyncio.gather(*(stores[n % 8].swap(cell, f"e{n}", count) for n in range(32)))
    assert await stores[0].load(cell) == Tally(32)
    assert len(await stores[0].log(cell)) == 32


async def test_32_deliveries_of_one_event_count_once(
    redis: Link, codec: Codec, sealer: Sealer, cell: Cell
) -> None:
    stores = [Store(redis, codec, sealer) for _ in range(8)]
    done = await asyncio.gather(*(stores[n % 8].swap(cell, "e", count) for n in range(32)))
    assert sum(one.fresh for one in done) == 1
    assert await stores[0].load(cell) == Tally(1)


async def test_somebody_always_faster_is_contended_and_nothing_of_ours_is_stored(
    store: Store, redis: Link, cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.swap(cell, "e0", count)
    original = redis.script

    async def rival_first(name: str, keys: Sequence[str], *words: str) -> object:
        await redis.command("HSET", cell.key, "v", secrets.token_hex(8))
        return await original(name, keys, *words)

    monkeypatch.setattr(redis, "script", rival_first)
    with pytest.raises(Contended):
        await store.swap(cell, "e1", count)
    assert await store.load(cell) == Tally(1)


async def test_what_another_process_wrote_meanwhile_is_seen(
    server: embedded.Embedded, store: Store, codec: Codec, sealer: Sealer, cell: Cell
) -> None:
    link = connect(server.url)
    elsewhere = Store(link, codec, sealer)
    for turn in range(6):
        await (store if turn % 2 else elsewhere).swap(cell, f"e{turn}", count)
    assert await store.load(cell) == Tally(6)
    await elsewhere.erase(cell)
    await elsewhere.swap(cell, "born again", count)
    await store.swap(cell, "and counted", count)  # what this process remembers is of an earlier life
    assert await store.load(cell) == Tally(2)
    await link.aclose()


async def test_a_lost_reply_is_asked_for_again_and_counts_once(
    server: embedded.Embedded, store: Store, codec: Codec, sealer: Sealer, cell: Cell, tmp_path: Path
) -> None:
    await store.swap(cell, "warm", count)  # the script is loaded: the next request is the commit itself
    with tempfile.TemporaryDirectory() as short:
        async with Proxy(f"{short}/p.sock", str(server.socket))() as proxy:
            link = connect(f"unix://{proxy.socket}")
            proxy.swallow_reply_to(_script("commit")[1].encode())
            done = await Store(link, codec, sealer).swap(cell, "e1", count)
            await link.aclose()
    assert proxy.swallowed == 1
    assert (done.fresh, done.document) == (True, Tally(2))  # it was we who did it
    assert await store.load(cell) == Tally(2)
    assert len(await store.log(cell)) == 2


async def test_a_redis_that_is_not_there_is_unavailable(codec: Codec, sealer: Sealer, cell: Cell) -> None:
    link = connect("unix:///nowhere/redis.sock")
    with pytest.raises(StoreUnavailable):
        await Store(link, codec, sealer).swap(cell, "e1", count)
    await link.aclose()


async def test_a_flushed_script_cache_is_no_trouble(store: Store, redis: Link, cell: Cell) -> None:
    await store.swap(cell, "e1", count)
    await redis.command("SCRIPT", "FLUSH")
    assert (await store.swap(cell, "e2", count)).document == Tally(2)


async def test_acknowledged_writes_survive_kill_9(codec: Codec, sealer: Sealer, cell: Cell) -> None:
    with own_server(fsync="always") as server:
        link = connect(server.url)
        store = Store(link, codec, sealer)
        for n in range(20):
            await store.swap(cell, f"e{n}", count)
        os.kill(server.pid, signal.SIGKILL)
        again = embedded.start(server.directory, fsync="always")
        assert again.pid != server.pid
        assert await store.load(cell) == Tally(20)
        assert not (await store.swap(cell, "e19", count)).fresh
        await link.aclose()


async def test_nobody_reads_the_users_words_in_redis(store: Store, redis: Link, cell: Cell) -> None:
    secret = "they-threatened-us-4711"
    said = Said(secret)
    step = Step(Tally(1, secret), (said,), (Letter(said, slot="card"),), (Timer("check_in", PAST),))
    await store.swap(cell, secret, lambda _: step)
    await store.ident("slack", secret, make=lambda: cell.id)
    dump = b"\n".join([key + await redis.command("DUMP", key) for key in await redis.command("KEYS", "*")])
    assert len(dump) > 500
    assert secret.encode() not in dump
    assert not [word for word in secret.split("-") if word.encode() in dump]


async def test_a_document_moved_to_another_cell_does_not_open(
    store: Store, redis: Link, cell: Cell, other: Cell
) -> None:
    await store.swap(cell, "e1", count)
    await redis.command("HSET", other.key, "d", await redis.command("HGET", cell.key, "d"))
    with pytest.raises(SealBroken):
        await store.load(other)


async def test_an_entry_of_the_log_does_not_pass_for_a_document(
    store: Store, redis: Link, cell: Cell
) -> None:
    await store.swap(cell, "e1", count)
    await redis.command("HSET", cell.key, "d", await redis.command("LINDEX", cell.log, 0))
    with pytest.raises(SealBroken):
        await store.load(cell)


async def leased_timer(store: Store, outbox: Outbox, cell: Cell) -> Fence:
    await store.swap(cell, "set", lambda _: Step(Tally(), timers=(Timer("check_in", PAST),)))
    (claim,) = (await outbox.claim(cell.shard, LEASE)).claims
    return claim.fence


async def test_a_turn_under_its_fence_takes_the_timer_away(store: Store, outbox: Outbox, cell: Cell) -> None:
    fence = await leased_timer(store, outbox, cell)
    assert (await store.swap(cell, "rung", count, fence)).fresh
    assert await store.timers(cell) == {}


async def test_a_lease_that_ran_out_is_refused(
    store: Store, outbox: Outbox, cell: Cell, clock: MovedClock
) -> None:
    late = await leased_timer(store, outbox, cell)
    clock.forward(LEASE * 2)
    (again,) = (await outbox.claim(cell.shard, LEASE)).claims
    with pytest.raises(FenceLost):
        await store.swap(cell, "late", count, late)
    assert (await store.swap(cell, "rung", count, again.fence)).document == Tally(1)


async def test_a_timer_moved_meanwhile_is_refused(store: Store, outbox: Outbox, cell: Cell) -> None:
    fence = await leased_timer(store, outbox, cell)
    later = PAST.replace(year=2100)
    await store.swap(cell, "moved", lambda tally: Step(tally, timers=(Timer("check_in", later),)))
    with pytest.raises(FenceLost):
        await store.swap(cell, "rung", count, fence)
    assert await store.timers(cell) == {"check_in": later}


async def test_a_fence_of_another_cell_is_a_mistake_of_ours(
    store: Store, outbox: Outbox, cell: Cell, other: Cell
) -> None:
    fence = await leased_timer(store, outbox, cell)
    with pytest.raises(ValueError, match="another cell"):
        await store.swap(other, "rung", count, fence)


@pytest.mark.parametrize("make", [lambda: Cell("a|b", "deal", "07x"), lambda: Cell("a", "deal", "99x")])
def test_a_cell_that_could_confuse_keys_is_refused(make: Callable[[], Cell]) -> None:
    with pytest.raises(ValueError, match=r"cell|shard"):
        make()


def test_a_purpose_somebody_typed_is_refused(cell: Cell) -> None:
    with pytest.raises(ValueError, match="purpose"):
        cell.timer("call {Bob}|tomorrow")


async def test_the_embedded_server_has_nothing_to_complain_about(redis: Link) -> None:
    assert await inspect(redis) == []


async def test_another_number_of_shards_is_reported(redis: Link) -> None:
    await redis.command("SET", "w1:shards", 16)
    (problem,) = await inspect(redis)
    assert "16 shards" in problem


def test_an_old_forgetful_server_is_reported_in_three_sentences() -> None:
    facts = {"redis_version": "6.0.16", "maxmemory_policy": "allkeys-lru", "aof_enabled": 0}
    assert len(problems(facts)) == 3
