"""Taps and forms on the way to a signature or a walk-away, as events; what a form knows when it opens."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol, get_args

from dialogs.deal import Deal
from dialogs.decisions import (
    BreachLooked,
    CureTold,
    FinalOfferBuilt,
    GateWaived,
    PaperRead,
    PaperTouched,
    RedLineTested,
    SignedAlready,
    WaitChosen,
)
from dialogs.events import DealEvent, Misread
from dialogs.forms import Filled
from dialogs.held import Term
from dialogs.issues import Unread, read_package

Stamp = Mapping[str, Any]
TERMS: tuple[Term, ...] = get_args(Term)
YES_NO = {"y": True, "n": False}
BREACH_STEPS = 3  # final? with authority? a carve-out?
LONGEST_EXTRA = 12
PAPER = ("sign", "signed")
NOBODY_ELSE = frozenset({
    "i", "me", "myself", "self", "i did", "i do", "nobody", "no one", "none", "n/a", "-",
})  # fmt: skip


class Tapped(Protocol):
    """What is needed of a button."""

    @property
    def verb(self) -> str:
        """What it does."""

    @property
    def extra(self) -> str:
        """What else it says."""


def of_button(button: Tapped, stamp: Stamp) -> DealEvent | None:
    """The event behind a button about a paper or a red line; None for any other."""
    read = VERBS.get(button.verb)
    return read(stamp, button.extra.split(".")) if read and len(button.extra) <= LONGEST_EXTRA else None


def oneself(approver: str, name: str) -> bool:
    """Whether whoever is said to have agreed is the one who asks, or nobody."""
    said, own = (" ".join(each.casefold().replace(".", "").split()) for each in (approver, name))
    return said in NOBODY_ELSE or (bool(own) and said in (own, own.split()[0]))


def of_form(key: str, filled: Filled, stamp: Stamp, deal: Deal) -> DealEvent | None:
    """The event behind a filled form about one of these; None for any other."""
    match key:
        case "sign" | "signed":
            return _paper(filled, stamp, deal, closing=key == "signed")
        case "waive":
            return GateWaived(**stamp, approved_by=filled.text("approved_by"), because=filled.text("because"))
        case "final_offer":
            return FinalOfferBuilt(
                **stamp,
                value=filled.amount("amount"),
                until=filled.date("until"),
                they_get=filled.text("they_get"),
                we_get=filled.text("we_get"),
            )
        case _:
            return None


def known(key: str, deal: Deal) -> Mapping[str, str]:
    """What stands in a form's fields when it opens."""
    paper, offer = deal.deciding, deal.final_offer
    match key:
        case "rename":
            return {"name": deal.name}
        case "sign" | "signed" if paper is not None:
            return {**_amount(paper.value), "figures": _figures(deal), "unwritten": paper.unwritten}
        case "sign" | "signed":
            return {**_amount(offer.value if offer else None), "figures": _figures(deal)}
        case "final_offer" if offer is not None:
            return {**_amount(offer.value), "they_get": offer.they_get, "we_get": offer.we_get}
        case _:
            return {}


def left_out(key: str, deal: Deal) -> tuple[str, ...]:
    """The fields that make no sense for this deal: one number, or a figure for each issue."""
    if key == "look_back":
        return ("protected",) if deal.outcome == "agreed" else ()
    if key not in PAPER:
        return ()
    return ("amount",) if deal.issues else ("figures",)


def _amount(value: Decimal | None) -> dict[str, str]:
    return {} if value is None else {"amount": f"{value:f}"}


def _figures(deal: Deal) -> str:
    """The issues by name, with the figures of the paper, else of their last package."""
    told = (offer.package for offer in reversed(deal.offers) if offer.by == "them" and offer.package)
    given = dict((deal.deciding.package if deal.deciding else ()) or next(told, ()))
    return "\n".join(
        f"{i.name} = {given[i.name]:f}" if i.name in given else f"{i.name} = " for i in deal.issues
    )


def _paper(filled: Filled, stamp: Stamp, deal: Deal, *, closing: bool) -> DealEvent:
    """What the paper says; with `closing` the deal is to be closed with it, with the note it was given."""
    figures = filled.text("figures")
    package = read_package(deal.issues, figures.replace("\n", ", ")) if deal.issues and figures else ()
    if isinstance(package, Unread):
        return Misread(**stamp, problem=package.problem, text=package.text)
    return PaperRead(
        **stamp,
        value=filled.amount("amount"),
        must_haves=tuple(term for term in filled.many("terms") if term in TERMS),
        package=package,
        unwritten=filled.text("unwritten"),
        closing=closing,
        note=deal.deciding.note if closing and deal.deciding else "",
    )


def _tested(stamp: Stamp, said: list[str]) -> DealEvent | None:
    match said:
        case [line, answer] if line.isdecimal() and answer in YES_NO:
            return RedLineTested(**stamp, red_line=int(line), sacred=YES_NO[answer])
        case _:
            return None


def _breach(stamp: Stamp, said: list[str]) -> DealEvent | None:
    """`2.y.n`: the third red line, the demand is final, but not from somebody who can decide."""
    line, answers = said[0], said[1:]
    if (line and not line.isdecimal()) or len(answers) > BREACH_STEPS or not set(answers) <= set(YES_NO):
        return None
    final, authority, carve_out = (*(YES_NO[answer] for answer in answers), None, None, None)[:BREACH_STEPS]
    return BreachLooked(
        **stamp,
        red_line=int(line) if line else None,
        final=final,
        authority=authority,
        carve_out=carve_out,
    )


def _cure(stamp: Stamp, said: list[str]) -> DealEvent | None:
    """`1.y`: the second red line, withdrawn in writing; `1.w`: their word is enough."""
    match said:
        case [line] if line.isdecimal():
            return CureTold(**stamp, red_line=int(line))
        case [line, ("y" | "n" | "w") as how] if line.isdecimal():
            return CureTold(**stamp, red_line=int(line), written=YES_NO.get(how), trusted=how == "w")
        case _:
            return None


def _touched(stamp: Stamp, said: list[str]) -> DealEvent | None:
    match said:
        case ["none"]:
            return PaperTouched(**stamp, red_line=None)
        case [line] if line.isdecimal():
            return PaperTouched(**stamp, red_line=int(line))
        case _:
            return None


def _signed(stamp: Stamp, said: list[str]) -> DealEvent | None:
    return SignedAlready(**stamp, signed=YES_NO[said[0]]) if said[0] in YES_NO else None


def _wait(stamp: Stamp, _: list[str]) -> DealEvent | None:
    return WaitChosen(**stamp)


VERBS: Mapping[str, Callable[[Stamp, list[str]], DealEvent | None]] = {
    "tested": _tested,
    "look": _breach,
    "breach": _breach,
    "confirm_red_line": _breach,  # as it stands on cards of an earlier version
    "cured": _cure,
    "touched": _touched,
    "signed_already": _signed,
    "wait": _wait,
}
