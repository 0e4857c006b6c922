"""A platform says "not so fast": what nobody asked for waits its turn, what was asked for goes at once."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from bot.letters import Passed, Post
from bot.pace import AHEAD, CHAT, FORGIVEN, SHARE, Pace, Paced
from bot.platforms import Throttled, Undeliverable
from bot.redis import Cell, Sending, new_id
from dialogs.effects import Notice, ShowHome, Tell
from dialogs.news import DealFocused

CELL = Cell("acme", "deal", new_id("a deal"))
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def sending(name: str) -> Sending:
    return Sending(name, again=False, failures=0, since=NOW, sealed=b"")


def reminder(person: str) -> Post:
    return Post(Notice(to=person, prompted=False, kind="check_in", at=NOW), person)


def answer(person: str) -> Post:
    return Post(Tell(to=person, key="noted"), person)


def home(person: str) -> Post:
    return Post(ShowHome(to=person, prompted=False, deals=()), person)


class Platform:
    """Takes so many messages and pages in each five seconds, and one a second of each chat."""

    def __init__(self, most: int) -> None:
        self.now = 100.0
        self.taken: list[tuple[float, str]] = []
        self.refusals = 0
        self._most = most
        self._paced = Paced(self._deliver, lambda: self.now)

    async def sends(self, body: object, name: str = "a", cell: Cell = CELL) -> float:
        """Seconds to wait; 0 if it was taken."""
        try:
            await self._paced.deliver(cell, body, sending(name))
        except Throttled as limit:
            return limit.retry_after.total_seconds()
        return 0.0

    async def _deliver(self, _cell: Cell, body: object, _sending: Sending) -> str | None:
        assert isinstance(body, Post)
        window = self.now // 5
        if sum(at // 5 == window for at, _ in self.taken) >= self._most:
            self.refusals += 1
            raise Throttled(timedelta(seconds=(window + 1) * 5 - self.now))
        if any(who == body.person and self.now - at < 1 for at, who in self.taken):
            self.refusals += 1
            raise Throttled(timedelta(seconds=1))
        self.taken.append((self.now, body.person))
        return "there"


async def exhausted() -> Platform:
    """It has just refused the eleventh in its five seconds."""
    platform = Platform(most=10)
    waits = [await platform.sends(reminder(f"p{n}"), f"l{n}") for n in range(11)]
    assert waits == [0.0] * 10 + [5.0]
    return platform


async def test_nothing_waits_until_the_platform_refuses() -> None:
    platform = Platform(most=1000)
    assert [await platform.sends(reminder(f"p{n}"), f"l{n}") for n in range(500)] == [0.0] * 500


async def test_after_a_refusal_reminders_get_a_place_in_line_without_asking_the_platform() -> None:
    platform = await exhausted()
    waits = [await platform.sends(reminder(f"q{n}"), f"m{n}") for n in range(4)]
    assert platform.refusals == 1
    assert waits[0] == 5.0
    steps = {round(b - a, 4) for a, b in itertools.pairwise(waits)}
    assert steps == {round(1 / (SHARE * 10 / 5), 4)}


async def test_a_letter_that_comes_at_its_place_goes_and_one_that_comes_early_keeps_it() -> None:
    platform = await exhausted()
    first, second = [await platform.sends(reminder(f"q{n}"), f"m{n}") for n in range(2)]
    platform.now += first
    assert await platform.sends(reminder("q1"), "m1") == pytest.approx(second - first)
    assert await platform.sends(reminder("q0"), "m0") == 0.0


async def test_what_was_asked_for_never_waits_in_line() -> None:
    platform = await exhausted()
    for n in range(50):
        await platform.sends(reminder(f"q{n}"), f"m{n}")
    platform.now += 5.0
    assert await platform.sends(answer("tapper")) == 0.0


async def test_a_long_line_drains_a_little_slower_than_the_platform_would_and_answers_pass() -> None:
    platform = Platform(most=10)
    due = dict.fromkeys(range(200), platform.now)
    slow, began = 0, platform.now
    while due:
        platform.now = round(platform.now + 0.1, 1)
        for number in [n for n, at in due.items() if at <= platform.now]:
            wait = await platform.sends(reminder(f"p{number}"), f"l{number}")
            if wait:
                due[number] = platform.now + wait
            else:
                del due[number]
        if round(platform.now * 10) % 30 == 0:
            slow += await platform.sends(answer("tapper"), "t") > 0
    assert platform.now - began < 200 / (10 / 5) * 1.6
    assert platform.refusals < 40
    assert slow <= 5


async def test_many_answers_do_not_put_off_what_can_wait_without_end() -> None:
    """A reminder that came among refusals once waited behind each answer that was given meanwhile."""
    pace = Pace()
    pace.refused("somebody", 1.0, 0.0)  # for no reason that lasts: the very first message
    for tenth in range(200):
        pace.taken(f"p{tenth}", 1.0 + tenth / 10, waited=False)
    assert 0 < pace.wait("reminder", 21.0) <= AHEAD / 2
    assert pace.wait("reminder", 21.0 + AHEAD / 2) == 0.0


async def test_whoever_would_wait_long_asks_again_for_the_pace_may_be_another() -> None:
    pace = Pace()
    pace.refused("somebody", 1.0, 0.0)
    waits = [pace.wait(f"l{n}", 1.0) for n in range(100)]
    assert waits[:3] == [0.0, 5.0, 10.0]
    assert max(waits) == AHEAD == waits[-1]
    moments = [(wait, f"l{n}") for n, wait in enumerate(waits) if wait]
    gone, now = 1, 1.0
    while moments and now < 3600:
        wait, letter = min(moments)
        moments.remove((wait, letter))
        now = max(now, 1.0 + wait)
        again = pace.wait(letter, now)
        if again:
            moments.append((now - 1.0 + again, letter))
        gone += not again
    assert gone == 100
    assert now < 250  # five seconds each would be 500


async def test_a_chat_that_is_full_slows_nobody_else() -> None:
    platform = Platform(most=1000)
    assert await platform.sends(reminder("p"), "l1") == 0.0
    assert await platform.sends(reminder("p"), "l2") == 1.0
    assert await platform.sends(reminder("q"), "l3") == 0.0
    assert CHAT > 1


async def test_pages_another_tenant_and_news_have_nothing_to_do_with_it() -> None:
    platform = await exhausted()
    assert await platform.sends(home("q")) == 5.0  # the platform's own answer
    assert platform.refusals == 2
    other = Cell("globex", "deal", new_id("another"))
    platform.taken.clear()
    assert await platform.sends(reminder("q"), cell=other) == 0.0
    seen: list[object] = []

    async def keep(_cell: Cell, body: object, _sending: Sending) -> str | None:
        seen.append(body)
        return None

    passed = Passed("q", DealFocused(id="e", at=NOW, deal="d"))
    await Paced(keep).deliver(CELL, passed, sending("n"))
    assert seen == [passed]


async def test_what_else_goes_wrong_is_not_taken_for_a_limit() -> None:
    async def gone(_cell: Cell, _body: object, _sending: Sending) -> str | None:
        raise Undeliverable("channel_not_found")

    paced = Paced(gone)
    for _ in range(2):
        with pytest.raises(Undeliverable):
            await paced.deliver(CELL, reminder("p"), sending("a"))


def test_it_grows_faster_by_and_by_and_forgets_when_nobody_waits() -> None:
    pace = Pace()
    for n in range(10):
        pace.taken(f"p{n}", 100.0, waited=True)
    pace.refused("q", 5.0, 100.0)
    first = pace.wait("a", 100.0), pace.wait("b", 100.0)
    later = pace.wait("c", 130.0), pace.wait("d", 130.0), pace.wait("e", 130.0)
    assert later[2] - later[1] < first[1] - first[0]
    assert pace.wait("f", 100.0 + FORGIVEN + 1) == 0.0
    assert pace.rate is None


def test_a_platform_that_takes_nothing_is_asked_ever_less_often() -> None:
    pace = Pace()
    rates = []
    for minute in range(12):
        pace.refused("p", 30.0, 60.0 * minute)
        rates.append(pace.rate or 0.0)
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] > 0
