"""Two on one deal through Slack: a colleague checks in by taps and words, and sees nothing of the owner's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.local import Workspace
from bot.redis import Link, embedded
from tests.living import Living, living

SECRETS = ("StagnantCo", "Joint roadmap", "exclusivity", "I will leave if", "two smaller partners")
CHOICE = ("No, something new", "As usual", "No", "Yes", "Openly", "Clearly", "Sure")


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        await made.types("/deal sample")
        await made.types("/deal colleague @tom")
        yield made


async def tom_tells(up: Living, tone: str = "As usual") -> None:
    """Tom's whole check-in by taps, calm but for the tone."""
    await up.types("/deal checkin", "tom")
    while not (
        up.last("tom").reads.startswith("Thank you") or "Thank you. It counts" in up.last("tom").reads
    ):
        offered = [label for label in (*CHOICE, "Skip this one") if f"[{label}]" in _labels(up)]
        asked_tone = "How was the tone" in up.last("tom").reads
        await up.taps(tone if asked_tone else offered[0], "tom")
        if asked_tone and tone != "As usual":
            await up.types("You are clowns", "tom")
            await up.taps("Skip", "tom")


def _labels(up: Living) -> str:
    blocks = up.last("tom").blocks
    texts = [e["text"]["text"] for b in blocks for e in b.get("elements", ()) if e.get("type") == "button"]
    return "".join(f"[{text}]" for text in texts)


async def test_a_colleague_checks_in_and_the_owner_hears_it_discreetly(up: Living) -> None:
    await tom_tells(up, "Abuse")
    notice = await up.hears("there is something for you here.")
    assert not any(secret in notice.reads for secret in (*SECRETS, "clowns"))
    await up.types("/deal why")
    why = up.last().reads
    assert "“You are clowns”" in why


async def test_the_colleague_is_shown_nothing_of_the_owners(up: Living) -> None:
    await tom_tells(up, "Abuse")
    heard = "".join(f"{m.reads}{m.text}" for m in up.from_coach("tom"))
    assert not any(secret in heard for secret in SECRETS)
    assert not any(level in heard for level in ("ook closer", "ake a pause", "tay at the table"))


async def test_both_answer_on_their_own_screens(up: Living) -> None:
    await up.types("/deal checkin")
    mine = up.last().reads
    await up.types("/deal checkin", "tom")
    await up.taps("No, something new", "tom")
    assert up.last().reads == mine
    await up.taps("All met")
    assert "2 of 5" in up.last().reads
    assert "All met" not in up.last("tom").reads


async def test_one_talk_that_both_tell_of_counts_once_and_shows_both_views(up: Living) -> None:
    await up.types("/deal checkin")
    for label in ("All met", "No, something new", "As usual", "No", "Clearly"):
        await up.taps(label)
    await up.hears("Stay at the table")
    await tom_tells(up, "Abuse")
    await up.types("/deal why")
    why = up.last().reads
    assert "after 1 check-in" in why
    assert "Seen differently by another on the deal: As usual" in why


async def test_a_colleague_types_an_answer_and_what_cannot_be_read_is_asked_again(up: Living) -> None:
    await up.types("checkin", "tom")
    await up.types("maybe so", "tom")
    assert "could not match" in up.last("tom").reads
    await up.types("twice round", "tom")
    await up.taps("Nobody", "tom")
    assert "How was the tone" in up.last("tom").reads


async def test_a_colleague_may_write_nothing_on_the_record(up: Living) -> None:
    before = len(up.from_coach())
    for words in ("/deal note they lie", "/deal offer them 82k", "/deal limit 1", "/deal why", "/deal close"):
        await up.types(words, "tom")
        assert "not yours" in up.last("tom").reads.casefold() or "belongs to" in up.last("tom").reads
    assert len(up.from_coach()) == before
