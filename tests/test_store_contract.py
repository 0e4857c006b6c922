"""What every store promises, the real one and the one in memory."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.redis import Cell, Letter, Step, Store, Timer, new_id
from tests.fakes import MemoryStore, Said, Tally

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, UTC)
AnyStore = Store | MemoryStore


@pytest.fixture(params=["redis", "memory"])
def any_store(request: pytest.FixtureRequest) -> AnyStore:
    if request.param == "memory":
        return MemoryStore()
    real: Store = request.getfixturevalue("store")
    return real


def count(words: str = "") -> Callable[[Tally | None], Step[Tally]]:
    return lambda tally: Step((tally or Tally()).plus(words))


def adding(step: Step[Tally]) -> Callable[[Tally | None], Step[Tally]]:
    """What goes with `step`, around the document as it is."""
    return lambda tally: replace(step, document=tally or Tally())


async def test_nothing_lies_in_a_new_cell(any_store: AnyStore, cell: Cell) -> None:
    assert await any_store.load(cell) is None
    assert await any_store.log(cell) == []
    assert await any_store.timers(cell) == {}


async def test_what_was_swapped_in_is_loaded(any_store: AnyStore, cell: Cell) -> None:
    done = await any_store.swap(cell, "e1", count("hello"))
    assert (done.fresh, done.document) == (True, Tally(1, "hello"))
    assert await any_store.load(cell) == Tally(1, "hello")


async def test_an_event_delivered_twice_is_done_once(any_store: AnyStore, cell: Cell) -> None:
    await any_store.swap(cell, "e1", count())
    done = await any_store.swap(cell, "e1", count())
    assert not done.fresh
    assert (done.document, done.step) == (Tally(1), None)


async def test_an_event_is_known_where_it_was_done(any_store: AnyStore, cell: Cell, other: Cell) -> None:
    assert not await any_store.knows(cell, "e1")
    await any_store.swap(cell, "e1", count())
    assert await any_store.knows(cell, "e1")
    assert not await any_store.knows(other, "e1")


async def test_the_same_event_id_in_two_cells_is_two_events(
    any_store: AnyStore, cell: Cell, other: Cell
) -> None:
    await any_store.swap(cell, "e1", count())
    assert (await any_store.swap(other, "e1", count())).fresh


async def test_an_event_that_changes_nothing_is_still_done(any_store: AnyStore, cell: Cell) -> None:
    await any_store.swap(cell, "e1", count())
    same = await any_store.swap(cell, "e2", adding(Step(None, entries=(Said("noted"),))))
    assert (same.fresh, same.document) == (True, Tally(1))
    assert not (await any_store.swap(cell, "e2", count())).fresh
    assert await any_store.log(cell) == [Said("noted")]


async def test_a_document_can_be_taken_away_and_come_back(any_store: AnyStore, cell: Cell) -> None:
    await any_store.swap(cell, "e1", count())
    await any_store.swap(cell, "e2", lambda _: Step(None))
    assert await any_store.load(cell) is None
    await any_store.swap(cell, "e3", count())
    assert await any_store.load(cell) == Tally(1)


async def test_a_change_that_fails_leaves_no_trace(any_store: AnyStore, cell: Cell) -> None:
    def fail(_: Tally | None) -> Step[Tally]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await any_store.swap(cell, "e1", fail)
    assert (await any_store.swap(cell, "e1", count())).fresh


async def test_the_log_keeps_the_order(any_store: AnyStore, cell: Cell) -> None:
    for n in range(3):
        both: Step[Tally] = Step(None, entries=(Said(f"{n}a"), Said(f"{n}b")))
        await any_store.swap(cell, f"e{n}", adding(both))
    assert [said.words for said in await any_store.log(cell)] == ["0a", "0b", "1a", "1b", "2a", "2b"]


async def test_a_timer_is_one_a_purpose_and_exact(any_store: AnyStore, cell: Cell) -> None:
    later = NOON.replace(hour=18)
    for n, due in enumerate((NOON, later)):
        await any_store.swap(cell, f"e{n}", adding(Step(None, timers=(Timer("check_in", due),))))
    assert await any_store.timers(cell) == {"check_in": later}
    await any_store.swap(cell, "e9", adding(Step(None, timers=(Timer("check_in", None),))))
    assert await any_store.timers(cell) == {}


async def test_a_platform_id_keeps_the_id_it_got_first(any_store: AnyStore) -> None:
    assert await any_store.known_ident("slack", "T1", "U1") is None
    first = await any_store.ident("slack", "T1", "U1", make=lambda: new_id("a"))
    assert await any_store.known_ident("slack", "T1", "U1") == first
    assert await any_store.ident("slack", "T1", "U1", make=lambda: new_id("b")) == first
    assert await any_store.ident("slack", "T2", "U1", make=lambda: new_id("b")) != first
    await any_store.forget_ident("slack", "T1", "U1")
    assert await any_store.ident("slack", "T1", "U1", make=lambda: new_id("b")) == new_id("b")


async def test_an_erased_cell_is_empty_and_its_neighbour_is_not(
    any_store: AnyStore, cell: Cell, other: Cell
) -> None:
    step = Step(Tally(1), (Said("x"),), (Letter(Said("y")),), (Timer("check_in", NOON),))
    for place in (cell, other):
        await any_store.swap(place, "e1", lambda _: step)
    await any_store.erase(cell)
    assert (await any_store.load(cell), await any_store.log(cell), await any_store.timers(cell)) == (
        None,
        [],
        {},
    )
    assert await any_store.timers(other) == {"check_in": NOON}
