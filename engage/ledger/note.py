"""Signed notes and checkpoints as C2SP defines them (signed-note, tlog-checkpoint), with Ed25519. Pure."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"


class BadNote(Exception):
    """The note is malformed or its signature does not hold; the message says which."""


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def verifier_key(name: str, public: Ed25519PublicKey) -> str:
    """`name+hash+key`, the line that a verifier is given."""
    typed = ED25519 + public.public_bytes_raw()
    return f"{name}+{_key_hash(name, typed).hex()}+{base64.b64encode(typed).decode()}"


def sign(body: str, name: str, key: Ed25519PrivateKey) -> str:
    """The whole note: body, empty line, one signature line."""
    typed = ED25519 + key.public_key().public_bytes_raw()
    signature = base64.b64encode(_key_hash(name, typed) + key.sign(body.encode())).decode()
    return f"{body}\n\N{EM DASH} {name} {signature}\n"


def open_note(note: str, verifier: str) -> str:
    """The body of a note signed by `verifier` (a verifier key line). Raises BadNote."""
    name, key_hash, encoded = verifier.split("+", 2)
    typed = base64.b64decode(encoded)
    if typed[:1] != ED25519 or _key_hash(name, typed).hex() != key_hash:
        raise BadNote("the verifier key is malformed")
    body, separator, signatures = note.rpartition("\n\n")
    if not separator:
        raise BadNote("the note has no signature")
    body += "\n"
    for line in signatures.splitlines():
        if not line.startswith(f"\N{EM DASH} {name} "):
            continue
        raw = base64.b64decode(line.rsplit(" ", 1)[1])
        if raw[:4].hex() != key_hash:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(typed[1:]).verify(raw[4:], body.encode())
        except InvalidSignature as error:
            raise BadNote(f"the signature of {name} does not hold") from error
        return body
    raise BadNote(f"the note bears no signature of {name}")


def parse(body: str) -> Checkpoint:
    """Raises BadNote when the body is not a checkpoint."""
    lines = body.split("\n")
    try:
        return Checkpoint(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True))
    except (IndexError, ValueError) as error:
        raise BadNote("the note is no checkpoint") from error


def _key_hash(name: str, typed_key: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + typed_key).digest()[:4]
