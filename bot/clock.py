"""The time, as an argument: the system's clock, moved only by the local workspace."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Answers the time in UTC. `offset` is how far a local workspace has moved it; zero in production."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """The moment it is, aware, in UTC."""
        return datetime.now(UTC) + self.offset

    def shift(self) -> timedelta:
        """The offset, for those who read another clock."""
        return self.offset
