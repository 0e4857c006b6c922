"""Words to intentions: the longest phrase wins, what is unknown gets the nearest word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.commands import COMMANDS, Intention, Unknown, read_command, split_tail


@pytest.mark.parametrize(
    ("text", "verb", "words"),
    [
        ("checkin", "checkin", ""),
        ("Check in  acme", "checkin", "acme"),
        ("check-in: acme", "checkin", "acme"),
        ("PAUSE acme until Thursday", "pause", "acme until Thursday"),
        ("they came back", "return", ""),
        ("they\N{RIGHT SINGLE QUOTATION MARK}re back acme", "return", "acme"),
        ("back", "back", ""),
        ("back at the table acme", "return", "acme"),
        ("where do I stand?", "status", ""),
        ("They came back!", "return", ""),
        ("walk away", "walk", ""),
        ("walk", "walk", ""),
        ("closed acme", "close", "acme"),
        ("not sure", "not_sure", ""),
        ("not now", "stop", ""),
        ("nothing changed", "nothing", ""),
        ("new deal Acme", "new", "Acme"),
        ("?", "help", ""),
        ("", "help", ""),
        ("  ", "help", ""),
    ],
)
def test_a_line_means_what_its_longest_phrase_means(text: str, verb: str, words: str) -> None:
    found = read_command(text)
    assert isinstance(found, Intention)
    assert (found.verb, found.words) == (verb, words)


@pytest.mark.parametrize("phrase", [word for command in COMMANDS for word in command.words])
def test_every_word_of_the_table_is_its_own_command(phrase: str) -> None:
    found = read_command(phrase.upper())
    assert isinstance(found, Intention)
    assert any(phrase in command.words and command.verb == found.verb for command in COMMANDS)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("chekin", "checkin"), ("pouse acme", "pause"), ("statsu", "status"), ("qwertz", "")],
)
def test_what_is_unknown_gets_the_nearest_word(text: str, nearest: str) -> None:
    assert read_command(text) == Unknown(text, nearest)


@pytest.mark.parametrize("text", ["pauses are good", "backlog is long", "newest offer is 80"])
def test_a_word_that_only_begins_like_a_command_is_none(text: str) -> None:
    assert isinstance(read_command(text), Unknown)


def test_a_tail_is_split_at_its_markers_in_any_order() -> None:
    assert split_tail("acme until thursday because legal said so", "until", "because") == (
        "acme",
        {"until": "thursday", "because": "legal said so"},
    )
    assert split_tail("because legal", "until", "because") == ("", {"because": "legal"})
    assert split_tail("acme", "until") == ("acme", {})


@given(st.text())
def test_whatever_is_typed_has_an_answer(text: str) -> None:
    assert isinstance(read_command(text), Intention | Unknown)
