"""What newcomers tripped over, told as stories: each of these once went wrong in somebody's first hour."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.details_said import of_words
from bot.local import Workspace
from bot.redis import Link, embedded
from bot.render import Renderer
from dialogs import events
from dialogs.commands import Intention, read_command
from dialogs.deal import Alternative
from dialogs.decisions import GateWaived, PaperRead, Stopped, WaitChosen
from dialogs.details import DetailTold
from dialogs.doubts import Explain, Viewed
from dialogs.effects import Notice, Status, Tell
from dialogs.reminders import DateNear
from tests.living import Living, labels, living
from tests.story import COLLEAGUE, MONDAY, OWNER, Story

BERLIN = "Europe/Berlin"
plain = Renderer("plain")


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        yield made


# ---- words


@pytest.mark.parametrize("said", ["us 95,000", "them 74k", "they offered 74k", "we now 95"])
def test_an_offer_in_plain_words_needs_no_verb(said: str) -> None:
    found = read_command(said)
    assert found == Intention("offer", said, plainly=True)


@pytest.mark.parametrize("said", ["us and them", "they came back", "we are done. 3 is enough"])
def test_words_without_a_figure_are_no_offer(said: str) -> None:
    found = read_command(said)
    assert not (isinstance(found, Intention) and found.plainly)


async def test_what_was_said_before_the_deal_was_chosen_is_not_asked_again(up: Living) -> None:
    await up.types("/deal sample")
    await up.types("/deal new")
    await up.fills({"name": "Second deal", "counterpart": "Acme", "must_haves": "Net 30"})
    await up.types("us 95,000")
    assert "Which deal" in up.last().reads
    await up.taps("Second deal")
    assert "95" in up.last().reads
    assert "What did they offer" not in up.last().reads


async def test_they_came_back_is_about_the_only_deal_that_pauses(up: Living) -> None:
    await up.types("/deal sample")
    await up.types("/deal new")
    await up.fills({"name": "Second deal", "counterpart": "Acme", "must_haves": "Net 30"})
    await up.types("pause second deal until Friday")
    await up.types("they came back")
    assert "Which deal" not in up.last().reads
    assert "Second deal" in up.last().reads


async def test_a_command_with_a_slash_is_never_taken_for_the_words_that_were_asked_for(up: Living) -> None:
    await up.types("/deal sample")
    await up.types("/deal checkin")
    await up.taps("Add a note")
    await up.types("/deal rename second attempt")
    assert any("is now called" in message.reads for message in up.from_coach("maya"))


# ---- days


def _deadline(words: str) -> datetime | None:
    event = of_words("deadline", words, {"id": "e", "at": MONDAY, "by": OWNER}, BERLIN)
    assert isinstance(event, DetailTold)
    return event.moment


def test_a_deadline_without_an_hour_ends_with_its_day() -> None:
    zone = ZoneInfo(BERLIN)
    assert _deadline("Friday") == datetime(2026, 11, 27, 23, 59, 59, tzinfo=zone)
    assert _deadline("next Friday") == datetime(2026, 12, 4, 23, 59, 59, tzinfo=zone)
    assert _deadline("Friday 17:00") == datetime(2026, 11, 27, 17, tzinfo=zone)


def test_a_deadline_that_passed_is_not_told_as_one_to_come() -> None:
    story = Story(deadline=MONDAY + timedelta(days=3)).later(days=2)
    assert "it has passed" not in plain.message(story.does(events.StatusAsked).heard(Status))["text"]
    story.later(days=2)
    assert "it has passed" in plain.message(story.does(events.StatusAsked).heard(Status))["text"]
    story.takes(events.Shown(id="s", at=story.now, by=OWNER, kind="deadline"))
    assert "The deadline was" in plain.message(story.heard(DateNear))["text"]


def test_when_a_deadline_has_passed_the_coach_asks_once_whether_it_moved() -> None:
    story = Story(deadline=MONDAY + timedelta(days=1, hours=2)).later(days=1, hours=3).rings()
    assert story.reminded == ["deadline_passed"]
    story.later(days=3).rings()
    assert "deadline_passed" not in story.reminded
    story.does(DetailTold, what="deadline", moment=story.now + timedelta(hours=1)).later(hours=2).rings()
    assert story.reminded == ["deadline_passed"]


def test_a_plan_b_that_expired_is_shown_as_such() -> None:
    story = Story(alternative=Alternative("Nordsoft", expires=MONDAY + timedelta(days=1)))
    assert "it stood until" not in plain.message(story.does(events.StatusAsked).heard(Status))["text"]
    story.later(days=2)
    assert "it stood until" in plain.message(story.does(events.StatusAsked).heard(Status))["text"]


# ---- at the gate

FIRM = Alternative("Nordsoft", Decimal(90_000), firmness="firm")


def seller(**facts: object) -> Story:
    told = {"side": "seller", "limit": Decimal(85_000), "unit": "€", "must_haves": (), "red_lines": ()}
    return Story(**{**told, **facts})


def test_a_firm_and_better_plan_b_is_said_at_the_gate_and_stops_nobody() -> None:
    stopped = seller(alternative=FIRM).does(PaperRead, value=Decimal(88_000)).heard(Stopped)
    assert stopped.gates == ()
    assert stopped.plan_b is not None
    assert "Nordsoft brings €90k" in plain.message(stopped)["text"]


@pytest.mark.parametrize(
    "known",
    [
        Alternative("Nordsoft", Decimal(90_000), firmness="hope"),
        Alternative("Nordsoft", Decimal(87_000), firmness="firm"),
        Alternative("Nordsoft", Decimal(90_000), firmness="firm", expires=MONDAY - timedelta(days=1)),
    ],
)
def test_a_plan_b_that_is_a_hope_or_worse_or_over_is_not_held_against_the_paper(known: Alternative) -> None:
    assert seller(alternative=known).does(PaperRead, value=Decimal(88_000)).heard(Stopped).plan_b is None


def _waived(story: Story) -> bool:
    return story.deal.deciding is not None and story.deal.deciding.waived


def test_whoever_waits_after_all_is_stopped_again_by_the_same_paper() -> None:
    story = seller().does(PaperRead, value=Decimal(82_000))
    story.does(GateWaived, approved_by="Ana Ruiz", because="the second year makes up for it")
    assert _waived(story)
    story.does(WaitChosen)
    assert not _waived(story)
    assert any(isinstance(entry, WaitChosen) for entry in story.log)


# ---- two on one deal


def test_whoever_is_named_hears_of_it_discreetly_and_sees_only_what_a_colleague_may() -> None:
    story = Story(colleagues=(), limit=Decimal(80), side="seller", alias="Lark")
    story.does(events.ColleagueNamed, person=COLLEAGUE)
    told = story.heard(Notice)
    assert (told.to, told.kind) == (COLLEAGUE, "named")
    assert "DynamicTech" not in plain.message(told)["text"]
    shown = story.takes(events.Shown(id="s", at=story.now, by=COLLEAGUE, kind="named")).heard(Status)
    assert shown.limit is None
    assert "80" not in plain.message(shown)["text"]


def test_a_colleagues_word_is_not_told_as_the_owners() -> None:
    story = Story()
    story.does(events.Answered, question="tone", answer=3, note="you are clowns", by=COLLEAGUE)
    story.does(events.CheckedIn, by=COLLEAGUE)
    (told,) = story.deal.coach.evidence
    assert told.theirs
    page = plain.message(story.does(events.WhyAsked).heard(Explain))["text"]
    assert "in the words of a colleague" in page


def test_the_owners_own_word_is_told_as_theirs() -> None:
    story = Story().checks_in(tone=3)
    assert not story.deal.coach.evidence[0].theirs
    assert "colleague" not in plain.message(story.does(events.WhyAsked).heard(Explain))["text"]


def test_a_view_of_a_check_in_that_was_never_held_is_refused_and_not_kept() -> None:
    story = Story().checks_in(tone=1)
    before = len(story.log)
    story.does(Viewed, check_in=7, question="tone", answer=3, by=COLLEAGUE)
    assert story.told == ["nothing_to_edit"]
    assert len(story.log) == before


async def test_the_last_question_of_a_colleague_does_not_stay_open(up: Living) -> None:
    await up.types("/deal sample")
    await up.types("/deal colleague @tom")
    await up.types("/deal checkin", "tom")
    await up.types("nothing changed", "tom")
    shown = [label for message in up.from_coach("tom") for label, _ in labels(message.blocks)]
    assert shown.count("Skip this one") == 0


def test_a_quoted_sentence_ends_once() -> None:
    story = Story().does(events.Renamed, name="Do not sign!")
    said = plain.message(story.heard(Tell))["text"]
    assert said.endswith("“Do not sign!”")
