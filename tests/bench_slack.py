"""Taps at Slack's entrance: acknowledged beside a bare Bolt app, and followed by the next question."""

import asyncio
import itertools
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from bot.codec import Sealer
from bot.letters import codec
from bot.redis import Store, connect, embedded
from tests.bench_figures import ROUNDS, Figure, Goal, figure, percentile
from tests.bench_load import SECRET, Negotiator, Ready, Round, WebApi, drive, prove
from tests.bench_process import Running, serving

AT_ONCE = 32
THOUGHT = 1.0  # seconds between a question and its answer, where people are to be like people
MS = 1000
_people = itertools.count(1)


async def presses(folder: Path, taps: int) -> list[Figure]:
    """The same signed taps to the coach and to a bare Bolt app, in turns; nothing is posted meanwhile."""
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(WebApi()())
        bare = await stack.enter_async_context(serving("bare", api.base, folder, SECRET))
        coach = await stack.enter_async_context(serving("silent", api.base, folder, SECRET))
        people = await _met(coach, api, AT_ONCE, follow=False)
        await _pair(bare, coach, people, 6)
        pairs = [await _pair(bare, coach, people, taps // AT_ONCE) for _ in range(ROUNDS)]
        await _proved(folder, people)
    return _compared(pairs)


async def _pair(
    bare: Running, coach: Running, people: Sequence[Negotiator], each: int
) -> tuple[tuple[Round, float], tuple[Round, float]]:
    queues = [person.taps(each, follow=False) for person in people]
    return await _worked(bare, queues), await _worked(coach, queues)


async def _worked(server: Running, queues: Sequence[Sequence[Ready]]) -> tuple[Round, float]:
    """A round, and the server's processor time a tap in µs, which other work hardly changes."""
    before = server.cpu()
    done = await drive(server.port, queues)
    return done, (server.cpu() - before) / sum(map(len, queues)) * 1e6


def _compared(pairs: Sequence[tuple[tuple[Round, float], tuple[Round, float]]]) -> list[Figure]:
    bares, coaches = [bare for (bare, _), _ in pairs], [coach for _, (coach, _) in pairs]
    works = [(bare, coach) for (_, bare), (_, coach) in pairs]
    at = f"at {AT_ONCE} at once"
    return [
        figure(f"bare Bolt, {at}", "taps/s", [bare.rate for bare in bares]),
        figure(f"coach, {at}", "taps/s", [coach.rate for coach in coaches]),
        figure(
            "coach / bare Bolt",
            "",
            [c.rate / b.rate for b, c in zip(bares, coaches, strict=True)],
            Goal(">=", 0.6),
        ),
        figure("bare Bolt, processor time", "µs a tap", [bare for bare, _ in works]),
        figure("coach, processor time", "µs a tap", [coach for _, coach in works]),
        figure("bare Bolt / coach, by processor time", "", [bare / coach for bare, coach in works]),
        *_times(f"coach, {at}, acknowledged", [coach.acknowledged for coach in coaches], Goal("<", 150)),
        *_times(f"bare Bolt, {at}, acknowledged", [bare.acknowledged for bare in bares]),
    ]


async def questions(folder: Path, taps: int) -> list[Figure]:
    """From a tap to the arrival of the next question, posted by the same process, at 1 and at 32 at once."""
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(WebApi()())
        coach = await stack.enter_async_context(serving("coach", api.base, folder, SECRET))
        people = await _met(coach, api, AT_ONCE, follow=True)
        await drive(coach.port, [person.taps(6, follow=True) for person in people])
        alone, calm, crowd = list[Round](), list[Round](), list[Round]()
        for _ in range(ROUNDS):
            alone.append(await drive(coach.port, [people[0].taps(max(12, taps // 8), follow=True)]))
            calm.append(await drive(coach.port, [p.taps(taps // 80, follow=True) for p in people], THOUGHT))
            crowd.append(await drive(coach.port, [p.taps(taps // AT_ONCE, follow=True) for p in people]))
        await _proved(folder, people)
    return [
        *_followed("1 at once, no pause", alone),
        *_followed(f"{AT_ONCE} at once, a second's thought", calm),
        *_followed(f"{AT_ONCE} at once, no pause", crowd),
    ]


def _followed(at: str, rounds: Sequence[Round]) -> list[Figure]:
    return [
        *_times(f"{at}: next question", [each.followed for each in rounds], Goal("<", 400)),
        *_times(f"{at}: acknowledged", [each.acknowledged for each in rounds], Goal("<", 150)),
        figure(f"{at}: taps, each with its question", "taps/s", [each.rate for each in rounds]),
    ]


async def _met(coach: Running, api: WebApi, count: int, *, follow: bool) -> list[Negotiator]:
    """People the coach knows, each with a deal of their own."""
    people = [Negotiator(f"U{next(_people):06d}", api) for _ in range(count)]
    await drive(coach.port, [[person.opens(follow=follow)] for person in people])
    return people


async def _proved(folder: Path, people: Sequence[Negotiator]) -> None:
    """Compare with what lies in Redis, before the figures are believed."""
    server = await asyncio.to_thread(embedded.start, folder)
    link = connect(server.url)
    try:
        await prove(Store(link, codec(), Sealer.from_file(folder / "sealing.key")), people)
    finally:
        await link.aclose()


def _times(what: str, rounds: Sequence[Sequence[float]], goal: Goal | None = None) -> list[Figure]:
    """Median and 99th percentile of each round, in milliseconds; the goal is the latter's."""
    return [
        figure(f"{what}, p50", "ms", [percentile(times, 0.5) * MS for times in rounds]),
        figure(f"{what}, p99", "ms", [percentile(times, 0.99) * MS for times in rounds], goal),
    ]
