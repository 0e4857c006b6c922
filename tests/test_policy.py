"""The workspace's policy: one file, checked whole; entrances and exits ask the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.local import Workspace
from bot.local.model import BOT
from bot.policy import FEATURES, Policy
from bot.redis import Link, embedded
from bot.settings import Misconfigured, read
from bot.wiring import coach
from dialogs.rooms import Room
from tests.living import Living, settings_for

EXAMPLE = Path(__file__).parent.parent / "deploy" / "policy.example.toml"


def told(tmp_path: Path, text: str) -> tuple[Policy, list[str]]:
    path = tmp_path / "policy.toml"
    path.write_text(text, "utf-8")
    return Policy.read(path)


# ---- the file


def test_the_example_is_what_holds_without_a_file() -> None:
    assert Policy.read(EXAMPLE) == (Policy(), [])
    assert all(feature in EXAMPLE.read_text("utf-8") for feature in FEATURES)


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    _, problems = told(tmp_path, """
        everyone = true
        [who]
        members = "some"
        named = ["maya", 7]
        guests = true
        [rooms]
        summaries = 3
        named = ["#deal-team", "C012AB3CD"]
        [features]
        off = ["share", "everything"]
        on = []
        [retention]
        days = 30
    """)  # fmt: skip
    assert len(problems) == 10
    assert all("expected" in problem for problem in problems)


@pytest.mark.parametrize("text", ["[who", "\x00", "who = 1", 'who = "all"\nrooms = []'])
def test_what_is_no_policy_is_refused(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text)[1]


def test_a_start_with_a_bad_policy_names_every_problem_beside_the_others(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('[features]\noff = ["all"]\n', "utf-8")
    with pytest.raises(Misconfigured) as refused:
        read({"WALKAWAY_POLICY": str(path), "WALKAWAY_PORT": "x"})
    assert any("features.off" in problem for problem in refused.value.problems)
    assert any("WALKAWAY_PORT" in problem for problem in refused.value.problems)
    with pytest.raises(Misconfigured, match="cannot be read"):
        read({"WALKAWAY_POLICY": str(tmp_path / "nowhere.toml")})


@pytest.mark.parametrize(
    ("policy", "person", "outsider", "served"),
    [
        (Policy(), "U1", False, True), (Policy(), "U1", True, False),
        (Policy(people=frozenset({"U1"})), "U1", True, True),
        (Policy(members="named"), "U1", False, False),
        (Policy(members="named", people=frozenset({"U1"})), "U1", False, True),
    ],
)  # fmt: skip
def test_guests_and_strangers_are_served_only_by_name(
    policy: Policy, person: str, outsider: bool, served: bool
) -> None:
    assert policy.serves(person, outsider=outsider) is served


def test_rooms_are_told_by_the_same_object() -> None:
    room = Room("slack", "C1", "team")
    assert Policy().tells(room)
    assert not Policy(summaries="none").tells(room)
    assert [Policy(summaries="named", rooms=frozenset({name})).tells(room) for name in ("C1", "C2")] == [
        True,
        False,
    ]


# ---- through Slack


@asynccontextmanager
async def under(
    policy: Policy, ws: Workspace, link: Link, redis_url: str, data: Path
) -> AsyncIterator[Living]:
    async with coach(settings_for(ws, data, redis_url=redis_url, policy=policy)) as up:
        ws.line.request_url = f"http://127.0.0.1:{up.port}/slack/events"
        yield Living(ws, up, link)


@pytest.fixture
def place(redis: Link, server: embedded.Embedded, tmp_path: Path) -> tuple[Any, ...]:
    return redis, server.url, tmp_path


async def test_what_is_turned_off_says_so_typed_or_tapped(ws: Workspace, place: tuple[Any, ...]) -> None:
    async with under(Policy(off=frozenset(FEATURES)), ws, *place) as up:
        await up.types("/deal sample")
        for typed in ("/deal share #deal-team", "/deal chart", "/deal export", "/deal digest weekly"):
            await up.types(typed)
            assert "turned that off" in up.last().reads, typed
        await up.types("/deal status")
        await up.taps("Share a summary")
        assert "turned that off" in up.last().reads


async def test_a_room_that_is_not_named_is_told_nothing(ws: Workspace, place: tuple[Any, ...]) -> None:
    async with under(Policy(summaries="none"), ws, *place) as up:
        await up.types("/deal sample")
        await up.types("/deal share #deal-team")
        assert "does not let me post there" in up.last().reads
        assert [m for m in ws.messages("C0DEALTEAM") if m.user == BOT] == []


async def test_members_who_are_not_named_are_refused_and_a_named_guest_is_served(
    ws: Workspace, place: tuple[Any, ...]
) -> None:
    policy = Policy(members="named", people=frozenset({"U0GRETA"}))
    async with under(policy, ws, *place) as up:
        await up.types("/deal sample")
        assert "I cannot serve you here" in up.last().reads
        await up.types("/deal sample", "greta")
        assert "is set up" in up.last("greta").reads
