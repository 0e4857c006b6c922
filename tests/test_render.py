"""Messages as payloads: valid for Slack, dead to hostile text, ids only in buttons, discreet unasked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk import OF_PERSON
from bot.intents import Button, Stamp, event_of_button
from bot.local.blockkit import check_message, check_view, elements, texts
from bot.platforms import Payload
from bot.preview import NOW, OF, PROMISE, previews
from bot.render import BOUNDS, Renderer
from bot.render.parts import region
from dialogs.commands import COMMANDS
from dialogs.digest import Digest
from dialogs.effects import Ask, Message, Notice, Reminders, ShowHome, StandIn, Tell
from dialogs.events import Misread
from dialogs.exports import ExportPart
from dialogs.forms import FORMS

STAMP: Stamp = {"id": "e", "at": NOW, "by": "p"}
VALUE = re.compile(r"([a-z_]+)~([0-9a-f]*)~(\d*)~([a-z_]*)~([A-Za-z0-9_.]*)")
# What a user typed, and what is a key of ours, by the field's name or by kind and name.
FREE = frozenset(re.findall(r"[\w.]+", """
    called counterpart name alias words text problem_text unit promise alternative snoozed because note reason
    waiting_for reflection must_haves red_lines breached unmet partly about said_by terms
    red_line testing_text unwritten approved_by they_get we_get issue typed package
    FreedTime.what old_text quote decides Disclosed.plan_b named
"""))  # fmt: skip
KEYS = frozenset(re.findall(r"\w+", """
    id deal zone to by question stage problem triage suggestion action kind level status role suggests verb
    key outcome side before after choices unknown gates conditions weights
    what agreed_by subject standing ground firmness
    missing asks so_far sent untried against of protected
    how country cover watch ahead never
    reasons outsiders step platform why stands fields field secrets room_id moved audience every trend
    rows form
"""))  # fmt: skip
UNASKED = {"show", "later", "skip_reminder", "remind", "never", "list"}  # what a discreet message offers
TERMS = {"met", "partly", "not"}
HOSTILE = (
    "<!channel>",
    "<@U1> <http://x|y>",
    "*b* _i_ ~s~",
    "`x` ```y```",
    "\"'\\",
    "{{ 7 * 7 }} {% raw %} }}",
    "a\nb\r\n\n- | \x00\x1b\u2028c",
    "say extra=x | y",
    "\u202eevil\u2066 שלום",
    "&lt;!here&gt; &amp;",
    "&" * 5_000,
    "x" * 5_000,
    "👩‍👩‍👧" * 900,
    "\ue000mark\ue001 \ud800",
    " \n ",
)

slack = Renderer()
plain = Renderer("plain")


def poisoned(value: Any, poison: str, *, free: bool = False) -> Any:  # noqa: ANN401 - any part of an effect
    """The same effect with `poison` in every field that holds what a user typed."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: (getattr(value, f.name), is_free(value, f.name)) for f in fields(value)}
        return replace(value, **{n: poisoned(part, poison, free=free) for n, (part, free) in parts.items()})
    if isinstance(value, tuple):
        return tuple(poisoned(each, poison, free=free) for each in value)
    if isinstance(value, Mapping):
        return {key: poisoned(each, poison, free=free and key not in KEYS) for key, each in value.items()}
    return poison if free and isinstance(value, str) and value and value not in TERMS else value


def is_free(owner: object, name: str) -> bool:
    """Whether the field holds what a user typed."""
    return name in FREE or f"{type(owner).__name__}.{name}" in FREE


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def buttons(payload: Payload) -> list[tuple[str, str]]:
    """Each button's and menu entry's id and value."""
    found = [element for block in payload["blocks"] for _, element in elements(block)]
    single = [(e["action_id"], e["value"]) for e in found if e["type"] == "button"]
    return single + [("", option["value"]) for e in found for option in e.get("options", ())]


def is_understood(value: str) -> bool:
    """Whether somebody who taps it gets what it says, not the words for a button of long ago."""
    button = Button.read(value, "their words")
    match button:
        case None:
            return False
        case Button("form"):
            return button.extra in FORMS
        case Button("pick"):
            return button.extra in {command.verb for command in COMMANDS if command.of_deal}
        case Button(verb) if verb in (*OF_PERSON, "sample"):
            return True
    event = event_of_button(button, STAMP)
    return not (isinstance(event, Misread) and event.problem == "old_button")


def without_copied(payload: Payload) -> Payload:
    """The message without what is copied from it: in a block nothing but its end has a meaning."""
    copied = [
        b["text"]["text"] for b in payload["blocks"] if b.get("text", {}).get("text", "").startswith("```")
    ]
    assert all("`" not in text.strip("`") for text in copied)
    kept = [b for b in payload["blocks"] if b.get("text", {}).get("text", "") not in copied]
    return {"text": payload["text"].split("\n")[0], "blocks": kept}


