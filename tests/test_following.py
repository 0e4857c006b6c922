"""An alternative that is another deal of one's own follows it by itself, and believes nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import events, history
from dialogs.deal import Alternative
from dialogs.effects import Notice
from dialogs.follows import AlternativeLinked, DealFollowed, FollowEnded, FollowWanted, TellDeal
from dialogs.turn import take
from tests.story import CALM, MONDAY, OWNER, STRANGER, Story, without_screen
from tests.transcripts.stages import Paper

PRICED: dict[str, Any] = {"side": "seller", "unit": "€", "limit": Decimal(80)}


def told(story: Story) -> Iterator[FollowWanted | FollowEnded | DealFollowed]:
    """What its last turn tells other deals."""
    for effect in story.turn.effects:
        if isinstance(effect, TellDeal) and isinstance(
            effect.event, FollowWanted | FollowEnded | DealFollowed
        ):
            yield effect.event


class Pair:
    """Deal `this`, and `other`, which is its alternative; letters between them arrive as often as told."""

    def __init__(self, *, twice: bool = False, **facts: Any) -> None:  # noqa: ANN401
        self.times = 2 if twice else 1
        self.this, self.other = Story(**PRICED), Story(**{**PRICED, **facts})
        self.this.does(AlternativeLinked, deal="d2", name="Meyer")
        self.carry()

    def carry(self) -> None:
        """Letters to and fro until there are none; an id that was seen is not taken again."""
        seen = set[str]()
        teller, hearer = self.this, self.other
        for _ in range(6):
            letters = [*told(teller)] * self.times
            for event in letters:
                if event.id in seen:
                    continue
                seen.add(event.id)
                hearer.takes(heard(event))
            if not letters:
                break
            teller, hearer = hearer, teller

    def there(self, kind: type[Any], **fields: Any) -> Pair:  # noqa: ANN401
        """Something happens on the other deal, and this one hears of it."""
        self.other.does(kind, **fields)
        for event in told(self.other):
            self.this.takes(heard(event))
        return self

    @property
    def plan_b(self) -> Alternative:
        assert self.this.deal.alternative is not None
        return self.this.deal.alternative


def heard(event: FollowWanted | FollowEnded | DealFollowed) -> FollowWanted | FollowEnded | DealFollowed:
    """A letter of the other deal: stories call every deal d1."""
    return replace(event, deal="d2") if isinstance(event, DealFollowed) else event


def test_it_takes_what_they_offer_there_as_soon_as_it_is_linked() -> None:
    other = Story(**PRICED).does(events.Offered, side="them", value=Decimal(78))
    turn = take(other.deal, FollowWanted(id="f", at=MONDAY, by=OWNER, follower="d9"))
    (letter,) = (e for e in turn.effects if isinstance(e, TellDeal))
    assert isinstance(letter.event, DealFollowed)
    assert (letter.deal, letter.event.value, letter.event.firmness) == ("d9", Decimal(78), "hope")


def test_a_better_offer_there_makes_this_alternative_worth_more() -> None:
    pair = Pair().there(events.Offered, side="them", value=Decimal(79))
    assert (pair.plan_b.value, pair.plan_b.firmness) == (Decimal(79), "hope")
    pair.there(events.Offered, side="them", value=Decimal(83))
    assert (pair.plan_b.value, pair.plan_b.firmness, pair.plan_b.deal) == (Decimal(83), "firm", "d2")


def test_what_worries_there_makes_it_less_firm_here() -> None:
    pair = Pair().there(events.Offered, side="them", value=Decimal(83))
    pair.other.answers(tone=3)
    assert pair.there(events.CheckedIn).plan_b.firmness == "likely"
    pair.other.later(days=2).answers(tone=3, deadlock=3)
    assert pair.there(events.CheckedIn).plan_b.firmness == "hope"


def test_when_it_closes_there_is_no_plan_b_here_and_the_owner_hears_it() -> None:
    pair = Pair().there(events.Offered, side="them", value=Decimal(83))
    pair.there(events.Closed, outcome="impasse")
    assert pair.this.deal.alternative == Alternative()
    assert [n.kind for n in pair.this.all(Notice)] == ["plan_b_gone"]


def test_without_a_price_it_is_as_firm_as_its_must_haves_are_met() -> None:
    other = Story()
    turn = take(other.deal, FollowWanted(id="f", at=MONDAY, by=OWNER, follower="d9"))
    other.turn = turn
    for terms, firmness in ((("met",) * 3, "firm"), (("met", "partly", "met"), "likely")):
        other.does(events.Answered, question="must_haves", terms=terms).does(events.CheckedIn)
        (letter,) = other.all(TellDeal)
        assert isinstance(letter.event, DealFollowed)
        assert (letter.event.value, letter.event.firmness) == (None, firmness)


@pytest.mark.parametrize("facts", [{"unit": "$"}, {"side": "buyer"}])
def test_a_figure_in_other_terms_is_not_taken_over(facts: dict[str, Any]) -> None:
    pair = Pair(**facts).there(events.Offered, side="them", value=Decimal(83))
    assert pair.plan_b.value is None


def test_a_pause_there_makes_it_a_hope_here() -> None:
    pair = Pair().there(events.Offered, side="them", value=Decimal(83))
    assert pair.there(events.Paused, until=MONDAY + timedelta(days=3)).plan_b.firmness == "hope"


def test_what_changes_nothing_for_it_is_not_told() -> None:
    pair = Pair().there(events.Offered, side="them", value=Decimal(83))
    pair.other.does(events.Offered, side="us", value=Decimal(95))
    assert pair.other.all(TellDeal) == []


def test_another_plan_b_ends_it_and_late_letters_change_nothing() -> None:
    pair = Pair()
    pair.this.does(events.AlternativeChanged, alternative=Alternative("second bidder", Decimal(70)))
    (ended,) = pair.this.all(TellDeal)
    assert isinstance(ended.event, FollowEnded)
    late = DealFollowed(
        id="late", at=MONDAY, deal="d2", name="Meyer", value=Decimal(99), side="seller", unit="€"
    )
    assert pair.this.takes(late).deal.alternative == Alternative("second bidder", Decimal(70))
    assert pair.other.takes(ended.event).deal.followers == ()


def test_a_deal_nobody_linked_is_not_believed() -> None:
    story = Story(**PRICED)
    story.takes(DealFollowed(id="x", at=MONDAY, deal="d2", name="Meyer", value=Decimal(99)))
    assert (story.deal.alternative, story.turn.entries) == (None, ())


def test_a_strangers_deal_tells_nothing() -> None:
    turn = take(Story(**PRICED).deal, FollowWanted(id="f", at=MONDAY, by=STRANGER, follower="d9"))
    assert not [e for e in turn.effects if isinstance(e, TellDeal)]
    assert turn.deal is not None
    assert turn.deal.followers == ()


def test_a_closed_deal_says_that_it_is_gone() -> None:
    story = Story(**PRICED).does(events.Closed, outcome="impasse")
    turn = take(story.deal, FollowWanted(id="f", at=MONDAY, by=OWNER, follower="d9"))
    (letter,) = (e for e in turn.effects if isinstance(e, TellDeal))
    assert isinstance(letter.event, DealFollowed)
    assert letter.event.gone


def test_no_deal_is_its_own_plan_b() -> None:
    assert Story().does(AlternativeLinked, deal="d1", name="x").told == ["plan_b_is_this_deal"]


def test_a_letter_that_was_long_on_its_way_does_not_turn_the_clock_back() -> None:
    story = Story(**PRICED).does(AlternativeLinked, deal="d2", name="Meyer").later(days=3)
    story.does(events.Noted, text="call legal")
    story.takes(
        DealFollowed(id="x", at=MONDAY, deal="d2", name="Meyer", value=Decimal(79), side="seller", unit="€")
    )
    assert story.deal.last_event == story.now
    assert story.log[-1].at == story.now


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.sampled_from([60, 70, 79, 80, 81, 95, "bad", "calm", "pause", "close", "reopen"]), max_size=12
    ),
    st.booleans(),
)
def test_told_twice_is_told_once_and_the_log_makes_the_same_deal(steps: list[int | str], twice: bool) -> None:
    pair = Pair(twice=twice)
    for step in steps:
        pair.other.later(days=1)
        pair.this.later(days=1)
        match step:
            case int():
                pair.there(events.Offered, side="them", value=Decimal(step))
            case "bad" | "calm":
                pair.other.answers(**({"tone": 3, "deadlock": 3} if step == "bad" else CALM))
                pair.there(events.CheckedIn)
            case "pause":
                pair.there(events.Paused, until=MONDAY + timedelta(days=90))
            case "close":
                pair.there(events.Closed, outcome="impasse")
            case _:
                pair.there(events.Reopened)
    if not any(step == "close" for step in steps):
        assert pair.plan_b.value == pair.other.deal.their_best
    assert without_screen(history.fold(pair.this.log)) == without_screen(pair.this.deal)


async def test_at_the_door_one_deal_follows_the_other_by_its_name() -> None:
    paper = await two_deals()
    await paper.types("/deal plan-b harbour lake", "maya")
    this, other = (await paper.deals())["Harbour"], (await paper.deals())["Lake"]
    assert this.alternative == Alternative("Lake", firmness="hope", deal=other.key)
    assert other.followers == (this.key,)
    await paper.types("/deal close lake", "maya")
    await paper.fills_in("Close the deal", {"outcome": "impasse"}, "maya")
    assert (await paper.deals())["Harbour"].alternative == Alternative()


async def test_an_id_that_is_typed_is_no_link() -> None:
    paper = await two_deals()
    other = (await paper.deals())["Lake"].key
    await paper.types(f"/deal plan-b harbour @d:{other} x", "maya")
    assert (await paper.deals())["Lake"].followers == ()


async def two_deals() -> Paper:
    paper = Paper()
    for name in ("Harbour", "Lake"):
        typed = {"name": name, "counterpart": f"{name}Co", "must_haves": "net 30"}
        await paper.sends("set_up", typed, "maya")
    return paper
