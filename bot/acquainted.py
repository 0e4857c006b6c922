"""Who was met lately, on any platform: looked up once in ten minutes, for most people tap more often."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.clock import Clock
from bot.desk import Who

REMEMBERED = timedelta(minutes=10)
MOST_REMEMBERED = 50_000


class Refused(Exception):
    """Guests, bots and people of other companies: not served."""


@dataclass(frozen=True, slots=True)
class _Met:
    who: Who
    until: datetime


class Acquainted:
    """Remembers people by the platform's ids: of their workspace, and their own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._met: dict[tuple[str, str], _Met] = {}

    def of(self, house: str, user: str) -> Who | None:
        """Who it is, if they were met within ten minutes."""
        known = self._met.get((house, user))
        return known.who if known is not None and self._clock.now() < known.until else None

    def meet(self, house: str, user: str, who: Who) -> None:
        """They were looked up just now."""
        if len(self._met) > MOST_REMEMBERED:
            self._met.clear()
        self._met[house, user] = _Met(who, self._clock.now() + REMEMBERED)

    def forget(self, house: str, user: str) -> None:
        """Ask again at the next sight."""
        self._met.pop((house, user), None)


def zone_known(name: str) -> str:
    """The zone of a profile, UTC where there is no such zone."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
