"""What Prometheus reads of a coach: how much, how fast, how late, how often refused. No ids, no words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from bot.redis import Waiting

TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)  # seconds; a platform waits for three
TOLD = {
    "turns": "turns of deals and people that were stored",
    "duplicates": "events that had been done before, and were not done again",
    "delivered": "letters that were posted",
    "rung": "timers that rang",
    "held": "letters that waited because a platform asked for it (429)",
    "failed": "attempts that failed, and are made again",
    "buried": "letters and timers that were given up",
    "repeated": "letters that were sent again though they may have been posted",
    "found": "letters in doubt that were found standing",
    "refused_rooms": "messages to rooms that were refused: outsiders, policy, or a room that takes none",
    "refused_secrets": "messages in which the guard found a secret",
}


class Measures:
    """The figures of one process, and of what waits for all of them."""

    def __init__(self, *counts: Counter[str]) -> None:
        self._counts = counts
        self._waiting: Waiting | None = None
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self.requests = Histogram(
            "walkaway_request_seconds", "from a request's arrival to its answer", ("platform", "status"),
            buckets=BUCKETS, registry=self._registry,
        )  # fmt: skip

    def page(self, waiting: Waiting | None) -> bytes:
        """The page Prometheus reads; without what waits, while Redis does not say."""
        self._waiting = waiting
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """As the registry asks for it."""
        counted = sum(self._counts, Counter[str]())
        for name, words in TOLD.items():
            yield CounterMetricFamily(f"walkaway_{name}", words, value=counted[name])
        if self._waiting is not None:
            told = self._waiting
            yield GaugeMetricFamily("walkaway_waiting", "letters and timers that wait", value=told.items)
            yield GaugeMetricFamily("walkaway_due", "of them, due and in nobody's hands", value=told.due)
            yield GaugeMetricFamily(
                "walkaway_late_seconds", "since the first of them was due", value=told.late.total_seconds()
            )
            yield GaugeMetricFamily("walkaway_dead", "letters and timers given up and kept", value=told.dead)
