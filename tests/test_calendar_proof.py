"""A seeded sample of the calendar proof (`make proof-calendar` runs it in full), and the mistakes it sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dialogs import agenda, cadence
from dialogs.agenda import Agenda, Due
from dialogs.hours import Hours
from tests.calendar_life import Life
from tests.calendar_proof import lived, zones_that_change

ZONES = zones_that_change()
SAMPLE = ("Africa/Casablanca", "America/New_York", "Antarctica/Troll", "Australia/Lord_Howe", "Europe/Berlin")
A_YEAR = timedelta(days=365)


def test_about_two_hundred_zones_change_their_clocks_in_these_years() -> None:
    assert set(SAMPLE) <= set(ZONES)
    assert "UTC" not in ZONES
    assert 100 < len(ZONES) < 600


@pytest.mark.parametrize("zone", SAMPLE)
def test_five_years_of_reminders_each_once_at_its_time_and_none_lost(zone: str) -> None:
    found = lived(zone, [1], ZONES)
    assert found.wrong == []
    assert found.counts["days"] > 5 * 360
    assert min(found.counts[f"said {kind}"] for kind in ("check_in", "digest", "deadline", "brief")) > 3
    assert min(found.counts[what] for what in ("clock jumps", "outages", "restarts", "redeliveries")) > 10


# ---- mistakes it must see, planted one at a time


def wrong(years: timedelta = A_YEAR) -> list[str]:
    return [what for seed in range(8) for what in Life("Europe/Berlin", seed, ZONES, years).lived().wrong]


def forgets_what_was_said(plan: Agenda, happened: Due, now: datetime) -> Agenda:
    after = spoken(plan, happened, now)
    return replace(after, done={key: at for key, at in after.done.items() if " " not in key})


def counts_what_was_put_off(plan: Agenda, happened: Due, now: datetime) -> Agenda:
    return spoken(
        plan, replace(happened, said=tuple(replace(one, again=False) for one in happened.said)), now
    )


spoken, wall, latest, next_after = agenda.spoken, cadence.wall, Hours.latest, cadence.next_after


def at_the_second_time(local: datetime, zone: str) -> datetime:
    return wall(local, zone) + timedelta(hours=local.hour == 2)


def all_day_long(self: Hours, moment: datetime, zone: str) -> bool:
    return not self.away(moment)


@pytest.mark.parametrize(
    ("place", "name", "mistake"),
    [
        (agenda, "spoken", forgets_what_was_said),
        (agenda, "spoken", counts_what_was_put_off),
        (agenda, "next_after", cadence.next_due),
        (agenda, "in_hours", lambda *_: None),
        (cadence, "wall", at_the_second_time),
        (Hours, "allowed", all_day_long),
        (Hours, "latest", lambda *_: None),
        (Hours, "away", lambda *_: False),
        (agenda, "breaks_through", lambda *_: False),
        (agenda, "is_over", lambda *_: False),
    ],
)
def test_a_planted_mistake_is_seen(
    place: object, name: str, mistake: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, name, mistake)
    assert wrong()
