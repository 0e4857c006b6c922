"""Taps, words and forms about offers, issues and what the other side just did, as events."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast, get_args

from dialogs.events import DealEvent
from dialogs.forms import Filled
from dialogs.offers import (
    Happened,
    Happening,
    IssuesWanted,
    LogWanted,
    OfferMeant,
    OfferSaid,
    OfferWithdrawn,
    Unsaid,
)
from dialogs.suggestions import SuggestionLeft, SuggestionTaken

Stamp = Mapping[str, Any]
LONGEST = 1_500
HAPPENINGS: tuple[str, ...] = get_args(Happening)
SPOKEN: Mapping[str, Happening] = {  # what people type for it
    "ultimatum": "ultimatum", "gave an ultimatum": "ultimatum", "an ultimatum": "ultimatum",
    "new demand": "new_demand", "made a new demand": "new_demand", "a new demand": "new_demand",
    "went back": "went_back", "took it back": "went_back",
    "insulted": "insulted", "insulted me": "insulted", "insulted us": "insulted", "insult": "insulted",
    "moved": "moved", "gave reasons": "gave_reasons", "explained": "gave_reasons", "reasons": "gave_reasons",
}  # fmt: skip


class Tapped(Protocol):
    """What is needed of a button."""

    @property
    def verb(self) -> str:
        """What it does."""

    @property
    def question(self) -> str:
        """The question it is about."""

    @property
    def extra(self) -> str:
        """What else it says."""


def of_button(button: Tapped, stamp: Stamp) -> DealEvent | None:  # noqa: PLR0911 - one case a verb
    """The event behind a button about an offer or what they just did; None for any other."""
    extra = button.extra
    match button.verb:
        case "log" if not extra:
            return LogWanted(**stamp)
        case "log" if extra in HAPPENINGS:
            return Happened(**stamp, what=cast("Happening", extra))
        case "unsay" if button.question:
            return Unsaid(**stamp, question=button.question)
        case "offer_other" if extra.isdigit():
            return OfferMeant(**stamp, offer=int(extra))
        case "offer_undo" if extra.isdigit():
            return OfferWithdrawn(**stamp, offer=int(extra))
        case "heard" if extra.isdigit():
            return SuggestionTaken(**stamp, number=int(extra))
        case "unheard" if extra.isdigit():
            return SuggestionLeft(**stamp, number=int(extra))
        case "issues":
            return IssuesWanted(**stamp)
        case _:
            return None


def of_words(verb: str, words: str, stamp: Stamp) -> DealEvent | None:
    """The event behind a typed command about offers, issues or what they just did; None for any other."""
    match verb:
        case "offer":
            return OfferSaid(**stamp, words=words[:LONGEST])
        case "issues":
            return IssuesWanted(**stamp, words=words[:LONGEST])
        case "log":
            return _logged(words, stamp)
        case _:
            return None


def _logged(words: str, stamp: Stamp) -> DealEvent:
    """`/deal log acme insulted: "clowns"`; anything else shows the six buttons."""
    plain = words.casefold().removeprefix("they just ").removeprefix("they ").strip()
    for spoken in sorted(SPOKEN, key=len, reverse=True):
        if plain == spoken or plain.startswith((spoken + ":", spoken + " ")):
            place = words.casefold().index(spoken) + len(spoken)
            return Happened(**stamp, what=SPOKEN[spoken], words=words[place:].strip(" :\"“”'")[:LONGEST])
    return LogWanted(**stamp)


def _offer(_: Tapped, filled: Filled, stamp: Stamp) -> DealEvent:
    return OfferSaid(**stamp, words=f"{filled.text('side')} {filled.text('figures')}")


def _issues(_: Tapped, filled: Filled, stamp: Stamp) -> DealEvent:
    least = filled.text("least")
    return IssuesWanted(**stamp, words=filled.text("issues") + (f", at least {least}" if least else ""))


def _words(button: Tapped, filled: Filled, stamp: Stamp) -> DealEvent:  # noqa: ARG001 - one shape for all
    return Happened(**stamp, what="insulted", words=filled.text("words"))


FILLED: Mapping[str, Callable[[Any, Filled, Stamp], DealEvent]] = {
    "log_offer": _offer,
    "issues": _issues,
    "log_words": _words,
}
