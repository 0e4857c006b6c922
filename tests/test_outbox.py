"""Leases on what is due: who holds one may go on, who lost it is refused, what is given up can be revived."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.redis import Cell, Claim, Letter, Link, Outbox, Sending, Step, Store, Timer
from tests.fakes import MovedClock, Said, Tally

LEASE = timedelta(seconds=30)
ROUNDING = timedelta(milliseconds=2)  # the date is rounded up, the clock cut off: less than one each
PAST = datetime(2020, 1, 1, 9, 30, 0, 123456, UTC)


async def write(store: Store, cell: Cell, *words: str) -> None:
    letters = tuple(Letter(Said(word), slot="card") for word in words)
    await store.swap(cell, f"write {words}", lambda tally: Step(tally or Tally(), letters=letters))


async def set_timer(store: Store, cell: Cell, purpose: str, due: datetime | None) -> None:
    timers = (Timer(purpose, due),)
    await store.swap(cell, f"set {purpose} {due}", lambda tally: Step(tally or Tally(), timers=timers))


async def claimed(outbox: Outbox, cell: Cell) -> Claim:
    (claim,) = (await outbox.claim(cell.shard, LEASE)).claims
    return claim


async def taken(outbox: Outbox, claim: Claim) -> Sending:
    sending = await outbox.take(claim)
    assert sending is not None
    return sending


async def words(outbox: Outbox, claim: Claim) -> str:
    body = outbox.open(claim, await taken(outbox, claim)).body
    assert isinstance(body, Said)
    return body.words


async def test_an_empty_shard_has_nothing_to_claim_or_wait_for(outbox: Outbox) -> None:
    batch = await outbox.claim(3, LEASE)
    assert (batch.claims, batch.wait) == ((), None)


async def test_what_is_leased_is_not_claimed_again_before_the_lease_ends(
    store: Store, outbox: Outbox, cell: Cell, clock: MovedClock
) -> None:
    await write(store, cell, "one")
    await claimed(outbox, cell)
    assert (await outbox.claim(cell.shard, LEASE)).claims == ()
    clock.forward(LEASE + timedelta(milliseconds=1))
    assert (await claimed(outbox, cell)).cell == cell


async def test_letters_leave_in_the_order_they_were_written(store: Store, outbox: Outbox, cell: Cell) -> None:
    await write(store, cell, "one", "two")
    await write(store, cell, "three")
    going: Claim | None = await claimed(outbox, cell)
    seen = []
    while going is not None:
        sending = await taken(outbox, going)
        seen.append(outbox.open(going, sending).body)
        going = await outbox.forget(going, sending, LEASE)
    assert seen == [Said("one"), Said("two"), Said("three")]


async def test_where_a_message_stands_is_kept_under_its_slot(
    store: Store, outbox: Outbox, cell: Cell
) -> None:
    await write(store, cell, "one")
    claim = await claimed(outbox, cell)
    sending = await taken(outbox, claim)
    slot = outbox.open(claim, sending).slot
    assert await outbox.forget(claim, sending, LEASE, slot=slot, place="D1/17.5") is None
    assert await store.places(cell) == {"card": "D1/17.5"}


async def test_a_letter_marked_before_comes_again_with_its_id(
    store: Store, outbox: Outbox, cell: Cell, clock: MovedClock
) -> None:
    await write(store, cell, "one")
    first = await taken(outbox, await claimed(outbox, cell))
    clock.forward(LEASE * 2)
    second = await taken(outbox, await claimed(outbox, cell))
    assert (first.again, second.again) == (False, True)
    assert second.id == first.id


async def test_whoever_lost_the_lease_can_neither_take_nor_forget_nor_hold(
    store: Store, outbox: Outbox, cell: Cell, clock: MovedClock
) -> None:
    await write(store, cell, "one")
    late = await claimed(outbox, cell)
    sending = await taken(outbox, late)
    clock.forward(LEASE * 2)
    now = await claimed(outbox, cell)
    assert await outbox.take(late) is None
    assert await outbox.forget(late, sending, LEASE) is None
    assert not await outbox.hold(late, timedelta(hours=1), sending, failed=True)
    assert await outbox.bury(late, sending, LEASE, "gone", maybe_posted=False) is None
    assert await words(outbox, now) == "one"
    assert await outbox.dead() == []


async def test_a_lease_renewed_after_one_letter_covers_the_next(
    store: Store, outbox: Outbox, cell: Cell, clock: MovedClock
) -> None:
    await write(store, cell, "one", "two")
    claim = await claimed(outbox, cell)
    clock.forward(LEASE - timedelta(seconds=1))
    going = await outbox.forget(claim, await taken(outbox, claim), LEASE)
    clock.forward(LEASE - timedelta(seconds=1))
    assert (await outbox.claim(cell.shard, LEASE)).claims == ()
    assert going is not None
    assert await words(outbox, going) == "two"


async def test_a_letter_written_while_one_is_being_sent_waits_its_turn(
    store: Store, outbox: Outbox, cell: Cell
) -> None:
    await write(store, cell, "one")
    claim = await claimed(outbox, cell)
    sending = await taken(outbox, claim)
    await write(store, cell, "two")
    assert (await outbox.claim(cell.shard, LEASE)).claims == ()
    going = await outbox.forget(claim, sending, LEASE)
    assert going is not None
    assert await words(outbox, going) == "two"


async def test_a_held_back_cell_holds_back_only_itself(
    store: Store, outbox: Outbox, cell: Cell, other: Cell, clock: MovedClock
) -> None:
    await write(store, cell, "one")
    claim = await claimed(outbox, cell)
    sending = await taken(outbox, claim)
    await outbox.hold(claim, timedelta(minutes=5), sending, failed=False, sent=False)
    await write(store, other, "two")
    assert (await claimed(outbox, cell)).cell == other
    clock.forward(timedelta(minutes=5))
    back = [claim for claim in (await outbox.claim(cell.shard, LEASE)).claims if claim.cell == cell]
    assert not (await taken(outbox, back[0])).again  # it was certain that nothing had been posted


async def test_a_failure_is_counted_for_the_letter(
    store: Store, outbox: Outbox, cell: Cell, clock: MovedClock
) -> None:
    await write(store, cell, "one")
    for failures in range(3):
        claim = await claimed(outbox, cell)
        sending = await taken(outbox, claim)
        assert (sending.failures, sending.again) == (failures, failures > 0)
        await outbox.hold(claim, timedelta(seconds=1), sending, failed=True)
        clock.forward(timedelta(seconds=2))


async def test_a_dead_letter_says_why_and_goes_out_when_revived(
    store: Store, outbox: Outbox, cell: Cell
) -> None:
    await write(store, cell, "one", "two")
    claim = await claimed(outbox, cell)
    going = await outbox.bury(claim, await taken(outbox, claim), LEASE, "is_archived", maybe_posted=False)
    assert going is not None
    assert await words(outbox, going) == "two"  # the next one is not held back
    (dead,) = await outbox.dead()
    assert (dead.cell, dead.purpose, dead.reason, dead.failures) == (cell, None, "is_archived", 0)
    assert await outbox.revive(dead)
    assert not await outbox.revive(dead)
    last = await outbox.forget(going, await taken(outbox, going), LEASE)
    assert last is not None
    assert await words(outbox, last) == "one"
    assert await outbox.dead() == []


async def test_a_revived_letter_remembers_that_it_may_stand_there(
    store: Store, outbox: Outbox, cell: Cell
) -> None:
    await write(store, cell, "one")
    claim = await claimed(outbox, cell)
    await outbox.bury(claim, await taken(outbox, claim), LEASE, "no answer", maybe_posted=True)
    (dead,) = await outbox.dead()
    await outbox.revive(dead)
    assert (await taken(outbox, await claimed(outbox, cell))).again


async def test_a_timer_is_claimed_at_its_date_not_before(
    store: Store, outbox: Outbox, cell: Cell, clock: MovedClock
) -> None:
    due = datetime.now(UTC) + timedelta(hours=2)
    await set_timer(store, cell, "check_in", due)
    before = datetime.now(UTC)
    batch = await outbox.claim(cell.shard, LEASE)
    after = datetime.now(UTC)
    assert batch.claims == ()
    assert batch.wait is not None
    assert due - after <= batch.wait < due - before + ROUNDING
    clock.forward(timedelta(hours=2, milliseconds=2))
    claim = await claimed(outbox, cell)
    assert (claim.kind, claim.purpose, claim.due) == ("timer", "check_in", due)


async def test_a_timer_claimed_again_still_has_its_own_date(
    store: Store, outbox: Outbox, cell: Cell, clock: MovedClock
) -> None:
    await set_timer(store, cell, "check_in", PAST)
    await claimed(outbox, cell)
    clock.forward(LEASE * 2)
    assert (await claimed(outbox, cell)).due == PAST


@pytest.mark.parametrize("due", [None, datetime(2100, 1, 1, tzinfo=UTC)])
async def test_a_timer_cancelled_or_moved_is_not_claimed(
    store: Store, outbox: Outbox, cell: Cell, due: datetime | None
) -> None:
    await set_timer(store, cell, "check_in", PAST)
    await set_timer(store, cell, "check_in", due)
    assert (await outbox.claim(cell.shard, LEASE)).claims == ()


async def test_done_leaves_alone_a_timer_that_its_turn_set_anew(
    store: Store, outbox: Outbox, cell: Cell
) -> None:
    await set_timer(store, cell, "check_in", PAST)
    claim = await claimed(outbox, cell)
    later = datetime(2100, 1, 1, tzinfo=UTC)
    timers = (Timer("check_in", later),)
    await store.swap(cell, "rung", lambda tally: Step(tally, timers=timers), claim.fence)
    assert not await outbox.done(claim)
    assert await store.timers(cell) == {"check_in": later}


async def test_a_timer_given_up_can_ring_again(store: Store, outbox: Outbox, cell: Cell) -> None:
    await set_timer(store, cell, "check_in", PAST)
    await outbox.done(await claimed(outbox, cell), given_up="KeyError")
    assert (await outbox.claim(cell.shard, LEASE)).claims == ()
    (dead,) = await outbox.dead()
    assert (dead.purpose, dead.reason) == ("check_in", "KeyError")
    await outbox.revive(dead)
    assert (await claimed(outbox, cell)).due == PAST


async def test_an_erased_cell_leaves_no_letter_no_timer_no_dead_one(
    store: Store, outbox: Outbox, redis: Link, cell: Cell
) -> None:
    await write(store, cell, "one", "two")
    claim = await claimed(outbox, cell)
    await outbox.bury(claim, await taken(outbox, claim), LEASE, "gone", maybe_posted=True)
    await set_timer(store, cell, "check_in", PAST)
    await store.erase(cell)
    left = [key.decode() for key in await redis.command("KEYS", "*")]
    assert all(":seen:" in key for key in left)


async def test_a_claim_that_was_erased_meanwhile_is_refused(store: Store, outbox: Outbox, cell: Cell) -> None:
    await write(store, cell, "one")
    claim = await claimed(outbox, cell)
    sending = await taken(outbox, claim)
    await store.erase(cell)
    assert await outbox.forget(claim, sending, LEASE, slot="card", place="D1/1") is None
    assert await store.places(cell) == {}


async def test_workers_know_each_other_until_they_leave_or_fall_silent(outbox: Outbox) -> None:
    minute = timedelta(minutes=1)
    assert await outbox.workers("a", minute) == ["a"]
    assert await outbox.workers("b", minute) == ["a", "b"]
    assert await outbox.workers("a", timedelta(0)) == ["b"]
    await outbox.workers("c", timedelta(milliseconds=1))
    names = ["c"]
    while "c" in names:
        names = await outbox.workers("b", minute)
    assert names == ["b"]
