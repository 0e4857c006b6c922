"""One new token for a workspace, however many processes want it."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import cast

from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from bot.redis import Cell
from bot.slack.workspaces import Workspaces
from tests.test_workspaces import ACME, Many, many

__all__ = ["many"]


class SlowSlack:
    """Gives one new token after another, each when it is told to."""

    def __init__(self) -> None:
        self.asked, self.go, self.times = asyncio.Event(), asyncio.Event(), 0

    async def perform_bot_token_rotation(self, *, bot: Bot, **_: object) -> Bot:
        self.times += 1
        self.asked.set()
        await self.go.wait()
        return Bot(
            team_id=bot.team_id,
            bot_token=f"xoxe-{self.times}",
            bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
            bot_refresh_token="again",
            bot_token_expires_at=int(time.time()) + 12 * 3600,
            installed_at=0.0,
        )


async def test_of_two_processes_one_asks_for_a_token_and_the_other_goes_on_with_the_old_one(
    many: Many,
) -> None:
    many.grid.ends_in = 12 * 3600
    assert (await many.grid.installs(ACME))[0] == 200
    many.up.move_clock(timedelta(hours=11))
    slack, store = SlowSlack(), many.up.store
    one, other = (Workspaces(store, many.up.clock, cast("AsyncTokenRotator", slack)) for _ in range(2))
    asking = asyncio.create_task(one.enter(ACME))
    await slack.asked.wait()
    (old,) = many.grid.live
    assert (await other.enter(ACME)).token == old
    slack.go.set()
    assert (await asking).token == "xoxe-1"
    assert slack.times == 1
    await one.suspend(ACME, purge=False)
    left = await store.load(Cell(await many.tenant(ACME), "install", "00install"))
    assert (left.token, left.refresh, left.expires) == ("", "", None)
