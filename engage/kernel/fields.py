"""Encrypted fields: AES-256-GCM bound to table, column and row, so that a ciphertext moved elsewhere opens nothing."""

from __future__ import annotations

import secrets
from functools import cache
from typing import Any, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Insert, LargeBinary, insert
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from engage.kernel.db import Base, keys_of

KEY_ID = b"\x01"


class Unreadable(Exception):
    """A stored field was altered, moved, or sealed with another key."""


def sealed_column(*, nullable: bool = False) -> Mapped[Any]:
    return mapped_column(LargeBinary, nullable=nullable)


class Encrypted:
    """A text attribute kept encrypted in the column `<name>_sealed`.

    The row must already be in a session: the key comes from there. Stored as key id, nonce (12 bytes), ciphertext.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.column = f"{name}_sealed"

    @overload
    def __get__(self, row: None, owner: type) -> Encrypted: ...
    @overload
    def __get__(self, row: Any, owner: type) -> str | None: ...
    def __get__(self, row: Any, owner: type) -> Encrypted | str | None:
        if row is None:
            return self
        stored: bytes | None = getattr(row, self.column)
        if stored is None:
            return None
        try:
            plain = _cipher(row).decrypt(stored[1:13], stored[13:], self._place(row))
        except InvalidTag as error:
            raise Unreadable(f"{row.__tablename__}.{self.column} of row {row.id} cannot be opened") from error
        return plain.decode()

    def __set__(self, row: Any, text: str | None) -> None:
        setattr(row, self.column, None if text is None else self._sealed(row, text, _cipher(row)))

    def _sealed(self, row: Any, text: str, cipher: AESGCM) -> bytes:
        nonce = secrets.token_bytes(12)
        return KEY_ID + nonce + cipher.encrypt(nonce, text.encode(), self._place(row))

    def _place(self, row: Any) -> bytes:
        return f"{row.__tablename__}.{self.column}.{row.id}".encode()


def append(session: Session, row: Base, **secret: str | None) -> None:
    """Insert a row at once, its encrypted fields given by name: a quarter of the price of a unit of work.

    For rows that are only ever added here. The row does not join the session: read it again to change it.
    """
    cipher = AESGCM(keys_of(session).field)
    for name, text in secret.items():
        field: Encrypted = getattr(type(row), name)
        setattr(row, field.column, None if text is None else field._sealed(row, text, cipher))
    statement, names = _insert(type(row))
    given = row.__dict__
    session.connection().execute(statement, {name: given[name] for name in names if name in given})


@cache
def _insert(model: type[Base]) -> tuple[Insert, list[str]]:
    return insert(model.__table__), [column.name for column in model.__table__.columns]  # type: ignore[arg-type]


def _cipher(row: Any) -> AESGCM:
    session = object_session(row)
    if session is None:
        raise LookupError(f"add the {type(row).__name__} to a session before using its encrypted fields")
    return AESGCM(keys_of(session).field)
