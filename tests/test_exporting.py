"""Taking a deal out: to its owner alone, in messages that together are the whole, and nothing that runs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest

from bot.local import Workspace
from bot.redis import Link, embedded
from bot.render import Renderer
from dialogs.effects import Tell
from dialogs.events import Noted
from dialogs.exporting import A_LINE, A_PART, COLUMNS
from dialogs.exports import Exported, ExportPart, ExportWanted, Form
from dialogs.replay import Replay
from dialogs.reread import taken
from tests.living import Living, living
from tests.story import COLLEAGUE, OWNER, Story
from tests.test_export import as_the_log_knows_it

slack = Renderer("slack")
HOSTILE = ("```", "<!channel> & <@U1>", "=HYPERLINK(1)", "+1", "-1", "@x", 'a, "b"\nc', "\u202eevil", "`x`")


def exported(story: Story, form: Form) -> list[ExportPart]:
    turn = taken(story.deal, story.log, ExportWanted(id="x", at=story.now, by=OWNER, form=form))
    assert turn.entries == (Exported(id="x", at=story.now, by=OWNER, form=form),)
    return [effect for effect in turn.effects if isinstance(effect, ExportPart)]


def copied(parts: list[ExportPart]) -> str:
    """What somebody copies out of the messages, one after the other."""
    texts = []
    for part in parts:
        blocks = [b["text"]["text"] for b in slack.message(part)["blocks"] if b["type"] == "section"]
        assert all(text.startswith("```") and text.endswith("```") for text in blocks)
        assert all("```" not in text[3:-3] for text in blocks)
        texts += [unescape(text[3:-3]) for text in blocks]
    return "\n".join(texts)


def long_story() -> Story:
    story = Story()
    for number in range(30):
        story.checks_in(tone=number % 3, deadlock=1).takes(
            Noted(
                id=f"n{number}", at=story.now, by=OWNER, text=f"{HOSTILE[number % len(HOSTILE)]} {'x' * 400}"
            )
        )
    return story


def test_lines_pasted_together_replay_to_the_same_deal() -> None:
    story = long_story()
    parts = exported(story, "json")
    assert len(parts) > 2
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    replay = Replay()
    said = list(replay.verdicts(copied(parts).splitlines()))
    assert not [verdict for verdict in said if "error" in verdict]
    (again,) = replay.deals.values()
    assert as_the_log_knows_it(again) == as_the_log_knows_it(story.deal)


def test_a_table_is_read_by_any_reader_and_nothing_in_it_runs() -> None:
    story = Story()
    for number, words in enumerate(HOSTILE):
        story.takes(Noted(id=f"n{number}", at=story.now, by=OWNER, text=words))
    rows = list(csv.reader(io.StringIO(copied(exported(story, "csv")))))
    assert tuple(rows[0]) == (*COLUMNS, "more")
    assert {len(row) for row in rows} == {len(COLUMNS) + 1}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert len(rows) == 1 + len(story.log)


def test_the_readable_form_holds_every_word() -> None:
    text = copied(exported(Story().answers(tone=3).takes(
        Noted(id="n", at=Story().now, by=OWNER, text="they laughed at us")), "markdown"))  # fmt: skip
    assert "- text: they laughed at us" in text
    assert text.count("## ") == 3


def test_parts_fit_and_a_line_too_long_for_any_is_counted() -> None:
    story = long_story().takes(Noted(id="long", at=Story().now, by=OWNER, text="<" * 1_500))
    parts = exported(story, "json")
    assert all(len(part.text) <= A_PART for part in parts)
    assert [part.left_out for part in parts[:-1]] == [0] * (len(parts) - 1)
    assert parts[-1].left_out == 1
    assert len("<" * 1_500) * len("&lt;") > A_LINE


def test_nobody_else_takes_it_out() -> None:
    story = Story().does(ExportWanted, by=COLLEAGUE, form="json")
    assert story.heard(Tell).key == "not_yours"


# ---- through Slack


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        await made.types("/deal sample")
        yield made


async def test_the_owner_chooses_a_form_and_copies_it_from_their_own_chat(up: Living) -> None:
    await up.types("/deal note they laughed at `our` <price> & left")
    await up.types("/deal export")
    await up.taps("Lines that replay (JSON)")
    texts = [b["text"]["text"] for m in up.from_coach() for b in m.blocks if b["type"] == "section"]
    lines = [
        json.loads(line) for t in texts if t.startswith("```") for line in unescape(t[3:-3]).splitlines()
    ]
    assert [line["event"] for line in lines] == ["opened", "noted"]
    assert lines[1]["text"] == "they laughed at `our` <price> & left"
    await up.types("/deal colleague @tom")
    await up.types("/deal export", "tom")
    assert "yours" in up.last("tom").reads or "not" in up.last("tom").reads
    assert not [m for m in up.from_coach("tom") if "```" in m.reads]
