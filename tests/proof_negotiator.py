"""One person in a proof, on whichever platform: what they do, and what they were told was taken.

Each delivery comes one to five times, late copies after newer ones, and again until it is acknowledged.
"""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from bot.redis import Cell
from tests.living import until

if TYPE_CHECKING:
    from tests.proof_world import World

SEES_WITHIN = timedelta(seconds=150)  # an answer, whatever happens
MOST_COPIES = 4
LATEST_COPY = 2.0  # seconds after the first
AGAIN = (0.05, 0.3)  # seconds until what was not acknowledged is brought again
BETWEEN = (0.2, 1.5)  # seconds between what one person says
REMINDED = "five minutes, when it suits you"
NOTED = "Noted, on"
UNSURE = "Not sure"
ENDED = "We speak again"  # stands on the card of a finished check-in
ASKING = re.compile(r"\n\d of \d\n")  # stands on the card of one that is not finished
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


class Seen(Protocol):
    """A message of the coach."""

    @property
    def reads(self) -> str:
        """What is read of it."""


M = TypeVar("M", bound=Seen)  # what a message is on the platform
D = TypeVar("D")  # what can be brought again


@dataclass
class Negotiator(ABC, Generic[M, D]):
    """One person with one deal. `writes`: nothing but notes, no reminders, so that answers can be counted."""

    tells_letters: ClassVar[bool]  # whether a message says which letter it was

    world: World
    storm: Storm
    handle: str
    writes: bool
    cell: Cell | None = None
    notes: list[str] = field(default_factory=list)  # acknowledged
    answers: list[Answer] = field(default_factory=list)
    check_ins: int = 0  # finished
    days: int = 0  # on which a reminder was waited for
    begun: int = 0

    # ---- what the platform does

    @abstractmethod
    def said(self) -> Iterator[M]:
        """What the coach said, the newest first."""

    @abstractmethod
    def letter(self, message: M) -> str:
        """What says of two messages that they are one and the same letter; "" where none is one."""

    @property
    @abstractmethod
    def surplus(self) -> int:
        """Messages that stand a second time."""

    @abstractmethod
    def choices(self, card: M) -> Sequence[str]:
        """The words of its buttons, the likeliest answer first."""

    @abstractmethod
    async def writes_note(self, words: str) -> None:
        """A note, until it is acknowledged."""

    @abstractmethod
    async def types(self, command: str) -> None:
        """One of the coach's words, until it is acknowledged."""

    @abstractmethod
    async def taps(self, card: M, label: str) -> None:
        """One button of a card, until it is acknowledged."""

    @abstractmethod
    async def brings(self, sent: D) -> bool:
        """One delivery, as the platform brings it; whether it was acknowledged."""

    # ---- what is seen

    def asked_to_check_in(self) -> set[str]:
        """The letters that asked for a check-in."""
        return {self.letter(message) for message in self.said() if REMINDED in message.reads}

    def noted(self) -> set[str]:
        """The letters that answered a note."""
        return {self.letter(message) for message in self.said() if NOTED in message.reads}

    async def sees(self, words: str, *more: str) -> M:
        """The newest message with these words and any of `more`, as soon as it stands there.

        Beside it a second copy may stand, of a letter that was sent again unseen, and ask on for ever.
        """
        found: list[M] = []

        def is_it(message: M) -> bool:
            return words in message.reads and (not more or any(each in message.reads for each in more))

        async def there() -> bool:
            found[:] = [message for message in self.said() if is_it(message)][:1]
            return bool(found)

        await until(there, f"{self.handle} never saw {words!r} {more}", SEES_WITHIN)
        return found[0]

    # ---- what is done

    async def settles_in(self) -> None:
        """A deal of their own, and reminders once a day."""
        await self.types("sample")
        await self.sees("is set up")
        await self.types(f"remind {'never' if self.writes else 'daily'}")
        await self.sees("I never ask you for a check-in" if self.writes else "I ask you for a check-in")

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
        words = f"they call about {self.handle}-{self.begun}."
        await self.writes_note(words)
        self.notes.append(words)

    async def _checks_in(self) -> None:
        if self.writes:
            return
        self.days += 1
        await until(self._is_reminded, f"{self.handle} is not reminded", SEES_WITHIN)
        await self.types("checkin")
        number = self.check_ins + 1
        question = 0
        while True:  # what was told before answers some questions
            later = [f"\n{n} of " for n in range(question + 1, MOST_QUESTIONS + 1)]
            card = await self.sees(f"Check-in {number} ·", *later, ENDED)
            if ENDED in card.reads:
                break
            question = next(int(asked[1]) for asked in later if asked in card.reads)
            first = self.choices(card)[0]
            label = first if question == 1 else self.world.chance.choice((first, UNSURE))
            await self.taps(card, label)
            self.answers.append(Answer(number, question, label))
        self.check_ins = number

    async def _is_reminded(self) -> bool:
        return len(self.asked_to_check_in()) >= self.days

    # ---- how it is brought

    async def until_taken(self, sent: D) -> None:
        """Again and again until one is acknowledged, and copies of it."""
        self.copies(sent)
        while True:
            if self.told(ok=await self.brings(sent)):
                return
            await asyncio.sleep(self.world.chance.uniform(*AGAIN))

    def copies(self, sent: D) -> None:
        """Up to four more, each within two seconds."""
        if self.storm.wild:
            for _ in range(self.world.chance.randint(0, MOST_COPIES)):
                task = asyncio.create_task(self._copy(sent, self.world.chance.uniform(0, LATEST_COPY)))
                self.storm.late.add(task)
                task.add_done_callback(self.storm.late.discard)

    async def _copy(self, sent: D, later: float) -> None:
        await asyncio.sleep(later)
        self.storm.counts["copies"] += 1
        self.told(ok=await self.brings(sent))

    def told(self, *, ok: bool) -> bool:
        """Count one delivery."""
        self.storm.counts["deliveries"] += 1
        self.storm.counts["acknowledged" if ok else "refused"] += 1
        return ok
