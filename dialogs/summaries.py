"""Makes summaries, and says where in the owner's own words a secret stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dialogs import advice, guard, reminding
from dialogs.deal import Deal
from dialogs.grounds import ACTIVE, COUNTED, Ground
from dialogs.guard import Kind
from dialogs.record import level_of
from dialogs.shared import Content, Secret
from dialogs.summary import Disclosed, Leak, Summary
from dialogs.turns import about

MOST_REASONS = 3
# What the guard lets pass where the owner chose it for this one message.
ALLOWED: dict[Secret, tuple[Kind, ...]] = {
    "limit": ("limit", "issue_limit"),
    "target": ("target",),
    "plan_b": ("plan_b", "plan_b_value"),
    "red_lines": ("red_line",),
    "promise": ("promise",),
}


def summary_of(deal: Deal, content: Content, at: datetime) -> Summary:
    """The deal as this room is told of it."""
    has, live = content.fields, deal.status == "live"
    standing = live and "standing" in has
    last = deal.offers[-1] if deal.offers and "movement" in has else None
    told = Summary(
        **about(deal),
        name=deal.name,
        status=deal.status,
        paused=standing and deal.paused is not None,
        outcome=deal.outcome,
        level=level_of(deal) if standing else None,
        reasons=_reasons(deal) if standing and "reasons" in has else (),
        moved=last.by if last else None,
        moved_at=last.at if last else None,
        step=advice.action(deal) if live and "next" in has else "",
        talk=reminding.coming(deal, at) if live and "next" in has else None,
        deadline=deal.deadline if live and "next" in has else None,
        decides=content.decides if "decides" in has else "",
        note=content.note,
        disclosed=_disclosed(deal, content.secrets),
    )
    return told if "counterpart" in has else replace(told, counterpart="")


def _reasons(deal: Deal) -> tuple[Ground, ...]:
    """The grounds that weigh, the heaviest first: what kind of thing it is, never what was said."""
    weights = deal.coach.grounds
    active = [ground for ground in COUNTED if weights[ground] >= ACTIVE]
    return tuple(sorted(active, key=lambda ground: -weights[ground])[:MOST_REASONS])


def _disclosed(deal: Deal, chosen: tuple[Secret, ...]) -> Disclosed | None:
    if not chosen:
        return None
    return Disclosed(
        unit=deal.unit,
        limit=deal.limit if "limit" in chosen else None,
        target=deal.target if "target" in chosen else None,
        plan_b=deal.alternative.name if "plan_b" in chosen and deal.alternative else "",
        red_lines=tuple(line.text for line in deal.red_lines) if "red_lines" in chosen else (),
        promise=deal.promise.text if "promise" in chosen and deal.promise else "",
    )


def allowed(content: Content) -> frozenset[Kind]:
    """The kinds of secrets that this message may hold."""
    return frozenset(kind for secret in content.secrets for kind in ALLOWED[secret])


def leaks(deal: Deal, content: Content) -> tuple[Leak, ...]:
    """Where secrets stand in the words that the owner would have sent, in the order they are read."""
    secrets = guard.secrets_of(deal)
    told = {
        "name": deal.name,
        "counterpart": deal.counterpart if "counterpart" in content.fields else "",
        "decides": content.decides if "decides" in content.fields else "",
        "note": content.note,
    }
    return tuple(
        Leak(field, hit.kind, text[hit.start : hit.end])
        for field, text in told.items()
        for hit in guard.found(text, secrets, allowed(content))
    )
