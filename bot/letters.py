"""What lies in the outbox: a message for a person, an event for one or for a deal; how records are stored."""

from dataclasses import dataclass
from typing import Literal

from bot.codec import Codec, registry
from bot.installed import Installed
from bot.platforms import Place
from dialogs import effects, events, news
from dialogs.deal import Deal
from dialogs.effects import Message
from dialogs.follows import Word
from dialogs.holds import HoldBook
from dialogs.news import PersonEvent
from dialogs.people import Person
from dialogs.room import RoomBook
from dialogs.rooms import Room, RoomList

How = Literal["new", "replace", "aside"]
SEAT_LEFT = "colleague_checked_in"  # a few words that end a check-in: they take the place of its last card


@dataclass(frozen=True, slots=True)
class Post:
    """Say `effect` to `person`: as a new message, in the place of the one they tapped, or beside it.

    `guarded`: they are not the deal's owner, so that no secret of the deal may stand in it.
    """

    effect: Message
    person: str
    how: How = "new"
    place: Place | None = None
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Publish:
    """Say `effect` in a room, as `dialogs.rooms.ToRoom` asks for; checked once more as it is sent."""

    room: Room
    effect: Message
    owner: str
    slot: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Unsay:
    """Delete the message at `place`, as far as the platform lets us."""

    place: Place


@dataclass(frozen=True, slots=True)
class Passed:
    """Tell `person` what happened on a deal of theirs."""

    person: str
    event: PersonEvent


@dataclass(frozen=True, slots=True)
class Told:
    """Tell another deal what happened on one; whether it believes it is its own affair."""

    deal: str
    event: Word


def codec() -> Codec:
    """The codec for everything the coach stores."""
    said = effects.Message.__args__
    happened = {*events.DealEvent.__args__, *news.PersonEvent.__args__}
    return registry(
        Deal,
        Person,
        RoomBook,
        HoldBook,
        RoomList,
        Installed,
        Post,
        Publish,
        Unsay,
        Passed,
        Told,
        *said,
        *sorted(happened, key=lambda cls: cls.__name__),
    )
