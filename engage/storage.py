"""Opening a database with its keys, and making an empty one ready."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from sqlalchemy.exc import DatabaseError

from engage import governance, migrations, territory
from engage.config import Config
from engage.kernel import fingerprints
from engage.kernel.db import Database
from engage.kernel.keys import KeyRing


class NotReady(Exception):
    """The tables are missing or old; the message says what to do."""


class Damaged(Exception):
    """The database's file can no longer be trusted."""

    def __init__(self, fault: str) -> None:
        super().__init__(
            f"The database is damaged ({fault}). Stop the site and the worker, move the database's files elsewhere and keep them, put the"
            " last good backup back with `engage restore FILE`, then look at the disk."
        )


def raise_damage(error: DatabaseError) -> NoReturn:
    """SQLite's word for a damaged file as a sentence; any other error as it is. Raises Damaged."""
    if re.search("malformed|not a database", str(error.orig)):
        raise Damaged(str(error.orig)) from error
    raise error


def open_storage(config: Config) -> Database:
    """The database with its own keys. Raises MissingKey, ForeignKeys, NotReady or Damaged."""
    db = Database(config.database_url, KeyRing(config.keys_dir))
    try:
        if not migrations.is_current(db):
            raise NotReady("The tables are missing or out of date: run `engage init`.")
        with db.read() as session:
            fingerprints.check(session, db.keys)
    except DatabaseError as error:
        db.dispose()
        raise_damage(error)
    except BaseException:
        db.dispose()
        raise
    return db


@contextmanager
def house(config: Config) -> Iterator[Database]:
    """The database, closed at the end. Raises what `open_storage` raises."""
    db = open_storage(config)
    try:
        yield db
    finally:
        db.dispose()


def build_storage(config: Config) -> Database:
    """Bring the tables up to date, make the keys of an empty database, and load the reference data.

    Raises MissingKey or ForeignKeys when a database that has data stands without its own keys.
    """
    empty = migrations.is_empty(config.database_url)
    db = Database(config.database_url, KeyRing.create(config.keys_dir) if empty else KeyRing(config.keys_dir))
    migrations.upgrade(db)
    with db.write() as session:
        if empty:
            fingerprints.adopt(session, db.keys)
        else:
            fingerprints.check(session, db.keys)
        territory.load(session)
        governance.load(session)
    return db
