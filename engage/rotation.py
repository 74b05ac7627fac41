"""A new key for the encrypted fields, while everyone goes on working; killed anywhere, it goes on where it was.

The database says which field key writes. Once it names a new one, only transactions that were already open may still write under the
old: they are waited for, and from then on the rows under an old key only grow fewer. When none is left the old key is destroyed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, func, or_, select, update
from sqlalchemy.orm import Session

from engage.kernel import fingerprints
from engage.kernel.db import Base, Database
from engage.kernel.fields import Encrypted
from engage.models import TABLES

AT_ONCE = 100
"""Rows in one transaction: short enough that nobody notices the wait."""
Began = Callable[[int], Callable[[int], object]]
"""Told how much there is to do, gives what is called as parts of it are done."""


def encrypted() -> dict[Any, list[Encrypted]]:
    """Every table that has encrypted fields, with them, as the models say."""
    found: dict[Any, list[Encrypted]] = {}
    for mapper in Base.registry.mappers:
        fields = [each for each in vars(mapper.class_).values() if isinstance(each, Encrypted)]
        if fields:
            found[TABLES[mapper.class_.__tablename__]] = fields
    return found


def rotate(db: Database, began: Began) -> int:
    """A job: begin a rotation, or go on with one that was cut short. Returns the number of the key that all fields are under at the end.

    Raises KeysAreBusy, and Unreadable for a row that does not open: the old key is then kept.
    """
    with db.keys.alone():
        new = _begin(db)
        db.outlast_writers()
        advance = began(_left(db, new))
        while _left(db, new):
            if not sum(_pass(db, table, fields, new, advance) for table, fields in encrypted().items()):
                time.sleep(0.1)
        with db.write() as session:
            fingerprints.retire_fields(session, new)
        for id in db.keys.field_ids():
            if id < new:
                db.keys.destroy_field(id)
    return new


def _begin(db: Database) -> int:
    with db.write() as session:
        *older, newest = fingerprints.field_ids(session)
        if not older and min(db.keys.field_ids()) == newest:
            newest += 1
            db.keys.make_field(newest)
            fingerprints.adopt(session, db.keys)
    return newest


def _is_old(table: Any, fields: list[Encrypted], new: int) -> ColumnElement[bool]:
    return or_(*(func.substr(table.c[field.column], 1, 1, type_=LargeBinary) != bytes([new]) for field in fields))


def _left(db: Database, new: int) -> int:
    with db.read() as session:
        counts = (select(func.count()).select_from(table).where(_is_old(table, fields, new)) for table, fields in encrypted().items())
        return sum(session.scalars(count).one() for count in counts)


def _pass(db: Database, table: Any, fields: list[Encrypted], new: int, advance: Callable[[int], object]) -> int:
    """Once through a table, leaving aside rows that someone holds. Returns how many were encrypted anew."""
    last, done = UUID(int=0), 0
    columns = [table.c[field.column] for field in fields]
    due = select(table.c.id, *columns).where(_is_old(table, fields, new)).order_by(table.c.id).limit(AT_ONCE)
    while True:
        with db.write() as session:
            rows = session.execute(due.where(table.c.id > last).with_for_update(skip_locked=True)).all()
            for id, *stored in rows:
                anew = {field.column: _anew(session, field, id, old, new) for field, old in zip(fields, stored, strict=True)}
                session.execute(update(table).where(table.c.id == id).values(anew))
        if not rows:
            return done
        last = rows[-1].id
        done += len(rows)
        advance(len(rows))


def _anew(session: Session, field: Encrypted, id: UUID, stored: bytes | None, new: int) -> bytes | None:
    return stored if stored is None or stored[0] == new else field.sealed(session, id, field.opened(session, id, stored))
