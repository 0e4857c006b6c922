"""Who is in the workspace's user groups: asked of Slack, remembered for ten minutes.

While Slack does not say who is in a group, nobody is: whoever is let in by a group is let in for certain.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.platforms import Throttled, Undeliverable, Unsure
from bot.slack.asking import asked
from bot.slack.workspaces import workspace_of_org

log = logging.getLogger(__name__)
REMEMBERED = timedelta(minutes=10)
TRIED = timedelta(minutes=1)  # until Slack is asked again, where it did not say


class Groups:
    """The user groups of one workspace."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[datetime, frozenset[str]]] = {}

    async def any_has(self, groups: Iterable[str], user: str) -> bool:
        """Whether the user is in one of these groups."""
        return any([user in await self._members(group) for group in sorted(groups)])

    async def _members(self, group: str) -> frozenset[str]:
        until, known = self._known.get(group, (self._clock.now(), frozenset[str]()))
        if self._clock.now() < until:
            return known
        try:
            answer = await asked(
                self._client.usergroups_users_list(usergroup=group, team_id=workspace_of_org())
            )
            members, fresh = frozenset(map(str, answer["users"])), REMEMBERED
        except (Throttled, Undeliverable, Unsure) as error:
            log.warning("user group %s: Slack does not say who is in it: %s", group, error)
            members, fresh = frozenset(), TRIED
        self._known[group] = self._clock.now() + fresh, members
        return members
