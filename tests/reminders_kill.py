"""Reminders that come when they should, once, whoever dies: `python -m tests.reminders_kill`.

Four workers over a real Redis are killed with −9 at random, again and again, and replaced, while thousands of
reminders fall due at once. Afterwards it is checked from outside what was posted, and what lies in Redis.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path

from bot.redis import Link, connect, embedded
from tests import reminders_verdict as verdict
from tests.reminders_crew import Crew
from tests.reminders_expected import Expected, rehearsed
from tests.reminders_platform import Record
from tests.reminders_seed import dates, open_deals, until_all_are_due
from tests.reminders_worker import Orders, told_counts

WORKERS = 4
MOST_DEALS = 4  # of one person: no more than messages a day, for a slow run may need one for each
ASKED = 1  # how often the status of each deal was asked for before: one more message in front
LOOK = 0.25  # seconds between looks whether all is done
TOLD_EVERY = 2.0
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many deals and deaths, by which chance; times in seconds."""

    deals: int
    kills: int
    seed: int = 1
    lease: float = 5.0
    bound: float = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was seen. `problems` is empty if all is proven."""

    plan: Plan
    people: int
    expected: int  # messages of deals
    reminders: int  # in messages to their owners
    posted: int
    homes: int
    killed: int
    doubles: int
    repeated: int  # what the workers themselves counted
    found: int
    seconds: float
    problems: tuple[str, ...]

    def __str__(self) -> str:
        proven = "\n  ".join(("NOT PROVEN", *self.problems)) if self.problems else "PROVEN"
        return (
            f"{self.plan.deals:,} deals of {self.people:,} people fell due at once; of {WORKERS} workers"
            f" {self.killed} were killed in {self.seconds:.0f} s (seed {self.plan.seed}).\n"
            f"Messages expected: {self.expected:,}, and reminders in others: {self.reminders:,}.\n"
            f"Posted: {self.posted:,}; standing twice: {self.doubles}, counted as repeated: {self.repeated};"
            f" in doubt, but found standing: {self.found}.\nHome pages: {self.homes:,}.\n{proven}"
        )


async def prove(folder: Path, plan: Plan, tell: Tell) -> Outcome:
    """Set up, let die, judge. Raises TimeoutError past the bound."""
    server = await asyncio.to_thread(embedded.start, folder)
    link = connect(server.url)
    try:
        async with asyncio.timeout(plan.bound):
            return await _proven(folder, server.url, link, plan, tell)
    finally:
        await link.aclose()
        await asyncio.to_thread(embedded.stop, folder)


async def _proven(folder: Path, url: str, link: Link, plan: Plan, tell: Tell) -> Outcome:
    chance = random.Random(plan.seed)
    owners = await open_deals(url, _shares(plan.deals, chance), posted=False, asked=ASKED)
    offset = until_all_are_due(await dates(link))
    expected = await rehearsed(link, [deal for owner in owners for deal in owner.deals], offset)
    tell(f"{plan.deals:,} deals of {len(owners):,} people are set up")
    counts = folder / "counts"
    orders = Orders(url=url, offset=offset.total_seconds(), lease=plan.lease, alive=2.0, counts=str(counts))
    began = time.monotonic()
    crew, record = await _died(link, orders, _moments(expected, plan.kills, chance), chance, tell)
    seconds = time.monotonic() - began
    tell("all is quiet; judging")
    counted, seen = told_counts(counts), verdict.seen(record.posted)
    problems = [
        *verdict.of_platform(record.posted, expected, counted),
        *await verdict.of_redis(link, expected, offset),
    ]
    return Outcome(
        plan=plan,
        people=len(owners),
        expected=sum(len(deal.posts) for deal in expected),
        reminders=sum(len(deal.reminded) for deal in expected),
        posted=seen.posted,
        homes=seen.homes,
        killed=crew.killed,
        doubles=seen.doubles,
        repeated=counted["repeated"],
        found=counted["found"],
        seconds=seconds,
        problems=verdict.shortened(problems),
    )


async def _died(
    link: Link, orders: Orders, moments: Sequence[int], chance: random.Random, tell: Tell
) -> tuple[Crew, Record]:
    """The crew at work until nothing is due any more."""
    record = Record()
    async with record.served() as api:
        crew = Crew(replace(orders, api=api), WORKERS, moments, chance)
        record.watch = crew.watch
        async with crew.at_work():
            told = 0.0
            while await verdict.left(link, timedelta(seconds=orders.offset)):
                crew.check()
                if time.monotonic() - told > TOLD_EVERY:
                    told = time.monotonic()
                    tell(f"{len(record.posted):,} messages and pages taken, {crew.killed} workers killed")
                await asyncio.sleep(LOOK)
    return crew, record


def _shares(deals: int, chance: random.Random) -> Iterator[int]:
    """How many deals each person has."""
    while deals > 0:
        share = min(deals, chance.randint(1, MOST_DEALS))
        deals -= share
        yield share


def _moments(expected: Sequence[Expected], kills: int, chance: random.Random) -> list[int]:
    """At which messages somebody dies: from the first to nearly the last, which are people's reminders."""
    people = {passed.person for deal in expected for passed in deal.passed}
    total = sum(len(deal.posts) for deal in expected) + len(people)
    return chance.sample(range(1, total * 95 // 100), kills)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove it, with figures; the exit status is 1 if it is not proven."""
    parser = argparse.ArgumentParser(prog="python -m tests.reminders_kill", description=__doc__)
    parser.add_argument("--deals", type=int, default=10_000, help="with a reminder each (default 10,000)")
    parser.add_argument("--kills", type=int, default=100, help="(default 100)")
    parser.add_argument("--seed", type=int, default=1, help="of all chance (default 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the outcome there too")
    given = parser.parse_args(arguments)
    plan = Plan(deals=given.deals, kills=given.kills, seed=given.seed)
    with tempfile.TemporaryDirectory(prefix="walkaway-proof-") as folder:
        outcome = asyncio.run(prove(Path(folder), plan, _progress))
    sys.stdout.write(f"{outcome}\n")
    if given.json:
        given.json.write_text(json.dumps(asdict(outcome), indent=2) + "\n", "utf-8")
    return 1 if outcome.problems else 0


def _progress(words: str) -> None:
    sys.stderr.write(f"{words} …\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
