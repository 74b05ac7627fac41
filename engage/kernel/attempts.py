"""Attempts: wrong guesses slow down whoever makes them, per phone, account, helper or address."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.kernel.db import Base, Identified, keys_of
from engage.kernel.refusal import FailedAttempt

WINDOW = timedelta(minutes=15)


class Attempt(Identified, Base):
    __tablename__ = "attempt"
    lookup: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    at: Mapped[datetime]


def too_many(session: Session, at: datetime, purpose: str, who: str, *, limit: int) -> bool:
    """Whether `who` failed `limit` times or more within the last 15 minutes."""
    lookup = keys_of(session).blind(purpose, who)
    failed = session.scalar(select(func.count()).where(Attempt.lookup == lookup, Attempt.at > at - WINDOW))
    return (failed or 0) >= limit


def note(session: Session, at: datetime, failure: FailedAttempt) -> None:
    """Count a wrong guess against everyone it names."""
    for who in failure.who:
        session.add(Attempt(lookup=keys_of(session).blind(failure.purpose, who), at=at))
    session.flush()


def forget_old(session: Session, at: datetime) -> None:
    session.execute(delete(Attempt).where(Attempt.at < at - WINDOW))
