"""Everything that can break, broken, and what came of it: `make proof`.

A whole coach (two bots, two workers, a Redis, Slack and Teams over HTTP) is hurt chapter by chapter while
people work with it; after each round all is mended, and what they were told is held against what is there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from tests import proof_faults as faults
from tests import proof_page, reminders_kill
from tests.living import quiet, until
from tests.proof_faults import Fault
from tests.proof_page import Found
from tests.proof_people import People, people
from tests.proof_verdict import Judge, letters
from tests.proof_world import World, world

CALM_WITHIN = timedelta(minutes=5)
SECONDS_PER_KILL = 3.0  # at most: the dead are not killed again
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One kind of fault: `rounds` of at most so many seconds. `wild`: deliveries come up to five times."""

    name: str
    fault: Fault
    rounds: int
    seconds: float
    wild: bool = True


def chapters(kills: int, seconds: float, rounds: tuple[int, int, int, int] = (2, 3, 2, 4)) -> list[Chapter]:
    """All of them: so many kills in so many rounds, every other fault for so many seconds."""
    bots, workers, servers, everybody = rounds
    each = math.ceil(kills / sum(rounds))
    a_round = each * SECONDS_PER_KILL
    return [
        Chapter("nothing wrong", faults.none, 1, seconds / 2, wild=False),
        Chapter("deliveries up to five times, out of order", faults.none, 1, seconds),
        Chapter("bots killed", faults.killing("bot", count=each), bots, a_round),
        Chapter("workers killed", faults.killing("worker", count=each, aimed=True), workers, a_round),
        Chapter("Redis killed", faults.killing("redis", count=each), servers, a_round),
        Chapter(
            "anybody killed",
            faults.killing("bot", "worker", "redis", count=each, aimed=True),
            everybody,
            a_round,
        ),
        Chapter("connections cut, answers lost", faults.cuts, 1, seconds),
        Chapter("Redis slow, or standing still", faults.slow_redis, 1, seconds),
        Chapter("Redis without memory", faults.no_memory, 1, seconds),
        Chapter("the disk of Redis full", faults.full_disk, 1, seconds),
        Chapter("clocks that jump", faults.jumps, 1, seconds),
        Chapter("Slack and Teams refuse, break off, say nothing", faults.throttling, 2, seconds),
    ]


async def prove(folder: Path, plan: Sequence[Chapter], count: int, seed: int, tell: Tell) -> list[Found]:
    """All chapters, one after the other, on one coach with so many people."""
    chance = random.Random(seed)
    async with world(folder, chance) as made:
        tell("the coach is up")
        them = await people(made, count)
        judge, found = Judge(made, them), []
        tell(f"{count} people have a deal each")
        for chapter in plan:
            found.append(await _proven(made, them, judge, chapter, tell))
            if found[-1].problems:
                break
        return found


async def _proven(made: World, them: People, judge: Judge, chapter: Chapter, tell: Tell) -> Found:
    found = Found(chapter.name)
    them.storm.wild = chapter.wild
    before, killed = _seen(made, them), made.killed
    for number in range(chapter.rounds):
        await made.move_to(_next_noon(made))
        async with them.at_work(), faults.afterwards_whole(made):
            await chapter.fault(made, chapter.seconds, found.did)
        began = time.monotonic()
        await _calm(made, them)
        found.longest_calm = max(found.longest_calm, time.monotonic() - began)
        found.rounds = number + 1
        found.problems += await judge.problems()
        kills = made.killed - killed
        tell(f"{chapter.name}: round {found.rounds} of {chapter.rounds}, {kills} killed")
        if found.problems:
            break
    found.saw = _seen(made, them)
    found.saw.subtract(before)
    return found


async def _calm(made: World, them: People) -> None:
    """Return when everybody is up and nothing is left to do."""
    await them.no_late_copies()
    await made.all_up()
    await until(lambda: quiet(made.link, made.ws.now()), "letters stay", CALM_WITHIN)


def _next_noon(made: World) -> str:
    day = (made.ws.now().weekday() + 1) % 7
    return f"{('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday')[day if day < 5 else 0]} 12:00"


def _seen(made: World, them: People) -> Counter[str]:
    standing, counts = letters(them), made.counts
    return Counter({
        **them.storm.counts,
        "notes": sum(len(each.notes) for each in them.everybody),
        "answers": sum(len(each.answers) for each in them.everybody),
        "reminders": sum(min(len(each.asked_to_check_in()), each.days) for each in them.everybody),
        "messages": standing.messages,
        "doubles": standing.doubles,
        "repeated": counts["repeated"],
        "found": counts["found"],
        "dead": counts["buried"],
    })  # fmt: skip


# ---- as a program


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove it, with figures; the exit status is 1 if it is not proven."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    parser.add_argument("--kills", type=int, default=750, help="of bots, workers and Redis (default 750)")
    parser.add_argument(
        "--reminder-kills",
        type=int,
        default=300,
        help="more, of workers with 6,000 reminders due (default 300)",
    )
    parser.add_argument("--seconds", type=float, default=30.0, help="each other fault lasts (default 30)")
    parser.add_argument("--people", type=int, default=12, help="with a deal each (default 12)")
    parser.add_argument("--seed", type=int, default=1, help="of all chance (default 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page docs/proof.md there")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="walkaway-proof-") as folder:
        plan = chapters(given.kills, given.seconds)
        found = asyncio.run(prove(Path(folder), plan, given.people, given.seed, _progress))
        reminders = None
        if given.reminder_kills and not any(each.problems for each in found):
            several = reminders_kill.Plan(deals=6_000, kills=given.reminder_kills, seed=given.seed)
            reminders = asyncio.run(reminders_kill.prove(Path(folder) / "reminders", several, _progress))
    page = proof_page.page(found, reminders, time.monotonic() - began, given.seed)
    sys.stdout.write(page)
    if given.json:
        told = {"chapters": [each.figures() for each in found], "reminders": reminders and asdict(reminders)}
        given.json.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    if given.write:
        given.write.write_text(page, "utf-8")
    proven = all(not each.problems for each in found) and (reminders is None or not reminders.problems)
    return 0 if proven else 1


def _progress(words: str) -> None:
    sys.stderr.write(f"{words} …\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
