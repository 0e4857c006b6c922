"""Records survive the way into bytes and back; what is sealed opens only where it belongs."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.codec import SealBroken, Sealer, UnknownKey, Unreadable, new_key, registry

KEY = bytes(range(32))


@dataclass(frozen=True, slots=True)
class Limit:
    value: Decimal
    firm: Literal["hope", "firm"] = "hope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(Happened):
    at: datetime
    limit: Limit | None = None
    tags: frozenset[str] = frozenset()
    spans: Mapping[str, timedelta] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paused:
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    event: Offered | Paused
    before: Offered | Paused | None = None
    others: tuple[Offered | Paused, ...] = ()
    anything: object = None


codec = registry(Offered, Paused, Line)
events = st.builds(
    Offered,
    id=st.text(),
    at=st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(9000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  - hypothesis adds the zone
    limit=st.none() | st.builds(Limit, st.decimals(allow_nan=False, allow_infinity=False)),
    tags=st.frozensets(st.text()),
    spans=st.dictionaries(st.text(), st.timedeltas(timedelta(0), timedelta(days=9999))),
) | st.builds(Paused, st.text())


@given(event=events, others=st.lists(events, max_size=3))
def test_any_record_comes_back_equal(event: Offered | Paused, others: list[Offered | Paused]) -> None:
    line = Line(1, event, None, tuple(others), event)
    assert codec.unpack(codec.pack(event)) == event
    assert codec.unpack(codec.pack(line)) == line


def test_a_moment_keeps_the_offset_of_the_place_it_was_lived_in() -> None:
    there = datetime(2026, 11, 23, 1, tzinfo=ZoneInfo("Asia/Kolkata"))  # in UTC it is the day before
    back = codec.unpack(codec.pack(Offered(id="e", at=there)))
    assert isinstance(back, Offered)
    assert (back.at, back.at.date(), back.at.utcoffset()) == (there, there.date(), there.utcoffset())


def test_a_class_nobody_registered_is_not_written() -> None:
    with pytest.raises(TypeError, match="Happened"):
        codec.pack(Happened(id="e"))


def test_a_class_nobody_registered_is_not_read() -> None:
    with pytest.raises(Unreadable, match="Paused"):
        registry(Offered).unpack(codec.pack(Paused("secret")))


@pytest.mark.parametrize("packed", [b"", b"{", b'["Paused",1,{}]', b'["Paused",9,{}]'])
def test_bytes_that_are_no_record_are_unreadable(packed: bytes) -> None:
    with pytest.raises(Unreadable):
        codec.unpack(packed)


def test_a_document_of_the_first_version_is_migrated_step_by_step() -> None:
    old = codec.pack(Paused("tired"))

    @dataclass(frozen=True, slots=True)
    class Paused2:
        reason: str
        because: str

    Paused2.__name__ = "Paused"
    steps = {
        1: lambda plain: {"reason": plain["why"]},
        2: lambda plain: plain | {"because": plain["reason"].upper()},
    }
    new = registry(Paused2, migrations={Paused2: steps})
    assert new.unpack(old) == Paused2("tired", "TIRED")
    assert new.unpack(new.pack(Paused2("a", "b"))) == Paused2("a", "b")
    with pytest.raises(Unreadable, match="version 3"):
        codec.unpack(new.pack(Paused2("a", "b")))


def test_a_gap_between_migrations_is_found_at_start() -> None:
    with pytest.raises(TypeError, match="gap"):
        registry(Paused, migrations={Paused: {2: dict}})


@given(plain=st.binary(), place=st.tuples(st.text(), st.text(), st.text()))
def test_what_was_sealed_opens_in_its_place(plain: bytes, place: tuple[str, str, str]) -> None:
    sealer = Sealer({b"one-key!": KEY}, b"one-key!")
    sealed = sealer.seal(plain, *place)
    assert sealer.open(sealed, *place) == plain
    assert len(sealed) == len(plain) + 37


@pytest.mark.parametrize("place", [("acme", "deal", "log"), ("acme", "person", "d"), ("other", "deal", "d")])
def test_what_was_sealed_does_not_open_elsewhere(place: tuple[str, str, str]) -> None:
    sealer = Sealer({b"one-key!": KEY}, b"one-key!")
    with pytest.raises(SealBroken) as broken:
        sealer.open(sealer.seal(b"limit 4711", "acme", "deal", "d"), *place)
    assert "4711" not in str(broken.value)


def test_every_altered_byte_is_noticed() -> None:
    sealer = Sealer({b"one-key!": KEY}, b"one-key!")
    sealed = sealer.seal(b"limit", "acme")
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises((SealBroken, UnknownKey)):
            sealer.open(bytes(altered), "acme")


def test_keys_are_changed_by_adding_one_in_front() -> None:
    old = new_key()
    before, after = Sealer.from_setting(old), Sealer.from_setting(f"{new_key()},{old}")
    assert after.open(before.seal(b"limit", "acme"), "acme") == b"limit"
    with pytest.raises(UnknownKey):
        before.open(after.seal(b"limit", "acme"), "acme")


@pytest.mark.parametrize("text", ["", "nonsense", "zz:aGk=", "0011223344556677:not-base64!", "00:aGk="])
def test_a_wrong_setting_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="key") as refused:
        Sealer.from_setting(text)
    assert not text or text not in str(refused.value)


def test_a_sealer_does_not_show_its_keys() -> None:
    key = new_key()
    assert key.split(":")[1] not in repr(Sealer.from_setting(key))


def test_two_starters_agree_on_one_key_file_that_only_the_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "seal"
    sealers: list[Sealer] = []
    starters = [threading.Thread(target=lambda: sealers.append(Sealer.from_file(path))) for _ in range(8)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    sealed = sealers[0].seal(b"limit", "acme")
    assert [sealer.open(sealed, "acme") for sealer in sealers] == [b"limit"] * 8
    assert path.stat().st_mode & 0o077 == 0
    assert [entry.name for entry in path.parent.iterdir()] == ["seal"]
