"""Before a yes and a walk-away, told as stories: the paper, its gate, who agreed, red lines, drafts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from dialogs import events, seals
from dialogs.deal import MOST_MUST_HAVES, RedLine
from dialogs.decisions import (
    BreachAsked,
    BreachLooked,
    CureTold,
    Draft,
    FinalOfferBuilt,
    GateWaived,
    PaperRead,
    PaperTouched,
    PaperTouches,
    PaperWanted,
    RedLineTested,
    SignedAlready,
    Stopped,
    WaitChosen,
    Waived,
    WentOut,
)
from dialogs.effects import DealReady, Notice, Nudge, Remind
from dialogs.ended import DealEnded
from dialogs.issues import Issue
from dialogs.offers import IssuesSet
from dialogs.seals import LimitWanted
from tests.story import OWNER, RED_LINES, Story

MET = ("met", "met", "met")
ANA: dict[str, Any] = {"approved_by": "Ana Ruiz", "because": "the second year makes up for it"}


def lease(**facts: object) -> Story:
    """A seller with a walk-away point of 85,000 and nothing else."""
    told = {"side": "seller", "limit": Decimal(85_000), "unit": "€", "must_haves": (), "red_lines": ()}
    return Story(**{**told, **facts})


def reads(story: Story, value: int, **more: Any) -> Story:  # noqa: ANN401
    return story.does(PaperRead, value=Decimal(value), **more)


# ---- the paper


def test_before_signing_the_coach_asks_what_the_paper_says() -> None:
    assert lease().does(events.SignWanted).heard(PaperWanted).missing == ()


def test_a_price_below_the_walk_away_point_is_stopped_with_the_figures_and_a_day_to_wait() -> None:
    story = reads(lease(), 82_000)
    stopped = story.heard(Stopped)
    (short,) = stopped.short
    assert stopped.gates == ("below_limit",)
    assert (short.value, short.gap, short.limit) == (Decimal(82_000), Decimal(3_000), Decimal(85_000))
    assert not short.above
    assert stopped.until == story.now + timedelta(hours=24)


def test_near_the_deadline_the_wait_is_a_tenth_of_the_time_that_is_left() -> None:
    story = lease()
    story = lease(deadline=story.now + timedelta(hours=10))
    assert reads(story, 82_000).heard(Stopped).until == story.now + timedelta(hours=1)


def test_what_the_paper_does_not_say_is_asked_for_and_what_it_said_is_kept() -> None:
    story = Story(side="seller", limit=Decimal(80)).does(PaperRead, unwritten="renews by itself")
    assert story.heard(PaperWanted).missing == ("must_haves", "value")
    assert story.deal.deciding is not None
    assert story.deal.deciding.unwritten == "renews by itself"
    assert not story.all(Stopped)


def test_something_else_in_the_paper_is_held_against_the_red_lines() -> None:
    story = Story().does(PaperRead, must_haves=MET, unwritten="no other partners")
    assert story.heard(PaperTouches).red_lines == RED_LINES
    stopped = story.does(PaperTouched, red_line=0).heard(Stopped)
    assert (stopped.gates, stopped.breached) == (("red_line",), ("exclusivity",))
    assert not story.all(Nudge)  # the gate says it all
    assert story.turn.nudge


def test_something_else_that_touches_no_red_line_lets_the_paper_pass() -> None:
    story = Story().does(PaperRead, must_haves=MET, unwritten="our logo in blue")
    assert story.does(PaperTouched, red_line=None).heard(Stopped).gates == ()
    assert story.does(PaperTouched, red_line=0).told == ["old_button"]  # it is held against the limits by now


def test_a_figure_beyond_its_issues_limit_is_named() -> None:
    days = Issue("payment", Decimal(40), Decimal(90), Decimal(15), limit=Decimal(30), unit="days")
    price = Issue("price", Decimal(60), Decimal(70), Decimal(100))
    story = lease().does(IssuesSet, issues=(price, days), least=Decimal(20))
    story.does(PaperRead, package=(("price", Decimal(95)), ("payment", Decimal(40))))
    (short,) = story.heard(Stopped).short
    assert (short.issue, short.gap, short.above, short.unit) == ("payment", Decimal(10), True, "days")


# ---- going on


def test_going_on_needs_a_name_and_a_reason_and_both_stay_on_the_record() -> None:
    story = reads(lease(), 82_000).does(GateWaived, **ANA)
    waiver = story.heard(Waived).waiver
    assert (waiver.gates, waiver.approved_by, waiver.because) == (("below_limit",), *ANA.values())
    assert story.deal.waived == (waiver,)
    assert story.does(GateWaived, **ANA).told == ["nothing_to_waive"]


def test_what_was_let_pass_can_be_signed_and_only_that() -> None:
    story = reads(lease(), 82_000).does(GateWaived, **ANA)
    story.takes(closing(story, value=Decimal(80_000)))
    assert story.heard(Stopped).short[0].gap == 5_000
    assert story.deal.status == "live"


def shows(story: Story, kind: str) -> Story:
    return story.takes(events.Shown(id="show", at=story.now, by=OWNER, kind=kind))


def closing(story: Story, **more: Any) -> events.Closed:  # noqa: ANN401
    return events.Closed(id="closing", at=story.now, by=OWNER, outcome="agreed", **more)


def test_a_deal_that_passed_its_gate_is_closed_with_what_the_paper_said() -> None:
    story = reads(lease(), 90_000)
    closed = story.takes(closing(story)).log[-1]
    assert isinstance(closed, events.Closed)
    assert (story.deal.status, closed.value) == ("closed", Decimal(90_000))


def test_closing_without_a_word_about_the_paper_asks_the_gate_first() -> None:
    story = lease()
    story.takes(closing(story, note="good enough"))
    assert story.heard(PaperWanted).closing
    reads(story, 82_000, closing=True, note="good enough")
    assert story.heard(Stopped).closing
    assert story.does(GateWaived, **ANA).heard(DealEnded).note == "good enough"
    assert story.deal.status == "closed"


def test_closing_with_all_that_is_needed_passes_the_gate_at_once() -> None:
    story = Story(red_lines=())
    story.takes(closing(story, terms=("met", "partly", "met")))
    assert story.deal.status == "closed"
    assert [type(entry).__name__ for entry in story.log[-2:]] == ["AboutToSign", "Closed"]


def test_a_deal_without_limits_is_closed_without_a_gate() -> None:
    story = Story(must_haves=(), red_lines=())
    assert story.takes(closing(story)).deal.status == "closed"


def test_a_limit_made_stricter_asks_the_gate_again() -> None:
    story = reads(lease(), 90_000)
    story.does(LimitWanted, value=Decimal(95_000))
    assert story.takes(closing(story)).heard(Stopped).gates == ("below_limit",)


def test_leaving_and_parting_are_closed_without_a_gate() -> None:
    assert lease().does(events.Closed, outcome="walked_away").deal.status == "closed"


def test_waiting_is_reminded_of_and_shows_the_gate_again() -> None:
    story = reads(lease(), 82_000).does(WaitChosen)
    assert story.heard(Draft).reminds
    (remind,) = story.all(Remind)
    story.now = remind.due or story.now
    due = story.does(events.ReminderDue, by="", purpose=remind.purpose, due=story.now)
    assert due.heard(Notice).kind == "deciding"
    assert shows(story, "deciding").heard(Stopped).gates == ("below_limit",)


def test_a_wait_that_is_needed_no_more_is_silent() -> None:
    story = reads(lease(), 82_000).does(WaitChosen).does(GateWaived, **ANA)
    assert [(r.purpose, r.due) for r in story.all(Remind)] == [("deciding", None)]
    assert not story.does(events.ReminderDue, by="", purpose="deciding", due=story.now).turn.effects
    assert Story().does(WaitChosen).told == ["nothing_to_wait_for"]


# ---- leaving


def test_before_leaving_the_coach_says_what_was_not_tried_and_what_their_offer_is_worth() -> None:
    story = lease().does(events.Offered, side="them", value=Decimal(90_000)).checks_in(tone=3)
    stopped = story.does(events.AboutToWalk).heard(Stopped)
    assert stopped.untried == ("name_behaviour", "pause", "final_offer")
    assert stopped.best is not None
    assert (stopped.best.value, stopped.best.gap) == (Decimal(90_000), Decimal(5_000))


def test_a_confirmed_red_line_silences_the_price() -> None:
    story = lease(red_lines=("exclusivity",)).does(events.Offered, side="them", value=Decimal(90_000))
    stopped = story.does(events.RedLineConfirmed, red_line=0).does(events.AboutToWalk).heard(Stopped)
    assert stopped.best is None
    assert stopped.untried[0] == "cure"


def test_whoever_signed_something_speaks_to_a_lawyer_first() -> None:
    story = Story().does(events.AboutToWalk).does(SignedAlready, signed=True)
    assert (story.told, story.deal.signed_already) == (["counsel_first"], True)
    assert story.does(events.AboutToWalk).heard(Stopped).signed_already


def test_whoever_signed_nothing_gets_the_words_to_leave_with() -> None:
    story = Story().does(events.AboutToWalk).does(SignedAlready, signed=False)
    assert story.heard(Draft).action == "walk_away"
    assert story.does(events.DraftWanted, action="walk_away_shut").heard(Draft).action == "walk_away_shut"


# ---- red lines


def test_each_red_line_is_put_to_the_test_at_set_up() -> None:
    story = Story()
    assert story.heard(DealReady).testing_text == "exclusivity"
    story.does(RedLineTested, red_line=0, sacred=True)
    assert story.heard(DealReady).testing_text == "unlimited liability"
    story.does(RedLineTested, red_line=1, sacred=False)
    assert story.heard(DealReady).testing is None
    assert [line.text for line in story.deal.red_lines] == ["exclusivity"]
    assert story.deal.must_haves[-1] == "unlimited liability"
    assert story.deal.moved == ()  # it was none: nothing is loosened


def test_with_five_must_haves_it_stays_a_red_line() -> None:
    story = Story(must_haves=tuple("abcde"), red_lines=("exclusivity",))
    assert story.heard(DealReady).full
    story.does(RedLineTested, red_line=0, sacred=False)
    assert (len(story.deal.must_haves), story.deal.red_lines) == (
        MOST_MUST_HAVES,
        (RedLine("exclusivity", tested=True),),
    )


def test_from_the_first_check_in_on_a_red_line_is_sealed() -> None:
    story = Story().checks_in(tone=0).does(RedLineTested, red_line=0, sacred=False)
    assert (story.told, len(story.deal.red_lines)) == (["red_line_sealed"], 2)


def test_a_demand_is_a_breach_if_it_is_final_from_the_right_person_and_leaves_no_way_round() -> None:
    story, said = Story(), dict[str, Any]()
    for asks in ("final", "authority", "carve_out"):
        assert story.does(BreachLooked, red_line=1, **said).heard(BreachAsked).asks == asks
        said[asks] = asks != "carve_out"
    story.does(BreachLooked, red_line=1, **said)
    assert [line.confirmed for line in story.deal.red_lines] == [False, True]
    assert (story.heard(Nudge).gate, story.level) == (True, "pause")
    assert story.does(BreachLooked, red_line=1).told == ["old_button"]  # a second tap is no second demand
    assert story.level == "pause"


def test_with_several_red_lines_it_is_asked_which() -> None:
    assert Story().does(BreachLooked).heard(BreachAsked).asks == "which"
    assert Story(red_lines=("exclusivity",)).does(BreachLooked).heard(BreachAsked).asks == "final"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"final": False}, ["breach_not_final"]),
        ({"final": True, "authority": False}, ["breach_without_authority"]),
    ],
)
def test_a_demand_that_is_not_their_last_word_is_no_breach(said: dict[str, Any], told: list[str]) -> None:
    story = Story().does(BreachLooked, red_line=0, **said)
    assert (story.told, story.deal.red_lines[0].confirmed) == (told, False)


def test_a_way_round_comes_with_the_words_for_it() -> None:
    story = Story().does(BreachLooked, red_line=0, final=True, authority=True, carve_out=True)
    assert (story.heard(Draft).action, story.heard(Draft).red_line) == ("carve_out", "exclusivity")


def test_a_demand_that_is_withdrawn_is_wanted_in_writing() -> None:
    story = Story().does(events.RedLineConfirmed, red_line=0)
    assert story.does(CureTold, red_line=0).heard(BreachAsked).asks == "in_writing"
    assert story.does(CureTold, red_line=0, written=False).heard(Draft).action == "in_writing"
    assert story.deal.red_lines[0].confirmed
    assert story.does(CureTold, red_line=0, written=True).told == ["red_line_cured"]
    assert not story.deal.red_lines[0].confirmed


def test_from_confirmed_to_walk_away_when_they_refuse() -> None:
    story = Story().does(events.RedLineConfirmed, red_line=0)
    draft = story.does(events.DraftWanted, action="cure").heard(Draft)
    assert (draft.sent, draft.red_line) == ("cure_attempted", "exclusivity")
    assert story.does(events.Acted, action="cure_attempted").heard(WentOut).cured == (0,)
    assert story.level == "final_offer"
    assert story.does(events.Acted, action="cure_refused").level == "walk_away"


# ---- drafts, and what came of them


def test_a_behaviour_is_named_with_the_words_that_were_recorded() -> None:
    story = Story().later(days=2)
    story.does(events.Answered, question="tone", answer=2, note="sign or get out").does(events.CheckedIn)
    (quote,) = story.does(events.DraftWanted, action="name_behaviour").heard(Draft).quotes
    assert (quote.words, quote.at) == ("sign or get out", story.now)


@pytest.mark.parametrize(("hours", "asked"), [(None, 48), (200, 48), (60, 30)])
def test_time_is_asked_for_as_much_as_there_is(hours: int | None, asked: int) -> None:
    now = Story().now
    story = Story(deadline=None if hours is None else now + timedelta(hours=hours))
    draft = story.does(events.DraftWanted, action="ask_for_time").heard(Draft)
    assert (draft.hours, draft.until) == (asked, now + timedelta(hours=asked))


def test_a_final_offer_is_built_sent_logged_and_asked_after() -> None:
    story = lease()
    until = story.now + timedelta(days=3)
    story.does(FinalOfferBuilt, value=Decimal(88_000), until=until, they_get="delivery in March")
    assert story.heard(Draft).offer == story.deal.final_offer
    story.does(events.Acted, action="final_offer")
    assert [(r.purpose, r.due) for r in story.all(Remind)] == [("final_offer", until)]
    assert [(o.by, o.value) for o in story.deal.offers] == [("us", Decimal(88_000))]
    story.now = until
    assert (
        story.does(events.ReminderDue, by="", purpose="final_offer", due=until).heard(Notice).prompted
        is False
    )
    assert shows(story, "final_offer").heard(WentOut).asked


def test_a_final_offer_that_was_refused_is_asked_after_no_more() -> None:
    story = lease().does(FinalOfferBuilt, until=Story().now + timedelta(days=3))
    story.does(events.Acted, action="final_offer").does(events.Acted, action="final_offer_refused")
    assert [(r.purpose, r.due) for r in story.all(Remind)] == [("final_offer", None)]
    assert not story.does(events.ReminderDue, by="", purpose="final_offer", due=story.now).turn.effects


def test_with_issues_a_final_offer_is_three_packages() -> None:
    weights = {"price": 50, "term": 30, "support": 20}
    issues = tuple(Issue(name, Decimal(w), Decimal(0), Decimal(100)) for name, w in weights.items())
    story = lease().does(IssuesSet, issues=issues, least=Decimal(60))
    assert len(story.does(events.DraftWanted, action="final_offer").heard(Draft).packages) == 3


def test_a_deal_that_is_closed_rings_no_more() -> None:
    story = lease().does(events.Closed, outcome="impasse")
    gone = {remind.purpose for remind in story.all(Remind) if remind.due is None}
    assert {"deciding", "final_offer"} <= gone


def test_a_limit_that_changed_makes_the_paper_be_held_again() -> None:
    story = Story(limit=Decimal(85), side="seller", must_haves=("net 30",))
    story.does(PaperRead, value=Decimal(82), must_haves=("met",), closing=True)
    assert story.heard(Stopped).gates == ("below_limit",)
    story.does(seals.LimitWanted, what="must_have", text="a dated exit")
    story.does(GateWaived, approved_by="Ana Ruiz", because="the second year")
    assert story.told == ["nothing_to_waive"]
    assert story.deal.status == "live"
    story.does(PaperRead, value=Decimal(82), must_haves=("met", "met"), closing=True)
    story.does(GateWaived, approved_by="Ana Ruiz", because="the second year")
    assert story.heard(DealEnded).outcome == "agreed"
