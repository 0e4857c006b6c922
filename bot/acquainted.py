"""Who was met lately, on any platform: looked up once in ten minutes, for most people tap more often."""

from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cachetools import TTLCache

from bot.clock import Clock
from bot.desk import Who

REMEMBERED = timedelta(minutes=10)
MOST_REMEMBERED = 50_000


class Refused(Exception):
    """Guests, bots and people of other companies: not served."""


class Acquainted:
    """Remembers people by the platform's ids: of their workspace, and their own."""

    def __init__(self, clock: Clock) -> None:
        self._met: TTLCache[tuple[str, str], Who] = TTLCache(
            MOST_REMEMBERED, REMEMBERED.total_seconds(), lambda: clock.now().timestamp()
        )

    def of(self, house: str, user: str) -> Who | None:
        """Who it is, if they were met within ten minutes."""
        return self._met.get((house, user))

    def meet(self, house: str, user: str, who: Who) -> None:
        """They were looked up just now."""
        self._met[house, user] = who

    def forget(self, house: str, user: str) -> None:
        """Ask again at the next sight."""
        self._met.pop((house, user), None)


def zone_known(name: str) -> str:
    """The zone of a profile, UTC where there is no such zone."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
