"""The history of the tables, applied by `engage init`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url

from engage.kernel.db import Database

FOLDER = Path(__file__).parent


def _config(db: Database) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["database"] = db
    return config


def upgrade(db: Database) -> None:
    """Bring the tables to the newest version."""
    command.upgrade(_config(db), "head")


def is_current(db: Database) -> bool:
    with db.reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == _head()


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
