"""Explicit phrases in pasted words: what is found and quoted, what ordinary deal talk is left alone."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialogs.phrases import LONGEST, LONGEST_QUOTE, Kind, found, suggest
from dialogs.questions import BY_KEY
from tests.said import MISSED, POSITIVE
from tests.unsaid import NEGATIVE

HOSTILE = (
    # blanks and words that could be cut apart in more than one way
    "your offer ,,,,",
    "your offer of ,1",
    "said 1,1,1,1,1,1,",
    "said a_a_a_a_a_a_",
    "told us -a-a-a-a",
    # beginnings, refused phrases and lone marks
    "you are ",
    "you are so ",
    "we will ",
    "or we ",
    "or ",
    "if you don't sign ",
    "take it ",
    "not ",
    "said ",
    "said they ",
    "i told ",
    "your offer ",
    "your offer is a ",
    "final offer",
    "make sure nobody ",
    " ",
    "\n",
    "\n ",
    ".",
    "'",
    "-",
    "* ",
    "\u200b",
    "\u0301",
    "ﷺ",
    "a",
    "i ",
    "no. ",
    "they threatened ",
    "i said take it or leave it ",
    "we will sue them ",
    "you are a joke ",
    "nobody said we will sue ",
)
WORDS = sorted({word for text in (*(said for _, said in POSITIVE), *NEGATIVE) for word in text.split()})


@pytest.mark.parametrize(("kind", "text"), POSITIVE)
def test_an_explicit_phrase_is_suggested_and_quoted(kind: Kind, text: str) -> None:
    said = suggest(text)
    assert said is not None
    assert said.kind == kind
    assert said.question == ("pressure" if kind == "ultimatum" else "tone")
    assert said.quote in text


@pytest.mark.parametrize("text", NEGATIVE)
def test_ordinary_deal_talk_is_left_alone(text: str) -> None:
    assert suggest(text) is None


@pytest.mark.parametrize("text", MISSED)
def test_what_is_known_to_be_missed_is_written_down(text: str) -> None:
    assert suggest(text) is None


def test_the_tables_are_long_enough_to_mean_something() -> None:
    assert len(set(POSITIVE)) >= 220
    assert len(set(NEGATIVE)) >= 320
    assert {said.question for _, text in POSITIVE for said in found(text)} <= set(BY_KEY)


# ---- what is quoted


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Thanks for today. Sign by Friday or we walk! Best, Jo", "Sign by Friday or we walk!"),
        ("Hello,\n\nyou’re a joke\n\nJo", "you’re a joke"),
        ("- net 30\n- take it\n  or leave it", "take it\n  or leave it"),
        ("You have until 5 p.m. or the deal is off.", "You have until 5 p.m. or the deal is off."),
        ("Your price is pathe\u0301tic", "Your price is pathe\u0301tic"),
        ("“Take it or leave it!” she said.", "“Take it or leave it!” she said."),
    ],
)
def test_the_quote_is_the_sentence_as_it_was_written(text: str, quote: str) -> None:
    said = suggest(text)
    assert said is not None
    assert said.quote == quote


@pytest.mark.parametrize("more", range(22))
def test_a_long_sentence_is_cut_at_word_borders_around_the_phrase(more: int) -> None:
    phrase = "x" * more + " you have until noon or the deal is off "
    text = "we like the plan  and " * 20 + phrase + "whatever we  see " * 20
    said = suggest(text)
    assert said is not None
    assert "or the deal is off" in said.quote
    assert LONGEST_QUOTE - 20 < len(said.quote) <= LONGEST_QUOTE
    assert f" {said.quote} " in text
    assert said.quote == said.quote.strip()


def test_a_threat_comes_before_an_insult_before_an_ultimatum() -> None:
    text = "Take it or leave it. You are a joke. We will sue you. You will regret this."
    assert [said.kind for said in found(text)] == ["threat", "threat", "insult", "ultimatum"]
    assert suggest(text) == found(text)[0]
    assert found(text)[0].quote == "We will sue you."


def test_what_stands_past_the_bound_is_not_read() -> None:
    assert suggest("x " * (LONGEST // 2) + "you are a joke") is None
    assert suggest("x " * (LONGEST // 2 - 50) + "you are a joke") is not None


# ---- any text at all


def sound(text: str) -> None:
    """What holds for every suggestion of any text."""
    for said in found(text):
        assert said.quote in text
        assert said.quote.strip() == said.quote
        assert 0 < len(said.quote) <= LONGEST_QUOTE
        assert 0 <= said.value <= 2
        assert said.question in BY_KEY


@given(st.text(max_size=400))
@example("İt or leave it. Take ﷺ it or leave it")
@example("take" + "\u200b" * 300 + " it or leave it")
@example("fuck" + " \u0301" * 3 + "you")
def test_any_text_is_read_without_a_stumble(text: str) -> None:
    sound(text)


@given(st.lists(st.sampled_from([*WORDS, "\n\n", "“", "”", "e\u0301", "…"]), max_size=60).map(" ".join))
def test_words_in_any_order_are_quoted_as_they_stand(text: str) -> None:
    sound(text)


@pytest.mark.parametrize("text", [text for _, text in POSITIVE])
def test_a_letter_round_a_phrase_and_capitals_change_nothing(text: str) -> None:
    bare = suggest(text)
    assert bare is not None
    for before in ("", "Dear all.\n\n", "Hello!\n", "Ça va…\n- ", " \n"):
        for after in ("", "\n\nBest,\nJo", "\n\n\n\N{WAVING HAND SIGN}", "\n- net 30", "  \n"):
            for written in (text, text.upper()):
                said = suggest(before + written + after)
                assert said is not None
                assert (said.kind, said.quote.casefold()) == (bare.kind, bare.quote.casefold())


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_repetition_ends(piece: str) -> None:
    sound(piece * (100_000 // len(piece)))
    sound(piece + piece.strip()[-2:] * 50_000)  # the head once, its tail for ever
