"""Keys: one for each tenant, changed while the coach runs; and nothing of a deal is readable in Redis."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.codec import Codec, SealBroken, Sealer, UnknownKey
from bot.local import Workspace
from bot.redis import Cell, Letter, Link, Outbox, Step, Store, connect, embedded, new_id
from bot.redis.rotation import Rotation
from tests.fakes import Said, Tally
from tests.living import ROOT, Living, clean_environment, living, until
from tests.redis_many import ManyNodes, cluster

OLD, NEW = b"old-key!", b"new-key!"
KEYS = {OLD: bytes(range(32)), NEW: bytes(range(32, 64))}
BEFORE, AFTER, ONLY_NEW = Sealer(KEYS, OLD), Sealer(KEYS, NEW), Sealer({NEW: KEYS[NEW]}, NEW)
CELLS = [Cell(tenant, "deal", new_id(f"{tenant} {n}")) for tenant in ("acme", "globex") for n in range(6)]
MANY = 450  # more than one page of a log


def quiet(_: int) -> None:
    """Nobody looks."""


def plus(tally: Tally | None, said: str = "") -> Step[Tally]:
    return Step((tally or Tally()).plus(), (Said(said),) if said else ())


async def filled(link: Link, codec: Codec) -> None:
    store, outbox = Store(link, codec, BEFORE), Outbox(link, codec, BEFORE)
    letters = (Letter(Said("first"), slot="card"), Letter(Said("second")))
    first = Step(Tally(1, "words"), (Said("entry"),), letters)
    for cell in CELLS:
        await store.swap(cell, "e1", lambda _: first)
    lines = tuple(Said(f"line {number}") for number in range(MANY))
    await store.swap(CELLS[0], "many", lambda tally: Step(tally, lines))
    claim = (await outbox.claim(CELLS[1].shard, timedelta(minutes=1))).claims[0]
    sending = await outbox.take(claim)
    assert sending is not None
    await outbox.bury(claim, sending, timedelta(minutes=1), "gone", maybe_posted=False)


async def test_everything_is_sealed_anew_and_opens_without_the_old_key(redis: Link, codec: Codec) -> None:
    await filled(redis, codec)
    with pytest.raises(UnknownKey):
        await Store(redis, codec, ONLY_NEW).load(CELLS[0])
    done = await Rotation(redis, AFTER, quiet).run()
    assert (done.sealed_anew, done.left) == (len(CELLS) * 4 + MANY, 0)
    assert (await Rotation(redis, AFTER, quiet).run()).sealed_anew == 0
    store, outbox = Store(redis, codec, ONLY_NEW), Outbox(redis, codec, ONLY_NEW)
    for cell in CELLS:
        assert await store.load(cell) == Tally(1, "words")
    assert len(await store.log(CELLS[0])) == MANY + 1
    (dead,) = await outbox.dead()
    assert await outbox.revive(dead)
    claims = [c for cell in CELLS for c in (await outbox.claim(cell.shard, timedelta(seconds=9))).claims]
    told = []
    for claim in claims:
        sending = await outbox.take(claim)
        assert sending is not None
        told.append(outbox.open(claim, sending))
    assert Letter(Said("first"), "card") in told


async def test_what_changes_meanwhile_is_neither_lost_nor_undone(redis: Link, codec: Codec) -> None:
    await filled(redis, codec)
    store, done = Store(redis, codec, AFTER), False

    async def writes(cell: Cell) -> int:
        count = 0
        while not done:
            count += 1
            await store.swap(cell, f"w{count}", partial(plus, said="more"))
        return count

    writing = [asyncio.create_task(writes(cell)) for cell in CELLS[:4]]
    rotated = await Rotation(redis, AFTER, quiet).run()
    done = True
    counts = await asyncio.gather(*writing)
    assert rotated.left == 0
    fresh = Store(redis, codec, ONLY_NEW)
    for cell, count in zip(CELLS, counts, strict=False):
        assert (await fresh.load(cell)).count == 1 + count
        assert sum(entry == Said("more") for entry in await fresh.log(cell)) == count


async def test_what_a_process_sealed_with_the_old_key_since_is_found_by_the_next_run(
    redis: Link, codec: Codec
) -> None:
    await filled(redis, codec)
    await Rotation(redis, AFTER, quiet).run()
    await Store(redis, codec, BEFORE).swap(CELLS[2], "late", plus)
    assert (await Rotation(redis, AFTER, quiet).run()).sealed_anew == 1


async def test_what_was_changed_since_it_was_read_is_not_put_back(redis: Link, codec: Codec) -> None:
    await filled(redis, codec)
    cell, other = CELLS[0], b"written since"
    lies: dict[str, tuple[str, str | int, bytes]] = {
        "hash": (cell.key, "d", await redis.command("HGET", cell.key, "d")),
        "list": (cell.log, 0, await redis.command("LINDEX", cell.log, 0)),
    }
    for kind, (key, at, read) in lies.items():
        assert await redis.script("reseal", [key], kind, at, b"another", other, moved=False) == 0
        assert await redis.script("reseal", [key], kind, at, read, read, moved=False) == 1
    assert await redis.command("HGET", cell.key, "d") == lies["hash"][2]
    assert await redis.command("LINDEX", cell.log, 0) == lies["list"][2]


async def test_without_the_old_key_nothing_is_changed(redis: Link, codec: Codec) -> None:
    await filled(redis, codec)
    with pytest.raises(UnknownKey):
        await Rotation(redis, ONLY_NEW, quiet).run()
    assert await Store(redis, codec, BEFORE).load(CELLS[0]) == Tally(1, "words")


@pytest.fixture
async def many(tmp_path: Path) -> AsyncIterator[ManyNodes]:
    async with cluster(tmp_path) as made:
        yield made


async def test_in_a_cluster_too(many: ManyNodes, codec: Codec) -> None:
    link = connect(many.url)
    try:
        await filled(link, codec)
        assert (await Rotation(link, AFTER, quiet).run()).sealed_anew == len(CELLS) * 4 + MANY
        assert await Store(link, codec, ONLY_NEW).load(CELLS[5]) == Tally(1, "words")
    finally:
        await link.aclose()


# ---- a key for each tenant


def test_each_tenant_has_a_key_of_its_own_and_what_was_sealed_before_opens() -> None:
    place, nonce = ("acme", "deal:1", "d"), bytes(12)
    before = b"\x01" + OLD + nonce + AESGCM(KEYS[OLD]).encrypt(nonce, b"words", b"acme\0deal:1\0d")
    assert BEFORE.open(before, *place) == b"words"
    assert not BEFORE.is_fresh(before)
    sealed = BEFORE.seal(b"words", *place)
    assert BEFORE.is_fresh(sealed)
    with pytest.raises(SealBroken):
        BEFORE.open(sealed, "globex", "deal:1", "d")
    derived = HKDF(SHA256(), 32, salt=None, info=b"walkaway sealing key of tenant acme").derive(KEYS[OLD])
    assert AESGCM(derived).decrypt(sealed[9:21], sealed[21:], b"acme\0deal:1\0d") == b"words"
    with pytest.raises(InvalidTag):  # nor by the master's own key
        AESGCM(KEYS[OLD]).decrypt(sealed[9:21], sealed[21:], b"acme\0deal:1\0d")


# ---- the command, beside a coach


async def test_keys_are_changed_beside_a_running_coach(
    ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path
) -> None:
    async with living(ws, redis, server.url, tmp_path) as up:
        await up.types("/deal sample")
        file = tmp_path / "sealing.key"
        old = file.read_text("ascii").strip()
        new = f"{'ab' * 8}:{base64.b64encode(bytes(32)).decode()}"
        env = clean_environment(REDIS_URL=server.url, WALKAWAY_KEYS=f"{new},{old}")
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-m", "bot", "rotate-keys", "--json"], cwd=ROOT, env=env,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        told = json.loads(done.stdout)
        assert told["sealed_anew"] == told["looked_at"] > 2
        assert told["left"] == 0
    file.write_text(new + "\n", "ascii")
    async with living(ws, redis, server.url, tmp_path) as up:
        await up.types("/deal limit")
        assert "StagnantCo" in "".join(m.reads for m in up.from_coach())


# ---- a dump


async def test_a_dump_of_redis_shows_no_name_number_or_note(
    ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path
) -> None:
    async with living(ws, redis, server.url, tmp_path) as up:
        await story(up)
        found = b"\n".join([await raw(redis, key) for key in await redis.command("KEYS", "*")]).lower()
        assert len(found) > 10_000
        # Long enough not to stand in sealed bytes by chance.
        secrets = ("stagnant", "a hobby", "sole rights", "roadmap", "okafor", "82,000", "larksoft",
                   "lark renewal", "harbour", "deal-team")  # fmt: skip
        assert [secret for secret in secrets if secret.encode() in found] == []


async def story(up: Living) -> None:
    """What is stored of a deal: limits, offers, notes, a pause, a share, a colleague, a dead letter."""
    await up.types("/deal sample")
    await up.types("/deal new")
    await up.fills({"name": "Lark renewal", "counterpart": "Larksoft", "limit": "82k", "side": "seller",
                    "must_haves": "Roadmap"})  # fmt: skip
    await up.types("/deal offer lark them 91k")
    await up.types("/deal colleague lark @tom")
    await up.types("/deal note lark your way of working is a hobby")
    await up.types("/deal plan-b lark Stagnant 82,000 firm")
    await up.types("/deal share lark #deal-team")
    await up.taps("Post it")
    await up.types("/deal pause lark")
    up.ws.fault("chat.postMessage", "channel_not_found", times=1)
    await up.types("/deal status lark")
    await until(lambda: buried(up), "no letter is dead")


async def buried(up: Living) -> bool:
    return bool(await up.up.outbox.dead())


async def raw(link: Link, key: bytes) -> bytes:
    """All that lies under a key, and the key."""
    reads = {b"string": ("GET",), b"hash": ("HGETALL",), b"list": ("LRANGE", 0, -1), b"set": ("SMEMBERS",),
             b"zset": ("ZRANGE", 0, -1), b"stream": ("XRANGE", "-", "+")}  # fmt: skip
    command, *rest = reads[await link.command("TYPE", key)]
    return key + b"\n" + repr(await link.command(command, key, *rest)).encode()
