"""The question bank: one record a question; what is asked next is decided in `plan`.

Words live in templates/questions, one file a key. A question is added with one record and one template.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dialogs import seats
from dialogs.deal import Asked, Deal
from dialogs.grounds import Ground

MOST_QUESTIONS = 5
OVERDUE_AFTER: dict[Ground, int] = {"P": 3, "M": 3, "V": 3, "A": 4, "S": 5}  # check-ins
PRIVATE_TO_OWNER: Ground = "S"


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `ground` is None for the offer, which feeds the fit.

    `reads` says what an answer is; `needs_words` that 2 and 3 count only with the other side's words;
    `choices` the taps of its follow-up (none: free text); `asked` whether this deal can be asked at all;
    `slot` keeps it out of the free places; `secret` questions show or ask for what is the owner's alone.
    """

    key: str
    ground: Ground | None
    reads: str = "scale"
    needs_words: bool = False
    choices: tuple[str, ...] = ()
    asked: Callable[[Deal], bool] = lambda _: True
    slot: str = "free"
    secret: bool = False


def has_numbers(deal: Deal) -> bool:
    """Whether the deal is measured by one number."""
    return deal.side in ("seller", "buyer") and deal.limit is not None


QUESTIONS: tuple[Question, ...] = (
    Question("offer", None, reads="amount", asked=has_numbers, slot="matter", secret=True),
    Question(
        "must_haves", "M", reads="terms", asked=lambda d: bool(d.must_haves), slot="matter", secret=True
    ),
    Question("movement", "K", slot="cooperation"),
    Question("tone", "C", needs_words=True, choices=("named", "not_named", "style"), slot="tone"),
    Question(
        "red_line",
        "V",
        choices=("final", "open", "carve_out"),
        asked=lambda d: bool(d.red_lines),
        slot="red_line",
        secret=True,
    ),
    Question("deadlock", "K", choices=("both", "they", "i", "nobody"), slot="cooperation"),
    Question("mutual", "M"),
    Question("alternative", "A", secret=True),
    Question("pressure", "P"),
    Question("word", "C"),
    Question("openness", "K"),
    Question("integrity", "V"),
    Question("reciprocity", "K"),
    Question("retrade", "C"),
    Question("authority", "K"),
    Question("fresh_eyes", "S"),
    Question("drift", "S", asked=lambda d: d.limit is not None or bool(d.must_haves)),
    Question("defend", "V"),
    Question("energy", "S"),
)
BY_KEY = {question.key: question for question in QUESTIONS}


def ground_of(key: str) -> Ground | None:
    """The ground a question speaks for; None for the offer, and for a question that is asked no more."""
    return BY_KEY[key].ground if key in BY_KEY else None


def plan(deal: Deal, by: str) -> tuple[str, ...]:
    """The questions of the next check-in, at most five, in the order they are asked.

    First what matters now, cooperation, tone and red lines; free places go to what was answered 2–3 last
    time, then to the ground longest past its limit, then to the least recently asked. Questions about the
    negotiator's own state, and those that show what is the owner's alone, are asked of nobody else.
    """
    number = deal.coach.check_ins + 1
    first = (_matter(deal), _cooperation(deal), "tone", _red_line(deal))
    chosen = [key for key in first if key and not (BY_KEY[key].secret and seats.colleague(deal, by))]
    while len(chosen) < MOST_QUESTIONS:
        key = _free(deal, number, by, tuple(chosen))
        if key is None:
            break
        chosen.append(key)
    return tuple(chosen)


def plan_beside(deal: Deal, by: str) -> tuple[str, ...]:
    """The questions of a second check-in about the same talk: what the first was asked, so that views meet.

    What is the owner's alone goes first, the usual questions fill the places left.
    """
    usual = plan(deal, by)
    first = [key for key in usual if BY_KEY[key].slot in ("matter", "red_line")]
    again = [q.key for q in QUESTIONS if _asked_now(q, deal) and _may_be_asked(q, deal, by)]
    rest = [key for key in usual if BY_KEY[key].slot != "cooperation" or not any(map(_cooperates, again))]
    return tuple(dict.fromkeys((*first, *again, *rest)))[:MOST_QUESTIONS]


def _asked_now(question: Question, deal: Deal) -> bool:
    return _number(deal, question.key) == deal.coach.check_ins > 0


def _cooperates(key: str) -> bool:
    return BY_KEY[key].slot == "cooperation"


def _may_be_asked(question: Question, deal: Deal, by: str) -> bool:
    if not question.asked(deal) or (question.secret and seats.colleague(deal, by)):
        return False
    return question.ground != PRIVATE_TO_OWNER or by == deal.owner


def _matter(deal: Deal) -> str | None:
    return next((key for key in ("offer", "must_haves") if BY_KEY[key].asked(deal)), None)


def _cooperation(deal: Deal) -> str:
    """Deadlock at the first check-in and at every second one while K's last answer was 2–3, else movement."""
    if deal.coach.check_ins == 0:
        return "deadlock"
    movement, deadlock = _last(deal, "movement"), _last(deal, "deadlock")
    latest = max((a for a in (movement, deadlock) if a), key=lambda a: a.number, default=None)
    stuck = latest is not None and latest is movement and (latest.value or 0) >= 2
    return "deadlock" if stuck else "movement"


def _red_line(deal: Deal) -> str | None:
    if not deal.red_lines:
        return None
    last = _last(deal, "red_line")
    due = last is None or last.value != 0 or deal.coach.check_ins + 1 - last.number >= 2
    return "red_line" if due else None


def _free(deal: Deal, number: int, by: str, chosen: tuple[str, ...]) -> str | None:
    open_to = [q for q in QUESTIONS if _may_fill(q, deal, by, chosen)]
    worrying = [
        q for ground in ("M", "P", "V") for q in open_to if q.ground == ground and _worried(deal, q.key)
    ]
    if worrying:
        return worrying[0].key
    overdue = _most_overdue(deal, number, open_to, chosen)
    rest = [q for q in open_to if q.ground == overdue] or open_to
    return min(rest, key=lambda q: _number(deal, q.key)).key if rest else None


def _may_fill(question: Question, deal: Deal, by: str, chosen: tuple[str, ...]) -> bool:
    if question.key in chosen or question.slot in ("cooperation", "tone", "red_line"):
        return False
    return question.reads != "amount" and _may_be_asked(question, deal, by)


def _worried(deal: Deal, key: str) -> bool:
    last = _last(deal, key)
    return last is not None and (last.value or 0) >= 2


def _most_overdue(deal: Deal, number: int, open_to: list[Question], chosen: tuple[str, ...]) -> Ground | None:
    past: dict[Ground, int] = {}
    for ground, limit in OVERDUE_AFTER.items():
        if not any(q.ground == ground for q in open_to) or any(
            BY_KEY[key].ground == ground for key in chosen
        ):
            continue
        since = number - max(_number(deal, q.key) for q in QUESTIONS if q.ground == ground)
        if since >= limit:
            past[ground] = since - limit
    return max(past, key=lambda ground: past[ground], default=None)


def _last(deal: Deal, key: str) -> Asked | None:
    return deal.coach.asked.get(key)


def _number(deal: Deal, key: str) -> int:
    last = _last(deal, key)
    return 0 if last is None else last.number
