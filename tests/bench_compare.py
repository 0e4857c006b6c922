"""Ratios of two benchmark runs: `python -m tests.bench_compare [OLD.json] NEW.json`, or `make bench-compare`.

Times say more of the machine than of the program, so only ratios with a goal are compared: those that
got worse by more than a fifth are named, and the status is 1. Without OLD.json it is the one in docs/.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

WORSE = 0.2
KEPT = Path(__file__).parent.parent / "docs" / "measurements.json"


def ratios(path: Path) -> dict[str, tuple[float, str]]:
    """Median and goal of each ratio that has one, by section and name. Raises ValueError for no run."""
    try:
        run: dict[str, Any] = json.loads(path.read_text("utf-8"))
        quick, sections = bool(run["machine"]["quick"]), run["figures"]
        found = {
            f"{section}: {each['what']}": (float(each["median"]), str(each["goal"]))
            for section, figures in sections.items()
            for each in figures
            if each["unit"] == "" and each["goal"]
        }
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise ValueError(f"{path}: expected what `make bench ARGS='--json FILE'` writes: {problem}") from None
    if quick:
        raise ValueError(f"{path}: a quick run has no figures to compare")
    return found


def worse(old: dict[str, tuple[float, str]], new: dict[str, tuple[float, str]]) -> Iterator[str]:
    """What got worse by more than a fifth, a line each."""
    for name, (before, goal) in old.items():
        if name not in new:
            continue
        now = new[name][0]
        change = now / before - 1 if before else 0.0
        if (change if goal.startswith("<") else -change) > WORSE:
            yield f"{name}: {before:.3g} before, {now:.3g} now ({change:+.0%}; goal {goal})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and say what got worse."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_compare", description=__doc__)
    parser.add_argument(
        "runs",
        type=Path,
        nargs="+",
        metavar="RUN.json",
        help="the run to judge, after the one it is compared with",
    )
    given = parser.parse_args(arguments)
    if len(given.runs) > 2:
        parser.error("expected one run, or two")
    try:
        old, new = (ratios(path) for path in [KEPT, *given.runs][-2:])
    except ValueError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    found = list(worse(old, new))
    both = len(old.keys() & new.keys())
    sys.stdout.write(
        "\n".join([*found, f"{both} ratios compared, {len(found)} worse by a fifth or more."]) + "\n"
    )
    return 1 if found or not both else 0


if __name__ == "__main__":
    sys.exit(main())
