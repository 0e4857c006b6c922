"""What a process remembers of people and groups, and for how long: who may not be here is not for long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.acquainted import Acquainted
from bot.clock import Clock
from bot.desk import Who
from bot.platforms import Undeliverable
from bot.slack.groups import Groups

MAYA = Who("t1", "pMaya", "Europe/Berlin")


class UserGroups:
    """Slack's word on who is in a group; or it says nothing of it."""

    def __init__(self, *users: str) -> None:
        self.users: tuple[str, ...] | None = users
        self.asked = 0

    async def usergroups_users_list(self, **_: object) -> dict[str, Any]:
        self.asked += 1
        if self.users is None:
            raise Undeliverable("missing_scope")
        return {"users": list(self.users)}


def later(clock: Clock, **span: float) -> None:
    clock.offset += timedelta(**span)


def test_a_person_is_looked_up_again_after_ten_minutes() -> None:
    clock = Clock()
    met = Acquainted(clock)
    met.meet("T1", "U1", MAYA)
    later(clock, minutes=9)
    assert met.of("T1", "U1") == MAYA
    assert met.of("T2", "U1") is None
    later(clock, minutes=2)
    assert met.of("T1", "U1") is None


def test_a_person_whose_profile_changed_is_looked_up_at_once() -> None:
    met = Acquainted(Clock())
    met.meet("T1", "U1", MAYA)
    met.forget("T1", "U1")
    assert met.of("T1", "U1") is None


@pytest.mark.parametrize(("minutes", "still"), [(9, True), (11, False)])
async def test_who_left_a_group_is_let_in_for_ten_minutes_at_most(minutes: int, still: bool) -> None:
    clock, slack = Clock(), UserGroups("U1")
    groups = Groups(cast("AsyncWebClient", slack), clock)
    assert await groups.any_has(["S1"], "U1")
    slack.users = ()
    later(clock, minutes=minutes)
    assert await groups.any_has(["S1"], "U1") is still


async def test_a_group_that_slack_does_not_tell_of_is_asked_for_again_in_a_minute() -> None:
    clock, slack = Clock(), UserGroups("U1")
    groups = Groups(cast("AsyncWebClient", slack), clock)
    slack.users = None
    assert not await groups.any_has(["S1"], "U1")
    slack.users = ("U1",)
    later(clock, seconds=50)
    assert not await groups.any_has(["S1"], "U1")
    assert slack.asked == 1
    later(clock, seconds=20)
    assert await groups.any_has(["S1"], "U1")
