"""The key ring: every secret Engage holds, in one folder apart from the database."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

NAMES = ("field", "index", "tag", "ledger")


class MissingKey(Exception):
    """A key file is absent or unreadable; the message names it."""


class KeyRing:
    """32-byte keys, one file each, mode 0600.

    field: AES-256-GCM of encrypted columns. index: HMAC of phone numbers and codes. tag: HMAC of ballot tags.
    ledger: Ed25519 of checkpoints. box/<consultation>: X25519 that opens one ballot box (none while trustees hold it), and box/<consultation>.aside: AES-256 of
    choices that wait for a yes; both destroyed at closing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.field = self._read("field")
        self.index = self._read("index")
        self.tag = self._read("tag")
        self.ledger = Ed25519PrivateKey.from_private_bytes(self._read("ledger"))

    @classmethod
    def create(cls, folder: Path) -> KeyRing:
        """Make the keys of an empty database. Existing keys are kept."""
        (folder / "box").mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in NAMES:
            if not (folder / f"{name}.key").exists():
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
        return {name: hashlib.sha256(b"engage key " + self._read(name)).hexdigest() for name in NAMES}

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
            if path.exists():
                _write(path, secrets.token_bytes(32))
                path.unlink()
                _sync(path.parent)

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
        fresh = self.folder / f"ledger.anchor.{os.getpid()}"
        _write(fresh, f"{size} {root}\n".encode())
        fresh.replace(self.folder / "ledger.anchor")
        _sync(self.folder)


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


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
