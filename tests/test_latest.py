"""Of letters that take each other's place only the last one waiting is delivered."""

from datetime import timedelta

from bot.redis import Cell, Letter, Outbox, Step, Store
from bot.worker import Worker
from tests.fakes import Bells, Postbox, Said, Tally, wait_until, working


async def write(store: Store, cell: Cell, event: str, *letters: Letter) -> None:
    await store.swap(cell, event, lambda tally: Step(tally or Tally(), letters=letters))


def page(words: str) -> Letter:
    return Letter(Said(words), latest=True)


async def test_only_the_last_page_is_shown_and_other_letters_keep_their_order(
    store: Store, outbox: Outbox, cell: Cell
) -> None:
    await write(store, cell, "e1", Letter(Said("one")), page("old"))
    await write(store, cell, "e2", page("older than it looks"), Letter(Said("two")))
    await write(store, cell, "e3", page("new"))
    postbox = Postbox()
    async with working(Worker(outbox, postbox.deliver, Bells().ring)):
        await wait_until(lambda: len(postbox.arrived) == 3)
    assert postbox.arrived == ["one", "two", "new"]


async def test_a_page_whose_sender_died_gives_way_to_a_newer_one_and_leaves_no_mark(
    store: Store, outbox: Outbox, cell: Cell
) -> None:
    await write(store, cell, "e1", page("old"))
    (claim,) = (await outbox.claim(cell.shard, timedelta(0))).claims
    assert await outbox.take(claim)
    await write(store, cell, "e2", page("new"))
    postbox = Postbox()
    async with working(Worker(outbox, postbox.deliver, Bells().ring)):
        await wait_until(lambda: postbox.arrived == ["new"])
    assert postbox.again == [False]
