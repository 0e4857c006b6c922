"""`python -m tests.calendar_proof`: five years, every zone that changes its clocks, random lives.

Each reminder once, at the right wall time, never in quiet hours, none lost; `--json FILE` for a machine. One
life again: `--zone Europe/Berlin --seed 3`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from tests.calendar_life import FROM, TO, Life, Tally

LIVES = 8  # a zone
HALF_A_MONTH = timedelta(days=15)


def zones_that_change() -> list[str]:
    """All zones with a transition from 2026 to 2030."""
    return [name for name in sorted(available_timezones()) if len(set(_offsets(ZoneInfo(name)))) > 1]


def _offsets(zone: ZoneInfo) -> Iterator[timedelta | None]:
    moment = FROM
    while moment < TO:
        yield moment.astimezone(zone).utcoffset()
        moment += HALF_A_MONTH


def lived(zone: str, seeds: Sequence[int], zones: Sequence[str], years: timedelta = TO - FROM) -> Tally:
    """Several lives in one zone."""
    whole = Tally()
    for seed in seeds:
        one = Life(zone, seed, zones, years).lived()
        whole.counts += one.counts
        whole.counts["lives"] += 1
        whole.wrong += one.wrong
    return whole


def main(arguments: Sequence[str]) -> int:
    """The proof, in full or one life of it; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.calendar_proof")
    parser.add_argument("--lives", type=int, default=LIVES, help="in each zone")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--zone", help="this zone alone")
    parser.add_argument("--seed", type=int, help="this life alone")
    parser.add_argument("--json", type=Path, help="write the summary there too")
    given = parser.parse_args(arguments)
    all_zones = zones_that_change()
    zones = [given.zone] if given.zone else all_zones
    seeds = range(given.lives) if given.seed is None else [given.seed]
    began, whole = time.monotonic(), Tally()
    with ProcessPoolExecutor(given.jobs) as pool:
        several = [pool.submit(lived, zone, seeds, all_zones) for zone in zones]
        for number, one in enumerate(several, 1):
            found = one.result()
            whole.counts += found.counts
            whole.wrong += found.wrong
            print(f"\r{number} of {len(zones)} zones", end="" if not found.wrong else "\n", flush=True)
            print("\n".join(found.wrong), end="" if not found.wrong else "\n", flush=True)
    summary = _summary(whole, len(zones), time.monotonic() - began)
    print()
    for name, count in summary.items():
        print(f"  {name:20} {count:>12,}")
    if given.json:
        given.json.write_text(json.dumps({**summary, "all_wrong": whole.wrong}, indent=1), "utf-8")
    return 1 if whole.wrong else 0


def _summary(whole: Tally, zones: int, seconds: float) -> dict[str, int]:
    said = sum(count for name, count in whole.counts.items() if name.startswith("said "))
    found = {"zones": zones, "seconds": round(seconds), "said": said, "wrong": len(whole.wrong)}
    return found | dict(sorted(whole.counts.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
