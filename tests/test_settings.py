"""Settings: read once from the environment, every problem in one message, no secret in any of them."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from bot.doctor import problems as doctored
from bot.settings import NAMES, SLACK_API, Misconfigured, read, without_platforms
from bot.settings_file import exposed
from tests.living import ROOT

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "shh"}


def problems(**env: str) -> str:
    with pytest.raises(Misconfigured) as wrong:
        read({**SLACK, **env})
    return "\n".join(wrong.value.problems)


def test_two_settings_are_enough_for_a_start() -> None:
    found = read(SLACK)
    assert found.slack is not None
    assert (found.slack.transport, found.slack.api, found.slack.command) == ("http", SLACK_API, "/deal")
    assert (found.host, found.port, found.local) == ("127.0.0.1", 3000, False)


# ---- a file


GUID = "00000000-0000-0000-0000-00000000000a"
EVERYTHING = {
    **SLACK, "WALKAWAY_SLACK_TRANSPORT": "http", "WALKAWAY_COMMAND": "/d", "SLACK_APP_TOKEN": "xapp-1",
    "WALKAWAY_SLACK_API": "http://127.0.0.1:9/api/",
    "TEAMS_APP_ID": GUID, "TEAMS_APP_PASSWORD": "shh-teams", "TEAMS_TENANT": GUID,
    "TEAMS_TENANTS": GUID, "TEAMS_APP_TYPE": "SingleTenant", "WALKAWAY_TEAMS_LOGIN": "http://127.0.0.1:8",
    "WALKAWAY_TEAMS_KEYS": "http://127.0.0.1:7", "REDIS_URL": "redis://:shh-redis@127.0.0.1:1/0",
    "WALKAWAY_DATA": "elsewhere", "WALKAWAY_KEYS": "one:shh-key", "WALKAWAY_HOST": "localhost",
    "WALKAWAY_PORT": "3456", "WALKAWAY_LOG": "json", "WALKAWAY_LOCAL": "1", "WALKAWAY_TRACES": "otlp",
}  # fmt: skip


def written(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "settings.toml"
    path.write_text(text, "utf-8")
    return {"WALKAWAY_SETTINGS": str(path)}


def as_toml(env: dict[str, str]) -> str:
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in env.items())


def test_a_file_says_what_the_environment_says(tmp_path: Path) -> None:
    of_many = {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"}
    assert set(EVERYTHING) | of_many | {"WALKAWAY_SETTINGS", "WALKAWAY_POLICY"} == set(NAMES)
    assert read(written(tmp_path, as_toml(EVERYTHING))) == read(EVERYTHING)
    assert without_platforms(written(tmp_path, as_toml(EVERYTHING))) == without_platforms(EVERYTHING)


def test_the_environment_goes_before_the_file_unless_it_is_empty(tmp_path: Path) -> None:
    env = {**written(tmp_path, as_toml(SLACK) + "WALKAWAY_PORT = 4000\n"), "WALKAWAY_LOG": ""}
    assert (read(env).port, read({**env, "WALKAWAY_PORT": ""}).port) == (4000, 4000)
    assert read({**env, "WALKAWAY_PORT": "5000"}).port == 5000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('WALKAWAY_PROT = "shh"', "WALKAWAY_PROT is no setting; WALKAWAY_PORT is one"),
        ('[slack]\ntoken = "shh"', "slack is no setting"),
        ('SLACK_BOT_TOKEN = ["shh"]', "SLACK_BOT_TOKEN: expected text in quotes or a whole number"),
        ("WALKAWAY_LOCAL = true", "WALKAWAY_LOCAL: expected text in quotes or a whole number"),
        ("SLACK_BOT_TOKEN = shh", "is not TOML"),
        ('WALKAWAY_SETTINGS = "shh"', "WALKAWAY_SETTINGS is no setting"),
    ],
)
def test_what_is_wrong_in_a_file_stands_beside_the_rest_without_its_value(
    tmp_path: Path, text: str, said: str
) -> None:
    found = problems(**written(tmp_path, text), WALKAWAY_LOG="xml")
    assert said in found
    assert "WALKAWAY_LOG: expected text or json" in found
    assert "shh" not in found.replace(str(tmp_path), "")
    with pytest.raises(Misconfigured, match=re.escape(said)):
        without_platforms(written(tmp_path, text))  # else it would work on another Redis


def test_a_file_that_is_not_there_is_told() -> None:
    assert "nowhere.toml cannot be read: FileNotFoundError" in problems(WALKAWAY_SETTINGS="nowhere.toml")


def test_the_doctor_tells_it_and_starts_no_redis_that_nobody_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WALKAWAY_SETTINGS", str(tmp_path / "nowhere.toml"))
    monkeypatch.chdir(tmp_path)
    found = asyncio.run(doctored(online=False))
    assert "cannot be read" in found["settings"][0]
    assert "redis" not in found
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("mode", "text", "told"),
    [
        (
            0o644,
            'SLACK_BOT_TOKEN = "xoxb-shh"\nREDIS_URL = "redis://:shh@r"',
            "REDIS_URL, SLACK_BOT_TOKEN: chmod",
        ),
        (0o640, 'SLACK_BOT_TOKEN = "xoxb-shh"', ""),
        (0o644, "WALKAWAY_PORT = 4000", ""),
    ],
)
def test_the_doctor_tells_of_a_file_whose_secrets_everybody_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, text: str, told: str
) -> None:
    env = written(tmp_path, text)
    Path(env["WALKAWAY_SETTINGS"]).chmod(mode)
    found = exposed(env, NAMES)
    assert bool(found) == bool(told)
    assert told in "".join(found)
    assert "shh" not in "".join(found)
    if told:
        for name, value in {**env, "REDIS_URL": "redis://127.0.0.1:1"}.items():
            monkeypatch.setenv(name, value)
        assert asyncio.run(doctored(online=False))["settings"][0] == found[0]


def test_the_example_of_a_file_names_what_there_is_and_holds_no_secret(tmp_path: Path) -> None:
    text = (ROOT / "deploy" / "settings.example.toml").read_text("utf-8")
    assert set(re.findall(r"^(?:# )?([A-Z_]+) = ", text, re.MULTILINE)) <= set(NAMES)
    assert read({**SLACK, **written(tmp_path, text)}).log == "json"


# ---- what is enough


def test_an_app_token_means_a_socket_unless_said_otherwise() -> None:
    env = {**SLACK, "SLACK_APP_TOKEN": "xapp-1"}
    chosen = [read(env).slack, read({**env, "WALKAWAY_SLACK_TRANSPORT": "http"}).slack]
    assert [slack.transport for slack in chosen if slack] == ["socket", "http"]


def test_a_socket_needs_no_signing_secret() -> None:
    assert read({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}).slack


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(Misconfigured) as wrong:
        read(
            {
                "SLACK_BOT_TOKEN": "oops",
                "WALKAWAY_PORT": "no",
                "REDIS_URL": "redis://x",
                "WALKAWAY_COMMAND": "deal",
            }
        )
    named = [line.split(":")[0] for line in wrong.value.problems]
    assert set(named) >= {
        "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "WALKAWAY_PORT", "WALKAWAY_KEYS", "WALKAWAY_COMMAND",
    }  # fmt: skip
    assert all(problem in str(wrong.value) for problem in wrong.value.problems)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "three", "8080 "])
def test_a_port_is_a_port(port: str) -> None:
    assert "WALKAWAY_PORT" in problems(WALKAWAY_PORT=port)


def test_the_local_workspace_stays_on_this_machine() -> None:
    assert "WALKAWAY_HOST" in problems(WALKAWAY_LOCAL="1", WALKAWAY_HOST="0.0.0.0")  # noqa: S104 - refused
    assert "WALKAWAY_SLACK_API" in problems(WALKAWAY_SLACK_API="http://127.0.0.1:1/api/")


def test_an_unknown_transport_is_named() -> None:
    assert "WALKAWAY_SLACK_TRANSPORT" in problems(WALKAWAY_SLACK_TRANSPORT="pigeon")


def test_no_secret_is_in_a_repr_or_a_message() -> None:
    env = {
        "SLACK_BOT_TOKEN": "xoxb-hidden",
        "SLACK_SIGNING_SECRET": "hidden",
        "SLACK_APP_TOKEN": "xapp-hidden",
    }
    env |= {"REDIS_URL": "redis://:hidden@x", "WALKAWAY_KEYS": "a:hidden"}
    assert "hidden" not in repr(read(env))
    with pytest.raises(Misconfigured) as wrong:
        read({**env, "SLACK_APP_TOKEN": "hidden", "SLACK_BOT_TOKEN": "hidden", "WALKAWAY_PORT": "0"})
    assert "hidden" not in str(wrong.value)
