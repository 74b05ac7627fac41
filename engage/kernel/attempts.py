"""Attempts: wrong guesses slow down whoever makes them, per phone, account, helper or address."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.kernel.db import Base, Identified, keys_of
from engage.kernel.refusal import FailedAttempt

WINDOW, DAY = timedelta(minutes=15), timedelta(days=1)


_TURN = text("SELECT pg_advisory_xact_lock(:turn)")


class Attempt(Identified, Base):
    __tablename__ = "attempt"
    lookup: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    at: Mapped[datetime]


def too_many(session: Session, at: datetime, purpose: str, who: str, *, limit: int, within: timedelta = WINDOW) -> bool:
    """Whether `who` failed `limit` times or more lately. Guesses of one `who` are counted one after the other."""
    lookup = keys_of(session).blind(purpose, who)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_TURN, {"turn": int.from_bytes(lookup[:8], signed=True)})
    failed = session.scalar(select(func.count()).where(Attempt.lookup == lookup, Attempt.at > at - within))
    return (failed or 0) >= limit


def count(session: Session, at: datetime, purpose: str, who: str) -> None:
    session.add(Attempt(lookup=keys_of(session).blind(purpose, who), at=at))
    session.flush()


def note(session: Session, at: datetime, failure: FailedAttempt) -> None:
    """Count a wrong guess against everyone it names."""
    for who in failure.who:
        count(session, at, failure.purpose, who)


def forget_old(session: Session, at: datetime) -> None:
    session.execute(delete(Attempt).where(Attempt.at < at - DAY))
