"""Measures the coach side by side with what it is built on: `python -m tests.bench`, or `make bench`.

Medians of five interleaved rounds, each with its lowest and highest; of heavy sections, one round. Everything
it starts it ends. A goal that is missed is printed as such and fails nothing: the machine may be busy.
"""

import argparse
import asyncio
import json
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests import (
    bench_burst,
    bench_flat,
    bench_quality,
    bench_reminders,
    bench_replay,
    bench_scale,
    bench_slack,
    bench_store,
    bench_take,
    bench_teams,
    bench_waiting,
)
from tests.bench_figures import Figure, table
from tests.quality_traces import SAMPLE, file_of

Section = Callable[[Path, "Size"], Awaitable[list[Figure]]]


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything, a round; `traces` is the file that advice is measured on."""

    presses: int
    questions: int
    calls: int
    deals: int
    turns: int
    reminders: int
    timers: int
    people: int
    streams: int
    lines: int
    traces: Path | None = None


FULL = Size(
    presses=1600, questions=640, calls=2000, deals=10_000, turns=200,
    reminders=100_000, timers=1_000_000, people=1000, streams=200, lines=25_000,
)  # fmt: skip
QUICK = Size(
    presses=192, questions=96, calls=200, deals=200, turns=50,
    reminders=400, timers=5000, people=150, streams=20, lines=1000, traces=SAMPLE,
)  # fmt: skip


async def _take(_: Path, __: Size) -> list[Figure]:
    return await asyncio.to_thread(bench_take.turns)


async def _quality(_: Path, size: Size) -> list[Figure]:
    return await asyncio.to_thread(bench_quality.figures, file_of(size.traces), size.streams)


SECTIONS: Mapping[str, tuple[str, Section]] = {
    "take": ("The core: one turn, CPU time", _take),
    "quality": ("The quality of advice: a figure, and what nine tenths of the draws lie between", _quality),
    "replay": (
        "Replay: a long file through the command line",
        lambda at, size: asyncio.to_thread(bench_replay.figures, at, size.lines),
    ),
    "store": (
        "The store: a swap beside a bare GET + SET",
        lambda at, size: bench_store.swaps(at, size.calls),
    ),
    "press": (
        "Slack's entrance: a tap acknowledged, beside a bare Bolt app; posting left to another process",
        lambda at, size: bench_slack.presses(at, size.presses),
    ),
    "question": (
        "A tap and the question that follows it, posted by the same process",
        lambda at, size: bench_slack.questions(at, size.questions),
    ),
    "teams": (
        "Teams: a tap beside a bare bot of the SDK on the same adapter",
        lambda at, size: bench_teams.turns(at, size.presses),
    ),
    "proactive": (
        "Teams: messages nobody asked for, at once, by one process",
        lambda at, size: bench_teams.burst(at, size.people),
    ),
    "scale": ("Many live deals", lambda at, size: bench_scale.live_deals(at, size.deals, size.turns)),
    "late": (
        "A deal early and late in its life",
        lambda at, size: bench_flat.check_ins(at, size.calls // 4),
    ),
    "flat": (
        "One live deal to a hundred thousand, in one run",
        lambda at, size: bench_flat.live_deals(at, size.deals * 10, size.turns),
    ),
    "reminders": (
        "Reminders due in the same minute",
        lambda at, size: bench_reminders.same_minute(at, size.reminders),
    ),
    "waiting": ("Timers that wait", lambda at, size: bench_waiting.a_million(at, size.timers)),
    "burst": (
        "Reminders at once on a platform with limits, and taps meanwhile",
        lambda at, size: bench_burst.thousand(at, size.people),
    ),
}
HEAVY = ("flat", "reminders", "waiting", "burst")  # minutes each: only where named
USUAL = tuple(name for name in SECTIONS if name not in HEAVY)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sections asked for, print their figures, write them where told."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measures speed, size and advice."
    )
    parser.add_argument(
        "sections",
        nargs="*",
        metavar="SECTION",
        help=f"of {', '.join(SECTIONS)}, or all; {', '.join(HEAVY)} take minutes and are left out by default",
    )
    parser.add_argument(
        "--quick", action="store_true", help="small rounds, to see that it works; no figures to keep"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--traces", type=Path, metavar="FILE", help="recorded negotiations to measure the advice on"
    )
    given = parser.parse_args(arguments)
    if unknown := sorted(set(given.sections) - {*SECTIONS, "all"}):
        parser.error(f"no such section: {', '.join(unknown)}; expected some of {', '.join(SECTIONS)}, or all")
    sections = tuple(SECTIONS) if "all" in given.sections else given.sections or USUAL
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    before, size = machine(), QUICK if given.quick else FULL
    size = replace(size, traces=given.traces) if given.traces else size
    found = asyncio.run(_measured(sections, size))
    about = {**before, "load_after": machine()["load"], "quick": given.quick}
    print(" · ".join(f"{name} {value}" for name, value in about.items()))
    print(table({SECTIONS[name][0]: figures for name, figures in found.items()}))
    if given.json:
        records = {name: [each.record() for each in figures] for name, figures in found.items()}
        given.json.write_text(json.dumps({"machine": about, "figures": records}, indent=2) + "\n", "utf-8")
    return 0


async def _measured(names: Sequence[str], size: Size) -> dict[str, list[Figure]]:
    found = {}
    for name in names:
        print(f"measuring: {name} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="walkaway-bench-") as folder:
            found[name] = await SECTIONS[name][1](Path(folder), size)
    return found


def machine() -> dict[str, object]:
    """On what it was measured."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "cores": os.cpu_count(),
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
    }


if __name__ == "__main__":
    sys.exit(main())
