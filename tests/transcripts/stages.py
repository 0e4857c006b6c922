"""Where a transcript is played: on paper (no Redis, no Slack), or in the local workspace.

Both press the same buttons by their text and see the same messages; only the carrier differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, Protocol, cast

from bot.clock import Clock
from bot.desk import Desk, Who
from bot.intents import Button
from bot.outcome import Said
from bot.platforms import Payload, Place, Unsure
from bot.postman import Postman
from bot.redis import Cell, Link, Sending, Store, new_id
from bot.render import Renderer
from dialogs.deal import Deal
from dialogs.events import DealEvent
from dialogs.forms import FORMS
from dialogs.rooms import Audience, Room
from tests.fakes import MemoryStore
from tests.living import Living, labels, next_such

START = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # a Sunday evening
TENANT, ZONES = "acme", {"maya": "Europe/Berlin", "tom": "America/New_York"}
Blocks = Iterable[Mapping[str, Any]]
Screen = dict[str, str]


class Stage(Protocol):
    """What a transcript needs of the place where it is played."""

    async def moves_to(self, when: str) -> None:
        """The clocks show `when`, and what came due has been said."""

    async def types(self, text: str, person: str) -> object:
        """A message, or a command."""

    async def taps(self, label: str, person: str) -> object:
        """A button, or a menu's entry."""

    async def fills_in(self, label: str, fields: Mapping[str, str], person: str) -> None:
        """A button that opens a window, and what is entered there; what is refused fails."""

    def screen(self, person: str) -> Screen:
        """The coach's messages as they stand now, in order, by their id."""

    async def deal(self) -> Deal:
        """The deal the story is about."""


def drawn(blocks: Blocks) -> str:
    """A message as one reads it, in Markdown: buttons in brackets."""
    return "\n\n".join(filter(None, map(_block, blocks)))


def _block(block: Mapping[str, Any]) -> str:
    match block["type"]:
        case "header":
            return f"**{_plain(block['text']['text'])}**"
        case "section":
            return _section(_plain(block["text"]["text"])) + "".join(
                f" [{text}]" for text, _ in labels([block])
            )
        case "context":
            return "\n".join(_section(_plain(element["text"])) for element in block["elements"])
        case "actions":
            return " ".join(f"[{label}]" for label, _ in labels([block]))
        case "input":
            return f"{_plain(block['label']['text'])}: ______"
        case _:
            return ""


def _section(text: str) -> str:
    if text.startswith("```"):  # ready to copy: newlines as they are
        return "```\n" + text.strip("`") + "\n```"
    return re.sub(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])", r"**\1**", text).replace("\n", "  \n")


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def entered(button: Button, fields: Mapping[str, str], blocks: Iterable[str]) -> dict[str, Any]:
    """What is typed into a window, by block id; a list of terms fills one menu each."""
    found: dict[str, Any] = {}
    for fld in FORMS[button.extra].fields:
        given = fields.get(fld.key, "")
        if not given:
            continue
        if fld.kind == "terms":
            found |= zip(sorted(b for b in blocks if b.startswith("terms:")), given.split(", "), strict=True)
        else:
            found[fld.key] = _typed(fld.kind, given)
    return found


def _typed(kind: str, given: str) -> Any:  # noqa: ANN401 - a text, or a list of ticks
    if kind == "checks":
        return given.split(", ")
    return given.replace(" / ", "\n") if kind in ("lines", "text") else given


class Workspace:
    """The local workspace, through the real adapter."""

    def __init__(self, living: Living) -> None:
        self._living = living
        self.moves_to = living.moves_to
        self.types = living.types
        self.taps = living.taps

    async def fills_in(self, label: str, fields: Mapping[str, str], person: str) -> None:
        """Open the window with its button, and send it."""
        value = dict(labels(self._living.offering(label, person).blocks))[label]
        await self._living.taps(label, person)
        view = await self._living.ws.wait_for(lambda: self._living.ws.view(person))
        button = Button.read(value)
        assert button is not None
        await self._living.fills(
            entered(button, fields, [b["block_id"] for b in view.blocks if "block_id" in b]), person
        )
        left = self._living.ws.view(person)
        assert left is None, left.errors

    def screen(self, person: str) -> Screen:
        """Messages by timestamp."""
        return {m.ts: drawn(m.blocks) or m.text for m in self._living.from_coach(person)}

    async def deal(self) -> Deal:
        """The deal in Redis that was opened first."""
        return await first_deal(self._living.link, self._living.up.store)


async def first_deal(link: Link, store: Store) -> Deal:
    """The deal in Redis that was opened first."""
    keys = await link.command("KEYS", "w1:*:deal:*")
    named = [key.decode().split(":") for key in keys if key.count(b":") == 4]
    cells = [Cell(tenant, "deal", name) for _, _, tenant, _, name in named]
    return min([cast("Deal", await store.load(cell)) for cell in cells], key=lambda deal: deal.opened)


class _Wall(Clock):
    """A clock that stands still between steps."""

    def __init__(self) -> None:
        super().__init__()
        self.at = START

    def now(self) -> datetime:
        return self.at


