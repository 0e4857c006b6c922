"""Taps, words and forms about sharing and taking out, as events of a deal."""

from collections.abc import Mapping
from typing import Any, Protocol

from dialogs.deal import Deal
from dialogs.events import DealEvent
from dialogs.exports import FORMS, ExportWanted
from dialogs.forgets import ForgetConfirmed, ForgetWanted
from dialogs.forms import Filled
from dialogs.rooms import read_room
from dialogs.shared import FIELDS, SECRETS, Content
from dialogs.shares import (
    ShareConfirmed,
    ShareDrafted,
    ShareDropped,
    ShareRecalled,
    SharesAsked,
    ShareWanted,
)

Stamp = Mapping[str, Any]


class Tapped(Protocol):
    """What is needed of a button."""

    @property
    def verb(self) -> str:
        """What it does."""

    @property
    def extra(self) -> str:
        """What else it says."""


class Corrects(Tapped, Protocol):
    """What is needed of the form's button."""

    @property
    def check_in(self) -> int:
        """The number of a share, 0 for none."""


def of_button(button: Tapped, stamp: Stamp) -> DealEvent | None:  # noqa: PLR0911 - one case a verb
    """The event behind a button about sharing; None for any other."""
    number = int(button.extra) if button.extra.isdecimal() and len(button.extra) < 7 else 0  # noqa: PLR2004
    match button.verb:
        case "share":
            return ShareWanted(**stamp)
        case "shares":
            return SharesAsked(**stamp)
        case "share_post":
            return ShareConfirmed(**stamp, number=number)
        case "share_drop":
            return ShareDropped(**stamp, number=number)
        case "share_recall":
            return ShareRecalled(**stamp, number=number)
        case "export":
            return _export(button.extra, stamp)
        case "forget":
            return ForgetConfirmed(**stamp) if button.extra == "yes" else ForgetWanted(**stamp)
        case _:
            return None


def of_words(verb: str, words: str, stamp: Stamp) -> DealEvent | None:
    """The event behind typed words about sharing; None for any other verb."""
    match verb:
        case "share":
            room, named, _ = read_room(words)
            return ShareWanted(**stamp, room=room, named=named)
        case "shares" | "recall":
            return SharesAsked(**stamp)
        case "export":
            return _export(words, stamp)
        case "forget":
            return ForgetWanted(**stamp)
        case _:
            return None


def _export(words: str, stamp: Stamp) -> ExportWanted:
    return ExportWanted(**stamp, form=next((each for each in FORMS if each in words.casefold()), None))


def of_form(button: Corrects, filled: Filled, stamp: Stamp) -> DealEvent:
    """The event behind the share form; the button's number is the share it corrects."""
    content = Content(
        fields=tuple(each for each in FIELDS if each in filled.many("fields")),
        secrets=tuple(each for each in SECRETS if each in filled.many("secrets")),
        decides=filled.text("decides"),
        note=filled.text("note"),
        follow="follow" in filled.many("follow"),
    )
    room, _, _ = read_room(filled.text("room"))
    return ShareDrafted(**stamp, room=room, content=content, replaces=button.check_in)


def in_form(deal: Deal, number: int) -> Mapping[str, str]:
    """What stands in the form: what the share to be put right has, or the draft, else all that is safe."""
    share = next((known for known in deal.shares if known.number == number), None)
    told = share.content if share else deal.draft.content if deal.draft else Content()
    return {
        "fields": " ".join(told.fields),
        "decides": told.decides,
        "note": told.note,
        "follow": "follow" if told.follow else "",
    }


def left_out(deal: Deal, number: int) -> tuple[str, ...]:
    """A correction stays in its room."""
    return ("room",) if any(known.number == number for known in deal.shares) else ()
