"""Messages and forms as Adaptive Cards: valid by the official schema, drawn by the official renderer.

With WALKAWAY_SHOTS=<directory> it keeps pictures of some, at the width of a phone and of a desk.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from bot.intents import Button
from bot.platforms import Payload
from bot.preview import previews
from bot.render import FormFacts, Renderer
from bot.render.text import unfolded
from dialogs.effects import ShowHome, Tell
from dialogs.forms import FORMS
from tests.card_schema import problems
from tests.chromium import CHROMIUM, FLAGS
from tests.npm import CARDS, NPM, installed
from tests.test_render import HOSTILE, poisoned

SHOTS = os.environ.get("WALKAWAY_SHOTS")
PICTURES = ("nudge_walk_away", "ask", "offers_drawn", "share_preview", "show_home", "draft", "reminders")
teams = Renderer("teams", "deal")
OPTIONS = {"deal": (("07a", "Renewal"),), "room": (("19:x", "Deal team"),)}


def form(key: str, poison: str = "") -> Payload:
    metadata = Button("form", "07abc", extra=key).value
    facts = FormFacts(
        metadata,
        called=poison or "Renewal",
        must_haves=(poison or "net 30", "data stays here"),
        values={field.key: poison[: field.most] or "82k" for field in FORMS[key].fields},
        options=OPTIONS,
    )
    return teams.form(key, facts)


def actions(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if str(value.get("type", "")).startswith("Action."):
            yield value
        for each in value.values():
            yield from actions(each)
    elif isinstance(value, list):
        for each in value:
            yield from actions(each)


# ---- by the schema


@pytest.mark.parametrize("name", previews())
def test_every_message_is_a_card_the_schema_takes(name: str) -> None:
    assert list(problems(teams.message(previews()[name])["card"])) == []


@pytest.mark.parametrize("key", FORMS)
def test_every_form_is_a_card_the_schema_takes(key: str) -> None:
    for poison in ("", *HOSTILE):
        assert list(problems(form(key, poison)["card"])) == []


@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_and_longest_text_leaves_a_card_valid_and_small_enough(poison: str) -> None:
    for name, effect in previews().items():
        payload = teams.message(poisoned(effect, poison))
        assert list(problems(payload["card"])) == [], name


def test_every_button_carries_ids_only_and_falls_back_to_the_same() -> None:
    for effect in previews().values():
        for action in actions(teams.message(poisoned(effect, "say extra=x | y <at>"))["card"]):
            if action["type"] == "Action.Execute":
                assert action["fallback"]["data"] == action["data"]
                assert set(action["data"]) == {"button"}
                assert Button.read(action["data"]["button"]) is not None


def test_a_form_is_sent_under_its_key_with_the_ids_of_its_deal() -> None:
    (sent,) = (a for a in form("limit")["card"]["actions"])
    assert sent["data"] == {"button": "form~07abc~~~limit", "form": "limit"}
    ids = {each["id"] for each in form("terms")["card"]["body"] if "id" in each}
    assert ids == {"terms:0", "terms:1"}


def test_a_home_and_a_notice_are_cards_too() -> None:
    home = next(effect for effect in previews().values() if isinstance(effect, ShowHome))
    assert teams.message(home)["type"] == "home"
    assert teams.message(Tell(key="no_deals"))["text"]


def test_what_would_become_a_date_does_not() -> None:
    assert "{{" not in json.dumps(
        teams.message(Tell(key="unknown_command", about={"text": "{{DATE(x)}}", "near": ""}))
    )
    assert unfolded("{{{") == "{\N{ZERO WIDTH SPACE}{\N{ZERO WIDTH SPACE}{"


# ---- by the renderer

drawn = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium on PATH"),
    pytest.mark.skipif(NPM is None, reason="needs npm on PATH, for the renderer of Adaptive Cards"),
]
DRAW = (CARDS / "draw.js").read_text("utf-8")


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    """A page with the official renderer, installed for this test alone and by its hash."""
    packages = await installed(tmp_path)
    async with async_playwright() as play:
        window = await play.chromium.launch_persistent_context(
            tmp_path / "browser", executable_path=CHROMIUM, args=FLAGS, viewport={"width": 720, "height": 400}
        )
        made = window.pages[0]
        await made.set_content((CARDS / "page.html").read_text("utf-8"))
        await made.add_script_tag(path=packages / "adaptivecards/dist/adaptivecards.js")
        yield made
        await window.close()


async def test_every_card_is_drawn_without_complaint(page: Page) -> None:
    for name, effect in previews().items():
        assert await page.evaluate(DRAW, bare_of_charts(teams.message(effect)["card"])) == [], name
    for key in FORMS:
        assert await page.evaluate(DRAW, form(key)["card"]) == [], key


async def test_hostile_text_stands_there_as_it_was_typed(page: Page) -> None:
    for typed in (
        "[here](http://x)",
        "*b* _i_ **c**",
        "# one",
        "<b>x</b> &amp;",
        "- a",
        "{{DATE(2026-01-01T00:00:00Z)}}",
    ):
        card = teams.message(Tell(key="unknown_command", about={"text": typed, "near": ""}))["card"]
        assert await page.evaluate(DRAW, card) == []
        shown = await page.locator("#card").inner_text()
        assert typed in shown.replace("\N{ZERO WIDTH SPACE}", "")
        assert await page.locator("#card a, #card b, #card h1, #card li, #card em").count() == 0


async def test_it_is_drawn_at_the_width_of_a_phone_and_of_a_desk(page: Page) -> None:
    for name, effect in previews().items():
        if any(name.startswith(each) for each in PICTURES):
            await pictured(page, name, teams.message(effect)["card"])
    await pictured(page, "form", form("set_up")["card"])


async def pictured(page: Page, name: str, card: dict[str, Any]) -> None:
    await page.evaluate(DRAW, bare_of_charts(card))
    for width, where in ((390, "phone"), (720, "desk")):
        await page.set_viewport_size({"width": width, "height": 300})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, (name, where)
        if SHOTS:
            await page.locator("body").screenshot(path=Path(SHOTS) / f"teams-{name}-{where}.png")


def bare_of_charts(card: Any) -> Any:  # noqa: ANN401 - any part of a card
    """The card as a client draws it that knows no charts: by their fallback they are dropped."""
    if isinstance(card, dict):
        return {key: bare_of_charts(each) for key, each in card.items()}
    if isinstance(card, list):
        return [
            bare_of_charts(each)
            for each in card
            if not (isinstance(each, dict) and each.get("type") == "Chart.Line")
        ]
    return card


for each in (
    test_every_card_is_drawn_without_complaint,
    test_hostile_text_stands_there_as_it_was_typed,
    test_it_is_drawn_at_the_width_of_a_phone_and_of_a_desk,
):
    for mark in drawn:
        mark(each)
