"""What the local workspace refuses in blocks and views, each with the pointer to the wrong place."""

from __future__ import annotations

from typing import Any

import pytest

from bot.local.blockkit import check_message, check_view

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(n: int) -> Json:
    return {"text": plain(f"Option {n}"), "value": str(n)}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(**more: object) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def select(**more: object) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": [option(0)], **more}


def line(*points: tuple[str, float], categories: list[str]) -> Json:
    series = [{"name": "Offers", "data": [{"label": label, "value": value} for label, value in points]}]
    chart = {"type": "line", "series": series, "axis_config": {"categories": categories}}
    return {"type": "data_visualization", "title": "Their offers", "chart": chart}


GOOD: list[Json] = [
    {"type": "header", "text": plain("Stag")},
    {"type": "section", "text": mrkdwn("*How* was it?"), "accessory": select()},
    {"type": "section", "fields": [mrkdwn("a"), plain("b")]},
    {"type": "divider"},
    actions(
        button(style="primary", value="d1"), {"type": "overflow", "action_id": "m", "options": [option(1)]}
    ),
    {"type": "context", "elements": [mrkdwn("small")]},
    line(("2 Nov", 60), ("6 Nov", 66.5), categories=["2 Nov", "6 Nov"]),
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
]

WRONG = [
    ([{"type": "sektion"}], "/blocks/0/type"),
    ([{"type": "section"}], "/blocks/0"),
    ([{"type": "section", "text": mrkdwn("")}], "/blocks/0/text/text"),
    ([{"type": "section", "text": mrkdwn("x" * 3001)}], "/blocks/0/text/text"),
    ([{"type": "section", "fields": [mrkdwn("x")] * 11}], "/blocks/0/fields"),
    ([{"type": "section", "fields": [mrkdwn("x" * 2001)]}], "/blocks/0/fields/0/text"),
    ([{"type": "header", "text": mrkdwn("no")}], "/blocks/0/text/type"),
    ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    ([{"type": "divider", "text": plain("x")}], "/blocks/0"),
    ([{"type": "divider"}] * 51, "/blocks"),
    ([{"type": "divider", "block_id": "x"}] * 2, "/blocks/1/block_id"),
    ([actions(button(), button())], "/blocks/0/elements/1/action_id"),
    ([actions(*[button(action_id=str(n)) for n in range(26)])], "/blocks/0/elements"),
    ([actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text"),
    ([actions(button(value="x" * 2001))], "/blocks/0/elements/0/value"),
    ([actions(button(action_id="x" * 256))], "/blocks/0/elements/0/action_id"),
    ([actions(button(style="warning"))], "/blocks/0/elements/0/style"),
    ([actions(button(accessibility_label="x" * 76))], "/blocks/0/elements/0/accessibility_label"),
    ([actions(button(colour="red"))], "/blocks/0/elements/0"),
    ([actions({"type": "plain_text_input", "action_id": "t"})], "/blocks/0/elements/0/type"),
    ([actions(select(options=[option(n) for n in range(101)]))], "/blocks/0/elements/0/options"),
    ([actions(select(options=[]))], "/blocks/0/elements/0/options"),
    ([actions(select(initial_option=option(7)))], "/blocks/0/elements/0/initial_option"),
    ([actions({"type": "static_select", "action_id": "p"})], "/blocks/0/elements/0"),
    (
        [actions(select(options=[{"text": plain("x" * 76), "value": "1"}]))],
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        [actions({"type": "overflow", "options": [option(n) for n in range(6)]})],
        "/blocks/0/elements/0/options",
    ),
    (
        [actions({"type": "radio_buttons", "options": [option(n) for n in range(11)]})],
        "/blocks/0/elements/0/options",
    ),
    ([actions({"type": "datepicker", "initial_date": "24.11.2026"})], "/blocks/0/elements/0/initial_date"),
    ([actions({"type": "timepicker", "initial_time": "25:00"})], "/blocks/0/elements/0/initial_time"),
    ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "/blocks/0/elements"),
    ([{"type": "context", "elements": [button()]}], "/blocks/0/elements/0/type"),
    ([{"type": "section", "text": mrkdwn("x" * 2700)}] * 5, "/blocks"),
    ([line(("2 Nov", 60), categories=["3 Nov"])], "/blocks/0/chart/series/0/data"),
    ([line(("2 Nov", 60), categories=["x" * 21])], "/blocks/0/chart/axis_config/categories/0"),
    ("no list", "/blocks"),
]


def test_a_message_with_one_of_each_passes() -> None:
    assert check_message(GOOD) == []


@pytest.mark.parametrize(("blocks", "pointer"), WRONG)
def test_a_wrong_message_is_refused_at_the_wrong_place(blocks: object, pointer: str) -> None:
    found = check_message(blocks)
    assert [message for message in found if message.endswith(f"[json-pointer:{pointer}]")], found


def field(**more: object) -> Json:
    return {
        "type": "input",
        "label": plain("Name"),
        "element": {"type": "plain_text_input", "action_id": "v"},
        **more,
    }


def modal(*blocks: Json, **more: object) -> Json:
    return {
        "type": "modal",
        "title": plain("New deal"),
        "submit": plain("Open"),
        "blocks": list(blocks),
        **more,
    }


def test_a_modal_with_inputs_passes() -> None:
    number = {"type": "number_input", "is_decimal_allowed": True, "action_id": "v", "min_value": "0"}
    assert (
        check_view(modal(field(), field(element=number, optional=True, hint=plain("a sum"))), "modal") == []
    )


@pytest.mark.parametrize(
    ("view", "pointer"),
    [
        (modal(title=plain("x" * 25)), "/view/title/text"),
        (modal(submit=plain("x" * 25)), "/view/submit/text"),
        (modal(private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(*[{"type": "divider"}] * 101), "/view/blocks"),
        (modal(field(label=plain("x" * 2001))), "/view/blocks/0/label/text"),
        (modal(field(hint=plain("x" * 2001))), "/view/blocks/0/hint/text"),
        (modal(field(element=button())), "/view/blocks/0/element/type"),
        (modal(field(element={"type": "number_input"})), "/view/blocks/0/element"),
        (
            modal(field(element={"type": "plain_text_input", "placeholder": plain("x" * 151)})),
            "/view/blocks/0/element/placeholder/text",
        ),
        ({"type": "modal", "title": plain("t"), "blocks": [field()]}, "/view"),
        ({"type": "home", "blocks": []}, "/view/type"),
        (modal(*[{"type": "section", "text": mrkdwn("x" * 3000)}] * 90), "/view"),
    ],
)
def test_a_wrong_view_is_refused_at_the_wrong_place(view: Json, pointer: str) -> None:
    found = check_view(view, "modal")
    assert [message for message in found if message.endswith(f"[json-pointer:{pointer}]")], found
