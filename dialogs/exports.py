"""A deal taken out by its owner: the events, and what is said. Lines that replay, Markdown, or a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogs.effect import Effect
from dialogs.event import Event

Form = Literal["json", "markdown", "csv"]
FORMS: tuple[Form, ...] = ("json", "markdown", "csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWanted(Event):
    """The owner wants the deal; without a form they are asked which."""

    form: Form | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported(Event):
    """The deal was taken out, in this form."""

    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAsked(Effect):
    """Ask in which form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPart(Effect):
    """One of several messages that together are the export; `text` is copied as it is.

    `left_out` counts lines too long for any message; only the last part says so.
    """

    form: Form
    number: int
    of: int
    text: str
    left_out: int = 0
