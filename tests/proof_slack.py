"""A person in a proof who is in Slack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from bot.local import Delivery, Message, Outcome, payloads
from bot.local.model import BOT, Person
from bot.local.state import fresh
from tests.living import labels
from tests.proof_negotiator import UNSURE, Negotiator


@dataclass
class InSlack(Negotiator[Message, Delivery]):
    """Each message of the coach carries the id of its letter: what stands twice is seen."""

    tells_letters: ClassVar[bool] = True

    person: Person = field(init=False)

    def __post_init__(self) -> None:
        state = self.world.ws.state
        self.person = replace(
            state.person("maya"), id=f"U{self.handle}".upper(), handle=self.handle, name=self.handle.title()
        )
        state.put(self.person)

    def said(self) -> Iterator[Message]:
        """In their own chat with the coach."""
        told = self.world.ws.state.messages.get("D" + self.person.id[1:], {})
        return (message for message in reversed(told.values()) if message.user == BOT)

    def letter(self, message: Message) -> str:
        """Its id."""
        return str(((message.metadata or {}).get("event_payload") or {}).get("id", ""))

    @property
    def surplus(self) -> int:
        """By the ids of their letters."""
        letters = [letter for message in self.said() if (letter := self.letter(message))]
        return len(letters) - len(set(letters))

    def choices(self, card: Message) -> Sequence[str]:
        """Of its buttons and menus."""
        return [label for label, _ in labels(card.blocks)]

    async def writes_note(self, words: str) -> None:
        """By a message or by a slash command."""
        if self.world.chance.random() < 0.5:
            await self.until_taken(self._message(f"note {words}"))
        else:
            await self.types(f"note {words}")

    async def types(self, command: str) -> None:
        """As a slash command."""
        await self._done(await self.world.ws.command(self.person, "dm", f"/deal {command}"))

    async def taps(self, card: Message, label: str) -> None:
        """A button, or the one answer that is in a menu."""
        act = self.world.ws.choose if label == UNSURE else self.world.ws.press
        await self._done(await act(self.person, card, label))

    async def brings(self, sent: Delivery) -> bool:
        """Once more."""
        return (await self.world.ws.redeliver(sent)).ok

    async def _done(self, outcome: Outcome) -> None:
        """What was brought once already, until it is acknowledged."""
        assert outcome.delivery is not None
        if self.told(ok=outcome.ok):
            self.copies(outcome.delivery)
        else:
            await self.until_taken(outcome.delivery)

    def _message(self, text: str) -> Delivery:
        """What they write to the coach, before anybody brings it."""
        state = self.world.ws.state
        message = Message(state.direct(self.person).id, state.stamp(), self.person.id, text)
        state.put(message)
        body = payloads.event_callback(payloads.said(message, new=lambda: fresh("")), state.now())
        return Delivery(body["event_id"], "event", body, self.person.id)
