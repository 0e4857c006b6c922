"""Erases a deal or a person, step by step as a timer rings; who dies in between goes on later.

First what waits is delivered; then the messages go and everybody on the deal forgets it; then the cell goes.
What is on legal hold stays as it is, and is asked for again later.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from bot.audited import FORGOTTEN, FORGOTTEN_PERSON, OF_AGE, PURGED
from bot.clock import Clock
from bot.desk import Desk
from bot.holding import Holds
from bot.installed import KEY, PURGE, TEAM, TENANT, Installed
from bot.letters import Passed, Post, Unsay
from bot.outcome import Said, deal_step
from bot.platforms import Place
from bot.policy import Policy
from bot.redis import Audited, Cell, Fence, Letter, Step, Store, Timer
from dialogs import forgetting, holds, leaving, roles, timers
from dialogs.deal import Deal
from dialogs.effects import Tell
from dialogs.news import DealGone
from dialogs.people import Person

D = TypeVar("D")
HELD = timedelta(hours=1)  # until a hold is looked at again
LOOKED = timedelta(days=30)  # at most, between two looks at how old a closed deal is
PATIENCE = timedelta(minutes=10)  # for somebody's own deals to go
REMEMBERED = timedelta(minutes=11)  # no process remembers for longer who somebody is


class Eraser:
    """Rings the timers that erase itself, and passes all others on to the desk."""

    def __init__(self, store: Store, desk: Desk, clock: Clock, policy: Policy | None = None) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock
        self._policy = policy or Policy()
        self._holds = Holds(store)

    async def ring(self, cell: Cell, purpose: str, due: datetime, fence: Fence) -> None:
        """A timer is due."""
        if cell.kind == "install":
            await self._purge(cell, due, fence)
        elif purpose == timers.KEPT:
            await self._kept(cell, due, fence)
        elif purpose != timers.ERASE:
            await self._desk.ring(cell, purpose, due, fence)
        elif cell.kind == "person":
            await self._person(cell, due, fence)
        else:
            await self._deal(cell, due, fence)

    # ---------------------------------------------------------------- deals

    async def _deal(self, cell: Cell, due: datetime, fence: Fence) -> None:
        deal = await self._store.load(cell)
        if not isinstance(deal, Deal) or not deal.forgetting:
            await self._step(cell, due, fence, Step)
        elif await self._store.waits(cell):
            await self._step(cell, due, fence, lambda known: self._again(known, forgetting.SOON))
        elif await self._holds.over(cell.tenant, deal):
            await self._step(cell, due, fence, lambda known: self._again(known, HELD))
        elif deal.forgetting == "asked":
            await self._leaves(cell, deal, due, fence)
        else:
            await self._store.erase(cell)

    async def _leaves(self, cell: Cell, deal: Deal, due: datetime, fence: Fence) -> None:
        others = [Cell(cell.tenant, "person", person) for person in roles.everybody(deal)]
        said = {each: await self._store.said(each) for each in (cell, *others)}
        places = _places(*said.values())
        await self._step(cell, due, fence, lambda known: self._leaving(known, places, due))
        for each in others:
            await self._store.unsaid(each, said[each])

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
            for person in (*roles.everybody(deal), *deal.past)
        )
        letters = tuple(Letter(body) for body in (*map(Unsay, places), *told))
        after = self._again(replace(deal, forgetting="leaving"), forgetting.SOON)
        return replace(after, letters=letters, audit=(Audited(FORGOTTEN, deal.owner),))

    async def _kept(self, cell: Cell, due: datetime, fence: Fence) -> None:
        """A closed deal is looked at, whether it is older than the policy keeps them."""
        deal, now = await self._store.load(cell), self._clock.now()
        if not isinstance(deal, Deal) or deal.ended is None or deal.forgetting:
            await self._step(cell, due, fence, Step)
            return
        keep = self._policy.keeps
        left = LOOKED if keep is None else deal.ended + keep - now
        if left <= timedelta(0) and await self._holds.over(cell.tenant, deal):
            left = HELD
        if left > timedelta(0):
            again = Timer(timers.KEPT, now + min(left, LOOKED))
            await self._step(cell, due, fence, lambda known: Step(known, timers=(again,)))
            return

        def aged(known: Deal | None) -> Step[Deal]:
            if known is None or known.ended is None:  # opened again since it was looked at
                return Step(known)
            step = deal_step(forgetting.of_age(known, now), known.owner, Said(""))
            return replace(step, audit=(Audited(OF_AGE, ""),))

        await self._step(cell, due, fence, aged)

    # ---------------------------------------------------------------- a workspace

    async def _purge(self, cell: Cell, due: datetime, fence: Fence) -> None:
        """Everything of a workspace that uninstalled the coach, unless it came back, or anything is held.

        Of an organisation, all of its workspaces but those that installed the coach themselves.
        """
        installed = await self._store.load(cell)
        if not isinstance(installed, Installed) or installed.suspended is None:
            await self._step(cell, due, fence, Step)
            return
        tenants = [cell.tenant, *[each for each in installed.tenants if not await self._installed(each)]]
        if any([(await self._holds.book(tenant)).holds for tenant in tenants]):
            again = Timer(PURGE, self._clock.now() + LOOKED)
            await self._step(cell, due, fence, lambda known: Step(known, timers=(again,)))
        elif not installed.purging:
            soon = Timer(PURGE, self._clock.now() + forgetting.SOON)
            lines = tuple(Audited(PURGED, "") for _ in tenants)
            begun = replace(installed, purging=True)
            await self._step(cell, due, fence, lambda _: Step(begun, timers=(soon,), audit=lines))
        else:
            for tenant in tenants[1:]:
                await self._purged(tenant)
            await self._purged(cell.tenant, last=cell)
            await self._store.erase(cell)

    async def _installed(self, tenant: str) -> bool:
        """Whether a workspace has an installation of its own."""
        return await self._store.load(Cell(tenant, "install", KEY)) is not None

    async def _purged(self, tenant: str, last: Cell | None = None) -> None:
        for each in await self._store.cells(tenant):
            if each != last:
                await self._gone(each)
        if named := await self._store.known_ident(TENANT, tenant):
            await self._store.forget_ident(TEAM, named.partition(" ")[0])
        await self._store.forget_ident(TENANT, tenant)

    async def _gone(self, cell: Cell) -> None:
        found = await self._store.load(cell)
        for account in found.accounts if isinstance(found, Person) else ():
            await self._store.forget_ident(*account)
        await self._store.erase(cell)

    # ---------------------------------------------------------------- people

    async def _person(self, cell: Cell, due: datetime, fence: Fence) -> None:
        person, now = await self._store.load(cell), self._clock.now()
        if not isinstance(person, Person) or not person.forgetting:
            await self._step(cell, due, fence, Step)
        elif person.forgetting == "left":
            for account in person.accounts:
                await self._store.forget_ident(*account)
            await self._store.erase(cell)
        elif await self._store.waits(cell) or (
            leaving.own_deals(person) and now < (person.wanted or now) + PATIENCE
        ):
            await self._step(cell, due, fence, lambda known: self._again(known, leaving.SOON))
        elif leaving.own_deals(person):
            await self._step(cell, due, fence, _stays)
        elif holds.over_person(await self._holds.book(cell.tenant), person):
            await self._step(cell, due, fence, lambda known: self._again(known, HELD))
        elif person.forgetting == "asked":
            await self._person_leaves(cell, person, due, fence)
        else:
            await self._step(cell, due, fence, self._bare)

    async def _person_leaves(self, cell: Cell, person: Person, due: datetime, fence: Fence) -> None:
        said = await self._store.said(cell, everything=True)
        theirs = await self._on_others(person, cell, {place.channel for place in _places(said)})
        letters = tuple(Letter(Unsay(place)) for place in _places(said, *theirs.values()))

        def leaves(known: Person | None) -> Step[Person]:
            if known is None:
                return Step(None)
            told = Letter(Post(Tell(to=cell.id, key="all_forgotten"), cell.id))
            after = self._again(replace(known, forgetting="leaving"), leaving.SOON)
            return replace(after, letters=(*letters, told), audit=(Audited(FORGOTTEN_PERSON, cell.id),))

        await self._step(cell, due, fence, leaves)
        for each, places in {cell: said, **theirs}.items():
            await self._store.unsaid(each, places)

    async def _on_others(self, person: Person, cell: Cell, chats: set[str]) -> dict[Cell, list[str]]:
        """What was said in their chat of other people's deals."""
        deals = [Cell(cell.tenant, "deal", key) for key in person.deals]
        said = {deal: await self._store.said(deal) for deal in deals}
        return {
            deal: [word for word in words if _places([word])[0].channel in chats]
            for deal, words in said.items()
        }

    def _bare(self, known: Person | None) -> Step[Person]:
        """Nothing is left but who they are, until no process remembers it."""
        if known is None:
            return Step(None)
        bare = Person(known.key, accounts=known.accounts, forgetting="left")
        return self._again(bare, REMEMBERED)

    # ---------------------------------------------------------------- pieces

    def _again(self, known: D | None, wait: timedelta) -> Step[D]:
        return Step(known, timers=(Timer(timers.ERASE, self._clock.now() + wait),))

    async def _step(
        self, cell: Cell, due: datetime, fence: Fence, change: Callable[[D | None], Step[D]]
    ) -> None:
        await self._store.swap(cell, f"{fence.member}:{due.isoformat()}", change, fence)


def _stays(known: Person | None) -> Step[Person]:
    """A deal of their own did not go: it is held, or was opened meanwhile."""
    if known is None:
        return Step(None)
    told = Letter(Post(Tell(to=known.key, key="not_all_forgotten"), known.key))
    return Step(replace(known, forgetting=""), letters=(told,))


def _places(*said: list[str]) -> list[Place]:
    return [msgspec.json.decode(word, type=Place) for words in said for word in words]
