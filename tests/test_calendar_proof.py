"""A seeded sample of `make proof-calendar`, and mistakes planted in the agenda that it must find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from dialogs import agenda
from tests.calendar_proof import lived, zones_that_change

YEARS = timedelta(days=550)
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Scoresbysund",
    "Africa/Casablanca",
)


@pytest.mark.parametrize("zone", ZONES)
def test_each_reminder_comes_once_when_it_should_and_never_in_quiet_hours(zone: str) -> None:
    assert zone in zones_that_change()
    whole = lived(zone, (1, 2), ZONES, YEARS)
    assert whole.wrong == []
    assert whole.counts["rings"] > 100
    assert whole.counts["clock jumps"]
    assert whole.counts["restarts"]
    assert whole.counts["worker deaths"]


def _an_hour_late(planned: Callable[..., dict[str, datetime | None]]) -> Callable[..., Any]:
    def wrong(*given: Any) -> dict[str, datetime | None]:  # noqa: ANN401
        return {kind: at and at + timedelta(hours=1) for kind, at in planned(*given).items()}

    return wrong


MISTAKES: dict[str, tuple[str, Callable[[Callable[..., Any]], Callable[..., Any]]]] = {
    "said twice": ("spoken", lambda _: lambda kept, *_: kept),
    "an hour late": ("planned", _an_hour_late),
    "what was put off is forgotten": ("snoozed", lambda _: lambda kept, *_: kept),
    "an answered question comes again": ("checked_in", lambda _: lambda kept, *_: kept),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    function, spoil = MISTAKES[name]
    monkeypatch.setattr(agenda, function, spoil(getattr(agenda, function)))
    assert lived("Europe/Berlin", (1, 2, 3), ZONES, YEARS).wrong
