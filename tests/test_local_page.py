"""The local workspace's page in a real browser, with a real bot behind it: what a newcomer does first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.local import Workspace
from tests.chromium import CHROMIUM, FLAGS
from tests.test_local_bolt import Bot, bot, no_proxy, ws

__all__ = ["bot", "no_proxy", "ws"]  # fixtures, used by name

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH"),
    pytest.mark.parametrize("bot", ["http"], indirect=True),
]


@pytest.fixture
async def page(ws: Workspace, tmp_path: Path) -> AsyncIterator[Page]:
    """A fresh browser at the workspace; anything the browser complains of fails the test."""
    complaints: list[str] = []
    async with async_playwright() as play:
        window = await play.chromium.launch_persistent_context(
            tmp_path, executable_path=CHROMIUM, args=FLAGS, viewport={"width": 1280, "height": 800}
        )
        page = window.pages[0]
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        await page.goto(ws.base)
        await expect(page.get_by_text("Your private chat with Walkaway")).to_be_visible()
        yield page
        await window.close()
    assert complaints == []


async def typed(page: Page, line: str) -> None:
    await page.get_by_label("Message", exact=True).fill(line)
    await page.keyboard.press("Enter")


async def test_a_newcomer_fills_in_a_modal_and_sees_its_errors(bot: Bot, page: Page) -> None:
    await typed(page, "/deal new")
    modal = page.get_by_role("dialog", name="New deal")
    await modal.get_by_role("button", name="Open").click()
    await expect(modal.get_by_text("Please complete this required field.")).to_be_visible()
    await modal.get_by_label("What is the deal called?").fill("x")
    await modal.get_by_role("button", name="Open").click()
    await expect(modal.get_by_text("One letter is not a name.")).to_be_visible()
    await modal.get_by_label("What is the deal called?").fill("StagnantCo")
    await modal.get_by_role("button", name="Open").click()
    await expect(modal).to_be_hidden()
    assert bot.ws.view("maya") is None


async def test_a_button_and_a_menu_work(bot: Bot, page: Page) -> None:
    await typed(page, "/deal card")
    await page.get_by_role("button", name="More choices").click()
    await page.get_by_role("menuitem", name="Not sure").click()
    await expect(page.get_by_text("Nothing learned, then.")).to_be_visible()
    await expect(page.get_by_text("Only visible to you")).to_be_visible()
    await page.get_by_role("button", name="Cold").click()
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()
    await expect(page.get_by_role("button", name="Cold")).to_have_count(0)


async def test_a_message_offers_the_shortcuts_of_the_bot(bot: Bot, page: Page) -> None:
    await bot.ws.say("tom", "until Monday, they wrote", "#deal-team")
    await page.get_by_role("button", name="deal-team").click()
    message = page.get_by_role("article").filter(has_text="until Monday")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await message.get_by_role("menuitem", name="Quote it").click()
    await expect(page.get_by_role("dialog", name="New deal")).to_be_visible()
    assert bot.heard[-1][1]["message"]["text"] == "until Monday, they wrote"
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await typed(page, "/deal hello")  # what only one person sees offers none
    answer = page.get_by_role("article").filter(has_text="You said hello")
    await expect(answer).to_be_visible()
    await expect(answer.get_by_role("button", name="More actions")).to_have_count(0)


async def test_the_clock_moves_and_the_wire_is_shown(bot: Bot, page: Page) -> None:
    await page.get_by_role("button", name="Next week").click()
    await expect(page.get_by_text("7 days ahead of the real time")).to_be_visible()
    assert bot.ws.state.offset == timedelta(days=7)
    await page.get_by_role("button", name="Wire log").click()
    await typed(page, "/deal hello")
    await expect(page.get_by_label("Wire log").get_by_text("/deal hello")).to_be_visible()


async def test_two_people_see_their_own(bot: Bot, page: Page) -> None:
    await typed(page, "mine alone")
    await expect(page.get_by_role("log").get_by_text("mine alone")).to_be_visible()
    await page.get_by_role("radio", name="Tom Reyes").click()
    await expect(page.get_by_text("Your private chat with Walkaway")).to_be_visible()
    await expect(page.get_by_text("mine alone")).to_have_count(0)


async def test_hostile_words_stay_words(bot: Bot, page: Page) -> None:
    hostile = "<img src=x onerror=alert(1)> <script>alert(1)</script> <!channel>"
    await typed(page, hostile)
    await expect(page.get_by_role("log").get_by_text(hostile)).to_be_visible()
    assert await page.locator("#messages img[src=x], #messages script, #messages .loud").count() == 0


async def test_a_phone_shows_the_chat_and_hides_the_sidebar(bot: Bot, page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await typed(page, "/deal card")
    await expect(page.get_by_role("button", name="Warm")).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await page.get_by_role("button", name="Open the menu").click()
    await page.get_by_role("button", name="deal-team").click()
    await expect(page.get_by_role("heading", name="deal-team")).to_be_visible()
    await expect(page.get_by_role("button", name="deal-team")).not_to_be_in_viewport()
