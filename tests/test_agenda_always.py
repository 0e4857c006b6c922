"""What holds of every agenda: the moment planned first is one at which something is said or dropped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import agenda
from dialogs.agenda import KINDS, Agenda, Facts, Meeting
from dialogs.cadence import Cadence, Terms
from dialogs.hours import Hours

MONDAY, TICK = datetime(2026, 11, 23, 9, tzinfo=UTC), timedelta(milliseconds=3)
moments = st.integers(0, 60 * 24 * 4).map(lambda n: MONDAY + n * timedelta(minutes=15))
spans = st.sampled_from([timedelta(hours=2), timedelta(days=1), timedelta(days=7)])
cadences = st.one_of(
    st.builds(Cadence, st.sampled_from(["suggested", "every", "daily"]), st.integers(1, 6), st.times()),
    st.builds(Cadence, st.just("weekly"), at=st.times(), weekdays=st.tuples(st.integers(0, 6))),
    st.builds(Cadence, st.just("shares"), shares=st.tuples(st.integers(1, 99), st.integers(1, 99))),
    st.builds(Cadence, st.just("before"), spans=st.tuples(spans, spans)),
)
shifts = st.builds(
    Hours, st.sets(st.integers(0, 6)).map(tuple), st.times(), st.times(), break_through=st.booleans()
)
talks = st.builds(lambda at, hours, told: Meeting(at, at + hours * timedelta(hours=1), told), moments,
                  st.integers(1, 9), moments)  # fmt: skip
maybe = st.none() | moments
plans = st.builds(Agenda, cadence=cadences, meeting=st.none() | talks, notices=st.lists(moments).map(tuple),
                  offer_ends=maybe, snoozed=st.dictionaries(st.sampled_from(KINDS), moments),
                  unanswered=st.integers(0, 2))  # fmt: skip
terms = st.builds(
    Terms, st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]), shifts, deadline=maybe
)
known = st.builds(Facts, terms, st.just(MONDAY), touched=maybe, paused=maybe, paused_until=maybe,
                  plan_b_ends=maybe, reader_since=maybe)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(plans, known, moments)
def test_the_moment_planned_first_says_or_drops_something_and_a_moment_before_does_not(
    plan: Agenda, facts: Facts, now: datetime
) -> None:
    for _ in range(40):
        first = min((at for at in agenda.planned(plan, facts, now).values() if at), default=None)
        if first is None:
            return
        assert first >= now
        early = agenda.due(plan, facts, max(now, first - timedelta(seconds=1)))
        assert first == now or not early.said
        found = agenda.due(plan, facts, first)
        assert found.said or found.dropped
        assert len({one.kind for one in found.said}) == len(found.said)
        plan, now = agenda.spoken(plan, found, first), first + TICK
