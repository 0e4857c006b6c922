"""One turn of the core, on deals with a short and a long past; no I/O."""

import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.intents import Button, Stamp, event_of_button
from bot.sample import sample_deal
from dialogs.deal import Deal
from dialogs.effects import Ask
from dialogs.events import DealEvent
from dialogs.turn import take
from tests.bench_core import measure
from tests.bench_figures import ROUNDS, Figure, Goal, figure
from tests.bench_load import ZONE

SHORT, LONG, TIMES = 50, 200, 100
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
US = 1e6

Tapped = tuple[Deal, DealEvent]


def turns() -> list[Figure]:
    """Every tap of the check-in after the fiftieth, and after the two hundredth, in microseconds."""
    short, long = whole_check_in(SHORT), whole_check_in(LONG)
    rounds = [(_spent(short), _spent(long)) for _ in range(ROUNDS)]
    means = [(statistics.mean(few), statistics.mean(many)) for few, many in rounds]
    return [
        figure(
            f"take after {SHORT} check-ins: a tap", "us", [_median(few) for few, _ in rounds], Goal("<", 100)
        ),
        figure("  mean of all taps of a check-in", "us", [few for few, _ in means], Goal("<", 100)),
        figure("  the tap that ends it (its answers go on record)", "us", [few[-1] for few, _ in rounds]),
        figure(
            f"take after {LONG} check-ins: a tap", "us", [_median(many) for _, many in rounds], Goal("<", 100)
        ),
        figure("  mean of all taps of a check-in", "us", [many for _, many in means], Goal("<", 100)),
        figure(
            f"  mean after {LONG} / mean after {SHORT}",
            "",
            [many / few for few, many in means],
            Goal("<", 1.25),
        ),
        *(
            figure(f"alone, best of several: {name}", _unit(name), [value])
            for name, value in measure().items()
        ),
    ]


def _unit(name: str) -> str:
    return "us" if name.endswith("_us") else ""


def _median(times: Sequence[float]) -> float:
    return statistics.median(times)


def whole_check_in(past: int) -> list[Tapped]:
    """The deal before each tap of one check-in, and the tap, after `past` others of a tap a question."""
    deal, taps, ask = _opened(), list[Tapped](), None
    for _ in range(past + 1):
        taps, deal, ask = _checked_in(deal)
    return taps if ask is None else []


def _opened() -> Deal:
    turn = take(None, sample_deal({"id": "opened", "at": START, "by": "pOwner"}, "00sample", ZONE))
    if turn.deal is None:
        raise RuntimeError("no deal was opened")
    return turn.deal


def _checked_in(deal: Deal) -> tuple[list[Tapped], Deal, Ask | None]:
    at = START + timedelta(days=2 * deal.coach.check_ins)
    taps, button, ask = list[Tapped](), Button("checkin", deal.key), None
    while not taps or ask is not None:
        stamp: Stamp = {"id": f"{deal.coach.check_ins}-{len(taps)}", "at": at, "by": deal.owner}
        event = event_of_button(button, stamp)
        taps.append((deal, event))
        turn = take(deal, event)
        deal = turn.deal or deal
        ask = next((effect for effect in turn.effects if isinstance(effect, Ask)), None)
        if ask is not None:
            verb, extra = ("answer", "0") if ask.stage == "answer" else ("skip", "")
            button = Button(verb, deal.key, ask.number, ask.question, extra)
    return taps, deal, ask


def _spent(taps: Sequence[Tapped]) -> list[float]:
    """CPU microseconds of each tap."""
    return [_one(deal, event) * US for deal, event in taps]


def _one(deal: Deal, event: DealEvent) -> float:
    began = time.process_time()
    for _ in range(TIMES):
        take(deal, event)
    return (time.process_time() - began) / TIMES
