"""Samples of what is said before a signature and a walk-away, of red lines by taps, and of words to copy."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from dialogs.deal import Evidence, Promise
from dialogs.decisions import (
    BreachAsked,
    Draft,
    PaperTouches,
    PaperWanted,
    Short,
    Stopped,
    Waived,
    WentOut,
)
from dialogs.drafting import SENT
from dialogs.effects import Message
from dialogs.held import FinalOffer, Waiver
from dialogs.packages import Package, Part
from dialogs.turns import About

LINES = ("no sole rights", "our engineers stay with us")
MUST_HAVES = ("joint roadmap", "our name on the product")
UNWRITTEN = "renews by itself after a year; they may hire our engineers"
ACTIONS = (
    "name_behaviour", "ask_for_time", "wait_a_day", "pause", "ask_needs", "ask_what_moves", "check_plan_b",
    "confirm_red_line", "carve_out", "cure", "in_writing", "final_offer", "go_on", "walk_away",
    "walk_away_shut", "second_reader",
)  # fmt: skip


def decisions(of: About, now: datetime) -> Mapping[str, Message]:
    """The samples by name."""
    return {**_signing(of, now), **_leaving(of, now), **_red_lines(of), **_drafts(of, now), **_after(of, now)}


def _signing(of: About, now: datetime) -> Mapping[str, Message]:
    value, limit = Decimal(82_000), Decimal(85_000)
    short = Short(value, limit, limit - value, above=False, unit="€")
    late = Short(Decimal(40), Decimal(30), Decimal(10), above=True, issue="Payment", unit="days")
    promise = Promise("I will leave if they want sole rights.", now - timedelta(days=20))
    stopped = partial(Stopped, **of, signing=True, until=now + timedelta(hours=24), promise=promise)
    return {
        "paper_wanted": PaperWanted(**of),
        "paper_wanted_closing": PaperWanted(**of, closing=True),
        "paper_wanted_missing": PaperWanted(**of, missing=("must_haves", "value")),
        "paper_touches": PaperTouches(**of, unwritten=UNWRITTEN, red_lines=LINES, places=(0, 1)),
        "stopped_below_the_limit": stopped(gates=("below_limit",), short=(short, late)),
        "stopped_signing": stopped(
            gates=("red_line", "must_have"),
            unmet=MUST_HAVES[1:],
            partly=MUST_HAVES[:1],
            breached=LINES[:1],
            unwritten=UNWRITTEN,
        ),
        "stopped_signing_partly": stopped(gates=(), partly=MUST_HAVES[:1]),
        "stopped_signing_clear": Stopped(**of, signing=True, gates=()),
        "waived": Waived(
            **of,
            waiver=Waiver(now, ("below_limit",), "Ana Ruiz, finance", "the second year makes up for it"),
        ),
    }


def _leaving(of: About, now: datetime) -> Mapping[str, Message]:
    best = Short(Decimal(90_000), Decimal(85_000), Decimal(5_000), above=True, unit="€")
    promise = Promise("I will leave if they want sole rights.", now - timedelta(days=20))
    leaving = partial(Stopped, **of, signing=False, promise=promise)
    return {
        "stopped_leaving": leaving(
            gates=("beats_alternative", "nothing_tried"),
            best=best,
            alternative="a pilot with a smaller partner",
            untried=("name_behaviour", "pause", "final_offer"),
        ),
        "stopped_leaving_signed": leaving(gates=(), untried=("pause",), signed_already=True),
        "stopped_leaving_red_line": leaving(gates=("red_line",), breached=LINES[:1], untried=("cure",)),
        "stopped_leaving_clear": Stopped(**of, signing=False, gates=()),
    }


def _red_lines(of: About) -> Mapping[str, Message]:
    asked = partial(BreachAsked, **of)
    return {
        "breach_which": asked(asks="which", so_far="", red_lines=LINES),
        "breach_final": asked(asks="final", so_far="0", text=LINES[0], red_lines=LINES),
        "breach_authority": asked(asks="authority", so_far="0.y", text=LINES[0]),
        "breach_carve_out": asked(asks="carve_out", so_far="0.y.y", text=LINES[0]),
        "breach_in_writing": asked(asks="in_writing", so_far="0", text=LINES[0]),
    }


def _drafts(of: About, now: datetime) -> Mapping[str, Message]:
    heard = Evidence("tone", 2, now - timedelta(days=6), "p", 2, "sign on Friday or we build it without you")
    until, line = now + timedelta(hours=48), LINES[0]
    draft = partial(Draft, **of, unit="€", until=until)
    offer = FinalOffer(now, Decimal(88_000), until, "delivery in March", "our name on the product")
    found: dict[str, Message] = {
        f"draft_{action}": draft(action=action, sent=SENT.get(action), red_line=line, line=0)
        for action in ACTIONS
    }
    return {
        **found,
        "draft_name_behaviour_quoting": draft(
            action="name_behaviour", quotes=(heard,), sent="named_behaviour"
        ),
        "draft_ask_for_hours": draft(action="ask_for_time", last_day=True, hours=3, sent="asked_for_time"),
        "draft_final_offer_built": draft(action="final_offer", offer=offer, sent="final_offer"),
        "draft_packages": draft(action="final_offer", packages=_packages(), sent="final_offer"),
        "draft_waits": draft(action="wait_a_day", reminds=True, sent="asked_for_time"),
    }


def _packages() -> tuple[Package, ...]:
    figures = ((92_000, 60, 12), (88_000, 30, 12), (90_000, 45, 6))
    return tuple(
        Package(
            (
                Part("Price", Decimal(price), "€"),
                Part("Payment", Decimal(days), "days"),
                Part("Support", Decimal(months), "months"),
            ),
            Decimal(60),
        )
        for price, days, months in figures
    )


def _after(of: About, now: datetime) -> Mapping[str, Message]:
    offer = FinalOffer(now, Decimal(88_000), now + timedelta(days=4), "delivery in March")
    went = partial(WentOut, **of)
    return {
        "went_out_named": went(action="named_behaviour"),
        "went_out_time": went(action="asked_for_time"),
        "went_out_final_offer": went(action="final_offer", offer=offer, unit="€"),
        "went_out_final_offer_due": went(action="final_offer", offer=offer, unit="€", asked=True),
        "went_out_refused": went(action="final_offer_refused"),
        "went_out_cure": went(action="cure_attempted", cured=(0,)),
        "went_out_cure_refused": went(action="cure_refused", cured=(0, 1)),
    }
