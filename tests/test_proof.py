"""A sample of `make proof`: the whole coach, killed and hurt while people work with it, and judged."""

from pathlib import Path

import pytest

from tests.proof import Chapter, chapters, prove

PLAN = chapters(kills=60, seconds=4.0, rounds=(1, 1, 1, 1))
PARTS = (PLAN[:3], PLAN[3:5], PLAN[5:7], PLAN[7:10], PLAN[10:])
KILLS = (15, 30, 15, 0, 0)


@pytest.mark.parametrize(
    ("part", "kills"), list(zip(PARTS, KILLS, strict=True)), ids=[part[0].name for part in PARTS]
)
async def test_whatever_breaks_nothing_acknowledged_is_lost_or_doubled(
    tmp_path: Path, part: list[Chapter], kills: int
) -> None:
    told: list[str] = []
    found = await prove(tmp_path, part, count=6, seed=7, tell=told.append)
    assert not [(each.chapter, each.problems) for each in found if each.problems], told
    assert [each.chapter for each in found] == [each.name for each in part]
    assert sum(each.kills for each in found) >= kills
    for each in found:
        assert each.saw["answers"] >= 4 * 3 * each.rounds
        assert each.saw["reminders"] == 4 * each.rounds
        assert each.saw["notes"] > 0
