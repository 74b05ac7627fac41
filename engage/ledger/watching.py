"""What a witness does, from outside: fetch the checkpoint, see that it extends what was seen before, countersign, send it back."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engage.ledger import note
from engage.ledger.tree import verify_consistency

Fetch = Callable[[str], str]


class LogForked(Exception):
    """The log does not extend what this witness saw: the old and the new checkpoint, together, prove that it was rewritten."""


@dataclass
class Memory:
    """What a witness keeps in one file: their name and key, the ledger's key, and the last checkpoint that they signed."""

    path: Path
    name: str
    key: Ed25519PrivateKey
    ledger: str
    seen: str = ""

    @classmethod
    def open(cls, path: Path, name: str, ledger: str) -> Memory:
        """The file as it is, or a new one with a new key. Raises BadNote where it was made for another ledger."""
        if not path.exists():
            memory = cls(path, name, Ed25519PrivateKey.generate(), ledger)
            memory.keep()
            return memory
        read = json.loads(path.read_text(encoding="utf-8"))
        if read["ledger"] != ledger:
            raise note.BadNote("this file belongs to another ledger: a witness has one file for each")
        return cls(path, read["name"], Ed25519PrivateKey.from_private_bytes(base64.b64decode(read["key"])), ledger, read["seen"])

    def keep(self) -> None:
        """In one step, so that a cut leaves the old file or the new one."""
        told = {"name": self.name, "key": base64.b64encode(self.key.private_bytes_raw()).decode(), "ledger": self.ledger, "seen": self.seen}
        whole = self.path.with_suffix(".new")
        whole.touch(mode=0o600)
        whole.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        whole.replace(self.path)

    def verifier(self) -> str:
        """The line that the operator registers."""
        return note.verifier_key(self.name, self.key.public_key(), note.COSIGNATURE)


def look(memory: Memory, fetch: Fetch, seconds: int) -> str:
    """The latest checkpoint with this witness's line; `fetch` gives the text at an address under the ledger's.

    What was seen is kept before anything is signed. Raises BadNote, LogForked.
    """
    text = fetch("checkpoint")
    new = note.parse(note.open_note(text, memory.ledger))
    if memory.seen:
        old = note.parse(note.open_note(memory.seen, memory.ledger))
        if new.size < old.size or not _extends(old, new, fetch):
            raise LogForked(f"{memory.seen}\n{text}")
    memory.seen = text
    memory.keep()
    return note.cosign(text, memory.name, memory.key, seconds)


def _extends(old: note.Checkpoint, new: note.Checkpoint, fetch: Fetch) -> bool:
    proof = [bytes.fromhex(line) for line in fetch(f"consistency/{old.size}/{new.size}").split()] if old.size < new.size else []
    return verify_consistency(old.size, new.size, old.root, new.root, proof)
