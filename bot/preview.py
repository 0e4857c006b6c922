"""Draws one or more samples of every message, so that words and shapes can be read without a workspace.

The story is a partnership between a small company and a larger one, without a price. `write` makes a folder
with the payloads and one page that draws them; it refuses to talk to any platform.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from html import escape, unescape
from pathlib import Path
from typing import Any, TypedDict

from bot.preview_limits import ledger_samples
from bot.render import FormFacts, Renderer
from bot.render.words import TEMPLATES
from bot.sample_decisions import decisions
from bot.sample_details import details
from bot.sample_offers import offers
from bot.sample_reminders import reminders
from bot.sample_shares import shares
from dialogs import effects as say
from dialogs.deal import Evidence, Offer, Pause, Promise
from dialogs.effect import Change, Line
from dialogs.ended import DealEnded
from dialogs.figures import Arithmetic, Span
from dialogs.forms import FORMS
from dialogs.held import Term
from dialogs.levels import Level
from dialogs.news import DealMoved
from dialogs.turns import About

NOW = datetime(2026, 11, 23, 16, 40, tzinfo=UTC)
MUST_HAVES = ("joint roadmap", "our name on the product", "leave with 60 days’ notice")
BEFORE: tuple[Term, ...] = ("partly", "not", "met")
AFTER: tuple[Term, ...] = ("met", "partly", "met")
RED_LINES = ("no sole rights", "our engineers stay with us")
PROMISE = Promise("I will leave if they want sole rights without a joint roadmap.", NOW - timedelta(days=20))
LAST_DAY = "end it on the last day"
EVIDENCE = (
    Evidence("tone", 1, NOW - timedelta(days=11), "p", 1),
    Evidence("deadlock", 3, NOW - timedelta(days=6), "p", 2, "third call on the same slide"),
    Evidence("tone", 2, NOW - timedelta(days=6), "p", 2, "sign on Friday or we build it without you"),
    Evidence("must_haves", 2, NOW, "p", 3),
    Evidence("energy", 1, NOW, "p", 3),
)
CHANGES = (
    Change("deadlock", 0, 1, Level.PROBE),
    Change("tone", 0, 2, Level.STAY),
)
COUNT = Arithmetic(
    unit="€",
    first=Decimal(58_000),
    best=Decimal(56_500),
    moved=Decimal(1_500),
    since=Span(9, "day"),
    to_go=Decimal(8_500),
    against="limit",
    left=Span(7, "day"),
    short=True,
)
DEARER = Change("offer", 0, 1, Level.PROBE, Decimal(52_000))
LINES = (
    Line("must_haves", 2, terms=BEFORE),
    Line("deadlock", 3, "third call on the same slide"),
    Line("mutual", None),
    Line("pressure", None, passed=True),
)
PAUSE = Pause(
    "the same points, three calls running",
    NOW,
    NOW + timedelta(days=3),
    "p",
    BEFORE,
    waiting_for="an answer from their board",
    reflection={"goal": "a product that carries both names", "approaches": "a pilot with one customer"},
)


class Of(TypedDict):
    """The head every sample shares."""

    deal: str
    called: str
    counterpart: str
    zone: str
    to: str


OF: Of = {
    "deal": "17c0ffee0123456789abcd",
    "called": "Blue",
    "counterpart": "StagnantCo",
    "zone": "Europe/Berlin",
    "to": "23feed0123456789abcdef",
}


HEAD: About = {
    "deal": OF["deal"], "called": OF["called"], "counterpart": OF["counterpart"], "zone": OF["zone"],
}  # fmt: skip


def previews() -> Mapping[str, say.Message]:
    """Samples by name; every kind of message is among them."""
    return {
        **_check_in(),
        **_advice(),
        **_pause(),
        **_around(),
        **decisions(HEAD, NOW),
        **details(HEAD, NOW),
        **reminders(HEAD, NOW),
        **offers(HEAD, NOW),
        **shares(HEAD, NOW),
        **_tells(),
    }


def write(folder: Path) -> None:
    """Writes each sample and each form as JSON, and `index.html`, which draws them all."""
    folder.mkdir(parents=True, exist_ok=True)
    renderer = Renderer()
    payloads = {name: renderer.message(effect) for name, effect in previews().items()}
    chosen = {"deal": ((OF["deal"], OF["called"]),)}
    facts = FormFacts("{}", OF["called"], MUST_HAVES, BEFORE, options=chosen)
    payloads |= {f"form_{key}": renderer.form(key, facts) for key in FORMS}
    for name, payload in payloads.items():
        text = json.dumps(payload, indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    drawn = "".join(
        f"<h2>{name}</h2><div>{''.join(_drawn(payload))}</div>" for name, payload in payloads.items()
    )
    (folder / "index.html").write_text(PAGE.format(drawn=drawn), encoding="utf-8")


def _ask(question: str, stage: Any = "answer", position: int = 2, **more: Any) -> say.Ask:  # noqa: ANN401 - a sample
    return say.Ask(
        **OF,
        **{
            "number": 3,
            "position": position,
            "of": 5,
            "lines": LINES[: position - 1],
            "terms": MUST_HAVES,
            "red_lines": RED_LINES,
            "question": question,
            "stage": stage,
            **more,
        },
    )


def _check_in() -> Mapping[str, say.Message]:
    offer = Offer("them", Decimal(82_000), NOW - timedelta(days=4))
    end = partial(say.CheckInEnd, **OF, number=3, lines=LINES, next_check_in=NOW + timedelta(days=2))
    return {
        "ask_must_haves": _ask("must_haves", position=1),
        "ask_tone": _ask("tone"),
        "ask_tone_words": _ask("tone", "words", value=2),
        "ask_tone_follow_up": _ask("tone", "follow_up", choices=("named", "not_named", "style")),
        "ask_red_line": _ask("red_line", position=3),
        "ask_red_line_which": _ask("red_line", "which", position=3),
        "ask_deadlock_follow_up": _ask("deadlock", "follow_up", choices=("both", "they", "i", "nobody")),
        "ask_mutual_follow_up": _ask("mutual", "follow_up"),
        "ask_note": _ask("mutual", "note"),
        "ask_not_understood": _ask(
            "word", problem="unreadable_answer", problem_text="hm, so so", resumed=True
        ),
        "ask_offer": _ask("offer", position=1, last_offer=offer, unit="€"),
        "check_in_end": end(
            level=Level.PAUSE, before=Level.PROBE, suggestion="pause", triage="nobody", worst=3
        ),
        "check_in_end_calm": end(level=Level.STAY, before=Level.STAY, suggestion="go_on", worst=1),
        "check_in_end_nothing": end(
            lines=(), level=Level.STAY, before=Level.STAY, nothing_changed=True, suggestion="go_on"
        ),
    }


def _nudge(level: Level, action: str, **more: Any) -> say.Nudge:  # noqa: ANN401 - a sample
    facts = {
        "reasons": EVIDENCE[1:4],
        "changes": CHANGES,
        "promise": PROMISE,
        "unknown": ("alternative", "authority"),
    }
    return say.Nudge(**OF, level=level, action=action, **{**facts, **more})


def _advice() -> Mapping[str, say.Message]:
    cured = Change("red_line_cured", 0, 0, Level.PROBE)
    return {
        "nudge_probe": _nudge(Level.PROBE, "ask_what_moves"),
        "nudge_pause": _nudge(
            Level.PAUSE, "pause", triage="nobody", snoozed="they promised an answer on Friday"
        ),
        "nudge_price": _nudge(Level.PAUSE, "pause", changes=(DEARER,), unit="€", arithmetic=COUNT),
        "nudge_tired": _nudge(Level.PAUSE, "wait_a_day", tired=True),
        "nudge_red_line": _nudge(Level.PAUSE, "pause", gate=True, breached=RED_LINES[:1], changes=(cured,)),
        "nudge_final_offer": _nudge(Level.FINAL_OFFER, "final_offer"),
        "nudge_walk_away": _nudge(Level.WALK_AWAY, "walk_away", triage="i", tried=True),
        "notice_check_in": say.Notice(**OF, prompted=False, kind="check_in", at=NOW),
        "notice_came_back": say.Notice(**OF, prompted=False, kind="came_back", at=NOW),
        **ledger_samples(OF, EVIDENCE, CHANGES),
    }


def _pause() -> Mapping[str, say.Message]:
    return {
        "pause_begun": say.PauseBegun(**OF, pause=PAUSE, reasons=EVIDENCE[1:3]),
        "pause_moved": say.PauseBegun(**OF, pause=PAUSE, moved=True),
        "pause_over": say.PauseOver(**OF, pause=PAUSE, promise=PROMISE),
        "return_asked": say.ReturnAsked(**OF, pause=PAUSE, must_haves=MUST_HAVES),
        "return_thin": say.ReturnThin(**OF, conditions=("new_information",), because="they sent a new deck"),
        "back_at_the_table": say.BackAtTheTable(
            **OF,
            pause=PAUSE,
            conditions=("better_package", "another_person"),
            because="their new head of product called, with a roadmap",
            must_haves=MUST_HAVES,
            before=BEFORE,
            after=AFTER,
            level=Level.STAY,
            promise=PROMISE,
        ),
    }


def _around() -> Mapping[str, say.Message]:
    name = "StagnantCo partnership"
    status = say.Status(
        **OF,
        name=name,
        level=Level.PROBE,
        check_ins=2,
        deadline=NOW + timedelta(days=24),
        next_check_in=NOW + timedelta(days=2),
        paused=None,
        must_haves=MUST_HAVES,
        terms=BEFORE,
        red_lines=RED_LINES,
        promise=PROMISE,
        status="live",
        outcome=None,
        open_question=True,
        alternative="a pilot with a smaller partner",
    )
    return {
        "status": status,
        "deal_ready": say.DealReady(
            **OF,
            name=name,
            must_haves=MUST_HAVES,
            red_lines=RED_LINES,
            promise=PROMISE,
            deadline=NOW + timedelta(days=24),
            limit=None,
            unit="",
            side="",
            testing=0,
            testing_text=RED_LINES[0],
            alternative="a pilot with a smaller partner",
        ),
        **{
            f"deal_ended_{outcome}": _ended(name, outcome) for outcome in ("agreed", "walked_away", "impasse")
        },
        "edit": say.Edit(**OF, check_in=2, question="tone", value=2, words=EVIDENCE[2].words, at=NOW),
        "edit_done": say.EditDone(
            **OF, check_in=2, question="tone", old=2, new=1, before=Level.PAUSE, after=Level.PROBE
        ),
        "list_deals": say.ListDeals(zone=OF["zone"], deals=_deals()),
        "list_deals_none": say.ListDeals(deals=()),
        "show_home": say.ShowHome(zone=OF["zone"], prompted=False, deals=_deals()),
        "show_home_empty": say.ShowHome(deals=()),
        "choose_deal": say.ChooseDeal(verb="checkin", words="", deals=_deals()),
        "help": say.Help(has_deals=True),
        "help_first": say.Help(first=True),
        "offer_set_up": say.OfferSetUp(name=name),
    }


def _ended(name: str, outcome: Any) -> DealEnded:  # noqa: ANN401 - a sample
    return DealEnded(
        **OF,
        name=name,
        outcome=outcome,
        must_haves=MUST_HAVES,
        terms=AFTER,
        promise=PROMISE,
        check_ins=6,
        pauses=1,
        note="they signed with the roadmap in",
    )


def _deals() -> tuple[DealMoved, ...]:
    deal = partial(DealMoved, id="e", at=NOW, status="live")
    return (
        deal(
            deal=OF["deal"],
            name="StagnantCo partnership",
            alias="Blue",
            level="pause",
            role="owner",
            next_check_in=NOW + timedelta(days=1),
            suggests="pause",
        ),
        deal(
            deal="18c0ffee0123456789abcd",
            name="Office lease",
            alias="",
            level="stay",
            role="owner",
            paused=True,
            paused_until=NOW + timedelta(days=3),
        ),
        deal(deal="19c0ffee0123456789abcd", name="Reseller", alias="", level="", role="colleague"),
    )


def _tells() -> Mapping[str, say.Message]:
    about = {
        "text": "chekin blue",
        "near": "checkin",
        "old": "Blue",
        "new": "Azure",
        "action": "final_offer",
        "question": "tone",
    }
    found = [*TEMPLATES.glob("messages/tell/*.j2"), *TEMPLATES.glob("problems/*.j2")]
    keys = sorted(path.stem for path in found)
    return {f"tell_{key}": say.Tell(**OF, key=key, about=about) for key in keys if key != "problem"}


def _drawn(payload: Mapping[str, Any]) -> Iterator[str]:
    for name in ("title", "submit"):
        if name in payload:
            yield f"<p><small>{name}</small> {_words(payload[name])}</p>"
    for block in payload["blocks"]:
        yield f'<div class="{block["type"]}">{"".join(_inside(block))}</div>'


def _inside(block: Mapping[str, Any]) -> Iterator[str]:
    for name in ("text", "label", "hint"):
        if name in block:
            yield f"<p>{_words(block[name])}</p>"
    found = [*block.get("elements", ()), *(block[name] for name in ("accessory", "element") if name in block)]
    for element in found:
        options = "".join(f"<li>{_words(option['text'])}</li>" for option in element.get("options", ()))
        words = _words(element if element["type"] in ("mrkdwn", "plain_text") else element.get("text"))
        tag = "button" if element["type"] == "button" else "span"
        words = words or SHOWN_AS.get(element["type"], element["type"])
        yield f"<{tag}>{words}</{tag}>{f'<ul>{options}</ul>' if options else ''}"


SHOWN_AS = {"overflow": "⋯", "plain_text_input": "______"}


def _words(text: Mapping[str, Any] | None) -> str:
    if text is None:
        return ""
    shown = escape(unescape(text["text"])).replace("\n", "<br>")
    return re.sub(r"\*([^*<]+)\*", r"<b>\1</b>", shown) if text["type"] == "mrkdwn" else shown


PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Messages</title>
<style>body{{font:15px/1.45 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem}}
h2{{font-size:.9rem;color:#777}}
.header{{font-weight:700;font-size:1.15rem}}.context{{color:#666;font-size:.85rem}}button{{margin:.15rem}}
h2+div{{border:1px solid #ddd;border-radius:8px;padding:.4rem 1rem}}</style>{drawn}</html>
"""
