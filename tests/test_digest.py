"""The digest and the trend: what a person is told of all their deals, and what a room is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.local import Workspace
from bot.local.model import BOT
from bot.redis import Link, embedded
from dialogs import person
from dialogs.digest import Digest, DigestTold, Row, TeamDigest
from dialogs.digesting import DIGEST
from dialogs.effects import Remind, ShowHome
from dialogs.levels import Level
from dialogs.news import DealMoved, DigestRefused, DigestSet, Rang, RemindersDue
from dialogs.people import Person, PersonTurn
from dialogs.rooms import Room, ToRoom
from dialogs.shares import RoomMoved, TakenDown
from tests.living import Living, living
from tests.story import MONDAY, OWNER

BERLIN, TEAM = "Europe/Berlin", Room("slack", "C0DEALTEAM", "deal-team")
NEXT = datetime(2026, 11, 30, 9, tzinfo=ZoneInfo(BERLIN))


class Somebody:
    """A person, and what their last turn came to."""

    def __init__(self) -> None:
        self.turn = PersonTurn(Person(OWNER, zone=BERLIN))
        self.now = MONDAY

    def hears(self, kind: type[Any], **more: Any) -> Any:  # noqa: ANN401 - the effects of its turn
        event = kind(id=f"e{self.now.isoformat()}", at=self.now, by=OWNER, **more)
        self.turn = person.take(self.turn.person, event)
        return self.turn.effects

    def has(self, deal: str, level: str = "stay", **more: Any) -> Any:  # noqa: ANN401
        facts: dict[str, Any] = {"name": deal, "alias": "", "status": "live", "role": "owner", **more}
        return self.hears(DealMoved, deal=deal, level=level, **facts)

    def clock(self) -> datetime | None:
        return next(
            e.due for e in reversed(self.turn.effects) if isinstance(e, Remind) and e.purpose == DIGEST
        )

    def rings(self) -> Any:  # noqa: ANN401
        due = self.clock()
        assert due is not None
        self.now = due
        return self.hears(Rang, purpose=DIGEST, due=due)


# ---- when and what


def test_it_comes_on_monday_at_nine_and_again_a_week_later() -> None:
    maya = Somebody()
    maya.has("01a")
    (told, _) = maya.hears(DigestSet, every="weekly")
    assert (told.what, told.first) == ("set", NEXT)
    said = maya.rings()[0]
    assert isinstance(said, Digest)
    assert (said.count, said.prompted, maya.clock()) == (1, False, NEXT + timedelta(days=7))


def test_nothing_comes_while_no_deal_is_open_and_it_comes_back_with_one() -> None:
    maya = Somebody()
    maya.hears(DigestSet, every="daily")
    assert [type(e) for e in maya.rings()] == [Remind]
    maya.turn = PersonTurn(maya.turn.person, (Remind(DIGEST, maya.clock()),))
    clock = maya.clock()
    maya.has("01a")
    maya.turn = PersonTurn(maya.turn.person, (Remind(DIGEST, clock),))
    assert isinstance(maya.rings()[0], Digest)


def test_off_is_off() -> None:
    maya = Somebody()
    maya.has("01a")
    maya.hears(DigestSet, every="weekly")
    told, remind = maya.hears(DigestSet, every="off")
    assert (told.what, remind.due) == ("off", None)


def test_with_a_digest_of_ones_own_the_weekly_question_of_a_deal_is_part_of_it() -> None:
    maya = Somebody()
    maya.has("01a")
    maya.hears(DigestSet, every="weekly")
    maya.now = NEXT
    maya.hears(RemindersDue, deal="01a", called="", kinds=("digest",))
    maya.now += timedelta(seconds=5)
    assert not [e for e in maya.hears(Rang, purpose="say", due=maya.now) if not isinstance(e, Remind)]


def test_a_room_reads_names_levels_and_dates_and_there_is_no_field_for_more() -> None:
    assert {each.name for each in fields(Row)} == {"deal", "name", "level", "paused", "next_check_in"}
    maya = Somebody()
    maya.has("01a", "pause", alias="Blue")
    maya.has("02b", "walk_away", name="Harbour")
    maya.has("03c", "stay", role="colleague", name="Not mine")
    maya.hears(DigestSet, every="weekly", room=TEAM)
    said = maya.rings()[0]
    assert isinstance(said, ToRoom)
    assert isinstance(said.effect, TeamDigest)
    assert [(row.name, row.level) for row in said.effect.rows] == [
        ("Harbour", Level.WALK_AWAY), ("Blue", Level.PAUSE),
    ]  # fmt: skip


def test_a_room_that_opens_loses_the_digests_that_stand_there_and_gets_no_more() -> None:
    maya = Somebody()
    maya.has("01a")
    maya.hears(DigestSet, every="weekly", room=TEAM)
    slot = maya.rings()[0].slot
    down, told, remind = maya.hears(RoomMoved, room=TEAM, how="opened")
    assert isinstance(down.effect, TakenDown)
    assert (down.slot, told.what, remind.due) == (slot, "refused", None)
    assert maya.hears(RoomMoved, room=TEAM, how="opened") == ()


def test_a_refusal_is_told() -> None:
    (told,) = Somebody().hears(DigestRefused, room=TEAM, why="outsiders")
    assert isinstance(told, DigestTold)
    assert (told.what, told.why) == ("refused", "outsiders")


# ---- the trend


def test_the_trend_says_since_when_it_is_worse_better_or_steady() -> None:
    maya, told = Somebody(), []
    for day, (level, check_ins) in enumerate(
        [("stay", 0), ("probe", 1), ("probe", 2), ("probe", 3), ("stay", 4)]
    ):
        maya.now = MONDAY + timedelta(days=day)
        home = maya.has("01a", level, check_ins=check_ins)[0]
        assert isinstance(home, ShowHome)
        told.append((home.deals[0].trend, home.deals[0].turned and (home.deals[0].turned - MONDAY).days))
    assert told == [("", None), ("worse", 1), ("steady", 2), ("steady", 2), ("better", 4)]


# ---- through Slack


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        await made.types("/deal sample")
        yield made


async def test_a_digest_to_oneself_is_discreet_and_opens_with_a_tap(up: Living) -> None:
    await up.types("/deal digest weekly")
    assert "every Monday at 9:00" in up.last().reads
    await up.moves_to("Monday 9:00")
    said = up.seen("Your digest: 1 open deal")
    assert said is not None
    await up.presses(said, "Show me")
    await up.settled()
    assert "Your deals" in up.last().reads


async def test_a_digest_to_a_room_says_no_secret_and_stops_for_outsiders(up: Living) -> None:
    await up.types("/deal digest weekly #deal-team")
    await up.moves_to("Monday 9:00")
    (said,) = [m for m in up.ws.messages("C0DEALTEAM") if m.user == BOT]
    assert "Deals at a glance" in said.reads
    assert not any(
        secret in said.reads for secret in ("two smaller partners", "exclusivity", "Joint roadmap")
    )
    await up.ws.share("C0DEALTEAM")
    await up.settled()
    (after,) = [m for m in up.ws.messages("C0DEALTEAM") if m.user == BOT]
    assert "It was taken back" in after.reads
    assert "Your digest was not posted" in up.last().reads


async def test_a_limit_in_a_deals_name_stops_the_digest(up: Living) -> None:
    await up.types("/deal new")
    await up.fills({
        "name": "Renewal at 82k", "counterpart": "StagnantCo", "must_haves": "Net 30", "limit": "82000",
        "side": "seller",
    })  # fmt: skip
    await up.types("/deal digest weekly #deal-team")
    await up.moves_to("Monday 9:00")
    assert [m for m in up.ws.messages("C0DEALTEAM") if m.user == BOT] == []
    assert up.seen("Something that only you should know stands in it") is not None
