"""The quality of advice, measured: `python -m tests.quality [FILE] [--sample] [--records] [--json FILE]`.

Both rules go through the replay, beside rules of thumb, on recorded negotiations of simulated agents (who
are not people); conduct on synthetic streams of answers. Without the recorded negotiations the small
committed sample is used: enough to see that the scorer works, too little to tune by.
"""

import argparse
import json
import random
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from dialogs.deal import Rules
from tests.quality_conduct import STREAMS, bands
from tests.quality_score import (
    FIGURES,
    SEED,
    Counted,
    Interval,
    calibration,
    counted,
    differences,
    intervals,
    score,
)
from tests.quality_thumbs import THUMBS, jumped_then_still, thumb
from tests.quality_traces import SAMPLE, Record, Scored, Trace, coached, file_of, traces

_T = TypeVar("_T")
Rule = Callable[[Trace], Scored]
VERSIONS: tuple[Rules, ...] = (1, 2)
RULES: Mapping[str, Rule] = {
    **{name: partial(thumb, name=name) for name in THUMBS},
    "rules 1": lambda trace: coached(trace, 1),
    "rules 2": lambda trace: coached(trace, 2),
}
RECORDS: Mapping[str, Record] = {
    "our ask before theirs": Record(ours_first=True),
    "lines some time apart": Record(apart=0.005),
    "some time apart, our ask first": Record(apart=0.005, ours_first=True),
    "our ask only when it changed": Record(ours="changed"),
    "our ask at every second check-in": Record(ours="every other"),
    "our first ask only": Record(ours="first"),
    "no ask of ours": Record(ours="never"),
    "their last package, not the best": Record(theirs="last"),
    "every offer of theirs": Record(theirs="every"),
    "every offer of both": Record(theirs="every", ours="every"),
    "as a buyer": Record(buyer=True),
    "in money": Record(unit="EUR"),
    "all within a day": Record(lasts=timedelta(days=1)),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the figures where told."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description="Measures the advice.")
    parser.add_argument("file", nargs="?", type=Path, help="recorded negotiations, JSON lines, gzipped")
    parser.add_argument("--sample", action="store_true", help="the committed sample, whatever else is there")
    parser.add_argument("--records", action="store_true", help="other habits of keeping the record too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    given = parser.parse_args(arguments)
    file = SAMPLE if given.sample else file_of(given.file)
    found = measured(file) | ({"records": records(file)} if given.records else {})
    print("\n".join(report(found)))
    if given.json:
        given.json.write_text(json.dumps(found, indent=2, default=asdict) + "\n", "utf-8")
    return 0


# ---- measuring


def measured(file: Path, streams: int = 200) -> dict[str, Any]:
    """All figures but those of other records."""
    plain, noisy = traces(file), traces(file, random.Random(SEED))
    scored = {name: list(_shown(name, map(rule, plain), len(plain))) for name, rule in RULES.items()}
    noise = {
        name: list(_shown(f"{name}, noise", map(rule, noisy), len(noisy)))
        for name, rule in RULES.items()
        if name not in ("never", "clock")
    }
    coach = {name: each for name, each in scored.items() if name.startswith("rules")}
    return {
        "file": file.name,
        "traces": len(plain),
        "failed": sum(not trace.good for trace in plain),
        "rules": {name: intervals(_counts(each)) for name, each in scored.items()},
        "halves": {
            name: {half: intervals(_counts(each, half)) for half in ("tuned", "checked")}
            for name, each in coach.items()
        },
        "difference": differences(_counts(coach["rules 1"]), _counts(coach["rules 2"])),
        "noise": {name: intervals(_counts(each)) for name, each in noise.items()},
        "calibration": {name: calibration(each) for name, each in coach.items()},
        "one jump": {name: _jumped(each) for name, each in coach.items()},
        "conduct": conduct(streams),
    }


def records(file: Path) -> dict[str, dict[str, dict[str, float | None]]]:
    """Both rules where the record is kept otherwise."""
    plain = traces(file)
    return {
        name: {
            f"rules {rules}": asdict(
                score(
                    [
                        counted(coached(trace, rules, record))
                        for trace in _shown(f"{name}, rules {rules}", plain, len(plain))
                    ]
                )
            )
            for rules in VERSIONS
        }
        for name, record in RECORDS.items()
    }


def conduct(streams: int) -> dict[str, dict[str, list[Interval]]]:
    """Without prices both rules are the same: ValueError if they are not."""
    found = {}
    for stream in _shown("conduct", STREAMS, len(STREAMS)):
        one, two = (bands(stream, rules, streams) for rules in VERSIONS)
        if one != two:
            raise ValueError(f"{stream.name}: rules 1 and 2 differ without prices")
        found[stream.name] = two
    return found


def _counts(found: Sequence[Scored], half: str = "") -> list[Counted]:
    return [counted(each) for each in found if not half or each.trace.tuned is (half == "tuned")]


def _jumped(found: Sequence[Scored]) -> dict[str, float]:
    """Where they came far, and have stood still since: what was said, and what came of it."""
    pairs = [
        (chance, not each.trace.good)
        for each in found
        for number, chance in enumerate(each.chances, 1)
        if chance is not None and jumped_then_still(each.trace, number)
    ]
    said, failed = zip(*pairs, strict=True) if pairs else ((0.0,), (0.0,))
    brier = statistics.mean((chance - fail) ** 2 for chance, fail in zip(said, failed, strict=True))
    return {
        "check_ins": len(pairs),
        "said": statistics.mean(said),
        "seen": statistics.mean(failed),
        "brier": brier,
    }


def _shown(what: str, found: Iterable[_T], whole: int) -> Iterator[_T]:
    """The same, with a word on how far it is."""
    step = 50 if sys.stderr.isatty() else 500
    for number, each in enumerate(found, 1):
        if number % step == 0 or number == whole:
            end = "\r" if sys.stderr.isatty() and number < whole else "\n"
            print(f"  {what}: {number} of {whole}", end=end, file=sys.stderr, flush=True)
        yield each


# ---- for a reader


def report(found: Mapping[str, Any]) -> Iterator[str]:
    """All figures as lines."""
    yield f"{found['file']}: {found['traces']} traces, {found['failed']} of them no good deal"
    for title, part in (("as recorded", "rules"), ("with 5 points of noise on their offers", "noise")):
        yield from _figures(title, found[part])
    by_half = {
        f"{name}, {half}": each for name, halves in found["halves"].items() for half, each in halves.items()
    }
    yield from _figures("by half", by_half)
    yield from _figures("rules 2 above rules 1, on the same traces", {"": found["difference"]})
    for name, rows in found["calibration"].items():
        yield f"\n{name}: chance of failing, said and seen"
        yield from (f"  {said:6.2f} {seen:6.2f}  {count:6} check-ins" for _, said, seen, count in rows)
    for name, each in found["one jump"].items():
        yield f"\n{name}, one jump, then standing still, {each['check_ins']} check-ins:"
        yield f"  said {each['said']:.2f}, seen {each['seen']:.2f}, Brier {each['brier']:.3f}"
    for stream, rows in found["conduct"].items():
        yield f"\n{stream}: share of streams by the 3rd, 6th, 12th check-in (both rules)"
        yield from (f"  {name:32}" + "  ".join(map(str, shares)) for name, shares in rows.items())
    yield from _records(found.get("records", {}))


def _figures(title: str, rows: Mapping[str, Mapping[str, Interval]]) -> Iterator[str]:
    yield f"\n{title:44}" + "".join(f"{name:>24}" for name in FIGURES)
    for name, figures in rows.items():
        yield f"  {name:42}" + "".join(f"{figures.get(each, '')!s:>24}" for each in FIGURES)


def _records(rows: Mapping[str, Mapping[str, Mapping[str, float | None]]]) -> Iterator[str]:
    if rows:
        yield f"\n{'where the record is kept otherwise':44}" + "".join(f"{name:>14}" for name in FIGURES)
    for name, rules in rows.items():
        for version, figures in rules.items():
            yield f"  {f'{name}, {version}':42}" + "".join(f"{figures[each]:>14.3f}" for each in FIGURES)


if __name__ == "__main__":
    sys.exit(main())
