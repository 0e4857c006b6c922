"""Whole conversations as a negotiator reads them: on paper, over HTTP and over Socket Mode, step by step."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.letters import codec
from bot.redis import Link, Outbox, Store, embedded
from bot.settings import Settings
from bot.wiring import link, sealer
from dialogs.deal import Deal
from dialogs.record import level_of
from tests.living import Living, living, workspace
from tests.teams_bot import InTeams, bot, teams
from tests.transcripts.__main__ import written
from tests.transcripts.in_teams import TeamsChat
from tests.transcripts.play import Played, play
from tests.transcripts.script import names, read
from tests.transcripts.stages import Paper, Workspace

__all__ = ["bot", "teams"]
every = pytest.mark.parametrize("name", names())
MOST_TAPS = 5


@pytest.fixture(params=["http", "socket"])
async def stage(
    redis: Link, server: embedded.Embedded, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Living]:
    async with workspace() as ws, living(ws, redis, server.url, tmp_path, request.param) as up:
        await up.moves_to("Sunday 18:00")
        yield up


async def on_paper(name: str) -> tuple[Played, Deal]:
    paper = Paper()
    return await play(read(name), paper), await paper.deal()


@every
async def test_the_core_says_what_the_transcript_tells(name: str) -> None:
    played, deal = await on_paper(name)
    assert played.lines
    assert deal.coach.check_ins


@every
async def test_the_workspace_says_the_same_and_comes_to_the_same_deal(name: str, stage: Living) -> None:
    await play(read(name), Workspace(stage))
    (_, expected), deal = await on_paper(name), await Workspace(stage).deal()
    assert (deal.coach.grounds, level_of(deal), deal.status) == (
        expected.coach.grounds, level_of(expected), expected.status,
    )  # fmt: skip
    assert await stage.up.outbox.dead() == []
    assert {entry["status"] for entry in stage.ws.log.entries} == {200}


@every
async def test_teams_says_the_same_and_comes_to_the_same_deal(name: str, bot: InTeams) -> None:
    settings = Settings(None, data=bot.data, local=True)
    async with link(settings, Clock()) as line:
        stage = TeamsChat(bot, line, Store(line, codec(), sealer(settings)))
        await stage.is_met()
        await stage.moves_to("Sunday 18:00")
        await play(read(name), stage)
        (_, expected), deal = await on_paper(name), await stage.deal()
        assert (deal.coach.grounds, level_of(deal), deal.status) == (
            expected.coach.grounds, level_of(expected), expected.status,
        )  # fmt: skip
        assert await Outbox(line, codec(), sealer(settings)).dead() == []


async def test_when_nothing_is_wrong_a_check_in_is_five_taps_and_no_typing() -> None:
    played, _ = await on_paper("heated_call")
    assert played.taps["Thursday 16:00"] == MOST_TAPS
    assert played.taps["Tuesday 16:00"] == MOST_TAPS


@every
async def test_why_agrees_with_every_word_that_was_said(name: str) -> None:
    """Each answer that speaks, and each word given with it, stands behind `/deal why` with its date."""
    paper = Paper()
    await play(read(name), paper)
    deal = await paper.deal()
    if deal.status == "closed":
        await paper.types(f"/deal reopen {deal.name}", "maya")
    await paper.types(f"/deal why {deal.name}", "maya")
    why = list(paper.screen("maya").values())[-1]
    for evidence in deal.coach.evidence[-12:]:
        assert f"check-in {evidence.check_in}" in why
        assert evidence.words in why
    assert len(re.findall(r"check-in \d+:", why)) == min(len(deal.coach.evidence), 12)


@every
async def test_what_nobody_asked_for_is_discreet(name: str) -> None:
    """Under a heading, before anybody speaks, stands only what came by itself: an alias and *Show me*."""
    played, deal = await on_paper(name)
    unasked = [
        line
        for before, line in zip(played.lines, played.lines[1:], strict=False)
        if before.startswith("## ") and line.startswith(">")
    ]
    for text in unasked:
        assert "[Show me]" in text
        for secret in (deal.counterpart, deal.name, *deal.must_haves, "pause", "walk", "“"):
            assert secret not in text


@every
async def test_the_written_transcript_is_the_one_that_is_played(name: str) -> None:
    kept = Path(__file__).parent.parent / "docs" / "transcripts" / f"{name}.md"
    assert kept.read_text("utf-8") == await written(name), "python -m tests.transcripts writes it anew"
