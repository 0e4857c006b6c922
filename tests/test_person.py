"""The person: their list, which deal they mean, and letters that arrive late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs import event, events, news
from dialogs.effects import ChooseDeal, Help, ListDeals, OfferSetUp, ShowHome, Tell
from dialogs.people import Person, PersonTurn
from dialogs.person import CLOSED_KEPT, meant, named, take
from tests.story import MONDAY, OWNER


def line(deal: str, name: str, **about: object) -> news.DealMoved:
    told = news.DealMoved(
        id=f"e/{deal}", at=MONDAY, deal=deal, name=name, alias="", level="stay", status="live", role="owner"
    )
    return replace(told, **about)  # type: ignore[arg-type]


def somebody(*lines: news.DealMoved) -> Person:
    person = Person(OWNER)
    for told in lines:
        person = take(person, told).person
    return person


def asks(person: Person, kind: type[event.Event], **about: object) -> PersonTurn:
    event: news.PersonEvent = kind(id="e", at=MONDAY, **about)  # type: ignore[assignment, arg-type]
    return take(person, event)


ACME, BOLT = line("d1", "Acme renewal"), line("d2", "Bolt", alias="the small one")


def test_the_most_urgent_deal_comes_first_and_one_that_rests_after_its_equals() -> None:
    person = somebody(
        line("d1", "a", level="probe"),
        line("d2", "b", level="walk_away"),
        line("d3", "c", level="probe", paused=True),
        line("d4", "B", level="probe"),
        line("d5", "e", status="closed", level="walk_away"),
    )
    assert [deal.name for deal in person.live] == ["b", "a", "B", "c"]
    (listed,) = asks(person, news.ListAsked).effects
    assert isinstance(listed, ListDeals)
    assert listed.deals == person.live


def test_an_older_letter_does_not_overwrite_a_newer_line() -> None:
    newer = line("d1", "Acme renewal", level="pause", at=MONDAY + timedelta(hours=1))
    person = somebody(newer, line("d1", "Acme renewal", level="stay"))
    assert person.deals["d1"].level == "pause"


def test_which_line_is_newer_is_told_by_the_deal_and_not_by_two_clocks() -> None:
    later, earlier = MONDAY + timedelta(minutes=10), MONDAY
    first = line("d1", "Acme renewal", level="stay", at=later, turn=4)
    assert somebody(first, replace(first, level="pause", at=earlier, turn=5)).deals["d1"].level == "pause"
    assert somebody(first, replace(first, level="pause", at=later, turn=3)).deals["d1"].level == "stay"
    opened = replace(first, open_question=True, at=earlier)  # nothing on record, and still news
    assert somebody(first, opened).deals["d1"].open_question


def test_a_line_that_moved_is_shown_at_home() -> None:
    (home,) = take(Person(OWNER), ACME).effects
    assert isinstance(home, ShowHome)
    assert (home.deals, home.prompted) == ((ACME,), False)


def test_a_new_deal_of_ones_own_is_the_one_talked_about() -> None:
    assert somebody(ACME, BOLT).focus == "d2"
    assert somebody(ACME, replace(BOLT, role="colleague")).focus == "d1"
    assert asks(somebody(ACME, BOLT), news.DealFocused, deal="d1").person.focus == "d1"


def test_a_closed_deal_is_talked_about_no_more() -> None:
    assert somebody(ACME, replace(ACME, status="closed")).focus == ""


def test_of_closed_deals_the_newest_few_are_kept() -> None:
    many = [line(f"old{n}", f"n{n}", status="closed", at=MONDAY + timedelta(days=n)) for n in range(25)]
    person = somebody(ACME, *many)
    assert len(person.deals) == CLOSED_KEPT + 1
    assert "old4" not in person.deals
    assert "old24" in person.deals


@pytest.mark.parametrize(
    ("words", "deal", "rest"),
    [
        ("acme renewal", "d1", ""),
        ("ACME Renewal until Thursday", "d1", "until Thursday"),
        ("the small one now", "d2", "now"),
        ("acm because legal", "d1", "because legal"),
        ("sma", "d2", ""),
        ("zeta", None, "zeta"),
        ("", None, ""),
    ],
)
def test_a_deal_is_named_by_name_alias_or_first_letters(words: str, deal: str | None, rest: str) -> None:
    found, left = named(somebody(ACME, BOLT), words)
    assert (found.deal if found else None, left) == (deal, rest)


def test_of_two_names_the_longer_that_fits_is_meant() -> None:
    found, rest = named(somebody(line("d1", "Acme"), line("d2", "Acme renewal")), "acme renewal now")
    assert (found.deal if found else None, rest) == ("d2", "now")


def test_letters_that_could_mean_two_deals_mean_none() -> None:
    assert named(somebody(ACME, line("d3", "Acorn")), "ac") == (None, "ac")


def test_without_a_name_the_only_live_deal_is_meant() -> None:
    person = somebody(ACME, replace(BOLT, status="closed"))
    assert meant(person, "because legal") == (ACME, "because legal")
    found, _ = meant(person, "", "reopen")
    assert found is not None
    assert found.deal == "d2"


@pytest.mark.parametrize(
    ("person", "verb", "expected"),
    [
        (somebody(ACME, BOLT), "pause", ChooseDeal),
        (Person(OWNER), "pause", Tell),
        (somebody(ACME), "reopen", Tell),
        (somebody(replace(ACME, status="closed")), "reopen", ChooseDeal),
    ],
)
def test_where_it_is_unclear_it_asks_which_deal(person: Person, verb: str, expected: type[object]) -> None:
    (effect,) = asks(person, news.DealUnclear, verb=verb).effects
    assert isinstance(effect, expected)


def test_a_newcomer_is_welcomed_once() -> None:
    first = asks(Person(OWNER), news.Greeted)
    assert [type(effect) for effect in first.effects] == [Help, ShowHome]
    assert [type(effect) for effect in asks(first.person, news.Greeted).effects] == [ShowHome]


def test_a_profile_brings_the_zone_and_keeps_a_name_it_does_not_know() -> None:
    person = asks(Person(OWNER, name="Ada"), news.Seen, zone="Asia/Tokyo", language="ja").person
    assert (person.zone, person.name, person.language) == ("Asia/Tokyo", "Ada", "ja")


def test_help_setting_up_and_what_cannot_be_read_each_have_an_answer() -> None:
    (shown,) = asks(somebody(ACME), news.HelpAsked).effects
    assert shown == Help(to=OWNER, has_deals=True)
    (offered,) = asks(Person(OWNER), news.SetUpWanted, name="Acme").effects
    assert isinstance(offered, OfferSetUp)
    (told,) = asks(
        Person(OWNER), events.Misread, problem="unknown_command", text="pouse", field="pause"
    ).effects
    assert told == Tell(to=OWNER, key="unknown_command", about={"text": "pouse", "near": "pause"})
