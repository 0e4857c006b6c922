"""Offers in a line, issues with weights, and what they just did: said, answered, put right, counted once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.offers_said import of_words
from bot.render import Renderer
from dialogs import events, history, offers
from dialogs.deal import Deal
from dialogs.effects import Ask, CheckInEnd, Tell
from dialogs.issues import Issue, read_issues, read_package, score
from dialogs.offered import IssuesShown, Logged, OfferGone, OfferTaken
from tests.story import MONDAY, Story, without_screen

SALE: dict[str, object] = {
    "side": "seller",
    "limit": Decimal(82_000),
    "target": Decimal(110_000),
    "unit": "EUR",
    "deadline": MONDAY + timedelta(days=40),
}
PURCHASE = {**SALE, "side": "buyer", "limit": Decimal(90_000), "target": Decimal(70_000)}
WEIGHTS = "price 60 100k..70k limit 90k, term 40 12..36 months"
PAPER = Renderer("plain")


def said(story: Story, *lines: str) -> Story:
    for line in lines:
        story.later(hours=1).does(offers.OfferSaid, words=line)
    return story


def values(deal: Deal) -> list[tuple[str, Decimal]]:
    return [(offer.by, offer.value) for offer in deal.offers]


def words(story: Story) -> str:
    (effect,) = [e for e in story.turn.effects if isinstance(e, OfferTaken)]
    return str(PAPER.message(effect)["text"])


# ------------------------------------------------------------------ one line


@pytest.mark.parametrize(
    ("line", "by", "value"),
    [
        ("them 82k", "them", 82_000),
        ("they offered 82,000", "them", 82_000),
        ("they just offered €82.000", "them", 82_000),
        ("us 95,000", "us", 95_000),
        ("we asked for 95k", "us", 95_000),
        ("their offer: 82 000", "them", 82_000),
        ("me 0.095m", "us", 95_000),
    ],
)
def test_an_offer_is_one_line(line: str, by: str, value: int) -> None:
    assert values(said(Story(**SALE), line).deal) == [(by, Decimal(value))]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("82k", "offer_whose"),
        ("themselves 82k", "offer_whose"),
        ("", "offer_whose"),
        ("them a lot", "expected_amount"),
        ("them -5", "expected_amount"),
        ("them", "expected_amount"),
    ],
)
def test_what_cannot_be_read_says_what_was_expected_and_changes_nothing(line: str, problem: str) -> None:
    story = Story(**SALE)
    before = story.deal
    assert said(story, line).told == [problem]
    assert story.deal == before
    assert "for example" in str(PAPER.message(story.heard(Tell))["text"])


def test_an_amount_a_thousand_times_off_is_read_as_meant_and_echoed_with_the_other() -> None:
    story = said(Story(**SALE), "them 80k", "them 81")
    assert values(story.deal)[-1] == ("them", Decimal(81_000))
    assert "I read “81” as 81k EUR. Say so if you meant 81 EUR." in words(story)
    assert story.heard(OfferTaken).other == 81
    story.does(offers.OfferMeant, offer=2)
    assert values(story.deal) == [("them", Decimal(80_000)), ("them", Decimal(81))]


def test_a_correction_keeps_both_and_computes_anew() -> None:
    story = said(Story(**SALE), "us 110k", "them 60k", "them 70k", "them 27k", "them 72k instead")
    told = story.heard(OfferTaken)
    assert (told.value, told.old) == (Decimal(72_000), Decimal(27_000))
    straight = said(Story(**SALE), "us 110k", "them 60k", "them 70k", "them 72k")
    assert story.deal.sums.bests == straight.deal.sums.bests
    assert [type(entry).__name__ for entry in story.log[-2:]] == ["Offered", "OfferCorrected"]
    assert without_screen(history.fold(story.log)) == without_screen(story.deal)


def test_undo_takes_the_offer_out_of_every_figure_and_leaves_it_on_the_record() -> None:
    story = said(Story(**SALE), "them 60k", "them 90k").does(offers.OfferWithdrawn, offer=2)
    assert story.heard(OfferGone).value == 90_000
    assert (values(story.deal), story.deal.their_best) == ([("them", Decimal(60_000))], Decimal(60_000))
    assert [type(entry).__name__ for entry in story.log].count("Offered") == 2
    said(story, "them 65k")
    assert [offer.number for offer in story.deal.offers] == [1, 3]
    assert story.does(offers.OfferWithdrawn, offer=2).told == ["old_button"]


@pytest.mark.parametrize(("facts", "line", "gap"), [(SALE, "us 80k", 2_000), (PURCHASE, "us 92k", 2_000)])
def test_our_offer_across_our_own_limit_is_answered_at_once(
    facts: dict[str, object], line: str, gap: int
) -> None:
    story = said(Story(**facts), "us 88k", "them 70k" if facts is SALE else "them 100k", line)
    (across,) = story.heard(OfferTaken).across
    assert across.by == gap
    assert not story.heard(OfferTaken).opening
    text = words(story)
    assert "2,000" in text
    assert "Three ways on" in text
    for tap in ("Undo", "Words to ask for something back", "Take a pause"):
        assert tap in text


def test_an_opening_quote_across_it_gets_one_calm_line() -> None:
    story = said(Story(**SALE), "us 80k")
    assert story.heard(OfferTaken).opening
    assert "nothing is settled yet" in words(story)
    assert "Three ways on" not in words(story)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.booleans())
def test_an_offer_is_across_the_limit_exactly_where_it_is_worse(value: int, limit: int, seller: bool) -> None:
    story = Story(side="seller" if seller else "buyer", limit=Decimal(limit))
    story.does(offers.OfferSaid, words=f"us {value}")
    taken = story.heard(OfferTaken)
    assert bool(taken.across) == (taken.value < limit if seller else taken.value > limit)


# ------------------------------------------------------------------ issues


def test_issues_are_set_in_words_and_repeated_in_plain_ones() -> None:
    story = Story(**PURCHASE).does(offers.IssuesWanted, words=WEIGHTS)
    shown = story.heard(IssuesShown)
    assert [(i.name, i.weight, i.limit) for i in shown.issues] == [
        ("price", Decimal(60), Decimal(90_000)),
        ("term", Decimal(40), None),
    ]
    text = str(PAPER.message(shown)["text"])
    assert "Price counts 60 of 100: 100k is worth nothing, 70k all of it; your limit is 90k." in text
    assert (story.deal.unit, story.deal.side, story.deal.limit) == ("points", "seller", None)


def test_a_package_is_scored_and_shown_as_it_was_typed() -> None:
    story = Story(**PURCHASE).does(offers.IssuesWanted, words=WEIGHTS)
    said(story, "them price=82000 term=24m")
    assert values(story.deal) == [("them", Decimal("56.00"))]
    assert story.deal.offers[-1].package == (("price", Decimal(82_000)), ("term", Decimal(24)))
    assert "They offered price 82k, term 24 months: 56 points of 100." in words(story)


def test_our_package_across_one_issues_limit_says_which() -> None:
    story = Story(**PURCHASE).does(offers.IssuesWanted, words=WEIGHTS)
    said(story, "them price=95000 term=12", "us price=91000 term=36")
    assert [(a.issue, a.by) for a in story.heard(OfferTaken).across] == [("price", Decimal(1_000))]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("price 60 100k..70k limit 90k, term 30 12..36", "weights_of_100"),
        ("price sixty", "expected_issue"),
        ("price 50 1..2 limit 1, price 50 1..2", "issue_twice"),
        ("price 100 5..5", "expected_issue"),
        ("term 100 12..36 months", "issues_need_limit"),
        ("", "issues_expected"),
    ],
)
def test_issues_that_cannot_be_taken_say_why_and_lose_nothing(words: str, problem: str) -> None:
    story = Story(**PURCHASE)
    before = story.deal
    assert story.does(offers.IssuesWanted, words=words).told == [problem]
    assert story.deal == before
    assert PAPER.message(story.heard(Tell))["text"]


def test_a_limit_is_not_made_looser_by_the_way() -> None:
    story = Story(**PURCHASE).does(offers.IssuesWanted, words=WEIGHTS)
    assert story.does(offers.IssuesWanted, words=WEIGHTS.replace("90k", "95k")).told == ["issue_limit_looser"]
    assert story.does(offers.IssuesWanted, words=WEIGHTS.replace("90k", "85k")).told == []
    assert story.deal.issues[0].limit == 85_000


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_better_figure_never_scores_less(one: int, other: int) -> None:
    found = read_issues(WEIGHTS)
    assert isinstance(found, tuple)
    low, high = sorted((one, other))
    at = [score(found, (("price", Decimal(80_000)), ("term", Decimal(term)))) for term in (low, high)]
    assert at[0] <= at[1]


def test_a_name_cut_short_is_understood_while_it_means_one() -> None:
    two = (
        Issue("price", Decimal(50), Decimal(1), Decimal(2)),
        Issue("pilot", Decimal(50), Decimal(0), Decimal(9)),
    )
    assert read_package(two, "pr=2 pi=3") == (("price", Decimal(2)), ("pilot", Decimal(3)))
    assert not isinstance(read_package(two, "p=2 pi=3"), tuple)


# ------------------------------------------------------------------ they just …


def test_what_they_just_did_waits_for_the_next_check_in_and_counts_once() -> None:
    story = Story().later(days=1).does(offers.Happened, what="insulted", words="you clowns")
    assert (story.heard(Logged).value, story.total) == (2, 0)
    story.later(days=1).starts()
    assert "tone" not in story.round.plan
    story.finishes_calmly()
    evidence = [e for e in story.deal.coach.evidence if e.question == "tone"]
    assert [(e.value, e.words, e.at) for e in evidence] == [(2, "you clowns", MONDAY + timedelta(days=1))]
    assert story.weights["C"] == pytest.approx(0.9)
    assert without_screen(history.fold(story.log)) == without_screen(story.deal)


def test_an_insult_without_words_counts_as_cooler() -> None:
    story = Story().does(offers.Happened, what="insulted")
    assert story.heard(Logged).value == 1
    assert "Add their words" in str(PAPER.message(story.heard(Logged))["text"])


def test_it_can_be_taken_back_until_then() -> None:
    story = Story().does(offers.Happened, what="ultimatum").does(offers.Unsaid, question="pressure")
    assert (story.told, story.deal.check_in) == (["unsaid"], None)
    assert story.does(offers.Unsaid, question="pressure").told == ["old_button"]


def test_nothing_changed_does_not_drop_what_was_logged() -> None:
    story = Story().does(offers.Happened, what="ultimatum").starts().does(events.NothingToReport)
    assert story.weights["P"] == pytest.approx(0.9)
    assert story.deal.coach.check_ins == 1


def test_it_never_raises_the_level_before_a_check_in_ends() -> None:
    story = Story()
    for what in ("ultimatum", "new_demand", "went_back", "insulted"):
        story.later(hours=1).does(offers.Happened, what=what, words="x")
        assert not story.nudged
    assert story.level == "stay"


@pytest.mark.parametrize(
    ("typed", "what", "words"),
    [
        ("insulted: “you clowns”", "insulted", "you clowns"),
        ("they just gave an ultimatum", "ultimatum", ""),
        ("went back on the price", "went_back", "on the price"),
    ],
)
def test_it_can_be_typed(typed: str, what: str, words: str) -> None:
    event = of_words("log", typed, {"id": "e", "at": datetime(2026, 1, 1, tzinfo=UTC), "by": "p"})
    assert isinstance(event, offers.Happened)
    assert (event.what, event.words) == (what, words)


# ------------------------------------------------------------------ what the record knows is not asked


def after_a_check_in(*lines: str, facts: dict[str, object] = SALE) -> Story:
    story = said(Story(**facts, must_haves=()), "us 110k", "them 60k").later(days=1).starts()
    while story.deal.check_in is not None:
        if story.heard(Ask).question == "offer":
            story.taps(same=True)
        else:
            story.calmly()
    return said(story, *lines).later(days=1).starts()


@pytest.mark.parametrize(
    ("line", "movement"), [("them 66k", 0), ("them 61k", 1), ("them 60k", 2), ("them 59k", 3)]
)
def test_logged_offers_answer_whether_they_moved(line: str, movement: int) -> None:
    story = after_a_check_in(line)
    story.answers_calmly_until("offer").taps(same=True)
    assert story.round.answers["movement"].value == movement
    story.finishes_calmly()
    assert "from what you told me" in str(PAPER.message(story.heard(CheckInEnd))["text"])


def test_without_a_new_offer_movement_is_asked() -> None:
    story = after_a_check_in()
    story.skips()
    assert story.heard(Ask).question == "movement"


def test_the_mirror_image_answers_the_same() -> None:
    mirrored = {**SALE, "side": "buyer", "limit": Decimal(120_000) - Decimal(82_000), "target": None}
    for line, movement in (("them 54k", 0), ("them 59k", 1), ("them 60k", 2), ("them 61k", 3)):
        story = said(Story(**mirrored, must_haves=()), "us 10k", "them 60k").later(days=1).starts()
        while story.deal.check_in is not None:
            story.taps(same=True) if story.heard(Ask).question == "offer" else story.calmly()
        said(story, line).later(days=1).starts().answers_calmly_until("offer").taps(same=True)
        assert story.round.answers["movement"].value == movement


def test_a_redelivered_record_folds_to_the_same_deal() -> None:
    story = said(after_a_check_in("them 66k", "us 108k"), "them 67k instead").finishes_calmly()
    assert replace(without_screen(history.fold(story.log)), coach=story.deal.coach) == without_screen(
        story.deal
    )
