"""The command line: what it prints, where, and with which exit status; and that nothing secret is printed."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.redis import embedded
from tests.living import ROOT, Apart, clean_environment, environment_for, free_port, workspace

COMMANDS = (
    "run", "local", "stop", "check", "preview", "replay", "letters",
    "audit", "hold", "deals", "left", "assign", "manifest", "rotate-keys",
)  # fmt: skip
LINES = (
    {"at": "2026-11-23T09:00:00+01:00", "deal": "d", "event": "opened", "name": "d", "counterpart": "c"},
    {"at": "2026-11-23T10:00:00+01:00", "deal": "d", "event": "answered", "question": "tone", "answer": 3},
    {"at": "2026-11-23T10:05:00+01:00", "deal": "d", "event": "checked_in"},
)
GOOD = "".join(json.dumps(line) + "\n" for line in LINES)
BAD = GOOD + "not json\n" + json.dumps({**LINES[2], "deal": "unknown"}) + "\n"


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = clean_environment()
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "REDIS_URL", "WALKAWAY_KEYS"):
        kept.pop(name, None)
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WALKAWAY_DATA", str(tmp_path / "kept"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "kept"
    embedded.stop(tmp_path / "kept")


def run(*words: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        input=stdin, capture_output=True, text=True, env=clean_environment(**env), cwd=ROOT, timeout=60,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_everywhere(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main([*([command] if command else []), "--help"])
    assert done.value.code == 0
    shown = capsys.readouterr().out
    assert "usage: python -m bot" in shown
    assert all(name in shown for name in COMMANDS) or command


def test_replay_loads_neither_redis_nor_a_platform() -> None:
    told = "import sys; from bot.__main__ import main; main(['replay', '/dev/null']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not {"redis", "slack_bolt", "botbuilder", "aiohttp"} & set(done.stdout.split())


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["runn"])
    assert done.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


class TestReplay:
    def test_one_line_out_for_each_line_in(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "deals.jsonl").write_text(GOOD)
        assert main(["replay", str(tmp_path / "deals.jsonl")]) == 0
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [(line["event"], line["level"]) for line in found][-1] == ("checked_in", "probe")
        assert len(found) == len(LINES)

    def test_bad_lines_stand_in_their_place_and_end_in_status_1(self) -> None:
        done = run("replay", "-", stdin=BAD)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 1
        assert [line.get("line") for line in found] == [None, None, None, 4, 5]
        assert all(line["error"] for line in found[3:])
        assert done.stderr == ""

    def test_a_reader_who_leaves_early_is_no_mistake(self) -> None:
        command = f"{sys.executable} -m bot replay - | head -1"
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            input=GOOD + (json.dumps(LINES[2]) + "\n") * 3000, capture_output=True, text=True,
            env=clean_environment(), cwd=ROOT, timeout=60, check=False,
        )  # fmt: skip
        assert json.loads(done.stdout)["event"] == "opened"
        assert done.stderr == ""
        assert done.returncode == 0

    def test_words_are_sentences(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "deals.jsonl").write_text(GOOD)
        assert main(["replay", "--words", str(tmp_path / "deals.jsonl")]) == 0
        last = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert any("abuse" in str(reason).casefold() for reason in last["reasons"])

    def test_a_file_that_is_not_there_is_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["replay", "nowhere.jsonl"]) == 2
        assert "nowhere.jsonl" in capsys.readouterr().err


@pytest.mark.usefixtures("stopped")
class TestCheckAndPreview:
    def test_every_problem_comes_at_once_with_its_cure(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check"]) == 1
        shown = capsys.readouterr().out
        assert "SLACK_BOT_TOKEN" in shown
        assert "SLACK_SIGNING_SECRET" in shown
        assert main(["check", "--json"]) == 1
        found = json.loads(capsys.readouterr().out)
        assert found["ok"] is False
        assert len(found["problems"]) == shown.count("\n")

    def test_all_is_well_with_settings(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret-1")
        monkeypatch.setenv("SLACK_SIGNING_SECRET", "secret-2")
        assert main(["check", "--json", "--offline"]) == 0
        shown = capsys.readouterr()
        told = json.loads(shown.out)
        assert (told["ok"], told["problems"]) == (True, [])
        assert list(told["parts"]) == ["settings", "redis", "templates", "manifests"]
        assert "secret" not in shown.out + shown.err

    def test_a_new_key_is_accepted_by_the_settings(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["check", "--new-key"]) == 0
        monkeypatch.setenv("WALKAWAY_KEYS", capsys.readouterr().out.strip())
        main(["check"])
        assert "WALKAWAY_KEYS" not in capsys.readouterr().out

    def test_preview_writes_every_message(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["preview", str(tmp_path / "out")]) == 0
        written = list((tmp_path / "out").glob("*.json"))
        assert len(written) > 30
        assert all(json.loads(path.read_text("utf-8")) for path in written)
        assert "index.html" in capsys.readouterr().out
        assert (tmp_path / "out" / "index.html").read_text("utf-8").startswith("<!doctype html>")

    def test_letters_of_an_empty_outbox(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["letters", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == []
        assert main(["letters", "retry", "nothing"]) == 2
        assert "No dead letter" in capsys.readouterr().err


class TestStarting:
    def test_run_without_settings_says_all_that_is_missing(self) -> None:
        done = run("run")
        assert done.returncode == 2
        assert "SLACK_BOT_TOKEN" in done.stderr
        assert "SLACK_SIGNING_SECRET" in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.fixture
    async def apart(self, tmp_path: Path) -> AsyncIterator[Apart]:
        async with workspace() as ws:
            made = Apart(ws, tmp_path / "up")
            made.data.mkdir()
            await made.start()
            yield made
            await made.end()
            embedded.stop(made.data)

    async def test_a_second_start_is_explained(self, apart: Apart) -> None:
        env = environment_for(apart.ws, apart.data, apart.port)
        second = await asyncio.to_thread(run, "run", **env)
        assert second.returncode == 2
        assert "It could not start" in second.stderr
        assert str(apart.port) in second.stderr
        assert "Traceback" not in second.stderr

    async def test_neither_secrets_nor_words_are_in_the_log(self, apart: Apart) -> None:
        await apart.types("/deal sample")
        await apart.hears("is set up")
        await apart.types("checkin")
        await apart.hears("1 of 5")
        apart.ws.fault("chat.postMessage", "channel_not_found")
        await apart.types("note Zanzibar is where they hide it")
        await apart.types("purple elephants")
        await apart.end()
        said = apart.log.read_text("utf-8")
        keys = apart.ws.keys
        words = ("Zanzibar", "purple", "StagnantCo", "I will leave", "Joint roadmap")
        assert [w for w in (keys.bot_token, keys.app_token, keys.signing_secret, *words) if w in said] == []
        assert "undeliverable: channel_not_found" in said
        assert "Traceback" not in said


class TestLocal:
    def test_a_port_in_use_is_explained(self, tmp_path: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = run("local", "--port", str(port), "--data", str(tmp_path / "d"))
        assert done.returncode == 2
        assert str(port) in done.stderr
        assert "--port" in done.stderr
        assert "Traceback" not in done.stderr

    def test_it_comes_up_says_where_and_stops_when_told(self, tmp_path: Path) -> None:
        port, folder = free_port(), tmp_path / "d"
        command = [sys.executable, "-m", "bot", "local", "--port", str(port), "--data", str(folder)]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=clean_environment(),
            cwd=ROOT,
        ) as up:
            assert up.stdout is not None
            assert f"http://127.0.0.1:{port}" in up.stdout.readline()
            up.terminate()
            _, errors = up.communicate(timeout=30)
        assert (up.returncode, errors) == (0, "")
        assert main(["stop", "--data", str(folder)]) == 0
