"""From filled forms to events: one table, the same for every platform."""

from typing import cast, get_args

from bot import decisions_said, details_said, limits_said, offers_said, reminders_said, shares_said
from bot.intents import TERMS, Button, Stamp, returned
from dialogs import forms
from dialogs.afterwards import Again, LookedBack, Protects, TimeFreed
from dialogs.deal import Alternative, Deal, Outcome
from dialogs.events import (
    Closed,
    DealEvent,
    Edited,
    Misread,
    Noted,
    Opened,
    Paused,
    PauseReviewed,
    Renamed,
    Snoozed,
    Tapped,
)
from dialogs.held import Term

AGAIN: tuple[Again, ...] = get_args(Again)
PROTECTS: tuple[Protects, ...] = get_args(Protects)
FILLED = {
    **reminders_said.FILLED,
    **limits_said.FILLED,
    **offers_said.FILLED,
    **details_said.FILLED,
}


def event_of_form(button: Button, filled: forms.Filled, stamp: Stamp, deal: Deal) -> DealEvent:  # noqa: C901, PLR0911, PLR0912 - one case a form
    """The event behind a filled form of a deal."""
    if (about_deciding := decisions_said.of_form(button.extra, filled, stamp, deal)) is not None:
        return about_deciding
    terms = tuple(term for term in filled.many("terms") if term in TERMS)
    match button.extra:
        case "terms":
            return _terms(button, terms, stamp, deal)
        case "offer":
            return Tapped(
                **stamp, check_in=button.check_in, question=button.question, amount=filled.amount("amount")
            )
        case "pause" if deal.paused is None:
            return Paused(**stamp, until=filled.date("until"))
        case "pause":
            return PauseReviewed(**stamp, until=filled.date("until"))
        case "reflect":
            kept = {
                field.key: text for field in forms.FORMS["reflect"].fields if (text := filled.text(field.key))
            }
            return PauseReviewed(**stamp, reflection=kept)
        case "came_back":
            return returned(stamp, filled.many("conditions"), filled.text("because"), terms)
        case "close":
            return Closed(
                **stamp,
                outcome=cast("Outcome", filled.text("outcome")),
                note=filled.text("note"),
                terms=terms,
            )
        case "look_back":
            return _looked_back(filled, stamp)
        case "freed":
            due = filled.date("due") or stamp["at"]
            return TimeFreed(**stamp, what=filled.text("what"), due=due)
        case "rename":
            return Renamed(**stamp, name=filled.text("name"))
        case "add":
            return Noted(**stamp, text=filled.text("text"))
        case "snooze":
            return Snoozed(**stamp, reason=filled.text("reason"))
        case "share":
            return shares_said.of_form(button, filled, stamp)
        case key if key in FILLED:
            return FILLED[key](button, filled, stamp)
        case _:
            return Misread(**stamp, problem="form_expired")


def _looked_back(filled: forms.Filled, stamp: Stamp) -> LookedBack:
    again: Again | None = next((known for known in AGAIN if known == filled.text("again")), None)
    protected = tuple(known for known in PROTECTS if known in filled.many("protected"))
    return LookedBack(
        **stamp,
        worked=filled.text("worked"),
        earlier=filled.text("earlier"),
        again=again,
        protected=protected,
    )


def _terms(button: Button, terms: tuple[Term, ...], stamp: Stamp, deal: Deal) -> DealEvent:
    number = deal.check_in.number if deal.check_in else 0
    if button.check_in and button.check_in != number:
        return Edited(**stamp, check_in=button.check_in, question="must_haves", answer=None, terms=terms)
    return Tapped(**stamp, check_in=button.check_in, question="must_haves", terms=terms)


def opened(filled: forms.Filled, stamp: Stamp, key: str, zone: str, colleague: str) -> Opened:
    """The deal that a set-up form opens."""
    alternative = filled.text("alternative")
    limit = filled.amount("limit")
    side = filled.text("side")
    return Opened(
        **stamp,
        deal=key,
        name=filled.text("name"),
        alias=filled.text("alias"),
        counterpart=filled.text("counterpart"),
        side=("seller" if side == "seller" else "buyer") if limit is not None else "neither",
        limit=limit,
        must_haves=filled.many("must_haves"),
        red_lines=filled.many("red_lines"),
        alternative=Alternative(name=alternative) if alternative else None,
        promise=filled.text("promise"),
        deadline=filled.date("deadline"),
        zone=zone,
        colleagues=(colleague,) if colleague and colleague != stamp["by"] else (),
    )
