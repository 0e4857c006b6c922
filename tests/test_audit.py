"""The audit stream: who did what to which deal, and when; without a word, and longer than the deal."""

from __future__ import annotations

import asyncio
import json
import random
import string
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.audited import Pages
from bot.local import Workspace
from bot.redis import Audited, Cell, Link, Step, Store, embedded
from tests.fakes import Tally
from tests.living import Living, clean_environment, living

HOUSE = Path(__file__).parent.parent


async def test_a_line_is_written_with_its_step_or_not_at_all(store: Store, cell: Cell) -> None:
    line = Audited("shared", "07me")
    await store.swap(cell, "e1", lambda tally: Step(tally or Tally(), audit=(line,)))
    await store.swap(cell, "e1", lambda tally: Step(tally or Tally(), audit=(line,)))  # delivered again
    with pytest.raises(ValueError, match="no"):
        await store.swap(cell, "e2", _refused)
    ((_, told),) = await Pages(store).next()
    assert told == {"tenant": cell.tenant, "kind": cell.kind, "id": cell.id, "what": "shared", "who": "07me"}


def _refused(_: Tally | None) -> Step[Tally]:
    raise ValueError("no")


async def test_lines_of_all_shards_come_in_order_and_from_where_one_stopped(store: Store) -> None:
    cells = [Cell("t1", "deal", f"{shard:02d}abc") for shard in (3, 1, 2)]
    for number, cell in enumerate(cells):
        await store.swap(
            cell, f"e{number}", lambda tally: Step(tally or Tally(), audit=(Audited("opened", "x"),))
        )
        await asyncio.sleep(0.002)  # so that Redis's clock, which is what orders them, has moved
    pages = Pages(store)
    assert [fields["id"] for _, fields in await pages.next()] == [cell.id for cell in cells]
    assert await pages.next() == []
    await store.swap(cells[0], "late", lambda tally: Step(tally or Tally(), audit=(Audited("closed", "x"),)))
    ((name, told),) = await pages.next()
    assert (told["id"], told["what"]) == (cells[0].id, "closed")
    assert await Pages(store, name.partition("-")[0]).next() == [(name, told)]


# ---- through Slack


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        yield made


def words(seed: int) -> str:
    rng = random.Random(seed)
    return "zq" + "".join(rng.choices(string.ascii_lowercase, k=12))


async def test_the_stream_holds_no_word_of_anybody_and_outlives_the_deal(
    up: Living, server: embedded.Embedded, tmp_path: Path
) -> None:
    await up.types("/deal new")
    name, other, note = (words(seed) for seed in range(3))
    await up.fills(
        {"name": name, "counterpart": other, "must_haves": note, "limit": "81234", "side": "seller"}
    )
    await up.types(f"/deal note {note}")
    await up.types("/deal colleague @tom")
    await up.types("/deal share #deal-team")
    await up.taps("Post it")
    await up.types("/deal export json")
    await up.types("/deal forget")
    await up.taps("Forget it")
    for _ in range(4):
        await up.moves(timedelta(seconds=6))
    page = await Pages(up.up.store).next()
    assert "zq" not in repr(page)
    assert "81234" not in repr(page)
    told = [fields["what"] for _, fields in page]
    assert told == ["opened", "person_named", "shared", "exported", "forgotten"]
    command = [sys.executable, "-m", "bot", "audit", "--json"]
    env = clean_environment(REDIS_URL=server.url, WALKAWAY_DATA=str(tmp_path))
    found = await asyncio.to_thread(
        subprocess.run, command, cwd=HOUSE, env=env, capture_output=True, text=True, check=True
    )
    assert [json.loads(line)["what"] for line in found.stdout.splitlines()] == told
