"""Keeps what nobody asked for from using up what a platform takes, so that an answer to a tap finds room.

Once a platform has said "not so fast", messages that can wait go out a little slower than it took them. Each
process finds its own share by being refused; it refuses nobody who just tapped, and loses nothing.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from cachetools import LRUCache

from bot.letters import Post
from bot.platforms import Throttled
from bot.redis import Cell, Sending
from dialogs.effects import ShowHome

Deliver = Callable[[Cell, object, Sending], Awaitable[str | None]]

SHARE = 0.75  # of what it took before it refused
SLOWEST = 0.2  # messages a second
GROWTH, EVERY = 1.1, 10.0  # faster by so much, for each so many seconds without a refusal
FORGIVEN = 60.0  # seconds without a refusal, then nothing is held back
AHEAD = 30.0  # seconds; whoever would wait longer asks again then, when the pace may be another
IDLE = 10.0  # seconds without a message, then a new count begins
CHAT = 1.5  # seconds; a second message to one chat is refused because of that chat alone
MOST = 10_000  # tenants


class Pace:
    """How fast one platform takes messages for one tenant. All moments are seconds of one clock."""

    def __init__(self) -> None:
        self.rate: float | None = None  # messages a second; None: as they come
        self._reopens = 0.0
        self._refused = 0.0
        self._free = 0.0  # the next place nobody has
        self._places: dict[str, float] = {}  # of letters told to come back, the earliest first
        self._taken: dict[str, float] = {}  # when each person's last message was taken, the earliest first
        self._since = self._last = 0.0
        self._count = 0

    def wait(self, letter: str, now: float) -> float:
        """Seconds after which a letter that can wait shall come again; 0: it may go."""
        if self.rate is not None and now - self._refused > FORGIVEN and self._free <= now:
            self.rate = None
        if self.rate is None:
            return 0.0
        place = self._places.pop(letter, None)
        if place is None or now < self._reopens:
            place = max(now, self._free)
            if place - now > AHEAD:
                return AHEAD
            self._free = place + 1 / self._speed(now)
        if place <= now:
            return 0.0
        self._places[letter] = place
        _drop_before(self._places, now - IDLE)
        return place - now

    def taken(self, person: str, now: float, *, waited: bool) -> None:
        """A message was posted. One that did not wait in line moves the line's end, but never far.

        Else answers to people who tap faster than the platform once took messages would put off everything
        else without end.
        """
        if now - self._last > IDLE:
            self._since, self._count = now, 0
        self._last = now
        self._count += 1
        self._taken.pop(person, None)
        self._taken[person] = now
        _drop_before(self._taken, now - CHAT)
        if self.rate is not None and not waited:
            moved = max(now, self._free) + 1 / self._speed(now)
            self._free = max(self._free, min(moved, now + AHEAD / 2))

    def refused(self, person: str, pause: float, now: float) -> None:
        """The platform wants a pause: because of this person's chat alone, or of all."""
        if now - self._taken.get(person, -CHAT) < CHAT:
            return
        if now >= self._reopens:
            self.rate = self._measured(now + pause)
            self._refused = now
        self._reopens = self._free = max(self._reopens, now + pause)
        self._since, self._count = self._reopens, 0
        self._places.clear()

    def _measured(self, until: float) -> float:
        if self._count == 0 or until <= self._since:
            return max(SLOWEST, (self.rate or 2 * SLOWEST) / 2)
        return max(SLOWEST, SHARE * self._count / (until - self._since))

    def _speed(self, now: float) -> float:
        steps: int = max(0, int((now - self._refused) / EVERY))
        return (self.rate or SLOWEST) * GROWTH**steps


class Paced:
    """A `deliver` in front of another: what can wait is told to, as if the platform had said so."""

    def __init__(self, deliver: Deliver, now: Callable[[], float] = time.monotonic) -> None:
        self._deliver = deliver
        self._now = now
        self._paces: LRUCache[tuple[str, bool], Pace] = LRUCache(MOST)

    async def deliver(self, cell: Cell, body: object, sending: Sending) -> str | None:
        """Deliver; raises Throttled for what has to wait, and whatever the other raises."""
        if not isinstance(body, Post) or body.how != "new":
            return await self._deliver(cell, body, sending)
        pace = self._pace(cell.tenant, home=isinstance(body.effect, ShowHome))
        waits = not body.effect.prompted
        if waits and (seconds := pace.wait(sending.id, self._now())):
            raise Throttled(timedelta(seconds=seconds))
        try:
            place = await self._deliver(cell, body, sending)
        except Throttled as limit:
            pace.refused(body.person, limit.retry_after.total_seconds(), self._now())
            raise
        pace.taken(body.person, self._now(), waited=waits)
        return place

    def _pace(self, tenant: str, *, home: bool) -> Pace:
        """Home pages are another call of the platform, with an allowance of its own."""
        return self._paces.setdefault((tenant, home), Pace())


def _drop_before(moments: dict[str, float], moment: float) -> None:
    """Of moments in order."""
    while moments:
        first = next(iter(moments))
        if moments[first] >= moment:
            return
        del moments[first]
