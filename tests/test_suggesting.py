"""Words that were noted suggest an answer, quoted; nothing changes until the user says so."""

from __future__ import annotations

from bot.render import Renderer
from dialogs import events
from dialogs.effects import Ask
from dialogs.history import fold
from dialogs.offers import Unsaid
from dialogs.suggestions import Suggest, SuggestionLeft, SuggestionTaken
from tests.story import COLLEAGUE, Story, without_screen

INSULT = "Long call. You are a bunch of clowns, he said, and hung up."
ULTIMATUM = "Their mail: take it or leave it, sign by Friday or we walk."
plain = Renderer("plain")


def noted(text: str, **facts: object) -> Story:
    return Story(**facts).does(events.Noted, text=text)


def test_an_insult_in_a_note_is_quoted_and_asked_about() -> None:
    asked = noted(INSULT).heard(Suggest)
    assert (asked.kind, asked.question, asked.value) == ("insult", "tone", 2)
    assert asked.quote in INSULT
    text = plain.message(asked)["text"]
    assert "Shall it count?" in text
    assert asked.quote in text


def test_nothing_changes_until_it_is_confirmed() -> None:
    story = noted(INSULT)
    assert story.deal.check_in is None
    assert story.total == 0
    assert [type(entry).__name__ for entry in story.log] == ["Opened", "Noted"]


def test_confirmed_it_waits_with_its_words_and_counts_once_at_the_next_check_in() -> None:
    story = noted(ULTIMATUM)
    asked = story.heard(Suggest)
    story.does(SuggestionTaken, number=asked.number)
    assert story.told == ["suggestion_taken"]
    assert story.total == 0
    story.later(days=1).starts()
    assert "pressure" not in story.round.plan
    story.finishes_calmly()
    assert story.weights["P"] == 0.9
    (evidence,) = [e for e in story.deal.coach.evidence if e.question == "pressure"]
    assert (evidence.value, evidence.words) == (2, asked.quote)


def test_declined_it_is_forgotten() -> None:
    story = noted(INSULT)
    number = story.heard(Suggest).number
    assert story.does(SuggestionLeft, number=number).told == ["suggestion_left"]
    assert story.deal.suggested is None
    assert story.does(SuggestionTaken, number=number).told == ["old_button"]


def test_an_older_button_answers_nothing_newer() -> None:
    story = noted(INSULT)
    first = story.heard(Suggest).number
    story.does(events.Noted, text=ULTIMATUM)
    assert story.does(SuggestionTaken, number=first).told == ["old_button"]
    assert story.deal.suggested is not None


def test_tapped_twice_it_counts_once() -> None:
    story = noted(INSULT)
    number = story.heard(Suggest).number
    story.does(SuggestionTaken, number=number)
    assert story.does(SuggestionTaken, number=number).told == ["old_button"]


def test_it_never_lowers_what_was_answered() -> None:
    story = Story().answers(tone=3).does(events.Answered, question="tone", answer=3, note="clowns")
    assert not story.does(events.Noted, text=INSULT).all(Suggest)


def test_it_can_be_taken_back() -> None:
    story = noted(INSULT)
    story.does(SuggestionTaken, number=story.heard(Suggest).number)
    story.does(Unsaid, question="tone").starts()
    assert "tone" in story.round.plan


def test_a_note_in_the_middle_of_a_check_in_is_heard_too() -> None:
    story = Story().starts().does(events.Noted, text=ULTIMATUM)
    assert story.heard(Ask).note == ULTIMATUM
    assert story.heard(Suggest).question == "pressure"


def test_an_ordinary_note_suggests_nothing() -> None:
    assert not noted("We spoke for an hour about the delivery dates. Next call on Friday.").all(Suggest)


def test_a_colleague_can_answer_none() -> None:
    story = noted(INSULT)
    number = story.heard(Suggest).number
    assert story.does(SuggestionTaken, number=number, by=COLLEAGUE).told == ["not_yours"]


def test_the_log_makes_the_same_deal() -> None:
    story = noted(INSULT)
    story.does(SuggestionTaken, number=story.heard(Suggest).number).later(days=1).does(events.CheckedIn)
    assert without_screen(fold(story.log)) == without_screen(story.deal)
