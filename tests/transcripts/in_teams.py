"""A transcript's stage in Teams: the coach as a process of its own, and cards for windows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.intents import Button
from bot.redis import Link, Store
from dialogs.deal import Deal
from dialogs.diary import GATHER
from tests.living import next_such, quiet, until
from tests.teams_bot import InTeams
from tests.teams_stand_in import CHANNEL, Posted, actions
from tests.transcripts.stages import Screen, entered, first_deal

HOME = "Your deals"


class TeamsChat:
    """People's own chats with the coach, in Teams."""

    def __init__(self, bot: InTeams, link: Link, store: Store) -> None:
        self._bot, self._link, self._store = bot, link, store
        self._offset = timedelta(0)

    async def is_met(self) -> None:
        """The coach is in a channel, where it finds colleagues, and both have opened its chat."""
        await self._bot.types("help", conversation=CHANNEL)
        for person in ("maya", "tom"):
            await self._bot.installs(person)
        await self._settled()

    async def moves_to(self, when: str) -> None:
        """All clocks move; what came due is said before this returns."""
        for span in (next_such(self._now(), when) - self._now(), 2 * GATHER):
            self._offset += span
            await self._bot.clock(self._offset)
            await self._settled()

    async def types(self, text: str, person: str) -> None:
        """Typed in their own chat; `/deal` means nothing here, and does no harm."""
        await self._bot.types(text, person, f"a:1{person}")
        await self._settled()

    async def taps(self, label: str, person: str) -> None:
        """By Execute and by Submit in turns."""
        how = ("execute", "submit")[len(self._bot.teams.posted) % 2]
        await self._bot.taps(label, person, how)
        await self._settled()

    async def fills_in(self, label: str, fields: Mapping[str, str], person: str) -> None:
        """The button, then the card that stands for the window; after `new` it is there at once."""
        if self._bot.has(label, person):
            await self._bot.taps(label, person)
        message, sent = self._form(person)
        button = Button.read(sent["data"]["button"])
        assert button is not None
        inputs = [part["id"] for part in message.card["body"] if str(part.get("type")).startswith("Input.")]
        typed = entered(button, fields, inputs)
        given = {key: ",".join(value) if isinstance(value, list) else value for key, value in typed.items()}
        answered = await self._bot.presses(message, sent, person, **given)
        assert "Attention" not in str(answered.body), answered.body
        await self._settled()

    def screen(self, person: str) -> Screen:
        """Cards as they stand now; the one with the list of deals moves by itself."""
        return {p.id: p.reads for p in self._bot.messages(person) if HOME not in p.reads}

    async def deal(self) -> Deal:
        """The deal in Redis that was opened first."""
        return await first_deal(self._link, self._store)

    def _form(self, person: str) -> tuple[Posted, dict[str, Any]]:
        for message in reversed(self._bot.messages(person)):
            for action in actions(message.card):
                if "form" in action["data"]:
                    return message, action
        raise LookupError("no form stands there")

    def _now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    async def _settled(self) -> None:
        async def is_so() -> bool:
            return await quiet(self._link, self._now())

        await until(is_so, "letters stay")
