"""The log of what staff did: kept with the act itself, hashed in stretches, each hash a fact of the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Select, event, func, inspect, select, update
from sqlalchemy.orm import Session

from engage import ledger
from engage.kernel.act import Act, Channel
from engage.kernel.db import Database, Public
from engage.kernel.words import Wording
from engage.ledger import Kind, Where
from engage.staff.models import LogEntry, LogSeal, Staff

EVERY = timedelta(hours=1)
"""How old the oldest unsealed entry is when the worker seals."""
PAGE = 100
OPERATOR = Where("", UUID(int=0), "log", 0)
"""Where the facts of the log stand: they are of no agreement."""


@dataclass(frozen=True)
class Asked:
    """A filter of the log; what is None filters nothing."""

    staff_id: UUID | None = None
    deed: str = ""
    agreement_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


def watch(session: Session) -> None:
    """From here on, changes of what the public sees are collected in `session.info["changes"]`."""
    changes: list[dict[str, Any]] = []
    session.info["changes"] = changes

    @event.listens_for(session, "before_flush")
    def _collect(session: Session, *_: object) -> None:
        for row in session.dirty:
            if isinstance(row, Public):
                changes.extend(_differences(row))
        for row in session.new:
            if isinstance(row, Wording) and row.version > 1:
                field = f"{row.field}, {row.language}"
                changes.append(
                    {"row": f"wording {row.owner_id}", "field": field, "before": str(row.version - 1), "after": str(row.version)}
                )


def _differences(row: Public) -> Iterator[dict[str, Any]]:
    state: Any = inspect(row)
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if history.has_changes() and not isinstance(column.columns[0].type, LargeBinary):
            before, after = (str(side[0]) if side and side[0] is not None else "" for side in (history.deleted, history.added))
            if before != after:
                yield {"row": f"{state.mapper.local_table.name} {state.identity[0]}", "field": column.key, "before": before, "after": after}


def note(act: Act, person: Staff | None, deed: str, about: str, network: str, agreement_id: str | None = None) -> None:
    """Write down what was just done, with the changes collected since `watch`."""
    changes = act.session.info.get("changes")
    entry = LogEntry(
        at=act.at,
        staff_id=person.id if person else None,
        agreement_id=agreement_id,
        deed=deed[:60],
        about=about[:200],
        changes=json.dumps(changes, ensure_ascii=False) if changes else "",
        network=network,
    )
    act.session.add(entry)
    act.session.flush()


def entries(
    session: Session, asked: Asked, agreements: Sequence[str] | None, team: Sequence[UUID] = (), page: int = 0
) -> Sequence[LogEntry]:
    """The newest first, a hundred a page. Without `agreements`, all; with them, those alone, and how their `team` signs in."""
    query: Select[LogEntry] = select(LogEntry).order_by(LogEntry.at.desc(), LogEntry.id)
    if agreements is not None:
        their_own = LogEntry.agreement_id.is_(None) & LogEntry.staff_id.in_(team)
        query = query.where(LogEntry.agreement_id.in_(agreements) | their_own)
    if asked.staff_id:
        query = query.where(LogEntry.staff_id == asked.staff_id)
    if asked.deed:
        query = query.where(LogEntry.deed == asked.deed)
    if asked.agreement_id:
        query = query.where(LogEntry.agreement_id == asked.agreement_id)
    if asked.since:
        query = query.where(LogEntry.at >= asked.since)
    if asked.until:
        query = query.where(LogEntry.at < asked.until)
    return session.scalars(query.limit(PAGE).offset(page * PAGE)).all()


def of_row(session: Session, row: UUID) -> Sequence[LogEntry]:
    """What changed on one thing that the public sees, the newest first."""
    return session.scalars(select(LogEntry).where(LogEntry.changes.contains(str(row))).order_by(LogEntry.at.desc(), LogEntry.id)).all()


def seals(session: Session) -> Sequence[LogSeal]:
    """The last ten, the newest first."""
    return session.scalars(select(LogSeal).order_by(LogSeal.number.desc()).limit(10)).all()


def carry_seals(db: Database, at: datetime) -> None:
    """A job: seal what waits once it is an hour old."""
    with db.read() as session:
        oldest = session.scalar(select(func.min(LogEntry.at)).where(LogEntry.seal.is_(None)))
    if oldest is not None and oldest <= at - EVERY:
        with db.write() as session:
            seal(Act(session, Channel.SYSTEM, at))


def seal(act: Act) -> LogSeal:
    """Hash the entries that wait with the seal before, and write the hash in the ledger."""
    last = act.session.scalar(select(LogSeal).order_by(LogSeal.number.desc()).limit(1).with_for_update())
    number = last.number + 1 if last else 1
    here = LogEntry.seal.is_(None)
    act.session.execute(update(LogEntry).where(here).values(seal=number))
    found = _sealed(act.session, number)
    made = LogSeal(number=number, entries=len(found), digest=_digest(last.digest if last else "", found), made_on=act.day)
    act.session.add(made)
    ledger.record(act, OPERATOR, Kind.LOGGED, detail=made.digest)
    act.session.flush()
    return made


def _sealed(session: Session, number: int) -> Sequence[LogEntry]:
    return session.scalars(select(LogEntry).where(LogEntry.seal == number).order_by(LogEntry.id)).all()


def _digest(before: str, found: Sequence[LogEntry]) -> str:
    rows = [
        [
            str(each.id),
            each.at.astimezone(UTC).isoformat(),
            str(each.staff_id),
            each.agreement_id,
            each.deed,
            each.about,
            each.changes,
            each.network,
        ]
        for each in found
    ]
    return sha256(f"{before}\n{json.dumps(rows, ensure_ascii=False)}".encode()).hexdigest()


def faults(session: Session) -> Iterator[str]:
    """Where the log is no longer what was sealed: one sentence each."""
    before, expected = "", 1
    for each in session.scalars(select(LogSeal).order_by(LogSeal.number)):
        found = _sealed(session, each.number)
        if each.number != expected or len(found) != each.entries or _digest(before, found) != each.digest:
            yield f"the log of what staff did was altered: its seal {each.number} does not hold"
        before, expected = each.digest, each.number + 1
    known = ledger.details(session, Kind.LOGGED)
    sealed = set(session.scalars(select(LogSeal.digest)))
    if known != sealed:
        yield "the log of what staff did was altered: its seals are not those of the ledger"
