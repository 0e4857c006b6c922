"""Recorded negotiations, told to the coach as somebody would keep the record; the verdicts are the replay's.

A trace is checked in on at t = .1 … .9 while the deal lives. As the rules were tuned: the best package they
put since the last check-in and our latest ask are logged, as scores of 0 to 100; `Record` has other habits.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from dialogs.deal import Rules
from dialogs.replay import Replay

HOUSE = Path(__file__).parent.parent
SAMPLE = HOUSE / "tests" / "data" / "negotiations.jsonl.gz"
RECORDED = HOUSE.parent / "shared" / "data" / "negotiations.jsonl.gz"
OPENED = datetime(2026, 1, 5, 9, tzinfo=UTC)
CHECK_INS = tuple(n / 10 for n in range(1, 10))
ALARMING = ("pause", "final_offer", "walk_away")
NOISE = 5.0  # points
EPS = 1e-9


@dataclass(frozen=True, slots=True)
class Put:
    """One package on the table: when, as a share of the time, and what it is worth to us, in points."""

    t: float
    ours: bool
    value: float


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What is on the table at one check-in, in points: their best since the last one, our latest ask."""

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
    puts: tuple[Put, ...]
    check_ins: tuple[CheckIn, ...]
    ends: float
    signed: float | None
    good: bool
    tuned: bool  # of the half that rules 2 were tuned on


@dataclass(frozen=True, slots=True)
class Record:
    """A habit of keeping the record: what of the offers is logged, in which order and unit.

    `apart` is the share of the time between two lines of one check-in, `lasts` the time to the deadline.
    """

    theirs: Literal["best", "last", "every"] = "best"
    ours: Literal["latest", "every", "changed", "every other", "first", "never"] = "latest"
    ours_first: bool = False
    apart: float = 0.0
    buyer: bool = False
    unit: str = "points"
    lasts: timedelta = timedelta(days=100)


AS_TUNED = Record()


@dataclass(frozen=True, slots=True)
class Scored:
    """What a rule made of one trace: when it raised its alarm (None: never), whether the gate stopped it.

    `chances` are those of failing, at each check-in; None where the fit is silent.
    """

    trace: Trace
    alarm: float | None
    stopped: bool
    chances: tuple[float | None, ...] = ()


def file_of(given: Path | None) -> Path:
    """The file to measure on: the one given, else the recorded negotiations, else the committed sample."""
    return given or (RECORDED if RECORDED.exists() else SAMPLE)


def traces(path: Path, noise: random.Random | None = None) -> list[Trace]:
    """The traces of a file, every second one of the tuned half; `noise` scatters their offers by 5 points."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_trace(json.loads(line), noise, tuned=n % 2 == 0) for n, line in enumerate(lines)]


def _trace(row: dict[str, Any], noise: random.Random | None, *, tuned: bool) -> Trace:
    visible, hidden = row["visible"], row["hidden"]
    puts = tuple(Put(put["t"], put["by"] == "me", _points(put["u_me"])) for put in visible["offers"])
    return Trace(
        key=row["id"],
        limit=_points(visible["reservation_me"]),
        puts=puts,
        check_ins=tuple(_check_ins(puts, hidden["t_end"], noise)),
        ends=hidden["t_end"],
        signed=None if hidden["u_me"] is None else _points(hidden["u_me"]),
        good=hidden["label"] == "good_deal",
        tuned=tuned,
    )


def _check_ins(puts: Sequence[Put], ends: float, noise: random.Random | None) -> Iterator[CheckIn]:
    before = 0.0
    for now in CHECK_INS:
        if now >= ends:
            return
        theirs = [put.value for put in puts if not put.ours and before < put.t <= now + EPS]
        ours = [put.value for put in puts if put.ours and put.t <= now + EPS]
        best = max(theirs, default=None)
        if best is not None and noise is not None:
            best = round(min(max(best + noise.gauss(0, NOISE), 0.0), 100.0), 2)
        yield CheckIn(now, best, ours[-1] if ours else None)
        before = now + EPS


def _points(utility: float) -> float:
    return round(100 * utility, 2)


# ---- the coach


def lines(trace: Trace, record: Record = AS_TUNED) -> Iterator[str]:
    """The trace as a replay reads it; a deal that was signed asks the acceptance gate at its end."""

    def line(t: float, event: str, **fields: object) -> str:
        at = (OPENED + t * record.lasts).isoformat()
        return json.dumps({"at": at, "deal": trace.key, "event": event, **fields})

    yield line(
        0, "opened", name="trace", counterpart="them", side="buyer" if record.buyer else "seller",
        unit=record.unit, reservation_value=_told(trace.limit, record),
        deadline=(OPENED + record.lasts).isoformat(),
    )  # fmt: skip
    for number, told in enumerate(trace.check_ins):
        for put in _logged(trace, number, record):
            yield line(put.t, "offered", by="us" if put.ours else "them", value=_told(put.value, record))
        yield line(told.t, "checked_in")
    if trace.signed is not None:
        yield line(trace.ends, "about_to_sign", value=_told(trace.signed, record))


def _told(value: float, record: Record) -> float:
    """A score in the unit of the record, money in thousands; a buyer's is better the lower it is."""
    value = round(100 - value, 2) if record.buyer else value
    return value if record.unit == "points" else round(1000 * value, 2)


