"""When the workspace refuses on purpose: posting limits, method tiers, and faults planted by a test."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}  # calls a minute; Slack grants at least these
TIER_OF = {
    "chat.update": 3,
    "chat.delete": 3,
    "chat.postEphemeral": 4,
    "conversations.info": 3,
    "conversations.list": 2,
    "conversations.members": 4,
    "conversations.open": 3,
    "conversations.history": 3,
    "conversations.replies": 3,
    "users.info": 4,
    "users.list": 2,
    "views.open": 4,
    "views.update": 4,
    "views.push": 4,
    "views.publish": 4,
    "apps.connections.open": 1,
}
READING = frozenset({"conversations.history", "conversations.replies"})
LONGEST_PAGE, SHORT_PAGE = 999, 15


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted failure.

    `kind` is `429`, `500` (an HTML page), `timeout` (done, but the answer never comes), `drop` (done, but the
    connection is cut) or any error code of Slack's, which leaves the call undone.
    """

    kind: str
    retry_after: timedelta = timedelta(seconds=1)


@dataclass(slots=True)
class Limits:
    """What is refused now.

    `posting` is one message a second a channel, `tiers` the calls a minute a method. `distributed` is what an
    app sold outside the marketplace is left with since 2025: what was said can be read once a minute, and
    fifteen messages of it.
    """

    posting: bool = False
    tiers: bool = False
    distributed: bool = False
    _faults: dict[str, deque[Fault]] = field(default_factory=dict)
    _posted: dict[str, datetime] = field(default_factory=dict)
    _calls: dict[str, deque[datetime]] = field(default_factory=dict)

    def plant(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next `times` calls of `method` (`*` for any) fail so."""
        self._faults.setdefault(method, deque()).extend([fault] * times)

    def planted(self) -> dict[str, list[str]]:
        """The faults still to come, by method."""
        return {method: [fault.kind for fault in faults] for method, faults in self._faults.items() if faults}

    def clear(self) -> None:
        """Forget all planted faults."""
        self._faults.clear()

    def fault(self, method: str) -> Fault | None:
        """The failure meant for this call, taken off the list."""
        for name in (method, "*"):
            if self._faults.get(name):
                return self._faults[name].popleft()
        return None

    def post_wait(self, channel: str, now: datetime) -> timedelta | None:
        """How long a message to `channel` must still wait; None when it may go."""
        earliest = self._posted.get(channel, datetime.min.replace(tzinfo=now.tzinfo)) + timedelta(seconds=1)
        if self.posting and now < earliest:
            return earliest - now
        self._posted[channel] = now
        return None

    @property
    def page(self) -> int:
        """The most messages one call may read."""
        return SHORT_PAGE if self.distributed else LONGEST_PAGE

    def call_wait(self, method: str, now: datetime) -> timedelta | None:
        """How long a call of `method` must still wait; None when it may go."""
        scarce = self.distributed and method in READING
        if not scarce and (not self.tiers or method not in TIER_OF):
            return None
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - MINUTE:
            calls.popleft()
        if len(calls) >= TIERS[1 if scarce else TIER_OF[method]]:
            return calls[0] + MINUTE - now
        calls.append(now)
        return None
