"""Storage: migrations give the tables the models describe; writers wait their turn and lose nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from engage import models
from engage.kernel.act import Act, Channel
from engage.kernel.db import Base
from engage.participants import welcome
from engage.territory import Territory
from tests.world import World


def test_migrations_and_models_agree(world: World) -> None:
    assert models.TABLES
    with world.db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_many_writers_at_once_all_succeed(world: World) -> None:
    def write(_: int) -> None:
        with world.db.write() as session:
            welcome(Act(session, Channel.WEB, world.at))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(60)))
    with world.db.read() as session:
        assert session.execute(text("SELECT count(*) FROM participant")).scalar() == 60


def test_sqlite_is_durable_and_checks_its_keys(world: World) -> None:
    if not world.db.is_sqlite:
        return
    with world.db.write() as session:
        pragmas = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_readers_cannot_write(world: World) -> None:
    with world.db.read() as session:
        session.add(Territory(code="999", name="x", type="MRC", subtype="", region_code="01"))
        try:
            session.flush()
        except Exception as refused:  # noqa: BLE001 - each engine has its own word for it
            assert "readonly" in str(refused).replace("-", "") or "read-only" in str(refused)
        else:
            raise AssertionError("a reader wrote")
