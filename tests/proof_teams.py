"""A person in a proof who is in Teams, and the connector they reach the coach by."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
from aiohttp import web

from tests.proof_negotiator import ASKING, Negotiator
from tests.teams_bot import InTeams as Client
from tests.teams_stand_in import Posted, StandIn, actions

PATIENCE = 5.0  # seconds for an answer to a delivery


class Connector(StandIn):
    """Teams, with somebody who looks as it takes a message, before the sender hears of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.taken: Callable[[], None] | None = None

    def _done(self, method: str, path: str, body: dict[str, Any]) -> web.Response:
        answer = super()._done(method, path, body)
        if self.taken and method == "POST" and path.endswith("activities"):
            self.taken()
        return answer


@dataclass
class InTeams(Negotiator[Posted, Mapping[str, Any]]):
    """No message tells which letter it was: what stands twice is told by how many there should be."""

    tells_letters: ClassVar[bool] = False

    client: Client = field(init=False)

    def __post_init__(self) -> None:
        teams = self.world.teams
        teams.members[self.handle] = teams.member(self.handle)
        self.client = Client(teams, self.world.folder)
        self.client.port = self.world.to_bots.port
        self._sent = 0
        self._signed = f"Bearer {teams.token()}"

    def said(self) -> Iterator[Posted]:
        """In their own chat with the coach."""
        return iter(self.client.messages(self.handle)[::-1])

    def letter(self, message: Posted) -> str:
        """Each is one of its own, as far as can be seen."""
        return message.id

    @property
    def surplus(self) -> int:
        """Answers to notes, reminders, and cards that ask on although their check-in is over."""
        asking = sum(bool(ASKING.search(message.reads)) for message in self.said())
        answers = len(self.noted()) - len(self.notes) if self.writes else 0
        return asking + max(0, answers) + max(0, len(self.asked_to_check_in()) - self.days)

    def choices(self, card: Posted) -> Sequence[str]:
        """Of its actions."""
        return [action["title"] for action in actions(card.card)]

    async def settles_in(self) -> None:
        """After the coach was added to their chat."""
        await self.until_taken(self._activity("installationUpdate", action="add"))
        await super().settles_in()

    async def writes_note(self, words: str) -> None:
        """By a message."""
        await self.types(f"note {words}")

    async def types(self, command: str) -> None:
        """As a message."""
        await self.until_taken(self._activity("message", text=command))

    async def taps(self, card: Posted, label: str) -> None:
        """An action of the card, as it is executed."""
        action = next(each for each in actions(card.card) if each["title"] == label)
        executed = {"type": "Action.Execute", "verb": action["verb"], "data": action["data"]}
        value = {"action": executed, "trigger": "manual"}
        await self.until_taken(
            self._activity("invoke", name="adaptiveCard/action", value=value, replyToId=card.id)
        )

    async def brings(self, sent: Mapping[str, Any]) -> bool:
        """One request; what gets no answer in time was not acknowledged."""
        try:
            async with asyncio.timeout(PATIENCE):
                status, _ = await self.client.request(body=json.dumps(sent).encode(), header=self._signed)
                return status == 200
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False

    def _activity(self, kind: str, **more: Any) -> Mapping[str, Any]:  # noqa: ANN401
        self._sent += 1
        made = self.client.activity(kind, self.handle, f"a:1{self.handle}", **more)
        return {**made, "id": f"f:{self.handle}-{self._sent}"}
