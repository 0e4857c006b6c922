"""`python -m tests.calendar_proof`: five years, every zone that changes its clocks, random lives.

Each reminder once, at the right wall time, never in quiet hours, none lost; `--json` for a machine. One life
again: `--zone Europe/Berlin --seed 3`.
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
    parser.add_argument("--json", action="store_true")
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
            if not given.json:
                print(f"\r{number} of {len(zones)} zones, {len(whole.wrong)} wrong", end="", flush=True)
    _told(whole, len(zones), time.monotonic() - began, as_json=given.json)
    return 1 if whole.wrong else 0


def _told(whole: Tally, zones: int, seconds: float, *, as_json: bool) -> None:
    said = sum(count for name, count in whole.counts.items() if name.startswith("said "))
    summary = {"zones": zones, "seconds": round(seconds), "said": said, **dict(sorted(whole.counts.items()))}
    if as_json:
        print(json.dumps({**summary, "wrong": whole.wrong}, indent=1))
        return
    print()
    for name, count in summary.items():
        print(f"  {name:20} {count:>12,}")
    for wrong in whole.wrong[:20]:
        print(wrong)
    print("wrong:", len(whole.wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
