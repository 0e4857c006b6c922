"""Workers at work: at once, in order, again after a crash, and never one deal's trouble for another's."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.codec import Codec, Sealer
from bot.platforms import Throttled, Undeliverable, Unsure
from bot.redis import (
    Cell,
    Fence,
    Letter,
    Link,
    Outbox,
    Sending,
    Step,
    Store,
    Timer,
    connect,
    embedded,
    new_id,
)
from bot.redis.bell import Ear
from bot.worker import CEILING, FAILURES, Agenda, Worker, backoff
from tests.fakes import Bells, MovedClock, Postbox, Said, Tally, own_server, wait_until, working

LEASE = timedelta(seconds=30)
PAST = datetime(2020, 1, 1, tzinfo=UTC)


async def write(store: Store, cell: Cell, *words: str) -> None:
    letters = tuple(Letter(Said(word), slot="card") for word in words)
    await store.swap(cell, f"write {words}", lambda tally: Step(tally or Tally(), letters=letters))


async def set_timer(store: Store, cell: Cell, due: datetime) -> None:
    timers = (Timer("check_in", due),)
    await store.swap(cell, f"set {due}", lambda tally: Step(tally or Tally(), timers=timers))


def has_failed(worker: Worker, times: int) -> bool:
    return worker.counts["failed"] == times


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def bells() -> Bells:
    return Bells()


@pytest.fixture
def worker(outbox: Outbox, postbox: Postbox, bells: Bells) -> Worker:
    return Worker(outbox, postbox.deliver, bells.ring)


async def test_letters_arrive_in_order_and_their_place_is_kept(
    store: Store, worker: Worker, postbox: Postbox, cell: Cell
) -> None:
    await write(store, cell, "one", "two", "three")
    async with working(worker):
        await wait_until(lambda: len(postbox.arrived) == 3)
    assert postbox.arrived == ["one", "two", "three"]
    assert await store.places(cell) == {"card": "at-3"}


async def test_a_letter_wakes_a_sleeping_worker(
    store: Store,
    outbox: Outbox,
    worker: Worker,
    postbox: Postbox,
    cell: Cell,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.worker.CEILING", timedelta(days=1))  # nobody would look again today
    await write(store, cell, "one")
    async with working(worker):
        await wait_until(lambda: postbox.arrived == ["one"])
        await write(store, cell, "two")
        await wait_until(lambda: postbox.arrived == ["one", "two"])


async def test_a_letter_written_by_another_process_wakes_it_too(
    server: embedded.Embedded,
    store: Store,
    codec: Codec,
    sealer: Sealer,
    worker: Worker,
    postbox: Postbox,
    cell: Cell,
    redis: Link,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.worker.CEILING", timedelta(days=1))
    link = connect(server.url)
    elsewhere = Store(link, codec, sealer)
    await write(store, cell, "one")
    async with working(worker):
        await wait_until(lambda: postbox.arrived == ["one"])
        while not (await redis.command("PUBSUB", "NUMSUB", "w1:wake"))[1]:  # noqa: ASYNC110  - told by Redis
            await asyncio.sleep(0.001)
        await write(elsewhere, cell, "two")
        await wait_until(lambda: postbox.arrived == ["one", "two"])
    await link.aclose()


async def test_a_throttled_deal_waits_and_the_others_do_not(
    store: Store, worker: Worker, postbox: Postbox, cell: Cell, other: Cell, clock: MovedClock
) -> None:
    postbox.trouble = [Throttled(timedelta(minutes=5))]
    await write(store, cell, "one", "two")
    async with working(worker):
        await wait_until(lambda: worker.counts["held"] == 1)
        await write(store, other, "else")
        await wait_until(lambda: postbox.arrived == ["else"])
        clock.forward(timedelta(minutes=5, seconds=1))
        await wait_until(lambda: len(postbox.arrived) == 3)
    assert postbox.arrived == ["else", "one", "two"]
    assert not any(postbox.again)


async def test_what_a_platform_refuses_for_good_goes_to_the_dead_letters(
    store: Store, outbox: Outbox, worker: Worker, postbox: Postbox, cell: Cell
) -> None:
    postbox.trouble = [Undeliverable("channel_not_found")]
    await write(store, cell, "one", "two")
    async with working(worker):
        await wait_until(lambda: postbox.arrived == ["two"])
        (dead,) = await outbox.dead()
        assert dead.reason == "channel_not_found"
        await outbox.revive(dead)
        await wait_until(lambda: postbox.arrived == ["two", "one"])


async def test_an_unanswered_letter_is_sent_again_and_says_so(
    store: Store, worker: Worker, postbox: Postbox, cell: Cell, clock: MovedClock
) -> None:
    postbox.trouble = [Unsure("timeout")]
    await write(store, cell, "one", "two")
    async with working(worker):
        await wait_until(lambda: worker.counts["failed"] == 1)
        clock.forward(timedelta(seconds=5))
        await wait_until(lambda: len(postbox.arrived) == 2)
    assert (postbox.arrived, postbox.again) == (["one", "two"], [False, True, False])
    assert worker.counts["repeated"] == 1


async def test_our_own_mistake_is_given_up_after_eight_tries_without_showing_content(
    store: Store,
    outbox: Outbox,
    worker: Worker,
    postbox: Postbox,
    cell: Cell,
    clock: MovedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    postbox.trouble = [KeyError("they-threatened-us")] * FAILURES
    await write(store, cell, "one", "two")
    async with working(worker):
        for tries in range(1, FAILURES + 1):
            await wait_until(partial(has_failed, worker, tries))
            clock.forward(timedelta(minutes=10))
        await wait_until(lambda: postbox.arrived == ["two"])
    (dead,) = await outbox.dead()
    assert (dead.reason, dead.failures) == ("KeyError", FAILURES - 1)
    assert "KeyError" in caplog.text
    assert "threatened" not in caplog.text


async def test_a_worker_lost_between_sending_and_forgetting_sends_again_in_order(
    store: Store,
    outbox: Outbox,
    postbox: Postbox,
    bells: Bells,
    cell: Cell,
    clock: MovedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hanging = asyncio.Event()
    monkeypatch.setattr("bot.worker.ALIVE", timedelta(seconds=1))  # how long the lost one is still counted

    async def never_answer(*_: object) -> str:
        hanging.set()
        return await asyncio.Future()

    await write(store, cell, "one", "two")
    lost = asyncio.create_task(Worker(outbox, never_answer, bells.ring).run())
    await wait_until(hanging.is_set)
    lost.cancel()
    await asyncio.gather(lost, return_exceptions=True)
    clock.forward(LEASE * 2)
    async with working(Worker(outbox, postbox.deliver, bells.ring)):
        await wait_until(lambda: len(postbox.arrived) == 2)
    assert (postbox.arrived, postbox.again) == (["one", "two"], [True, False])


KILLED = """
import asyncio, sys
from datetime import timedelta
from bot.codec import Sealer, registry
from bot.redis import Outbox, connect
from bot import worker
from tests.fakes import Bells, Said, Tally

