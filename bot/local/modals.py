"""The windows open before each person, a pile of up to three, and the checks a view must pass."""

from __future__ import annotations

from dataclasses import replace

from bot.local.blockkit import check_view
from bot.local.model import Json, View
from bot.local.posting import Refused, decoded, named
from bot.local.state import fresh

DEEPEST = 3


def view_body(raw: object, kind: str) -> Json:
    """A checked view with all ids filled in; raises `Refused`."""
    body = decoded(raw, "invalid_arguments")
    messages = check_view(body, kind)
    if messages:
        raise Refused("invalid_arguments", messages)
    return {**body, "blocks": list(named(body["blocks"]))}


def new_hash() -> str:
    """A view's version mark."""
    return f"{fresh('')}.{fresh('')[:8]}"


class Modals:
    """Every open modal; the last of a pile is the one seen."""

    def __init__(self) -> None:
        self._piles: dict[str, list[View]] = {}

    def top(self, person: str) -> View | None:
        """The window a person looks at."""
        pile = self._piles.get(person)
        return pile[-1] if pile else None

    def find(self, *, view_id: str | None = None, external_id: str | None = None) -> View | None:
        """An open view by either id."""
        for pile in self._piles.values():
            for view in pile:
                if view.id == view_id or (external_id and view.body.get("external_id") == external_id):
                    return view
        return None

    def open(self, person: str, body: Json) -> View:
        """A new pile of one: what was open is gone."""
        key = fresh("V")
        self._unique(body, None)
        view = View(key, person, body, new_hash(), key)
        self._piles[person] = [view]
        return view

    def push(self, person: str, body: Json) -> View:
        """One more on the pile; raises `Refused` past three."""
        pile = self._piles.get(person) or []
        if not pile:
            raise Refused("not_found")
        if len(pile) >= DEEPEST:
            raise Refused("push_limit_reached")
        self._unique(body, None)
        view = View(fresh("V"), person, body, new_hash(), pile[0].root, pile[-1].id)
        pile.append(view)
        return view

    def update(self, view: View, body: Json, expected: str | None = None) -> View:
        """Another content for an open view; raises `Refused` when `expected` is not its hash."""
        if expected and expected != view.hash:
            raise Refused("hash_conflict")
        self._unique(body, view)
        return self._swap(replace(view, body=body, hash=new_hash(), errors={}))

    def complain(self, view: View, errors: dict[str, str]) -> View:
        """Show the bot's errors under their blocks."""
        return self._swap(replace(view, errors=errors))

    def pop(self, view: View) -> None:
        """Close one view and whatever lies on it."""
        pile = self._piles.get(view.person, [])
        self._piles[view.person] = pile[
            : next((n for n, one in enumerate(pile) if one.id == view.id), len(pile))
        ]

    def clear(self, person: str) -> list[View]:
        """Close everything before a person; answers what was open."""
        return self._piles.pop(person, [])

    def _swap(self, view: View) -> View:
        pile = self._piles[view.person]
        pile[:] = [view if one.id == view.id else one for one in pile]
        return view

    def _unique(self, body: Json, but: View | None) -> None:
        name = body.get("external_id")
        other = self.find(external_id=name) if name else None
        if other is not None and (but is None or other.id != but.id):
            raise Refused("duplicate_external_id")
