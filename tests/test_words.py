"""The words: there for everything the core can say, plain, calm, and one file a key."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intents import DRAFTS
from bot.preview import NOW, OF, previews, write
from bot.render import Renderer, sentences
from bot.render.text import BLANK, bare, money
from bot.render.words import TEMPLATES, Words
from dialogs.advice import ACTIONS, WORTH_KNOWING
from dialogs.amounts import read_amount
from dialogs.commands import COMMANDS, Intention, read_command
from dialogs.deal import Evidence, Outcome, ReturnCondition, Tried
from dialogs.decisions import Draft
from dialogs.drafting import SENT
from dialogs.effects import Help, Message, Tell
from dialogs.grounds import COUNTED
from dialogs.levels import Level
from dialogs.questions import QUESTIONS, Question

SOURCES = "".join(path.read_text() for room in ("dialogs", "bot") for path in Path(room).rglob("*.py"))
TOLD = sorted({
    *re.findall(r'\btell\(\w+, "(\w+)"', SOURCES),
    *re.findall(r'Tell\(.*key="(\w+)"', SOURCES),
    *re.findall(r'Tell\(.* else "(\w+)"', SOURCES),
    *re.findall(r'self\._words\("(\w+)"\)', SOURCES),
})  # fmt: skip
READERS = Path("dialogs/check_in.py").read_text() + Path("dialogs/forms.py").read_text()
PROBLEMS = sorted({
    *re.findall(r'problem="(\w+)"', SOURCES),
    *re.findall(r'"" if .* else "(\w+)"', READERS),
    *re.findall(r'problems\[.*\] = "(\w+)"', SOURCES),
})  # fmt: skip
ACTED_ON = (*ACTIONS.values(), "go_on", "wait_a_day", "pause", "final_offer", "walk_away")
JARGON = re.compile(
    r"BATNA|reservation|ZOPA|MESO|severity|\bgrounds?\b|posterior|probabilit|likelihood|%|\bAI\b|\blost\b|algorithm|!",
    re.IGNORECASE,
)
SPOKEN = [path for path in sorted(TEMPLATES.rglob("*.j2")) if path.parent.name != "layouts"]

words = Words("plain", "/deal", "en", 240)
plain = Renderer("plain")


def prose(source: str) -> str:
    """A template without its code; what its expressions say is read in the samples."""
    kept = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    return re.sub(r"\{[{%].*?[}%]\}", "", kept, flags=re.DOTALL)


def test_every_kind_of_message_has_words_and_a_sample() -> None:
    samples = previews()
    assert {type(effect) for effect in samples.values()} == set(get_args(Message))
    assert all(plain.message(effect)["text"] for effect in samples.values())


@pytest.mark.parametrize("key", [*TOLD, "try_again", "stranger_told"])
def test_whatever_the_core_tells_has_words(key: str) -> None:
    about = {"text": "x", "old": "Blue", "new": "Azure", "question": "tone"}
    assert len(plain.message(Tell(**OF, key=key, about=about))["text"]) > 10


@pytest.mark.parametrize("action", sorted(DRAFTS))
def test_every_draft_says_what_it_is_for_and_holds_words_to_copy(action: str) -> None:
    draft = Draft(**OF, action=action, sent=SENT.get(action), until=NOW, red_line="no sole rights", line=0)
    said = [(part.kind, bare(part.text)) for part in words.parts(draft) if part.text]
    assert {kind for kind, _ in said} == {"title", "body", "copy", "small"}
    assert min(len(text) for _, text in said) > 10
    assert [text for _, text in said if text not in plain.message(draft)["text"]] == []


def test_a_draft_is_one_action_one_file_and_one_sample() -> None:
    assert {path.stem for path in TEMPLATES.glob("drafts/*.j2")} == DRAFTS
    assert {effect.action for effect in previews().values() if isinstance(effect, Draft)} == DRAFTS
    written = re.findall(r'\bdraft\(\w+, "(\w+)"', SOURCES)
    assert {"carve_out", "in_writing", "walk_away"} <= {*written} <= DRAFTS
    assert {*ACTED_ON, *SENT} <= DRAFTS


@pytest.mark.parametrize("key", [*PROBLEMS, "unknown_command"])
def test_every_problem_says_what_was_expected(key: str) -> None:
    assert len(plain.problem(key)) > 20
    assert plain.problem(key) in plain.message(Tell(key=key))["text"]


def test_what_the_core_can_find_wrong_was_found_in_its_source() -> None:
    assert {"old_button", "stopped", "close_asked", "no_deals", "only_here"} <= set(TOLD)
    assert {"expected_amount", "too_long", "unreadable_answer", "expected_person"} <= set(PROBLEMS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_a_question_is_one_record_and_one_file(question: Question) -> None:
    needed = ["ask", "short", "follow", *(f"choice_{choice}" for choice in question.choices)]
    if question.reads != "amount":
        needed += [f"o{value}" for value in range(4)]
    said = {part: words.word(f"questions/{question.key}", part, terms=(), red_lines=()) for part in needed}
    assert all(said.values()), said
    assert set(plain.choices(question.key).values()) == set(question.choices)


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.ground], ids=lambda question: question.key)
def test_every_answer_can_stand_as_evidence(question: Question) -> None:
    signals = [words.word(f"signals/{question.key}", f"v{value}") for value in range(4)]
    assert all(signals)
    assert len(set(signals)) == 4
    assert words.word(f"signals/{question.key}", "calm")


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.reads == "scale"], ids=lambda q: q.key)
def test_typed_words_mean_one_answer_and_no_command(question: Question) -> None:
    labels = plain.labels(question.key)
    for value in range(4):
        assert labels[plain.option(question.key, value).casefold()] == value
    written = [words.word(f"questions/{question.key}", f"also{value}").split(",") for value in range(4)]
    assert {word.strip() for also in written for word in also if word} <= set(labels)
    for label in labels:
        read = read_command(label)
        assert not (isinstance(read, Intention) and read.in_check_in), label


def test_an_answer_that_is_not_known_has_a_word() -> None:
    assert plain.option("tone", None) == "Not sure"


@pytest.mark.parametrize(
    ("file", "keys"),
    [
        ("levels", [level.key for level in Level]),
        ("grounds", [*COUNTED, "S"]),
        ("outcomes", get_args(Outcome)),
        ("ended", get_args(Outcome)),
        ("acted", get_args(Tried)),
        ("triage", ["both", "they", "i", "nobody"]),
        ("nudges", [*(level.key for level in Level), *(f"unknown_{key}" for key in WORTH_KNOWING)]),
        ("actions", [f"{part}_{action}" for part in ("next", "tap") for action in ACTED_ON]),
        ("notices", ["check_in", "unfinished", "pause_over", "came_back", "news"]),
        ("forms/came_back", [f"option_conditions_{key}" for key in get_args(ReturnCondition)]),
    ],
)
def test_every_key_of_the_core_has_a_word(file: str, keys: list[str]) -> None:
    assert [key for key in keys if not words.word(file, key)] == []


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_the_words_are_plain_and_calm(path: Path) -> None:
    assert JARGON.findall(prose(path.read_text())) == []


def test_no_sample_shows_jargon_to_anybody() -> None:
    for name, effect in previews().items():
        assert JARGON.findall(plain.message(effect)["text"]) == [], name


def test_no_sample_shows_a_dash_where_a_word_is_missing() -> None:
    for name, effect in previews().items():
        assert re.findall(rf"\w{BLANK}[^\W\d]", plain.message(effect)["text"]) == [], name


def test_jargon_would_be_noticed() -> None:
    assert JARGON.findall("Your BATNA is 70 % likely! The deal was lost.") == ["BATNA", "%", "!", "lost"]


def test_no_template_switches_the_encoding_off() -> None:
    for path in SPOKEN:
        assert not re.search(r"\|\s*(safe|e|escape|tojson)\b|autoescape", path.read_text()), path


def test_help_names_everything_that_can_be_typed() -> None:
    text = plain.message(Help(has_deals=True))["text"]
    assert [command.words[0] for command in COMMANDS if command.words[0] not in text] == []


def test_the_welcome_says_three_steps() -> None:
    text = plain.message(Help(first=True))["text"]
    assert re.findall(r"^\d\.", text, re.MULTILINE) == ["1.", "2.", "3."]


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_an_amount_is_shown_exactly(amount: Decimal) -> None:
    assert read_amount(money(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "unit", "shown"),
    [
        ("82000", "€", "€82k"),
        ("95500", "", "95,500"),
        ("1250000", "USD", "1.25m USD"),
        ("60", "points", "60 points"),
        ("1200.50", "", "1,200.50"),
        ("-20000", "", "-20k"),
        ("1E+40", "", "10,000,000"),
    ],
)
def test_amounts_read_as_people_write_them(amount: str, unit: str, shown: str) -> None:
    assert money(Decimal(amount), unit).startswith(shown)


def test_times_are_told_on_the_wall_clock_of_the_user() -> None:
    moment = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    for zone, told in (
        ("Europe/Berlin", "Thu 26 Nov, 9:00"),
        ("America/New_York", "Thu 26 Nov, 3:00"),
        ("Mars/Base", "Thu 26 Nov, 8:00 UTC"),
        ("../etc/passwd", "Thu 26 Nov, 8:00 UTC"),
    ):
        assert words.word("ends", "next", moment=moment, zone=zone) == f"We speak again on {told}."


def test_evidence_reads_as_the_user_said_it() -> None:
    said = Evidence("tone", 2, datetime(2026, 11, 17, 9, tzinfo=UTC), "p", 2, "sign on Friday")
    line = words.word("line", "evidence", e=said, zone="Europe/Berlin")
    assert line == "Tue 17 Nov: You heard an insult or a threat. “sign on Friday”"


def test_a_replay_speaks_the_same_sentences_with_the_dates_of_its_file() -> None:
    reason = {"question": "tone", "answer": 2, "at": "2026-11-17T00:30:00+09:00", "check_in": 2}
    change = {"question": "tone", "answer": 0, "check_ins": 2, "level": "stay"}
    said = sentences({"reasons": [reason], "would_change": [change]})
    assert said == {
        "reasons": ["Tue 17 Nov: You heard an insult or a threat."],
        "would_change": ["The tone is back to normal, 2 check-ins running: then stay at the table."],
    }


def test_the_samples_can_be_read_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path)
    page = (tmp_path / "index.html").read_text()
    assert (tmp_path / "nudge_pause.json").exists()
    assert "Take a pause" in page
    assert "{{" not in page
