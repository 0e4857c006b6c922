"""The verdicts of a replay in words: the same sentences as in a nudge, with the dates of the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from bot.render.text import bare
from bot.render.words import Words
from dialogs.deal import Evidence
from dialogs.effect import Change
from dialogs.levels import Level

LONGEST = 240


def sentences(verdict: Mapping[str, Any]) -> dict[str, list[str]]:
    """`reasons` and `would_change` of one verdict, a sentence each."""
    return {
        "reasons": [_reason(row) for row in verdict["reasons"]],
        "would_change": [_change(row) for row in verdict["would_change"]],
    }


@cache
def _words() -> Words:
    return Words("plain", "", "en", LONGEST)


def _reason(row: Mapping[str, Any]) -> str:
    at = datetime.fromisoformat(row["at"])
    said = Evidence(row["question"], row["answer"], at, "", row["check_in"])
    return bare(_words().word("line", "evidence", e=said, zone=""))


def _change(row: Mapping[str, Any]) -> str:
    value = Decimal(str(row["value"])) if "value" in row else None
    change = Change(row["question"], row["answer"], row["check_ins"], Level[row["level"].upper()], value)
    return bare(_words().word("line", "change", change=change, unit=""))
