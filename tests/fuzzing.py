"""Deliveries that went wrong on the way: parts missing, of another kind, huge, hostile; by a seed."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

STRANGE: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 1.5, "", " ", "\0", "x" * 20_000, "../..", "{{7*7}}", "\ud7ff\uffff",
    "<@U0TOM>", "\u2066rtl\u2069", "form~~~~set_up", "answer~07abc~99999999~tone~9",
    [], {}, [[]], [None], {"id": None}, {"id": 7}, [{"id": []}],
)  # fmt: skip


def mutated(body: Any, chance: random.Random) -> Any:  # noqa: ANN401 - any JSON
    """The body with one to three of its parts gone, or strange."""
    made = copy.deepcopy(body)
    for _ in range(chance.randint(1, 3)):
        places = list(_places(made))
        if not places:
            return chance.choice(STRANGE)
        holder, key = chance.choice(places)
        if chance.random() < 0.3 and isinstance(holder, dict):
            del holder[key]
        else:
            holder[key] = copy.deepcopy(chance.choice(STRANGE))
    return made


def _places(body: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    if isinstance(body, dict):
        for key, value in body.items():
            yield body, key
            yield from _places(value)
    elif isinstance(body, list):
        for index, value in enumerate(body):
            yield body, index
            yield from _places(value)
