"""The fit: what their offers say of the time left, in both rules, from both sides, in any unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import events, fit, sums
from dialogs.deal import Alternative, Rules
from dialogs.fit import Outlook, outlook
from dialogs.sums import PATH_KEPT, Measure, Put, Sums
from tests.story import MONDAY, OWNER, Story

DAYS = 100
few = settings(max_examples=60, deadline=None)
both = pytest.mark.parametrize("rules", [1, 2])
POINTS = st.decimals(0, 100, places=1, allow_nan=False, allow_infinity=False)
OFFERS = st.lists(st.tuples(st.integers(1, 90), POINTS), min_size=3, max_size=9, unique_by=lambda o: o[0])
RULES: st.SearchStrategy[Rules] = st.sampled_from((1, 2))


def deal(rules: Rules = 2, **facts: object) -> Story:
    """A seller in points, with a hundred days and 80 to reach."""
    told = {"side": "seller", "unit": "points", "limit": Decimal(80)}
    return Story(**{**told, "deadline": MONDAY + timedelta(days=DAYS), "rules": rules, **facts})


def offers(
    story: Story, theirs: Iterable[tuple[int, Decimal]], ours: Sequence[tuple[int, Decimal]] = ()
) -> Story:
    """Their offers and ours, each on its day; on the same day theirs first."""
    told = sorted([(day, 0, value) for day, value in theirs] + [(day, 1, value) for day, value in ours])
    for day, who, value in told:
        story.now = MONDAY + timedelta(days=day)
        story.does(events.Offered, side=("them", "us")[who], value=value)
    return story


def seen(story: Story) -> Outlook | None:
    return outlook(story.deal, story.now)


def heard(story: Story) -> Outlook:
    found = seen(story)
    assert found is not None
    return found


def steady(*values: float, every: int = 10) -> list[tuple[int, Decimal]]:
    return [(every * (n + 1), Decimal(str(value))) for n, value in enumerate(values)]


# ---- where it speaks


def test_it_speaks_from_their_third_offer_on() -> None:
    story = offers(deal(), steady(10, 20))
    assert seen(story) is None
    assert seen(offers(story, [(30, Decimal(25))])) is not None


@pytest.mark.parametrize(
    "facts",
    [
        {"side": "neither"},
        {"side": None},
        {"deadline": None},
        {"deadline": MONDAY},
        {"limit": None},
        {"limit": None, "alternative": Alternative("hoped for", Decimal(60), firmness="hope")},
        {"limit": None, "alternative": Alternative("no figure", firmness="firm")},
        {"limit": None, "alternative": Alternative("half a spread", low=Decimal(1), likely=Decimal(2))},
        {"limit": None, "alternative": Alternative("over", Decimal(60), None, None, None, "firm", MONDAY)},
        {"unit": "EUR"},
        {"unit": "EUR", "target": Decimal(10)},
        {"unit": "EUR", "target": Decimal(5)},
    ],
)
@both
def test_without_side_time_bar_or_scale_it_is_silent(rules: Rules, facts: dict[str, object]) -> None:
    assert seen(offers(deal(rules, **facts), steady(10, 20, 30))) is None


@both
def test_where_they_began_at_the_very_end_it_is_silent(rules: Rules) -> None:
    assert seen(offers(deal(rules), [(DAYS + day, Decimal(day)) for day in (1, 2, 3)])) is None


@pytest.mark.parametrize(
    "alternative",
    [
        Alternative("an offer", Decimal(60), firmness="likely"),
        Alternative("an offer", Decimal(60)),
        Alternative("a spread", low=Decimal(50), likely=Decimal(60), high=Decimal(70), firmness="firm"),
    ],
)
@both
def test_an_alternative_that_has_a_value_takes_the_place_of_a_limit(
    rules: Rules, alternative: Alternative
) -> None:
    told = offers(deal(rules, limit=None, alternative=alternative), steady(10, 12, 13))
    assert heard(told).p > 0.5


@both
def test_a_firm_and_better_alternative_raises_the_bar_until_it_expires(rules: Rules) -> None:
    def bar(firmness: str, value: int, days: int) -> tuple[Decimal, ...]:
        other = Alternative("b", Decimal(value), None, None, None, firmness, MONDAY + timedelta(days=days))  # type: ignore[arg-type]
        story = offers(deal(rules, alternative=other), steady(10, 20, 30))
        return tuple(value for _, value in fit.floors(story.deal, story.now))

    assert bar("firm", 90, 50) == (Decimal(90),)
    limit = (Decimal(80),)
    assert bar("likely", 90, 50) == bar("hope", 90, 50) == bar("firm", 70, 50) == bar("firm", 90, 30) == limit


# ---- what it says


@both
def test_who_stands_still_far_below_will_not_be_there_and_who_comes_steadily_will(rules: Rules) -> None:
    still, coming = steady(20, 20, 20, 20, 20), steady(20, 32, 44, 56, 68)
    assert heard(offers(deal(rules), still)).p > 0.74
    assert heard(offers(deal(rules), coming)).p < 0.30


def test_one_jump_and_then_standing_still_reads_as_certainty_in_rules_1_only() -> None:
    jump = steady(60, 84, 84, 84, 84, 84, 84, 84)
    told = {rules: heard(offers(deal(rules, limit=Decimal(90)), jump)) for rules in (1, 2)}
    assert told[1].p < 0.05
    assert told[2].p > 0.30
    assert told[2].p_fail > 0.60


def test_while_they_still_move_a_jump_may_reassure() -> None:
    moving, still = steady(60, 80, 82, 84), steady(60, 84, 84, 84)
    limit = Decimal(90)
    assert heard(offers(deal(limit=limit), moving)).p < heard(offers(deal(limit=limit), still)).p


@both
def test_what_is_on_the_table_already_cannot_stay_short(rules: Rules) -> None:
    assert heard(offers(deal(rules), steady(70, 75, 83))).p < 0.01


def test_our_own_steps_towards_them_make_it_likelier_and_an_unanswered_offer_is_no_blame() -> None:
    theirs, day = steady(20, 25, 30, 35), 40
    hard = heard(offers(deal(), theirs, [(20, Decimal(99)), (30, Decimal(99)), (day, Decimal(99))]))
    soft = heard(offers(deal(), theirs, [(20, Decimal(99)), (30, Decimal(90)), (day, Decimal(84))]))
    open_yet = heard(offers(deal(), theirs, [(20, Decimal(99)), (30, Decimal(99))]))
    assert soft.p < hard.p
    assert open_yet.p < hard.p


def test_the_bounds_stand_round_where_a_curve_would_end() -> None:
    seen_at = heard(offers(deal(1), steady(10, 20, 30, 40)))
    assert seen_at.low < 90 < seen_at.high
    assert seen_at.low >= 40


# ---- properties


@few
@given(OFFERS, OFFERS, RULES)
def test_buyers_and_sellers_are_mirror_images(
    theirs: list[tuple[int, Decimal]], ours: list[tuple[int, Decimal]], rules: Rules
) -> None:
    turned = [[(day, 100 - value) for day, value in side] for side in (theirs, ours)]
    sold, bought = (
        seen(offers(deal(rules), theirs, ours)),
        seen(offers(deal(rules, side="buyer", limit=Decimal(20)), *turned)),
    )
    assert (sold is None) == (bought is None)
    if sold and bought:
        assert (bought.p, bought.p_fail) == pytest.approx((sold.p, sold.p_fail), abs=1e-9)
        assert (bought.low, bought.high) == (100 - sold.low, 100 - sold.high)


@few
@given(OFFERS, st.sampled_from(["1000", "0.001", "1.17", "400"]), RULES)
def test_the_currency_does_not_matter(theirs: list[tuple[int, Decimal]], factor: str, rules: Rules) -> None:
    def told(by: Decimal) -> Outlook | None:
        facts = {"unit": "EUR", "limit": 80 * by, "target": 105 * by}
        return seen(offers(deal(rules, **facts), [(day, value * by) for day, value in theirs]))

    one, other = told(Decimal(1)), told(Decimal(factor))
    assert (one is None) == (other is None)
    if one and other:
        assert (one.p, one.p_fail) == pytest.approx((other.p, other.p_fail), abs=1e-9)


@few
@given(OFFERS, POINTS)
def test_a_better_last_offer_never_raises_the_weight(
    theirs: list[tuple[int, Decimal]], better: Decimal
) -> None:
    """Of rules 2: the curves of the page's rules can bend back."""
    *before, (day, value) = sorted(theirs)
    worse, best = (seen(offers(deal(2), [*before, (day, v)])) for v in (value, max(value, better)))
    assert worse is not None
    assert best is not None
    assert best.p <= worse.p + 1e-9


