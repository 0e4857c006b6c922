"""Moments and spans as Redis keeps them: dates exact in microseconds, scores in milliseconds, rounded up."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def milliseconds(span: timedelta) -> int:
    """Whole ones, rounded down."""
    return span // timedelta(milliseconds=1)


def microseconds(moment: datetime) -> int:
    """Since 1970. Raises TypeError for a naive datetime."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(since_1970: int | bytes) -> datetime:
    """The inverse of `microseconds`, in UTC."""
    return _EPOCH + int(since_1970) * _MICROSECOND


def score(due: datetime) -> int:
    """Milliseconds since 1970, rounded up: nothing rings before its time."""
    return -(-microseconds(due) // 1000)
