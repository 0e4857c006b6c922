"""The gates before a yes: every bad package is stopped, and no other, whatever it is measured by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import events
from dialogs.decisions import GateWaived, PaperRead, PaperTouched, PaperTouches, Stopped
from dialogs.held import Term
from dialogs.issues import WHOLE, Issue, score
from dialogs.offers import IssuesSet
from tests.story import Story

money = st.decimals(min_value=0, max_value=1_000_000, places=2)
terms: st.SearchStrategy[Term] = st.sampled_from(("met", "partly", "not"))


@dataclass(frozen=True)
class Case:
    """A deal and a paper for it, and what is bad about it by the plain meaning of the words."""

    facts: dict[str, Any]
    issues: tuple[Issue, ...]
    least: Decimal
    confirmed: frozenset[int]
    paper: dict[str, Any]
    touched: int | None

    @property
    def below(self) -> bool:
        if self.issues:
            figures = dict(self.paper["package"])
            beyond = any(
                (figures[i.name] - i.limit) * (i.best - i.worst) < 0
                for i in self.issues
                if i.limit is not None
            )
            return beyond or score(self.issues, self.paper["package"]) < self.least
        value, limit = self.paper["value"], self.facts.get("limit")
        if value is None or limit is None:
            return False
        return bool(value < limit) if self.facts["side"] == "seller" else bool(value > limit)

    @property
    def bad(self) -> set[str]:
        missing = {"must_have"} if "not" in self.paper["must_haves"] else set()
        crossed = {"red_line"} if self.confirmed or self.touched is not None else set()
        return ({"below_limit"} if self.below else set()) | missing | crossed


@st.composite
def prices(draw: st.DrawFn) -> Case:
    """A deal with a price, or with must-haves alone, on either side of the table."""
    limit = draw(st.none() | money)
    near = st.sampled_from((-1, 0, 1)).map(lambda d: limit and limit + Decimal(d) / 100) if limit else money
    facts = {"side": draw(st.sampled_from(("seller", "buyer"))) if limit is not None else "neither"}
    return _case(draw, {**facts, "limit": limit}, (), Decimal(0), {"value": draw(near | money)})


@st.composite
def issues(draw: st.DrawFn) -> Case:
    """A deal measured by two issues, with limits of their own or without."""
    found = tuple(_issue(draw, name, WHOLE / 2) for name in ("price", "term"))
    package = tuple((issue.name, draw(st.just(issue.limit or issue.best) | money)) for issue in found)
    return _case(draw, {}, found, draw(st.decimals(0, 100, places=1)), {"package": package, "value": None})


def _issue(draw: st.DrawFn, name: str, weight: Decimal) -> Issue:
    worst = draw(money)
    best = draw(money.filter(lambda value: value != worst))
    limit = draw(st.none() | st.decimals(min(worst, best), max(worst, best), places=2))
    return Issue(name, weight, worst, best, limit)


def _case(
    draw: st.DrawFn, facts: dict[str, Any], found: tuple[Issue, ...], least: Decimal, told: dict[str, Any]
) -> Case:
    lines = draw(st.integers(0, 2))
    figures: list[Term] = draw(st.lists(terms, max_size=5))
    confirmed = draw(st.frozensets(st.integers(0, lines - 1))) if lines else frozenset()
    open_ = [line for line in range(lines) if line not in confirmed]
    touched = draw(st.none() | st.sampled_from(open_)) if open_ else None
    return Case(
        facts={**facts, "red_lines": tuple(f"line {n}" for n in range(lines)),
               "must_haves": tuple(f"must {n}" for n in range(len(figures)))},
        issues=found, least=least, confirmed=confirmed, touched=touched,
        paper={**told, "must_haves": tuple(figures), "unwritten": "" if touched is None else "and more"},
    )  # fmt: skip


def opened(case: Case) -> Story:
    """The deal before anybody tells what the paper says."""
    story = Story(**case.facts)
    if case.issues:
        story.does(IssuesSet, issues=case.issues, least=case.least)
    for line in sorted(case.confirmed):
        story.does(events.RedLineConfirmed, red_line=line)
    return story


def told(case: Case) -> Story:
    """The deal up to the gate."""
    story = opened(case).does(PaperRead, **case.paper)
    return story.does(PaperTouched, red_line=case.touched) if story.all(PaperTouches) else story


@settings(max_examples=200, deadline=None)
@given(prices() | issues())
def test_every_bad_paper_is_stopped_and_no_other(case: Case) -> None:
    assert set(told(case).heard(Stopped).gates) == case.bad


@settings(max_examples=120, deadline=None)
@given(prices() | issues())
def test_no_deal_is_closed_as_agreed_past_its_gate_in_silence(case: Case) -> None:
    case = replace(case, touched=None)
    story, paper = opened(case), {**case.paper, "unwritten": ""}
    if case.issues:
        story.does(PaperRead, closing=True, **paper)
    else:
        story.does(events.Closed, outcome="agreed", value=paper["value"], terms=paper["must_haves"])
    assert (story.deal.status == "closed") == (not case.bad)
    if case.bad:
        story.does(GateWaived, approved_by="Ana Ruiz", because="the second year makes up for it")
        assert story.deal.status == "closed"
        assert set(story.deal.waived[-1].gates) == case.bad


@settings(max_examples=50, deadline=None)
@given(prices())
def test_partly_passes_with_a_warning(case: Case) -> None:
    stopped = told(case).heard(Stopped)
    named = dict(zip(case.facts["must_haves"], case.paper["must_haves"], strict=True))
    assert set(stopped.partly) == {text for text, term in named.items() if term == "partly"}
    assert set(stopped.unmet) == {text for text, term in named.items() if term == "not"}
