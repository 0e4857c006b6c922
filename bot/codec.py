"""Turns our records into bytes and back, and seals the bytes.

A record is stored under its class's name with a version, so an older one can be migrated; what is not
registered is refused. Sealed bytes open only in the place they were sealed for, and no error or repr here
shows content or keys.
"""

import base64
import binascii
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Self, Union, cast, get_args, get_origin, get_type_hints

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Migrations = Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]
_Tagged = tuple[str, int, msgspec.Raw]

# JSON, not MessagePack: that one writes every moment in UTC, and a log folded again by the person's own day
# would come out different.
_encode = msgspec.json.Encoder().encode
_envelope = msgspec.json.Decoder(_Tagged)


class Unreadable(ValueError):
    """Stored bytes that no registered class accepts; names the class, never the content."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How one class is written: `loose` fields hold any registered class, `rows` tuples of such."""

    cls: type
    version: int
    migrations: Migrations
    shadow: type
    loose: frozenset[str]
    rows: frozenset[str]
    decoder: msgspec.json.Decoder[Any]


class Codec:
    """Packs and unpacks the registered classes; made by `registry`."""

    def __init__(self, forms: Mapping[str, _Form]) -> None:
        self._forms = forms

    def pack(self, record: object) -> bytes:
        """`record` as bytes. Raises TypeError for a class that is not registered."""
        return _encode(self._tag(record))

    def unpack(self, packed: bytes) -> object:
        """The record behind `packed`, migrated to today's version. Raises Unreadable."""
        try:
            return self._untag(_envelope.decode(packed))
        except msgspec.MsgspecError:
            raise Unreadable("not a packed record") from None

    def _tag(self, record: object) -> tuple[str, int, object]:
        name = type(record).__name__
        form = self._forms.get(name)
        if form is None or form.cls is not type(record):
            raise TypeError(f"{name} is not registered")
        if form.shadow is form.cls:
            return name, form.version, record
        return name, form.version, {part: self._write(form, part, record) for part in _names(form.cls)}

    def _write(self, form: _Form, name: str, record: object) -> object:
        value = getattr(record, name)
        if name in form.rows:
            return [self._tag(item) for item in value]
        return self._tag(value) if name in form.loose and value is not None else value

    def _untag(self, tagged: _Tagged) -> object:
        name, version, body = tagged
        form = self._forms.get(name)
        if form is None or not 1 <= version <= form.version:
            raise Unreadable(f"no class here reads {name} version {version}")
        try:
            read = form.decoder.decode(_migrate(form, version, body))
        except (msgspec.MsgspecError, KeyError, TypeError, ValueError):
            raise Unreadable(f"{name} version {version} does not fit its class") from None
        return cast("object", read) if form.shadow is form.cls else self._build(form, read)

    def _build(self, form: _Form, shadow: object) -> object:
        values = {name: getattr(shadow, name) for name in _names(form.cls)}
        for name in form.rows:
            values[name] = tuple(self._untag(item) for item in values[name])
        for name in form.loose:
            values[name] = None if values[name] is None else self._untag(values[name])
        return form.cls(**values)


def _migrate(form: _Form, version: int, body: bytes | msgspec.Raw) -> bytes | msgspec.Raw:
    if version == form.version:
        return body
    plain = msgspec.json.decode(body)
    for step in range(version, form.version):
        plain = form.migrations[step](plain)
    return _encode(plain)


def registry(*classes: type, migrations: Mapping[type, Migrations] | None = None) -> Codec:
    """A codec for these frozen dataclasses, known by their names.

    A field may hold plain values, other dataclasses, a union of registered dataclasses (or `object`: any
    registered one), or a tuple of such. `migrations[cls][n]` turns version n, as plain values, into n + 1;
    a class without any is at version 1. Aware datetimes keep their offset. Raises TypeError for a class
    that cannot be written, at start rather than at the first message.
    """
    forms: dict[str, _Form] = {}
    for cls in classes:
        if not is_dataclass(cls) or cls.__name__ in forms:
            raise TypeError(f"{cls.__name__} is no dataclass, or stands twice")
        forms[cls.__name__] = _form(cls, (migrations or {}).get(cls, {}))
    return Codec(forms)


def _form(cls: type, migrations: Migrations) -> _Form:
    version = len(migrations) + 1
    if set(migrations) != set(range(1, version)):
        raise TypeError(f"the migrations of {cls.__name__} have a gap")
    hints = get_type_hints(cls)
    loose = frozenset(name for name in _names(cls) if _is_open(hints[name]))
    rows = frozenset(name for name in _names(cls) if _is_row(hints[name]))
    shadow = _shadow(cls, hints, loose, rows) if loose | rows else cls
    return _Form(cls, version, migrations, shadow, loose, rows, msgspec.json.Decoder(shadow))


def _names(cls: type) -> list[str]:
    return [field.name for field in fields(cls)]


def _is_open(hint: object) -> bool:
    """Whether a field may hold one of several classes, so that its class must be written beside it."""
    arms = get_args(hint) if get_origin(hint) in (Union, UnionType) else ()
    return hint is object or sum(is_dataclass(arm) for arm in arms) > 1


def _is_row(hint: object) -> bool:
    return get_origin(hint) is tuple and get_args(hint)[1:] == (Ellipsis,) and _is_open(get_args(hint)[0])


