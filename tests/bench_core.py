"""How long one turn of the core takes on a deal with fifty check-ins behind it; it asserts nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from dialogs import event, events
from dialogs.replay import Replay
from dialogs.turn import take
from tests.story import CALM, Story
from tests.test_replay import long_file

CHECK_INS, TURNS, ROUNDS = 50, 200, 7
LINES = 5_000


def measure() -> dict[str, float]:
    """The best of several rounds, in microseconds of CPU a turn by kind, and replayed lines a second."""
    story = veteran()
    heated = veteran().later(days=2).answers(tone=3, deadlock=3, mutual=2, pressure=2)
    talk = veteran().later(days=2).starts()
    last = veteran().stays_calm_but().later(days=2).starts()
    while last.round.open != last.round.plan[-1]:
        last.calmly()
    return {
        "answered_us": spent(story, events.Answered, question="tone", answer=1),
        "tapped_us": spent(talk, events.Tapped, answer=None),
        "check_in_started_us": spent(story, events.CheckInStarted),
        "check_in_ended_us": spent(last, events.Skipped),
        "checked_in_us": spent(veteran().stays_calm_but().later(days=2).answers(**CALM), events.CheckedIn),
        "checked_in_with_nudge_us": spent(heated, events.CheckedIn),
        "status_us": spent(story, events.StatusAsked),
        "replayed_lines_per_second": lines_per_second(),
    }


def veteran() -> Story:
    """A deal with fifty check-ins behind it, at pause: the next one is a fourth running."""
    story = Story()
    for number in range(CHECK_INS):
        story.stays_calm_but(tone=number % 3, mutual=1)
    return story


def spent(story: Story, kind: type[event.Event], **fields: object) -> float:
    """Microseconds a turn."""
    event: events.DealEvent = kind(id="e", at=story.now, by=story.deal.owner, **fields)  # type: ignore[assignment]
    return best(lambda: take(story.deal, event), TURNS) * 1e6


def best(turn: Callable[[], object], times: int) -> float:
    found = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(times):
            turn()
        found.append((time.process_time() - began) / times)
    return min(found)


def lines_per_second() -> float:
    began = time.process_time()
    count = sum(1 for _ in Replay().verdicts(long_file(LINES)))
    return count / (time.process_time() - began)


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:28} {value:12,.1f}")
