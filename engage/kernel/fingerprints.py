"""The database knows its own keys: a start with others is refused before anything is written with them."""

from __future__ import annotations

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.kernel.db import Base
from engage.kernel.keys import KeyRing


class KeyFingerprint(Base):
    __tablename__ = "key_fingerprint"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))


class ForeignKeys(Exception):
    """The key folder does not belong to this database."""


def adopt(session: Session, keys: KeyRing) -> None:
    """Write down the fingerprints of an empty database's keys."""
    for name, fingerprint in keys.fingerprints().items():
        session.merge(KeyFingerprint(name=name, fingerprint=fingerprint))


def check(session: Session, keys: KeyRing) -> None:
    """Raises ForeignKeys when a key is not the one this database was made with."""
    known = {row.name: row.fingerprint for row in session.scalars(select(KeyFingerprint))}
    wrong = [name for name, fingerprint in keys.fingerprints().items() if known.get(name) != fingerprint]
    if wrong:
        raise ForeignKeys(f"The keys in {keys.folder} are not this database's ({', '.join(wrong)}): point ENGAGE_KEYS_DIR to its own keys.")
