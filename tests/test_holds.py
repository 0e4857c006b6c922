"""Legal holds and retention: what is held neither goes nor comes back; what is old enough goes by itself."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.audited import Pages
from bot.local import Workspace
from bot.local.model import BOT, TEAM
from bot.policy import Policy
from bot.redis import Cell, Link, embedded
from bot.wiring import coach
from dialogs import holds
from dialogs.events import Closed, ColleagueNamed, Reopened
from dialogs.handing import ColleagueLeft
from dialogs.holds import Hold, HoldBook
from dialogs.people import Person
from dialogs.reminders import OwnerMoved
from tests.living import Living, clean_environment, living, settings_for
from tests.story import COLLEAGUE, MONDAY, OWNER, STRANGER, Story

HOUSE = Path(__file__).parent.parent
DEAL = {"name": "Renewal", "counterpart": "StagnantCo", "must_haves": "Net 30"}
THE_MATTER = Hold(MONDAY, "ada", "matter 42")


def held(*subjects: str) -> HoldBook:
    book = HoldBook()
    for subject in subjects:
        book = holds.put(book, subject, THE_MATTER)
    return book


# ---- the core


@pytest.mark.parametrize(
    "subject", ["workspace", "deal:d1", f"person:{OWNER}", f"person:{COLLEAGUE}", f"person:{STRANGER}"]
)
def test_a_deal_is_held_by_itself_by_everybody_ever_on_it_and_by_the_workspace(subject: str) -> None:
    story = Story().does(ColleagueNamed, person=STRANGER).does(ColleagueLeft, person=STRANGER)
    story.does(ColleagueLeft, person=COLLEAGUE)
    assert holds.over(held(subject), story.deal)
    assert not holds.over(holds.released(held(subject), subject), story.deal)
    assert not holds.over(held("deal:d2", "person:pElse"), story.deal)


def test_whoever_once_stood_in_holds_it_too() -> None:
    story = Story()
    for cover in (STRANGER, ""):
        hours = replace(story.deal.hours, cover=cover)
        story.does(OwnerMoved, zone="Europe/Berlin", hours=hours)
    assert holds.over(held(f"person:{STRANGER}"), story.deal)


@pytest.mark.parametrize("subject", ["workspace", "person:p", "deal:d1", "deal:d0"])
def test_a_person_is_held_by_any_deal_of_theirs(subject: str) -> None:
    person = Person("p", older=("d0",), deals={"d1": None})  # type: ignore[dict-item]
    assert holds.over_person(held(subject), person)
    assert not holds.over_person(held("deal:d7"), person)


def test_a_second_hold_on_the_same_takes_the_first_ones_place_and_none_releases_nothing() -> None:
    book = holds.put(held("workspace"), "workspace", replace(THE_MATTER, why="matter 43"))
    assert [hold.why for hold in book.holds.values()] == ["matter 43"]
    assert holds.released(book, "deal:d1") is book


def test_a_closed_deal_says_when_it_ended_and_one_that_is_open_again_does_not_go_by_age() -> None:
    story = Story().later(days=3).does(Closed, outcome="impasse")
    assert story.deal.ended == story.now
    story.does(Reopened)
    assert story.deal.ended is None


# ---- the whole


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        await made.types("/deal new")
        await made.fills(DEAL)
        await made.types("/deal share renewal #deal-team")
        await made.taps("Post it")
        yield made


Operate = Callable[..., Awaitable[Any]]


@pytest.fixture
def operate(server: embedded.Embedded, tmp_path: Path) -> Operate:
    """`python -m bot …` beside the coach, with its key; answers the rows, or what was wrong."""

    async def operated(*words: str) -> Any:  # noqa: ANN401 - rows, or words
        command = [sys.executable, "-m", "bot", *words, "--team", TEAM, "--json"]
        env = clean_environment(REDIS_URL=server.url, WALKAWAY_DATA=str(tmp_path))
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=HOUSE, env=env, capture_output=True, text=True, check=False
        )
        return done.stderr if done.returncode else json.loads(done.stdout)

    return operated


def summaries(up: Living) -> list[str]:
    return [message.reads for message in up.ws.messages("C0DEALTEAM") if message.user == BOT]


async def audited(up: Living) -> list[tuple[str, str]]:
    return [(told["what"], told["kind"]) for _, told in await Pages(up.up.store).next()]


async def closes(up: Living) -> None:
    await up.types("/deal close renewal")
    await up.taps("Close the deal")
    await up.fills({"outcome": "walked_away"})


async def goes(up: Living) -> None:
    """Time enough for what is being forgotten to be gone."""
    for _ in range(4):
        await up.moves(timedelta(seconds=6))


@pytest.mark.parametrize("subject", [("--workspace",), ("--person", "U0MAYA"), ("--deal",)])
async def test_what_is_held_is_neither_forgotten_nor_taken_back_until_it_is_released(
    up: Living, operate: Operate, subject: tuple[str, ...]
) -> None:
    ((deal, _),) = [row.values() for row in await _ids(operate)]
    what = (*subject, deal) if subject == ("--deal",) else subject
    (hold,) = await operate("hold", "set", *what, "--why", "matter 42")
    assert hold["why"] == "matter 42"
    for typed in ("/deal forget renewal", "/deal forget everything"):
        await up.types(typed)
        assert "legal hold" in up.last().reads, typed
    await up.types("/deal shares renewal")
    await up.taps("Take it back")
    assert "legal hold" in up.last().reads
    assert len(summaries(up)) == 1
    assert await operate("hold", "release", *what) == []
    await up.types("/deal forget renewal")
    await up.taps("Forget it")
    await goes(up)
    assert summaries(up) == []
    told = await audited(up)
    assert [line for line in told if line[0].startswith("hold")] == [
        ("hold_set", hold["held"].partition(":")[0]), ("hold_released", hold["held"].partition(":")[0]),
    ]  # fmt: skip


async def _ids(operate: Operate) -> list[dict[str, str]]:
    found = await operate("deals", "--person", "U0MAYA")
    return [{"deal": row["deal"], "status": row["status"]} for row in found]


async def test_a_hold_set_while_a_deal_is_being_forgotten_stops_it_where_it_is(
    up: Living, operate: Operate
) -> None:
    ((deal, _),) = [row.values() for row in await _ids(operate)]
    await up.types("/deal forget renewal")
    await up.taps("Forget it")
    await operate("hold", "set", "--deal", deal)
    await goes(up)
    tenant = (await Pages(up.up.store).next())[0][1]["tenant"]
    assert await up.up.store.load(Cell(tenant, "deal", deal)) is not None
    await operate("hold", "release", "--deal", deal)
    await up.moves(timedelta(hours=2))
    await goes(up)
    assert await up.up.store.load(Cell(tenant, "deal", deal)) is None


async def test_a_hold_set_while_somebody_is_being_forgotten_stops_that_too(
    up: Living, operate: Operate
) -> None:
    await up.types("/deal hours 8-18", "tom")
    await up.types("/deal forget everything", "tom")
    await up.taps("Forget everything", "tom")
    await operate("hold", "set", "--person", "U0TOM")
    await goes(up)
    assert up.seen("All of it is forgotten", "tom") is None
    await operate("hold", "release", "--person", "U0TOM")
    await up.moves(timedelta(hours=2))
    await goes(up)
    assert up.seen("All of it is forgotten", "tom") is not None


async def test_mistakes_at_the_command_line_say_what_was_expected(up: Living, operate: Operate) -> None:
    for words, said in {
        ("hold", "set"): "Expected --deal ID, --person USER or --workspace",
        ("hold", "set", "--deal", "07nothing"): "there is no deal 07nothing",
        ("hold", "release", "--deal", "07nothing"): "there is no hold on deal:07nothing",
        ("deals", "--person", "U0NOBODY"): "never met the coach",
        ("assign", "--deal", (await _ids(operate))[0]["deal"], "--to", "U0MAYA"): "its owner is there",
    }.items():
        assert said in await operate(*words)
    assert await operate("hold") == []
    assert up.ws.state.people


# ---- retention


@asynccontextmanager
async def keeping(days: int | None, ws: Workspace, link: Link, url: str, data: Path) -> AsyncIterator[Living]:
    policy = Policy(keeps=None if days is None else timedelta(days=days))
    async with coach(settings_for(ws, data, redis_url=url, policy=policy)) as up:
        ws.moved = None
        ws.line.request_url = f"http://127.0.0.1:{up.port}/slack/events"
        made = Living(ws, up, link)

        async def moved(offset: timedelta) -> None:
            up.move_clock(offset)

        ws.moved = moved
        yield made


async def test_a_closed_deal_goes_when_it_is_as_old_as_the_policy_says_and_no_sooner(
    ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path, operate: Operate
) -> None:
    async with keeping(40, ws, redis, server.url, tmp_path) as up:
        for name in ("Renewal", "Standing"):
            await up.types("/deal new")
            await up.fills({**DEAL, "name": name})
        await closes(up)
        await up.moves(timedelta(days=39))
        assert len(await _ids(operate)) == 2
        await up.moves(timedelta(days=2))
        await goes(up)
        assert [row["status"] for row in await _ids(operate)] == ["live"]
        assert up.seen("closed for as long as this workspace keeps deals") is None  # deleted with the rest
        assert ("of_age", "deal") in await audited(up)


async def test_a_held_deal_does_not_go_by_age_until_it_is_released(
    ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path, operate: Operate
) -> None:
    async with keeping(5, ws, redis, server.url, tmp_path) as up:
        await up.types("/deal new")
        await up.fills(DEAL)
        await closes(up)
        await operate("hold", "set", "--workspace")
        await up.moves(timedelta(days=9))
        assert len(await _ids(operate)) == 1
        assert up.seen("keeps deals") is None
        await operate("hold", "release", "--workspace")
        await up.moves(timedelta(hours=2))
        await goes(up)
        assert await _ids(operate) == []


async def test_without_a_policy_closed_deals_stay(
    ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path, operate: Operate
) -> None:
    async with keeping(None, ws, redis, server.url, tmp_path) as up:
        await up.types("/deal new")
        await up.fills(DEAL)
        await closes(up)
        for _ in range(3):
            await up.moves(timedelta(days=300))
        assert len(await _ids(operate)) == 1