def assert_dead(payload: Payload) -> None:
    """Nothing a platform would take for a mention, a link or a format of the user's."""
    json.dumps(payload).encode()
    for string in strings(payload):
        assert "<" not in string
        assert not re.search(r"&(?!(amp|lt|gt);)", string)
        assert not re.search(r"[\ue000-\uf8ff\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f]", string)
        assert "`" not in re.sub(r"^```[^`]*```$", "", string)
        assert "*b*" not in string


def assert_taken(payload: Payload) -> None:
    """Slack would take it."""
    if "type" in payload:
        assert check_view(payload, "home") == []
    else:
        assert check_message(payload["blocks"]) == []
        assert 0 < len(payload["text"]) < 4_000


@pytest.mark.parametrize(("name", "effect"), previews().items())
def test_every_message_is_one_that_slack_takes(name: str, effect: Message) -> None:
    payload = slack.message(effect)
    assert_taken(payload)
    assert_dead(payload)
    ids = [action for action, _ in buttons(payload) if action]
    assert len(ids) == len(set(ids))
    for _, value in buttons(payload):
        assert VALUE.fullmatch(value), (name, value)
        assert is_understood(value), (name, value)


@pytest.mark.parametrize(
    "said", ["fly~d~~~", "draft~d~~~a_poem", "acted~d~~~", "breach~d~~~0.x", "form~d~~~poem", "pick~d~~~fly"]
)
def test_a_button_that_nobody_understands_is_noticed(said: str) -> None:
    assert VALUE.fullmatch(said)
    assert not is_understood(said)


@pytest.mark.parametrize("poison", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text_wherever_it_stands(poison: str) -> None:
    for name, effect in previews().items():
        payload = slack.message(poisoned(effect, poison))
        assert_taken(payload)
        assert_dead(payload if not isinstance(effect, ExportPart) else without_copied(payload))
        assert all(VALUE.fullmatch(value) for _, value in buttons(payload)), name
        plain.message(poisoned(effect, poison))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(previews())), st.text(min_size=1, max_size=400))
def test_any_text_at_all_stays_text(name: str, poison: str) -> None:
    payload, usual = slack.message(poisoned(previews()[name], poison)), slack.message(previews()[name])
    assert_taken(payload)
    assert buttons(payload) == buttons(usual)


def test_every_field_of_text_is_known_to_be_typed_or_a_key() -> None:
    seen: set[str] = set()

    def walk(value: object) -> None:
        if is_dataclass(value):
            for each in fields(value):
                inner = getattr(value, each.name)
                if any(strings_in(inner)) and not is_free(value, each.name):
                    seen.add(each.name)
                walk(inner)
        elif isinstance(value, tuple):
            for inner in value:
                walk(inner)

    for effect in previews().values():
        walk(effect)
    assert seen - KEYS == set()


def strings_in(value: object) -> Iterator[str]:
    if isinstance(value, tuple):
        yield from (part for each in value for part in strings_in(each))
    else:
        yield from strings(value)


def test_without_the_encoding_the_hostile_text_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.render.words.encoded", lambda text, _: text)
    payload = slack.message(poisoned(previews()["nudge_pause"], "<!channel>"))
    with pytest.raises(AssertionError):
        assert_dead(payload)


def test_a_long_text_is_cut_before_it_is_encoded() -> None:
    payload = slack.message(Notice(called="&" * 300, kind="news", at=NOW, prompted=False))
    assert payload["text"].startswith("&amp;" * (BOUNDS[0] - 1) + "…:")


@pytest.mark.parametrize(("name", "effect"), previews().items())
def test_the_text_alone_carries_the_whole_message(name: str, effect: Message) -> None:
    payload = slack.message(effect)
    if "text" not in payload:
        return
    heard = re.sub(r"\s+", " ", payload["text"])
    for shown in texts(payload["blocks"]):
        for line in shown.replace("```", "").split("\n"):
            said = re.sub(r"^(• |> )", "", line).replace("*", "").strip()
            assert re.sub(r"\s+", " ", said) in heard, name


def test_an_unasked_message_says_nothing_but_the_name_it_goes_by() -> None:
    for name, effect in previews().items():
        if type(effect).__name__ == "ShowHome":  # the person's own page, opened by themselves
            continue
        payload = slack.message(replace(effect, prompted=False))
        said = " ".join([payload["text"], *texts(payload["blocks"])])
        figures = r"|\d" if not isinstance(effect, StandIn | Digest) else ""  # a date, a count, and no deal
        assert not re.search(rf"StagnantCo|sole rights|pause|walk|table|final{figures}", said), name
        assert {value.split("~")[0] for _, value in buttons(payload)} <= UNASKED, name


