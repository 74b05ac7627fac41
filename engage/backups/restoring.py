"""Putting a backup back where nothing is, and saying what it does not bring back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

from engage import ledger, migrations, participants, staff
from engage.backups import container, engines
from engage.backups.container import Pieces, Refused, Unusable
from engage.backups.making import Began, key_files
from engage.config import Config
from engage.kernel import fingerprints
from engage.kernel.db import Database
from engage.kernel.keys import KeyRing, put
from engage.ledger import LedgerCheckpoint
from engage.messaging.models import OutboundMessage, Sending
from engage.voting import Consultation, KeyMode, Stage


@dataclass(frozen=True)
class Restored:
    """What came back, and what to know before anyone works with it."""

    made_at: datetime
    size: int
    """Facts in the ledger."""
    root: str
    """Of the last checkpoint, in hex; empty before the first."""
    faults: list[str]
    signed_since: int
    """Facts that a checkpoint was signed over and that the backup does not hold: it is older than that checkpoint."""
    boxes_without_key: int
    texts_waiting: int


def restore(config: Config, path: Path, keys_path: Path | None, passphrase: bytes | None, began: Began) -> Restored:
    """Raises Refused, Unusable, MissingKey, ForeignKeys, UnknownVersion; then nothing was put anywhere."""
    _check_empty(config, with_keys=keys_path is not None)
    for file in filter(None, (path, keys_path)):
        container.check(file, passphrase)
    pieces = container.read(path, passphrase)
    head = _head(path, pieces, "backup.json")
    if (head["engine"] == "sqlite") != bool(_sqlite_file(config)):
        raise Unusable(f"{path} is a backup of {head['engine']}: set ENGAGE_DATABASE_URL to a database of that kind.")
    migrations.check_known(head["revision"])
    with _keys(config.keys_dir, keys_path, passphrase) as ring:
        fingerprints.match(head["keys"], ring)
        db = _put(config, head, pieces, ring, began)
    try:
        migrations.upgrade(db)
        with db.read() as session:
            return _looked_at(session, ring, datetime.fromisoformat(head["made_at"]))
    finally:
        db.dispose()


def _check_empty(config: Config, *, with_keys: bool) -> None:
    file = _sqlite_file(config)
    left = [file, *(file.with_name(file.name + end) for end in ("-wal", "-shm", "-journal"))] if file else []
    if any(each.exists() for each in left) or (file is None and not migrations.is_empty(config.database_url)):
        raise Refused("There is a database already, and a restore overwrites nothing: move it elsewhere, or name an empty one.")
    if with_keys and any(key_files(config.keys_dir)):
        raise Refused(f"There are keys in {config.keys_dir} already: leave --keys out if they are the right ones, or move them elsewhere.")


def _sqlite_file(config: Config) -> Path | None:
    url = make_url(config.database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _head(path: Path, pieces: Pieces, name: str) -> dict[str, Any]:
    first, content = next(pieces, ("", b""))
    if first != name:
        raise Unusable(f"{path} is not what it should be: the database is in the file of `engage backup FILE`, keys in that of --keys.")
    head: dict[str, Any] = json.loads(content)
    return head


@contextmanager
def _keys(folder: Path, path: Path | None, passphrase: bytes | None) -> Iterator[KeyRing]:
    """The keys in their folder, or put there from a file; taken away again when the rest goes wrong."""
    if path is None:
        yield KeyRing(folder)
        return
    pieces = container.read(path, passphrase)
    _head(path, pieces, "keys.json")
    files = {Path(name).name: content for name, content in pieces}
    (folder / "box").mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        for name, content in files.items():
            put(folder / name, content)
        yield KeyRing(folder)
    except BaseException:
        for name in files:
            (folder / name).unlink(missing_ok=True)
        raise


def _put(config: Config, head: dict[str, Any], pieces: Pieces, ring: KeyRing, began: Began) -> Database:
    advance = began(head["bytes"])
    file = _sqlite_file(config)
    if file:
        engines.put_file(file, pieces, advance)
        return Database(config.database_url, ring)
    db = Database(config.database_url, ring)
    try:
        engines.put_tables(db, head["revision"], head["columns"], pieces, advance)
    except BaseException:
        db.dispose()
        raise
    return db


def _looked_at(session: Session, ring: KeyRing, made_at: datetime) -> Restored:
    last = session.scalar(select(LedgerCheckpoint).order_by(LedgerCheckpoint.size.desc()).limit(1))
    sealed = select(Consultation.id).where(
        Consultation.stage.in_((Stage.ANNOUNCED, Stage.OPEN, Stage.FROZEN)), Consultation.key_mode == KeyMode.SERVER
    )
    waiting = select(func.count()).where(OutboundMessage.state.in_((Sending.WAITING, Sending.SENDING)))
    anchor = ring.anchor()
    return Restored(
        made_at=made_at,
        size=ledger.size(session),
        root=last.root.hex() if last else "",
        faults=[*ledger.verify(session, made_at, participants.person_keys(session)), *staff.log.faults(session)],
        signed_since=max(0, (anchor[0] if anchor else 0) - (last.size if last else 0)),
        boxes_without_key=sum(not ring.has_box(id) for id in session.scalars(sealed)),
        texts_waiting=session.scalars(waiting).one(),
    )
