"""Runs migrations on the database that the caller passed."""

from contextlib import nullcontext

from alembic import context

from engage.kernel.db import Base, Database
from engage.models import TABLES

db: Database = context.config.attributes["database"]
given = context.config.attributes.get("connection")
with nullcontext(given) if given is not None else db.engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=db.is_sqlite, compare_type=True)
    assert TABLES
    with context.begin_transaction():
        context.run_migrations()
