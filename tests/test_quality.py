"""The coach on the committed sample of recorded negotiations, beside rules of thumb; nothing here is timed.

The margins are wide: the sample is a ninth of the recorded negotiations, and its figures are no figures to
tune by. They are for the day when a change turns the order round.
"""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.bench_quality import figures
from tests.living import ROOT, clean_environment
from tests.quality import RECORDS, RULES
from tests.quality_conduct import STREAMS, bands
from tests.quality_score import Counted, Score, counted, differences, intervals, score, share
from tests.quality_thumbs import jumped_then_still, path_of
from tests.quality_traces import SAMPLE, Trace, coached, heard, lines, traces

Counts = Mapping[str, list[Counted]]


@pytest.fixture(scope="module")
def sample() -> list[Trace]:
    return traces(SAMPLE)


@pytest.fixture(scope="module")
def counts(sample: list[Trace]) -> Counts:
    return {name: [counted(rule(trace)) for trace in sample] for name, rule in RULES.items()}


@pytest.fixture(scope="module")
def scores(counts: Counts) -> Mapping[str, Score]:
    return {name: score(each) for name, each in counts.items()}


def test_the_coach_cries_wolf_less_than_half_as_often_as_a_rule_of_thumb(scores: Mapping[str, Score]) -> None:
    for name in ("clock", "stall", "straight line"):
        assert scores["rules 2"].false_alarms < scores[name].false_alarms / 2
        assert scores["rules 2"].precision > scores[name].precision + 0.1
    assert scores["rules 2"].recall > scores["never"].recall + 0.5
    assert scores["rules 2"].saved > scores["clock"].saved + 0.05


def test_rules_2_are_not_below_the_page(scores: Mapping[str, Score]) -> None:
    one, two = scores["rules 1"], scores["rules 2"]
    assert two.precision > one.precision - 0.01
    assert two.recall > one.recall - 0.02
    assert two.false_alarms < one.false_alarms + 0.01
    assert two.saved > one.saved + 0.01
    assert two.brier is not None
    assert one.brier is not None
    assert two.brier < one.brier


def test_noise_on_their_offers_does_not_turn_it_round() -> None:
    noisy = traces(SAMPLE, random.Random(1))
    found = score([counted(coached(trace, 2)) for trace in noisy])
    assert found.false_alarms < 0.16
    assert found.recall > 0.6


@pytest.mark.parametrize("habit", ["our ask before theirs", "no ask of ours", "as a buyer", "in money"])
def test_another_habit_of_keeping_the_record_does_not_turn_it_round(sample: list[Trace], habit: str) -> None:
    found = score([counted(coached(trace, 2, RECORDS[habit])) for trace in sample[::2]])
    assert found.false_alarms < 0.2
    assert found.recall > 0.6
    assert found.saved > 0.15


def test_where_they_jumped_and_stand_still_rules_2_know_better(sample: list[Trace]) -> None:
    said: dict[int, list[float]] = {1: [], 2: []}
    for trace in sample:
        places = [n for n in range(1, len(trace.check_ins) + 1) if jumped_then_still(trace, n)]
        for rules, errors in said.items():
            chances = coached(trace, rules).chances if places else ()  # type: ignore[arg-type]
            errors += [(chances[n - 1] - (not trace.good)) ** 2 for n in places if chances[n - 1] is not None]  # type: ignore[operator]
    assert len(said[1]) > 40
    assert sum(said[2]) < 0.8 * sum(said[1])


def test_the_command_line_says_the_same_of_all_of_them_mixed(sample: list[Trace]) -> None:
    told = sorted(
        ((json.loads(line)["at"], n, line) for n, trace in enumerate(sample) for line in lines(trace)),
        key=lambda each: each[:2],
    )
    done = subprocess.run(
        [sys.executable, "-m", "bot", "replay", "-"],
        input="".join(line + "\n" for _, _, line in told), capture_output=True, text=True,
        env=clean_environment(), cwd=ROOT, timeout=120, check=False,
    )  # fmt: skip
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    for trace in sample:
        mixed = heard(trace, [each for each in verdicts if each["deal"] == trace.key])
        assert mixed == coached(trace, 2)


def test_a_trace_that_the_replay_refuses_is_no_score(sample: list[Trace]) -> None:
    with pytest.raises(ValueError, match=sample[0].key):
        heard(sample[0], [{"line": 1, "error": "no"}])


# ---- the scorer itself


def test_a_hit_saves_the_time_that_was_left_and_a_stopped_paper_saves_none() -> None:
    def one(*, good: bool, alarmed: bool, saved: float) -> Counted:
        return Counted(good, alarmed, saved, errors=0.0, spoken=0)

    found = score(
        [
            one(good=False, alarmed=True, saved=0.5),
            one(good=False, alarmed=True, saved=0.0),
            one(good=False, alarmed=False, saved=0.0),
            one(good=True, alarmed=True, saved=0.7),
            one(good=True, alarmed=False, saved=0.0),
        ]
    )
    assert (found.precision, found.recall, found.false_alarms, found.brier) == (2 / 3, 2 / 3, 0.5, None)
    assert found.saved == pytest.approx(1 / 6)


def test_the_path_is_their_best_so_far(sample: list[Trace]) -> None:
    for trace in sample[:20]:
        values = [value for _, value in path_of(trace, len(trace.check_ins))]
        assert values == sorted(values)


def test_every_interval_holds_its_figure_and_is_the_same_each_time(counts: Counts) -> None:
    for each in counts.values():
        assert all(found.low <= found.value <= found.high for found in intervals(each).values())
    assert intervals(counts["rules 2"]) == intervals(counts["rules 2"])
    assert 0.0 < share(1, 200).low < 1 / 200 < share(1, 200).high


def test_a_rule_is_not_above_itself(counts: Counts) -> None:
    found = differences(counts["rules 2"], counts["rules 2"])
    assert {(each.low, each.value, each.high) for each in found.values()} == {(0.0, 0.0, 0.0)}
    with pytest.raises(ValueError, match="same traces"):
        differences(counts["rules 2"], counts["rules 2"][1:])


# ---- conduct


def test_the_bands_of_conduct_keep_their_order() -> None:
    by_sixth = {
        stream.name: {name: shares[1].value for name, shares in bands(stream, 2, 40).items()}
        for stream in STREAMS
    }
    for stream in STREAMS:
        pause = by_sixth[stream.name]["coach, pause"]
        assert pause > 0.4 if stream.pause_wanted else pause < 0.15


def test_the_benchmark_has_figures_of_both(tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl.gz"
    few.write_bytes(gzip.compress(b"".join(gzip.decompress(SAMPLE.read_bytes()).splitlines(True)[:30])))
    found = figures(few, streams=10)
    assert {"rules 2, false alarms", "rules 1, recall", "good faith: a pause by the 6th check-in"} <= {
        each.what.strip() for each in found
    }
    assert all(each.low <= each.median <= each.high for each in found)
