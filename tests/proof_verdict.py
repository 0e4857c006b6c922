"""Judges from outside what the coach made of a round: by what stands in people's chats and in Redis."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.redis import Cell
from dialogs.events import Answered, CheckedIn, DealEvent, Noted
from tests.conftest import find_leaks
from tests.proof_negotiator import ASKING, Negotiator
from tests.proof_people import People
from tests.proof_world import World
from tests.reminders_verdict import shortened

AT_FAULT = re.compile(r"Traceback|failed: |ResourceWarning|never awaited")


@dataclass
class Judge:
    """Remembers what it saw, so that nothing can go back unseen."""

    world: World
    people: People
    logs: dict[Cell, list[str]] = field(default_factory=dict)  # ids of entries
    turns: dict[Cell, int] = field(default_factory=dict)

    async def problems(self) -> tuple[str, ...]:
        """What is wrong now that all is quiet, a sentence each; the first ones of many."""
        found = [*self._of_letters(), *self._of_processes()]
        for each in self.people.everybody:
            found += await self._of(each)
        found += [
            f"{dead.cell.key} has a letter that was given up without a reason"
            for dead in await self.world.outbox.dead()
            if not dead.reason
        ]
        return shortened(found + await find_leaks(self.world.link))

    async def _of(self, each: Negotiator[Any, Any]) -> list[str]:
        """One person's deal, against what they were told and what stands in their chat."""
        assert each.cell is not None
        log: list[DealEvent] = await self.world.store.log(each.cell)
        found = [*self._of_past(each.cell, [entry.id for entry in log])]
        noted = Counter(words for entry in log for words in _noted(entry))
        name = each.handle
        found += [f"{name}: lost the acknowledged note {words!r}" for words in each.notes if not noted[words]]
        found += [f"{name}: has {words!r} {times} times" for words, times in noted.items() if times > 1]
        found += [f"{name}: has {words!r}, which nobody wrote" for words in noted if words not in each.notes]
        finished = sum(isinstance(entry, CheckedIn) for entry in log)
        if finished != each.check_ins:
            found.append(f"{name}: finished {each.check_ins} check-ins, on record are {finished}")
        document = await self.world.store.load(each.cell)
        if document.turns < self.turns.get(each.cell, 0):
            found.append(f"{name}: the deal moved backwards")
        self.turns[each.cell] = document.turns
        return [*found, *_of_cards(each), *_of_answers(each, len(each.notes))]

    def _of_past(self, cell: Cell, entries: list[str]) -> Iterator[str]:
        before = self.logs.get(cell, [])
        if entries[: len(before)] != before:
            yield f"{cell.key}: what was on record changed"
        if len(set(entries)) != len(entries):
            yield f"{cell.key}: an event is on record twice"
        self.logs[cell] = entries

    def _of_letters(self) -> Iterator[str]:
        doubles, repeated = letters(self.people).doubles, self.world.counts["repeated"]
        if doubles > repeated:
            yield f"{doubles} messages stand twice, but {repeated} were counted as repeated"
        for each in self.people.everybody:
            told = len(each.asked_to_check_in())
            if not each.writes and _wrong(each, told, each.days):
                yield f"{each.handle}: on {each.days} days reminded {told} times"

    def _of_processes(self) -> Iterator[str]:
        for each in self.world.everybody:
            if problem := each.problem():
                yield problem
            if each is not self.world.redis:
                yield from (f"{each.name} ended by itself with {status}" for status in each.ended)
                wrong = AT_FAULT.search(each.program.log.read_text("utf-8", "replace"))
                if wrong:
                    yield f"{each.name} says in its log: {wrong[0]}"


def _noted(entry: DealEvent) -> list[str]:
    """The notes an entry holds: of its own, or those that went with an answer."""
    if isinstance(entry, Noted):
        return [entry.text]
    return entry.note.splitlines() if isinstance(entry, Answered) else []


@dataclass(frozen=True, slots=True)
class Standing:
    """Messages of the coach, and those of them that stand a second time."""

    messages: int
    doubles: int


def letters(people: People) -> Standing:
    """What stands in all chats."""
    messages = sum(1 for each in people.everybody for message in each.said() if each.letter(message))
    return Standing(messages, sum(each.surplus for each in people.everybody))


def _wrong(each: Negotiator[Any, Any], found: int, expected: int) -> bool:
    """Whether letters are lacking, or too many; in Teams one that came twice is two, and is surplus."""
    return found != expected if each.tells_letters else found < expected


def _of_cards(each: Negotiator[Any, Any]) -> Iterator[str]:
    """Each finished check-in has a card that says what was tapped."""
    cards: dict[str, list[Any]] = {}
    standing = Counter(each.letter(message) for message in each.said())
    for message in each.said():
        if found := re.match(r"Check-in (\d+) ·", message.reads):
            cards.setdefault(found[1], []).append(message)
    for number in range(1, each.check_ins + 1):
        left = [message for message in cards.get(str(number), []) if ASKING.search(message.reads)]
        ended = [message for message in cards.get(str(number), []) if message not in left]
        alone = each.tells_letters and any(standing[each.letter(message)] == 1 for message in left)
        if not ended or alone:  # a second copy may stay, and is surplus
            yield f"{each.handle}: the card of check-in {number} was never finished"
        shown = "\n".join(message.reads for message in ended)
        tapped = [
            answer.label for answer in each.answers if answer.check_in == number and answer.question > 1
        ]
        for label, times in Counter(tapped).items():
            if len(re.findall(rf": {re.escape(label)}(?:, “.*)?\n", shown)) < times:
                yield f"{each.handle}: check-in {number} does not show {label!r}"


def _of_answers(each: Negotiator[Any, Any], notes: int) -> Iterator[str]:
    """Who only writes gets one answer to each note."""
    if each.writes:
        told = each.noted()
        if _wrong(each, len(told), notes):
            yield f"{each.handle}: wrote {notes} notes and heard {len(told)} answers"
