"""Samples of what is said of a deal that is completed later, and of words that suggest an answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import get_args

from dialogs.deal import Alternative
from dialogs.details import DetailKept, Missing
from dialogs.effects import CheckInEnd, Message
from dialogs.follows import PlanBKept
from dialogs.levels import Level
from dialogs.suggestions import Suggest
from dialogs.turns import About

MISSING: tuple[Missing, ...] = get_args(Missing)


def details(of: About, now: datetime) -> Mapping[str, Message]:
    """The samples by name."""
    return {**_kept(of, now), **_plan_b(of, now), **_missing(of, now), **_suggested(of)}


def _kept(of: About, now: datetime) -> Mapping[str, Message]:
    promise = "I will leave if they want sole rights without a joint roadmap."
    friday, monday = now + timedelta(days=4), now + timedelta(days=7)
    return {
        "detail_promise": DetailKept(**of, what="promise", text=promise),
        "detail_promise_again": DetailKept(
            **of, what="promise", text=promise, old_text="I will leave in May."
        ),
        "detail_deadline": DetailKept(**of, what="deadline", moment=friday),
        "detail_deadline_moved": DetailKept(**of, what="deadline", moment=monday, old_moment=friday),
        "detail_no_deadline": DetailKept(**of, what="deadline", old_moment=friday),
        "detail_goal": DetailKept(
            **of, what="target", value=Decimal(95_000), old_value=Decimal(92_000), unit="€"
        ),
        "detail_waiting": DetailKept(**of, what="cost_of_delay", value=Decimal(2_000), unit="€"),
        "detail_purpose": DetailKept(**of, what="purpose", text="a product that carries both names"),
    }


def _plan_b(of: About, now: datetime) -> Mapping[str, Message]:
    bidder = Alternative("the second bidder", value=Decimal(78_000), firmness="firm")
    ranged = Alternative(
        "selling it in parts",
        low=Decimal(60_000),
        likely=Decimal(70_000),
        high=Decimal(90_000),
        firmness="likely",
        expires=now + timedelta(days=9),
    )
    return {
        "plan_b_firm": PlanBKept(**of, alternative=bidder, unit="€"),
        "plan_b_ranged": PlanBKept(**of, alternative=ranged, unit="€"),
        "plan_b_hope": PlanBKept(**of, alternative=Alternative("staying as we are", firmness="hope")),
    }


def _missing(of: About, now: datetime) -> Mapping[str, Message]:
    return {
        f"check_in_end_asks_for_{key}": CheckInEnd(
            **of,
            number=1,
            lines=(),
            level=Level.STAY,
            before=Level.STAY,
            next_check_in=now + timedelta(days=3),
            suggestion="go_on",
            worst=0,
            missing=key,
        )
        for key in MISSING
    }


def _suggested(of: About) -> Mapping[str, Message]:
    return {
        "suggest_ultimatum": Suggest(
            **of, number=4, kind="ultimatum", question="pressure", value=2, quote="Take it or leave it."
        ),
        "suggest_insult": Suggest(
            **of, number=4, kind="insult", question="tone", value=2, quote="You are a bunch of clowns."
        ),
        "suggest_threat": Suggest(
            **of, number=4, kind="threat", question="tone", value=2, quote="We will go to your board."
        ),
    }
