"""Six hundred reminders at once while workers die; `make proof-reminders` does it with ten thousand."""

from pathlib import Path

from tests.reminders_kill import Plan, prove


async def test_reminders_come_once_and_in_order_whoever_is_killed(tmp_path: Path) -> None:
    told: list[str] = []
    outcome = await prove(tmp_path, Plan(deals=600, kills=10, lease=3.0, bound=100), told.append)
    assert not outcome.problems, f"{outcome}\n{told}"
    assert outcome.reminders == 600
    assert outcome.killed == 10
