"""What Slack's text says to a person: links and mentions as they look, three characters decoded once."""

import re

MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
LONGEST = 3_000

_LINK = re.compile(r"<(?:https?|mailto):([^|>]*)\|([^>]*)>")
_MARK = re.compile(r"<([^<>|\s][^<>|]*)(?:\|([^<>]*))?>")
_BLANK = re.compile(r"[^\S\n]")  # a tab, or the space that keeps "82 000" together in a pasted mail
_UNNAMED = {"@": "somebody", "#": "a channel"}


def as_typed(text: str) -> str:
    """What the person typed in a message or behind a command: links as they look; still escaped."""
    return clean(_LINK.sub(r"\2", text))


def as_shown(text: str, most: int) -> str:
    """A message of anybody's as it looks, on at most `most` characters; where it was cut, it says so.

    Nobody mentioned in it is looked up: they are called what Slack calls them in the text, if it does.
    """
    seen = decoded(_seen(_BLANK.sub(" ", _MARK.sub(_looks, text)))).strip()
    return seen if len(seen) <= most else seen[: most - 1].rstrip() + "…"


def clean(text: str) -> str:
    """The text without what cannot be seen, at most 3,000 characters of it."""
    return _seen(text[:LONGEST]).strip()


def decoded(text: str) -> str:
    """Slack escapes three characters; the ampersand is decoded last, once."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _seen(text: str) -> str:
    return "".join(c for c in text if c.isprintable() or c == "\n")


def _looks(mark: re.Match[str]) -> str:
    """A mention, a call to a whole channel, a date, a group or a link."""
    target, label = mark[1], mark[2] or ""
    kind = target[:1]
    if kind == "!":
        return label or f"@{target[1:].partition('^')[0]}"
    if kind in _UNNAMED:
        return kind + (label.removeprefix(kind) or _UNNAMED[kind])
    return label or target
