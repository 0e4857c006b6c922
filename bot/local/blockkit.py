"""Judges blocks, messages and views by Slack's published limits, each complaint with its JSON pointer.

Refuses what it does not know: an unknown block type, element or field is a complaint, never a shrug.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

from bot.local.checks import (
    Check,
    anything,
    boolean,
    by_type,
    listing,
    literal,
    number,
    pattern,
    record,
    string,
    whole,
    wrong,
)

Json = dict[str, Any]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_TEXT = 13_000  # undocumented: measured by others over all text of one message's blocks
VIEW_BYTES = 250_000
CHARTS = 2  # in one message
ID = string(255)


def plain(most: int) -> Check:
    """A `plain_text` object."""
    return by_type({"plain_text": record({"text": string(most)}, {"emoji": boolean})})


def words(most: int) -> Check:
    """A `plain_text` or `mrkdwn` object."""
    both = record({"text": string(most)}, {"emoji": boolean})
    rich = record({"text": string(most)}, {"verbatim": boolean})
    return by_type({"plain_text": both, "mrkdwn": rich})


CONFIRM = record(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": literal("primary", "danger")},
)
OPTION = record({"text": plain(75), "value": string(75)}, {"description": plain(75), "url": string(3000)})
CHOICE = record({"text": words(75), "value": string(75)}, {"description": words(75)})
GROUP = record({"label": plain(75), "options": listing(OPTION, 100)})
PLACEHOLDER = plain(150)
DISPATCH = record({"trigger_actions_on": listing(literal("on_enter_pressed", "on_character_entered"), 2)})
COMMON: dict[str, Check] = {"action_id": ID}
ASKED: dict[str, Check] = {**COMMON, "confirm": CONFIRM, "focus_on_load": boolean}
PICKED: dict[str, Check] = {**ASKED, "placeholder": PLACEHOLDER}

BUTTON = record(
    {"text": plain(75)},
    {
        **COMMON,
        "value": string(2000),
        "url": string(3000),
        "style": literal("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
SELECT = record(
    {},
    {
        **PICKED,
        "options": listing(OPTION, 100),
        "option_groups": listing(GROUP, 100),
        "initial_option": OPTION,
    },
)
CHOICES = {**ASKED, "initial_option": CHOICE}
NUMERIC = pattern(r"-?\d+(\.\d+)?", "a number in a string")
IMAGE = record({"alt_text": string(2000)}, {"image_url": string(3000), "slack_file": anything})
ELEMENTS: dict[str, Check] = {
    "button": BUTTON,
    "static_select": SELECT,
    "overflow": record({"options": listing(OPTION, 5)}, {**COMMON, "confirm": CONFIRM}),
    "datepicker": record({}, {**PICKED, "initial_date": pattern(r"\d{4}-\d\d-\d\d", "a date, YYYY-MM-DD")}),
    "timepicker": record(
        {}, {**PICKED, "initial_time": pattern(r"([01]\d|2[0-3]):[0-5]\d", "a time, HH:mm"), "timezone": ID}
    ),
    "radio_buttons": record({"options": listing(CHOICE, 10)}, CHOICES),
    "checkboxes": record({"options": listing(CHOICE, 10)}, {**ASKED, "initial_options": listing(CHOICE, 10)}),
    "users_select": record({}, {**PICKED, "initial_user": ID}),
    "conversations_select": record(
        {},
        {
            **PICKED,
            "initial_conversation": ID,
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": anything,
        },
    ),
    "plain_text_input": record(
        {},
        {
            **COMMON,
            "placeholder": PLACEHOLDER,
            "initial_value": string(3000, least=0),
            "multiline": boolean,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
            "dispatch_action_config": DISPATCH,
            "focus_on_load": boolean,
        },
    ),
    "number_input": record(
        {"is_decimal_allowed": boolean},
        {
            **COMMON,
            "placeholder": PLACEHOLDER,
            "initial_value": NUMERIC,
            "min_value": NUMERIC,
            "max_value": NUMERIC,
            "dispatch_action_config": DISPATCH,
            "focus_on_load": boolean,
        },
    ),
    "image": IMAGE,
}
TYPED = {"plain_text_input", "number_input"}
CHOSEN = set(ELEMENTS) - TYPED - {"button", "overflow", "image"}


def _elements(*names: str) -> Check:
    return by_type({name: ELEMENTS[name] for name in sorted(names)})


POINT = record({"label": string(20), "value": number})
SERIES = record({"name": string(20), "data": listing(POINT, 20)})
AXES = record({"categories": listing(string(20), 20)}, {"x_label": string(50), "y_label": string(50)})
PLOT = record({"series": listing(SERIES, 6), "axis_config": AXES})
PIE = record({"segments": listing(record({"label": string(20), "value": number}), 6)})
CHART = by_type({"line": PLOT, "bar": PLOT, "area": PLOT, "pie": PIE})

NAMED: dict[str, Check] = {"block_id": ID}
BLOCKS: dict[str, Check] = {
    "section": record(
        {},
        {
            **NAMED,
            "text": words(3000),
            "fields": listing(words(2000), 10),
            "accessory": _elements(*(CHOSEN | {"button", "overflow", "image"})),
            "expand": boolean,
        },
    ),
    "header": record({"text": plain(150)}, NAMED),
    "divider": record({}, NAMED),
    "context": record(
        {
            "elements": listing(
                by_type(
                    {
                        "mrkdwn": record({"text": string(3000)}, {"verbatim": boolean}),
                        "plain_text": record({"text": string(3000)}, {"emoji": boolean}),
                        "image": IMAGE,
                    }
                ),
                10,
            )
        },
        NAMED,
    ),
    "actions": record({"elements": listing(_elements(*(CHOSEN | {"button", "overflow"})), 25)}, NAMED),
    "input": record(
        {"label": plain(2000), "element": _elements(*(CHOSEN | TYPED))},
        {**NAMED, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": record(
        {"alt_text": string(2000)},
        {**NAMED, "image_url": string(3000), "slack_file": anything, "title": plain(2000)},
    ),
    "rich_text": record({"elements": listing(anything, 1000)}, NAMED),
    "data_visualization": record({"title": string(50), "chart": CHART}, NAMED),
}
BLOCK = by_type(BLOCKS)


def elements(block: Json) -> list[tuple[str, Json]]:
    """The interactive elements of a block, each with its pointer from the block."""
    found = [(f"/elements/{n}", e) for n, e in enumerate(block.get("elements") or ())]
    found += [(f"/{name}", block[name]) for name in ("accessory", "element") if name in block]
    return [(at, e) for at, e in found if isinstance(e, dict) and e.get("type") in ELEMENTS]


def _twice(blocks: list[Json], at: str) -> Iterator[str]:
    seen: set[str] = set()
    for n, block in enumerate(blocks):
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            yield wrong(f"block_id `{name}` already exists", f"{at}/{n}/block_id")
        seen.add(str(name))
        inside: set[str] = set()
        for place, element in elements(block):
            action = element.get("action_id")
            if isinstance(action, str) and action in inside:
                yield wrong(f"action_id `{action}` already exists", f"{at}/{n}{place}/action_id")
            inside.add(str(action))


def _offered(element: Json) -> list[Any]:
    grouped = [o for g in element.get("option_groups") or () for o in g.get("options", ())]
    return [*(element.get("options") or ()), *grouped]


def _element_rules(element: Json, at: str) -> Iterator[str]:
    if element["type"] == "static_select" and ("options" in element) == ("option_groups" in element):
        yield wrong("must have either options or option_groups", at)
    if "initial_option" in element and element["initial_option"] not in _offered(element):
        yield wrong("must match an option", f"{at}/initial_option")
    for n, chosen in enumerate(element.get("initial_options") or ()):
        if chosen not in _offered(element):
            yield wrong("must match an option", f"{at}/initial_options/{n}")
    if element["type"] == "image" and ("image_url" in element) == ("slack_file" in element):
        yield wrong("must have either image_url or slack_file", at)


def _plot_rules(chart: Json, at: str) -> Iterator[str]:
    if "series" not in chart:
        return
    categories = chart["axis_config"]["categories"]
    names = [series["name"] for series in chart["series"]]
    if len(set(names)) < len(names):
        yield wrong("series names must be unique", f"{at}/series")
    for n, series in enumerate(chart["series"]):
        if [point["label"] for point in series["data"]] != categories:
            yield wrong("data labels must match the categories", f"{at}/series/{n}/data")


def _block_rules(block: Json, at: str) -> Iterator[str]:
    if block["type"] == "section" and not ("text" in block or "fields" in block):
        yield wrong("must have text or fields", at)
    if block["type"] == "image" and ("image_url" in block) == ("slack_file" in block):
        yield wrong("must have either image_url or slack_file", at)
    if block["type"] == "data_visualization":
        yield from _plot_rules(block["chart"], f"{at}/chart")
    for place, element in elements(block):
        yield from _element_rules(element, at + place)


def check_blocks(blocks: object, at: str = "/blocks", most: int = MESSAGE_BLOCKS) -> list[str]:
    """What is wrong with a list of blocks; empty when Slack would take it."""
    found = list(listing(BLOCK, most, least=0)(blocks, at))
    if found:
        return found
    known = cast("list[Json]", blocks)
    found += _twice(known, at)
    for n, block in enumerate(known):
        found += _block_rules(block, f"{at}/{n}")
    return found


def texts(value: object) -> Iterator[str]:
    """Every text a reader sees in blocks, in order, select options included."""
    if isinstance(value, dict):
        if value.get("type") in {"plain_text", "mrkdwn", "text"} and isinstance(value.get("text"), str):
            yield value["text"]
            return
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts(part)


def check_message(blocks: object) -> list[str]:
    """What is wrong with the blocks of one message."""
    found = check_blocks(blocks)
    if found:
        return found
    known = cast("list[Json]", blocks)
    if sum(map(len, texts(known))) > MESSAGE_TEXT:
        found.append(wrong(f"no more than {MESSAGE_TEXT} characters of text in all", "/blocks"))
    if sum(block["type"] == "data_visualization" for block in known) > CHARTS:
        found.append(wrong(f"no more than {CHARTS} data_visualization blocks", "/blocks"))
    return found


_VIEW: dict[str, Check] = {
    "blocks": anything,
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
MODAL = record(
    {"blocks": anything, "title": plain(24)},
    {
        **_VIEW,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
VIEW = by_type({"modal": MODAL, "home": record({"blocks": anything}, _VIEW)})


def check_view(raw: object, kind: str) -> list[str]:
    """What is wrong with a view meant as a `modal` or as a `home`."""
    found = list(VIEW(raw, "/view"))
    if found:
        return found
    view = cast("Json", raw)
    if view["type"] != kind:
        return [wrong(f"must be of type {kind}", "/view/type")]
    found = check_blocks(view["blocks"], "/view/blocks", VIEW_BLOCKS)
    if found:
        return found
    if kind == "modal" and "submit" not in view and any(b["type"] == "input" for b in view["blocks"]):
        found.append(wrong("missing required field: submit (the view has an input)", "/view"))
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        found.append(wrong(f"must be at most {VIEW_BYTES} bytes", "/view"))
    focused = sum(bool(e.get("focus_on_load")) for b in view["blocks"] for _, e in elements(b))
    if focused > 1:
        found.append(wrong("only one element may have focus_on_load", "/view/blocks"))
    return found
