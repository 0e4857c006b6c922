"""Many workspaces: installed by OAuth, each with its own token and its own deals; uninstalled, forgotten."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from bot.holding import Holds
from bot.redis import SHARDS, Cell, Link, embedded, keys
from bot.settings import Misconfigured, Settings, Slack, read
from bot.slack.installing import States
from bot.slack.workspaces import Workspaces
from bot.wiring import Coach, coach
from dialogs.commands import COMMANDS
from dialogs.deal import Deal
from dialogs.holds import WORKSPACE, Hold
from tests.fuzzing import mutated
from tests.living import quiet, until
from tests.slack_grid import CLIENT, SECRET, SIGNING, Grid, Said

ACME, GLOBEX = "T0ACME", "T0GLOBEX"


class Many:
    """A coach that many workspaces may install, and Slack around it."""

    def __init__(self, grid: Grid, up: Coach, link: Link) -> None:
        self.grid, self.up, self.link = grid, up, link
        self.offset = timedelta(0)

    async def types(self, team: str, text: str, user: str = "U0MAYA") -> list[Said]:
        before = len(self.grid.said)
        assert await self.grid.types(team, text, user) == 200
        await self.settled()
        return self.grid.said[before:]

    async def moves(self, span: timedelta) -> None:
        self.offset += span
        self.up.move_clock(self.offset)
        await self.settled()

    async def settled(self) -> None:
        async def is_so() -> bool:
            return await quiet(self.link, self.up.clock.now())

        await until(is_so, "letters stay")

    def told(self, team: str) -> str:
        return "\n".join(said.reads for said in self.grid.said if said.team == team)

    async def tenant(self, team: str) -> str:
        return await self.up.store.ident("slack-team", team, make=lambda: "nobody")

    async def deals(self, team: str) -> list[Deal]:
        cells = [cell for cell in await self.up.store.cells(await self.tenant(team)) if cell.kind == "deal"]
        return [await self.up.store.load(cell) for cell in cells]


@pytest.fixture
async def many(server: embedded.Embedded, redis: Link, tmp_path: Path) -> AsyncIterator[Many]:
    async with Grid().served() as grid:
        slack = Slack("", SIGNING, api=grid.base, client_id=CLIENT, client_secret=SECRET)
        settings = Settings(slack, redis_url=server.url, data=tmp_path, port=0, local=True)
        async with coach(settings) as up:
            grid.url = f"http://127.0.0.1:{up.port}"
            yield Many(grid, up, redis)


async def both(many: Many) -> None:
    for team in (ACME, GLOBEX):
        assert (await many.grid.installs(team))[0] == 200
        await many.types(team, "sample")


# ---- installing


async def test_each_workspace_speaks_with_its_own_token_and_keeps_its_own_deals(many: Many) -> None:
    await both(many)
    (ours,), (theirs,) = await many.deals(ACME), await many.deals(GLOBEX)
    assert ours.key != theirs.key
    assert ours.key in many.told(ACME)
    assert ours.key not in many.told(GLOBEX)
    assert theirs.key in many.told(GLOBEX)
    assert theirs.key not in many.told(ACME)
    assert {team for team, _ in many.grid.calls} == {ACME, GLOBEX}


async def test_a_state_is_good_once_in_one_browser_and_not_for_long(many: Many) -> None:
    grid = many.grid
    status, _ = await grid.installs(ACME, state="made-up")
    assert status == 400  # not this browser's
    assert (await grid.installs("nonsense"))[0] == 401
    assert (await grid.installs(ACME, error="access_denied"))[0] == 200
    assert grid.live == {}
    assert (await grid.installs(ACME))[0] == 200
    assert grid.again == 401  # consumed
    assert list(grid.live.values()) == [ACME]


async def test_a_state_ends_after_ten_minutes(many: Many) -> None:
    state = await States(many.up.store).async_issue()
    assert 0 < await many.link.command("TTL", keys.ident("slack-state", (state,))) <= 600


async def test_a_state_is_consumed_by_its_first_use(many: Many) -> None:
    states: list[str] = []
    found = Grid.state_in

    def kept(page: str) -> str:
        states.append(found(page))
        return states[0]

    many.grid.state_in = kept  # type: ignore[method-assign]
    assert (await many.grid.installs(ACME))[0] == 200
    many.up.move_clock(timedelta(0))
    assert (await many.grid.installs(ACME))[0] == 400  # another browser, the same state
    assert many.grid.asked == ["code"]


async def test_where_it_is_not_installed_nothing_is_taken_and_nothing_said(many: Many) -> None:
    assert await many.grid.types("T0NOBODY", "sample") == 200
    assert many.grid.calls == []
    assert await many.link.command("KEYS", "w1:*:deal:*") == []


async def test_tokens_lie_sealed(many: Many) -> None:
    await both(many)
    keys = await many.link.command("KEYS", "*:install:00install")
    assert len(keys) == 2
    found = b"".join([repr(await many.link.command("HGETALL", key)).encode() for key in keys])
    assert b"xoxb" not in found
    tenant = await many.tenant(ACME)
    installed = await many.up.store.load(Cell(tenant, "install", "00install"))
    assert installed.token.startswith("xoxb")
    assert "xoxb" not in repr(installed)


async def test_an_organisation_installs_for_all_its_workspaces(many: Many) -> None:
    many.grid.org = "E0ORG"
    assert (await many.grid.installs("E0ORG"))[0] == 200
    assert await many.grid.types(ACME, "sample", enterprise="E0ORG") == 200
    await many.settled()
    assert "is set up" in many.told("E0ORG")
    assert len(await many.deals(ACME)) == 1


# ---- one never reads the other's


async def test_no_command_or_button_reaches_a_deal_of_another_workspace(many: Many) -> None:
    await both(many)
    (theirs,) = await many.deals(GLOBEX)
    before = repr(theirs)
    for command in COMMANDS:
        if command.verb == "sample":
            continue  # a deal of her own
        for word in (theirs.key, theirs.name, f"@d:{theirs.key} {theirs.name}"):
            assert await many.grid.types(ACME, f"{command.words[0]} {word}", "U0EVE") == 200
    for verb in VERBS:
        for extra in ("", "yes", "1", "set_up"):
            assert await many.grid.presses(ACME, f"{verb}~{theirs.key}~1~tone~{extra}", "U0EVE") == 200
    await many.settled()
    (after,) = await many.deals(GLOBEX)
    assert repr(after) == before
    said = "\n".join(each.reads for each in many.grid.said if each.team == ACME and each.channel == "U0EVE")
    for secret in (*theirs.must_haves, *(line.text for line in theirs.red_lines), theirs.counterpart):
        assert secret not in said.replace(theirs.name, "")  # the name is hers: she typed it
    assert await many.up.outbox.dead() == []


VERBS = (
    "answer", "skip", "back", "note", "nothing", "stop", "show", "checkin", "status", "why", "limit", "pause",
    "return", "sign", "walk", "close", "reopen", "share", "shares", "share_post", "share_recall", "export",
    "forget", "form", "say", "choose", "draft", "undo", "snooze", "remind", "page", "reason",
    "edit_answer", "hand_over",
)  # fmt: skip


# ---- tokens that end


async def test_a_token_that_ends_is_asked_for_anew_once_by_requests_and_letters(many: Many) -> None:
    many.grid.ends_in = 12 * 3600
    assert (await many.grid.installs(ACME))[0] == 200
    await many.types(ACME, "sample")
    assert many.grid.asked == ["code"]
    await many.moves(timedelta(hours=11))
    await many.types(ACME, "list")
    assert many.grid.asked == ["code", "refresh_token"]
    many.grid.live = {t: team for t, team in many.grid.live.items() if t == list(many.grid.live)[-1]}
    assert "StagnantCo" in "".join(s.reads for s in await many.types(ACME, "list"))


async def test_a_token_that_cannot_be_had_keeps_letters_and_answers_503(many: Many) -> None:
    many.grid.ends_in = 12 * 3600
    assert (await many.grid.installs(ACME))[0] == 200
    await many.types(ACME, "sample")
    many.grid.refreshing.clear()
    many.offset = timedelta(hours=13)
    many.up.move_clock(many.offset)
    assert await many.grid.types(ACME, "list") == 503


async def test_while_the_old_token_serves_a_rotation_that_fails_stops_nobody(many: Many) -> None:
    many.grid.ends_in = 12 * 3600
    assert (await many.grid.installs(ACME))[0] == 200
    await many.types(ACME, "sample")
    many.grid.refreshing.clear()
    await many.moves(timedelta(hours=11))
    assert "StagnantCo" in "".join(s.reads for s in await many.types(ACME, "list"))


# ---- uninstalled


async def test_an_organisation_that_uninstalls_is_told_nothing_more(many: Many) -> None:
    many.grid.org = "E0ORG"
    assert (await many.grid.installs("E0ORG"))[0] == 200
    assert await many.grid.types(ACME, "sample", enterprise="E0ORG") == 200
    await many.settled()
    assert await many.grid.happens(ACME, "app_uninstalled", enterprise="E0ORG") == 200
    before = len(many.grid.said)
    assert await many.grid.types(ACME, "list", enterprise="E0ORG") == 200
    await many.settled()
    assert len(many.grid.said) == before


async def test_what_is_stored_of_an_organisation_that_uninstalled_goes_after_a_month(many: Many) -> None:
    many.grid.org = "E0ORG"
    assert (await many.grid.installs("E0ORG"))[0] == 200
    for team in (ACME, GLOBEX):
        assert await many.grid.types(team, "sample", enterprise="E0ORG") == 200
    await many.settled()
    tenants = [await many.tenant(team) for team in (ACME, GLOBEX)]
    await many.grid.happens(ACME, "app_uninstalled", enterprise="E0ORG")
    await many.moves(timedelta(days=29))
    assert all([await many.up.store.cells(tenant) for tenant in tenants])
    await many.moves(timedelta(days=2))
    await many.moves(timedelta(minutes=2))
    assert [await many.up.store.cells(tenant) for tenant in tenants] == [[], []]
    for team in ("E0ORG", ACME, GLOBEX):
        assert await many.up.store.known_ident("slack-team", team) is None
    lines = [line for shard in range(SHARDS) for _, line in await many.up.store.audit(shard)]
    assert [line["what"] for line in lines].count("purged") == 3


async def test_a_workspace_with_an_installation_of_its_own_outlives_its_organisations(many: Many) -> None:
    many.grid.org = "E0ORG"
    assert (await many.grid.installs("E0ORG"))[0] == 200
    for team in (ACME, GLOBEX):
        assert await many.grid.types(team, "sample", enterprise="E0ORG") == 200
    many.grid.org = ""
    assert (await many.grid.installs(ACME))[0] == 200
    await many.settled()
    await many.grid.happens(GLOBEX, "app_uninstalled", enterprise="E0ORG")
    await many.moves(timedelta(days=31))
    await many.moves(timedelta(minutes=2))
    assert len(await many.deals(ACME)) == 1
    assert await many.up.store.known_ident("slack-team", GLOBEX) is None


# ---- garbage, and what does not answer


async def test_what_no_slack_sends_is_never_answered_by_500(many: Many) -> None:
    assert (await many.grid.installs(ACME))[0] == 200
    chance = random.Random(20261127)
    body = {"type": "block_actions", "team": {"id": ACME}, "user": {"id": "U0MAYA", "team_id": ACME},
            "enterprise": {"id": "E0"}, "trigger_id": "t", "actions": [{"type": "button", "value": "x"}],
            "event": {"type": "tokens_revoked", "tokens": {"bot": ["U"]}}}  # fmt: skip
    for _ in range(150):
        told = json.dumps(mutated(body, chance))
        assert await many.grid.sends(urlencode({"payload": told})) in {200, 400, 404, 503}


@pytest.mark.parametrize("path", ["install", "oauth_redirect"])
@pytest.mark.parametrize(
    "query", ["", "?state=&code=", "?state=x&code=y&error=", "?code=%00", "?state=x&state=y"]
)
async def test_the_pages_take_any_query(many: Many, path: str, query: str) -> None:
    async with aiohttp.ClientSession() as http:
        answer = await http.get(f"{many.grid.url}/slack/{path}{query}")
        assert answer.status in {200, 400, 401}


async def test_while_slack_does_not_answer_an_installation_waits_and_no_code_is_logged(
    many: Many, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        assert (await many.grid.installs("nonsense"))[0] == 401
        many.grid.drops = True
        assert (await many.grid.installs(ACME))[0] == 503
    assert "code-of-" not in caplog.text
    assert SECRET not in caplog.text


async def test_uninstalled_nothing_is_said_and_after_a_month_nothing_is_left(many: Many) -> None:
    await both(many)
    assert await many.grid.happens(ACME, "app_uninstalled") == 200
    before = len(many.grid.said)
    await many.moves(timedelta(days=29))
    assert [said for said in many.grid.said[before:] if said.team == ACME] == []
    assert len(await many.deals(ACME)) == 1
    tenant = await many.tenant(ACME)
    installed = await many.up.store.load(Cell(tenant, "install", "00install"))
    assert (installed.token, installed.refresh) == ("", "")
    await many.moves(timedelta(days=2))
    await many.moves(timedelta(minutes=2))
    assert await many.up.store.cells(tenant) == []
    assert await many.up.store.known_ident("slack-team", ACME) is None
    assert len(await many.deals(GLOBEX)) == 1
    assert await many.types(GLOBEX, "status")


async def test_installed_again_within_the_month_it_goes_on(many: Many) -> None:
    await both(many)
    await many.grid.happens(ACME, "app_uninstalled")
    await many.moves(timedelta(days=8))
    assert (await many.grid.installs(ACME))[0] == 200
    await many.moves(timedelta(days=40))
    said = "".join(each.reads for each in await many.types(ACME, "status"))
    assert "StagnantCo" in said


async def test_held_nothing_is_purged(many: Many) -> None:
    await both(many)
    tenant = await many.tenant(ACME)
    await Holds(many.up.store).put(tenant, WORKSPACE, Hold(many.up.clock.now(), "ops", "matter 42"))
    await many.grid.happens(ACME, "app_uninstalled")
    for days in (31, 1, 1):  # a purge is two steps
        await many.moves(timedelta(days=days))
    assert len(await many.deals(ACME)) == 1


@pytest.mark.parametrize(
    ("tokens", "suspends"), [({"oauth": ["U0MAYA"]}, False), ({"bot": ["UBOT"]}, True), ({}, False)], ids=str
)
async def test_a_revoked_token_suspends_if_it_is_the_bots_and_never_purges(
    many: Many, tokens: dict[str, Any], suspends: bool
) -> None:
    await both(many)
    assert await many.grid.happens(ACME, "tokens_revoked", tokens=tokens) == 200
    assert bool(await many.types(ACME, "status")) is not suspends
    for days in (40, 1, 1):  # a purge is two steps
        await many.moves(timedelta(days=days))
    assert len(await many.deals(ACME)) == 1


async def test_what_another_process_did_to_an_installation_is_known_within_a_minute(many: Many) -> None:
    await both(many)
    rotator = AsyncTokenRotator(client_id=CLIENT, client_secret=SECRET)
    another = Workspaces(many.up.store, many.up.clock, rotator)
    await another.suspend(ACME, purge=False)
    await many.moves(timedelta(seconds=61))
    assert await many.types(ACME, "status") == []
    assert await many.types(GLOBEX, "status")


# ---- settings


def test_half_of_what_installing_needs_is_refused_with_the_rest() -> None:
    given = {"SLACK_CLIENT_ID": CLIENT, "SLACK_BOT_TOKEN": "xoxb-secret", "SLACK_APP_TOKEN": "xapp-secret"}
    with pytest.raises(Misconfigured) as refused:
        read(given)
    said = " ".join(refused.value.problems)
    for name in ("SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN: not beside", "WALKAWAY_SLACK_TRANSPORT"):
        assert name in said
    assert "secret-" not in said
    whole = read({"SLACK_CLIENT_ID": CLIENT, "SLACK_CLIENT_SECRET": SECRET, "SLACK_SIGNING_SECRET": SIGNING})
    assert whole.slack is not None
    assert SECRET not in repr(whole)
