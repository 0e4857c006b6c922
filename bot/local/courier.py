"""Brings deliveries to the bot and, for events alone, comes again: at once, after one and after five minutes.

An event not yet acknowledged is in the journal, so that a restart brings it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from bot.local import payloads
from bot.local.model import Delivery, Json, Outcome
from bot.local.state import State, fresh
from bot.local.wire import Answer, Line, Log, Retry

BLINK = timedelta(milliseconds=200)
LATER = (timedelta(minutes=1), timedelta(minutes=5))  # after the first repetition, which comes at once
EVENTS = frozenset(
    {
        "app_home_opened",
        "app_uninstalled",
        "channel_archive",
        "channel_shared",
        "channel_unarchive",
        "channel_unshared",
        "member_joined_channel",
        "message",
        "tokens_revoked",
        "user_change",
    }
)
SHOWN = {
    "http_timeout": "operation_timeout",
    "http_error": "dispatch_failed",
    "connection_failed": "dispatch_failed",
}


class Courier:
    """One way out for everything; `subscribed` are the event types the bot asked for."""

    def __init__(self, state: State, line: Line, log: Log, subscribed: frozenset[str]) -> None:
        self.deliveries: dict[str, Delivery] = {}
        self._state, self._line, self._log = state, line, log
        self._subscribed = subscribed
        self._later: set[asyncio.Task[None]] = set()

    async def once(self, delivery: Delivery, retry: Retry | None = None) -> Outcome:
        """One attempt, logged."""
        self.deliveries[delivery.id] = delivery
        got = await self._line.carry(delivery, retry)
        self._note(delivery, got, retry)
        shown = SHOWN[got.failure] if got.failure else None
        return Outcome(delivery, got.status, got.answer, shown, got.took, (retry.count if retry else 0) + 1)

    def _note(self, delivery: Delivery, got: Answer, retry: Retry | None) -> None:
        more: dict[str, Any] = {"kind": delivery.kind, "id": delivery.id, "person": delivery.person}
        if retry:
            more["retry"] = retry.count
        if got.failure:
            more["note"] = got.failure
        more |= {"request": delivery.body, "answer": got.answer, "transport": self._line.transport}
        self._log.add(self._state.now(), "slack", delivery.title, got.status, got.took, **more)

    async def event(self, event: Json, person: str | None = None, *, shared: bool = False) -> Outcome:
        """An event with its first attempts; what is still owed then comes again by the workspace's clock."""
        body = payloads.event_callback(event, self._state.now(), shared=shared)
        delivery = Delivery(body["event_id"], "event", body, person)
        if event["type"] not in self._subscribed or not self._state.installed:
            return Outcome(delivery, 0, error="not_subscribed")
        self._state.commit({"owed": {"id": delivery.id, "body": body, "person": person}})
        outcome = await self.once(delivery)
        if outcome.ok:
            self._settle(delivery)
            return outcome
        outcome = await self.once(delivery, Retry(1, _reason(outcome)))
        if outcome.ok:
            self._settle(delivery)
        else:
            self._keep(self._come_again(delivery, _reason(outcome), self._state.now()))
        return outcome

    async def _come_again(self, delivery: Delivery, reason: str, failed: datetime) -> None:
        for count, pause in enumerate(LATER, start=2):
            due = failed + pause
            while self._state.now() < due:
                await self._state.changed(due - self._state.now())
            outcome = await self.once(delivery, Retry(count, reason))
            if outcome.ok:
                break
        self._settle(delivery)

    async def _resume_one(self, delivery: Delivery) -> None:
        while self._line.transport == "none":
            await self._state.changed(BLINK)
        outcome = await self.once(delivery, Retry(1, "connection_failed"))
        if outcome.ok:
            self._settle(delivery)
        else:
            await self._come_again(delivery, _reason(outcome), self._state.now())

    def resume(self) -> None:
        """Bring again what was owed when the workspace last ended, as soon as the bot can be reached."""
        for owed in list(self._state.owed.values()):
            self._keep(self._resume_one(Delivery(owed["id"], "event", owed["body"], owed["person"])))

    def send(self, event: Json, person: str | None = None) -> None:
        """An event nobody waits for."""
        self._keep(self._quietly(event, person))

    async def _quietly(self, event: Json, person: str | None) -> None:
        await self.event(event, person)

    def command_id(self) -> str:
        """An id for a command or interaction."""
        return fresh("I")

    def _settle(self, delivery: Delivery) -> None:
        self._state.commit({"settled": delivery.id})

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def close(self) -> None:
        """Stop coming again; what is owed stays in the journal."""
        for task in list(self._later):
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)


def _reason(outcome: Outcome) -> str:
    return "http_timeout" if outcome.error == "operation_timeout" else "http_error"
