"""The doctor: each part that is wrong is said with its cure, and nothing secret is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.doctor import problems
from bot.local import Workspace
from bot.local.workspace import SCOPES, Manifest
from bot.redis import embedded
from tests.living import environment_for, workspace
from tests.teams_bot import InTeams, teams
from tests.teams_stand_in import StandIn

__all__ = ["teams"]
PARTS = ["settings", "redis", "templates", "manifests"]


def put(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        if name.startswith(("SLACK", "TEAMS", "WALKAWAY", "REDIS", "REQUESTS")):
            monkeypatch.setenv(name, value)


async def test_slack_is_asked_whether_it_knows_the_token_and_what_it_may(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, environment_for(ws, tmp_path, 3000))
    try:
        found = await problems(online=True)
        assert list(found) == ["settings", "redis", "slack", "templates", "manifests"]
        assert not any(found.values())
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-somebody-else")
        (said,) = (await problems(online=True))["slack"]
        assert "invalid_auth" in said
        assert "OAuth & Permissions" in said
        assert "somebody" not in said
        monkeypatch.setenv("WALKAWAY_SLACK_API", "http://127.0.0.1:9/api/")
        (said,) = (await problems(online=True))["slack"]
        assert "does not answer" in said
        assert list(await problems(online=False)) == PARTS
    finally:
        await asyncio.to_thread(embedded.stop, tmp_path)


async def test_scopes_that_are_lacking_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with workspace(manifest=Manifest(scopes=SCOPES - {"im:history", "users:read"})) as ws:
        put(monkeypatch, environment_for(ws, tmp_path, 3000))
        try:
            (said,) = (await problems(online=True))["slack"]
        finally:
            await asyncio.to_thread(embedded.stop, tmp_path)
    assert said.startswith("SLACK_BOT_TOKEN lacks im:history, users:read; take the manifest")


async def test_teams_is_asked_for_a_token(
    teams: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, InTeams(teams, tmp_path).environment())
    try:
        assert (await problems(online=True))["teams"] == []
        monkeypatch.setenv("TEAMS_APP_PASSWORD", "wrong-secret")
        (said,) = (await problems(online=True))["teams"]
        assert "invalid_client" in said
        assert "wrong-secret" not in said
    finally:
        await asyncio.to_thread(embedded.stop, tmp_path)


async def test_a_redis_that_is_not_there_is_said_with_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, {"REDIS_URL": "redis+cluster://127.0.0.1:9", "WALKAWAY_KEYS": "nonsense"})
    found = await problems(online=False)
    assert "WALKAWAY_KEYS" in found["redis"][0]
    put(monkeypatch, {"WALKAWAY_KEYS": f"{'ab' * 8}:{'A' * 43}="})
    (said,) = (await problems(online=False))["redis"]
    assert "REDIS_URL" in said
    put(monkeypatch, {"REDIS_URL": "http://127.0.0.1"})
    assert any("REDIS_URL: expected" in said for said in (await problems(online=False))["settings"])
