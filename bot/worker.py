"""Delivers what is due: posts the letters of each cell in order, rings timers; decides nothing.

It repeats rather than loses, tells when it repeats, holds back one cell and never the others, and shows
no content in its log.
"""

import asyncio
import logging
import random
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from bot import tracing
from bot.mistakes import where
from bot.platforms import Throttled, Undeliverable, Unsure
from bot.redis import SHARDS, Cell, Claim, Contended, Fence, FenceLost, Outbox, Sending, StoreUnavailable
from bot.redis.bell import Ear

Deliver = Callable[[Cell, object, Sending], Awaitable[str | None]]
Find = Deliver
Ring = Callable[[Cell, str, datetime, Fence], Awaitable[None]]

CEILING = timedelta(seconds=1)  # between looks, should every wake be lost
ALIVE = timedelta(seconds=6)  # a worker silent for so long is not counted any more
BEAT = ALIVE / 3
FAIR_SHARE = 2  # letters of one cell in a row while others wait for a hand
FAILURES = 8  # of ours, then it is given up
DOUBTS = 300  # unanswered sendings, timers that took too long: about a day of them
SETTLING = timedelta(seconds=3)  # before looking for what was not answered: it may still be on its way
_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=5)
_BATCH = 64

log = logging.getLogger(__name__)


async def cannot_look(_cell: Cell, _body: object, _sending: Sending) -> str | None:
    """The `find` of those who cannot: each doubt is repeated and counted."""
    raise Unsure("no_look_up")


