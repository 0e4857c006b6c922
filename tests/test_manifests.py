"""Manifests: filled in whole, and valid by the official schema of Teams."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from bot.__main__ import main
from dialogs.commands import Intention, read_command
from tests.npm import NPM, installed

APP = "11111111-2222-4333-8444-555555555555"
FILES = {"manifest.json", "color.png", "outline.png"}


def made(tmp_path: Path, name: str = "a.zip") -> Path:
    out = tmp_path / name
    assert (
        main(["manifest", "teams", "--app-id", APP, "--domain", "coach.example.com", "--out", str(out)]) == 0
    )
    return out


def size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def test_the_zip_holds_a_whole_manifest_and_two_icons(tmp_path: Path) -> None:
    with zipfile.ZipFile(made(tmp_path)) as zipped:
        assert set(zipped.namelist()) == FILES
        text = zipped.read("manifest.json").decode()
        assert [size(zipped.read(name)) for name in ("color.png", "outline.png")] == [(192, 192), (32, 32)]
    assert "{{" not in text
    assert json.loads(text)["bots"][0]["botId"] == APP
    assert made(tmp_path).read_bytes() == made(tmp_path, "b.zip").read_bytes()


def test_every_command_of_the_manifest_is_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(made(tmp_path)) as zipped:
        bot = json.loads(zipped.read("manifest.json"))["bots"][0]
    titles = [command["title"] for each in bot["commandLists"] for command in each["commands"]]
    assert [title for title in titles if not isinstance(read_command(title), Intention)] == []


@pytest.mark.skipif(NPM is None, reason="needs npm on PATH, for the schema of Teams' manifests")
async def test_the_official_schema_takes_it(tmp_path: Path) -> None:
    schemas = await installed(tmp_path) / "@microsoft/app-manifest/build/json-schemas/teams"
    with zipfile.ZipFile(made(tmp_path)) as zipped:
        manifest = json.loads(zipped.read("manifest.json"))
    schema = json.loads(
        (schemas / f"v{manifest['manifestVersion']}" / "MicrosoftTeams.schema.json").read_text("utf-8")
    )
    assert [error.message for error in Draft7Validator(schema).iter_errors(manifest)] == []
    del manifest["bots"][0]["botId"]
    assert list(Draft7Validator(schema).iter_errors(manifest)), "the schema looks at bots"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("teams", "--app-id", "x", "--domain", "coach.example.com"), "--app-id: expected a GUID"),
        (("teams", "--app-id", APP, "--domain", "https://x"), "--domain: expected a host name"),
        (("slack", "--url", "http://x"), "--url: expected an address that begins with https://"),
    ],
)
def test_what_is_wrong_is_said(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", *words]) == 1
    assert said in capsys.readouterr().err


def test_slack_is_reached_by_socket_or_at_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    main(["manifest", "slack"])
    assert json.loads(capsys.readouterr().out)["settings"]["socket_mode_enabled"] is True
    main(["manifest", "slack", "--url", "https://coach.example.com/"])
    there = json.loads(capsys.readouterr().out)
    assert there["settings"]["event_subscriptions"]["request_url"] == "https://coach.example.com/slack/events"
