"""Forms as modal views: valid for Slack, every field with words, nothing typed where ids belong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.local.blockkit import check_view
from bot.render import FormFacts, Renderer
from dialogs.forms import FORMS
from tests.test_render import HOSTILE, assert_dead

slack = Renderer()
DEALS = {"deal": (("00blue", "Blue Hill"), ("01oak", "Oak & <Sons>"))}
FACTS = FormFacts("17c0ffee", "Blue", ("joint roadmap", "our name on it"), ("met", "not"), options=DEALS)


def inputs(view: dict[str, Any]) -> dict[str, Any]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


@pytest.mark.parametrize("key", FORMS)
def test_every_form_is_one_that_slack_takes(key: str) -> None:
    view = slack.form(key, FACTS)
    assert check_view(view, "modal") == []
    assert view["callback_id"] == f"form:{key}"
    assert view["private_metadata"] == "17c0ffee"


@pytest.mark.parametrize("key", FORMS)
def test_every_field_has_an_input_by_its_key(key: str) -> None:
    asked = inputs(slack.form(key, FACTS))
    for field in FORMS[key].fields:
        wanted = ["terms:0", "terms:1"] if field.kind == "terms" else [field.key]
        assert [asked[one]["element"]["action_id"] for one in wanted] == ["v"] * len(wanted)
        assert {asked[one]["optional"] for one in wanted} == {not field.required}
        assert all(asked[one]["label"]["text"] for one in wanted)


@pytest.mark.parametrize("key", FORMS)
def test_every_option_has_words_of_its_own(key: str) -> None:
    asked = inputs(slack.form(key, FACTS))
    for field in FORMS[key].fields:
        if field.options:
            options = asked[field.key]["element"]["options"]
            assert [option["value"] for option in options] == list(field.options)
            assert len({option["text"]["text"] for option in options}) == len(options)


@pytest.mark.parametrize("poison", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_must_haves_stay_text(poison: str) -> None:
    for key in FORMS:
        deals = {"deal": (("00blue", "a" + poison),)}
        view = slack.form(key, FormFacts("17c0ffee", poison or "x", ("a" + poison,) * 5, options=deals))
        assert check_view(view, "modal") == []
        assert_dead(view)


def test_terms_show_what_was_answered_last() -> None:
    asked = inputs(slack.form("terms", FACTS))
    shown = [asked[f"terms:{n}"]["element"]["initial_option"]["value"] for n in (0, 1)]
    assert shown == ["met", "not"]


def test_deals_are_offered_by_their_own_keys_at_most_a_hundred() -> None:
    many = FormFacts(values={"deal": "01oak"}, options={"deal": DEALS["deal"] * 60 + (("02x", "x" * 300),)})
    chosen = inputs(slack.form("add", many))["deal"]["element"]
    assert len(chosen["options"]) == 100
    assert chosen["initial_option"] == {
        "text": {"type": "plain_text", "text": "Oak &amp; &lt;Sons&gt;", "emoji": False},
        "value": "01oak",
    }
    long = FormFacts(options={"deal": (("02x", "x&" * 300),)})
    assert len(inputs(slack.form("add", long))["deal"]["element"]["options"][0]["text"]["text"]) <= 75


def test_a_form_opens_with_what_is_known() -> None:
    given = {"name": "A & <b>", "must_haves": "one\ntwo", "side": "buyer", "deadline": "2026-12-18"}
    asked = inputs(slack.form("set_up", FormFacts(values=given)))
    assert asked["name"]["element"]["initial_value"] == "A & <b>"  # not words: a value that comes back
    assert asked["must_haves"]["element"]["initial_value"] == "one\ntwo"
    assert asked["side"]["element"]["initial_option"]["value"] == "buyer"
    assert asked["deadline"]["element"]["initial_date"] == "2026-12-18"


def test_a_first_value_that_does_not_fit_is_left_out() -> None:
    given = {"name": "x" * 5_000, "deadline": "next week", "side": "nobody", "colleague": "the boss"}
    view = slack.form("set_up", FormFacts(values=given))
    assert check_view(view, "modal") == []
    assert "next week" not in json.dumps(view)


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(LookupError):
        slack.form("nothing", FormFacts())