@few
@given(OFFERS, POINTS, POINTS, RULES)
def test_a_higher_limit_never_lowers_it(
    theirs: list[tuple[int, Decimal]], one: Decimal, other: Decimal, rules: Rules
) -> None:
    low, high = (heard(offers(deal(rules, limit=limit), theirs)) for limit in sorted((one, other)))
    assert low.p <= high.p + 1e-9


@few
@given(OFFERS, OFFERS)
def test_in_rules_1_our_asks_after_the_first_change_nothing(
    theirs: list[tuple[int, Decimal]], ours: list[tuple[int, Decimal]]
) -> None:
    told = {"unit": "EUR", "limit": Decimal(80)}
    many, one = (offers(deal(1, **told), theirs, asks) for asks in (ours, sorted(ours)[:1]))
    late = MONDAY + timedelta(days=95)
    assert outlook(many.deal, late) == outlook(one.deal, late)


@few
@given(OFFERS, st.integers(0, 2), RULES)
def test_the_order_of_offers_at_one_moment_does_not_matter(
    theirs: list[tuple[int, Decimal]], asks: int, rules: Rules
) -> None:
    days = sorted(theirs)[-1 - asks :]
    ours = [(day, Decimal(95 - 5 * n)) for n, (day, _) in enumerate(days)]
    plain, turned = offers(deal(rules), theirs, ours), deal(rules)
    for day, value in sorted(theirs):
        turned.now = MONDAY + timedelta(days=day)
        for mine in [v for d, v in ours if d == day]:
            turned.does(events.Offered, side="us", value=mine)
        turned.does(events.Offered, side="them", value=value)
    assert seen(turned) == seen(plain)


