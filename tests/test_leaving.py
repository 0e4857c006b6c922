"""People leave: an account is closed and its deals find somebody else, or all of theirs is forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.local import Workspace
from bot.local.model import BOT, TEAM
from bot.policy import Policy
from bot.redis import Cell, Link, embedded
from bot.wiring import coach
from dialogs import person as people
from dialogs.effects import Remind, Tell
from dialogs.follows import TellDeal
from dialogs.forgets import AllForgetAsked, LeftForGood
from dialogs.handing import Assigned, HandedOver, OwnerGone
from dialogs.hours import USUAL
from dialogs.news import (
    AllForgetConfirmed,
    AllForgetWanted,
    DealGone,
    DealMoved,
    LeftWorkspace,
    ListAsked,
    Seen,
)
from dialogs.people import Person
from dialogs.reminders import OwnerMoved
from dialogs.roles import everybody
from dialogs.timers import AGENDA, ERASE
from tests.living import Living, living, settings_for
from tests.story import COLLEAGUE, MONDAY, OWNER, STRANGER, Story
from tests.test_holds import DEAL, Operate, audited, goes, operate

__all__ = ["operate"]


def line(deal: str, role: str = "owner", status: str = "live", day: int = 0) -> DealMoved:
    at = MONDAY + timedelta(days=day)
    return DealMoved(
        id=f"m{deal}", at=at, deal=deal, name=deal, alias="", level="stay", status=status, role=role
    )


def knowing(*lines: DealMoved) -> Person:
    person = Person("p")
    for each in lines:
        person = people.take(person, each).person
    return person


# ---- everything forgotten, the core


def test_it_is_asked_first_and_counts_what_is_listed_no_more() -> None:
    lines = [line(f"d{number}", status="closed", day=number) for number in range(25)]
    person = knowing(*lines, line("live"), line("theirs", "colleague"))
    assert (len(person.deals), person.older) == (22, tuple(f"d{number}" for number in range(5)))
    (asked,) = people.take(person, AllForgetWanted(id="e", at=MONDAY, by="p")).effects
    assert isinstance(asked, AllForgetAsked)
    assert (asked.own, asked.others) == (26, 1)


def test_each_deal_is_told_and_the_rest_waits_for_them() -> None:
    turn = people.take(
        knowing(line("d1"), line("d2", "colleague")), AllForgetConfirmed(id="e", at=MONDAY, by="p")
    )
    told = [effect for effect in turn.effects if isinstance(effect, TellDeal)]
    assert [(each.deal, type(each.event)) for each in told] == [("d1", LeftForGood), ("d2", LeftForGood)]
    assert [each.purpose for each in turn.effects if isinstance(each, Remind) and each.due] == [ERASE]
    again = people.take(turn.person, ListAsked(id="f", at=MONDAY, by="p"))
    assert [each.key for each in again.effects if isinstance(each, Tell)] == ["forgetting_all"]
    gone = people.take(turn.person, DealGone(id="g", at=MONDAY, deal="d1"))
    assert "d1" not in gone.person.deals
    older = replace(turn.person, older=("d0",))
    assert people.take(older, DealGone(id="h", at=MONDAY, deal="d0")).person.older == ()


def test_their_own_deal_goes_and_anothers_goes_on_without_them() -> None:
    assert Story().does(LeftForGood).deal.forgetting == "asked"
    story = Story().does(LeftForGood, by=COLLEAGUE)
    assert (story.deal.forgetting, everybody(story.deal), story.deal.past) == ("", (OWNER,), (COLLEAGUE,))


def test_whoever_was_forgotten_begins_anew_and_late_words_of_old_deals_do_not_wake_them() -> None:
    bare = Person("p", forgetting="left", accounts=(("slack-user", "T", "U"),))
    assert people.take(bare, line("old", status="closed")).person == bare
    back = people.take(bare, Seen(id="s", at=MONDAY, by="p", zone="UTC")).person
    assert (back.forgetting, back.accounts) == ("", bare.accounts)


# ---- an account that was closed, the core


def test_their_live_deals_are_told_once() -> None:
    person = replace(knowing(line("d1"), line("d2", "colleague")), addresses={"slack": "U1"})
    turn = people.take(person, LeftWorkspace(id="e", at=MONDAY))
    assert [each.deal for each in turn.effects if isinstance(each, TellDeal)] == ["d1"]
    assert (turn.person.gone, turn.person.addresses) == (True, {})
    assert people.take(turn.person, LeftWorkspace(id="f", at=MONDAY)).effects == ()


def test_a_deal_without_an_owner_asks_nobody_and_its_people_hear_of_it() -> None:
    story = Story().does(OwnerGone)
    assert story.clock is None
    assert [(effect.to, effect.key) for effect in story.all(Tell)] == [(COLLEAGUE, "owner_gone")]
    story.does(OwnerMoved, zone="UTC", hours=USUAL)  # they are back
    assert (story.deal.orphan, story.clock is not None) == (False, True)


def test_it_is_assigned_only_while_its_owner_is_gone_and_to_its_record() -> None:
    assert Story().does(Assigned, by="", person=STRANGER).deal.owner == OWNER
    story = Story().does(OwnerGone).does(Assigned, by="", person=STRANGER)
    assert (story.deal.owner, everybody(story.deal)) == (STRANGER, (STRANGER, COLLEAGUE))
    assert (story.deal.orphan, story.deal.past) == (False, (OWNER,))
    assert isinstance(story.log[-1], Assigned)
    assert not [entry for entry in story.log if isinstance(entry, HandedOver)]
    assert [effect.due is not None for effect in story.all(Remind) if effect.purpose == AGENDA] == [True]


# ---- the whole


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        await made.types("/deal new")
        await made.fills(DEAL)
        yield made


async def record(up: Living, key: bytes) -> Any:  # noqa: ANN401 - whatever lies there
    _, _, tenant, kind, name = key.decode().split(":")
    return await up.up.store.load(Cell(tenant, cast("Any", kind), name))


async def test_nothing_is_left_of_somebody_who_wanted_everything_forgotten(up: Living) -> None:
    await up.types("/deal sample")
    await up.types("/deal digest weekly #deal-team")
    await up.types("/deal colleague renewal @tom")
    await up.moves_to("Monday 9:00")
    await up.moves(timedelta(hours=1))
    assert [m for m in up.ws.messages("C0DEALTEAM") if m.user == BOT]
    await up.types("/deal forget everything")
    assert "2 deals of yours" in up.last().reads
    await up.taps("Forget everything")
    await goes(up)
    await goes(up)
    assert [m.reads for m in up.from_coach()] == [
        "All of it is forgotten: nothing of you is left with me. Write to me, and we begin anew."
    ]
    assert [m for m in up.ws.messages("C0DEALTEAM") if m.user == BOT] == []
    assert "Renewal" not in "".join(m.reads for m in up.from_coach("tom"))
    await up.moves(timedelta(minutes=12))
    assert await up.up.store.known_ident("slack-user", TEAM, "U0MAYA") is None
    assert not [key for key in await up.link.command("KEYS", "w1:*:deal:*") if b":seen:" not in key]
    rooms = [
        await record(up, key) for key in await up.link.command("KEYS", "w1:*:room:*") if key.count(b":") == 4
    ]
    assert [room.people for room in rooms] == [()]
    people_left = [key for key in await up.link.command("KEYS", "w1:*:person:*") if b":seen:" not in key]
    assert len([key for key in people_left if key.count(b":") == 4]) == 1  # tom
    assert ("forgotten_person", "person") in await audited(up)


async def test_a_colleague_who_is_forgotten_leaves_the_deal_behind(up: Living) -> None:
    await up.types("/deal colleague renewal @tom")
    await up.types("/deal forget everything", "tom")
    assert "1 deal of other people" in up.last("tom").reads
    await up.taps("Forget everything", "tom")
    await goes(up)
    await up.types("/deal status renewal")
    assert "Renewal" in up.last().reads
    assert len(up.from_coach("tom")) == 1  # what was said to him of the deal is deleted too
    await up.types("/deal list", "tom")
    assert "no open deals" in up.last("tom").reads


async def test_whoever_left_a_deal_forgets_it_with_the_others_and_one_who_is_gone_stays_gone(
    up: Living,
) -> None:
    await up.ws.change_person("greta", is_restricted=False)
    for person in ("tom", "greta"):
        await up.types("/deal list", person)
        await up.types(f"/deal colleague renewal @{person}")
    await up.types("/deal colleague renewal remove @tom")
    await up.types("/deal forget everything", "greta")
    await up.taps("Forget everything", "greta")
    await goes(up)
    await up.moves(timedelta(minutes=12))
    await up.types("/deal help")
    await up.types("/deal forget renewal")
    await up.taps("Forget it")
    await goes(up)
    keys = [key for key in await up.link.command("KEYS", "w1:*:person:*") if key.count(b":") == 4]
    known = [await record(up, key) for key in keys]
    assert sorted(person.name.split()[0] for person in known) == ["Maya", "Tom"]
    assert [dict(person.deals) for person in known] == [{}, {}]
    assert up.seen("shows this") is not None  # a message that named no deal stays


async def test_an_owner_whose_account_is_closed_hears_no_more_and_the_deal_is_assigned(
    up: Living, operate: Operate
) -> None:
    await up.types("/deal colleague renewal @tom")
    await up.types("/deal list", "tom")
    await up.ws.change_person("maya", deleted=True)
    await up.settled()
    said = len(up.from_coach())
    assert "has left the workspace" in up.last("tom").reads
    await up.moves(timedelta(days=30))
    assert len(up.from_coach()) == said
    (row,) = await operate("deals", "--person", "U0MAYA")
    assert row.keys() == {"deal", "status", "role", "moved"}
    await operate("assign", "--deal", row["deal"], "--to", "U0TOM")
    await up.moves(timedelta(seconds=1))
    await up.hears("is yours now", "tom")  # his own reminders may come after it
    await up.types("/deal limit renewal", "tom")
    assert "Renewal" in up.last("tom").reads
    assert ("assigned", "deal") in await audited(up)


async def test_who_comes_back_has_their_deals_again(up: Living) -> None:
    await up.ws.change_person("maya", deleted=True)
    await up.ws.change_person("maya", deleted=False)
    await up.settled()
    said = len(up.from_coach())
    await up.moves(timedelta(days=7))
    await up.moves_to("Thursday 12:00")  # a working day: in others nothing is said
    assert len(up.from_coach()) > said
    assert "Show me" in up.last().reads


# ---- user groups


async def test_members_of_a_named_group_are_served_and_others_not(
    ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path
) -> None:
    policy = Policy(members="named", groups=frozenset({"S0SALES", "S0UNKNOWN"}))
    ws.state.groups["S0SALES"] = ("U0MAYA", "U0GRETA")
    async with coach(settings_for(ws, tmp_path, redis_url=server.url, policy=policy)) as made:
        ws.line.request_url = f"http://127.0.0.1:{made.port}/slack/events"
        up = Living(ws, made, redis)
        for person, served in {"maya": True, "tom": False, "greta": False}.items():  # greta is a guest
            await up.types("/deal sample", person)
            assert ("is set up" in up.last(person).reads) is served, person
