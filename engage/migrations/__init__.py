"""The history of the tables, applied by `engage init`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, make_url

from engage.kernel.db import Database

FOLDER = Path(__file__).parent


def _config(db: Database) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["database"] = db
    return config


class UnknownVersion(Exception):
    """A version of the tables that this Engage is too old for."""


def upgrade(db: Database, revision: str = "head", connection: Connection | None = None) -> None:
    """Bring the tables to the newest version, or to a named one; in the transaction of `connection` where it is given."""
    config = _config(db)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def check_known(revision: str) -> None:
    """Raises UnknownVersion."""
    try:
        ScriptDirectory(str(FOLDER)).get_revision(revision)
    except CommandError as error:
        raise UnknownVersion(f"The tables have a version ({revision}) that this Engage does not know: install the newer one.") from error


def is_current(db: Database) -> bool:
    return revision_of(db) == _head()


def revision_of(db: Database) -> str | None:
    with db.reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def _head() -> str | None:
    return ScriptDirectory(str(FOLDER)).get_current_head()


def new_revision(db: Database, message: str) -> None:
    """For developers: write a revision from the difference between models and tables."""
    command.revision(_config(db), message, autogenerate=True)


def is_empty(url: str) -> bool:
    """Whether no migration was ever applied to the database at that URL."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        if not Path(where.database or "").exists():
            return True
    else:
        where = where.set(drivername="postgresql+psycopg")
    engine = create_engine(where)
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return revision is None
