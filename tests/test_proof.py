"""A sample of `make proof`: the whole coach, killed and hurt while people work with it, and judged."""

from pathlib import Path

from tests.proof import chapters, prove


async def test_whatever_breaks_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    told: list[str] = []
    plan = chapters(kills=40, seconds=4.0, rounds=(1, 1, 1, 1))
    found = await prove(tmp_path, plan, count=6, seed=7, tell=told.append)
    assert not [(each.chapter, each.problems) for each in found if each.problems], told
    assert [each.chapter for each in found] == [each.name for each in plan]
    assert sum(each.kills for each in found) >= 25
    for each in found:
        assert each.saw["answers"] >= 4 * 3
        assert each.saw["reminders"] == 4
        assert each.saw["notes"] > 0