@dataclass
class _Sheets:
    """A platform of paper: what was posted, by place."""

    sheets: dict[str, dict[str, Payload]] = field(default_factory=dict)
    numbers: Any = field(default_factory=count)

    async def post(self, place: Place, payload: Payload, letter: str = "") -> Place:
        del letter
        number = str(next(self.numbers))
        self.sheets.setdefault(place.channel, {})[number] = payload
        return replace(place, message=number)

    async def find(self, place: Place, letter: str, since: datetime) -> Place | None:
        raise Unsure(f"{letter} was not posted to {place} since {since}: nothing is ever in doubt here")

    async def update(self, place: Place, payload: Payload) -> Place:
        self.sheets[place.channel][place.message or ""] = payload
        return place

    async def aside(self, place: Place, payload: Payload) -> None:
        await self.post(place, payload)

    async def delete(self, place: Place) -> None:
        self.sheets[place.channel].pop(place.message or "", None)

    async def audience(self, room: Room) -> Audience:
        """Nobody reads along here."""
        raise Unsure(f"there is no {room.id}")

    async def home(self, person: str, payload: Payload) -> None:
        pass

    async def enter(self, tenant: str) -> None:
        """There is one."""


def _soonest(waiting: tuple[datetime, str, Cell]) -> tuple[datetime, str, str]:
    due, name, cell = waiting
    return due, name, cell.id


class Paper:
    """The core with the words and nothing else: no Redis, no Slack."""

    def __init__(self) -> None:
        self._memory, self._clock, self._sheets = MemoryStore(), _Wall(), _Sheets()
        renderer = Renderer("slack")
        store = cast("Store", self._memory)
        self._desk = Desk(store, self._clock, renderer)
        self._postman = Postman(store, self._desk, {"slack": (self._sheets, renderer)})
        self._ids = count()
        self._met: set[str] = set()

    async def moves_to(self, when: str) -> None:
        """Timers that come due on the way ring at their own date."""
        there = next_such(self._clock.at, when)
        while (first := min(await self._dates(), key=_soonest, default=None)) and first[0] <= there:
            due, name, cell = first
            self._clock.at = max(self._clock.at, due)
            await self._desk.ring(cell, name, due, self._memory.fences(cell)[cell.timer(name)])
            await self._delivered()
        self._clock.at = there

    async def types(self, text: str, person: str) -> None:
        """As a command, or as a message."""
        who = await self._who(person)
        await self._desk.text(who, await self._named(text.removeprefix("/deal").strip()), self._said())
        await self._delivered()

    async def taps(self, label: str, person: str) -> None:
        """Press it where it stands last."""
        number, button = self._offering(label, person)
        await self._desk.press(await self._who(person), button, self._said(Place(person, number)))
        await self._delivered()

    async def fills_in(self, label: str, fields: Mapping[str, str], person: str) -> None:
        """The form behind the button, filled."""
        _, button = self._offering(label, person)
        who = await self._who(person)
        deal = await self._desk.facts(who, button.deal)
        rows = [f"terms:{n}" for n in range(len(deal.must_haves))] if deal else []
        raw = entered(button, fields, rows)
        typed = {name: tuple(v) if isinstance(v, list) else v for name, v in raw.items() if ":" not in name}
        terms = tuple(v for name, v in sorted(raw.items()) if ":" in name)
        problems = await self._desk.submit(who, button, {**typed, "terms": terms}, self._said())
        assert not problems, problems
        await self._delivered()

    def screen(self, person: str) -> Screen:
        """The sheets of this person."""
        return {number: drawn(p["blocks"]) for number, p in self._sheets.sheets.get(person, {}).items()}

    async def deal(self) -> Deal:
        """The deal that was opened first."""
        return cast("Deal", await self._memory.load(await self._first()))

    async def sends(self, form: str, typed: Mapping[str, str], person: str) -> None:
        """A form that needs no button before it."""
        problems = await self._desk.submit(
            await self._who(person), Button("form", extra=form), typed, self._said()
        )
        assert not problems, problems
        await self._delivered()

    async def deals(self) -> dict[str, Deal]:
        """All deals, by name."""
        found = [await self._memory.load(cell) for cell in self._memory.letters if cell.kind == "deal"]
        return {deal.name: deal for deal in found}

    async def log(self) -> list[DealEvent]:
        """All that is on the record of that deal."""
        return await self._memory.log(await self._first())

    async def records(self) -> list[object]:
        """Every document, and every entry of every log."""
        found: list[object] = []
        for cell in self._memory.letters:
            found += [await self._memory.load(cell), *await self._memory.log(cell)]
        return [record for record in found if record is not None]

    async def _first(self) -> Cell:
        cells = [cell for cell in self._memory.letters if cell.kind == "deal"]
        deals = {cell: cast("Deal", await self._memory.load(cell)) for cell in cells}
        return min(cells, key=lambda cell: deals[cell].opened)

    async def _dates(self) -> list[tuple[datetime, str, Cell]]:
        return [
            (due, name, cell)
            for cell in self._memory.letters
            for name, due in (await self._memory.timers(cell)).items()
        ]

    async def _who(self, person: str) -> Who:
        who = Who(TENANT, new_id(person), ZONES[person])
        if person not in self._met:
            self._met.add(person)
            await self._desk.seen(who, "slack", person, person.title())
        return who

    async def _named(self, text: str) -> str:
        return text.replace("@tom", f"@p:{(await self._who('tom')).person}") if "@tom" in text else text

    def _said(self, place: Place | None = None) -> Said:
        return Said(f"said:{next(self._ids)}", place)

    def _offering(self, label: str, person: str) -> tuple[str, Button]:
        for number, payload in reversed(self._sheets.sheets[person].items()):
            value = dict(labels(payload["blocks"])).get(label)
            button = Button.read(value) if value else None
            if button is not None:
                return number, button
        raise LookupError(f"{label!r} is nowhere; there is:\n{list(self.screen(person).values())[-1]}")

    async def _delivered(self) -> None:
        while waiting := [(cell, letters) for cell, letters in self._memory.letters.items() if letters]:
            cell, letters = waiting[0]
            sending = Sending("", again=False, failures=0, since=self._clock.at, sealed=b"")
            await self._postman.deliver(cell, letters.pop(0).body, sending)
