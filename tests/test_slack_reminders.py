"""Reminders through the local workspace: the clock moves, one comes, is put off, waits for one's return."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.local import Workspace
from bot.redis import Link, embedded
from tests.living import Living, living

DUE = "five minutes, when it suits you."
SECRETS = ("StagnantCo", "Joint roadmap", "exclusivity", "I will leave if")


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        await made.moves_to("Sunday 18:00")
        await made.types("/deal sample")
        yield made


def heard(up: Living, words: str = DUE) -> int:
    return sum(words in message.reads for message in up.from_coach())


async def test_a_day_and_a_time_are_kept_week_after_week(up: Living) -> None:
    await up.types("/deal remind every tuesday 9:30")
    assert "every Tuesday" in up.last().reads
    for count in (1, 2):
        await up.moves_to("Tuesday 9:00")
        assert heard(up) == count - 1
        await up.moves_to("Tuesday 9:31")
        assert heard(up) == count
    assert not any(secret in up.last().reads for secret in SECRETS)


async def test_one_that_is_put_off_comes_again_and_the_rhythm_stays(up: Living) -> None:
    await up.types("/deal remind daily")
    await up.moves_to("Monday 9:01")
    await up.taps("Later today")
    assert "I come back to it on" in up.last().reads
    await up.moves_to("Monday 12:05")
    assert heard(up) == 2
    await up.moves_to("Tuesday 9:01")
    assert heard(up) == 3


async def test_on_leave_nothing_comes_and_on_return_it_does(up: Living) -> None:
    await up.types("/deal remind daily")
    await up.types("/deal ooo until thursday")
    assert "away until" in up.last().reads
    await up.moves_to("Wednesday 18:00")
    assert heard(up) == 0
    await up.moves_to("Thursday 9:01")
    assert heard(up) == 1


async def test_whoever_stands_in_is_asked_once_and_may_check_in_meanwhile(up: Living) -> None:
    await up.types("/deal ooo until thursday cover @tom")
    asked = await up.hears("named you to stand in", "tom")
    assert not any(secret in asked.reads for secret in SECRETS)
    await up.types("/deal checkin", "tom")
    assert "1 of" in up.last("tom").reads
    await up.moves_to("Friday 10:00")
    await up.taps("No, something new", "tom")
    assert "belongs to somebody else" in up.last("tom").reads


async def test_a_talk_brings_a_brief_before_silence_and_a_question_after(up: Living) -> None:
    await up.types("/deal remind daily")
    await up.types("/deal talk Monday 10:00 for 2 hours")
    await up.moves_to("Monday 9:01")
    await up.hears("something to read before you go in.")
    await up.taps("Show me")
    assert "I will leave if" in (await up.hears("before you go in")).reads
    await up.moves_to("Monday 11:30")
    assert heard(up) == 0
    await up.moves_to("Monday 12:01")
    assert heard(up) == 1


async def test_several_deals_due_at_once_make_one_message(up: Living) -> None:
    await up.types("/deal new")
    await up.fills({"name": "The lease", "counterpart": "Acme", "must_haves": "Net 30", "alias": "Lark"})
    for name in ("harbour", "lark"):
        await up.types(f"/deal remind {name} daily")
    before = len(up.from_coach())
    await up.moves_to("Monday 9:01")
    new = up.from_coach()[before:]
    assert len(new) == 1
    assert "Project Harbour" in new[0].reads
    assert "Lark" in new[0].reads


async def test_after_two_without_an_answer_it_asks_once_a_week(up: Living) -> None:
    await up.types("/deal remind daily")
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        await up.moves_to(f"{day} 9:01")
    assert heard(up) == 2
    await up.moves_to("Monday 9:01")
    assert heard(up, "Once a week I ask.") == 1


async def test_never_is_never_and_can_be_undone(up: Living) -> None:
    await up.types("/deal remind daily")
    await up.moves_to("Monday 9:01")
    await up.taps("Never here")
    await up.moves_to("Thursday 9:01")
    assert heard(up) == 1
    await up.taps("Undo")
    await up.moves_to("Friday 9:01")
    assert heard(up) == 2


async def test_a_zone_that_moves_in_the_profile_moves_the_reminders(up: Living) -> None:
    await up.types("/deal remind daily")
    await up.ws.change_person("maya", zone="America/New_York")
    await up.settled()
    await up.moves_to("Monday 9:30")  # Berlin: it is the middle of the night in New York
    assert heard(up) == 0
    await up.moves(timedelta(hours=6))
    assert heard(up) == 1


async def test_what_cannot_be_read_is_told_with_an_example(up: Living) -> None:
    for words, example in (
        ("/deal remind every blue moon", "every Tuesday 9:30"),
        ("/deal talk soon", "Thursday 3pm"),
        ("/deal hours whenever", "9-17 mon-thu"),
        ("/deal ooo", "until Monday"),
        ("/deal zone Atlantis", "Europe/Madrid"),
        ("/deal holidays XX", "DE"),
    ):
        await up.types(words)
        assert example in up.last().reads, words


async def test_closing_a_deal_leaves_no_reminder_behind(up: Living) -> None:
    await up.types("/deal remind daily")
    await up.types("/deal close")
    await up.taps("Close the deal")
    await up.ws.wait_for(lambda: up.ws.view("maya"))
    await up.fills({"outcome": "impasse"})
    await up.moves(timedelta(days=8))
    assert heard(up) == 0
