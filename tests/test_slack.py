"""The adapter: who may, what is typed, what is shown to whom; through the local workspace, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.local import Workspace
from bot.redis import Link, embedded
from tests.living import Living, labels, living

SECRETS = ("StagnantCo", "Joint roadmap", "exclusivity", "I will leave if", "two smaller partners")


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        yield made


@pytest.fixture
async def sampled(up: Living) -> Living:
    await up.types("/deal sample")
    return up


async def a_deal(up: Living, name: str, person: str = "maya", **facts: object) -> None:
    await up.types("/deal new", person)
    answers = {"name": name, "counterpart": "Acme", "must_haves": "Net 30", **facts}
    await up.fills(answers, person)
    await up.hears(f"{name} is set up", person)


class TestWho:
    async def test_a_strangers_click_is_refused_and_changes_nothing(self, sampled: Living) -> None:
        click = await sampled.taps("First check-in")
        taken = await sampled.taps("All met")
        question = sampled.seen("2 of 5")
        await sampled.types("hello", "tom")
        await sampled.as_another(taken, "U0TOM")
        await sampled.as_another(click, "U0TOM")
        assert sampled.seen("2 of 5") == question
        heard = "".join(m.reads for m in sampled.visible("tom"))
        assert not any(secret in heard for secret in SECRETS)

    @pytest.mark.parametrize(
        ("person", "channel"), [("greta", "#general"), ("viktor", "#dynamictech-stagnantco")]
    )
    async def test_guests_and_people_of_other_companies_are_refused(
        self, up: Living, person: str, channel: str
    ) -> None:
        outcome = await up.types("/deal sample", person, channel)
        assert outcome.ok
        assert "guest" in up.ws.visible_to(person, channel)[-1].text.casefold()
        assert await up.link.command("KEYS", "w1:*:deal:*") == []

    async def test_a_guest_who_writes_in_the_chat_is_refused_too(self, up: Living) -> None:
        await up.types("sample", "greta")
        await up.hears("guests of this workspace", "greta")
        assert await up.link.command("KEYS", "w1:*:person:*") == []

    async def test_a_guests_form_is_refused_where_the_guest_sees_it(self, up: Living) -> None:
        await up.types("/deal new", "greta", "#general")
        if up.ws.view("greta") is not None:
            await up.fills({"name": "Mine", "counterpart": "Acme", "must_haves": "Net 30"}, "greta")
            view = up.ws.view("greta")
            assert view is not None
            assert any("guests of this workspace" in error for error in view.errors.values())
        assert await up.link.command("KEYS", "w1:*:deal:*") == []

    async def test_who_becomes_a_guest_is_refused_from_then_on(self, sampled: Living) -> None:
        await sampled.ws.change_person("maya", is_restricted=True)
        before = len(sampled.from_coach())
        await sampled.types("checkin")
        assert [m.text for m in sampled.from_coach()[before:]] == [
            (await sampled.hears("guests of this workspace")).text
        ]

    async def test_a_colleague_may_say_they_came_back_and_the_owner_hears_it_discreetly(
        self, sampled: Living
    ) -> None:
        await sampled.types("/deal colleague @tom")
        await sampled.types("/deal pause until in 3 days because they repeat themselves")
        await sampled.types("/deal they came back", "tom", "#general")
        notice = sampled.last()
        assert "Project Harbour" in notice.reads
        assert [label for label, _ in labels(notice.blocks)] == ["Show me"]
        assert not any(secret in notice.reads + notice.text for secret in (*SECRETS, "repeat themselves"))
        heard = "".join(m.reads for m in sampled.visible("tom"))
        assert not any(secret in heard for secret in (*SECRETS, "repeat themselves"))

    async def test_a_colleague_sees_no_secret_of_the_deal(self, sampled: Living) -> None:
        await sampled.types("/deal colleague @tom")
        for asked in (
            "/deal status",
            "/deal why",
            "/deal checkin",
            "/deal close",
            "/deal pause",
            "/deal list",
        ):
            await sampled.types(asked, "tom")
        heard = "".join(f"{m.reads} {m.text}" for m in sampled.visible("tom"))
        home = sampled.ws.home("tom")
        assert home is not None
        assert not any(secret in heard + home.reads for secret in SECRETS[1:])
        assert sampled.seen("1 of 5") is None

    async def test_a_mentioned_guest_becomes_no_colleague(self, sampled: Living) -> None:
        await sampled.types("/deal colleague @greta")
        assert "@" in sampled.last().reads
        assert "guest" not in sampled.last().reads

    async def test_an_id_that_was_only_typed_names_nobody(self, sampled: Living) -> None:
        await sampled.types("/deal colleague @p:00somebody")
        assert await sampled.up.outbox.dead() == []
        assert "Done" not in sampled.last().reads


class TestWhere:
    async def test_what_is_asked_in_a_channel_is_answered_to_the_owner_alone(self, sampled: Living) -> None:
        before = len(sampled.from_coach())
        outcome = await sampled.types("/deal why", channel="#deal-team")
        assert outcome.ok
        (there,) = sampled.ws.visible_to("maya", "#deal-team")
        assert there.only_for == "U0MAYA"
        assert not any(secret in there.text for secret in SECRETS)
        assert sampled.ws.visible_to("tom", "#deal-team") == []
        assert "Why" in sampled.from_coach()[before].reads

    async def test_an_answer_stays_in_its_thread(self, sampled: Living) -> None:
        top = sampled.last()
        await sampled.types("why", thread=top.ts)
        assert sampled.last().thread_ts == top.ts

    async def test_the_deal_that_is_meant_is_asked_for_where_there_are_two(self, sampled: Living) -> None:
        await a_deal(sampled, "Acme renewal")
        await sampled.types("/deal status")
        assert {label for label, _ in labels(sampled.last().blocks)} == {
            "StagnantCo partnership",
            "Acme renewal",
        }
        await sampled.taps("StagnantCo partnership")
        assert "Joint roadmap, decided together" in sampled.last().reads
        await sampled.types("/deal status acme")
        assert "Net 30" in sampled.last().reads

    async def test_with_two_deals_every_question_names_its_own(self, sampled: Living) -> None:
        await a_deal(sampled, "Acme renewal", alias="Blue Hill")
        await sampled.types("/deal checkin harbour")
        assert "Project Harbour" in sampled.last().reads
        await sampled.types("/deal checkin acme")
        assert "Blue Hill" in sampled.last().reads
        await sampled.types("all met")
        assert "Blue Hill" in sampled.last().reads
        assert "2 of 5" in sampled.last().reads

    async def test_the_home_page_follows_every_change(self, sampled: Living) -> None:
        home = await sampled.ws.wait_for(lambda: sampled.ws.home("maya"))
        assert "Project Harbour" in home.reads
        await sampled.types("/deal pause")
        paused = sampled.ws.home("maya")
        assert paused is not None
        assert "pause" in paused.reads
        await sampled.ws.press("maya", paused, "They came back")
        await sampled.hears("they came back?")


class TestWords:
    async def test_text_is_decoded_once_and_encoded_once(self, up: Living) -> None:
        await up.types("/deal new")
        name = "R&D <!channel> &amp; *x* <@U0TOM>"
        await up.fills({"name": name, "counterpart": "<b>Hammer</b> & Sons", "must_haves": "Net 30"})
        said = up.last()
        assert "R&amp;D &lt;!channel&gt; &amp;amp; " in said.text  # "&amp;" was typed: it is shown as typed
        assert "&amp;amp;amp;" not in said.text
        assert "&lt;b&gt;Hammer&lt;/b&gt; &amp; Sons" in said.reads
        live = [
            text for block in said.blocks for text in (str(block), said.text) if "<!" in text or "<@" in text
        ]
        assert live == []

    async def test_typed_words_come_back_as_they_were_typed(self, sampled: Living) -> None:
        await sampled.types("checkin")
        await sampled.types("note they wrote <!here> & <you> in capitals")
        await sampled.taps("All met")
        card = sampled.last()
        assert "they wrote &lt;!here&gt; &amp; &lt;you&gt; in capitals" in card.text
        assert "&amp;lt;" not in card.text

    async def test_an_unknown_command_names_the_nearest(self, sampled: Living) -> None:
        await sampled.types("/deal chekin")
        assert "checkin" in sampled.last().reads
        await sampled.types("/deal <!channel> qqqq")
        assert "<!channel>" not in sampled.last().text

    async def test_an_unreadable_answer_says_what_was_expected_and_asks_again(self, sampled: Living) -> None:
        await sampled.types("checkin")
        await sampled.types("they were late")
        assert "“they were late”. Please say for each" in sampled.last().reads
        assert "To keep it as a note" in sampled.last().reads
        await sampled.taps("All met")
        await sampled.types("purple")
        card = sampled.last()
        assert "purple" in card.reads
        assert "for example" in card.reads
        assert "2 of 5" in card.reads
        await sampled.types("some")
        assert "Some of it" in sampled.last().reads

    async def test_an_answer_can_be_typed_as_a_number_or_in_words(self, sampled: Living) -> None:
        await sampled.types("checkin")
        for typed in ("met, met, met", "0", "As usual", "no"):
            await sampled.types(typed)
        assert "5 of 5" in sampled.last().reads

    async def test_what_a_window_refuses_stands_beside_its_field(self, up: Living) -> None:
        await up.types("/deal new Acme")
        outcome = await up.fills({"counterpart": "Acme", "limit": "a lot", "must_haves": "x"})
        assert outcome.ok
        refused = up.ws.view("maya")
        assert refused is not None
        assert set(refused.errors) == {"limit"}
        assert "82" in refused.errors["limit"]
        await up.fills({"limit": "82k", "side": "seller"})
        await up.hears("Acme is set up")

    async def test_a_number_without_a_side_asks_for_the_side(self, up: Living) -> None:
        await up.types("/deal new Acme")
        await up.fills({"counterpart": "Acme", "limit": "82k"})
        refused = up.ws.view("maya")
        assert refused is not None
        assert set(refused.errors) == {"side"}

    async def test_a_window_that_comes_too_late_becomes_a_button(self, up: Living) -> None:
        up.ws.fault("views.open", "expired_trigger_id")
        assert (await up.types("/deal new Acme & Sons")).ok
        assert "Acme &amp; Sons" in up.last().text
        await up.taps("Set up the deal")
        assert up.ws.view("maya") is not None

    async def test_a_late_window_behind_a_button_says_so_and_asks_again(self, sampled: Living) -> None:
        await sampled.types("checkin")
        sampled.ws.fault("views.open", "expired_trigger_id")
        await sampled.taps("Say which")
        await sampled.taps("Say which")
        assert sampled.ws.view("maya") is not None


class TestTaps:
    async def test_a_double_tap_counts_once(self, sampled: Living) -> None:
        await sampled.types("checkin")
        card = sampled.last()
        await sampled.presses(card, "All met")
        await sampled.presses(card, "All met")
        await sampled.settled()
        question = sampled.seen("2 of 5")
        assert question is not None
        assert question.reads.count("Must-haves") == 1

    async def test_an_old_button_says_what_became_of_it(self, sampled: Living) -> None:
        await sampled.types("checkin")
        old = sampled.last()
        await sampled.taps("All met")
        before = len(sampled.visible())
        await sampled.presses(old, "All met")
        await sampled.settled()
        (told,) = sampled.visible()[before:]
        assert told.only_for == "U0MAYA"
        assert told.reads
        card = sampled.seen("2 of 5")
        assert card is not None
        assert card.ts == old.ts

    async def test_the_card_is_one_message_that_changes(self, sampled: Living) -> None:
        await sampled.types("checkin")
        count = len(sampled.from_coach())
        for answer in ("All met", "No, something new", "As usual"):
            await sampled.taps(answer)
        assert len(sampled.from_coach()) == count
        assert "4 of 5" in sampled.last().reads

    async def test_after_a_typed_answer_the_earlier_card_points_on(self, sampled: Living) -> None:
        await sampled.types("checkin")
        first = sampled.last().ts
        await sampled.types("all met")
        old = next(m for m in sampled.from_coach() if m.ts == first)
        assert list(labels(old.blocks)) == []
        assert "2 of 5" in sampled.last().reads

    async def test_after_a_note_at_the_first_question_the_earlier_card_points_on_too(
        self, sampled: Living
    ) -> None:
        await sampled.taps("First check-in")
        first = sampled.last()
        await sampled.types("note they were late")
        assert "they were late" in sampled.last().reads
        assert [m.reads for m in sampled.visible() if m.ts == first.ts] == [
            "This check-in goes on further down."
        ]

    async def test_a_tap_on_an_earlier_card_goes_on_there_and_the_later_one_says_so(
        self, sampled: Living
    ) -> None:
        await sampled.taps("First check-in")
        first = sampled.last()
        await sampled.types("note they were late")
        later = sampled.last()
        await sampled.presses(first, "All met")  # it was on their screen as they tapped
        await sampled.settled()
        shown = {m.ts: m.reads for m in sampled.visible()}
        assert "2 of 5" in shown[first.ts]
        assert shown[later.ts] == "This check-in goes on further up."

    async def test_the_card_of_a_finished_check_in_stays_as_it_ended(self, sampled: Living) -> None:
        await sampled.checks_in("All met", "No, something new", "As usual", "No", "Clearly")
        ended = sampled.last()
        assert "Stay at the table" in ended.reads
        await sampled.types("checkin")
        assert next(m for m in sampled.from_coach() if m.ts == ended.ts).reads == ended.reads

    async def test_stop_and_go_on_at_the_same_question(self, sampled: Living) -> None:
        await sampled.types("checkin")
        await sampled.taps("All met")
        await sampled.taps("Stop here, go on later")
        await sampled.moves(timedelta(days=1))
        await sampled.types("checkin")
        assert "2 of 5" in sampled.last().reads
        assert "Must-haves" in sampled.last().reads

    async def test_back_skip_not_sure_and_a_note_by_the_menu(self, sampled: Living) -> None:
        await sampled.types("checkin")
        await sampled.taps("All met")
        await sampled.taps("Back")
        assert "1 of 5" in sampled.last().reads
        await sampled.taps("Not sure")
        await sampled.taps("Skip this one")
        await sampled.taps("Add a note")
        await sampled.types("He was late & sorry")
        await sampled.taps("As usual")
        assert "He was late &amp; sorry" in sampled.last().text
        assert "4 of 5" in sampled.last().reads

    async def test_nothing_changed_ends_it_at_once(self, sampled: Living) -> None:
        await sampled.types("checkin")
        await sampled.taps("Nothing changed")
        ended = sampled.last()
        assert "We speak again" in ended.reads
        await sampled.types("checkin")
        assert next(m for m in sampled.from_coach() if m.ts == ended.ts).reads == ended.reads


class TestTheDeal:
    async def test_rename_close_and_reopen(self, sampled: Living) -> None:
        await sampled.types("/deal rename to Project Lake & Co")
        await sampled.types("/deal close")
        await sampled.taps(
            next(label for label, value in labels(sampled.last().blocks) if value.startswith("form"))
        )
        await sampled.fills({"outcome": "walked_away"})
        assert "Project Lake &amp; Co" in sampled.last().text
        assert "lost" not in sampled.last().text
        await sampled.types("/deal reopen")
        await sampled.types("/deal status")
        assert "Project Lake &amp; Co" in sampled.last().text

    async def test_undo_and_edit_put_an_answer_right(self, sampled: Living) -> None:
        await sampled.checks_in("All met", "Twice round", "Nobody", "As usual", "No", "Unclear")
        await sampled.types("/deal undo")
        assert "Unclear" in sampled.last().reads
        await sampled.taps("Clearly")
        assert "Unclear" in sampled.last().reads
        assert "Clearly" in sampled.last().reads
        await sampled.types("/deal why")
        assert "Twice" in sampled.last().reads or "twice" in sampled.last().reads
        card = sampled.last()
        opens = next(
            a["action_id"] for b in card.blocks if (a := b.get("accessory")) and "reason~" in a["value"]
        )
        await sampled.presses(card, opens)
        await sampled.settled()
        await sampled.taps("Change it")
        assert "put an answer right" in sampled.last().reads

    async def test_a_note_between_check_ins_is_kept(self, sampled: Living) -> None:
        before = len(sampled.from_coach())
        await sampled.types("/deal note They brought their lawyer")
        assert len(sampled.from_coach()) == before + 1

    async def test_the_first_sight_of_the_home_page_is_a_welcome_once(self, up: Living) -> None:
        await up.ws.open_home("maya")
        await up.settled()
        await up.ws.open_home("maya")
        await up.settled()
        assert len(up.from_coach()) == 1
        assert up.ws.home("maya") is not None
