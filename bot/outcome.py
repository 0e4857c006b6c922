"""What a turn comes to outside: its effects as letters and timers, each letter with the place it belongs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from bot import audited
from bot.letters import SEAT_LEFT, How, Passed, Post, Publish, Told
from bot.platforms import Place
from bot.redis import NAMES_SLOT, Letter, Step, Timer
from dialogs import effects
from dialogs.deal import Deal
from dialogs.decisions import BreachAsked
from dialogs.doubts import Explain, Reason
from dialogs.follows import TellDeal
from dialogs.people import Person, PersonTurn
from dialogs.room import RoomBook, RoomTurn
from dialogs.rooms import ToRoom
from dialogs.turns import Turn

CARDS = (
    effects.Ask,
    effects.CheckInEnd,
    effects.EditDone,
    effects.BackAtTheTable,
    effects.Nudge,
    effects.Status,
    effects.PauseOver,
    effects.ReturnAsked,
    effects.DealReady,
    BreachAsked,
    Explain,
    Reason,
)
IN_PLACE = frozenset({
    "answer", "choose", "say", "skip", "back", "note", "nothing", "stop", "show", "edit_answer", "anyway",
    "tested", "breach", "page", "reason",
})  # fmt: skip
CARD_SLOT = "card"
NAMING = (
    effects.ListDeals,
    effects.ChooseDeal,
    effects.Reminders,
)  # a deal that is forgotten stands in them too


@dataclass(frozen=True, slots=True)
class Said:
    """How one thing reached us: its id (the same when redelivered), and where an answer belongs."""

    id: str
    place: Place | None = None
    verb: str = ""


def deal_step(turn: Turn, actor: str, said: Said) -> Step[Deal]:
    """A deal's turn as one step of the store; what names no reader is for `actor`."""
    timers = tuple(Timer(e.purpose, e.due) for e in turn.effects if isinstance(e, effects.Remind))
    owner = turn.deal.owner if turn.deal else actor
    letters = tuple(_letters(turn.effects, actor, said, owner))
    lines = tuple(audited.lines(turn.entries))
    return Step(turn.deal, entries=turn.entries, letters=letters, timers=timers, audit=lines)


def person_step(turn: PersonTurn, actor: str, said: Said) -> Step[Person]:
    """A person's turn as one step of the store."""
    timers = tuple(Timer(e.purpose, e.due) for e in turn.effects if isinstance(e, effects.Remind))
    return Step(turn.person, letters=tuple(_letters(turn.effects, actor, said)), timers=timers)


def room_step(turn: RoomTurn) -> Step[RoomBook]:
    """A room's turn as one step of the store."""
    letters = (
        Letter(Told(each.deal, each.event) if isinstance(each, TellDeal) else Passed(each.person, each.event))
        for each in turn.effects
    )
    return Step(turn.book, letters=tuple(letters))


def _letters(
    said_effects: tuple[effects.AnyEffect, ...], actor: str, said: Said, owner: str = ""
) -> Iterator[Letter]:
    """What is passed on goes first: a person's list knows of a deal before they read of it."""
    replaced = False
    for effect in sorted(said_effects, key=lambda each: not isinstance(each, effects.Pass)):
        if isinstance(effect, effects.Remind):
            continue
        if isinstance(effect, effects.Pass):
            yield Letter(Passed(effect.person, effect.event))
            continue
        if isinstance(effect, TellDeal):
            yield Letter(Told(effect.deal, effect.event))
            continue
        if isinstance(effect, ToRoom):
            to_room = Publish(
                effect.room, cast("effects.Message", effect.effect), effect.owner, effect.slot, effect.gone
            )
            yield Letter(to_room, slot=effect.slot)
            continue
        reader = effect.to or actor
        if not reader:
            continue
        how, place = _placed(effect, said, own=reader == actor, replaced=replaced)
        replaced = replaced or how == "replace"
        yield Letter(
            Post(effect, reader, how, place, guarded=bool(owner) and reader != owner),
            slot=_slot(effect, reader),
            latest=isinstance(effect, effects.ShowHome),
        )


def _slot(effect: effects.Message, reader: str) -> str | None:
    """What the message is to its cell: the card of a check-in, or one that names several deals."""
    if isinstance(effect, effects.Ask):
        return f"{CARD_SLOT}:{reader}"
    return NAMES_SLOT if isinstance(effect, NAMING) else None


def _placed(effect: effects.Message, said: Said, *, own: bool, replaced: bool) -> tuple[How, Place | None]:
    """A card replaces the card that was tapped; a few words go beside it; all else is a new message."""
    if not own or said.place is None:
        return "new", None
    if said.verb not in IN_PLACE:
        return "new", Place(said.place.channel, thread=said.place.thread) if said.place.thread else None
    ends = isinstance(effect, effects.Tell) and effect.key == SEAT_LEFT
    if (ends or isinstance(effect, CARDS)) and not replaced:
        return "replace", said.place
    return ("aside", said.place) if isinstance(effect, effects.Tell) else ("new", None)
