"""What a message must be before it may stand in a channel.

The same for methods, answers to commands and reply addresses.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.local.blockkit import check_message, elements
from bot.local.model import Json
from bot.local.state import fresh

LONGEST = 40_000
LONGEST_UPDATE = 4_000


class Refused(Exception):
    """Slack's `{"ok": false}`: `code` is its error, `messages` say where."""

    def __init__(self, code: str, messages: list[str] | None = None, **more: object) -> None:
        super().__init__(code, messages or [])
        self.code = code
        self.messages = messages or []
        self.more = more

    def answer(self) -> Json:
        """As the bot reads it."""
        shape: Json = {"ok": False, "error": self.code, **self.more}
        return shape | ({"response_metadata": {"messages": self.messages}} if self.messages else {})


@dataclass(frozen=True, slots=True)
class Content:
    """A message's text and named blocks, and what Slack would frown at."""

    text: str
    blocks: tuple[Json, ...]
    metadata: Json | None
    warnings: tuple[str, ...] = ()


def decoded(value: Any, code: str) -> Any:  # noqa: ANN401 - JSON, in and out
    """JSON that may have come as a string in a form."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as broken:
        raise Refused(code) from broken


def named(blocks: list[Json]) -> tuple[Json, ...]:
    """The blocks with an id wherever the bot gave none, as Slack adds them."""
    copies: list[Json] = json.loads(json.dumps(blocks))
    for block in copies:
        block.setdefault("block_id", fresh("")[:5])
        for _, element in elements(block):
            if element["type"] != "image":
                element.setdefault("action_id", fresh("")[:5])
    return tuple(copies)


def _is_metadata(metadata: object) -> bool:
    return (
        isinstance(metadata, dict)
        and set(metadata) == {"event_type", "event_payload"}
        and isinstance(metadata["event_type"], str)
        and isinstance(metadata["event_payload"], dict)
    )


def content(body: Json, *, strict: bool, longest: int = LONGEST) -> Content:
    """Read `text`, `blocks` and `metadata`; raises `Refused`.

    `strict` refuses blocks without a top-level text.
    """
    text = body.get("text") or ""
    blocks = decoded(body.get("blocks") or [], "invalid_blocks_format")
    metadata = decoded(body.get("metadata") or None, "invalid_metadata_format")
    if not isinstance(text, str) or len(text) > longest:
        raise Refused("msg_too_long")
    if blocks:
        messages = check_message(blocks)
        if messages:
            raise Refused("invalid_blocks", messages, errors=messages)
    if not text and (strict or not blocks):
        raise Refused("no_text")
    if metadata is not None and not _is_metadata(metadata):
        raise Refused("invalid_metadata_format")
    frowns = () if text else ("blocks without a top-level text: a screen reader reads nothing",)
    return Content(text, named(blocks), metadata, frowns)
