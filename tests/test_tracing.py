"""Traces: what is sent, where it is asked for, and that no word of anybody is among it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import web
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot import tracing
from bot.local import Workspace
from bot.redis import Link, embedded
from bot.settings import Misconfigured, Settings, read
from bot.wiring import coach
from tests.living import living, settings_for
from tests.served import served

SECRETS = ("Renewal", "StagnantCo", "82k", "Maya", "U0MAYA", "exclusivity", "Zanzibar", "T0DYNAMIC", "D0MAYA")


@contextmanager
def collected() -> Iterator[InMemorySpanExporter]:
    """Whatever is traced inside the block."""
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    with tracing.by(provider):
        yield kept


def shown(spans: tuple[ReadableSpan, ...]) -> str:
    return "\n".join(span.to_json() for span in spans)


async def test_a_delivery_its_turn_and_its_letter_are_spans_without_a_word_of_anybody(
    ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path
) -> None:
    with collected() as kept:
        async with living(ws, redis, server.url, tmp_path) as up:
            await up.types("/deal sample")
            await up.types("note Zanzibar is where they hide it")
            ws.fault("chat.postMessage", "channel_not_found")
            await up.types("/deal status")
        spans = kept.get_finished_spans()
    by_name = {span.name: span for span in spans}
    assert {"slack delivery", "turn", "letter"} <= set(by_name)
    turn, delivery = by_name["turn"], by_name["slack delivery"]
    assert any(
        span.name == "turn" and span.parent is not None and span.parent.span_id == delivery.context.span_id
        for span in spans
        if delivery.context is not None
    )
    assert (turn.attributes or {})["walkaway.of"] in ("deal", "person")
    assert (delivery.attributes or {})["walkaway.status"] == 200
    errors = [span for span in spans if (span.attributes or {}).get("error.type")]
    assert [(span.attributes or {})["error.type"] for span in errors] == ["Undeliverable"]
    assert not [secret for secret in SECRETS if secret in shown(spans)]


async def test_they_go_where_the_sdks_own_settings_say(
    ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    received: list[bytes] = []

    async def take(request: web.Request) -> web.Response:
        received.append(await request.read())
        return web.Response()

    app = web.Application()
    app.router.add_post("/v1/traces", take)
    async with served(app) as port:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
        settings = settings_for(ws, tmp_path, redis_url=server.url, traces="otlp")
        async with coach(settings) as up:
            ws.line.request_url = f"http://127.0.0.1:{up.port}/slack/events"
            assert (await ws.command("maya", "dm", "/deal sample")).ok
            await ws.wait_for(lambda: b"slack delivery" in b"".join(received) or None)
    sent = b"".join(received)
    assert b"walkaway" in sent
    assert not [secret for secret in SECRETS if secret.encode() in sent]


def test_of_an_error_its_kind_is_told_and_not_its_words() -> None:
    with collected() as kept, pytest.raises(ValueError, match="Zanzibar"), tracing.span("turn"):
        raise ValueError("Zanzibar")
    spans = kept.get_finished_spans()
    assert "ValueError" in shown(spans)
    assert "Zanzibar" not in shown(spans)


async def test_nothing_is_traced_unless_it_is_asked_for(
    ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path
) -> None:
    with tracing.span("turn") as begun:
        tracing.told(begun, "fresh", value=True)
        assert begun is None


async def test_traces_without_the_sdk_say_what_to_install(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    settings: Settings = settings_for(ws, tmp_path, traces="otlp")
    with pytest.raises(Misconfigured) as refused:
        async with coach(settings):
            pass
    assert "opentelemetry-sdk" in str(refused.value)


def test_another_exporter_is_refused_at_start() -> None:
    with pytest.raises(Misconfigured) as refused:
        read({"WALKAWAY_TRACES": "zipkin"})
    assert "WALKAWAY_TRACES: expected otlp, got 'zipkin'" in refused.value.problems
