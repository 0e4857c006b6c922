"""Judges a run with deaths from outside: by what the platform took and by what lies in Redis."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.letters import codec
from bot.redis import Cell, Link, Outbox, Store
from dialogs import diary
from tests.conftest import find_leaks
from tests.reminders_expected import Expected
from tests.reminders_platform import Posted, is_blind
from tests.reminders_seed import SEALER, dates

SHOWN = 10  # problems of one kind


@dataclass(frozen=True, slots=True)
class Seen:
    """What the platform took: messages to people's chats (home pages apart), and how many stand twice."""

    posted: int
    homes: int
    doubles: int


def seen(posted: Sequence[Posted]) -> Seen:
    """The figures of a run."""
    messages = Counter(each.letter for each in posted if each.how == "post")
    return Seen(
        messages.total(), sum(each.how == "home" for each in posted), messages.total() - len(messages)
    )


def of_platform(
    posted: Sequence[Posted], expected: Iterable[Expected], counts: Counter[str]
) -> Iterator[str]:
    """What is wrong with what was posted, a sentence each."""
    messages = [each for each in posted if each.how == "post"]
    by_cell: defaultdict[str, list[str]] = defaultdict(list)
    for each in messages:
        by_cell[each.cell].append(each.letter)
    deals = list(expected)
    for deal in deals:
        yield from _of_deal(deal, by_cell.pop(deal.cell.key, []))
    yield from _of_people(deals, [each for each in messages if each.cell in by_cell])
    yield from _of_doubles(messages, counts)


def _of_deal(deal: Expected, letters: Sequence[str]) -> Iterator[str]:
    """Each message of a deal once and in order; one that stands twice stands twice in its place."""
    once = [letter for n, letter in enumerate(letters) if n == 0 or letters[n - 1] != letter]
    if once == list(deal.posts):
        return
    lost = [letter for letter in deal.posts if letter not in letters]
    yield (
        f"{deal.cell.key}: {len(lost)} of {len(deal.posts)} messages lost"
        if lost
        else f"{deal.cell.key}: out of order: {once} instead of {deal.posts}"
    )


def _of_people(expected: Sequence[Expected], messages: Sequence[Posted]) -> Iterator[str]:
    """Each reminder of a deal in one message to its owner, beside those of others that came with it."""
    letters = {each.letter: each for each in messages}
    named = Counter(deal for each in letters.values() for deal in each.deals)
    for deal in expected:
        times = named.pop(deal.cell.id, 0)
        if times != len(deal.reminded):
            yield f"{deal.cell.key}: {len(deal.reminded)} reminders, told {times} times"
    yield from (f"deal {deal} was told of though nothing was expected of it" for deal in named)
    yield from (f"{each.cell} posted what reminds of nothing" for each in letters.values() if not each.deals)


def _of_doubles(messages: Sequence[Posted], counts: Counter[str]) -> Iterator[str]:
    taken: set[str] = set()
    doubles = 0
    for each in messages:
        if each.letter in taken:
            doubles += 1
            if not each.again:
                yield f"message {each.number} was repeated by somebody who did not know it"
            if not is_blind(each.letter):
                yield f"message {each.number} was repeated though it could be looked up"
        taken.add(each.letter)
    if doubles > counts["repeated"]:
        yield f"{doubles} messages stand twice, but {counts['repeated']} were counted as repeated"


async def of_redis(link: Link, expected: Iterable[Expected], offset: timedelta) -> list[str]:
    """What is wrong with what lies there when all is done, a sentence each."""
    store, outbox = Store(link, codec(), SEALER), Outbox(link, codec(), SEALER)
    found = [f"{dead.cell.key} has a dead letter: {dead.reason}" for dead in await outbox.dead()]
    found += [f"{name} was left behind" for name in await left(link, offset)]
    for deal in expected:
        found += await _of_cell(store, deal)
    return found + await find_leaks(link)


async def _of_cell(store: Store, deal: Expected) -> list[str]:
    found = []
    timers = await store.timers(deal.cell)
    if set(timers) != deal.timers:
        found.append(f"{deal.cell.key} has the timers {sorted(timers)} instead of {sorted(deal.timers)}")
    for passed in deal.passed:
        person = Cell(deal.cell.tenant, "person", passed.person)
        if not await store.knows(person, passed.event.id):
            found.append(f"{person.key} was never told of {passed.event.id}")
    return found


async def left(link: Link, offset: timedelta) -> list[str]:
    """Letters, timers whose time has come, what is leased (a date with a fraction), and what is gathered."""
    waiting = await dates(link)
    now = (datetime.now(UTC) + offset).timestamp() * 1000
    return [
        name
        for name, date in waiting.items()
        if name.startswith("o|") or date <= now or date != int(date) or name.endswith(f"|{diary.SAY}")
    ]


def shortened(problems: Iterable[str]) -> tuple[str, ...]:
    """The first ones, and how many more."""
    all_of_them = list(problems)
    more = len(all_of_them) - SHOWN
    return (*all_of_them[:SHOWN], *([f"and {more} more"] if more > 0 else ()))
