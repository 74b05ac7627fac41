"""How a database becomes pieces and comes back, in one picture of it, while others write.

SQLite is copied by its own `VACUUM INTO`, PostgreSQL by `COPY` from one snapshot: no program beside Engage, whose version would have to
fit the server's, is needed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from psycopg import sql
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from engage import migrations
from engage.backups.container import PIECE, Pieces, Unusable
from engage.kernel.db import Base, Database
from engage.kernel.keys import sync
from engage.storage import Damaged, raise_damage

Advance = Callable[[int], object]
"""Told of bytes that are done."""
Columns = Mapping[str, list[str]]


def columns() -> dict[str, list[str]]:
    """Tables in an order in which each comes after those it points to, with their columns."""
    return {table.name: [column.name for column in table.columns] for table in Base.metadata.sorted_tables}


def size(db: Database) -> int:
    """Bytes, about."""
    if db.is_sqlite:
        return Path(db.url.database or "").stat().st_size
    with db.read() as session:
        return int(session.connection().exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())


def pieces_of(db: Database, advance: Advance) -> Pieces:
    """Raises Damaged."""
    return _copied_file(db, advance) if db.is_sqlite else _copied_tables(db, advance)


def _copied_file(db: Database, advance: Advance) -> Pieces:
    """The copy in between lies beside the database, where the same things lie open anyway."""
    path = Path(db.url.database or "")
    copy = path.with_name(f"{path.name}.copy.{os.getpid()}")
    copy.touch(mode=0o600)
    try:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            fault = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
            if fault != "ok":
                raise Damaged(fault)
            connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))
        with copy.open("rb") as file:
            for place, content in enumerate(iter(lambda: file.read(PIECE), b"")):
                yield f"sqlite/{place:06}", content
                advance(len(content))
    except DatabaseError as error:
        raise_damage(error)
    finally:
        copy.unlink(missing_ok=True)


def _copied_tables(db: Database, advance: Advance) -> Pieces:
    with db.read() as session:
        connection = session.connection()
        for table, names in columns().items():
            with _driver(connection).cursor().copy(_copy("TO STDOUT", table, names)) as copy:
                for place, content in enumerate(_gathered(copy)):
                    yield f"tables/{table}/{place:06}", content
                    advance(len(content))


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _copy(direction: str, table: str, names: Iterable[str]) -> sql.Composed:
    listed = sql.SQL(", ").join(map(sql.Identifier, names))
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(table), listed, sql.SQL(direction))


def _gathered(blocks: Iterable[Any]) -> Iterator[bytes]:
    held = bytearray()
    for block in blocks:
        held += block
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def put_file(path: Path, pieces: Pieces, advance: Advance) -> None:
    """The database's file, named once it is whole."""
    partial = path.with_name(f"{path.name}.restoring.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for _, content in pieces:
                file.write(content)
                advance(len(content))
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    sync(path.parent)


def put_tables(db: Database, revision: str, names: Columns, pieces: Pieces, advance: Advance) -> None:
    """Tables as they were at that revision, with their rows, in one transaction. Raises Unusable."""
    with db.engine.connect() as connection, connection.begin():
        migrations.upgrade(db, revision, connection)
        for table, parts in groupby(pieces, key=lambda piece: piece[0].split("/")[1]):
            if table not in names:
                raise Unusable(f"the backup holds a table {table} that it does not describe")
            with _driver(connection).cursor().copy(_copy("FROM STDIN", table, names[table])) as copy:
                for _, content in parts:
                    copy.write(content)
                    advance(len(content))
