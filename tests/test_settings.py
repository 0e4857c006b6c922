"""Settings: read once from the environment, every problem in one message, no secret in any of them."""

from __future__ import annotations

import pytest

from bot.settings import SLACK_API, Misconfigured, read

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
