"""All the people in a proof, on both platforms."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.redis import Cell
from tests.proof_negotiator import Negotiator, Storm
from tests.proof_slack import InSlack
from tests.proof_teams import InTeams

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.proof_world import World


@dataclass
class People:
    """All of them, and the storm they are in."""

    world: World
    storm: Storm
    everybody: list[Negotiator[Any, Any]]

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
    """So many people with a deal each, one at a time: every other in Teams; a third of them only write."""
    made = People(world, Storm(wild=False), [])
    known: set[Cell] = set()
    for number in range(count):
        platform = InTeams if number % 2 else InSlack
        each = platform(world, made.storm, f"person{number:02d}", writes=number % 3 == 0)
        await each.settles_in()
        (each.cell,) = await deals(world) - known
        known.add(each.cell)
        made.everybody.append(each)
    return made


async def deals(world: World) -> set[Cell]:
    """Every deal there is."""
    names = [name.decode().split(":") for name in await world.link.command("KEYS", "w1:*:deal:*")]
    return {Cell(name[2], "deal", name[4]) for name in names if len(name) == 5}
