"""Counts that the sequencer keeps, so that a report over millions of facts reads some thousands of rows.

One query says what facts come to, each as one more and each reversal as one less of what it takes back. Over the facts that were just
placed it moves the counts; over all of them it is the recount. Sums do not mind order: the counts are those of a recount at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, cast, delete, extract, func, literal, literal_column, select, text, union_all
from sqlalchemy import String as Text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from engage.ledger.models import LIVED_TODAY, NOT_PEOPLE, FactCount, Grade, Kind, ParticipationFact, PersonCount

Kept = type[PersonCount] | type[FactCount]
Facts = type[ParticipationFact]
KEPT: tuple[Kept, ...] = (PersonCount, FactCount)


def take_turn(session: Session) -> None:
    """One sequencing or mending at a time: the writer's file lock does it on SQLite."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(7163921)"))


def keep(session: Session, first: int | None) -> None:
    """Add what the facts from place `first` on come to, in the transaction that gave them their places."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    for kept in KEPT:
        key = _key(kept)
        adding = insert(kept).from_select([*key, "number"], _come_to(kept, first))
        session.execute(adding.on_conflict_do_update(index_elements=key, set_={"number": kept.number + adding.excluded.number}))
        session.execute(delete(kept).where(literal_column("number = 0")))


def people(session: Session, year: str) -> dict[str, int]:
    """Distinct people in poverty or exclusion who took part in a fiscal year, by agreement."""
    here = select(PersonCount.agreement_id, func.count()).where(PersonCount.year == year, PersonCount.number > 0)
    return dict(session.execute(here.group_by(PersonCount.agreement_id)).all())


def standing(year: str, agreement_id: str | None = None) -> list[ColumnElement[bool]]:
    """Conditions of the `FactCount` rows about taking part in a fiscal year."""
    here = [FactCount.year == year, FactCount.kind.not_in(NOT_PEOPLE), FactCount.number > 0]
    return [*here, FactCount.agreement_id == agreement_id] if agreement_id else here


def recount(session: Session) -> None:
    """Count all placed facts anew."""
    take_turn(session)
    for kept in KEPT:
        session.execute(delete(kept))
    keep(session, None)


def faults(session: Session) -> Iterator[str]:
    """Every kept count that is not what the placed facts come to, for a session that sees one picture of the database."""
    for kept in KEPT:
        names, due = _key(kept), _come_to(kept, None).subquery()
        ours = select(*(getattr(kept, name) for name in names), kept.number.label("ours"), literal(0).label("theirs"))
        both = union_all(ours, select(*(due.c[name] for name in names), literal(0), due.c.number)).subquery()
        key, sums = [both.c[name] for name in names], (func.sum(both.c.ours), func.sum(both.c.theirs))
        differing = select(*key, *sums).group_by(*key).having(sums[0] != sums[1])
        for *row, number, right in session.execute(differing.execution_options(yield_per=1000)):
            told = ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True))
            yield f"{kept.__tablename__}: {number} is kept where the facts give {right}, for {told}"


def _key(kept: Kept) -> list[str]:
    return [column.name for column in kept.__table__.primary_key]


def _come_to(kept: Kept, first: int | None) -> Select[Any]:
    """What the facts from place `first` on, or all that have a place, come to in one of the tables, without what comes to nothing."""
    fact, back, reversal = ParticipationFact, aliased(ParticipationFact), aliased(ParticipationFact)
    more = select(*_parts(kept, fact), literal(1).label("sign")).where(_placed(fact, first), *_counted(kept, fact))
    less = select(*_parts(kept, back), literal(-1)).join(reversal, reversal.reverses_id == back.id)
    less = less.where(_placed(reversal, first), reversal.reverses_id.is_not(None), *_counted(kept, back))
    signed = union_all(more, less).subquery()
    key, number = [signed.c[name] for name in _key(kept)], func.sum(signed.c.sign)
    told = [_text(each).label("year") if each.name == "year" else each for each in key]
    return select(*told, number.label("number")).group_by(*key).having(number != 0)


def _placed(fact: Facts, first: int | None) -> ColumnElement[bool]:
    """From some place on by the index of places; all of them in the order of the table, for SQLite follows no index on this condition."""
    return fact.index.is_not(None) if first is None else fact.index >= first


def _counted(kept: Kept, fact: Facts) -> list[ColumnElement[bool]]:
    if kept is FactCount:
        return [fact.kind != Kind.REVERSED]
    took_part = (fact.kind.not_in(NOT_PEOPLE), fact.grade != Grade.DECLARED, fact.level >= 1)
    return [*took_part, fact.status == LIVED_TODAY, fact.person_id.is_not(None)]


def _parts(kept: Kept, fact: Facts) -> list[ColumnElement[Any]]:
    parts: dict[str, ColumnElement[Any]] = {column.name: getattr(fact, column.name) for column in ParticipationFact.__table__.columns}
    parts |= {"year": _year(fact.on), "status": func.coalesce(fact.status, ""), "is_anonymous": fact.person_id.is_(None)}
    return [parts[name].label(name) for name in _key(kept)]


def _year(on: InstrumentedAttribute[date]) -> ColumnElement[int]:
    """The calendar year in which the fiscal year of a day began. Its text is made once for a sum, not once for a fact."""
    return extract("year", on) - case((extract("month", on) < 4, 1), else_=0)


def _text(first: ColumnElement[int]) -> ColumnElement[str]:
    """As `kernel.act.fiscal_year_of`."""
    return cast(first, Text) + "-" + cast(first + 1, Text)
