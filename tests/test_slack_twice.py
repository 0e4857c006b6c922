"""The same thing twice, in any order: each delivery comes one to four times, and nothing changes twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.local import Outcome
from bot.redis import Cell, Link, embedded
from bot.settings import Transport
from dialogs.deal import Deal
from tests.living import Living, living, workspace

Act = Callable[[Living], Awaitable[Outcome]]


@pytest.fixture(params=["http", "socket"])
async def up(
    redis: Link, server: embedded.Embedded, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Living]:
    async with workspace() as ws, living(ws, redis, server.url, tmp_path, request.param) as made:
        yield made


def types(text: str) -> Act:
    return lambda up: up.types(text)


def taps(label: str) -> Act:
    return lambda up: up.taps(label)


def fills(**answers: str) -> Act:
    return lambda up: up.fills(answers)


STORY: tuple[Act, ...] = (
    types("/deal sample"),
    types("/deal new"),
    fills(name="Acme renewal", counterpart="Acme", must_haves="Net 30", alias="Blue Hill"),
    types("/deal checkin harbour"),
    taps("Say which"),
    fills(**{"terms:0": "met", "terms:1": "met", "terms:2": "met"}),
    types("some"),
    types("/deal checkin blue"),
    types("all met"),
    taps("No, something new"),
    taps("As usual"),
    taps("Clearly"),
    types("0"),  # the last answer of Acme's check-in: the same "0" again must not answer Harbour's
    types("as usual"),
    types("no"),
    types("note They were friendly"),
    types("clearly"),
    types("/deal pause harbour until in 3 days"),
    types("/deal close blue"),
    types("/deal list"),
    types("/deal qqqq"),
)


async def deals(up: Living) -> list[Deal]:
    found = []
    for name in sorted(await up.link.command("KEYS", "w1:*:deal:*")):
        parts = name.decode().split(":")
        if len(parts) == 5:
            found.append(await up.up.store.load(Cell(parts[2], "deal", parts[4])))
    return found


def facts(deal: Deal) -> tuple[object, ...]:
    words = tuple((e.question, e.value, e.words, e.check_in) for e in deal.coach.evidence)
    opened = deal.check_in and (deal.check_in.open, tuple(deal.check_in.answers), deal.check_in.note)
    return deal.name, deal.turns, deal.status, deal.coach.check_ins, deal.coach.grounds, words, opened


async def told(up: Living, seed: int | None) -> tuple[list[tuple[object, ...]], list[str]]:
    """The story; with a seed, each step's delivery comes up to three times more, mixed with earlier ones."""
    chance, done = random.Random(seed), list[Outcome]()
    for act in STORY:
        outcome = await act(up)
        done.append(outcome)
        if seed is not None:
            again = [outcome] * chance.randint(0, 3) + chance.sample(done, min(len(done), 2))
            chance.shuffle(again)
            for repeated in again:
                await up.ws.redeliver(repeated)
            await up.settled()
    found = sorted((facts(deal) for deal in await deals(up)), key=str)
    return found, [message.reads for message in up.from_coach()]


async def once(
    link: Link, server: embedded.Embedded, folder: Path
) -> tuple[list[tuple[object, ...]], list[str]]:
    async with workspace() as ws, living(ws, link, server.url, folder) as calm:
        expected = await told(calm, None)
    await link.command("FLUSHALL")
    return expected


@pytest.mark.parametrize("seed", [1, 2])
async def test_deliveries_that_come_again_change_nothing(
    redis: Link, server: embedded.Embedded, tmp_path: Path, seed: int
) -> None:
    expected = await once(redis, server, tmp_path)
    transport: Transport = "http" if seed % 2 else "socket"
    async with workspace() as ws, living(ws, redis, server.url, tmp_path, transport) as up:
        found = await told(up, seed)
    assert found[0] == expected[0]
    assert found[1] == expected[1]


async def test_two_at_the_same_moment_count_once(up: Living) -> None:
    await up.types("/deal sample")
    checkin = await up.types("checkin")
    card = up.last()
    tap = up.presses(card, "All met")
    outcome, *_ = await asyncio.gather(tap, up.ws.redeliver(checkin), up.ws.redeliver(checkin))
    await asyncio.gather(*[up.ws.redeliver(outcome) for _ in range(4)])
    await up.settled()
    (deal,) = await deals(up)
    assert deal.check_in is not None
    assert (deal.check_in.open, list(deal.check_in.answers)) == ("deadlock", ["must_haves"])
    assert sum("2 of 5" in message.reads for message in up.from_coach()) == 1
