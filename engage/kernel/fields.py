"""Encrypted fields: AES-256-GCM bound to table, column and row, so that a ciphertext moved elsewhere opens nothing."""

from __future__ import annotations

import base64
import secrets
from functools import cache
from typing import Any, overload
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Insert, LargeBinary, insert
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from engage.kernel.db import Base, keys_of
from engage.kernel.fingerprints import current_field
from engage.kernel.keys import MissingKey


class Unreadable(Exception):
    """A stored field was altered, moved, or sealed with another key."""


def sealed_column(*, nullable: bool = False) -> Mapped[Any]:
    return mapped_column(LargeBinary, nullable=nullable)


def packed(content: bytes) -> str:
    """A file as an encrypted field keeps it."""
    return base64.b64encode(content).decode()


def unpacked(kept: str | None) -> bytes:
    return base64.b64decode(kept or "")


class Encrypted:
    """A text attribute kept encrypted in the column `<name>_sealed`.

    The row must already be in a session: the key comes from there. Stored as key id, nonce (12 bytes), ciphertext.
    """

    def __set_name__(self, owner: type[Base], name: str) -> None:
        self.table = owner.__tablename__
        self.column = f"{name}_sealed"

    @overload
    def __get__(self, row: None, owner: type) -> Encrypted: ...
    @overload
    def __get__(self, row: Any, owner: type) -> str | None: ...
    def __get__(self, row: Any, owner: type) -> Encrypted | str | None:
        return self if row is None else self.opened(_session_of(row), row.id, getattr(row, self.column))

    def __set__(self, row: Any, text: str | None) -> None:
        setattr(row, self.column, self.sealed(_session_of(row), row.id, text))

    def opened(self, session: Session, id: UUID, stored: bytes | None) -> str | None:
        """The text of a row's column. Raises Unreadable."""
        if stored is None:
            return None
        try:
            return AESGCM(keys_of(session).field(stored[0])).decrypt(stored[1:13], stored[13:], self._place(id)).decode()
        except (InvalidTag, MissingKey) as error:
            raise Unreadable(f"{self.table}.{self.column} of row {id} cannot be opened") from error

    def sealed(self, session: Session, id: UUID, text: str | None) -> bytes | None:
        """What to keep in a row's column."""
        if text is None:
            return None
        key, nonce = current_field(session), secrets.token_bytes(12)
        return bytes([key]) + nonce + AESGCM(keys_of(session).field(key)).encrypt(nonce, text.encode(), self._place(id))

    def _place(self, id: UUID) -> bytes:
        return f"{self.table}.{self.column}.{id}".encode()


def append(session: Session, row: Base, **secret: str | None) -> None:
    """Insert a row at once, its encrypted fields given by name: a quarter of the price of a unit of work.

    For rows that are only ever added here. The row does not join the session: read it again to change it.
    """
    for name, text in secret.items():
        field: Encrypted = getattr(type(row), name)
        setattr(row, field.column, field.sealed(session, row.id, text))  # type: ignore[attr-defined]
    statement, names = _insert(type(row))
    given = row.__dict__
    session.connection().execute(statement, {name: given[name] for name in names if name in given})


@cache
def _insert(model: type[Any]) -> tuple[Insert, list[str]]:
    return insert(model.__table__), [column.name for column in model.__table__.columns]


def _session_of(row: Any) -> Session:
    session = object_session(row)
    if session is None:
        raise LookupError(f"add the {type(row).__name__} to a session before using its encrypted fields")
    return session
