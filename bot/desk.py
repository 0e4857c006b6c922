"""The one door: whatever happened, wherever, becomes an event, a turn and one atomic step.

Used by every platform, by the worker and by the command line. It decides nothing: it finds the deal meant,
hands the event to the core, and turns effects into letters and timers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import reminders_said
from bot.clock import Clock
from bot.decisions_said import oneself
from bot.filled import event_of_form, opened
from bot.holding import Holds
from bot.intents import Button, Reader, Stamp, answer_in, event_of_button, event_of_words
from bot.letters import Told
from bot.limits_said import plan_named, unfit
from bot.outcome import Said, deal_step, person_step
from bot.policy import Policy
from bot.redis import Cell, Contended, Fence, Step, Store, Swapped, new_id
from bot.room_desk import RoomDesk
from bot.sample import sample_deal
from dialogs import forms, leaving, person, reread, roles, seats
from dialogs.afterwards import RecordAsked
from dialogs.amounts import unit_in
from dialogs.commands import Intention, Unknown, read_command
from dialogs.deal import Deal
from dialogs.events import DealEvent, Misread, Opened, ReminderDue
from dialogs.news import (
    AllForgetConfirmed,
    AllForgetWanted,
    DealMoved,
    DealUnclear,
    Greeted,
    HelpAsked,
    LeftWorkspace,
    ListAsked,
    PersonEvent,
    Rang,
    Seen,
    SetUpWanted,
    Unreached,
)
from dialogs.people import Person
from dialogs.shares import ShareRefused, ShareStands
from dialogs.turn import take

REREADS = 16
OF_PERSON: Mapping[str, Callable[..., PersonEvent]] = {
    "list": ListAsked,
    "help": HelpAsked,
    "record": RecordAsked,
    "forget-all": AllForgetWanted,
    "forget_all": AllForgetConfirmed,
}


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody known to us: our ids, their zone."""

    tenant: str
    person: str
    zone: str


