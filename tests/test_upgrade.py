"""A newer program reads what an older one stored: deals, people and logs of every version that went out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.letters import codec
from bot.render import Renderer
from dialogs.deal import Deal
from dialogs.events import StatusAsked
from dialogs.people import Person
from dialogs.turn import take

STORED = sorted((Path(__file__).parent / "stored").glob("*.jsonl"))
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_what_a_version_stored_is_read_and_goes_on(path: Path) -> None:
    packer, kinds, renderer = codec(), set[type](), Renderer()
    for line in path.read_text("utf-8").splitlines():
        record = packer.unpack(json.loads(line)["packed"].encode())
        kinds.add(type(record))
        assert packer.unpack(packer.pack(record)) == record
        if isinstance(record, Deal):
            turn = take(record, StatusAsked(id="later", at=NOW, by=record.owner))
            assert turn.deal is not None
            assert turn.deal.key == record.key
            for effect in turn.effects:
                if hasattr(effect, "to"):
                    renderer.message(effect)  # type: ignore[arg-type]
    assert {Deal, Person} < kinds
    assert len(kinds) > 20


def test_there_is_something_of_each_version_that_went_out() -> None:
    assert [path.stem for path in STORED] == ["0.1"]
