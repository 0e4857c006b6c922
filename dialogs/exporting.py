"""Writes a deal out: one line an event, cut into messages between lines. What is empty is not written.

In a table a cell that a spreadsheet would run is made harmless by an apostrophe before it. A back-tick, which
would end the block it is copied from, is written as JSON's escape, elsewhere as an apostrophe.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dialogs import written
from dialogs.deal import Deal
from dialogs.events import DealEvent
from dialogs.exports import ExportAsked, Exported, ExportPart, ExportWanted, Form
from dialogs.turns import Turn, about, on_record, tell

A_PART = 7_000  # characters of a message, once three of them are written as entities
A_LINE = 2_700  # what one block of it holds
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
COLUMNS = ("at", "event", "who", "question", "answer", "by", "value", "note")
RUNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula


def taken(deal: Deal, log: Sequence[DealEvent], event: ExportWanted) -> Turn:
    """The deal in the form that was asked for, message by message; or the question which form."""
    if event.form is None:
        return Turn(deal, (ExportAsked(**about(deal), to=deal.owner),))
    lines = list(_lines(log, event.form))
    kept = [line for line in lines if _size(line) <= A_LINE]
    texts = list(_cut(kept)) or [""]
    parts = tuple(
        ExportPart(
            **about(deal),
            to=deal.owner,
            form=event.form,
            number=number,
            of=len(texts),
            text=text,
            left_out=len(lines) - len(kept) if number == len(texts) else 0,
        )
        for number, text in enumerate(texts, start=1)
    )
    entry = Exported(id=event.id, at=event.at, by=event.by, form=event.form)
    return on_record(deal, entry, *parts, tell(deal, "exported"))


def _lines(log: Sequence[DealEvent], form: Form) -> Iterator[str]:
    match form:
        case "json":
            yield from (line.replace("`", "\\u0060") for line in written.exported(log))
        case "markdown":
            yield from (line.replace("`", "'") for told in written.lines(log) for line in _markdown(told))
        case "csv":
            yield ",".join((*COLUMNS, "more"))
            yield from (_row(told).replace("`", "'") for told in written.lines(log))


def _markdown(told: Mapping[str, Any]) -> Iterator[str]:
    """One event as a heading and a list."""
    yield f"## {told['at']} {told['event']}"
    for key, value in told.items():
        if key not in ("at", "deal", "event", "id"):
            yield f"- {key}: {_plain(value)}"
    yield ""


def _row(told: Mapping[str, Any]) -> str:
    more = {key: value for key, value in told.items() if key not in (*COLUMNS, "deal", "id")}
    cells = [_plain(told.get(key, "")) for key in COLUMNS]
    return ",".join(map(_cell, [*cells, written.json_of(more) if more else ""]))


def _cell(text: str) -> str:
    """A cell as RFC 4180 writes it, which no spreadsheet runs."""
    safe = f"'{text}" if text.startswith(RUNS) else text
    return '"' + safe.replace('"', '""') + '"' if any(sign in safe for sign in ',"\n\r') else safe


def _plain(value: object) -> str:
    text = value if isinstance(value, str) else written.json_of(value)
    return " ".join(text.split())


def _size(line: str) -> int:
    return len(line) + sum(line.count(sign) * (len(entity) - 1) for sign, entity in ENTITIES.items())


def _cut(lines: Sequence[str]) -> Iterator[str]:
    """Lines put together into texts of at most so much."""
    kept, size = list[str](), 0
    for line in lines:
        if kept and size + _size(line) + 1 > A_PART:
            yield "\n".join(kept)
            kept, size = [], 0
        kept.append(line)
        size += _size(line) + 1
    if kept:
        yield "\n".join(kept)
