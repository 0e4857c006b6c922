"""Legal holds, asked before anything is deleted or taken back; set and released by whoever runs the coach.

Each change leaves its line in the audit stream, in the same step.
"""

from collections.abc import Callable
from datetime import datetime

from bot.audited import OPERATOR
from bot.redis import Audited, Cell, Step, Store
from dialogs import holds, roles
from dialogs.deal import Deal
from dialogs.events import DealEvent
from dialogs.forgets import ForgetConfirmed, ForgetWanted
from dialogs.holds import Hold, HoldBook
from dialogs.news import AllForgetConfirmed, AllForgetWanted, PersonEvent
from dialogs.people import Person
from dialogs.shares import ShareRecalled

OF_DEAL = (ForgetWanted, ForgetConfirmed, ShareRecalled)
OF_PERSON = (AllForgetWanted, AllForgetConfirmed)


class Holds:
    """The book of each workspace."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def book(self, tenant: str) -> HoldBook:
        """All that is held there."""
        found = await self._store.load(_cell(tenant))
        return found if isinstance(found, HoldBook) else HoldBook()

    async def bars(self, cell: Cell, event: DealEvent) -> bool:
        """Whether a hold is against what somebody wants of a deal; not for whom it is not anyway."""
        if not isinstance(event, OF_DEAL):
            return False
        deal = await self._store.load(cell)
        return isinstance(deal, Deal) and roles.may(deal, event) and await self.over(cell.tenant, deal)

    async def bars_person(self, cell: Cell, event: PersonEvent) -> bool:
        """Whether a hold is against what somebody wants of everything of theirs."""
        if not isinstance(event, OF_PERSON):
            return False
        person = await self._store.load(cell)
        return isinstance(person, Person) and holds.over_person(await self.book(cell.tenant), person)

    async def over(self, tenant: str, deal: Deal) -> bool:
        """Whether a deal is held."""
        return holds.over(await self.book(tenant), deal)

    async def put(self, tenant: str, subject: str, hold: Hold) -> None:
        """Hold a subject from now on."""
        await self._step(tenant, subject, "hold_set", hold.since, lambda book: holds.put(book, subject, hold))

    async def release(self, tenant: str, subject: str, at: datetime) -> bool:
        """Release a hold; False if there is none."""
        if subject not in (await self.book(tenant)).holds:
            return False
        await self._step(tenant, subject, "hold_released", at, lambda book: holds.released(book, subject))
        return True

    async def _step(
        self, tenant: str, subject: str, what: str, at: datetime, change: Callable[[HoldBook], HoldBook]
    ) -> None:
        kind, _, key = subject.partition(":")
        line = Audited(what, OPERATOR, kind=kind, id=key or tenant)

        def changed(book: HoldBook | None) -> Step[HoldBook]:
            return Step(change(book or HoldBook()), audit=(line,))

        await self._store.swap(_cell(tenant), f"{what}:{subject}:{at.isoformat()}", changed)


def _cell(tenant: str) -> Cell:
    return Cell(tenant, "holds", holds.KEY)
