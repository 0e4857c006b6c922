"""What whoever runs the coach may do at the command line: hold, deals, left, assign. No deal is shown.

People and workspaces are named by the platform's ids (in Teams also by address), deals by ours, which `deals`
and `audit` print.
"""

from __future__ import annotations

import argparse
import getpass
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.commanding import Mistaken, with_store

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.redis import Store
    from dialogs.deal import Deal
    from dialogs.people import Person

# What a workspace is looked up under, and the people in it.
PLATFORMS = {"slack-team": ("slack-user",), "teams-tenant": ("teams-user", "teams-address")}

Work = Callable[["_Office", argparse.Namespace], Awaitable[None]]


def add_to(commands: Any) -> None:  # noqa: ANN401 - what argparse answers has no name
    """The subcommands."""
    hold = commands.add_parser("hold", help="legal holds: what can be neither forgotten nor taken back")
    hold.add_argument("action", choices=("list", "set", "release"), nargs="?", default="list")
    _of_team(hold)
    subject = hold.add_mutually_exclusive_group()
    subject.add_argument("--deal", metavar="ID", help="one deal, by the coach's own id")
    subject.add_argument("--person", metavar="USER", help="all deals somebody is on or ever was")
    subject.add_argument("--workspace", action="store_true", help="everything")
    hold.add_argument("--why", default="", help="the matter, for whoever releases it")
    hold.set_defaults(command=_command(_hold))

    deals = commands.add_parser("deals", help="the ids of somebody's deals; nothing of what is in them")
    _of_team(deals)
    deals.add_argument("--person", metavar="USER", required=True)
    deals.set_defaults(command=_command(_deals))

    left = commands.add_parser("left", help="somebody's account is closed: nothing is sent to them any more")
    _of_team(left)
    left.add_argument("--person", metavar="USER", required=True)
    left.set_defaults(command=_command(_left))

    assign = commands.add_parser("assign", help="give a deal to somebody, once its owner has left")
    _of_team(assign)
    assign.add_argument("--deal", metavar="ID", required=True)
    assign.add_argument("--to", metavar="USER", required=True)
    assign.set_defaults(command=_command(_assign))


def _of_team(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--team", metavar="TEAM", required=True, help="the workspace or tenant, by its own id"
    )
    parser.add_argument("--json", action="store_true", help="for machines")


def _command(work: Work) -> Callable[[argparse.Namespace], int]:
    def command(given: argparse.Namespace) -> int:
        async def opened(store: Store, clock: Clock) -> None:
            for kind, users in PLATFORMS.items():
                name = _as_kept(kind, given.team)
                if (tenant := await store.known_ident(kind, name)) is not None:
                    await work(_Office(store, clock, name, tenant, users), given)
                    return
            expected = "expected an id such as T012AB3CD, or a tenant's GUID"
            raise Mistaken(f"--team: {given.team} is not known here; {expected}")

        return with_store(opened)

    return command


def _as_kept(kind: str, name: str) -> str:
    """Ids of Teams know no case."""
    return name.casefold() if kind.startswith("teams") else name


@dataclass(frozen=True, slots=True)
class _Office:
    """One workspace's cells, found by the platform's ids."""

    store: Store
    clock: Clock
    team: str
    tenant: str
    users: tuple[str, ...]

    async def person(self, user: str) -> str:
        for kind in self.users:
            found = await self.store.known_ident(kind, self.team, _as_kept(kind, user))
            if found is not None:
                return found
        raise Mistaken(f"{user} has never met the coach; they have to open its chat once")

    async def diary(self, user: str) -> Person:
        from bot.redis import Cell  # noqa: PLC0415
        from dialogs.people import Person  # noqa: PLC0415

        person = await self.person(user)
        found = await self.store.load(Cell(self.tenant, "person", person))
        return found if isinstance(found, Person) else Person(person)

    async def deal(self, key: str) -> Deal:
        from bot.redis import Cell  # noqa: PLC0415
        from dialogs.deal import Deal  # noqa: PLC0415

        try:
            found = await self.store.load(Cell(self.tenant, "deal", key))
        except ValueError:
            found = None
        if not isinstance(found, Deal):
            raise Mistaken(f"--deal: there is no deal {key} here; `deals` and `audit` print their ids")
        return found


async def _hold(office: _Office, given: argparse.Namespace) -> None:
    from bot.holding import Holds  # noqa: PLC0415
    from dialogs.holds import Hold  # noqa: PLC0415

    book = Holds(office.store)
    if given.action == "list":
        _shown(given, await _held(office))
        return
    subject, now = await _subject(office, given), office.clock.now()
    if given.action == "set":
        await book.put(office.tenant, subject, Hold(now, getpass.getuser(), given.why))
    elif not await book.release(office.tenant, subject, now):
        raise Mistaken(f"there is no hold on {subject}; `hold list` shows them all")
    _shown(given, await _held(office))


async def _held(office: _Office) -> list[dict[str, str]]:
    from bot.holding import Holds  # noqa: PLC0415

    book = await Holds(office.store).book(office.tenant)
    return [
        {"held": subject, "since": hold.since.isoformat(), "by": hold.by, "why": hold.why}
        for subject, hold in book.holds.items()
    ]


async def _subject(office: _Office, given: argparse.Namespace) -> str:
    from dialogs import holds  # noqa: PLC0415

    if given.deal:
        return holds.of_deal(given.deal if given.action == "release" else (await office.deal(given.deal)).key)
    if given.person:
        return holds.of_person(await office.person(given.person))
    if given.workspace:
        return holds.WORKSPACE
    raise Mistaken("hold what? Expected --deal ID, --person USER or --workspace")


async def _deals(office: _Office, given: argparse.Namespace) -> None:

    person: Person = await office.diary(given.person)
    rows = [
        {"deal": line.deal, "status": line.status, "role": line.role, "moved": line.at.isoformat()}
        for line in person.deals.values()
    ]
    rows += [{"deal": key, "status": "closed", "role": "owner", "moved": ""} for key in person.older]
    _shown(given, rows)


async def _left(office: _Office, given: argparse.Namespace) -> None:
    from bot.desk import Desk, Who  # noqa: PLC0415
    from bot.render import Renderer  # noqa: PLC0415

    person = await office.diary(given.person)
    desk = Desk(office.store, office.clock, Renderer())
    await desk.left(Who(office.tenant, person.key, person.zone))
    own = [line for line in person.deals.values() if line.status == "live" and line.role == "owner"]
    _shown(given, [{"deal": line.deal, "to": "assign"} for line in own])


async def _assign(office: _Office, given: argparse.Namespace) -> None:
    from bot.desk import Desk  # noqa: PLC0415
    from bot.letters import Told  # noqa: PLC0415
    from bot.render import Renderer  # noqa: PLC0415
    from dialogs.handing import Assigned  # noqa: PLC0415

    deal, person = await office.deal(given.deal), await office.person(given.to)
    if not deal.orphan:
        raise Mistaken("its owner is there: they can hand it over themselves, with hand-over")
    now = office.clock.now()
    event = Assigned(id=f"assign:{deal.key}:{now.isoformat()}", at=now, person=person)
    await Desk(office.store, office.clock, Renderer()).told(office.tenant, Told(deal.key, event))
    _shown(given, [{"deal": deal.key, "assigned": given.to}])


def _shown(given: argparse.Namespace, rows: list[dict[str, str]]) -> None:
    if given.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print("  ".join(value for value in row.values() if value))
    if not rows:
        print("None.")
