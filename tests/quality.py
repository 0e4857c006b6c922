"""The quality of advice, measured: `python -m tests.quality [FILE] [--json FILE] [--sample]`.

Both rules go through the replay, beside rules of thumb, on recorded negotiations of simulated agents (who
are not people); conduct on synthetic streams of answers. Without a file the small committed sample is used:
enough to see that the scorer works, too little to tune by.
"""

import argparse
import json
import os
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from tests.quality_conduct import STREAMS, reached
from tests.quality_score import SEED, Interval, calibration, counted, intervals, score
from tests.quality_traces import SAMPLE, THUMBS, Scored, Trace, coached, thumb, traces

FILE = "WALKAWAY_TRACES"  # in the environment: the file to measure on
_T = TypeVar("_T")
Rule = Callable[[Trace], Scored]
RULES: dict[str, Rule] = {
    **{name: partial(thumb, name=name) for name in THUMBS},
    "rules 1": lambda trace: coached(trace, 1),
    "rules 2": lambda trace: coached(trace, 2),
}
FIGURES = ("precision", "recall", "false_alarms", "saved", "brier")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the figures where told."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description="Measures the advice.")
    parser.add_argument(
        "file", nargs="?", type=Path, help=f"recorded negotiations (default: ${FILE}, or the sample)"
    )
    parser.add_argument("--sample", action="store_true", help="the committed sample, whatever else is set")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    given = parser.parse_args(arguments)
    chosen = SAMPLE if given.sample else given.file or Path(os.environ.get(FILE, SAMPLE))
    found = measured(chosen)
    print(f"{found['traces']} traces, {found['failed']} of them no good deal")
    print("\n".join(_table(found)))
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return 0


def measured(file: Path, rules: Sequence[str] = tuple(RULES)) -> dict[str, Any]:
    """All figures as plain values."""
    plain = traces(file)
    noisy = traces(file, random.Random(SEED))
    found: dict[str, Any] = {"traces": len(plain), "failed": sum(not trace.good for trace in plain)}
    scored = {name: list(_shown(f"{name}", map(RULES[name], plain), len(plain))) for name in rules}
    found["rules"] = {name: _figures(each) for name, each in scored.items()}
    found["halves"] = {
        name: {half: _plain(each, tuned=half == "tuned") for half in ("tuned", "checked")}
        for name, each in scored.items()
        if name.startswith("rules")
    }
    found["noise"] = {
        name: _figures(list(_shown(f"{name}, 5 points of noise", map(RULES[name], noisy), len(noisy))))
        for name in rules
        if name.startswith("rules") or name in ("stall", "straight line")
    }
    found["calibration"] = {
        name: calibration(each) for name, each in scored.items() if name.startswith("rules")
    }
    found["conduct"] = {
        f"rules {version}": {stream.name: reached(stream, version) for stream in STREAMS}
        for version in (1, 2)
    }
    return found


def _figures(found: Sequence[Scored]) -> dict[str, dict[str, float]]:
    return {name: asdict(each) for name, each in intervals([counted(s) for s in found]).items()}


def _plain(found: Sequence[Scored], *, tuned: bool) -> dict[str, float | None]:
    return asdict(score([counted(s) for s in found if s.trace.tuned is tuned]))


def _shown(what: str, found: Iterable[_T], whole: int) -> Iterator[_T]:
    """The same, with a word on how far it is."""
    for number, each in enumerate(found, 1):
        if sys.stderr.isatty() and (number % 50 == 0 or number == whole):
            end = "\n" if number == whole else "\r"
            print(f"{what}: {number} of {whole}", end=end, file=sys.stderr, flush=True)
        yield each


def _table(found: dict[str, Any]) -> Iterator[str]:
    for title, part in (("as recorded", "rules"), ("with 5 points of noise on their offers", "noise")):
        yield f"\n{title:44}" + "".join(f"{name:>22}" for name in FIGURES)
        for name, figures in found[part].items():
            yield f"  {name:42}" + "".join(f"{_cell(figures.get(each)):>22}" for each in FIGURES)
    yield f"\n{'by half':44}" + "".join(f"{name:>22}" for name in FIGURES)
    for name, halves in found["halves"].items():
        for half, figures in halves.items():
            yield f"  {f'{name}, {half}':42}" + "".join(f"{figures[each]:>22.3f}" for each in FIGURES)
    for name, rows in found["calibration"].items():
        yield f"\n{name}: chance of failing, said and seen"
        yield from (f"  {said:6.2f} {seen:6.2f}  {count:6} check-ins" for _, said, seen, count in rows)
    for name, streams in found["conduct"].items():
        yield f"\n{name}, conduct: share of streams that reached a level by the 3rd, 6th, 12th check-in"
        for stream, levels in streams.items():
            yield f"  {stream:16}" + "  ".join(
                f"{level} " + " ".join(f"{share:.2f}" for share in shares) for level, shares in levels.items()
            )


def _cell(figure: dict[str, float] | None) -> str:
    return "" if figure is None else str(Interval(**figure))


if __name__ == "__main__":
    sys.exit(main())