@few
@given(st.lists(st.tuples(st.integers(0, 99), POINTS), min_size=1, max_size=PATH_KEPT), st.integers(50, 200))
def test_sums_taken_anew_for_another_deadline_are_those_of_the_first_hand(
    theirs: list[tuple[int, Decimal]], days: int
) -> None:
    def measure(end: int) -> Measure:
        return Measure(MONDAY, MONDAY + timedelta(days=end), 1)

    first, other = Sums(), Sums()
    for day, value in sorted(theirs):
        put = Put(MONDAY + timedelta(days=day), value)
        first, other = sums.offered(first, put, measure(DAYS)), sums.offered(other, put, measure(days))
    assert sums.measured(first, measure(days)) == other


def test_a_side_that_is_named_later_finds_the_offers_that_were_made_before() -> None:
    story = offers(deal(side=None), steady(20, 30, 25))
    later = replace(story.deal, side="seller")
    assert outlook(later, story.now) == seen(offers(deal(), steady(20, 30, 25)))


# ---- what follows from it


@both
def test_a_hopeless_pace_is_a_pause_and_weighs_as_an_alternative_from_the_check_in_on(rules: Rules) -> None:
    story = offers(deal(rules), steady(5, 5, 5, 5, 5, 5, 5, 5))
    assert (story.level, story.weights["A"]) == ("final_offer", 0)
    story.later(hours=1).does(events.CheckedIn)
    assert story.weights["A"] == 2.6


@both
def test_where_the_prices_speak_deadlock_weighs_two_at_most(rules: Rules) -> None:
    story = offers(deal(rules), steady(40, 55, 70))
    for _ in range(6):
        story.checks_in(deadlock=3)
    assert story.weights["K"] == 2.0


@both
def test_a_refused_final_offer_with_no_way_to_the_limit_is_a_walk_away(rules: Rules) -> None:
    story = offers(deal(rules), steady(5, 5, 5, 5, 5, 5, 5))
    story.does(events.Acted, action="final_offer")
    assert story.level == "pause"
    story.does(events.Acted, by=OWNER, action="final_offer_refused")
    assert story.level == "walk_away"


@pytest.mark.parametrize("days", [5, 15])
def test_the_time_alone_brings_an_alternative_to_its_end(days: int) -> None:
    firm = Alternative("b", Decimal(100), None, None, None, "firm", MONDAY + timedelta(days=40))
    story = offers(deal(1, limit=Decimal(50), alternative=firm), steady(20, 30, 40))
    before = heard(story).p
    story.later(days=days)
    assert (heard(story).p < before) is (days > 10)


def test_many_offers_cost_no_more_room_than_a_few() -> None:
    story = offers(deal(), [(day, Decimal(day)) for day in range(1, 95)])
    kept = story.deal.sums
    assert (kept.count, len(kept.path), len(kept.bests), kept.path[0].value) == (94, PATH_KEPT, 3, Decimal(1))
