"""The key ring: every secret Engage holds, in one folder apart from the database."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

NAMES = ("index", "tag", "ledger")
"""Keys of which there is one for good; those of fields are numbered, for they change."""


class MissingKey(Exception):
    """A key file is absent or unreadable; the message names it."""


class KeysAreBusy(Exception):
    """A backup or a rotation is under way in this folder."""


class KeyRing:
    """32-byte keys, one file each, mode 0600.

    field, field.2, ...: AES-256-GCM of encrypted columns, the key of a row told by the first byte of what is stored. index: HMAC of phone numbers and codes. tag: HMAC of ballot tags.
    ledger: Ed25519 of checkpoints. box/<consultation>: X25519 that opens one ballot box (none while trustees hold it), and box/<consultation>.aside: AES-256 of
    choices that wait for a yes; both destroyed at closing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._fields = self._read_fields()
        if not self._fields:
            raise MissingKey(f"There is no field.key in {folder}: restore it, or run `engage init` on an empty database.")
        self.index = self._read("index")
        self.tag = self._read("tag")
        self.ledger = Ed25519PrivateKey.from_private_bytes(self._read("ledger"))

    @classmethod
    def create(cls, folder: Path) -> KeyRing:
        """Make the keys of an empty database. Existing keys are kept."""
        (folder / "box").mkdir(parents=True, exist_ok=True, mode=0o700)
        missing = [name for name in NAMES if not (folder / f"{name}.key").exists()]
        for name in missing if any(folder.glob("field*.key")) else ["field", *missing]:
            _write(folder / f"{name}.key", secrets.token_bytes(32))
        return cls(folder)

    def _read(self, name: str) -> bytes:
        path = self.folder / f"{name}.key"
        try:
            key = path.read_bytes()
        except OSError as error:
            raise MissingKey(f"The key file {path} cannot be read: restore it, or run `engage init` on an empty database.") from error
        if len(key) != 32:
            raise MissingKey(f"The key file {path} must hold 32 bytes and holds {len(key)}.")
        return key

    def fingerprints(self) -> dict[str, str]:
        """A one-way mark of each key, so that a database can recognise its own."""
        self._fields |= self._read_fields()
        keys = {field_name(id): key for id, key in self._fields.items()} | {name: self._read(name) for name in NAMES}
        return {name: hashlib.sha256(b"engage key " + key).hexdigest() for name, key in keys.items()}

    def _read_fields(self) -> dict[int, bytes]:
        return {id: self._read(field_name(id)) for id in self.field_ids()}

    def field_ids(self) -> list[int]:
        """The numbers of the field keys in the folder, the oldest first."""
        found = (re.fullmatch(r"field(?:\.([0-9]+))?\.key", path.name) for path in self.folder.glob("field*.key"))
        return sorted(int(match[1] or 1) for match in found if match)

    def field(self, id: int) -> bytes:
        """The AES-256 key of fields that bears that number; one not met yet is looked for in the folder. Raises MissingKey."""
        if id not in self._fields:
            self._fields |= self._read_fields()
        if id not in self._fields:
            raise MissingKey(f"The key file {self.folder / field_name(id)}.key is missing: put it back, rows are encrypted with it.")
        return self._fields[id]

    def make_field(self, id: int) -> None:
        """A new key of fields, whole on disk before anyone can see it; one that is there is kept."""
        path = self.folder / f"{field_name(id)}.key"
        if not path.exists():
            put(path, secrets.token_bytes(32))

    def destroy_field(self, id: int) -> None:
        """Overwrite and remove a key that no row needs. Processes that have read it forget it when they end."""
        _destroy(self.folder / f"{field_name(id)}.key")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One backup or rotation at a time on this folder; a process that dies lets go. Raises KeysAreBusy."""
        with (self.folder / "keeping.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise KeysAreBusy("A backup or a rotation of keys is under way: try again when it is done.") from error
            yield

    def blind(self, purpose: str, *parts: str) -> bytes:
        """A keyed hash to find a phone number or a code without storing it."""
        message = "\x1f".join((purpose, *parts)).encode()
        return hmac.digest(self.index, message, "sha256")

    def ballot_tag(self, consultation: UUID, voter: bytes) -> bytes:
        return hmac.digest(self.tag, consultation.bytes + voter, "sha256")

    def box(self, consultation: UUID) -> X25519PrivateKey:
        """Raises MissingKey, also while it is in the hands of trustees."""
        return X25519PrivateKey.from_private_bytes(self._read(f"box/{consultation}"))

    def has_box(self, consultation: UUID) -> bool:
        return self._box_path(consultation).exists()

    def put_box(self, consultation: UUID, private: bytes) -> None:
        """Keep the 32 bytes that open a box, until `destroy_box`."""
        self._box_path(consultation).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(self._box_path(consultation), private)

    def make_box(self, consultation: UUID) -> bytes:
        """The public key that seals the ballots of a consultation, its private half made if need be."""
        if not self.has_box(consultation):
            self.put_box(consultation, secrets.token_bytes(32))
        return self.box(consultation).public_key().public_bytes_raw()

    def make_aside(self, consultation: UUID) -> None:
        """The key of choices that wait for a yes, made if need be; it opens no ballot."""
        path = self._box_path(consultation, ".aside")
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path, secrets.token_bytes(32))

    def aside(self, consultation: UUID) -> bytes:
        """AES-256 key. Raises MissingKey once the vote is closed."""
        return self._read(f"box/{consultation}.aside")

    def destroy_box(self, consultation: UUID) -> None:
        """Overwrite and remove both keys of a box. Done again, it changes nothing."""
        for path in (self._box_path(consultation), self._box_path(consultation, ".aside")):
            _destroy(path)

    def _box_path(self, consultation: UUID, which: str = "") -> Path:
        return self.folder / "box" / f"{consultation}{which}.key"

    def anchor(self) -> tuple[int, str] | None:
        """Size and root of the last checkpoint ever signed, kept apart from the database; None before the first."""
        path = self.folder / "ledger.anchor"
        if not path.exists():
            return None
        size, root = path.read_text().split()
        return int(size), root

    def move_anchor(self, size: int, root: str) -> None:
        """Write down a signature before it leaves. Raises ValueError when the log would shrink."""
        last = self.anchor()
        if last and size < last[0]:
            raise ValueError(f"a checkpoint of size {last[0]} was already signed")
        put(self.folder / "ledger.anchor", f"{size} {root}\n".encode())


class RehearsalKeys(KeyRing):
    """The same keys, with boxes of its own that live in memory alone, and an index under which no card or number of anyone is found.

    What is undone counts no wrong guesses, so there must be nothing to guess.
    """

    def __init__(self, ring: KeyRing) -> None:
        vars(self).update(vars(ring))
        self.index = secrets.token_bytes(32)
        self._boxes: dict[str, bytes] = {}

    def _read(self, name: str) -> bytes:
        return self._boxes[name] if name in self._boxes else super()._read(name)

    def has_box(self, consultation: UUID) -> bool:
        return f"box/{consultation}" in self._boxes

    def put_box(self, consultation: UUID, private: bytes) -> None:
        self._boxes[f"box/{consultation}"] = private

    def make_aside(self, consultation: UUID) -> None:
        self._boxes.setdefault(f"box/{consultation}.aside", secrets.token_bytes(32))

    def destroy_box(self, consultation: UUID) -> None:
        self._boxes.clear()


def field_name(id: int) -> str:
    """How a field key is called: its file, and its fingerprint in the database."""
    return "field" if id == 1 else f"field.{id}"


def put(path: Path, content: bytes) -> None:
    """A private file that is there whole or as it was before."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    _write(fresh, content)
    fresh.replace(path)
    sync(path.parent)


def _destroy(path: Path) -> None:
    if path.exists():
        _write(path, secrets.token_bytes(32))
        path.unlink()
        sync(path.parent)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)


def sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
