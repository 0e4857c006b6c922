"""A deal is forgotten: asked first, then nothing of it is left, in Redis, in chats, in lists, in rooms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.letters import codec
from bot.local import Workspace
from bot.local.model import BOT
from bot.redis import Cell, Link, embedded
from bot.redis.keys import read_member
from dialogs.effects import Remind, Tell
from dialogs.follows import DealFollowed, FollowWanted, TellDeal
from dialogs.forgets import ForgetAsked, ForgetConfirmed, ForgetWanted
from dialogs.reminders import RemindersAsked
from dialogs.timers import ERASE
from tests.living import Living, living
from tests.story import COLLEAGUE, STRANGER, Story

DEAL = {
    "name": "Renewal", "counterpart": "StagnantCo", "must_haves": "Net 30", "limit": "82000",
    "side": "seller", "alternative": "Nordwind",
}  # fmt: skip
WORDS = ("Renewal", "StagnantCo", "Net 30", "82k", "Nordwind")


# ---- the core


def test_it_is_asked_first_and_only_the_owner_is() -> None:
    assert Story().does(ForgetWanted).heard(ForgetAsked).shares == 0
    for who in (COLLEAGUE, STRANGER):
        for kind in (ForgetWanted, ForgetConfirmed):
            assert Story().does(kind, by=who).heard(Tell).key == "not_yours"


def test_a_deal_that_is_being_forgotten_hears_nothing_more() -> None:
    story = Story().does(ForgetConfirmed)
    assert [effect.purpose for effect in story.all(Remind) if effect.due] == [ERASE]
    deal = story.deal
    story.does(RemindersAsked)
    assert (story.heard(Tell).key, story.deal) == ("forgetting", deal)


def test_who_follows_it_hears_that_it_is_gone() -> None:
    story = Story().does(FollowWanted, follower="07other").does(ForgetConfirmed)
    (told,) = story.all(TellDeal)
    assert isinstance(told.event, DealFollowed)
    assert (told.deal, told.event.gone) == ("07other", True)


# ---- the whole


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        await made.types("/deal new")
        await made.fills(DEAL)
        await made.types("/deal colleague @tom")
        await made.types("them 74k")
        await made.types("/deal share renewal #deal-team")
        await made.taps("Post it")
        await made.types("/deal checkin renewal")
        await made.taps("Add a note")
        await made.types("they laughed at Nordwind")
        yield made


async def found(up: Living, deal: str) -> list[str]:
    """Every key that names a deal, and every record that holds its id when it is opened."""
    left = [key.decode() for key in await up.link.command("KEYS", "*") if deal.encode() in key]
    left = [key for key in left if ":seen:" not in key]  # hashes of event ids, which expire
    for key in await up.link.command("KEYS", "w1:*"):
        parts = key.decode().split(":")
        if len(parts) == 5 and parts[3] in ("deal", "person", "room"):
            record = await up.up.store.load(Cell(parts[2], parts[3], parts[4]))
            if record is not None and deal.encode() in codec().pack(record):
                left.append(key.decode())
        elif key.decode().endswith(":due"):
            left += [m.decode() for m in await up.link.command("ZRANGE", key, 0, -1)
                     if read_member(m.decode())[0].id == deal]  # fmt: skip
    return left


async def deal_of(up: Living) -> str:
    (key,) = [key.decode() for key in await up.link.command("KEYS", "w1:*:deal:*") if key.count(b":") == 4]
    return str(key.rsplit(":", 1)[1])


async def test_nothing_is_left_of_a_deal_that_was_forgotten(up: Living) -> None:
    deal = await deal_of(up)
    await up.types("/deal list")
    await up.types("/deal list", "tom")
    assert len(await found(up, deal)) > 3
    await up.types("/deal forget renewal")
    assert "1 summary in channels too" in up.last().reads
    await up.taps("Forget it")
    for _ in range(4):
        await up.moves(timedelta(seconds=6))
    assert await found(up, deal) == []
    said = "".join(f"{m.reads}{m.text}" for who in ("maya", "tom") for m in up.from_coach(who))
    assert not [word for word in WORDS if word in said]
    assert [m for m in up.ws.messages("C0DEALTEAM") if m.user == BOT] == []
    assert up.last().reads == "The deal is forgotten: nothing of it is left with me."
    await up.types("/deal list")
    assert "no open deals" in up.last().reads


async def test_kept_is_kept(up: Living) -> None:
    await up.types("/deal forget renewal")
    await up.taps("Keep it")
    assert "Renewal" in up.last().reads
