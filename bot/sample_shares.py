"""Samples of summaries, of their previews, and of what is said of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import get_args

from dialogs.digest import Digest, DigestTold, Row, TeamDigest, Told
from dialogs.effects import Message
from dialogs.exports import ExportAsked, ExportPart
from dialogs.forgets import AllForgetAsked, ForgetAsked
from dialogs.guard import KINDS
from dialogs.handing import HandOverAsked
from dialogs.levels import Level
from dialogs.rooms import OUTSIDERS, Audience, Room
from dialogs.shared import FIELDS, Content, Share, Stands
from dialogs.shares import AskWhere, SharePreview, SharesShown, ShareTold, TakenDown
from dialogs.summary import Disclosed, Leak, Summary
from dialogs.turns import About

KEPT_UP = 2
ROOM = Room("slack", "C0DEALTEAM", "deal-team")
REFUSALS = (
    "outsiders", "secret", "is_archived", "not_in_channel", "channel_not_found", "missing_scope",
    "too_many_members", "not_a_channel",
    "policy", "unknown",
)  # fmt: skip
LEAKS = tuple(Leak("note", kind, "82k") for kind in KINDS)


def shares(of: About, now: datetime) -> Mapping[str, Message]:
    """The samples by name."""
    summary = Summary(
        **of,
        name="Blue partnership",
        status="live",
        level=Level.PAUSE,
        reasons=("K", "C"),
        moved="them",
        moved_at=now - timedelta(days=4),
        step="pause",
        talk=now + timedelta(days=2),
        deadline=now + timedelta(days=17),
        decides="Priya, with the board",
        note="Please keep all calls with them on this week's list.",
    )
    told = Disclosed(
        "€", Decimal(65_000), Decimal(90_000), "build it ourselves", ("no sole rights",), "leave"
    )
    preview = SharePreview(
        **of, number=3, room=ROOM, summary=summary, content=Content(follow=True), audience=Audience(ROOM, 7)
    )
    refused = {
        f"share_preview_{why}": replace(
            preview, why=why, leaks=LEAKS if why == "secret" else (), audience=None
        )
        for why in REFUSALS
    }
    return {
        "summary": summary,
        "summary_calm": replace(summary, level=Level.STAY, reasons=(), step="go_on", moved="us", paused=True),
        "summary_closed": replace(summary, status="closed", outcome="agreed", reasons=(), step="", note=""),
        "summary_disclosed": replace(summary, disclosed=told),
        "share_preview": preview,
        "share_preview_disclosed": replace(preview, summary=replace(summary, disclosed=told), replaces=2),
        **refused,
        "share_preview_outside": replace(
            preview, why="outsiders", audience=Audience(ROOM, 9, outsiders=OUTSIDERS)
        ),
        "shares_shown": SharesShown(**of, shares=tuple(_shares(now))),
        "shares_shown_none": SharesShown(**of, shares=()),
        **{
            f"share_told_{what}": ShareTold(**of, what=what, room=ROOM, number=3)
            for what in ("stands", "recalled", "opened", "closed")
        },
        "share_told_refused": ShareTold(**of, what="refused", room=ROOM, why="secret", leaks=LEAKS),
        "digest": Digest(zone=of["zone"], prompted=False, count=3),
        "team_digest": TeamDigest(
            zone=of["zone"],
            rows=tuple(
                Row(of["deal"], level.name.title(), level, level is Level.PAUSE, now + timedelta(days=level))
                for level in Level
            ),
        ),
        **{
            f"digest_told_{what}": DigestTold(
                zone=of["zone"],
                what=what,
                every="weekly",
                room=ROOM,
                first=now,
                why="outsiders",
                named="deal-team",
            )
            for what in get_args(Told)
        },
        "digest_told_self": DigestTold(zone=of["zone"], what="set", every="daily", first=now),
        "ask_where": AskWhere(**of),
        "ask_where_named": AskWhere(**of, named="deal-team"),
        "taken_down": TakenDown(),
        "hand_over_asked": HandOverAsked(**of),
        "forget_asked": ForgetAsked(**of, shares=2),
        "all_forget_asked": AllForgetAsked(to="p", own=3, others=1),
        "all_forget_asked_none": AllForgetAsked(to="p", own=0, others=0),
        "export_asked": ExportAsked(**of),
        "export_part": ExportPart(**of, form="json", number=1, of=2, text='{"event": "opened"}'),
        "export_part_last": ExportPart(**of, form="csv", number=2, of=2, text="at,event", left_out=1),
    }


def _shares(now: datetime) -> list[Share]:
    known: tuple[Stands, ...] = get_args(Stands)
    return [
        Share(number, ROOM, Content(FIELDS, follow=number == KEPT_UP), now - timedelta(days=number), stands)
        for number, stands in enumerate(known, 1)
    ]
