"""Plays a transcript on a stage, checks what the coach says, and keeps what was said for the reader."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.transcripts.script import Act, Clock, Expect, Prose, Transcript
from tests.transcripts.stages import Screen, Stage

PEOPLE = ("maya", "tom")


@dataclass
class Played:
    """A transcript as it went: lines for the reader, and how often each person tapped."""

    lines: list[str] = field(default_factory=list)
    taps: dict[str, int] = field(default_factory=dict)  # by the heading they stand under


async def play(transcript: Transcript, stage: Stage) -> Played:
    """Every step in order. AssertionError where the coach does not say what the transcript expects."""
    played, heading, news = Played([f"# {transcript.title}"]), "", dict[str, Screen]()
    for step in transcript.steps:
        match step:
            case Prose():
                played.lines.append(step.text)
            case Expect():
                _check(step, news.get(step.who, {}), heading)
            case Clock() | Act():
                before = {person: stage.screen(person) for person in PEOPLE}
                played.lines.append(await _done(step, stage))
                news = {person: _news(before[person], stage.screen(person)) for person in PEOPLE}
                played.lines += [_quoted(person, text) for person in PEOPLE for text in news[person].values()]
                heading = step.when if isinstance(step, Clock) else heading
                tapped = isinstance(step, Act) and step.what == "taps"
                played.taps[heading] = played.taps.get(heading, 0) + tapped
    return played


async def _done(step: Clock | Act, stage: Stage) -> str:
    if isinstance(step, Clock):
        await stage.moves_to(step.when)
        return f"## {step.when}"
    if step.what == "types":
        await stage.types(step.words, step.who)
        return f"**{step.who.title()}:** {step.words}"
    if step.what == "taps":
        await stage.taps(step.words, step.who)
        return f"**{step.who.title()}** taps **{step.words}**"
    await stage.fills_in(step.words, step.fields, step.who)
    filled = "".join(f"  \n{name.replace('_', ' ')}: {value}" for name, value in step.fields.items())
    return f"**{step.who.title()}** taps **{step.words}** and fills in:{filled}"


def _news(before: Screen, after: Screen) -> Screen:
    return {name: text for name, text in after.items() if before.get(name) != text}


def _check(expected: Expect, news: Screen, heading: str) -> None:
    said = "\n---\n".join(news.values()) or "(nothing)"
    texts = [text.replace("**", "") for text in news.values()]  # phrases say nothing of what is bold
    where = f"under {heading!r} the coach was to say {expected.phrases}, but said:\n{said}"
    if not expected.phrases:
        assert not news, f"under {heading!r} the coach was to be silent, but said:\n{said}"
    elif expected.without:
        assert not any(phrase in text for phrase in expected.phrases for text in texts), where
    else:
        assert any(all(phrase in text for phrase in expected.phrases) for text in texts), where


def _quoted(person: str, text: str) -> str:
    whose = "" if person == "maya" else f"*To {person.title()}:*\n\n"
    return "\n".join(f"> {line}".rstrip() for line in (whose + text).split("\n"))
