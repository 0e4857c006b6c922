"""Words to intentions: one table for every platform, every entrance.

`/deal checkin acme` in Slack and `checkin acme` typed to the bot mean the same. What is not in the table is
refused with the nearest word that is.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be asked: its words (the first is shown in help), and whether it needs a deal."""

    verb: str
    words: tuple[str, ...]
    of_deal: bool = True
    in_check_in: bool = False  # read as this even while a question is open, without a deal's name


COMMANDS: tuple[Command, ...] = (
    Command("new", ("new", "set up", "setup", "new deal", "create"), of_deal=False),
    Command("list", ("list", "deals", "my deals"), of_deal=False, in_check_in=True),
    Command("checkin", ("checkin", "check in", "check-in", "continue", "resume"), in_check_in=True),
    Command("status", ("status", "show", "where do i stand", "where are we"), in_check_in=True),
    Command("why", ("why", "evidence", "reasons"), in_check_in=True),
    Command("limit", ("limit", "limits", "my limits", "walk-away point"), in_check_in=True),
    Command("tighten", ("tighten",)),
    Command("must-have", ("must-have", "must have", "must-haves")),
    Command("red-line", ("red-line", "red line", "red lines")),
    Command("promise", ("promise", "my promise")),
    Command("deadline", ("deadline",)),
    Command("target", ("target", "goal")),
    Command("purpose", ("purpose", "what for")),
    Command("plan-b", ("plan-b", "plan b", "planb")),
    Command("offer", ("offer", "offers")),
    Command("chart", ("chart", "curve", "offers as a picture", "picture"), in_check_in=True),
    Command("log", ("log", "they just")),
    Command("issues", ("issues", "weights")),
    Command("pause", ("pause", "strategic pause"), in_check_in=True),
    Command(
        "return",
        ("return", "they came back", "came back", "they are back", "they're back", "back at the table"),
    ),
    Command("sign", ("sign", "about to sign", "accept"), in_check_in=True),
    Command("walk", ("walk", "walk away", "leave the table"), in_check_in=True),
    Command("close", ("close", "closed")),
    Command("reopen", ("reopen", "re-open")),
    Command("record", ("record", "my record", "past advice"), of_deal=False),
    Command("share", ("share", "share a summary", "post a summary")),
    Command("shares", ("shares", "shared", "what is shared")),
    Command("recall", ("recall", "take back", "unshare")),
    Command("export", ("export", "take out", "download")),
    Command("forget-all", ("forget everything", "forget all", "erase everything"), of_deal=False),
    Command("forget", ("forget", "erase", "delete this deal")),
    Command("digest", ("digest", "my digest", "weekly digest"), of_deal=False),
    Command("remind", ("remind", "reminders", "remind me")),
    Command("talk", ("talk", "next talk", "meeting", "we meet")),
    Command("notice", ("notice", "notice date")),
    Command("hours", ("hours", "my hours", "working hours"), of_deal=False),
    Command("ooo", ("ooo", "out of office", "away", "i am away"), of_deal=False),
    Command("holidays", ("holidays", "free days"), of_deal=False),
    Command("zone", ("zone", "time zone", "timezone"), of_deal=False),
    Command("rename", ("rename",)),
    Command("second-reader", ("second-reader", "second reader")),
    Command("observer", ("observer", "add observer")),
    Command("hand-over", ("hand-over", "hand over", "handover", "give away")),
    Command("colleague", ("colleague", "add colleague")),
    Command("edit", ("edit", "change answer", "change an answer")),
    Command("sample", ("sample", "example"), of_deal=False),
    Command("help", ("help", "?", "commands", "hello", "hi"), of_deal=False, in_check_in=True),
    Command("not_sure", ("not sure", "don't know", "dont know", "unsure"), in_check_in=True),
    Command("skip", ("skip", "next", "pass"), in_check_in=True),
    Command("back", ("back",), in_check_in=True),
    Command("undo", ("undo",), in_check_in=True),
    Command("note", ("note",), in_check_in=True),
    Command("stop", ("stop", "later", "not now"), in_check_in=True),
    Command("nothing", ("nothing changed", "nothing new", "no change"), in_check_in=True),
)
SHOWN = tuple(command.words[0] for command in COMMANDS)
SAID_PLAINLY = re.compile(r"(?:us|them|they|we)\b[^.?!]{0,40}?\d")
_PHRASES = sorted(((word, c) for c in COMMANDS for word in c.words), key=lambda pair: -len(pair[0]))


@dataclass(frozen=True, slots=True)
class Intention:
    """What was meant: a verb of the table, and the words after it as they were typed."""

    verb: str
    words: str = ""
    of_deal: bool = True
    in_check_in: bool = False
    plainly: bool = False  # without its verb


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not in the table; `nearest` is the closest word that is, "" if none is close."""

    text: str
    nearest: str = ""


def read_command(text: str) -> Intention | Unknown:
    """The intention behind a line; the longest phrase of the table that the line begins with wins."""
    line = re.sub(r"\s+", " ", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")).strip()
    plain = line.casefold()
    for phrase, command in _PHRASES:
        if phrase in (plain, plain.rstrip(" .?!")) or plain.startswith((phrase + " ", phrase + ":")):
            rest = "" if plain.rstrip(" .?!") == phrase else line[len(phrase) :].lstrip(" :")
            return Intention(command.verb, rest, command.of_deal, command.in_check_in)
    if SAID_PLAINLY.match(plain):  # "us 95,000" is an offer, whatever stands before it
        return Intention("offer", line, plainly=True)
    if plain in ("", "!"):
        return Intention("help", of_deal=False)
    first = plain.split(" ", 1)[0]
    known = [phrase for phrase, _ in _PHRASES]
    near = difflib.get_close_matches(plain, known, 1, 0.6) or difflib.get_close_matches(first, known, 1, 0.6)
    return Unknown(line, near[0] if near else "")


def split_tail(words: str, *markers: str) -> tuple[str, dict[str, str]]:
    """`acme until thursday because legal` split at its markers: the head, and what follows each marker."""
    pattern = "|".join(map(re.escape, markers))
    parts = re.split(rf"(?:^|\s+)({pattern})(?:\s+|$)", words, flags=re.IGNORECASE)
    tail = {parts[i].casefold(): parts[i + 1].strip() for i in range(1, len(parts) - 1, 2)}
    return parts[0].strip(), tail
