"""Recorded negotiations told to the coach as check-ins, and rules of thumb to hold it against.

A trace is checked in on at t = .1 … .9 while the deal lives: the best package they put since the last one
and our latest ask are logged, as scores of 0 to 100. Every verdict comes out of the replay.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dialogs.deal import Rules
from dialogs.replay import Replay

SAMPLE = Path(__file__).parent / "data" / "negotiations.jsonl.gz"
OPENED, LASTS = datetime(2026, 1, 5, 9, tzinfo=UTC), timedelta(days=100)
CHECK_INS = tuple(n / 10 for n in range(1, 10))
ALARMING = ("pause", "final_offer", "walk_away")
EPS = 1e-9


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What is logged at one check-in, in points: their best since the last one, our latest ask."""

    t: float
    theirs: float | None
    ours: float | None


@dataclass(frozen=True, slots=True)
class Trace:
    """One negotiation: what the coach is told of it, and how it ended.

    `ends` is the share of the time at which it did, `signed` the value agreed on, both hidden from the coach.
    """

    key: str
    limit: float
    check_ins: tuple[CheckIn, ...]
    ends: float
    signed: float | None
    good: bool
    tuned: bool  # of the half that rules 2 were tuned on


@dataclass(frozen=True, slots=True)
class Scored:
    """What a rule made of one trace: when it raised its alarm (None: never), whether the gate stopped it."""

    trace: Trace
    alarm: float | None
    stopped: bool
    chances: tuple[float, ...] = ()  # of failing, at each check-in with a word from the fit


def traces(path: Path, noise: random.Random | None = None) -> list[Trace]:
    """The traces of a file, every second one of the tuned half; `noise` scatters their offers by 5 points."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_trace(json.loads(line), noise, tuned=n % 2 == 0) for n, line in enumerate(lines)]


def _trace(row: dict[str, Any], noise: random.Random | None, *, tuned: bool) -> Trace:
    visible, hidden = row["visible"], row["hidden"]
    signed = None if hidden["u_me"] is None else _points(hidden["u_me"])
    return Trace(
        key=row["id"],
        limit=_points(visible["reservation_me"]),
        check_ins=tuple(_check_ins(visible["offers"], hidden["t_end"], noise)),
        ends=hidden["t_end"],
        signed=signed,
        good=hidden["label"] == "good_deal",
        tuned=tuned,
    )


def _check_ins(
    offers: Sequence[dict[str, Any]], ends: float, noise: random.Random | None
) -> Iterator[CheckIn]:
    before = 0.0
    for now in CHECK_INS:
        if now >= ends:
            return
        theirs = [o["u_me"] for o in offers if o["by"] == "opp" and before < o["t"] <= now + EPS]
        ours = [o["u_me"] for o in offers if o["by"] == "me" and o["t"] <= now + EPS]
        best = _points(max(theirs)) if theirs else None
        if best is not None and noise is not None:
            best = round(min(max(best + noise.gauss(0, 5), 0.0), 100.0), 2)
        yield CheckIn(now, best, _points(ours[-1]) if ours else None)
        before = now + EPS


def _points(utility: float) -> float:
    return round(100 * utility, 2)


# ---- the coach


def lines(trace: Trace) -> Iterator[str]:
    """The trace as a replay reads it; a deal that was signed asks the acceptance gate at its end."""
    unit = {"side": "seller", "unit": "points", "reservation_value": trace.limit, "target": 100}
    yield _line(
        trace, 0, "opened", name="trace", counterpart="them", deadline=(OPENED + LASTS).isoformat(), **unit
    )
    for told in trace.check_ins:
        if told.theirs is not None:
            yield _line(trace, told.t, "offered", by="them", value=told.theirs)
        if told.ours is not None:
            yield _line(trace, told.t, "offered", by="us", value=told.ours)
        yield _line(trace, told.t, "checked_in")
    if trace.signed is not None:
        yield _line(trace, trace.ends, "about_to_sign", value=trace.signed)


def _line(trace: Trace, t: float, event: str, **fields: object) -> str:
    return json.dumps({"at": (OPENED + t * LASTS).isoformat(), "deal": trace.key, "event": event, **fields})


def coached(trace: Trace, rules: Rules) -> Scored:
    """What the coach says of a trace: the first check-in at pause or above is its alarm."""
    said = list(Replay(rules=rules).verdicts(lines(trace)))
    ends = [verdict for verdict in said if verdict["event"] == "checked_in"]
    alarms = [
        told.t for told, verdict in zip(trace.check_ins, ends, strict=True) if verdict["level"] in ALARMING
    ]
    return Scored(
        trace,
        alarms[0] if alarms else None,
        stopped="below_limit" in said[-1]["gates"],
        chances=tuple(verdict["fit"]["p_fail"] for verdict in ends if verdict["fit"]),
    )


# ---- rules of thumb, each with the acceptance gate


def thumb(trace: Trace, name: str) -> Scored:
    """What a rule of thumb says of a trace."""
    fires = {"never": _never, "clock": _clock, "stall": _stall, "straight line": _straight}[name]
    alarm = next((told.t for n, told in enumerate(trace.check_ins, 1) if fires(trace, n)), None)
    return Scored(trace, alarm, stopped=trace.signed is not None and trace.signed < trace.limit)


THUMBS = ("never", "clock", "stall", "straight line")


def _never(_: Trace, __: int) -> bool:
    return False


def _clock(trace: Trace, number: int) -> bool:
    """Four fifths of the time are gone."""
    return trace.check_ins[number - 1].t >= 0.8 - EPS


def _path(trace: Trace, number: int) -> list[tuple[float, float]]:
    """Their best so far after each of their offers."""
    path: list[tuple[float, float]] = []
    for told in trace.check_ins[:number]:
        if told.theirs is not None:
            path.append((told.t, max(told.theirs, path[-1][1]) if path else told.theirs))
    return path


def _stall(trace: Trace, number: int) -> bool:
    """Nothing better in three check-ins, and short of the limit."""
    path = _path(trace, number)
    return len(path) > 3 and path[-1][1] <= path[-4][1] and path[-1][1] < trace.limit


def _straight(trace: Trace, number: int) -> bool:
    """The straight line from their first offer to their best misses the limit."""
    path = _path(trace, number)
    if len(path) < 3:
        return False
    (t0, x0), (t, x) = path[0], path[-1]
    return x + (x - x0) / (t - t0) * (1 - t) < trace.limit