class Worker:
    """One of any number of workers: they share the shards out among themselves.

    `deliver` posts one letter and answers where it stands (or None), `ring` takes the turn of a timer.
    A letter that may have been posted before is looked for first: `find` answers where it stands, None where
    delivering it (again) does no harm, or raises as `deliver` does where it cannot tell; then it is repeated
    and counted, for a nudge lost is worse than one said twice. A look that is refused is not waited for.
    An item is leased for `lease`; a delivery gets four fifths of it.
    """

    def __init__(
        self,
        outbox: Outbox,
        deliver: Deliver,
        ring: Ring,
        *,
        find: Find = cannot_look,
        shards: Iterable[int] = range(SHARDS),
        lease: timedelta = timedelta(seconds=30),
        concurrency: int = 32,
    ) -> None:
        # delivered, rung, held, buried, failed; of those in doubt: found, or repeated (may stand there twice)
        self.counts: Counter[str] = Counter()
        self._outbox = outbox
        self._deliver = deliver
        self._ring = ring
        self._find = find
        self._blind: set[str] = set()  # why letters could not be looked for: each told once
        self._all = tuple(shards)
        self._lease = lease
        self._concurrency = concurrency
        self._name = secrets.token_hex(8)
        self._stopping = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._ear = Ear()
        self._hands: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until `stop`. Cancelled, it drops all as a crash would: leases run out by themselves."""
        self._idle.clear()
        with self._outbox.bell.listen() as self._ear:
            listener = asyncio.create_task(self._listen())
            try:
                await self._work()
                await asyncio.gather(*self._hands)
                with suppress(StoreUnavailable):
                    await self._outbox.workers(self._name, timedelta(0))
            finally:
                await _cancel(listener, *self._hands)
                self._idle.set()

    async def stop(self) -> None:
        """Finish what is in hand, return the rest, and wait until `run` is over."""
        self._stopping.set()
        self._ear.poke()
        await self._idle.wait()

    async def _work(self) -> None:
        agenda = Agenda(self._all)
        loop = asyncio.get_running_loop()
        beat = loop.time()
        while not self._stopping.is_set():
            try:
                if loop.time() >= beat:
                    agenda.own(self._name, await self._outbox.workers(self._name, ALIVE), loop.time())
                    beat = loop.time() + BEAT.total_seconds()
                await self._look(agenda, loop)
                wait = 0.0 if agenda.next(loop.time(), self._ear) is not None else agenda.wait(loop.time())
            except StoreUnavailable as error:
                log.warning("redis does not answer: %s", error)
                wait = CEILING.total_seconds()
            if wait or self._full:
                await self._ear.wait(wait or CEILING.total_seconds())

    @property
    def _full(self) -> bool:
        return len(self._hands) >= self._concurrency

    async def _look(self, agenda: "Agenda", loop: asyncio.AbstractEventLoop) -> None:
        """Claim from each shard whose time has come, as long as there are hands."""
        while not self._full and not self._stopping.is_set():
            shard = agenda.next(loop.time(), self._ear)
            if shard is None:
                return
            self._ear.shards.pop(shard, None)  # before the look: what rings during it is looked at again
            batch = await self._outbox.claim(
                shard, self._lease, min(_BATCH, self._concurrency - len(self._hands))
            )
            agenda.look(shard, loop.time() + _seconds(batch.wait))
            if batch.wait == timedelta(0):  # more is due than there are hands: behind those that rang
                self._ear.shards.setdefault(shard)
            for claim in batch.claims:
                self._start(claim)

    def _start(self, claim: Claim) -> None:
        task = asyncio.create_task(self._attend(claim))
        self._hands.add(task)
        task.add_done_callback(self._hands.discard)
        task.add_done_callback(lambda _: self._ear.poke())

    async def _attend(self, claim: Claim) -> None:
        """One claim to its end. Redis failing here costs nothing but the rest of the lease."""
        try:
            if claim.purpose is not None and claim.due is not None:
                await self._attend_timer(claim, claim.purpose, claim.due)
            else:
                await self._attend_letters(claim)
        except StoreUnavailable as error:
            log.warning("%s is left to its lease: %s", claim.cell, error)

    async def _attend_letters(self, claim: Claim) -> None:
        going: Claim | None = claim
        sent = 0
        while going is not None:
            if self._stopping.is_set() or (sent >= FAIR_SHARE and self._full):
                await self._outbox.hold(going, timedelta(0), failed=False)
                self._ear.hear(going.cell.shard)
                return
            sent += 1
            sending = await self._outbox.take(going)
            going = await self._send(going, sending) if sending else None

    async def _send(self, claim: Claim, sending: Sending) -> Claim | None:
        """One attempt; the claim under a new lease if the next letter may follow."""
        try:
            letter = self._outbox.open(claim, sending)
            async with asyncio.timeout((self._lease * 0.8).total_seconds()):
                with tracing.span("letter", of=type(letter.body).__name__, again=sending.again):
                    place = await self._delivered(claim.cell, letter.body, sending)
        except Throttled as limit:  # this time nothing was posted; what came before stays in doubt
            self.counts["held"] += 1
            await self._outbox.hold(claim, limit.retry_after, sending, failed=False, sent=sending.again)
        except Undeliverable as refusal:
            return await self._bury(claim, sending, refusal.reason, maybe_posted=sending.again)
        except (Unsure, TimeoutError) as doubt:
            return await self._again(claim, sending, _name(doubt), DOUBTS, SETTLING)
        except (StoreUnavailable, Contended):
            await self._outbox.hold(claim, _FIRST_PAUSE, sending, failed=False)
        except Exception as mistake:  # noqa: BLE001  - ours, of any kind: it must cost this letter, not the worker
            log.error("delivering %s to %s failed: %s", sending.id, claim.cell, where(mistake))  # noqa: TRY400
            return await self._again(claim, sending, _name(mistake), FAILURES)
        else:
            self.counts["delivered"] += 1
            return await self._outbox.forget(claim, sending, self._lease, slot=letter.slot, place=place)
        return None

    async def _delivered(self, cell: Cell, body: object, sending: Sending) -> str | None:
        """Where it stands; delivered now, unless an earlier attempt is found."""
        if sending.again:
            try:
                place = await self._find(cell, body, sending)
            except (Throttled, Undeliverable, Unsure) as blind:
                self._tell_blind(_name(blind))
                self.counts["repeated"] += 1
            else:
                if place is not None:
                    self.counts["found"] += 1
                    return place
        return await self._deliver(cell, body, sending)

    def _tell_blind(self, why: str) -> None:
        if why not in self._blind:
            self._blind.add(why)
            log.warning("letters in doubt cannot be looked for and are sent again: %s", why)

    async def _again(
        self, claim: Claim, sending: Sending, reason: str, most: int, least: timedelta = timedelta(0)
    ) -> Claim | None:
        self.counts["failed"] += 1
        if sending.failures + 1 >= most:
            return await self._bury(claim, sending, reason, maybe_posted=True)
        await self._outbox.hold(claim, max(backoff(sending.failures), least), sending, failed=True)
        return None

    async def _bury(self, claim: Claim, sending: Sending, reason: str, *, maybe_posted: bool) -> Claim | None:
        self.counts["buried"] += 1
        log.error("%s to %s is undeliverable: %s", sending.id, claim.cell, reason)
        return await self._outbox.bury(claim, sending, self._lease, reason, maybe_posted=maybe_posted)

    async def _attend_timer(self, claim: Claim, purpose: str, due: datetime) -> None:
        try:
            async with asyncio.timeout((self._lease * 0.8).total_seconds()):
                with tracing.span("timer", of=claim.cell.kind):
                    await self._ring(claim.cell, purpose, due, claim.fence)
        except FenceLost:
            return
        except (StoreUnavailable, Contended):
            await self._outbox.hold(claim, _FIRST_PAUSE, failed=False)
        except TimeoutError as slow:  # a Redis that stands still may do so for long
            log.warning("ringing %s of %s took too long", purpose, claim.cell)
            await self._fail_timer(claim, _name(slow), DOUBTS)
        except Exception as mistake:  # noqa: BLE001  - as above
            log.error("ringing %s of %s failed: %s", purpose, claim.cell, where(mistake))  # noqa: TRY400
            await self._fail_timer(claim, _name(mistake), FAILURES)
        else:
            self.counts["rung"] += 1
            await self._outbox.done(claim)

    async def _fail_timer(self, claim: Claim, reason: str, most: int) -> None:
        self.counts["failed"] += 1
        if claim.failures + 1 >= most:
            self.counts["buried"] += 1
            await self._outbox.done(claim, given_up=reason)
        else:
            await self._outbox.hold(claim, backoff(claim.failures), failed=True)

    async def _listen(self) -> None:
        """Pass on what other processes announce; without it they wait for the ceiling, no longer."""
        while True:
            with suppress(StoreUnavailable):
                async with self._outbox.news() as news:
                    async for shard in news:
                        self._ear.hear(shard)
            await asyncio.sleep(CEILING.total_seconds())


class Agenda:
    """When to look at each shard that is ours; a turn each when several are due."""

    def __init__(self, shards: tuple[int, ...]) -> None:
        self._all = shards
        self._times: dict[int, float] = {}

    def own(self, name: str, names: list[str], now: float) -> None:
        """Share the shards out among `names`: every worker comes to the same answer by itself.

        While two disagree both may look at a shard; the lease of each item keeps that harmless.
        """
        place = names.index(name)
        mine = set(self._all[place :: len(names)])
        self._times = {shard: self._times.get(shard, now) for shard in self._all if shard in mine}

    @property
    def mine(self) -> frozenset[int]:
        """The shards that are ours now."""
        return frozenset(self._times)

    def next(self, now: float, ear: Ear) -> int | None:
        """The shard to look at now: the one that rang first, else the one longest due."""
        rang = next((shard for shard in ear.shards if shard in self._times), None)
        if rang is not None or not self._times:
            return rang
        first = min(self._times, key=self._times.__getitem__)
        return first if self._times[first] <= now else None

    def look(self, shard: int, at: float) -> None:
        """Note when to look again."""
        self._times[shard] = at

    def wait(self, now: float) -> float:
        """Seconds until the next look."""
        return max(0.0, min(self._times.values(), default=now + CEILING.total_seconds()) - now)


def backoff(failures: int) -> timedelta:
    """Twice as long each time, up to five minutes, with a fifth of chance."""
    pause: timedelta = min(_FIRST_PAUSE * 2 ** min(failures, 16), _LONGEST_PAUSE)
    return pause * random.uniform(0.8, 1.2)  # noqa: S311


def _name(error: Exception) -> str:
    return error.reason if isinstance(error, Unsure | Undeliverable) else type(error).__name__


def _seconds(wait: timedelta | None) -> float:
    return min(CEILING if wait is None else wait, CEILING).total_seconds()


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
