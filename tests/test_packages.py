"""Three packages worth the same: for any issues, whichever way their figures run."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dialogs.issues import WHOLE, Issue, score
from dialogs.packages import Package, packages

PRICE = Issue("price", Decimal(50), Decimal(70_000), Decimal(100_000), limit=Decimal(80_000), unit="€")
DAYS = Issue("payment", Decimal(30), Decimal(90), Decimal(15), limit=Decimal(60), unit="days")
SUPPORT = Issue("support", Decimal(20), Decimal(36), Decimal(6), unit="months")
LEASE = (PRICE, DAYS, SUPPORT)
figures = st.decimals(min_value=-10_000, max_value=1_000_000, places=2)


@st.composite
def issues(draw: st.DrawFn) -> tuple[Issue, ...]:
    """One to six issues, weights of 100, limits anywhere between worst and best."""
    cuts = sorted(draw(st.sets(st.integers(1, 99), max_size=5)))
    weights = [Decimal(b - a) for a, b in pairwise([0, *cuts, 100])]
    return tuple(_issue(draw, n, weight) for n, weight in enumerate(weights))


def _issue(draw: st.DrawFn, number: int, weight: Decimal) -> Issue:
    worst, best = draw(figures), draw(figures)
    assume(worst != best)
    share = draw(st.none() | st.decimals(0, 1, places=2))
    limit = None if share is None else worst + (best - worst) * share
    return Issue(f"i{number}", weight, worst, best, limit)


def figures_of(package: Package) -> tuple[tuple[str, Decimal], ...]:
    return tuple((part.issue, part.value) for part in package.parts)


@given(issues(), st.decimals(min_value=0, max_value=100, places=1))
def test_packages_are_worth_the_same_and_none_is_worth_less_or_crosses_a_limit(
    found: tuple[Issue, ...], least: Decimal
) -> None:
    offered = packages(found, least)
    worths = [score(found, figures_of(package)) for package in offered]
    assert max(worths, default=Decimal(0)) - min(worths, default=Decimal(0)) <= 1
    assert all("E" not in str(part.value) for package in offered for part in package.parts)
    assert all(worth >= least for worth in worths)
    for package in offered:
        for issue, part in zip(found, package.parts, strict=True):
            assert not issue.crosses(part.value)
            assert min(issue.worst, issue.best) <= part.value <= max(issue.worst, issue.best)
    assert len({package.parts for package in offered}) == len(offered)


@given(issues(), st.decimals(min_value=0, max_value=100, places=1))
def test_there_is_a_package_wherever_one_can_be_worth_as_much(
    found: tuple[Issue, ...], least: Decimal
) -> None:
    assert 1 <= len(packages(found, least)) <= 3


@settings(suppress_health_check=[HealthCheck.filter_too_much])  # most made-up deals have fewer issues
@given(issues(), st.integers(5, 95))
def test_three_issues_give_three_mixes_and_each_favours_another(found: tuple[Issue, ...], least: int) -> None:
    free = [Issue(i.name, i.weight, i.worst, i.best) for i in found]
    assume(len(free) >= 3 and min(issue.weight for issue in free) >= 5)
    assert len(packages(free, Decimal(least))) == 3


def test_a_lease_reads_in_round_figures() -> None:
    offered = [figures_of(package) for package in packages(LEASE, Decimal(60))]
    assert [str(value) for _, value in offered[0]] == ["99000", "60", "36"]
    assert all(value % 1 == 0 for package in offered for _, value in package)
    assert len(offered) == 3


def test_two_issues_are_mixed_three_ways_the_last_of_them_even() -> None:
    two = (
        Issue("a", Decimal(50), Decimal(0), Decimal(100)),
        Issue("b", Decimal(50), Decimal(0), Decimal(100)),
    )
    assert [[value for _, value in figures_of(p)] for p in packages(two, Decimal(60))] == [
        [100, 20],
        [20, 100],
        [60, 60],
    ]


@pytest.mark.parametrize(
    ("found", "least"),
    [
        ((), 50),
        ((Issue("a", WHOLE, Decimal(0), Decimal(100), limit=Decimal(120)),), 50),  # its limit is out of reach
        (LEASE, 101),
    ],
)
def test_where_no_package_is_worth_it_there_is_none(found: tuple[Issue, ...], least: int) -> None:
    assert packages(found, Decimal(least)) == ()