def _logged(trace: Trace, number: int, record: Record) -> list[Put]:
    """What is logged at one check-in, in the order of the record."""
    now, since = trace.check_ins[number].t, trace.check_ins[number - 1].t if number else 0.0
    new = [put for put in trace.puts if since + (EPS if number else 0.0) < put.t <= now + EPS]
    theirs = _theirs(trace.check_ins[number], [put for put in new if not put.ours], record)
    ours = _ours(trace, number, [put for put in new if put.ours], record)
    both = [_earlier(ours, now, 2 * record.apart), _earlier(theirs, now, record.apart)]
    if not record.ours_first:
        both = [_earlier(theirs, now, 2 * record.apart), _earlier(ours, now, record.apart)]
    return sorted([*both[0], *both[1]], key=lambda put: put.t)


def _earlier(puts: list[Put], now: float, by: float) -> list[Put]:
    return [Put(min(put.t, now - by), put.ours, put.value) for put in puts]


def _theirs(told: CheckIn, new: list[Put], record: Record) -> list[Put]:
    if record.theirs == "every":
        return new
    value = new[-1].value if record.theirs == "last" and new else told.theirs
    return [] if value is None else [Put(told.t, ours=False, value=value)]


def _ours(trace: Trace, number: int, new: list[Put], record: Record) -> list[Put]:
    told, before = trace.check_ins[number], trace.check_ins[number - 1].ours if number else None
    kept = {
        "latest": True,
        "changed": told.ours != before,
        "every other": number % 2 == 1,
        "first": number == 0,
        "every": False,
        "never": False,
    }[record.ours]
    if record.ours == "every":
        return new
    return [Put(told.t, ours=True, value=told.ours)] if kept and told.ours is not None else []


def coached(trace: Trace, rules: Rules, record: Record = AS_TUNED) -> Scored:
    """What the coach says of a trace: the first check-in at pause or above is its alarm."""
    return heard(trace, list(Replay(rules=rules).verdicts(lines(trace, record))))


def heard(trace: Trace, said: Sequence[dict[str, Any]]) -> Scored:
    """The verdicts of one trace, scored; ValueError where a line was refused."""
    if refused := next((verdict for verdict in said if "error" in verdict), None):
        raise ValueError(f"{trace.key}: {refused}")
    ends = [verdict for verdict in said if verdict["event"] == "checked_in"]
    alarms = [
        told.t for told, verdict in zip(trace.check_ins, ends, strict=True) if verdict["level"] in ALARMING
    ]
    return Scored(
        trace,
        alarms[0] if alarms else None,
        stopped="below_limit" in said[-1]["gates"],
        chances=tuple(verdict["fit"]["p_fail"] if verdict["fit"] else None for verdict in ends),
    )
