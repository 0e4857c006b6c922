"""The whole way of a newcomer, in a browser, through the real coach: set up, check in, nudge, pause, return.

With WALKAWAY_SHOTS=<directory> it keeps a picture of each stage; the documentation's pictures are made so.
"""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from bot.redis import embedded
from tests.chromium import CHROMIUM, FLAGS

HOUSE = Path(__file__).parent.parent
SHOTS = os.environ.get("WALKAWAY_SHOTS")
PATIENCE = 45_000  # ms: what a killed coach held comes free after its lease of 30 s

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium on PATH")]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def demo(data: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot local`, until the end of the block."""
    command = [sys.executable, "-m", "bot", "local", "--port", str(port), "--data", str(data)]
    process = await asyncio.create_subprocess_exec(*command, cwd=HOUSE, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        assert b"Walkaway is ready" in line
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    """A fresh browser; what it complains of fails the test."""
    complaints: list[str] = []
    async with async_playwright() as play:
        window = await play.chromium.launch_persistent_context(
            tmp_path / "browser",
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport={"width": 1280, "height": 1000},
        )
        page = window.pages[0]
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        await window.close()
    assert complaints == []


async def tap(page: Page, *names: str) -> None:
    """Press buttons by their words, each as soon as it is there."""
    for name in names:
        await page.get_by_role("button", name=name, exact=True).last.click()


async def shot(page: Page, name: str) -> None:
    """Keep a picture, where pictures are wanted."""
    if SHOTS:
        await page.wait_for_timeout(400)  # fonts and scrolling; not part of what is tested
        await page.screenshot(path=Path(SHOTS) / f"{name}.png")


async def type_line(page: Page, line: str) -> None:
    """Type into the message box."""
    await page.get_by_label("Message", exact=True).fill(line)
    await page.keyboard.press("Enter")


async def says(page: Page, words: str) -> None:
    """Wait until these words stand on the page."""
    await expect(page.get_by_text(re.compile(words)).last).to_be_visible()


BAD_DAY = {
    "how does their latest proposal": "All met",
    "going round": "Three rounds, nothing new",
    "Who gains if there is no deal": "Nobody",
    "did they move on anything": "No",
    "How was the tone": "An insult or a threat",
    "how you work": "Not yet",  # the follow-up to the tone
    "crosses one of your red lines": "No",
    "still serve both sides": "One side loses",
    "something better elsewhere": "Likely",
    "pressed to decide": "An artificial date",
}


def last_message(page: Page) -> Locator:
    """The newest message on the page."""
    return page.locator(".message").last


async def check_in(page: Page, words: str, most: int = 12) -> None:
    """Answer what is asked as on a bad day, until the check-in ends or `most` taps are made."""
    for _ in range(most):
        shown = await last_message(page).inner_text()
        if "We speak again" in shown or "What you told me" in shown:
            return
        await answered(page, shown, words)
        await expect(last_message(page)).not_to_have_text(shown, use_inner_text=True)


async def answered(page: Page, shown: str, words: str) -> None:
    """One answer: the words where words are asked for, else the bad day's button, else Skip."""
    if "in their words" in shown:
        await last_message(page).get_by_label("What they said or did").fill(words)
        await tap(page, "Save")
        return
    asked = [button for question, button in BAD_DAY.items() if question.casefold() in shown.casefold()]
    await tap(page, asked[-1] if asked else "Skip")


async def came_back(page: Page) -> None:
    """Fill in what changed, and the must-haves as they stand now."""
    modal = page.get_by_role("dialog")
    await modal.get_by_label("A better package, or a must-have met").check()
    await modal.get_by_label("Another person, or one who can decide").check()
    await modal.get_by_role("button", name="Go on").click()


async def test_a_newcomer_goes_from_set_up_to_a_return_and_a_kill_loses_nothing(
    page: Page, tmp_path: Path
) -> None:
    data, port = tmp_path / "coach", free_port()
    try:
        async with demo(data, port) as coach:
            await page.goto(f"http://127.0.0.1:{port}/")
            await says(page, "Three steps")
            await shot(page, "1-welcome")
            await tap(page, "Load the sample deal")
            await says(page, "StagnantCo partnership is set up")
            await tap(page, "First check-in")
            await says(page, "1 of 5")
            await check_in(page, "Your way of working is a hobby", most=5)
            await shot(page, "2-check-in")
            coach.kill()  # in the middle of a question
            await coach.wait()
        async with demo(data, port):
            await page.reload()
            await says(page, "4 of 5")
            await check_in(page, "Your way of working is a hobby")
            await says(page, "I will leave if they want our team but not our way of working")
            await tap(page, "Next workday 9:00")
            await says(page, "something to look at|Time to|check-in is due|Show me")
            await type_line(page, "checkin")
            await says(page, "Check-in 2 ·")
            await check_in(page, "Sign by Friday or get out")
            await says(page, "take a pause")
            await says(page, "Your way of working is a hobby|Sign by Friday or get out")
            await shot(page, "3-nudge")
            await tap(page, "Take a pause")
            await says(page, "Hello StagnantCo")
            await shot(page, "4-pause")
            await type_line(page, "they came back")
            await tap(page, "Say what changed")
            await came_back(page)
            await says(page, "back at the table|talks go on|Before")
            await shot(page, "5-return")
            await type_line(page, "why")
            await says(page, "Sign by Friday or get out")
            await shot(page, "6-why")
            await page.set_viewport_size({"width": 390, "height": 844})
            await shot(page, "7-phone")
    finally:
        embedded.stop(data)


async def test_the_clock_moves_and_a_reminder_comes_is_opened_put_off_and_waits_for_a_return(
    page: Page, tmp_path: Path
) -> None:
    data, port = tmp_path / "coach", free_port()
    try:
        async with demo(data, port):
            await page.goto(f"http://127.0.0.1:{port}/")
            await tap(page, "Load the sample deal")
            await says(page, "StagnantCo partnership is set up")
            await type_line(page, "/deal hours 8-18 mon-sun")
            await type_line(page, "/deal remind daily")
            await says(page, "every day|daily")
            await tap(page, "Next workday 9:00")
            await says(page, "five minutes, when it suits you")
            await shot(page, "10-reminder")
            await tap(page, "More choices")
            await page.get_by_role("menuitem", name="Later today").click()
            await says(page, "I come back to it on")
            await type_line(page, "/deal ooo until next monday cover @tom")
            await says(page, "away until")
            await shot(page, "11-away")
    finally:
        embedded.stop(data)


async def test_a_summary_is_looked_at_posted_and_comes_down_when_the_channel_opens(
    page: Page, tmp_path: Path
) -> None:
    data, port = tmp_path / "coach", free_port()
    try:
        async with demo(data, port):
            await page.goto(f"http://127.0.0.1:{port}/")
            await tap(page, "Load the sample deal")
            await says(page, "StagnantCo partnership is set up")
            await tap(page, "First check-in")
            await says(page, "1 of 5")
            await check_in(page, "Sign by Friday or get out")
            await type_line(page, "/deal share")
            await tap(page, "Choose a channel")
            modal = page.get_by_role("dialog")
            await modal.get_by_label("In which channel?").select_option(label="#deal-team")
            await modal.get_by_label("Who decides?").fill("Priya, with the board")
            await modal.get_by_label("keep it up to date as the deal moves").check()
            await modal.get_by_role("button", name="Show me first").click()
            await says(page, "nobody from outside")
            await shot(page, "12-share-preview")
            await tap(page, "Post it")
            await says(page, "The summary stands in #deal-team")
            await page.get_by_role("button", name=re.compile("deal-team")).first.click()
            await says(page, "Decides: Priya, with the board")
            await shot(page, "13-summary")
            await page.set_viewport_size({"width": 390, "height": 844})
            await shot(page, "14-summary-phone")
    finally:
        embedded.stop(data)
