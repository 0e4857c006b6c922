"""Deciding through Slack: windows, taps in place, words to copy; and nobody else ever hears of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.decisions_said import VERBS
from bot.intents import DRAFTS, Button, event_of_button
from bot.local import Workspace
from bot.preview import HEAD, NOW
from bot.redis import Link, embedded
from bot.render import Renderer
from bot.sample_decisions import decisions
from dialogs.events import Misread
from dialogs.forms import FORMS
from tests.living import Living, labels, living

PRICE = {"name": "The lease", "counterpart": "StagnantCo", "limit": "85k", "side": "seller"}


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        yield made


async def set_up(up: Living, **more: str) -> None:
    await up.types("/deal new")
    await up.fills({**PRICE, **more})
    await up.hears("The lease is set up")


async def fills_in(up: Living, label: str, **answers: object) -> None:
    await up.taps(label)
    await up.ws.wait_for(lambda: up.ws.view("maya"))
    await up.fills(answers)


async def test_from_a_price_too_low_to_a_name_and_a_reason(up: Living) -> None:
    await set_up(up)
    await up.types("/deal sign")
    await fills_in(up, "Tell me what it says", amount="82.000")
    await up.hears("82k is 3,000 below your walk-away point of 85k.")
    await fills_in(up, "Go on, with a reason", approved_by="Ana Ruiz", because="the second year")
    await up.hears("Ana Ruiz agreed, because: “the second year”")
    await fills_in(up, "I have signed", outcome="agreed")
    await up.hears("You signed.")


async def test_closing_a_signed_deal_asks_for_the_paper_and_closes_with_it(up: Living) -> None:
    await set_up(up)
    await up.types("/deal close")
    await fills_in(up, "Close the deal", outcome="agreed", note="good enough")
    await up.hears("before I close it")
    await fills_in(up, "Tell me what it says", amount="90k")
    ended = await up.hears("You signed.")
    assert "good enough" in ended.reads


async def test_the_window_opens_with_what_was_told_before_and_without_what_does_not_fit(up: Living) -> None:
    await set_up(up, must_haves="Net 30")
    await up.types("/deal sign")
    await fills_in(up, "Tell me what it says", amount="90k", unwritten="renews by itself")
    await up.hears("where each of your must-haves stands in it")
    await up.taps("Tell me what it says")
    view = await up.ws.wait_for(lambda: up.ws.view("maya"))
    asked = {block["block_id"]: block["element"] for block in view.blocks if block["type"] == "input"}
    assert (asked["amount"]["initial_value"], asked["unwritten"]["initial_value"]) == (
        "90000",
        "renews by itself",
    )
    assert "figures" not in asked


async def test_red_lines_are_tested_in_place_one_after_the_other(up: Living) -> None:
    await set_up(up, red_lines="exclusivity\nunlimited liability")
    count = len(up.from_coach())
    await up.taps("Yes, always")
    await up.hears("your red line “unlimited liability”")
    await up.taps("No: it is a must-have")
    await up.hears("Must-have: unlimited liability")
    assert len(up.from_coach()) == count


async def test_nobody_on_the_other_side_ever_hears_anything(up: Living) -> None:
    await set_up(up, red_lines="exclusivity")
    before = len(up.ws.visible_to("viktor", "#dynamictech-stagnantco"))
    await up.types("/deal walk")
    for label in ("No, nothing", "Close the door instead", "Leave the door open instead"):
        await up.taps(label)
    await up.types("/deal walk")
    await up.taps("Words for a final offer")
    await up.taps("I sent it")
    await up.taps("They refused it")
    await up.hears("They said no to your final offer.")
    assert len(up.ws.visible_to("viktor", "#dynamictech-stagnantco")) == before
    assert not up.from_coach("viktor")
    assert not up.from_coach("tom")


@pytest.mark.parametrize("name", decisions(HEAD, NOW))
def test_whatever_can_be_tapped_means_something(name: str) -> None:
    blocks = Renderer("slack").message(decisions(HEAD, NOW)[name])["blocks"]
    for label, value in labels(blocks):
        button = Button.read(value)
        assert button is not None, label
        if button.verb == "form":
            assert button.extra in FORMS
            continue
        event = event_of_button(button, {"id": "e", "at": NOW, "by": "p"})
        assert not isinstance(event, Misread), (label, value)
        assert button.verb != "draft" or button.extra in DRAFTS


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("extra", ["x", "9.9.9.9", "1.z", ".", "0.y.n.y.n", "²", "1" * 40])
def test_a_forged_button_is_an_old_button(verb: str, extra: str) -> None:
    event = event_of_button(Button(verb, "d", extra=extra), {"id": "e", "at": NOW, "by": "p"})
    assert isinstance(event, Misread) or verb == "wait"


async def test_whoever_goes_on_past_a_gate_names_somebody_else(up: Living) -> None:
    await set_up(up)
    await up.types("/deal sign")
    await fills_in(up, "Tell me what it says", amount="82.000")
    for oneself in ("me", "Maya Okafor", "maya", "No one"):
        await up.taps("Go on, with a reason")
        await up.fills({"approved_by": oneself, "because": "the second year"})
        view = up.ws.view("maya")
        assert view is not None, "the window closed: it was taken"
        assert "Somebody other than you" in str(view.errors), oneself
    await up.fills({"approved_by": "Ana Ruiz, finance", "because": "the second year"})
    await up.hears("Ana Ruiz, finance agreed")
