"""The inputs of a form, from its record and its file of words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from bot.render.parts import LABEL_MOST
from bot.render.text import fit, typed
from bot.render.words import Words
from dialogs.forms import FORMS, Field

TYPED_MOST = 3_000  # characters Slack lets an input hold
OPTIONS_MOST = 100
TERMS = ("met", "partly", "not")

_FIRST_VALUES = {"date": re.compile(r"\d{4}-\d\d-\d\d"), "person": re.compile(r"[A-Z0-9]+")}


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What a form must know of its deal.

    `metadata` holds ids only; `terms` the must-haves as last answered; `values` what stands in fields;
    `left_out` names the fields that are not asked; `options` are, by field, the keys and labels of a choice
    that no record knows. `problems` are keys of what is wrong, by field, where no window can say it.
    """

    metadata: str = ""
    called: str = ""
    must_haves: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    options: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Input:
    """One input, its words encoded; `initial` is what stands in it, as it was typed."""

    kind: str
    id: str
    label: str
    hint: str
    placeholder: str
    options: tuple[tuple[str, str], ...]
    optional: bool
    most: int
    initial: str
    problem: str = ""


def inputs(words: Words, key: str, facts: FormFacts, *, picks: bool = True) -> Iterator[Input]:
    """The inputs of a form; its terms become one for each must-have. KeyError for an unknown form.

    Where a platform picks no people, a person is typed.
    """
    for one in FORMS[key].fields:
        if one.key in facts.left_out:
            continue
        if one.kind == "terms":
            yield from _terms(words, one, facts)
        else:
            yield _input(words, key, one, facts, picks=picks)


def _terms(words: Words, one: Field, facts: FormFacts) -> Iterator[Input]:
    options = tuple((term, words.word("terms", term)) for term in TERMS)
    blank = Input("terms", "", "", "", "", options, not one.required, 0, "")
    for index, must_have in enumerate(facts.must_haves):
        now = facts.terms[index] if index < len(facts.terms) else ""
        wrong = facts.problems.get("terms", "") if index == 0 else ""
        problem = words.problem(wrong) if wrong else ""
        yield replace(blank, id=f"terms:{index}", label=words.encode(must_have), initial=now, problem=problem)


def _input(words: Words, key: str, one: Field, facts: FormFacts, *, picks: bool) -> Input:
    said = partial(words.word, f"forms/{key}")
    named = one.kind == "person" and not picks
    parts = ("label", "hint", "named" if named else "placeholder")
    label, hint, placeholder = (said(f"{part}_{one.key}") for part in parts)
    offered: list[tuple[str, str]] = [(option, said(f"option_{one.key}_{option}")) for option in one.options]
    nameless = said(f"option_{one.key}_unnamed")
    offered += [(key, words.encode(name) or nameless) for key, name in facts.options.get(one.key, ())]
    options = tuple((option, fit(label, LABEL_MOST)) for option, label in offered[:OPTIONS_MOST])
    most = TYPED_MOST if one.kind == "lines" else min(one.most, TYPED_MOST)  # lines are counted when read
    initial = typed(facts.values.get(one.key, ""), most)
    if not named and one.kind in _FIRST_VALUES and not _FIRST_VALUES[one.kind].fullmatch(initial):
        initial = ""
    wrong = facts.problems.get(one.key, "")
    problem = words.problem(wrong) if wrong else ""
    return Input(
        one.kind, one.key, label, hint, placeholder, options, not one.required, most, initial, problem
    )
