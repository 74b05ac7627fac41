"""Opening a database with its keys, and making an empty one ready."""

from __future__ import annotations

from engage import governance, migrations, territory
from engage.config import Config
from engage.kernel import fingerprints
from engage.kernel.db import Database
from engage.kernel.keys import KeyRing


class NotReady(Exception):
    """The tables are missing or old; the message says what to do."""


def open_storage(config: Config) -> Database:
    """The database with its own keys. Raises MissingKey, ForeignKeys or NotReady."""
    db = Database(config.database_url, KeyRing(config.keys_dir))
    try:
        if not migrations.is_current(db):
            raise NotReady("The tables are missing or out of date: run `engage init`.")
        with db.read() as session:
            fingerprints.check(session, db.keys)
    except BaseException:
        db.dispose()
        raise
    return db


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