@pytest.mark.parametrize("kind", ["check_in", "unfinished", "pause_over", "came_back", "nudge", "whatever"])
def test_a_notice_is_discreet(kind: str) -> None:
    payload = slack.message(Notice(**OF, prompted=False, kind=kind, at=NOW))
    assert payload["text"].startswith("Blue: ")
    assert not re.search(r"\d|pause|StagnantCo", " ".join(texts(payload["blocks"])))
    assert [value for _, value in buttons(payload)] == [f"show~{OF['deal']}~~~{kind}"]


def test_a_question_offers_four_answers_and_the_rest_in_one_menu() -> None:
    payload = slack.message(previews()["ask_tone"])
    values = [value.split("~", 2)[2] for _, value in buttons(payload)]
    assert values[:4] == [f"3~tone~{n}" for n in range(4)]
    verbs = [value.split("~")[0] for _, value in buttons(payload)][4:]
    assert verbs == ["answer", "skip", "back", "note", "stop"]
    assert payload["text"].startswith("Check-in 3 · Blue\n✓ Must-haves: 1 met, 1 partly, 1 not met\n")


@pytest.mark.parametrize("name", ["ask_tone_words", "ask_mutual_follow_up", "ask_note"])
def test_words_are_typed_into_the_message_itself(name: str) -> None:
    effect = previews()[name]
    assert isinstance(effect, Ask)
    typed = [block for block in slack.message(effect)["blocks"] if block["type"] == "input"]
    assert [block["block_id"] for block in typed] == [f"say~{OF['deal']}~3~{effect.question}~"]
    assert typed[0]["dispatch_action"] is True
    assert typed[0]["element"]["action_id"] == "say"
    assert typed[0]["block_id"] in [value for _, value in buttons(slack.message(effect))]


def test_which_red_line_is_one_tap_each() -> None:
    values = [value for _, value in buttons(slack.message(previews()["ask_red_line_which"]))]
    assert values[:2] == [f"choose~{OF['deal']}~3~red_line~{n}" for n in (1, 2)]


def test_nothing_changed_is_offered_before_the_first_answer_only() -> None:
    offered = {
        name: any(value.startswith("nothing~") for _, value in buttons(slack.message(previews()[name])))
        for name in ("ask_must_haves", "ask_tone")
    }
    assert offered == {"ask_must_haves": True, "ask_tone": False}


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("nudge_probe", "draft~{}~~~ask_what_moves"),
        ("nudge_pause", "pause~{}~~~"),
        ("nudge_tired", "draft~{}~~~wait_a_day"),
        ("nudge_walk_away", "walk~{}~~~"),
        ("explain", "page~{}~~~1.C"),
        ("edit", "edit_answer~{}~2~tone~0"),
    ],
)
def test_the_first_tap_is_the_one_to_take(name: str, first: str) -> None:
    assert buttons(slack.message(previews()[name]))[0][1] == first.format(OF["deal"])


def test_a_nudge_shows_the_promise_and_its_day() -> None:
    shown = "\n".join(texts(slack.message(previews()["nudge_pause"])["blocks"]))
    assert f"> “{PROMISE.text}”" in shown
    assert "Tue 3 Nov" in shown


def test_a_button_with_anything_but_ids_is_refused() -> None:
    with pytest.raises(ValueError, match="not a button"):
        list(region("buttons", "pick deal=a~b | x", {}))
    with pytest.raises(ValueError, match="not a button"):
        list(region("buttons", "pick extra=<x> | x", {"deal": "", "check_in": "", "question": ""}))


def test_a_region_nobody_can_draw_is_refused() -> None:
    with pytest.raises(LookupError, match="no such region: bodyy"):
        list(region("bodyy", "x", {}))


def test_a_message_without_words_is_refused() -> None:
    with pytest.raises(LookupError):
        slack.message(Tell(key="../layouts/slack"))


def test_another_command_word_is_shown_as_it_is_typed_here() -> None:
    assert "walkaway checkin" in Renderer("plain", command="walkaway").message(previews()["help"])["text"]


def test_a_language_that_nobody_translated_is_english() -> None:
    for language in ("xx", "de-DE", "../..", ""):
        here = Renderer("plain", language=language)
        assert here.message(previews()["help"]) == plain.message(previews()["help"])


def test_all_messages_were_looked_at() -> None:
    assert {type(effect) for effect in previews().values()} == set(get_args(Message))


def test_a_message_nobody_asked_for_shows_nothing_of_its_deal() -> None:
    for name, effect in previews().items():
        if isinstance(effect, Notice | ShowHome | Reminders | StandIn | Digest):
            continue
        shown = json.dumps(slack.message(replace(effect, prompted=False, called="Acme renewal")))
        assert "Acme" not in shown, name
        assert "One of your deals" in shown, name
