"""The database knows its own keys: a start with others is refused before anything is written with them."""

from __future__ import annotations

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.kernel.db import Base
from engage.kernel.keys import NAMES, KeyRing, field_name


class KeyFingerprint(Base):
    __tablename__ = "key_fingerprint"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))


class ForeignKeys(Exception):
    """The key folder does not belong to this database."""


def adopt(session: Session, keys: KeyRing) -> None:
    """Write down the fingerprints of all keys in the folder."""
    for name, fingerprint in keys.fingerprints().items():
        session.merge(KeyFingerprint(name=name, fingerprint=fingerprint))


def known(session: Session) -> dict[str, str]:
    """The fingerprint of each key of this database, by its name."""
    return {row.name: row.fingerprint for row in session.scalars(select(KeyFingerprint))}


def check(session: Session, keys: KeyRing) -> None:
    """Raises ForeignKeys when a key is not the one this database was made with."""
    match(known(session), keys)


def match(known: dict[str, str], keys: KeyRing) -> None:
    """Raises ForeignKeys. A field key that the database does not know yet is of a rotation that is about to begin."""
    here = keys.fingerprints()
    wrong = sorted(name for name in {*NAMES, *known} if known.get(name) != here.get(name))
    if wrong:
        raise ForeignKeys(f"The keys in {keys.folder} are not this database's ({', '.join(wrong)}): point ENGAGE_KEYS_DIR to its own keys.")


def field_ids(session: Session) -> list[int]:
    """The numbers of the field keys that rows may be encrypted with, the oldest first; two while a rotation is under way."""
    names = session.connection().exec_driver_sql("SELECT name FROM key_fingerprint").scalars()
    return sorted(int(name.partition(".")[2] or 1) for name in names if name.startswith("field"))


def current_field(session: Session) -> int:
    """The key that encrypts fields now: the database is asked once a transaction, so that nobody writes with one that was retired."""
    asked_in, id = session.info.get("current field", (None, 0))
    if asked_in is None or asked_in is not session.get_transaction():
        id = field_ids(session)[-1]
        session.info["current field"] = session.get_transaction(), id
    return int(id)


def retire_fields(session: Session, before: int) -> None:
    """The database no longer knows the field keys below that number."""
    old = [field_name(id) for id in field_ids(session) if id < before]
    session.execute(delete(KeyFingerprint).where(KeyFingerprint.name.in_(old)))
