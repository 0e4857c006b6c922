"""A person's side of reminders: one message, in their hours, within a budget; absence, and what is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Self, TypeVar

import pytest

from dialogs import news
from dialogs.agenda import Kind
from dialogs.diary import A_DAY, GATHER, SAY
from dialogs.effects import HoursShown, Pass, Remind, Reminders, StandIn, Tell
from dialogs.follows import TellDeal
from dialogs.hours import Hours
from dialogs.people import Person, PersonTurn
from dialogs.person import take
from dialogs.reminders import OwnerMoved

OWNER, TOM = "pOwner", "pTom"
FORM = "%Y %a %d %b %H:%M:%S"
_E = TypeVar("_E")


def on(words: str) -> datetime:
    """`Fri 27 Nov 9:00:00`, of 2026, in UTC."""
    return datetime.strptime(f"2026 {words}", FORM).replace(tzinfo=UTC)


class Diary:
    """A person, their clock, and what they read."""

    def __init__(self, hours: Hours | None = None, *deals: str) -> None:
        self.now, self.count = on("Mon 23 Nov 9:00:00"), 0
        self.turn = PersonTurn(Person(OWNER, hours=hours or Hours()))
        self.timer: datetime | None = None
        for deal in deals:
            self.moves(deal)

    @property
    def person(self) -> Person:
        return self.turn.person

    def takes(self, kind: type[Any], **fields: object) -> Self:
        self.count += 1
        self.turn = take(self.person, kind(id=f"e{self.count}", at=self.now, by=OWNER, **fields))
        for effect in self.all(Remind):
            assert effect.purpose == SAY
            self.timer = effect.due
        return self

    def all(self, kind: type[_E]) -> list[_E]:
        return [effect for effect in self.turn.effects if isinstance(effect, kind)]

    @property
    def told(self) -> list[tuple[str, OwnerMoved]]:
        """What their deals hear of their clock."""
        letters = [(letter.deal, letter.event) for letter in self.all(TellDeal)]
        return [(deal, event) for deal, event in letters if isinstance(event, OwnerMoved)]

    def at(self, words: str) -> Self:
        self.now = on(words)
        return self

    def hears(self, deal: str, *kinds: Kind) -> Self:
        return self.takes(news.RemindersDue, deal=deal, called=deal, kinds=kinds)

    def moves(self, deal: str, **about: object) -> Self:
        line = {"alias": "", "level": "stay", "status": "live", "role": "owner", **about}
        return self.takes(news.DealMoved, deal=deal, name=deal, **line)

    def reads(self, *, late: timedelta = timedelta(0)) -> list[str]:
        """What the next message says, when its timer rings."""
        due, self.timer = self.timer, None
        assert due is not None
        self.now = max(self.now, due + late)
        self.takes(news.Rang, purpose=SAY, due=due)
        return [f"{each.deal} {each.kind}" for message in self.all(Reminders) for each in message.items]


def test_what_several_deals_say_within_a_moment_is_one_message() -> None:
    diary = Diary().hears("a", "check_in").hears("b", "deadline", "check_in").hears("a", "check_in")
    assert diary.timer == diary.now + GATHER
    assert diary.reads() == ["b deadline", "b check_in", "a check_in"]
    assert diary.person == replace(diary.person, waiting=(), says=None)
    assert not diary.all(Remind)


def test_past_the_days_budget_only_what_cannot_wait_is_said_and_the_rest_in_the_morning() -> None:
    diary = Diary()
    for _ in range(A_DAY):
        assert diary.hears("a", "check_in").reads()
    assert diary.hears("a", "check_in").hears("b", "brief", "deadline").reads() == ["b brief", "b deadline"]
    assert diary.timer == on("Tue 24 Nov 9:00:00")
    assert diary.reads() == ["a check_in"]
    assert diary.hears("a", "check_in").reads() == ["a check_in"]  # another day, another budget


def test_the_day_of_the_budget_is_the_persons_own() -> None:
    diary = Diary(Hours(begin=time(0), end=time(0), days=())).takes(news.ZoneSet, zone="Asia/Tokyo")
    diary.at("Mon 23 Nov 14:00:00")  # 23:00 in Tokyo
    for _ in range(A_DAY):
        diary.hears("a", "check_in").reads()
    diary.at("Mon 23 Nov 15:30:00")
    assert diary.hears("a", "check_in").reads() == ["a check_in"]


@pytest.mark.parametrize("hours", [Hours(begin=time(10)), Hours(begin=time(22), end=time(6))])
def test_what_waits_for_the_next_day_waits_for_their_hours(hours: Hours) -> None:
    diary = Diary(hours)
    diary.now = hours.next_allowed(diary.now, "UTC")
    for _ in range(A_DAY):
        diary.hears("a", "check_in").reads()
    assert diary.hears("a", "check_in").reads() == []
    assert diary.timer is not None
    assert hours.allowed(diary.timer, "UTC")


def test_a_message_does_not_slip_past_the_end_of_their_hours() -> None:
    diary = Diary().at("Fri 27 Nov 18:59:58").hears("a", "check_in")
    assert diary.timer == diary.now
    assert diary.reads() == ["a check_in"]


def test_a_worker_that_slept_into_the_night_keeps_the_message_for_the_morning() -> None:
    diary = Diary().at("Fri 27 Nov 18:00:00").hears("a", "check_in", "brief", "deadline")
    assert diary.reads(late=timedelta(hours=3)) == []
    assert diary.timer == on("Mon 30 Nov 8:00:00")
    assert diary.reads() == ["a check_in", "a brief", "a deadline"]


def test_a_letter_that_arrives_at_night_waits_too_but_not_what_may_come_at_any_hour() -> None:
    diary = Diary(Hours(break_through=True)).at("Fri 27 Nov 22:00:00").hears("a", "check_in")
    assert diary.timer == on("Mon 30 Nov 8:00:00")
    assert diary.hears("b", "deadline").hears("c", "pause_over").reads() == ["b deadline", "c pause_over"]
    assert diary.timer == on("Mon 30 Nov 8:00:00")
    assert diary.reads() == ["a check_in"]


def test_a_worker_whose_clock_is_behind_says_it_all_the_same() -> None:
    diary = Diary().at("Fri 27 Nov 22:00:00").hears("a", "check_in")
    diary.now = on("Mon 30 Nov 7:59:59")
    due, diary.timer = diary.timer, None
    diary.takes(news.Rang, purpose=SAY, due=due)
    assert [len(message.items) for message in diary.all(Reminders)] == [1]


def test_a_timer_that_was_given_up_is_set_again_by_the_next_letter() -> None:
    diary = Diary().hears("a", "check_in")
    diary.timer = None
    diary.at("Tue 24 Nov 9:00:00").hears("b", "check_in")
    assert diary.reads() == ["a check_in", "b check_in"]


@pytest.mark.parametrize(
    ("happens", "left"),
    [
        ({"status": "closed"}, []),
        ({"paused": True}, ["a deadline", "a pause_over"]),
        ({"check_ins": 1}, ["a deadline", "a pause_over"]),
        ({"open_question": True}, ["a deadline", "a pause_over"]),
        ({"level": "probe"}, ["a check_in", "a unfinished", "a digest", "a deadline", "a pause_over"]),
    ],
)
def test_what_is_over_before_it_was_said_is_not_said(happens: dict[str, object], left: list[str]) -> None:
    diary = Diary(None, "a", "b").hears("a", "check_in", "unfinished", "digest", "deadline", "pause_over")
    diary.hears("b", "check_in").moves("a", **happens)
    assert diary.reads() == [*left, "b check_in"]


def test_a_message_of_which_nothing_is_left_is_not_sent_and_costs_nothing() -> None:
    diary = Diary(None, "a").hears("a", "check_in").moves("a", status="closed")
    assert diary.reads() == []
    assert diary.person.spoken[1] == 0
    assert diary.timer is None


# ---- hours, absence and zone, told to their deals


def test_hours_are_shown_and_those_that_change_are_told_to_ones_own_live_deals() -> None:
    diary = Diary(None, "a", "b").moves("c", role="colleague").moves("d", status="closed")
    (shown,) = diary.takes(news.HoursWanted).all(HoursShown)
    assert (shown.hours, shown.changed, diary.told) == (Hours(), False, [])
    wanted = Hours(begin=time(10), end=time(16))
    told = diary.takes(news.HoursWanted, hours=wanted).told
    assert [(deal, event.hours) for deal, event in told] == [("a", wanted), ("b", wanted)]


def test_out_of_office_is_told_the_stand_in_is_asked_and_coming_back_ends_it() -> None:
    diary = Diary(None, "a").takes(news.Away, until=on("Mon 30 Nov 9:00:00"), cover=TOM)
    (letter,) = diary.all(Pass)
    assert (letter.person, diary.person.hours.away_since) == (TOM, diary.now)
    (asked,) = take(Person(TOM), letter.event).effects
    assert isinstance(asked, StandIn)
    kept = replace(Hours(), begin=time(7), break_through=True)
    diary.takes(news.HoursWanted, hours=kept)
    assert diary.person.hours.cover == TOM  # other hours do not end an absence
    back = diary.takes(news.Away).person.hours
    assert (back.away_since, back.away_until, back.cover, back.begin) == (None, None, "", time(7))


def test_an_absence_that_is_over_already_is_told_so() -> None:
    diary = Diary(None, "a").takes(news.Away, until=on("Mon 23 Nov 8:00:00"))
    assert [effect.key for effect in diary.all(Tell)] == ["date_past"]
    assert diary.person.hours.away_until is None


def test_a_zone_said_by_themselves_stays_until_they_take_it_back() -> None:
    diary = Diary(None, "a").takes(news.Seen, zone="Europe/Berlin")
    assert [event.zone for _, event in diary.told] == ["Europe/Berlin"]
    diary.takes(news.ZoneSet, zone="Asia/Tokyo").takes(news.Seen, zone="America/New_York")
    assert (diary.person.zone, diary.told) == ("Asia/Tokyo", [])
    assert diary.takes(news.ZoneSet, zone="").person.zone == "America/New_York"


def test_a_deal_opened_by_somebody_with_hours_of_their_own_is_told_them() -> None:
    assert Diary().moves("a").told == []
    ((deal, event),) = Diary(Hours(begin=time(10))).moves("a").told
    assert (deal, event.hours.begin) == ("a", time(10))
