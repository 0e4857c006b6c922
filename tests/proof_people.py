"""People in a proof: what they say, type and tap, and what they were told was taken.

Each delivery comes one to five times, late copies after newer ones, and again until it is acknowledged.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.local import Delivery, Message, Outcome, payloads
from bot.local.model import BOT, Person
from bot.local.state import fresh
from bot.redis import Cell
from tests.living import labels, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.proof_world import World

SEES_WITHIN = timedelta(seconds=150)  # an answer, whatever happens
MOST_COPIES = 4
LATEST_COPY = 2.0  # seconds after the first
AGAIN = (0.05, 0.3)  # seconds until what was not acknowledged is brought again
BETWEEN = (0.2, 1.5)  # seconds between what one person says
REMINDED = "five minutes, when it suits you"
UNSURE = "Not sure"
ENDED = "We speak again"  # stands on the card of a finished check-in
MOST_QUESTIONS = 5


@dataclass
class Storm:
    """How often deliveries came, and what came of it."""

    wild: bool = True
    counts: Counter[str] = field(default_factory=Counter)  # deliveries, copies, refused, acknowledged
    late: set[asyncio.Task[None]] = field(default_factory=set)


class Answer(NamedTuple):
    """One tap that was acknowledged: on which check-in (from 1), at which question, what was tapped."""

    check_in: int
    question: int
    label: str


@dataclass
class Negotiator:
    """One person with one deal. `writes`: nothing but notes, no reminders, so that answers can be counted."""

    world: World
    storm: Storm
    person: Person
    writes: bool
    cell: Cell | None = None
    notes: list[str] = field(default_factory=list)  # acknowledged
    answers: list[Answer] = field(default_factory=list)
    check_ins: int = 0  # finished
    days: int = 0  # on which a reminder was waited for
    begun: int = 0

    # ---- what is seen

    def said(self) -> Iterator[Message]:
        """What the coach said, the newest first."""
        told = self.world.ws.state.messages.get("D" + self.person.id[1:], {})
        return (message for message in reversed(told.values()) if message.user == BOT)

    def reminders(self) -> set[str]:
        """The letters that asked for a check-in."""
        return {letter_of(message) for message in self.said() if REMINDED in message.reads}

    async def sees(self, words: str, *more: str) -> Message:
        """The newest message with these words, as soon as it stands there and says any of `more` too."""
        found: list[Message] = []

        async def there() -> bool:
            found[:] = [message for message in self.said() if words in message.reads][:1]
            return bool(found) and (not more or any(each in found[0].reads for each in more))

        await until(there, f"{self.person.handle} never saw {words!r} {more}", SEES_WITHIN)
        return found[0]

    # ---- what is done

    async def settles_in(self) -> None:
        """A deal of their own, and reminders once a day."""
        await self._until_taken(await self._commanded("/deal sample"))
        await self.sees("is set up")
        await self._until_taken(await self._commanded(f"/deal remind {'never' if self.writes else 'daily'}"))
        await self.sees("I never ask you for a check-in" if self.writes else "a check-in *every day*")

    async def works(self, over: asyncio.Event) -> None:
        """Until it is over: notes all the time, and one check-in, after the reminder of the day."""
        await asyncio.gather(self._takes_notes(over), self._checks_in())

    async def _takes_notes(self, over: asyncio.Event) -> None:
        while not over.is_set():
            several = self.world.chance.choice((1, 1, 1, 2, 3))
            await asyncio.gather(*(self._notes() for _ in range(several)))
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), self.world.chance.uniform(*BETWEEN))

    async def _notes(self) -> None:
        self.begun += 1
        words = f"they call about {self.person.handle}-{self.begun}."
        if self.world.chance.random() < 0.5:
            await self._brought(self._message(f"note {words}"))
        else:
            await self._until_taken(await self._commanded(f"/deal note {words}"))
        self.notes.append(words)

    async def _checks_in(self) -> None:
        if self.writes:
            return
        self.days += 1
        await until(self._is_reminded, f"{self.person.handle} is not reminded", SEES_WITHIN)
        await self._until_taken(await self._commanded("/deal checkin"))
        number = self.check_ins + 1
        question = 0
        while True:  # what was told before answers some questions
            later = [f"\n{n} of " for n in range(question + 1, MOST_QUESTIONS + 1)]
            card = await self.sees(f"Check-in {number} ·", *later, ENDED)
            if ENDED in card.reads:
                break
            question = next(int(asked[1]) for asked in later if asked in card.reads)
            first = next(label for label, _ in labels(card.blocks))
            label = first if question == 1 else self.world.chance.choice((first, UNSURE))
            act = self.world.ws.choose if label == UNSURE else self.world.ws.press  # one is in a menu
            await self._until_taken(await act(self.person, card, label))
            self.answers.append(Answer(number, question, label))
        self.check_ins = number

    async def _is_reminded(self) -> bool:
        return len(self.reminders()) >= self.days

    # ---- how it is brought

    async def _commanded(self, line: str) -> Outcome:
        return await self.world.ws.command(self.person, "dm", line)

    def _message(self, text: str) -> Delivery:
        """What they write to the coach, before anybody brings it."""
        state = self.world.ws.state
        message = Message(state.direct(self.person).id, state.stamp(), self.person.id, text)
        state.put(message)
        body = payloads.event_callback(payloads.said(message, new=lambda: fresh("")), state.now())
        return Delivery(body["event_id"], "event", body, self.person.id)

    async def _until_taken(self, outcome: Outcome) -> None:
        assert outcome.delivery is not None
        self._note(outcome)
        if outcome.ok:
            self._copies(outcome.delivery)
        else:
            await self._brought(outcome.delivery)

    async def _brought(self, delivery: Delivery) -> None:
        """Again and again until one is acknowledged."""
        self._copies(delivery)
        while True:
            outcome = await self.world.ws.redeliver(delivery)
            self._note(outcome)
            if outcome.ok:
                return
            await asyncio.sleep(self.world.chance.uniform(*AGAIN))

    def _copies(self, delivery: Delivery) -> None:
        if self.storm.wild:
            for _ in range(self.world.chance.randint(0, MOST_COPIES)):
                task = asyncio.create_task(self._copy(delivery, self.world.chance.uniform(0, LATEST_COPY)))
                self.storm.late.add(task)
                task.add_done_callback(self.storm.late.discard)

    async def _copy(self, delivery: Delivery, later: float) -> None:
        await asyncio.sleep(later)
        self.storm.counts["copies"] += 1
        self._note(await self.world.ws.redeliver(delivery))

    def _note(self, outcome: Outcome) -> None:
        self.storm.counts["deliveries"] += 1
        self.storm.counts["acknowledged" if outcome.ok else "refused"] += 1


def letter_of(message: Message) -> str:
    """The id of the letter that a message of the coach was."""
    return str(((message.metadata or {}).get("event_payload") or {}).get("id", ""))


@dataclass
class People:
    """All of them, and the storm they are in."""

    world: World
    storm: Storm
    everybody: list[Negotiator]

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Until the end of the block; then what each has begun is finished, whatever it takes."""
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for each in self.everybody:
                group.create_task(each.works(over))
            try:
                yield
            finally:
                over.set()

    async def no_late_copies(self) -> None:
        """Return when the last copy was brought."""
        await asyncio.gather(*self.storm.late)


async def people(world: World, count: int) -> People:
    """So many people with a deal each, one at a time; a third of them only write."""
    made = People(world, Storm(wild=False), [])
    known: set[Cell] = set()
    for number in range(count):
        handle = f"person{number:02d}"
        person = replace(
            world.ws.state.person("maya"), id=f"U{number:08d}", handle=handle, name=handle.title()
        )
        world.ws.state.put(person)
        each = Negotiator(world, made.storm, person, writes=number % 3 == 0)
        await each.settles_in()
        (each.cell,) = await deals(world) - known
        known.add(each.cell)
        made.everybody.append(each)
    return made


async def deals(world: World) -> set[Cell]:
    """Every deal there is."""
    names = [name.decode().split(":") for name in await world.link.command("KEYS", "w1:*:deal:*")]
    return {Cell(name[2], "deal", name[4]) for name in names if len(name) == 5}
