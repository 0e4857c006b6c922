"""Documents that change only by `swap`: read, a pure change, one atomic step that writes all or nothing.

An event id is done once; what the turn wants posted, remembered or rung later is part of the same step.
"""

import asyncio
import random
import secrets
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast
from weakref import WeakValueDictionary

from bot import tracing
from bot.codec import Codec, Sealer
from bot.redis import keys
from bot.redis.keys import Cell, Kind
from bot.redis.link import Link, Word
from bot.redis.moment import microseconds, moment, score
from bot.redis.sealed import Envelopes
from bot.redis.step import Audited, Contended, Fence, FenceLost, Step, Swapped, Timer

D = TypeVar("D")

EVENTS_REMEMBERED = timedelta(days=3)
AUDIT_KEPT = 100_000  # lines a shard, about; whoever needs more ships them elsewhere
TRIES = 16
REMEMBERED = 4096  # documents, in this process
_LONGEST_PAUSE = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class _Read:
    """What lay there before the change; `token` marks this attempt as ours."""

    token: str
    seen: bool
    version: str
    document: Any


class Store:
    """The documents, logs and look-ups of all cells. Every method may raise StoreUnavailable."""

    def __init__(self, redis: Link, codec: Codec, sealer: Sealer) -> None:
        self._link = redis
        self._envelopes = Envelopes(codec, sealer)
        self._locks: WeakValueDictionary[Cell, asyncio.Lock] = WeakValueDictionary()
        self.counts: Counter[str] = Counter()  # turns, duplicates
        self._latest: OrderedDict[Cell, tuple[str, Any]] = OrderedDict()

    async def load(self, cell: Cell) -> Any:  # noqa: ANN401  - the class is in the bytes
        """The document, or None. A swap that follows begins with it."""
        version, sealed = await self._link.command("HMGET", cell.key, "v", "d")
        document = self._envelopes.open(cell, "d", sealed)
        if document is not None:
            self._remember(cell, version.decode(), document)
        return document

    async def swap(
        self, cell: Cell, event_id: str, change: Callable[[D | None], Step[D]], fence: Fence | None = None
    ) -> Swapped[D]:
        """Do the event `event_id` once: store what `change` makes of the document and all that goes with it.

        `change` is pure and may be called several times. With `fence`, only while that timer of this cell
        is leased to us; the timer is gone afterwards unless the step sets it again. Raises Contended,
        FenceLost, StoreUnavailable: then acknowledge nothing.
        """
        with tracing.span("turn", of=cell.kind) as span:
            swapped = await self._swapped(cell, event_id, change, fence)
            tracing.told(span, "fresh", swapped.fresh)
            return swapped

    async def _swapped(
        self, cell: Cell, event_id: str, change: Callable[[D | None], Step[D]], fence: Fence | None
    ) -> Swapped[D]:
        token = secrets.token_hex(8)
        async with self._locks.setdefault(cell, asyncio.Lock()):
            for attempt in range(TRIES):
                read = self._remembered(cell, token) or await self._read(cell, event_id, token)
                if read.seen:
                    self.counts["duplicates"] += 1
                    break
                step = change(read.document)
                if await self._commit(cell, event_id, read, step, fence):
                    self.counts["turns"] += 1
                    return Swapped(fresh=True, document=step.document, step=step)
                if attempt == 0:
                    continue  # at once: what was remembered may just be old
                await asyncio.sleep(random.uniform(0, min(0.002 * 2**attempt, _LONGEST_PAUSE)))  # noqa: S311
            else:
                raise Contended
        return Swapped(fresh=False, document=read.document, step=None)

    async def knows(self, cell: Cell, event_id: str) -> bool:
        """Whether the event was done in this cell within the last days."""
        known = bool(await self._link.command("EXISTS", cell.seen(event_id)))
        self.counts["duplicates"] += known
        return known

    async def log(self, cell: Cell) -> list[Any]:
        """All entries ever written, the oldest first."""
        entries = await self._link.command("LRANGE", cell.log, 0, -1)
        return [self._envelopes.open(cell, "log", entry) for entry in entries]

    async def places(self, cell: Cell) -> dict[str, str]:
        """Where the message of each slot stands, in the words `deliver` answered."""
        found = await self._link.command("HGETALL", cell.places)
        return {slot.decode(): place.decode() for slot, place in found.items()}

    async def said(self, cell: Cell, *, everything: bool = False) -> list[str]:
        """Where all messages of a deal stand that were posted since it is kept, in `deliver`'s words.

        Of a person, those that name a deal, or `everything`.
        """
        places = [place.decode() for place in await self._link.command("SMEMBERS", cell.said)]
        named = [place.removeprefix(keys.OF_NO_DEAL) for place in places]
        return sorted(named if everything else [p for p in places if not p.startswith(keys.OF_NO_DEAL)])

    async def unsaid(self, cell: Cell, places: Sequence[str]) -> None:
        """These messages are deleted, or about to be."""
        if places:
            await self._link.command(
                "SREM", cell.said, *places, *(keys.OF_NO_DEAL + place for place in places)
            )

    async def waits(self, cell: Cell) -> bool:
        """Whether letters of the cell wait to be delivered."""
        return bool(await self._link.command("LLEN", cell.out))

    async def audit(self, shard: int, after: str = "0", most: int = 1000) -> list[tuple[str, dict[str, str]]]:
        """The audit stream of a shard in its order: lines later than `after`, by their names in Redis."""
        begin = f"({after}" if "-" in after else after
        found = await self._link.command("XRANGE", keys.audit(shard), begin, "+", "COUNT", most)
        return [
            (name.decode(), {k.decode(): v.decode() for k, v in _pairs(fields)}) for name, fields in found
        ]

    async def timers(self, cell: Cell) -> dict[str, datetime]:
        """The dates still to come, by purpose."""
        found = await self._link.command("HGETALL", cell.key)
        return {name[2:].decode(): moment(date) for name, date in found.items() if name.startswith(b"t:")}

    async def ident(self, platform: str, *parts: str, make: Callable[[], str]) -> str:
        """Our id for something of a platform; `make` gives one at the first sight, the first one stays."""
        known = await self.known_ident(platform, *parts)
        while known is None:  # again only if it was forgotten in between
            await self._link.command("SET", keys.ident(platform, parts), make(), "NX")
            known = await self.known_ident(platform, *parts)
        return known

    async def known_ident(self, platform: str, *parts: str) -> str | None:
        """The id that `ident` would answer; None where it would make one."""
        known = await self._link.command("GET", keys.ident(platform, parts))
        return None if known is None else str(known.decode())

    async def first(self, platform: str, *parts: str, within: timedelta) -> bool:
        """Whether nobody asked this before, in so long; `forget_ident` lets it be the first time again."""
        span = int(within.total_seconds())
        return bool(await self._link.command("SET", keys.ident(platform, parts), "1", "NX", "EX", span))

    async def cells(self, tenant: str) -> list[Cell]:
        """Every cell of a tenant; looks at all keys, so only where a tenant is left for good."""
        found = set[Cell]()
        async for key in self._link.scan(f"w1:{{s*}}:{tenant}:*"):
            _, _, _, kind, name, *rest = key.split(":")
            if rest[:1] != ["seen"]:  # those expire by themselves
                found.add(Cell(tenant, cast("Kind", kind), name))
        return sorted(found, key=lambda cell: cell.key)

    async def put_ident(self, platform: str, *parts: str, value: str) -> None:
        """Name it anew: what `known_ident` answers from now on."""
        await self._link.command("SET", keys.ident(platform, parts), value)

    async def forget_ident(self, platform: str, *parts: str) -> bool:
        """The look-up is gone; what it named is not. Whether it was there."""
        return bool(await self._link.command("DEL", keys.ident(platform, parts)))

    async def erase(self, cell: Cell) -> None:
        """Remove the cell with its log, letters, timers and dead letters; hashes of event ids expire."""
        self._latest.pop(cell, None)
        shard = cell.shard
        places = [cell.key, cell.log, cell.out, cell.places, keys.due(shard), keys.dead(shard), cell.said]
        await self._link.script("erase", places, cell.post, cell.timers)

    def _remembered(self, cell: Cell, token: str) -> _Read | None:
        """What this process wrote or loaded last: mostly still there, else the commit says so and it is read.

        It saves one round trip of two. Taken out, so that it is tried once.
        """
        known = self._latest.pop(cell, None)
        return None if known is None else _Read(token, seen=False, version=known[0], document=known[1])

    def _remember(self, cell: Cell, version: str, document: object) -> None:
        self._latest[cell] = (version, document)
        while len(self._latest) > REMEMBERED:
            self._latest.popitem(last=False)

    async def _read(self, cell: Cell, event_id: str, token: str) -> _Read:
        # The event first: a document read after it has seen at least that event.
        seen, (version, sealed) = await self._link.together(
            ("EXISTS", cell.seen(event_id)), ("HMGET", cell.key, "v", "d")
        )
        return _Read(token, bool(seen), (version or b"0").decode(), self._envelopes.open(cell, "d", sealed))

    async def _commit(
        self, cell: Cell, event_id: str, read: _Read, step: Step[Any], fence: Fence | None
    ) -> bool:
        """Whether it was written; False if the document or the event moved under us. Raises FenceLost."""
        entries = [self._envelopes.seal(cell, "log", entry) for entry in step.entries]
        letters = [
            self._envelopes.seal_letter(cell, event_id, n, letter) for n, letter in enumerate(step.letters)
        ]
        verdict = await self._link.script(
            "commit",
            [
                cell.key,
                cell.seen(event_id),
                cell.log,
                cell.out,
                keys.due(cell.shard),
                keys.audit(cell.shard),
            ],
            read.version,
            *self._outcome(cell, read, step),
            read.token,
            int(EVENTS_REMEMBERED.total_seconds()),
            cell.post,
            self._link.announced(cell.shard),
            keys.WAKE,
            *_fence_words(cell, fence),
            len(entries),
            len(letters),
            len(step.timers),
            *entries,
            *letters,
            *(word for timer in step.timers for word in _timer_words(cell, timer)),
            AUDIT_KEPT,
            *(word for line in step.audit for word in _audit_words(cell, line)),
        )
        if verdict == b"fenced":
            raise FenceLost
        if verdict == b"ok":
            same = step.document is read.document
            self._remember(cell, read.version if same else read.token, step.document)
        written = verdict in (b"ok", read.token.encode())  # our own token: done by us, but the reply was lost
        if written and letters:
            self._link.bell.ring(cell.shard)
        return written

    def _outcome(self, cell: Cell, read: _Read, step: Step[Any]) -> tuple[str, bytes]:
        if step.document is read.document:
            return "keep", b""
        if step.document is None:
            return "drop", b""
        return "put", self._envelopes.seal(cell, "d", step.document)


def _fence_words(cell: Cell, fence: Fence | None) -> tuple[str, str, str]:
    """Member, score, purpose. Raises ValueError for another cell's fence: its timer could not be removed."""
    if fence is None:
        return "", "", ""
    owner, purpose = keys.read_member(fence.member)
    if owner != cell or purpose is None:
        raise ValueError("the fence belongs to another cell")
    return fence.member, fence.score, purpose


def _timer_words(cell: Cell, timer: Timer) -> tuple[Word, ...]:
    member = cell.timer(timer.purpose)
    if timer.due is None:
        return timer.purpose, member, "", ""
    return timer.purpose, member, score(timer.due), microseconds(timer.due)


def _audit_words(cell: Cell, line: Audited) -> tuple[str, ...]:
    return cell.tenant, line.kind or cell.kind, line.id or cell.id, line.what, line.who


def _pairs(fields: Any) -> Iterable[tuple[bytes, bytes]]:  # noqa: ANN401 - a list, or a mapping in newer protocols
    return fields.items() if isinstance(fields, dict) else zip(fields[::2], fields[1::2], strict=True)
