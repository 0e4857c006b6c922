"""Traces by OpenTelemetry, where its SDK is installed and asked for; else a span costs next to nothing.

A span holds names of ours, kinds and statuses: no id of a person, no word of anybody; of an error its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

Exporter = Literal["", "otlp"]
EXPORTERS: tuple[Exporter, ...] = ("", "otlp")
LACKING = "the packages opentelemetry-sdk and opentelemetry-exporter-otlp-proto-http are not installed"

_tracer: Tracer | None = None


@contextmanager
def span(name: str, *, server: bool = False, **about: str | int | bool) -> Iterator[Span | None]:
    """A span around the block, with attributes under `walkaway.`; None where nobody traces."""
    if _tracer is None:
        yield None
        return
    from opentelemetry.trace import SpanKind, Status, StatusCode  # noqa: PLC0415 - it may not be there

    told = {f"walkaway.{key}": value for key, value in about.items()}
    kind = SpanKind.SERVER if server else SpanKind.INTERNAL
    with _tracer.start_as_current_span(
        name, kind=kind, attributes=told, record_exception=False, set_status_on_exception=False
    ) as begun:
        try:
            yield begun
        except BaseException as error:
            begun.set_attribute("error.type", type(error).__name__)  # its words may be somebody's
            begun.set_status(Status(StatusCode.ERROR))
            raise


def told(begun: Span | None, key: str, value: str | int | bool) -> None:  # noqa: FBT001 - as OpenTelemetry has it
    """What is known only at the end."""
    if begun is not None:
        begun.set_attribute(f"walkaway.{key}", value)


@contextmanager
def traced(exporter: Exporter) -> Iterator[None]:
    """Spans are sent until the end of the block, as the environment's OTEL_* says.

    Raises ImportError with what to install.
    """
    if not exporter:
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as lacking:
        raise ImportError(LACKING) from lacking
    provider = TracerProvider(resource=Resource.create({"service.name": "walkaway"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    with by(provider):
        yield


@contextmanager
def by(provider: TracerProvider) -> Iterator[None]:
    """Spans go to this provider until the end of the block, which sends the last of them."""
    global _tracer  # noqa: PLW0603 - one process, one place where its spans go
    _tracer = provider.get_tracer("walkaway")
    try:
        yield
    finally:
        _tracer = None
        provider.shutdown()
