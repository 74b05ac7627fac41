"""The database: one writer's door and one reader's door, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import fcntl
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from engage.kernel.counts import Counts
from engage.kernel.keys import KeyRing

try:
    import pysqlite3 as _sqlite  # type: ignore[import-untyped]
except ImportError:  # pragma: no cover - platforms without the wheel
    _sqlite = sqlite3
SQLITE: ModuleType = _sqlite
SQLITE_IS_SAFE = SQLITE.sqlite_version_info >= (3, 51, 3)
"""False where SQLite still has the WAL-reset bug; `engage doctor` and the start then say so."""


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; SQLite forgets zones, so the zone is given back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment()}  # noqa: RUF012


SHUFFLED = {"sqlite_with_rowid": False}
"""Table options of rows whose order of arrival would tell something: SQLite then keeps them by their random id."""


class Identified:
    """A row known by a random UUID from the moment it is made, so that fields can be encrypted for it at once."""

    id: Mapped[UUID] = mapped_column(primary_key=True)

    def __init__(self, **values: Any) -> None:
        super().__init__(**({"id": uuid4()} | values))


class Public:
    """A row that the public sees: what staff change on it is kept in their log, before and after."""


class Database:
    """Sessions that carry the key ring and this process's counts in `session.info`.

    Every SQLite writer takes a file lock before BEGIN IMMEDIATE: SQLite's own busy wait starves writers.
    """

    def __init__(self, url: str, keys: KeyRing) -> None:
        self.url = make_url(url)
        self.keys = keys
        self._info = {"keys": keys, "counts": Counts()}
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            path = Path(self.url.database or "")
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock_path = path.with_name(path.name + ".lock")
            self.engine = _sqlite_engine(self.url.render_as_string(), "BEGIN IMMEDIATE", read_only=False)
            self.reader = _sqlite_engine(self.url.render_as_string(), "BEGIN", read_only=True)
        else:
            url_with_driver = self.url.set(drivername="postgresql+psycopg")
            self.engine = create_engine(url_with_driver, pool_size=4, max_overflow=4, pool_pre_ping=True)
            reading = {"options": "-c default_transaction_read_only=on"}
            self.reader = create_engine(
                url_with_driver, pool_size=4, max_overflow=4, connect_args=reading, isolation_level="REPEATABLE READ"
            )
        self.glancer = self.reader if self.is_sqlite else self.reader.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One writing transaction: committed when the block ends, rolled back when it raises.

        Nothing is flushed by surprise: an act that reads back what it just wrote flushes first.
        """
        with self._writers_turn(), Session(self.engine, info=self._info, autoflush=False) as session:
            session.connection()
            yield session
            session.commit()

    @contextmanager
    def rehearse(self) -> Iterator[Session]:
        """A writing transaction that is always undone, whatever commits within. Whoever is let in gets `RehearsalKeys` of it."""
        with self._writers_turn(), self.engine.connect() as connection:
            whole = connection.begin()
            try:
                info = {"keys": self.keys, "counts": Counts()}
                with Session(connection, info=info, autoflush=False, join_transaction_mode="create_savepoint") as session:
                    yield session
            finally:
                whole.rollback()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One picture of the database: nothing that is written meanwhile is seen."""
        with Session(self.reader, info=self._info, autoflush=False) as session:
            yield session

    @contextmanager
    def glance(self) -> Iterator[Session]:
        """Reading for a page: on PostgreSQL each statement stands alone, which saves two round trips."""
        with Session(self.glancer, info=self._info, autoflush=False) as session:
            yield session

    @contextmanager
    def _writers_turn(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        with self._lock_path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def shred(self, *tables: str) -> bool:
        """Leave no deleted row in the files: SQLite is rewritten and its log emptied, PostgreSQL's named tables rewritten.

        False when a reader holds the log just now: try again later, nobody is made to wait.
        """
        with self._writers_turn(), self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql(f"VACUUM FULL {', '.join(tables)}")
                return True
            connection.exec_driver_sql("PRAGMA busy_timeout=100")
            try:
                connection.exec_driver_sql("VACUUM")
                return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
            finally:
                connection.exec_driver_sql("PRAGMA busy_timeout=10000")

    def outlast_writers(self) -> None:
        """Wait until every transaction that is open now has ended. On SQLite writers pass one by one: none is open beside ours."""
        before = self._open_transactions()
        while before & self._open_transactions():
            time.sleep(0.05)

    def _open_transactions(self) -> set[str]:
        if self.is_sqlite:
            return set()
        with self.glancer.connect() as connection:
            return set(connection.exec_driver_sql(_OPEN_TRANSACTIONS).scalars())

    def dispose(self) -> None:
        self.engine.dispose()
        self.reader.dispose()


_OPEN_TRANSACTIONS = """SELECT virtualtransaction FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'virtualxid' AND datname = current_database() AND pid <> pg_backend_pid()
AND backend_type IS DISTINCT FROM 'autovacuum worker'"""


def _sqlite_engine(url: str, begin: str, *, read_only: bool) -> Engine:
    engine = create_engine(url, module=SQLITE, connect_args={"timeout": 10, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "secure_delete=ON",
            f"query_only={'ON' if read_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_explicitly(connection: Any) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(begin)

    return engine


def add_if_missing(session: Session, *rows: Base) -> None:
    """Insert rows of one table, each unless its key is taken; without an error when another transaction is first."""
    if not rows:
        return
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    values = [{name: value for name, value in row.__dict__.items() if name != "_sa_instance_state"} for row in rows]
    session.connection().execute(insert(type(rows[0])).on_conflict_do_nothing(), values)


def is_lost_race(error: DBAPIError) -> bool:
    """Whether another transaction won: worth replaying once in a new session."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in ("40001", "40P01")


def is_lost_line(error: DBAPIError) -> bool:
    """Whether the line to the database was cut: what only reads is asked again on a new one."""
    return error.connection_invalidated


def counts_of(session: Session) -> Counts:
    counts: Counts = session.info["counts"]
    return counts


def keys_of(session: Session) -> KeyRing:
    keys: KeyRing = session.info["keys"]
    return keys
