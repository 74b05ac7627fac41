"""Signed notes and checkpoints as C2SP defines them (signed-note, tlog-checkpoint), with Ed25519. Pure."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
COSIGNATURE = b"\x04"
"""Of a witness: a signature over the checkpoint and the second at which it was seen (C2SP tlog-cosignature)."""


class BadNote(Exception):
    """The note is malformed or its signature does not hold; the message says which."""


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def verifier_key(name: str, public: Ed25519PublicKey, type: bytes = ED25519) -> str:
    """`name+hash+key`, the line that a verifier is given."""
    typed = type + public.public_bytes_raw()
    return f"{name}+{_key_hash(name, typed).hex()}+{base64.b64encode(typed).decode()}"


def sign(body: str, name: str, key: Ed25519PrivateKey) -> str:
    """The whole note: body, empty line, one signature line."""
    typed = ED25519 + key.public_key().public_bytes_raw()
    signature = base64.b64encode(_key_hash(name, typed) + key.sign(body.encode())).decode()
    return f"{body}\n\N{EM DASH} {name} {signature}\n"


def open_note(note: str, verifier: str) -> str:
    """The body of a note signed by `verifier` (a verifier key line). Raises BadNote."""
    name, public = read_verifier(verifier, ED25519)
    body, raw, _line = _signed(note, name, verifier)
    _check(public, raw, body.encode(), name)
    return body


def cosign(note: str, name: str, key: Ed25519PrivateKey, seconds: int) -> str:
    """The same note with a witness's line at its end, who saw it at `seconds` since 1970."""
    body, separator, _ = note.rpartition("\n\n")
    if not separator:
        raise BadNote("the note has no signature")
    typed = COSIGNATURE + key.public_key().public_bytes_raw()
    signature = key.sign(_seen(body + "\n", seconds))
    raw = _key_hash(name, typed) + seconds.to_bytes(8, "big") + signature
    return f"{note}\N{EM DASH} {name} {base64.b64encode(raw).decode()}\n"


def open_cosigned(note: str, verifier: str) -> tuple[str, int]:
    """The witness's own line under a note, and when they saw it, in seconds since 1970. Raises BadNote."""
    name, public = read_verifier(verifier, COSIGNATURE)
    body, raw, line = _signed(note, name, verifier)
    seconds = int.from_bytes(raw[:8], "big")
    _check(public, raw[8:], _seen(body, seconds), name)
    return line, seconds


def _seen(body: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{body}".encode()


def read_verifier(line: str, type: bytes) -> tuple[str, Ed25519PublicKey]:
    """Name and key of a verifier line of that type. Raises BadNote."""
    try:
        name, key_hash, encoded = line.strip().split("+", 2)
        typed = base64.b64decode(encoded, validate=True)
        if not name or any(sign.isspace() for sign in name) or typed[:1] != type or _key_hash(name, typed).hex() != key_hash:
            raise BadNote("the verifier key is malformed")
        return name, Ed25519PublicKey.from_public_bytes(typed[1:])
    except ValueError as error:
        raise BadNote("the verifier key is malformed") from error


def _signed(note: str, name: str, verifier: str) -> tuple[str, bytes, str]:
    """The body of a note, what follows the key's hash in the line of that name and key, and that line."""
    body, separator, signatures = note.rpartition("\n\n")
    if not separator:
        raise BadNote("the note has no signature")
    key_hash = verifier.strip().split("+", 2)[1]
    for line in signatures.splitlines():
        if not line.startswith(f"\N{EM DASH} {name} "):
            continue
        try:
            raw = base64.b64decode(line.rsplit(" ", 1)[1], validate=True)
        except ValueError as error:
            raise BadNote(f"the signature of {name} is malformed") from error
        if raw[:4].hex() == key_hash:
            return body + "\n", raw[4:], line
    raise BadNote(f"the note bears no signature of {name}")


def _check(public: Ed25519PublicKey, signature: bytes, message: bytes, name: str) -> None:
    try:
        public.verify(signature, message)
    except InvalidSignature as error:
        raise BadNote(f"the signature of {name} does not hold") from error


def parse(body: str) -> Checkpoint:
    """Raises BadNote when the body is not a checkpoint."""
    lines = body.split("\n")
    try:
        return Checkpoint(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True))
    except (IndexError, ValueError) as error:
        raise BadNote("the note is no checkpoint") from error


def _key_hash(name: str, typed_key: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + typed_key).digest()[:4]
