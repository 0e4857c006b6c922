"""Two benchmark runs side by side: what got worse by a fifth fails, what is a time does not count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench_compare import KEPT, main

PUBLISHED = {"press", "store", "flat", "late", "reminders"}


def run(path: Path, **medians: float) -> str:
    told = {
        "ratio": {"what": "coach / bare", "unit": "", "goal": ">= 0.6", "median": 0.65},
        "growth": {"what": "many / one", "unit": "", "goal": "< 2", "median": 1.0},
        "time": {"what": "a tap", "unit": "ms", "goal": "< 400", "median": 30.0},
    }
    figures = [{**figure, "median": medians.get(name, figure["median"])} for name, figure in told.items()]
    path.write_text(json.dumps({"machine": {"quick": False}, "figures": {"press": figures}}), "utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("now", "status"),
    [({}, 0), ({"ratio": 0.53}, 0), ({"ratio": 0.5}, 1), ({"ratio": 0.9}, 0), ({"growth": 1.3}, 1),
     ({"growth": 0.5}, 0), ({"time": 300.0}, 0)],
)  # fmt: skip
def test_a_ratio_that_got_worse_by_a_fifth_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], now: dict[str, float], status: int
) -> None:
    assert main([run(tmp_path / "old"), run(tmp_path / "new", **now)]) == status
    assert "2 ratios compared" in capsys.readouterr().out


def test_one_run_is_compared_with_the_published_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(KEPT)]) == 0
    said = capsys.readouterr().out
    assert "0 worse" in said
    assert int(said.split()[0]) >= len(PUBLISHED)


def test_the_published_run_holds_what_it_is_published_for() -> None:
    sections = json.loads(KEPT.read_text("utf-8"))["figures"]
    assert sections.keys() >= PUBLISHED
    assert all(any(each["goal"] and each["unit"] == "" for each in sections[name]) for name in PUBLISHED)


def test_a_quick_run_is_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quick = tmp_path / "quick"
    quick.write_text(json.dumps({"machine": {"quick": True}, "figures": {}}), "utf-8")
    assert main([run(tmp_path / "old"), str(quick)]) == 2
    assert "a quick run has no figures" in capsys.readouterr().err


def test_what_is_no_run_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad").write_text("[]", "utf-8")
    assert main([run(tmp_path / "old"), str(tmp_path / "bad")]) == 2
    assert "expected what `make bench" in capsys.readouterr().err