worker.ALIVE = timedelta(seconds=1)  # how long the living will count it

async def deliver(cell, body, sending):
    print(body.words, flush=True)
    await asyncio.Future()

async def main():
    sealer = Sealer({b"testkey1": bytes(range(32))}, b"testkey1")
    outbox = Outbox(connect(sys.argv[1]), registry(Tally, Said), sealer)
    await worker.Worker(outbox, deliver, Bells().ring).run()

asyncio.run(main())
"""


async def test_a_worker_killed_with_9_while_sending_loses_nothing(
    server: embedded.Embedded, store: Store, worker: Worker, postbox: Postbox, cell: Cell, clock: MovedClock
) -> None:
    await write(store, cell, "one", "two")
    house = Path(__file__).parent.parent
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, server.url, stdout=asyncio.subprocess.PIPE, cwd=house
    )
    assert killed.stdout is not None
    try:
        async with asyncio.timeout(15):
            assert await killed.stdout.readline() == b"one\n"
    finally:
        killed.kill()
        await killed.wait()
    clock.forward(LEASE * 2)
    async with working(worker):
        await wait_until(lambda: len(postbox.arrived) == 2, timedelta(seconds=15))  # until it is not counted
    assert (postbox.arrived, postbox.again) == (["one", "two"], [True, False])


async def test_stopping_finishes_what_is_in_hand_and_returns_the_rest(
    store: Store, outbox: Outbox, bells: Bells, cell: Cell
) -> None:
    begun, finish = asyncio.Event(), asyncio.Event()
    seen = []

    async def slowly(_cell: Cell, body: object, _sending: Sending) -> str:
        begun.set()
        await finish.wait()
        seen.append(body)
        return "there"

    await write(store, cell, "one", "two")
    worker = Worker(outbox, slowly, bells.ring)
    run = asyncio.create_task(worker.run())
    await wait_until(begun.is_set)
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0)
    finish.set()
    await asyncio.gather(stopping, run)
    assert seen == [Said("one")]
    (returned,) = (await outbox.claim(cell.shard, LEASE)).claims  # at once: no lease to wait for
    sending = await outbox.take(returned)
    assert sending is not None
    assert (outbox.open(returned, sending).body, sending.again) == (Said("two"), False)


async def test_a_timer_rings_once_at_its_date(
    store: Store, worker: Worker, bells: Bells, cell: Cell, clock: MovedClock
) -> None:
    due = datetime.now(UTC) + timedelta(days=3)
    await set_timer(store, cell, due)
    async with working(worker):
        await wait_until(lambda: worker.counts["rung"] == 0 and not bells.rung)
        clock.forward(timedelta(days=3))
        await wait_until(lambda: worker.counts["rung"] == 1)
    assert bells.rung == [("check_in", due)]
    assert await store.timers(cell) == {}


@pytest.mark.parametrize("mistake", [ZeroDivisionError, TimeoutError])
async def test_a_turn_that_fails_rings_again_and_is_given_up_in_the_end_unless_redis_stands_still(
    store: Store, outbox: Outbox, postbox: Postbox, cell: Cell, clock: MovedClock, mistake: type[Exception]
) -> None:
    async def fail(*_: object) -> None:
        raise mistake

    worker, ours = Worker(outbox, postbox.deliver, fail), mistake is ZeroDivisionError
    await set_timer(store, cell, PAST)
    async with working(worker):
        for tries in range(1, FAILURES + 1 + (not ours)):
            await wait_until(partial(has_failed, worker, tries))
            clock.forward(timedelta(minutes=10))
        await wait_until(lambda: worker.counts["buried"] == int(ours))
    dead = [(each.purpose, each.reason) for each in await outbox.dead()]
    assert dead == ([("check_in", "ZeroDivisionError")] if ours else [])


async def test_a_turn_that_sets_its_timer_again_rings_again(
    store: Store, outbox: Outbox, postbox: Postbox, cell: Cell, clock: MovedClock
) -> None:
    dates = []

    async def every_week(place: Cell, purpose: str, due: datetime, fence: Fence) -> None:
        dates.append(due)
        timers = (Timer(purpose, due + timedelta(weeks=1)),)
        await store.swap(place, f"{purpose}:{due}", lambda tally: Step(tally, timers=timers), fence)

    def rang(times: int) -> bool:
        return len(dates) == times

    first = datetime.now(UTC)
    await set_timer(store, cell, first)
    async with working(Worker(outbox, postbox.deliver, every_week)):
        for weeks in range(1, 4):
            await wait_until(partial(rang, weeks))
            clock.forward(timedelta(weeks=1))
        await wait_until(partial(rang, 4))
    assert dates == [first + timedelta(weeks=n) for n in range(4)]


async def test_three_workers_deliver_everything_once_and_in_order(
    store: Store, redis: Link, codec: Codec, sealer: Sealer, bells: Bells
) -> None:
    arrived: dict[Cell, list[str]] = {}

    async def deliver(place: Cell, body: object, _sending: Sending) -> None:
        assert isinstance(body, Said)
        arrived.setdefault(place, []).append(body.words)

    cells = [Cell("acme", "deal", new_id(str(n))) for n in range(40)]
    workers = [Worker(Outbox(redis, codec, sealer), deliver, bells.ring) for _ in range(3)]
    async with working(*workers):
        for place in cells:
            await write(store, place, "a", "b")
            await write(store, place, "c")
        await wait_until(lambda: sum(map(len, arrived.values())) == 120)
    assert all(words == ["a", "b", "c"] for words in arrived.values())
    assert sum(worker.counts["delivered"] for worker in workers) == 120


async def test_a_redis_that_went_away_is_waited_for(
    codec: Codec, sealer: Sealer, postbox: Postbox, bells: Bells, cell: Cell, caplog: pytest.LogCaptureFixture
) -> None:
    with own_server(fsync="always") as server:
        link = connect(server.url)
        async with working(Worker(Outbox(link, codec, sealer), postbox.deliver, bells.ring)):
            os.kill(server.pid, signal.SIGKILL)
            await wait_until(lambda: "does not answer" in caplog.text)
            embedded.start(server.directory)
            await write(Store(link, codec, sealer), cell, "one")
            await wait_until(lambda: postbox.arrived == ["one"])
        await link.aclose()


def test_shards_are_shared_out_fairly_and_completely() -> None:
    names = ["a", "b", "c"]
    shares = []
    for name in names:
        agenda = Agenda(tuple(range(64)))
        agenda.own(name, names, now=0.0)
        shares.append(agenda.mine)
    assert sorted(map(len, shares)) == [21, 21, 22]
    assert frozenset().union(*shares) == frozenset(range(64))


def test_a_shard_that_rang_is_looked_at_first_and_a_late_one_is_not_forgotten() -> None:
    agenda, ear = Agenda((1, 2, 3)), Ear()
    agenda.own("a", ["a"], now=0.0)
    agenda.look(1, 5.0)
    agenda.look(2, 4.0)
    agenda.look(3, 9.0)
    assert agenda.next(6.0, ear) == 2
    ear.hear(3)
    assert agenda.next(6.0, ear) == 3
    ear.shards.clear()
    assert agenda.next(3.0, ear) is None
    assert agenda.wait(3.0) == 1.0


def test_pauses_grow_to_five_minutes_and_stay_there() -> None:
    assert backoff(0) < timedelta(seconds=2)
    assert timedelta(minutes=4) <= backoff(400) <= timedelta(minutes=6)
    assert timedelta(seconds=1) >= CEILING
