"""What is due: letters to post and timers to ring, claimed under a lease and done with one by one.

Letters of a cell keep their order; one held back holds only its cell; one given up lies, still sealed,
among the dead letters. Whoever lost the lease is refused.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.codec import Codec, Sealer
from bot.redis import keys
from bot.redis.bell import Bell
from bot.redis.keys import Cell, read_member
from bot.redis.link import Link
from bot.redis.moment import milliseconds, moment
from bot.redis.sealed import LETTER_ID, Envelopes
from bot.redis.step import Fence, Letter


@dataclass(frozen=True, slots=True)
class Claim:
    """Leased to us: the letters of a cell (no purpose), or one timer with its date and earlier failures."""

    cell: Cell
    fence: Fence
    purpose: str | None = None
    due: datetime | None = None
    failures: int = 0

    @property
    def kind(self) -> Literal["post", "timer"]:
        """Whether there is something to post or to ring."""
        return "post" if self.purpose is None else "timer"


@dataclass(frozen=True, slots=True)
class Batch:
    """What was claimed, and how long until the next date of the shard (None: nothing waits)."""

    claims: tuple[Claim, ...]
    wait: timedelta | None


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt to deliver.

    `again`: an earlier attempt may have arrived, the platform may know `id`. `since` is when the first of
    them began, by the clock of Redis; 1970 where that is not known.
    """

    id: str
    again: bool
    failures: int
    since: datetime
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Dead:
    """Given up: `id` of the letter, or `purpose` of the timer; the content stays sealed."""

    cell: Cell
    id: str | None
    purpose: str | None
    reason: str
    at: datetime
    failures: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits: cells with letters, and timers; those due that nobody holds, for how long; the dead."""

    items: int
    due: int
    late: timedelta
    dead: int


class Outbox:
    """Letters and timers that are due.

    Every method may raise StoreUnavailable; those that take a Claim answer False or None if it was lost.
    """

    def __init__(self, redis: Link, codec: Codec, sealer: Sealer) -> None:
        self._link = redis
        self._envelopes = Envelopes(codec, sealer)

    @property
    def bell(self) -> Bell:
        """Rings after each commit of this process that left a letter."""
        return self._link.bell

    def news(self) -> AbstractAsyncContextManager[AsyncIterator[int]]:
        """Shards with a new letter, told by all processes."""
        return self._link.news()

    async def workers(self, name: str, alive: timedelta) -> list[str]:
        """Tell that `name` works (for `alive`; zero: no longer); the names of all who do, sorted."""
        names = await self._link.script("roster", [keys.WORKERS], name, milliseconds(alive), moved=False)
        return [other.decode() for other in names]

    async def claim(self, shard: int, lease: timedelta, limit: int = 64) -> Batch:
        """Up to `limit` of what is due, leased to the caller; others see it again after `lease`."""
        due = [keys.due(shard)]
        fence, wait, members = await self._link.script("claim", due, milliseconds(lease), limit)
        claims = [_claim(member.decode(), fence.decode()) for member in members]
        return Batch(tuple(await self._dated(claims)), timedelta(milliseconds=int(wait)) if wait else None)

    async def take(self, claim: Claim) -> Sending | None:
        """The cell's first letter, marked as being sent; None if there is none or the lease is gone."""
        cell = claim.cell
        found = await self._link.script(
            "take", [cell.key, cell.out, keys.due(cell.shard)], claim.fence.member, claim.fence.score
        )
        if not found:
            return None
        sealed, again, failures, mark = found
        since = moment(int(mark) * 1000)
        return Sending(sealed[:LETTER_ID].decode(), bool(again), int(failures), since, sealed)

    def open(self, claim: Claim, sending: Sending) -> Letter:
        """The letter itself. Raises SealError, Unreadable."""
        return self._envelopes.open_letter(claim.cell, sending.sealed)

    async def forget(
        self,
        claim: Claim,
        sending: Sending,
        lease: timedelta,
        *,
        slot: str | None = None,
        place: str | None = None,
    ) -> Claim | None:
        """It stands (at `place`). The claim under a new lease if more letters wait."""
        slot = slot if place else None
        return await self._remove(claim, sending, lease, slot or "", place or "", "", maybe_posted=False)

    async def bury(
        self, claim: Claim, sending: Sending, lease: timedelta, reason: str, *, maybe_posted: bool
    ) -> Claim | None:
        """It goes to the dead letters. The claim under a new lease if more letters wait."""
        short = " ".join(reason.split())[:120] or "unknown"
        return await self._remove(claim, sending, lease, "", "", short, maybe_posted=maybe_posted)

    async def hold(
        self,
        claim: Claim,
        delay: timedelta,
        sending: Sending | None = None,
        *,
        failed: bool,
        sent: bool = True,
    ) -> bool:
        """Come back after `delay`. `failed` counts; `sent=False`: certainly nothing was posted, ever."""
        what = sending.id if sending else f"t:{claim.purpose}" if claim.purpose else ""
        answer = await self._link.script(
            "hold",
            [claim.cell.key, keys.due(claim.cell.shard)],
            claim.fence.member,
            claim.fence.score,
            milliseconds(delay),
            what,
            int(failed and bool(what)),
            int(not sent and sending is not None),
        )
        return bool(answer)

    async def done(self, claim: Claim, given_up: str = "") -> bool:
        """The timer has rung, or is given up for a reason; no effect if its turn moved it."""
        cell = claim.cell
        places = [cell.key, keys.due(cell.shard), keys.dead(cell.shard)]
        words = (claim.fence.member, claim.fence.score, claim.purpose or "", given_up)
        return bool(await self._link.script("done", places, *words))

    async def waiting(self) -> Waiting:
        """How much waits, in all shards."""
        shards = range(keys.SHARDS)
        asked = (self._link.script("waiting", [keys.due(shard), keys.dead(shard)]) for shard in shards)
        found = [tuple(map(int, answer)) for answer in await asyncio.gather(*asked)]
        items, due, _, dead = (sum(column) for column in zip(*found, strict=True))
        return Waiting(items, due, timedelta(milliseconds=max(late for _, _, late, _ in found)), dead)

    async def dead(self, shards: Iterable[int] = range(keys.SHARDS)) -> list[Dead]:
        """All that was given up, the oldest first."""
        found = [await self._link.command("HGETALL", keys.dead(shard)) for shard in shards]
        entries = [_dead(name.decode(), entry) for shard in found for name, entry in shard.items()]
        return sorted(entries, key=lambda entry: entry.at)

    async def revive(self, entry: Dead) -> bool:
        """Try once more: a letter after those that wait in its cell, a timer at once."""
        cell = entry.cell
        member = cell.timer(entry.purpose) if entry.purpose else cell.post
        name = member if entry.purpose else f"{member}|{entry.id}"
        places = [cell.key, cell.out, keys.due(cell.shard), keys.dead(cell.shard)]
        news = self._link.announced(cell.shard)
        words = (member, name, entry.id or "", entry.purpose or "", news, keys.WAKE)
        revived = bool(await self._link.script("revive", places, *words))
        if revived:
            self.bell.ring(cell.shard)
        return revived

    async def _dated(self, claims: list[Claim]) -> list[Claim]:
        """Timers with their dates; one cancelled since it was claimed is left out."""
        timers = [claim for claim in claims if claim.purpose]
        asked = [("HMGET", claim.cell.key, f"t:{claim.purpose}", f"n:t:{claim.purpose}") for claim in timers]
        answers = await self._link.together(*asked)
        dated = [
            replace(claim, due=moment(date), failures=int(failures or 0))
            for claim, (date, failures) in zip(timers, answers, strict=True)
            if date is not None
        ]
        return [claim for claim in claims if not claim.purpose] + dated

    async def _remove(
        self,
        claim: Claim,
        sending: Sending,
        lease: timedelta,
        *words: str,
        maybe_posted: bool,
    ) -> Claim | None:
        cell = claim.cell
        places = [cell.key, cell.out, keys.due(cell.shard), cell.places, keys.dead(cell.shard), cell.said]
        fence = await self._link.script(
            "forget",
            places,
            claim.fence.member,
            claim.fence.score,
            sending.id,
            milliseconds(lease),
            *words,
            int(maybe_posted),
            "" if cell.kind == "deal" or words[0] == keys.NAMES_SLOT else keys.OF_NO_DEAL,
        )
        return replace(claim, fence=Fence(claim.fence.member, fence.decode())) if fence else None


def _claim(member: str, score: str) -> Claim:
    cell, purpose = read_member(member)
    return Claim(cell, Fence(member, score), purpose)


def _dead(name: str, entry: bytes) -> Dead:
    """`name` is a member of the due set, for a letter with its id behind it."""
    cell, rest = read_member(name) if name.startswith("t|") else read_member("t" + name[1:])
    at, failures, _, reason = entry.split(b"\n", 1)[0].decode().split("|", 3)
    timer = name.startswith("t|")
    return Dead(
        cell,
        None if timer else rest,
        rest if timer else None,
        reason,
        moment(int(at) * 1000),
        int(failures),
    )
