"""What one activity of Teams says: who, where, which button. It asks nobody and decides nothing.

It reads the JSON as it came: the SDK's own objects lose what a mention says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from bot.intents import Button
from bot.platforms import Place
from bot.teams.framework import Reference
from dialogs.commands import Intention, read_command

LONGEST = 3_000
PERSONAL = "personal"
NEEDED = ("type", "id", "channelId", "serviceUrl", "conversation", "from", "recipient")
_MARK = re.compile(r"<at>.*?</at>", re.IGNORECASE)
_LINE, _TAG = re.compile(r"<br\s*/?>|</p>|</div>", re.IGNORECASE), re.compile(r"<[^>]*>")
_BEFORE = re.compile(r"^\s*(?:/?deal\b|/)\s*", re.IGNORECASE)


def lacking(body: object) -> str:
    """What an activity must have and has not, "" if nothing."""
    if not isinstance(body, dict):
        return "an object"
    for name in NEEDED:
        wanted: type = dict if name in ("conversation", "from", "recipient") else str
        if not isinstance(body.get(name), wanted) or not body[name]:
            return name
    return "" if body["conversation"].get("id") else "conversation.id"


def _of(body: Mapping[str, Any], *path: str) -> str:
    found: Any = body
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""


def tenant(body: Mapping[str, Any]) -> str:
    """The tenant it comes from, where Teams itself says it."""
    return _of(body, "channelData", "tenant", "id").casefold()


def user(body: Mapping[str, Any]) -> str:
    """Whoever caused it, by the directory's id; "" for bots."""
    return _of(body, "from", "aadObjectId").casefold()


def sender(body: Mapping[str, Any]) -> str:
    """Whoever caused it, by the id that the conversation has for them."""
    return _of(body, "from", "id")


def name(body: Mapping[str, Any]) -> str:
    """What they are called."""
    return _of(body, "from", "name")


def zone(body: Mapping[str, Any]) -> str:
    """Their zone, as their client has it."""
    told = [each.get("timezone") for each in _entities(body) if each.get("type") == "clientInfo"]
    return _of(body, "localTimezone") or next((str(each) for each in told if each), "UTC")


def conversation(body: Mapping[str, Any]) -> str:
    """Where it happened."""
    return _of(body, "conversation", "id")


def left(body: Mapping[str, Any]) -> list[str]:
    """Who left a room, by the ids of Teams; not ourselves."""
    found = body.get("membersRemoved")
    gone = [_of(each, "id") for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
    return [each for each in gone if each and each != _of(body, "recipient", "id")]


def is_personal(body: Mapping[str, Any]) -> bool:
    """Whether nobody else reads along."""
    return _of(body, "conversation", "conversationType") == PERSONAL


def reference(body: Mapping[str, Any]) -> Reference:
    """Where its conversation is reached; for a thread of a channel, the channel."""
    there = conversation(body).partition(";")[0]
    return Reference(_of(body, "serviceUrl"), there, tenant(body), _of(body, "recipient", "id"))


def event_id(body: Mapping[str, Any]) -> str:
    """Our name for it, the same whenever it is delivered."""
    return f"teams:{conversation(body)}:{_of(body, 'id')}"


def place(body: Mapping[str, Any]) -> Place | None:
    """The card that was tapped, if it was one."""
    stands = _of(body, "replyToId")
    return Place(channel=conversation(body), message=stands, platform="teams") if stands else None


def acted(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a card sends, by Execute or by Submit; None if nothing was pressed."""
    value = body.get("value")
    if body["type"] == "invoke":
        value = (value or {}).get("action") if isinstance(value, Mapping) else None
        value = value.get("data") if isinstance(value, Mapping) else None
    return dict(value) if isinstance(value, Mapping) and "button" in value else None


def button(data: Mapping[str, Any]) -> Button | None:
    """What was pressed; what stands in the card's own input goes along where it is asked for."""
    value = data.get("button")
    words = clean(str(data.get("say") or "")) if isinstance(value, str) and value.startswith("say~") else ""
    return Button.read(value, words) if isinstance(value, str) else None


def text(body: Mapping[str, Any]) -> str:
    """What was typed, without a mention of ourselves, without what only Slack needs."""
    words = _of(body, "text")
    for each in _entities(body):
        if each.get("type") == "mention" and _of(each, "mentioned", "id") == _of(body, "recipient", "id"):
            words = words.replace(_of(each, "text"), " ")
    return clean(_MARK.sub(" ", words).replace("@p:", "@").replace("#c:", "#"))


def message(value: Mapping[str, Any]) -> str:
    """The words of the message that the message action was used on, as they look."""
    words = _of(value, "messagePayload", "body", "content")
    if _of(value, "messagePayload", "body", "contentType") == "html":
        words = unescape(_TAG.sub("", _LINE.sub("\n", words)))
    return clean(words)


def command(words: str) -> tuple[str, bool]:
    """What is meant, and whether it is a command for certain: `/deal status`, `deal status`, `/status`.

    "deal is off" is an answer like any other.
    """
    plain = _BEFORE.sub("", words, count=1)
    outright = plain != words and isinstance(read_command(plain), Intention)
    return (plain, True) if outright else (words, False)


def clean(words: str) -> str:
    """The words without what cannot be seen, at most 3,000 characters of them."""
    return "".join(c for c in words[:LONGEST].replace("\xa0", " ") if c.isprintable() or c == "\n").strip()


def _entities(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = body.get("entities")
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
