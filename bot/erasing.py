"""Erases a deal that is being forgotten, step by step as its timer rings; who dies in between goes on later.

First what waits is delivered; then its messages go and everybody on it forgets it; then its cell goes.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import msgspec

from bot.audited import FORGOTTEN
from bot.clock import Clock
from bot.desk import Desk
from bot.letters import Passed, Unsay
from bot.platforms import Place
from bot.redis import Audited, Cell, Fence, Letter, Step, Store, Timer
from dialogs import roles, timers
from dialogs.deal import Deal
from dialogs.forgetting import SOON
from dialogs.news import DealGone


class Eraser:
    """Rings a deal's last timer itself, and passes all others on to the desk."""

    def __init__(self, store: Store, desk: Desk, clock: Clock) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock

    async def ring(self, cell: Cell, purpose: str, due: datetime, fence: Fence) -> None:
        """A timer is due."""
        if purpose != timers.ERASE:
            await self._desk.ring(cell, purpose, due, fence)
            return
        deal = await self._store.load(cell)
        if not isinstance(deal, Deal) or not deal.forgetting:
            await self._step(cell, due, fence, Step)
        elif await self._store.waits(cell):
            await self._step(cell, due, fence, lambda known: Step(known, timers=self._soon()))
        elif deal.forgetting == "asked":
            others = [Cell(cell.tenant, "person", person) for person in roles.everybody(deal)]
            said = {each: await self._store.said(each) for each in (cell, *others)}
            places = [msgspec.json.decode(word, type=Place) for words in said.values() for word in words]
            await self._step(cell, due, fence, lambda known: self._leaving(known, places, due))
            for each in others:
                await self._store.unsaid(each, said[each])
        else:
            await self._store.erase(cell)

    def _leaving(self, deal: Deal | None, places: list[Place], due: datetime) -> Step[Deal]:
        """Each message is deleted by a letter of its own; then each person is told to forget."""
        if deal is None:
            return Step(None)
        told = (
            Passed(
                person,
                DealGone(
                    id=f"{deal.key}:{due.isoformat()}:gone",
                    at=self._clock.now(),
                    deal=deal.key,
                    told=person == deal.owner,
                ),
            )
            for person in roles.everybody(deal)
        )
        letters = tuple(Letter(body) for body in (*map(Unsay, places), *told))
        return Step(
            replace(deal, forgetting="leaving"),
            letters=letters,
            timers=self._soon(),
            audit=(Audited(FORGOTTEN, deal.owner),),
        )

    def _soon(self) -> tuple[Timer, ...]:
        return (Timer(timers.ERASE, self._clock.now() + SOON),)

    async def _step(
        self, cell: Cell, due: datetime, fence: Fence, change: Callable[[Deal | None], Step[Deal]]
    ) -> None:
        await self._store.swap(cell, f"{cell.id}:{timers.ERASE}:{due.isoformat()}", change, fence)
