"""What the connector's answers mean for a letter."""

from collections.abc import Mapping
from datetime import timedelta

from bot.platforms import Throttled, Undeliverable, Unsure


class Malformed(Exception):
    """What was sent is no activity, though the Bot Framework signed it."""


PASSING = timedelta(seconds=5)
TOO_MANY, CHANGED = 429, 412
GONE = frozenset({400, 401, 403, 404, 405, 413})


def failure(status: int, headers: Mapping[str, str]) -> Exception:
    """What a status of the connector means for a letter: wait, give up, or in doubt."""
    if status in (TOO_MANY, CHANGED):
        after = str(headers.get("Retry-After") or "")
        return Throttled(timedelta(seconds=int(after)) if after.isdigit() else PASSING)
    return Undeliverable(f"status {status}") if status in GONE else Unsure(f"status {status}")
