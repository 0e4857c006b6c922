"""Samples of what is said of offers and of issues, of what they just did, and after the end of a deal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import get_args

from dialogs.drawing import Curve, Move, OffersDrawn
from dialogs.effects import Message
from dialogs.ended import AdviceRecord, DealEnded, Fared, FreedTime, LookBackKept
from dialogs.figures import Arithmetic, Span
from dialogs.happenings import MEANS
from dialogs.held import Waiver
from dialogs.issues import POINTS, Issue
from dialogs.offered import Across, IssuesShown, LogAsked, Logged, OfferGone, OfferTaken
from dialogs.offers import Happening
from dialogs.turns import About

HAPPENINGS: tuple[Happening, ...] = get_args(Happening)
WALK_AWAY = Decimal(85_000)
ISSUES = (
    Issue("price", Decimal(60), Decimal(100_000), Decimal(70_000), limit=Decimal(90_000), unit="€"),
    Issue("payment", Decimal(25), Decimal(0), Decimal(60), limit=Decimal(30), unit="days"),
    Issue("support", Decimal(15), Decimal(0), Decimal(24), unit="months"),
)


def offers(of: About, now: datetime) -> Mapping[str, Message]:
    """The samples by name."""
    return {
        **_theirs(of),
        **_read(of),
        **_ours(of),
        **_issues(of),
        **_log(of),
        **_after(of, now),
        **_drawn(of, now),
    }


def _theirs(of: About) -> Mapping[str, Message]:
    """Each with the arithmetic that fits it."""
    theirs = partial(OfferTaken, **of, offer=3, by="them", unit="€")
    count = partial(Arithmetic, unit="€", first=Decimal(70_000), since=Span(9, "day"))
    came = partial(count, best=Decimal(82_000), moved=Decimal(12_000), to_go=Decimal(3_000), against="limit")
    still = partial(count, best=Decimal(70_000), moved=Decimal(0), to_go=Decimal(20_000), against="plan_b")
    there = partial(count, best=Decimal(90_000), moved=Decimal(20_000), to_go=Decimal(-5_000))
    bare = partial(count, best=Decimal(71_500), moved=Decimal(1_500))
    return {
        "offer_theirs_first": theirs(value=Decimal(70_000), offer=1, opening=True, typed="70k"),
        "offer_theirs": theirs(value=Decimal(82_000), arithmetic=came()),
        "offer_theirs_in_time": theirs(value=Decimal(82_000), arithmetic=came(left=Span(24, "day"))),
        "offer_theirs_too_slow": theirs(
            value=Decimal(82_000), arithmetic=came(left=Span(1, "hour"), short=True)
        ),
        "offer_theirs_unmoved": theirs(
            value=Decimal(70_000), arithmetic=still(left=Span(30, "hour"), short=True)
        ),
        "offer_theirs_enough": theirs(
            value=Decimal(90_000), arithmetic=there(against="limit", left=Span(24, "day"))
        ),
        "offer_theirs_as_good_as_plan_b": theirs(
            value=Decimal(90_000), arithmetic=there(against="plan_b", since=Span(0, "hour"))
        ),
        "offer_theirs_without_limit": theirs(
            value=Decimal(71_500), arithmetic=bare(since=Span(1, "hour"), left=Span(0, "hour"))
        ),
        "offer_theirs_package": theirs(
            value=Decimal(58),
            unit=POINTS,
            package=_figures(92_000, 45, 12),
            arithmetic=Arithmetic(
                POINTS, Decimal(31), Decimal(58), Decimal(27), Span(9, "day"), Decimal(2), "limit"
            ),
        ),
    }


def _read(of: About) -> Mapping[str, Message]:
    """Figures that can be read in two ways, and figures put right."""
    taken = partial(OfferTaken, **of, offer=3, unit="€")
    two_ways = partial(taken, typed="82.000", value=Decimal(82_000), other=Decimal(82))
    slip = Across(Decimal(82_000), WALK_AWAY, WALK_AWAY - 82_000, "€")
    return {
        "offer_two_ways": two_ways(by="them"),
        "offer_two_ways_across": two_ways(by="us", across=(slip,)),
        "offer_put_right": taken(by="them", value=Decimal(82), old=Decimal(82_000), typed="82.000"),
        "offer_put_right_across": taken(
            by="us", value=Decimal(82_000), old=Decimal(92_000), across=(slip,), typed="82k"
        ),
        "offer_gone_theirs": OfferGone(**of, by="them", value=Decimal(82_000), unit="€"),
        "offer_gone_ours": OfferGone(**of, by="us", value=Decimal(58), unit=POINTS),
    }


def _ours(of: About) -> Mapping[str, Message]:
    ours = partial(OfferTaken, **of, offer=2, by="us")
    below = Across(Decimal(82_000), WALK_AWAY, Decimal(3_000), "€")
    above = Across(Decimal(88_000), WALK_AWAY, Decimal(3_000), "€")
    days = Across(Decimal(20), Decimal(30), Decimal(10), "days", "payment")
    price = Across(Decimal(95_000), Decimal(90_000), Decimal(5_000), "€", "price")
    points = Across(Decimal(34), Decimal(50), Decimal(16), POINTS)
    return {
        "offer_ours": ours(value=Decimal(92_000), unit="€"),
        "offer_ours_first": ours(value=Decimal(92_000), unit="€", offer=1, opening=True),
        "offer_ours_across": ours(value=Decimal(82_000), unit="€", across=(below,)),
        "offer_ours_across_first": ours(
            value=Decimal(88_000), unit="€", across=(above,), offer=1, opening=True
        ),
        "offer_ours_package": ours(value=Decimal(72), unit=POINTS, package=_figures(75_000, 40, 6)),
        "offer_ours_package_across": ours(
            value=Decimal(34), unit=POINTS, package=_figures(95_000, 20, 12), across=(points, price, days)
        ),
    }


def _figures(*given: int) -> tuple[tuple[str, Decimal, str], ...]:
    return tuple(
        (issue.name, Decimal(figure), issue.unit) for issue, figure in zip(ISSUES, given, strict=True)
    )


def _issues(of: About) -> Mapping[str, Message]:
    return {
        "issues_shown": IssuesShown(**of, issues=ISSUES, least=Decimal(50)),
        "issues_shown_new": IssuesShown(**of, issues=ISSUES, changed=True, moved_limit=Decimal(90_000)),
    }


def _log(of: About) -> Mapping[str, Message]:
    said = {
        f"logged_{what}": Logged(**of, what=what, question=MEANS[what][0], value=MEANS[what][1])
        for what in HAPPENINGS
    }
    return {
        "log_asked": LogAsked(**of),
        **said,
        "logged_insulted": Logged(**of, what="insulted", question="tone", value=1),
        "logged_insulted_words": Logged(
            **of, what="insulted", question="tone", value=2, words="you are clowns"
        ),
    }


def _after(of: About, now: datetime) -> Mapping[str, Message]:
    agreed = partial(
        DealEnded,
        **of,
        name="StagnantCo partnership",
        outcome="agreed",
        must_haves=("joint roadmap", "our name on the product"),
        terms=("met", "partly"),
        promise=None,
        check_ins=1,
        pauses=0,
        unit="€",
        limit=WALK_AWAY,
    )
    waiver = Waiver(now, ("below_limit",), "Ana Ruiz, finance", "the second year makes up for it")
    due = now + timedelta(days=7)
    row = partial(Fared, level="pause", ground="C", deals=12, followed=7, agreed=5, followed_agreed=2)
    return {
        "deal_ended_better": agreed(value=Decimal(90_000), over=Decimal(5_000), target=Decimal(95_000)),
        "deal_ended_beyond": agreed(value=Decimal(82_000), over=Decimal(-3_000), waived=(waiver,)),
        "deal_ended_at_the_limit": agreed(value=WALK_AWAY, over=Decimal(0)),
        "deal_ended_without_limit": agreed(value=WALK_AWAY, limit=None, must_haves=(), terms=()),
        "look_back_kept": LookBackKept(**of, outcome="agreed"),
        "look_back_kept_left": LookBackKept(
            **of, outcome="walked_away", protected=("leverage", "integrity", "time")
        ),
        "look_back_kept_parted": LookBackKept(**of, outcome="impasse"),
        "freed_time": FreedTime(**of, what="the two smaller partners", due=due),
        "freed_time_now": FreedTime(**of, what="the two smaller partners", due=due, now=True),
        "advice_record_none": AdviceRecord(deals=0, quiet=0, rows=()),
        "advice_record_few": AdviceRecord(
            deals=1, quiet=0, rows=(), too_few=(row(deals=1, followed=1, agreed=0, followed_agreed=0),)
        ),
        "advice_record": AdviceRecord(
            deals=40,
            quiet=14,
            rows=(row(), row(level="probe", ground="K")),
            too_few=(row(level="walk_away", ground="V", deals=2, followed=2),),
        ),
    }


def _drawn(of: About, now: datetime) -> Mapping[str, Message]:
    """The offers as a picture: of both sides with a range, of one side, and none yet."""
    moments = tuple(now - timedelta(days=days) for days in (12, 8, 8, 5, 1))
    theirs = tuple(map(Decimal, (70_000, 74_000, 74_000, 77_000, 78_500)))
    ours = tuple(map(Decimal, (98_000, 98_000, 95_000, 94_000, 94_000)))
    moves = (
        *(Move(moments[n], "them", theirs[n]) for n in (0, 1, 3, 4)),
        *(Move(moments[n], "us", ours[n]) for n in (0, 2, 3)),
    )
    drawn = OffersDrawn(
        **of,
        unit="€",
        moves=tuple(sorted(moves, key=lambda move: move.at)),
        curve=Curve(moments, theirs, ours, (Decimal(79_000), Decimal(83_000)), now + timedelta(days=9)),
        limit=Decimal(82_000),
        arithmetic=Arithmetic(
            "€", Decimal(70_000), Decimal(78_500), Decimal(8_500), Span(12, "day"), Decimal(3_500), "limit"
        ),
    )
    one = replace(drawn, curve=Curve(moments, theirs), limit=None, left_out=1)
    return {
        "offers_drawn": drawn,
        "offers_drawn_one_side": one,
        "offers_drawn_few": replace(drawn, curve=None, moves=moves[:1], arithmetic=None),
        "offers_drawn_none": OffersDrawn(**of, unit="€", moves=()),
    }
