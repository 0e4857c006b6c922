"""The token of a whole organisation: which workspace is meant has to be said, for Slack cannot know."""

from __future__ import annotations

from typing import Any, cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.installed import Installed
from bot.slack import rooms
from bot.slack.groups import Groups
from bot.slack.workspaces import Workspaces, workspace_of_org
from dialogs.rooms import Room

ROOM = {
    "is_member": True, "is_ext_shared": False, "is_pending_ext_shared": False, "is_org_shared": False,
    "name": "deals",
}  # fmt: skip


class Slack:
    """Answers for one room full of people of one workspace, to the token of their organisation."""

    def __init__(self, members: int) -> None:
        self.members = [f"U{number}" for number in range(members)]
        self.told: list[str | None] = []

    async def auth_test(self) -> dict[str, Any]:
        return {"team_id": "E0ORG"}

    async def conversations_info(self, **_: object) -> dict[str, Any]:
        return {"channel": ROOM}

    async def conversations_members(self, **_: object) -> dict[str, Any]:
        return {"members": self.members}

    async def users_info(self, user: str) -> dict[str, Any]:
        return {"user": {"id": user, "team_id": "T0ACME"}}

    async def users_list(self, *, team_id: str | None = None, **_: object) -> dict[str, Any]:
        self.told.append(team_id)
        return {"members": [{"id": user, "team_id": "T0ACME"} for user in self.members]}

    async def usergroups_users_list(self, *, team_id: str | None = None, **_: object) -> dict[str, Any]:
        self.told.append(team_id)
        return {"users": self.members}


class Installations(Workspaces):
    def __init__(self, *installed: str) -> None:
        super().__init__(cast("Any", None), Clock(), cast("Any", None))
        self._installed = installed

    async def of(self, team: str) -> Installed | None:
        return Installed(team, token="xoxb-1") if team in self._installed else None


async def test_people_of_the_workspace_are_no_outsiders_to_the_organisations_token() -> None:
    await Installations("E0ORG").enter("T0ACME", "E0ORG")
    assert workspace_of_org() == "T0ACME"
    for members in (3, rooms.FEW + 5):
        slack = Slack(members)
        found = await rooms.audience(cast("AsyncWebClient", slack), Room("slack", "C0DEALS"))
        assert (found.people, found.outsiders) == (members, ())
        assert slack.told == (["T0ACME"] if members > rooms.FEW else [])


async def test_a_user_group_is_asked_for_in_the_workspace() -> None:
    await Installations("E0ORG").enter("T0ACME", "E0ORG")
    slack = Slack(2)
    assert await Groups(cast("AsyncWebClient", slack), Clock()).any_has(["S1"], "U1")
    assert slack.told == ["T0ACME"]


async def test_a_workspaces_own_token_needs_no_such_word() -> None:
    await Installations("T0ACME").enter("T0ACME", "E0ORG")
    assert workspace_of_org() is None
