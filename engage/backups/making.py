"""Making a backup, while the site and the worker go on."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from itertools import chain
from pathlib import Path

from engage import migrations
from engage.backups import container, engines
from engage.kernel import fingerprints
from engage.kernel.db import Database
from engage.kernel.keys import KeyRing, put

Began = Callable[[int], engines.Advance]
"""Told how many bytes there are, about, gives what is called as parts of them are done."""
LAST = "last-backup"


def make(db: Database, path: Path, keys_path: Path | None, passphrase: bytes | None, at: datetime, began: Began) -> None:
    """Write the database to a file, and the keys to another where one is named. Raises Refused, Damaged, KeysAreBusy.

    Keys of ballot boxes are never among them: what closing destroys must not live on in a copy.
    """
    container.check_free(path)
    if keys_path is not None:
        container.check_free(keys_path)
    with db.keys.alone():
        size = engines.size(db)
        head = json.dumps(_head(db, at, size)).encode()
        container.write(path, chain([("backup.json", head)], engines.pieces_of(db, began(size))), passphrase)
        if keys_path is not None:
            files = {file.name: file.read_bytes() for file in key_files(db.keys.folder)}
            container.write(keys_path, chain([("keys.json", head)], files.items()), passphrase)
        put(db.keys.folder / LAST, at.isoformat().encode())


def _head(db: Database, at: datetime, size: int) -> dict[str, object]:
    with db.read() as session:
        known = fingerprints.known(session)
    return {
        "format": 1,
        "engine": db.url.get_backend_name(),
        "revision": migrations.revision_of(db),
        "made_at": at.isoformat(),
        "bytes": size,
        "keys": known,
        "columns": {} if db.is_sqlite else engines.columns(),
    }


def key_files(folder: Path) -> list[Path]:
    """The keys that a copy may hold, and the anchor of the ledger; boxes lie in a folder of their own."""
    return [*sorted(folder.glob("*.key")), *folder.glob("ledger.anchor")]


def last_made(keys: KeyRing) -> datetime | None:
    """When the last backup was made. Noted beside the keys, which all hosts share and no restore takes back."""
    note = keys.folder / LAST
    return datetime.fromisoformat(note.read_text()) if note.exists() else None
