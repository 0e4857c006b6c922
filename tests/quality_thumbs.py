"""Rules of thumb to hold the coach against, each with the acceptance gate before a yes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.quality_traces import EPS, Scored, Trace


def _never(_: Trace, __: int) -> bool:
    return False


def _clock(trace: Trace, number: int) -> bool:
    """Four fifths of the time are gone."""
    return trace.check_ins[number - 1].t >= 0.8 - EPS


def _stall(trace: Trace, number: int) -> bool:
    """Nothing better in three check-ins, and short of the limit."""
    path = path_of(trace, number)
    return len(path) > 3 and path[-1][1] <= path[-4][1] and path[-1][1] < trace.limit


def _straight(trace: Trace, number: int) -> bool:
    """The straight line from their first offer to their best misses the limit."""
    path = path_of(trace, number)
    if len(path) < 3:
        return False
    (t0, x0), (t, x) = path[0], path[-1]
    return x + (x - x0) / (t - t0) * (1 - t) < trace.limit


THUMBS: Mapping[str, Callable[[Trace, int], bool]] = {
    "never": _never,
    "clock": _clock,
    "stall": _stall,
    "straight line": _straight,
}


def thumb(trace: Trace, name: str) -> Scored:
    """What a rule of thumb says of a trace."""
    fires = THUMBS[name]
    alarm = next((told.t for n, told in enumerate(trace.check_ins, 1) if fires(trace, n)), None)
    return Scored(trace, alarm, stopped=trace.signed is not None and trace.signed < trace.limit)


def path_of(trace: Trace, number: int) -> list[tuple[float, float]]:
    """Their best so far after each of their offers, up to this check-in."""
    path: list[tuple[float, float]] = []
    for told in trace.check_ins[:number]:
        if told.theirs is not None:
            path.append((told.t, max(told.theirs, path[-1][1]) if path else told.theirs))
    return path


def jumped_then_still(trace: Trace, number: int) -> bool:
    """They came ten points or more, have stood still for two check-ins since, and are short of the limit."""
    path = path_of(trace, number)
    far = len(path) > 3 and path[-1][1] - path[0][1] >= 10
    return far and path[-1][1] - path[-3][1] <= 0.5 and path[-1][1] < trace.limit
