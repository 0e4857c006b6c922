"""What a person may enter into the elements of a message or view, and how Slack reports it.

Refuses, as Slack's own window does, what the element does not offer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.local.blockkit import CHOSEN, TYPED, elements
from bot.local.model import Json

Chosen = dict[tuple[str, str], Json]
Wanted = str | Sequence[str] | None
FIELDS = {
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "checkboxes": ("selected_options", "initial_options"),
}


class FormRefused(Exception):
    """The window itself would not send this; `problems` says why, by block id."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(f"{block}: {what}" for block, what in problems.items()))
        self.problems = problems


def options(element: Json) -> list[Json]:
    """All options an element offers."""
    grouped = [option for group in element.get("option_groups") or () for option in group["options"]]
    return [*(element.get("options") or ()), *grouped]


def option(element: Json, wanted: str) -> Json:
    """The option with this text or value; LookupError when it is not offered."""
    for one in options(element):
        if wanted in {one["text"]["text"], one["value"]}:
            return one
    offered = [one["text"]["text"] for one in options(element)]
    raise LookupError(f"{wanted!r} is not offered; there are {offered}")


def entered(element: Json, wanted: Wanted) -> Json:
    """The element's state after a person put `wanted` into it; None empties it."""
    kind = element["type"]
    field, _ = FIELDS[kind]
    if kind == "checkboxes":
        chosen = [wanted] if isinstance(wanted, str) else list(wanted or ())
        return {"type": kind, field: [option(element, one) for one in chosen]}
    if wanted is None or wanted == "":
        return {"type": kind, field: None}
    if field == "selected_option":
        return {"type": kind, field: option(element, str(wanted))}
    return {"type": kind, field: str(wanted)}


def initial(element: Json) -> Json:
    """The element's state before anybody touched it."""
    field, first = FIELDS[element["type"]]
    empty: Any = [] if element["type"] == "checkboxes" else None
    return {"type": element["type"], field: element.get(first, empty)}


def values(blocks: Sequence[Json], chosen: Chosen) -> Json:
    """`state.values`: every stateful element by block and action id."""
    found: Json = {}
    for block in blocks:
        for _, element in elements(block):
            if element["type"] in CHOSEN | TYPED:
                key = (block["block_id"], element["action_id"])
                found.setdefault(key[0], {})[key[1]] = chosen.get(key) or initial(element)
    return found


def inputs(blocks: Sequence[Json]) -> list[Json]:
    """The input blocks."""
    return [block for block in blocks if block["type"] == "input"]


def filled(blocks: Sequence[Json], answers: Mapping[str, Wanted], before: Chosen) -> Chosen:
    """`before` with a person's answers by label, block id or action id; LookupError for an unknown name."""
    chosen = dict(before)
    for name, wanted in answers.items():
        block, element = _named(blocks, name)
        chosen[block["block_id"], element["action_id"]] = entered(element, wanted)
    return chosen


def _named(blocks: Sequence[Json], name: str) -> tuple[Json, Json]:
    for block in blocks:
        label = block.get("label", {}).get("text") or block.get("text", {}).get("text")
        for _, element in elements(block):
            if element["type"] in CHOSEN | TYPED and name in {label, block["block_id"], element["action_id"]}:
                return block, element
    known = [block["label"]["text"] for block in inputs(blocks)]
    raise LookupError(f"no field {name!r}; there are {known}")


def refusals(blocks: Sequence[Json], state: Json) -> dict[str, str]:
    """What the window would mark before sending, by block id."""
    found = {}
    for block in inputs(blocks):
        element = block["element"]
        field, _ = FIELDS[element["type"]]
        value = state[block["block_id"]][element["action_id"]][field]
        problem = _problem(element, value, optional=block.get("optional", False))
        if problem:
            found[block["block_id"]] = problem
    return found


def _problem(element: Json, value: str | Json | list[Json] | None, *, optional: bool) -> str | None:
    if not value:
        return None if optional else "Please complete this required field."
    if not isinstance(value, str):
        return None
    if element["type"] == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            return f"Enter at least {element['min_length']} characters."
        if len(value) > element.get("max_length", 3000):
            return f"Enter at most {element.get('max_length', 3000)} characters."
    return _number_problem(element, value) if element["type"] == "number_input" else None


def _number_problem(element: Json, value: str) -> str | None:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and amount != amount.to_integral_value():
        return "Please enter a whole number."
    if "min_value" in element and amount < Decimal(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and amount > Decimal(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None
