"""Who may do what: the table in the docs, the function, and deals that change hands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.local import Workspace
from bot.redis import Link, embedded
from dialogs import events, roles, shares
from dialogs.deal import Deal
from dialogs.effects import Notice, Pass, Status, Tell
from dialogs.event import Event
from dialogs.exports import ExportWanted
from dialogs.forgets import ForgetConfirmed, LeftForGood
from dialogs.handing import (
    ColleagueLeft,
    HandedOver,
    HandOverAnswered,
    HandOverAsked,
    HandOverWanted,
)
from dialogs.hours import Hours
from dialogs.news import DealMoved
from dialogs.seals import LimitAgreed, LimitsAsked
from tests.happened import KINDS, happened
from tests.living import Living, living
from tests.story import COLLEAGUE, MONDAY, OWNER, STRANGER, Story

TABLE = (Path(__file__).parent.parent / "docs" / "roles.md").read_text("utf-8")
READER, WATCHER, COVER = "pReader", "pWatcher", "pCover"
PEOPLE = {
    "owner": OWNER, "second reader": READER, "colleague": COLLEAGUE, "cover, while the owner is away": COVER,
    "observer": WATCHER, "stranger": STRANGER,
}  # fmt: skip
ROWS: dict[str, tuple[type[Event], ...]] = {
    "check in, say they came back": (events.CheckInStarted, events.ReturnWanted, events.Tapped),
    "ask how the deal goes (paused, closed, the talks are on)": (events.StatusAsked,),
    "agree that a limit is loosened, seeing its kind and the new fact": (LimitAgreed,),
    "see limits, plan B, promise, red lines, evidence, level": (LimitsAsked, events.WhyAsked),
    "log offers, sign, walk, pause, close": (
        events.Offered, events.SignWanted, events.AboutToWalk, events.Paused, events.Closed,
    ),
    "share, recall, export, forget": (
        shares.ShareWanted, shares.ShareConfirmed, shares.ShareRecalled, ExportWanted, ForgetConfirmed,
    ),
    "name people, take them off, hand the deal over": (events.ColleagueNamed, ColleagueLeft, HandOverWanted),
}  # fmt: skip


def staffed() -> Deal:
    away = Hours(away_since=MONDAY, away_until=MONDAY + timedelta(days=30), cover=COVER)
    deal = Story(limit=Decimal(80), side="seller").deal
    return replace(deal, colleagues=(COLLEAGUE, READER), readers=(READER,), observers=(WATCHER,), hours=away)


def table() -> dict[str, dict[str, bool]]:
    lines = [line.strip("|").split("|") for line in TABLE.splitlines() if line.startswith("|")]
    head, _, *rows = [[cell.strip() for cell in line] for line in lines]
    assert all(cell in ("yes", "no") for row in rows for cell in row[1:])
    return {row[0]: dict(zip(head[1:], (cell == "yes" for cell in row[1:]), strict=True)) for row in rows}


def test_the_table_in_the_docs_is_what_the_function_says() -> None:
    assert table().keys() == ROWS.keys()
    for row, cells in table().items():
        assert cells.keys() == PEOPLE.keys()
        for person, said in cells.items():
            for kind in ROWS[row]:
                may = roles.may(staffed(), happened(kind, PEOPLE[person]))
                if not (person == "owner" and kind is LimitAgreed):  # that one is refused by what it is about
                    assert may is said, (row, person, kind.__name__)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_stranger_may_nothing_and_an_observer_only_look(kind: type[Event]) -> None:
    assert not roles.may(staffed(), happened(kind, STRANGER))
    looks = kind in (events.StatusAsked, events.Misread, LeftForGood)  # or leaves
    assert roles.may(staffed(), happened(kind, WATCHER)) is looks


def test_a_cover_may_nothing_once_the_owner_is_back() -> None:
    deal = replace(staffed(), hours=Hours(cover=COVER))
    assert not roles.may(deal, happened(events.CheckInStarted, COVER))


def test_without_a_named_second_reader_every_colleague_is_one() -> None:
    assert roles.role(Story().deal, COLLEAGUE) == "second_reader"
    assert roles.role(staffed(), COLLEAGUE) == "colleague"


def test_somebody_is_one_thing_at_a_time_and_leaves_with_what_they_had_open() -> None:
    story = Story(colleagues=()).does(events.ColleagueNamed, person=STRANGER, role="observer")
    assert (story.deal.observers, story.deal.colleagues) == ((STRANGER,), ())
    assert not story.does(events.StatusAsked, by=STRANGER).heard(Status).sits
    story.does(events.ColleagueNamed, person=STRANGER, role="second_reader").starts(by=STRANGER)
    assert (story.deal.observers, story.deal.readers, story.deal.colleagues) == ((), (STRANGER,), (STRANGER,))
    story.does(ColleagueLeft, person=STRANGER)
    assert (story.deal.readers, story.deal.colleagues, story.deal.seats) == ((), (), {})
    (left,) = [p for p in story.all(Pass) if p.person == STRANGER]
    assert isinstance(left.event, DealMoved)
    assert left.event.status == "closed"
    assert story.does(ColleagueLeft, person=STRANGER).heard(Tell).key == "not_on_it"


# ---- hand-over


def offered() -> Story:
    return Story(limit=Decimal(80), side="seller").starts().does(HandOverWanted, person=STRANGER)


def test_whom_it_is_offered_hears_of_it_discreetly_and_sees_only_the_name() -> None:
    story = offered()
    assert [n.to for n in story.all(Notice)] == [STRANGER]
    asked = story.takes(events.Shown(id="s", at=story.now, by=STRANGER, kind="hand_over")).heard(
        HandOverAsked
    )
    assert asked.to == STRANGER
    for kind in (events.WhyAsked, LimitsAsked):
        assert story.does(kind, by=STRANGER).heard(Tell).key == "not_yours"


def test_it_changes_hands_in_one_step_once_and_for_the_one_it_was_offered() -> None:
    story = offered().does(HandOverAnswered, by=COLLEAGUE, accepted=True)
    assert story.deal.owner == OWNER
    story.does(HandOverAnswered, by=STRANGER, accepted=True)
    assert (story.deal.owner, story.deal.check_in, story.deal.heir) == (STRANGER, None, "")
    assert OWNER in story.deal.colleagues
    assert story.log[-1] == HandedOver(id=story.log[-1].id, at=story.now, by=OWNER, person=STRANGER)
    cards = {p.person: p.event.role for p in story.all(Pass) if isinstance(p.event, DealMoved)}
    assert (cards[STRANGER], cards[OWNER]) == ("owner", "colleague")
    assert story.does(LimitsAsked).heard(Tell).key == "not_yours"
    before = story.deal
    story.does(HandOverAnswered, by=STRANGER, accepted=True)
    assert story.deal.owner == before.owner


def test_an_offer_is_declined_or_taken_back() -> None:
    story = offered().does(HandOverAnswered, by=STRANGER, accepted=False)
    assert (story.deal.owner, story.deal.heir) == (OWNER, "")
    story = offered().does(HandOverWanted)
    assert story.does(HandOverAnswered, by=STRANGER, accepted=True).deal.owner == OWNER
    assert story.heard(Tell).key == "not_yours"


def test_a_closed_deal_is_handed_to_nobody() -> None:
    story = Story().does(events.Closed, outcome="walked_away").does(HandOverWanted, person=STRANGER)
    assert story.heard(Tell).key == "deal_closed"


# ---- through Slack


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        await made.types("/deal sample")
        yield made


async def test_tom_takes_the_deal_over_and_its_reminders_go_by_his_clock(up: Living) -> None:
    await up.types("/deal hand-over @tom")
    await up.taps("Show me", "tom")
    assert "two smaller partners" not in up.last("tom").reads
    await up.taps("I take it", "tom")
    await up.types("/deal limit", "tom")
    assert "Joint roadmap" in up.last("tom").reads
    await up.types("/deal limit")
    assert "Joint roadmap" not in up.last().reads
    await up.types("/deal remind", "tom")
    assert "9:00" in up.last("tom").reads
    zone = next(deal.zone for deal in [await deal_of(up)])
    assert zone == "America/New_York"


async def deal_of(up: Living) -> Deal:
    from bot.redis import Cell  # noqa: PLC0415

    (key,) = [k.decode() for k in await up.link.command("KEYS", "w1:*:deal:*") if k.count(b":") == 4]
    _, _, tenant, _, name = key.split(":")
    found = await up.up.store.load(Cell(tenant, "deal", name))
    assert isinstance(found, Deal)
    return found


async def test_an_observer_sees_that_the_talks_are_on_and_no_more(up: Living) -> None:
    await up.types("/deal observer @tom")
    await up.types("/deal status", "tom")
    assert "The talks are on" in up.last("tom").reads
    assert not any(label in up.last("tom").reads for label in ("Check in", "They came back"))
    await up.types("/deal observer remove @tom")
    await up.types("/deal status", "tom")
    assert "The talks are on" not in up.last("tom").reads
