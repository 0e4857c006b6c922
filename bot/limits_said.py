"""Taps, words and forms about the ledger, the limits and the plan B, as events."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypedDict

from dialogs import limits, person, plan_b
from dialogs.amounts import read_amount
from dialogs.commands import split_tail
from dialogs.deal import Alternative, Deal
from dialogs.doubts import EvidenceContested, EvidenceUpheld, EvidenceWithdrawn, ReasonWanted
from dialogs.events import AlternativeChanged, DealEvent, Edited, Misread, WhyAsked
from dialogs.follows import AlternativeLinked
from dialogs.forms import Filled
from dialogs.held import Sealed
from dialogs.people import Person
from dialogs.reread import SUBJECTS
from dialogs.seals import LimitAgreed, LimitsAsked, LimitTakenBack, LimitWanted

Stamp = Mapping[str, Any]
LONGEST = 1_500
FIRST_PAGES = 3  # digits of a page's number
LINKED = re.compile(r"@d:(\w+) (.*)")
TYPED_SUBJECTS: Mapping[str, str] = {  # what people type for a subject
    "red lines": "V", "red line": "V", "principles": "V", "stand": "V", "values": "V",
    "tone": "C", "treatment": "C", "how they treat me": "C", "behaviour": "C",
    "movement": "K", "moves": "K", "things move": "K", "deadlock": "K",
    "both": "M", "both sides": "M", "must-haves": "M",
    "plan b": "A", "plan-b": "A", "alternative": "A",
    "pressure": "P", "time": "P",
    "me": "S", "myself": "S", "how i am": "S",
}  # fmt: skip


class Tapped(Protocol):
    """What is needed of a button."""

    @property
    def verb(self) -> str:
        """What it does."""

    @property
    def check_in(self) -> int:
        """The check-in it is about, or the place in a list, from 1 on."""

    @property
    def question(self) -> str:
        """The question it is about."""

    @property
    def extra(self) -> str:
        """What else it says."""


class Answer(TypedDict):
    """Which answer an event is about."""

    check_in: int
    question: str


def _at(button: Tapped) -> Answer:
    return {"check_in": button.check_in, "question": button.question}


def of_button(button: Tapped, stamp: Stamp) -> DealEvent | None:  # noqa: PLR0911 - one case a verb
    """The event behind a button of the ledger or the limits; None for any other."""
    extra = button.extra
    match button.verb:
        case "why" | "page":
            return _why(extra, stamp)
        case "reason":
            return ReasonWanted(**stamp, **_at(button))
        case "uphold":
            return EvidenceUpheld(**stamp, **_at(button))
        case "edit_line" if extra.isdigit():
            return Edited(**stamp, **_at(button), answer=None, red_line=int(extra), keeps=True)
        case "limits":
            return LimitsAsked(**stamp)
        case "keep_limit" if extra.isdigit():
            return LimitTakenBack(**stamp, number=int(extra))
        case "agree_limit" if extra.isdigit():
            return LimitAgreed(**stamp, number=int(extra))
        case "leave_limit":
            return Misread(**stamp, problem="loosening_left")
        case _:
            return None


def _why(extra: str, stamp: Stamp) -> WhyAsked:
    page, _, subject = extra.partition(".")
    known = page.isdigit() and len(page) <= FIRST_PAGES
    return WhyAsked(**stamp, page=int(page) if known else 1, subject=subject if subject in SUBJECTS else "")


def of_words(verb: str, words: str, stamp: Stamp, zone: str) -> DealEvent | None:
    """The event behind typed words about the ledger or the limits; None for any other verb."""
    match verb:
        case "why":
            return _why_typed(words.casefold().strip(" ?."), stamp)
        case "limit" | "tighten":
            return _limit(words, stamp, tighter=verb == "tighten")
        case "must-have":
            return _line("must_have", words, stamp)
        case "red-line":
            return _line("red_line", words, stamp)
        case "plan-b":
            return _plan_b(words, stamp, zone)
        case _:
            return None


def _why_typed(words: str, stamp: Stamp) -> WhyAsked:
    older = re.search(r"\b(older|more)\b", words) is not None
    page = re.search(r"\b(?:page )?(\d{1,3})\b", words)
    subject = TYPED_SUBJECTS.get(re.sub(r"\b(older|more|page|\d+)\b", "", words).strip(), "")
    return WhyAsked(**stamp, page=int(page.group(1)) if page else 1 + older, subject=subject)


def _limit(words: str, stamp: Stamp, *, tighter: bool) -> DealEvent:
    head, because = _because(words)
    head = re.sub(r"^\s*(?:to|at)\s+", "", head)
    if not head.strip():
        return LimitsAsked(**stamp)
    value = read_amount(head)
    if value is None:
        return Misread(**stamp, problem="expected_amount", text=head.strip())
    return LimitWanted(**stamp, value=value, because=because, tighter=tighter)


def _because(words: str) -> tuple[str, str]:
    head, tail = split_tail(f" {words}", "because")
    return head, tail.get("because", "")[:LONGEST]


def _line(what: Sealed, words: str, stamp: Stamp) -> DealEvent:
    """A must-have or a red line to add; `drop 2 because …` lets the second one go."""
    head, because = _because(words)
    dropped = re.fullmatch(r"(?:drop|remove)\s+(\d)", head.strip().casefold())
    if dropped:
        return LimitWanted(**stamp, what=what, drop=int(dropped.group(1)) - 1, because=because)
    text = re.sub(r"^\s*(?:add\s+|\+\s*)", "", head, flags=re.IGNORECASE).strip()[:120]
    return LimitWanted(**stamp, what=what, text=text, because=because) if text else LimitsAsked(**stamp)


def _plan_b(words: str, stamp: Stamp, zone: str) -> DealEvent:
    linked = LINKED.fullmatch(words)
    if linked:
        return AlternativeLinked(**stamp, deal=linked.group(1), name=linked.group(2))
    if not words.strip():
        return LimitsAsked(**stamp)
    found = plan_b.read(words, stamp["at"], zone)
    if isinstance(found, str):
        return Misread(**stamp, problem=found, text=words)
    return AlternativeChanged(**stamp, alternative=found)


def plan_named(somebody: Person, key: str, words: str) -> str:
    """The words, or in their place another deal of this person's that they name."""
    words = words.replace("@d:", "@")  # only a name becomes an id
    name = re.sub(r"^(?:my\s+)?deal\s+", "", words.strip(), flags=re.IGNORECASE)
    other, rest = person.named(somebody, name)
    own = other is not None and other.role == "owner" and other.deal != key
    return f"@d:{other.deal} {other.alias or other.name}" if own and other and not rest else words


