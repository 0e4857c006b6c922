"""What a form knows of its deal when it opens, on every platform."""

from collections.abc import Mapping

from bot import shares_said
from bot.decisions_said import known, left_out
from bot.desk import Desk, Who
from bot.intents import Button
from bot.render import FormFacts
from dialogs.deal import Deal
from dialogs.forms import FORMS
from dialogs.news import DealMoved


async def form_facts(desk: Desk, who: Who, button: Button) -> FormFacts | None:
    """The facts of the form a button opens; None if there is no such form, or the deal is not theirs."""
    if button.extra not in FORMS:
        return None
    if not button.deal:
        return FormFacts(button.value)
    deal = await desk.facts(who, button.deal)
    if deal is None:
        return None
    return FormFacts(
        button.value, called=deal.called, must_haves=deal.must_haves, terms=deal.paper_terms,
        values=_known(button, deal), left_out=_left_out(button, deal),
    )  # fmt: skip


def set_up_facts(text: str) -> FormFacts | None:
    """The set-up form that `new` and a name ask for at once, without a turn; None for other words."""
    if text.split(" ", 1)[0].casefold() != "new":
        return None
    return FormFacts(Button("form", extra="set_up").value, values={"name": text[3:].strip()[:80]})


def adding(text: str, deals: tuple[DealMoved, ...]) -> FormFacts:
    """The form that puts a message on a deal's record; where there is one deal, it is chosen already."""
    return FormFacts(
        Button("form", extra="add").value,
        values={"text": text, "deal": deals[0].deal if len(deals) == 1 else ""},
        options={"deal": tuple((deal.deal, deal.alias or deal.name) for deal in deals)},
    )


def _known(button: Button, deal: Deal) -> Mapping[str, str]:
    """What stands in a form's fields when it opens."""
    if button.extra == "share":
        return shares_said.in_form(deal, button.check_in)
    return known(button.extra, deal)


def _left_out(button: Button, deal: Deal) -> tuple[str, ...]:
    """The fields of a form that make no sense for this deal."""
    if button.extra == "share":
        return shares_said.left_out(deal, button.check_in)
    return left_out(button.extra, deal)