def _shadow(cls: type, hints: Mapping[str, Any], loose: frozenset[str], rows: frozenset[str]) -> type:
    """`cls` as msgspec can read it: open fields stay tagged bytes until their class is known."""
    types = dict(hints) | dict.fromkeys(loose, _Tagged | None) | dict.fromkeys(rows, tuple[_Tagged, ...])
    parts = [(field.name, types[field.name], *_default(field)) for field in fields(cls)]
    return msgspec.defstruct(cls.__name__, parts, kw_only=True)


def _default(field: Field[Any]) -> tuple[Any, ...]:
    if field.default_factory is not MISSING:
        return (msgspec.field(default_factory=field.default_factory),)
    return () if field.default is MISSING else (field.default,)


class SealError(Exception):
    """Sealed bytes that cannot be opened here."""


class UnknownKey(SealError):
    """Sealed under a key we were not given; carries the key's public id only."""


class SealBroken(SealError):
    """Altered bytes, or bytes moved from the place they were sealed for."""


_OF_MASTER, _OF_TENANT = b"\x01", b"\x02"  # the format: which key seals; the first is read, not written
_KEY_ID = 8
_NONCE = 12
_HEAD = len(_OF_TENANT) + _KEY_ID + _NONCE
_DERIVED_FOR = b"walkaway sealing key of tenant "
_MOST_TENANTS = 10_000  # whose keys are remembered


class Sealer:
    """AES-256-GCM: format, key id and nonce in front, the place as associated data.

    Each tenant (the first word of a place) has a key of its own, derived from a master key by HKDF-SHA256
    (RFC 5869, no salt, the tenant as info). Several master keys may open, `current` seals: that is how keys
    are changed.
    """

    def __init__(self, keys: Mapping[bytes, bytes], current: bytes) -> None:
        if current not in keys or any(len(name) != _KEY_ID for name in keys):
            raise ValueError("key ids have 8 bytes, and the current one must be among them")
        if any(len(key) != 32 for key in keys.values()):  # noqa: PLR2004
            raise ValueError("a key has 32 bytes")
        self._masters = dict(keys)
        self._ciphers: dict[tuple[bytes, str], AESGCM] = {}
        self._current = current

    def __repr__(self) -> str:
        return f"Sealer(current={self._current.hex()}, keys={len(self._masters)})"

    def seal(self, plain: bytes, *place: str) -> bytes:
        """`plain`, to be opened only with the same `place` (tenant, cell, field)."""
        nonce = secrets.token_bytes(_NONCE)
        cipher = self._of_tenant(self._current, place)
        return _OF_TENANT + self._current + nonce + cipher.encrypt(nonce, plain, _bind(place))

    def open(self, sealed: bytes, *place: str) -> bytes:
        """What was sealed for `place`. Raises UnknownKey or SealBroken."""
        form, name = sealed[:1], sealed[1 : 1 + _KEY_ID]
        if form not in (_OF_MASTER, _OF_TENANT) or len(sealed) < _HEAD:
            raise SealBroken("not sealed by us")
        if name not in self._masters:
            raise UnknownKey(f"no key {name.hex()}")
        cipher = self._of_tenant(name, place) if form == _OF_TENANT else AESGCM(self._masters[name])
        try:
            return cipher.decrypt(sealed[1 + _KEY_ID : _HEAD], sealed[_HEAD:], _bind(place))
        except InvalidTag:
            raise SealBroken("altered, or not of this place") from None

    def is_fresh(self, sealed: bytes) -> bool:
        """Whether it is sealed as `seal` would seal it today."""
        return sealed.startswith(_OF_TENANT + self._current)

    def _of_tenant(self, name: bytes, place: tuple[str, ...]) -> AESGCM:
        tenant = place[0] if place else ""
        cipher = self._ciphers.get((name, tenant))
        if cipher is None:
            derived = HKDF(SHA256(), 32, salt=None, info=_DERIVED_FOR + tenant.encode())
            cipher = AESGCM(derived.derive(self._masters[name]))
            if len(self._ciphers) >= _MOST_TENANTS:
                self._ciphers.clear()
            self._ciphers[name, tenant] = cipher
        return cipher

    @classmethod
    def from_setting(cls, text: str) -> Self:
        """Keys as `id:key,id:key`, ids 16 hexadecimal digits, keys base64 of 32 bytes; the first one seals.

        Raises ValueError that does not repeat the text.
        """
        keys: dict[bytes, bytes] = {}
        for entry in text.strip().split(","):
            name, _, key = entry.strip().partition(":")
            try:
                keys[bytes.fromhex(name)] = base64.b64decode(key, validate=True)
            except (ValueError, binascii.Error):
                raise ValueError("the sealing keys must read id:key,id:key (hex : base64)") from None
        return cls(keys, next(iter(keys)))

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The keys in `path`, made (readable by its owner only) if there is none yet."""
        if not path.exists():
            _make_key_file(path)
        return cls.from_setting(path.read_text("ascii"))


def new_key() -> str:
    """A fresh key in the form `Sealer.from_setting` reads."""
    return f"{secrets.token_hex(_KEY_ID)}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _make_key_file(path: Path) -> None:
    """Written aside and linked into place: of two starters one wins and both read whole keys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(new_key() + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _bind(place: tuple[str, ...]) -> bytes:
    return b"\0".join(part.encode() for part in place)