OfForm = Callable[[Tapped, Filled, Stamp], DealEvent]


def _doubted(kind: type[EvidenceContested | EvidenceWithdrawn]) -> OfForm:
    return lambda button, filled, stamp: kind(**stamp, **_at(button), because=filled.text("because"))


def _dropped(what: Sealed) -> OfForm:
    return lambda button, filled, stamp: LimitWanted(
        **stamp, what=what, drop=button.check_in - 1, because=filled.text("because")
    )


def _added(what: Sealed) -> OfForm:
    return lambda _, filled, stamp: LimitWanted(**stamp, what=what, text=filled.text("text"))


def _limit_filled(_: Tapped, filled: Filled, stamp: Stamp) -> DealEvent:
    side = filled.text("side")
    return LimitWanted(
        **stamp,
        value=filled.amount("amount"),
        side="seller" if side == "seller" else "buyer" if side == "buyer" else None,
        because=filled.text("because"),
    )


def _plan_filled(_: Tapped, filled: Filled, stamp: Stamp) -> DealEvent:
    firm = next((known for known in plan_b.FIRMNESS if known == filled.text("firmness")), None)
    alternative = Alternative(
        name=filled.text("name"), value=filled.amount("amount"), firmness=firm, expires=filled.date("expires")
    )
    return AlternativeChanged(**stamp, alternative=alternative)


def _worded(button: Tapped, filled: Filled, stamp: Stamp) -> DealEvent:
    return Edited(**stamp, **_at(button), answer=None, note=filled.text("words"), keeps=True)


FILLED: Mapping[str, OfForm] = {
    "contest": _doubted(EvidenceContested),
    "withdraw": _doubted(EvidenceWithdrawn),
    "edit_words": _worded,
    "limit": _limit_filled,
    "must_have": _added("must_have"),
    "red_line": _added("red_line"),
    "drop_must_have": _dropped("must_have"),
    "drop_red_line": _dropped("red_line"),
    "plan_b": _plan_filled,
}


def unfit(button: Tapped, filled: Filled, deal: Deal) -> Mapping[str, str]:
    """What a form about a limit lacks, given the deal: a loosening needs its new fact."""
    if button.extra != "limit" or filled.text("because"):
        return {}
    wanted = LimitWanted(id="", at=deal.opened, value=filled.amount("amount"))
    return {"because": "new_fact"} if limits.loosens(deal, wanted) else {}