class Desk:
    """Takes turns. Every method may raise StoreUnavailable or Contended: then acknowledge nothing."""

    def __init__(self, store: Store, clock: Clock, reader: Reader, policy: Policy | None = None) -> None:
        self._store = store
        self._policy = policy or Policy()
        self._holds = Holds(store)
        self.rooms = RoomDesk(store, clock)
        self._clock = clock
        self._reader = reader

    # ---------------------------------------------------------------- entrances

    async def seen(
        self, who: Who, platform: str, address: str, name: str, accounts: tuple[tuple[str, ...], ...] = ()
    ) -> None:
        """A person turned up, with what their profile says; `accounts` are the look-ups that led here."""
        at = self.now(who.zone)
        event = Seen(id=f"seen:{at.isoformat()}", at=at, by=who.person, zone=who.zone, platform=platform,
                     address=address, name=name, accounts=accounts)  # fmt: skip
        await self.of_person(who, event, Said(event.id))

    async def left(self, who: Who) -> None:
        """A person's account was closed."""
        event = LeftWorkspace(id=f"left:{(at := self.now(who.zone)).isoformat()}", at=at)
        await self.of_person(who, event, Said(event.id))

    async def unreached(self, who: Who, platform: str, address: str) -> None:
        """A platform takes no message at a person's address any more."""
        name = f"unreached:{(at := self.now(who.zone)).isoformat()}"
        await self.of_person(who, Unreached(id=name, at=at, platform=platform, address=address), Said(name))

    async def greet(self, who: Who, said: Said) -> None:
        """Somebody opened the coach's home: welcomed the first time, always shown their deals."""
        await self.of_person(who, Greeted(**self._stamp(who, said)), said)

    async def text(self, who: Who, text: str, said: Said, *, outright: bool = False) -> None:
        """Something was typed in the coach's chat; `outright`: behind the slash command, so no answer."""
        somebody = await self._person(who)
        who = replace(who, zone=somebody.zone) if somebody.zone_said else who
        command = read_command(text)
        deal = await self._open_deal(who, somebody)
        if await self._known(who, somebody, said.id):
            return
        commanded = outright and not isinstance(command, Unknown)
        if deal is not None and not commanded and not self._is_command(deal, command):
            answer = answer_in(deal, text, self._reader, self._stamp(who, said))
            await self._of_deal(who, deal.key, answer, said)
        elif not self._policy.allows(command.verb if isinstance(command, Intention) else ""):
            await self.regret(who, "turned_off", said)
        elif isinstance(command, Unknown):
            about = {"text": command.text, "field": command.nearest}
            await self.regret(who, "unknown_command", said, **about)
        else:
            await self._intended(who, somebody, deal, command, replace(said, verb=""))

    async def press(self, who: Who, button: Button, said: Said) -> None:
        """A button was pressed, or a menu's entry chosen."""
        said = replace(said, verb=button.verb)
        stamp = self._stamp(who, said)
        if not self._policy.allows(button.verb):
            await self.regret(who, "turned_off", said)
        elif button.verb in OF_PERSON:
            await self.of_person(who, OF_PERSON[button.verb](**stamp), said)
        elif button.verb == "sample":
            await self._open(who, sample_deal(stamp, new_id(said.id), who.zone), said)
        elif button.verb == "pick":
            await self._picked(who, button, said)
        elif button.verb == "form" and button.extra == "set_up":  # its window could not be opened in time
            await self.of_person(who, SetUpWanted(**stamp), said)
        else:
            await self._of_deal(who, button.deal, event_of_button(button, stamp), said)

    async def _picked(self, who: Who, button: Button, said: Said) -> None:
        """The deal that was meant, chosen: what was said of it before it was asked for."""
        somebody = await self._person(who)
        verb, words = somebody.meant
        words = words if verb == button.extra else ""
        if button.extra == "plan-b":
            words = plan_named(somebody, button.deal, words)
        event = event_of_words(Intention(button.extra, words), self._stamp(who, said), who.zone)
        await self._of_deal(who, button.deal, event, said)

    async def submit(
        self,
        who: Who,
        button: Button,
        typed: Mapping[str, str | tuple[str, ...]],
        said: Said,
        colleague: str = "",
    ) -> Mapping[str, str]:
        """A form was sent. Answers problem keys by field; an empty answer: it was taken."""
        form = forms.FORMS[button.extra]
        if not self._policy.allows(button.extra):
            await self.regret(who, "turned_off", said)
            return {}
        known = await self._deal(who, button.deal) if button.deal else None
        who = replace(who, zone=known.zone) if known else who  # dates are told by the owner's own clock
        stamp = self._stamp(who, said)
        filled = forms.read(form, typed, stamp["at"], who.zone)
        if isinstance(filled, forms.Unfit):
            return filled.problems
        if colleague:
            filled = forms.Filled({**filled.values, "colleague": colleague})
        if form.key == "set_up":
            event = opened(filled, stamp, new_id(said.id), who.zone, colleague)
            unit = unit_in(str(typed.get("limit") or ""))
            await self._open(who, replace(event, unit=unit), said)
            return {}
        key = filled.text("deal") or button.deal  # chosen in the form, or the one it was opened on
        deal = known if key == button.deal else await self._deal(who, key)
        if deal is None:
            return {"deal": "expected_choice"} if form.key == "add" else {}
        if lacking := unfit(button, filled, deal) or await self._unapproved(who, button, filled):
            return lacking
        await self._of_deal(who, key, event_of_form(button, filled, stamp, deal), said)
        return {}

    async def _unapproved(self, who: Who, button: Button, filled: forms.Filled) -> Mapping[str, str]:
        """Whoever goes on past a gate names somebody else who agreed."""
        if button.extra != "waive":
            return {}
        name = (await self._person(who)).name
        return {"approved_by": "expected_another"} if oneself(filled.text("approved_by"), name) else {}

    async def facts(self, who: Who, deal: str) -> Deal | None:
        """The deal behind a form about to be opened, for its owner only."""
        found = await self._deal(who, deal)
        return found if found is not None and found.owner == who.person else None

    async def own_deals(self, who: Who) -> tuple[DealMoved, ...]:
        """The person's own live deals, the most urgent first."""
        return tuple(card for card in (await self._person(who)).live if card.role == "owner")

    async def regret(self, who: Who, problem: str, said: Said, **about: str) -> None:
        """What was asked for cannot be done, which the person alone hears."""
        await self.of_person(who, Misread(**self._stamp(who, said), problem=problem, **about), said)

    async def ring(self, cell: Cell, purpose: str, due: datetime, fence: Fence) -> None:
        """A timer of a deal or a person is due: the clock is one more platform."""
        if cell.kind == "person":
            await self._ring_person(cell, purpose, due, fence)
            return
        deal = await self._store.load(cell)
        zone = deal.zone if isinstance(deal, Deal) else "UTC"
        event = ReminderDue(
            id=f"{cell.id}:{purpose}:{due.isoformat()}", at=self.now(zone), purpose=purpose, due=due
        )
        await self._swap(cell, event, Said(event.id), fence)

    async def told(self, tenant: str, letter: Told) -> None:
        """One deal told another something; one that is gone hears nothing."""

        def change(deal: Deal | None) -> Step[Deal]:
            said = Said(letter.event.id)
            return Step(None) if deal is None else deal_step(take(deal, letter.event), deal.owner, said)

        await self._store.swap(Cell(tenant, "deal", letter.deal), letter.event.id, change)

    async def of_share(self, cell: Cell, event: ShareStands | ShareRefused) -> None:
        """What became of a message in a room."""
        await self._swap(cell, event, Said(event.id))

    async def of_person(self, who: Who, event: PersonEvent, said: Said) -> None:
        """A turn of a person."""
        cell = Cell(who.tenant, "person", who.person)
        if await self._holds.bars_person(cell, event):
            event = Misread(**self._stamp(who, said), problem="on_hold")

        def change(known: Person | None) -> Step[Person]:
            if known is None and leaving.over(event):
                return Step(None)
            turn = person.take(known or Person(who.person, zone=who.zone), event)
            return person_step(turn, who.person, said)

        await self._store.swap(cell, event.id, change)

    async def _ring_person(self, cell: Cell, purpose: str, due: datetime, fence: Fence) -> None:
        name = f"{cell.id}:{purpose}:{due.isoformat()}"

        def change(known: Person | None) -> Step[Person]:
            if known is None:
                return Step(None)
            event = Rang(id=name, at=self.now(known.zone), purpose=purpose, due=due)
            return person_step(person.take(known, event), cell.id, Said(name))

        await self._store.swap(cell, name, change, fence)

    # ---------------------------------------------------------------- inside

    async def _intended(
        self, who: Who, somebody: Person, open_deal: Deal | None, command: Intention, said: Said
    ) -> None:
        stamp = self._stamp(who, said)
        own = reminders_said.of_person(command.verb, command.words, stamp, who.zone, somebody.hours)
        if own is not None:
            await self.of_person(who, own, said)
        elif command.verb in OF_PERSON:
            await self.of_person(who, OF_PERSON[command.verb](**stamp), said)
        elif command.verb == "new":
            await self.of_person(who, SetUpWanted(**stamp, name=command.words[:80]), said)
        elif command.verb == "sample":
            await self._open(who, sample_deal(stamp, new_id(said.id), who.zone), said)
        else:
            await self._on_deal(who, somebody, open_deal, command, said)

    async def _on_deal(
        self, who: Who, somebody: Person, open_deal: Deal | None, command: Intention, said: Said
    ) -> None:
        stamp = self._stamp(who, said)
        card, rest = person.meant(somebody, command.words, command.verb)
        key = card.deal if card else open_deal.key if open_deal and not command.words else ""
        if not key and command.verb == "undo" and somebody.focus:
            key = somebody.focus
        if not key:
            await self.of_person(who, DealUnclear(**stamp, verb=command.verb, words=command.words), said)
            return
        if command.verb == "plan-b":
            rest = plan_named(somebody, key, rest)
        await self._of_deal(who, key, event_of_words(replace(command, words=rest), stamp, who.zone), said)

    async def _open(self, who: Who, event: Opened, said: Said) -> None:
        await self._swap(Cell(who.tenant, "deal", event.deal), event, said)

    async def _of_deal(self, who: Who, key: str, event: DealEvent, said: Said) -> None:
        try:
            cell = Cell(who.tenant, "deal", key)
        except ValueError:
            await self.of_person(who, DealUnclear(**self._stamp(who, said), verb=said.verb), said)
            return
        if await self._holds.bars(cell, event):
            await self.regret(who, "on_hold", said)
            return
        await self._swap(cell, event, said)

    async def _swap(
        self, cell: Cell, event: DealEvent, said: Said, fence: Fence | None = None
    ) -> Swapped[Deal]:
        def change(deal: Deal | None) -> Step[Deal]:
            if reread.needs_log(event, deal):
                raise _Stale
            return deal_step(take(deal, event), event.by or (deal.owner if deal else ""), said)

        try:
            return await self._store.swap(cell, event.id, change, fence)
        except _Stale:
            return await self._by_log(cell, event, said)

    async def _by_log(self, cell: Cell, event: DealEvent, said: Said) -> Swapped[Deal]:
        """A turn that reads the log; one that may write reads it again if entries were written since."""
        for _ in range(REREADS):
            log = await self._store.log(cell)

            def change(deal: Deal | None, log: list[DealEvent] = log) -> Step[Deal]:
                if deal is None or not reread.needs_log(event, deal) or not roles.may(deal, event):
                    return deal_step(take(deal, event), event.by, said)
                if deal.turns != len(log) and reread.changes_record(event):
                    raise _Stale
                return deal_step(reread.taken(deal, log, event), event.by, said)

            try:
                return await self._store.swap(cell, event.id, change)
            except _Stale:
                continue
        raise Contended

    async def _deal(self, who: Who, key: str) -> Deal | None:
        try:
            found = await self._store.load(Cell(who.tenant, "deal", key))
        except ValueError:
            return None
        return found if isinstance(found, Deal) else None

    async def _person(self, who: Who) -> Person:
        found = await self._store.load(Cell(who.tenant, "person", who.person))
        return found if isinstance(found, Person) else Person(who.person, zone=who.zone)

    async def _known(self, who: Who, somebody: Person, event_id: str) -> bool:
        """Whether what was typed has been taken already, wherever it belonged.

        Where it belongs depends on what is open; delivered again it could belong elsewhere. Asked after that
        was read, so that of two deliveries at once the later one sees the earlier or means the same.
        """
        cells = [Cell(who.tenant, "person", who.person)]
        cells += [Cell(who.tenant, "deal", key) for key in somebody.deals]
        return any([await self._store.knows(cell, event_id) for cell in cells])

    async def _open_deal(self, who: Who, somebody: Person) -> Deal | None:
        """The deal with a question on this person's screen: the one talked about, else any."""
        waiting = [card.deal for card in somebody.live if card.open_question]
        for key in dict.fromkeys((somebody.focus, *waiting)):
            deal = await self._deal(who, key) if key else None
            if deal is not None and seats.sits(deal, who.person) and seats.is_open(deal, who.person):
                return replace(deal, check_in=seats.round_of(deal, who.person))
        return None

    def _is_command(self, deal: Deal, command: Intention | Unknown) -> bool:
        """Whether a line typed while a question is open is a command rather than an answer.

        Where words are asked for, only a bare command is one: "pause, he said" are words.
        """
        if isinstance(command, Unknown) or deal.check_in is None:
            return False
        if command.plainly and deal.check_in.open == "offer" and command.words.casefold().startswith("the"):
            return False  # their offer is what was asked for
        if deal.check_in.stage == "answer":
            return command.verb == "note" or not command.words or command.in_check_in or command.of_deal
        return command.in_check_in and not command.words

    def _stamp(self, who: Who, said: Said) -> Stamp:
        return {"id": said.id, "at": self.now(who.zone), "by": who.person}

    def now(self, zone: str) -> datetime:
        """The time now, as clocks in `zone` show it."""
        return self._clock.now().astimezone(ZoneInfo(zone))


class _Stale(Exception):
    """The log that was read is not the one the deal was made from."""
