"""The short-lived rights Slack hands out.

A trigger opens one modal within three seconds, a reply address takes five answers within thirty minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.local.state import fresh

TRIGGER_LIFE = timedelta(seconds=3)
REPLY_LIFE = timedelta(minutes=30)
REPLY_USES = 5


@dataclass(frozen=True, slots=True)
class Trigger:
    """Whose tap it was, and until when it counts."""

    person: str
    until: datetime
    used: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """Where a reply address leads: a channel, who sees it, and the message it came from, if any."""

    channel: str
    person: str
    until: datetime
    ts: str | None = None
    uses: int = 0


class Tickets:
    """All triggers and reply addresses given out; they end with the process."""

    def __init__(self) -> None:
        self._triggers: dict[str, Trigger] = {}
        self._replies: dict[str, Reply] = {}

    def trigger(self, person: str, now: datetime) -> str:
        """A new trigger id."""
        key = f"{fresh('')}.{fresh('')}"
        self._triggers[key] = Trigger(person, now + TRIGGER_LIFE)
        return key

    def redeem(self, key: object, now: datetime) -> Trigger | str:
        """The trigger, used up by this; or Slack's error code."""
        known = self._triggers.get(key) if isinstance(key, str) else None
        if known is None:
            return "invalid_trigger_id"
        if known.used:
            return "exchanged_trigger_id"
        if now > known.until:
            return "expired_trigger_id"
        self._triggers[str(key)] = replace(known, used=True)
        return known

    def reply(self, channel: str, person: str, now: datetime, ts: str | None = None) -> str:
        """A new reply key."""
        key = fresh("") + fresh("")
        self._replies[key] = Reply(channel, person, now + REPLY_LIFE, ts)
        return key

    def use(self, key: str, now: datetime) -> Reply | str:
        """The reply address, one use less; or Slack's error code."""
        known = self._replies.get(key)
        if known is None or now > known.until:
            return "expired_url"
        if known.uses >= REPLY_USES:
            return "used_url"
        self._replies[key] = replace(known, uses=known.uses + 1)
        return known
