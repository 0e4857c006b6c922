"""The pieces a message is made of, from the regions of its template.

A region's name says what it is (`title`, `body_promise`, `buttons` …); an unknown one is refused, and so is
a button that carries anything but ids.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.render.text import BLANK, bare, fit

SECTION_MOST, TITLE_MOST, LABEL_MOST, PLACEHOLDER_MOST = 2_900, 150, 75, 150
CHART_MOST, CHART_TITLE_MOST = 20, 50  # characters of a label and of a title
ADDRESS = ("deal", "check_in", "question", "extra")
STYLES = ("primary", "danger")

_ID = re.compile(r"[A-Za-z0-9_.:-]*")


@dataclass(frozen=True, slots=True)
class Button:
    """One button or menu entry; `value` is `verb~deal~check_in~question~extra`, ids only."""

    label: str
    value: str
    style: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over the same moments: `lines` are each line's name and its values."""

    labels: tuple[str, ...]
    lines: tuple[tuple[str, tuple[float, ...]], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece: its kind, its encoded text, what can be tapped in it, and for an input its id."""

    kind: str
    text: str = ""
    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()
    value: str = ""
    placeholder: str = ""
    chart: Chart | None = None

    @property
    def taps(self) -> tuple[Button, ...]:
        """All that can be tapped."""
        return self.buttons + self.menu

    @property
    def said(self) -> str:
        """What a reader hears of it, taps aside."""
        return f"{self.text}: {self.placeholder}" if self.placeholder else self.text

    @property
    def size(self) -> int:
        """Characters a reader sees."""
        return len(self.text) + sum(len(button.label) for button in self.taps)


def region(name: str, text: str, address: Mapping[str, str]) -> Iterator[Part]:
    """The parts of one region. `address` is where its buttons belong unless they say otherwise."""
    kind = name.partition("_")[0]
    match kind:
        case "buttons":
            yield Part(kind, buttons=_buttons(text, address))
        case "menu":
            yield Part(kind, menu=_buttons(text, address))
        case "rows":
            yield from _rows(text, address)
        case "input":
            label, _, placeholder = text.partition("\n")
            saying = _button("say | ", address).value
            yield Part(kind, label, value=saying, placeholder=fit(placeholder, PLACEHOLDER_MOST))
        case "chart":
            yield from _chart(text)
        case "title":
            yield Part(kind, fit(text, TITLE_MOST))
        case "body" | "quote" | "evidence" | "copy" | "small":
            yield from (Part(kind, chunk) for chunk in _chunks(text))
        case _:
            raise LookupError(f"no such region: {name}")


def _rows(text: str, address: Mapping[str, str]) -> Iterator[Part]:
    """Rows stand apart by an empty line; the first line of each is its button, or a dash for none."""
    for row in text.split("\n\n"):
        head, _, said = row.partition("\n")
        yield Part("rows", fit(said, SECTION_MOST), () if head == "-" else (_button(head, address),))


def _chart(text: str) -> Iterator[Part]:
    """A title, a line of labels, then a line for each curve: its name and its values."""
    title, *rows = [line for line in text.split("\n") if line.strip()]
    labels, *lines = [tuple(cell.strip() for cell in row.split(" | ")) for row in rows]
    once = tuple(fit(label, CHART_MOST) for label in _unlike(labels))
    drawn = tuple((fit(name, CHART_MOST), tuple(float(value) for value in values)) for name, *values in lines)
    if any(len(values) != len(once) for _, values in drawn):
        raise ValueError("a curve has a value for each label")
    yield Part("chart", fit(title, CHART_TITLE_MOST), chart=Chart(once, drawn))


def _unlike(labels: Sequence[str]) -> Iterator[str]:
    """Labels told apart: two on one day are the first and the second of it."""
    seen = Counter[str]()
    for label in labels:
        seen[label] += 1
        yield label if seen[label] == 1 else f"{label} ({seen[label]})"


def _buttons(text: str, address: Mapping[str, str]) -> tuple[Button, ...]:
    return tuple(_button(line, address) for line in text.split("\n") if line)


def _button(line: str, address: Mapping[str, str]) -> Button:
    """`verb name=id … style | label`: ids first, so that a label may hold what it likes."""
    head, bar, label = line.partition(" |")
    verb, *rest = head.split()
    named = dict(word.split("=", 1) for word in rest if "=" in word)
    style = next((word for word in rest if word in STYLES), "")
    ids = [verb, *({**address, **named}.get(name, "") for name in ADDRESS)]
    if not bar or not set(named) <= set(ADDRESS) or not all(map(_ID.fullmatch, ids)):
        raise ValueError(f"not a button: {verb}")
    return Button(fit(bare(label.strip()), LABEL_MOST) or BLANK, "~".join(ids), style)


def _chunks(text: str) -> Iterator[str]:
    """Text in pieces a section can hold, cut between lines."""
    kept = ""
    for line in text.split("\n"):
        if kept and len(kept) + len(line) >= SECTION_MOST:
            yield kept.strip("\n")
            kept = ""
        kept += fit(line, SECTION_MOST - 1) + "\n"
    yield kept.strip("\n")


def numbered(parts: list[Part]) -> Iterator[Part]:
    """Parts with ids for their buttons; a menu joins the buttons before it."""
    count = 0
    for part, following in zip(parts, [*parts[1:], Part("")], strict=True):
        if part.kind == "menu":
            continue
        buttons = tuple(replace(button, id=f"b{count + n}") for n, button in enumerate(part.buttons))
        count += len(buttons)
        yield replace(part, buttons=buttons, menu=following.menu if part.kind == "buttons" else ())
