"""Who is in the workspace's user groups: asked of Slack, remembered for ten minutes.

While Slack does not say who is in a group, nobody is: whoever is let in by a group is let in for certain.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from cachetools import TLRUCache
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.platforms import Throttled, Undeliverable, Unsure
from bot.slack.asking import asked
from bot.slack.workspaces import workspace_of_org

log = logging.getLogger(__name__)
REMEMBERED = timedelta(minutes=10)
TRIED = timedelta(minutes=1)  # until Slack is asked again, where it did not say
MOST_REMEMBERED = 1_000


class _Members(NamedTuple):
    users: frozenset[str]
    fresh: timedelta


def _until(_group: str, known: _Members, now: float) -> float:
    return now + known.fresh.total_seconds()


class Groups:
    """The user groups of one workspace."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self._client = client
        self._known: TLRUCache[str, _Members] = TLRUCache(
            MOST_REMEMBERED, _until, lambda: clock.now().timestamp()
        )

    async def any_has(self, groups: Iterable[str], user: str) -> bool:
        """Whether the user is in one of these groups."""
        return any([user in await self._members(group) for group in sorted(groups)])

    async def _members(self, group: str) -> frozenset[str]:
        if (known := self._known.get(group)) is not None:
            return known.users
        try:
            answer = await asked(
                self._client.usergroups_users_list(usergroup=group, team_id=workspace_of_org())
            )
            found = _Members(frozenset(map(str, answer["users"])), REMEMBERED)
        except (Throttled, Undeliverable, Unsure) as error:
            log.warning("user group %s: Slack does not say who is in it: %s", group, error)
            found = _Members(frozenset(), TRIED)
        self._known[group] = found
        return found.users
