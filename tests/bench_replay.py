"""A long file through `python -m bot replay`, as a user runs it: its seconds, and the memory it took."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from tests import second_reading
from tests.bench_figures import Figure, Goal, figure
from tests.quality_traces import AS_TUNED, SAMPLE, lines, traces
from tests.test_replay import line, mixed

ROUNDS = 3
LIVE = 50  # deals that never end
SEED = 20261126
KIB = 1024
# A small process starts it: a child's highest memory begins with its parent's.
MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def figures(folder: Path, count: int) -> list[Figure]:
    """The replay of `count` lines of each kind, and of four times as many lines of deals that stay open."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {
        "recorded negotiations, one offer a check-in": _recorded(),
        "talks of every kind": _talks(),
    }
    found = []
    for what, told in kinds.items():
        path = _written(folder / "long.jsonl", itertools.islice(told, count))
        rounds = [_ran(path) for _ in range(ROUNDS)]
        goal = Goal("<", 5) if count >= 25_000 else None
        found.append(figure(f"{count:,} lines: {what}", "s", [seconds for seconds, _ in rounds], goal))
    few, many = (
        _ran(_written(folder / "live.jsonl", itertools.islice(_live(), size)))[1]
        for size in (4 * count, 16 * count)
    )
    return [
        *found,
        figure(f"{4 * count:,} lines of {LIVE} deals that stay open: memory at most", "MB", [few]),
        figure("  four times as many lines / that", "", [many / few], Goal("<", 1.25)),
    ]


def _recorded() -> Iterator[str]:
    """The committed sample of negotiations, again and again under other names."""
    known = traces(SAMPLE)
    for again in itertools.count():
        for trace in known:
            yield from lines(replace(trace, key=f"{trace.key}-{again}"), AS_TUNED)


def _talks() -> Iterator[str]:
    rng = random.Random(SEED)
    while True:
        yield from mixed([second_reading.random_deal(rng) for _ in range(LIVE)], rng)


def _live() -> Iterator[str]:
    keys = [f"live-{number}" for number in range(LIVE)]
    yield from (line("opened", deal=key, name=key, counterpart="them") for key in keys)
    for number in itertools.count():
        key, day = keys[number % LIVE], number / KIB
        if number // LIVE % 3 == 0:
            yield line("checked_in", day, deal=key)
        else:
            yield line("answered", day, deal=key, question="tone", answer=number % 4, note="words")


def _written(path: Path, told: Iterable[str]) -> Path:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(f"{each}\n" for each in told)
    return path


def _ran(path: Path) -> tuple[float, float]:
    """Seconds from start to end, and MB at most."""
    began = time.monotonic()
    command = [sys.executable, "-S", "-c", MEASURED, sys.executable, "-m", "bot", "replay", str(path)]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return time.monotonic() - began, int(told.stdout) / KIB
