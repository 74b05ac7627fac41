"""What can be looked up about consultations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from engage import governance
from engage.voting.models import ClosingStep, Consultation, Reconciliation, Result, RollEntry, Stage

_BY_CODE = select(Consultation).where(Consultation.code == bindparam("code"))

_WITH_TABLE = (
    select(Consultation, governance.RegionalTable)
    .outerjoin(governance.RegionalTable, governance.RegionalTable.agreement_id == Consultation.agreement_id)
    .where(Consultation.code == bindparam("code"))
)


def by_code(session: Session, code: str) -> Consultation | None:
    return session.scalar(_BY_CODE, {"code": code.upper()})


def with_table(session: Session, code: str) -> tuple[Consultation, governance.RegionalTable | None] | None:
    """A consultation and the table that asks, in one look."""
    found = session.execute(_WITH_TABLE, {"code": code.upper()}).first()
    return (found[0], found[1]) if found else None


def open_now(session: Session, at: datetime, agreement_id: str | None = None, channel: str = "") -> Sequence[Consultation]:
    """Open consultations, the first to close first; those that a channel was left out of are no concern of it."""
    query = select(Consultation).where(Consultation.stage == Stage.OPEN, Consultation.closes_at > at)
    if agreement_id:
        query = query.where(Consultation.agreement_id == agreement_id)
    found = session.scalars(query.order_by(Consultation.closes_at, Consultation.code)).all()
    return [each for each in found if not channel or channel in each.channels.split()]


def published(session: Session, most: int) -> Sequence[Consultation]:
    """The last consultations with a result, the last to close first."""
    query = select(Consultation).where(Consultation.stage.in_((Stage.PUBLISHED, Stage.CLOSED)))
    return session.scalars(query.order_by(Consultation.closes_at.desc()).limit(most)).all()


def on_show(session: Session, at: datetime, results: int) -> list[tuple[Any, ...]]:
    """What the list of open votes and of the last `results` is made from: equal rows give an equal list."""
    shown = Consultation.stage.in_((Stage.PUBLISHED, Stage.CLOSED))
    last = select(Consultation.id).where(shown).order_by(Consultation.closes_at.desc()).limit(results)
    is_open = and_(Consultation.stage == Stage.OPEN, Consultation.closes_at > at)
    rows = select(Consultation.rules_hash, Consultation.stage, Consultation.closes_at).where(or_(is_open, Consultation.id.in_(last)))
    return sorted(tuple(row) for row in session.execute(rows))


def of_agreements(session: Session, agreement_ids: Collection[str]) -> Sequence[Consultation]:
    query = select(Consultation).where(Consultation.agreement_id.in_(agreement_ids))
    return session.scalars(query.order_by(Consultation.closes_at.desc())).all()


def turnout(session: Session, consultation_id: UUID) -> int:
    """How many voted, rounded down to the nearest 5 while the box is closed: a live exact count would tell who just voted."""
    exact = session.scalar(select(func.count()).where(RollEntry.consultation_id == consultation_id)) or 0
    return exact - exact % 5


def turnout_by_channel(session: Session, consultation_id: UUID) -> dict[str, int]:
    """The same, for each channel alone; never crossed with anything."""
    rows = select(RollEntry.channel, func.count()).where(RollEntry.consultation_id == consultation_id).group_by(RollEntry.channel)
    return {channel: exact - exact % 5 for channel, exact in sorted(session.execute(rows).all()) if exact >= 5}


def disagreeing(session: Session, agreement_ids: Collection[str]) -> Sequence[Consultation]:
    """Open consultations whose roll, box and facts did not agree at the last comparison."""
    query = select(Consultation).join(Reconciliation, Reconciliation.consultation_id == Consultation.id)
    here = (Consultation.agreement_id.in_(agreement_ids), Consultation.stage == Stage.OPEN, Reconciliation.differences != "")
    return session.scalars(query.where(*here).order_by(Consultation.code)).all()


def closing_log(session: Session, consultation_id: UUID) -> Sequence[ClosingStep]:
    """The stages of a closing that were reached, in order."""
    order = [Stage.FROZEN, Stage.OPENED, Stage.TALLIED, Stage.PUBLISHED, Stage.CLOSED, Stage.CANCELLED]
    steps = session.scalars(select(ClosingStep).where(ClosingStep.consultation_id == consultation_id)).all()
    return sorted(steps, key=lambda step: order.index(Stage(step.stage)))


def result_of(session: Session, consultation_id: UUID) -> Result | None:
    return session.get(Result, consultation_id)
