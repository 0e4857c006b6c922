"""Words: the templates of one language in one dialect.

Every value in a template is encoded on its way out; there is no filter that lets one pass as it is. A value
that is missing, or is not words, stops the message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateNotFound

from bot.render.parts import Part, numbered, region
from bot.render.text import (
    BOLD,
    UNBOLD,
    Dialect,
    Marked,
    bare,
    encoded,
    escaped,
    money,
    shorten,
    tidy,
    zone_of,
)
from dialogs.effects import Message, Tell
from dialogs.questions import BY_KEY

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
FILTERS = ("first", "last", "length", "list")
SCALE = range(4)


class Fixed(Environment):
    """An environment whose globals stay as they are: a plain copy a template, where jinja2 chains them.

    Each word of a message makes a context of them; a chain takes ten times as long to copy.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of one template."""
        return {**self.globals, **(d or {})}


class Words:
    """The words of one language in one dialect, no value longer than `most` characters."""

    def __init__(self, dialect: Dialect, command: str, language: str, most: int) -> None:
        self._dialect, self._most = dialect, most
        self._env = Fixed(  # `finalize` encodes, for a dialect that is not HTML
            loader=FileSystemLoader([*_folders(language), TEMPLATES]),
            undefined=StrictUndefined,
            finalize=self.encode,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._env.filters = {name: self._env.filters[name] for name in FILTERS}
        self._env.globals = {"command": command, "range": range, **self._spoken()}

    def parts(self, effect: Message) -> list[Part]:
        """The pieces of the effect's message, in the order of its template."""
        facts: dict[str, Any] = {each.name: getattr(effect, each.name) for each in fields(effect)}
        facts["whole"] = effect
        found: list[Part] = []
        for name, text in _regions(self._template(effect), facts):
            found.extend(region(name, text, _address(effect)))
        return list(numbered(found))

    def aloud(self, parts: Sequence[Part]) -> str:
        """The whole message in plain reading order, what can be tapped included."""
        said = [part.said for part in parts if part.text]
        labels = dict.fromkeys(button.label for part in parts for button in part.taps)
        if labels:
            said.append(self.word("aloud", "choices", labels=[Marked(label) for label in labels]))
        return bare("\n".join(said))

    def word(self, file: str, part: str, **facts: Any) -> Marked:  # noqa: ANN401 - whatever the template names
        """One block of a file of words; "" if the file has no such block."""
        template = self._env.get_template(f"{file}.j2")
        block = template.blocks.get(part)
        return Marked("" if block is None else tidy("".join(block(template.new_context(facts)))))

    def problem(self, key: str, text: str = "", options: Sequence[str] = ()) -> Marked:
        """What is wrong: from `problems`, or from what is told where no question is open."""
        try:
            template = self._env.get_template(f"problems/{key}.j2")
        except TemplateNotFound:
            return self.word(f"messages/tell/{key}", "body", about={"text": text}, called="", key=key)
        return Marked(tidy(template.render(text=text, options=options)))

    def labels(self, question: str) -> Mapping[str, int]:
        """Casefolded words to answers; a word that two answers share is left out."""
        found: dict[str, set[int]] = {}
        for value in SCALE:
            also = self.word(f"questions/{question}", f"also{value}").split(",")
            for word in (self.option(question, value), *also):
                found.setdefault(bare(word).strip(" .").casefold(), set()).add(value)
        return {word: values.pop() for word, values in found.items() if word and len(values) == 1}

    def option(self, question: str, value: int | None) -> Marked:
        """An answer as it stands on its button."""
        if value is None:
            return self.word("aloud", "not_sure")
        return self.word(f"questions/{question}", f"o{value}")

    def choice(self, question: str, key: str) -> Marked:
        """One choice of a question's follow-up, as it stands on its button."""
        return self.word(f"questions/{question}", f"choice_{key}")

    def encode(self, value: object) -> str:
        """Any value on one line, bounded, with nothing alive in it. TypeError for what is not words."""
        if isinstance(value, Marked):
            return value
        if value is None or isinstance(value, bool | float | datetime):
            raise TypeError(f"{type(value).__name__} is not words")
        return encoded(shorten(str(value), self._most), self._dialect)

    def _spoken(self) -> dict[str, Callable[..., Any]]:
        """What templates may call."""
        return {
            "strong": lambda value: Marked(f"{BOLD}{said}{UNBOLD}" if (said := self.encode(value)) else ""),
            "quoted": lambda value: Marked(f"“{self.encode(value)}”"),
            "capital": lambda value: Marked((said := self.encode(value))[:1].upper() + said[1:]),
            "date": lambda moment, zone: self._moment("date", moment, zone),
            "when": lambda moment, zone: self._moment("when", moment, zone),
            "money": money,
            "verbatim": lambda text: Marked(escaped(text, self._dialect)),
            "exact": lambda value: Marked(f"{value:f}"),
            "word": self.word,
            "option": self.option,
            "choice_words": self.choice,
            "options_of": lambda question: [said for v in SCALE if (said := self.option(question, v))],
            "problem_words": self.problem,
            "reads": lambda question: BY_KEY[question].reads,
            "matching": lambda found, ground: [e for e in found if BY_KEY[e.question].ground == ground],
        }

    def _template(self, effect: Message) -> Template:
        if not isinstance(effect, Tell):
            return self._env.get_template(f"messages/{_snake(type(effect).__name__)}.j2")
        try:
            return self._env.get_template(f"messages/tell/{effect.key}.j2")
        except TemplateNotFound:
            self._env.get_template(f"problems/{effect.key}.j2")
            return self._env.get_template("messages/tell/problem.j2")

    @cached_property
    def _calendar(self) -> tuple[list[str], list[str]]:
        """The names of days, Monday first, and of months."""
        return self.word("calendar", "days").split(), self.word("calendar", "months").split()

    def _moment(self, part: str, moment: datetime, zone: str) -> Marked:
        there, known = zone_of(zone) if zone else (moment.tzinfo, True)
        local = moment.astimezone(there)
        days, months = self._calendar
        facts = {"weekday": days[local.weekday()], "day": local.day, "month": months[local.month - 1]}
        clock = f"{local.hour}:{local.minute:02}{'' if known else ' UTC'}"
        return self.word("calendar", part, clock=clock, **facts)


def _folders(language: str) -> list[Path]:
    """The folder of a translation, if there is one."""
    folder = TEMPLATES / language[:2].casefold()
    return [folder] if re.fullmatch(r"[a-z]{2}", folder.name) and folder.is_dir() else []


def _regions(template: Template, facts: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    context = template.new_context(dict(facts))
    for name, block in template.blocks.items():
        if text := tidy("".join(block(context))):
            yield name, text


def _address(effect: Message) -> dict[str, str]:
    """Where a button of this message belongs, unless it says otherwise."""
    question = getattr(effect, "question", "")
    check_in = getattr(effect, "check_in", getattr(effect, "number", "")) if question else ""
    return {"deal": effect.deal, "check_in": str(check_in), "question": question}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
