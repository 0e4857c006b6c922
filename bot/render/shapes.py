"""Shapes: one layout a platform. Every value becomes JSON by itself, and what comes out is read as JSON."""

from __future__ import annotations

import json
import re
from functools import cache

from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.platforms import Payload
from bot.render.parts import Button, Part
from bot.render.text import BOLD, UNBOLD, bare, fit
from bot.render.words import FILTERS, TEMPLATES, Fixed

ROW_MOST, AROUND = 38, 4  # characters of buttons side by side on a phone, and what stands around each


def drawn(layout: str, **facts: object) -> Payload:
    """The layout with these facts. ValueError if it is not JSON: a bad one never leaves the process."""
    payload: Payload = json.loads(_environment().get_template(f"layouts/{layout}.j2").render(**facts))
    return payload


@cache
def _environment() -> Fixed:
    env = Fixed(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,  # so that a layout's own macros answer Markup, which no text of a user ever is
        finalize=lambda value: value if isinstance(value, Markup) else Markup(json.dumps(value)),  # noqa: S704
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters = {name: env.filters[name] for name in FILTERS}
    env.globals = {
        "bare": bare,
        "fit": fit,
        "mark": _mark,
        "prefixed": _prefixed,
        "fenced": _fenced,
        "runs": _runs,
        "side_by_side": _side_by_side,
    }
    return env


def _mark(text: str, mark: str) -> str:
    return text.replace(BOLD, mark).replace(UNBOLD, mark)


def _prefixed(text: str, before: str) -> str:
    return "\n".join(before + line for line in text.split("\n"))


def _runs(text: str) -> list[list[tuple[str, bool]]]:
    """Lines of runs, each with whether it is strong: nothing else is markup there, so nothing is alive."""
    lines = []
    for line in text.split("\n"):
        pieces = re.split(f"{BOLD}(.*?){UNBOLD}", line)
        runs = [(bare(piece), bool(index % 2)) for index, piece in enumerate(pieces) if bare(piece)]
        lines.append(runs or [(" ", False)])
    return lines


def _side_by_side(part: Part) -> list[list[Button]]:
    """A part's buttons in rows that a phone shows whole; its menu goes behind the dots of the last one."""
    rows: list[list[Button]] = [[]]
    for button in part.buttons:
        if rows[-1] and sum(len(b.label) + AROUND for b in (*rows[-1], button)) > ROW_MOST:
            rows.append([])
        rows[-1].append(button)
    rows[-1] += part.menu
    return rows


def _fenced(text: str) -> str:
    return f"```{bare(text)}```"
