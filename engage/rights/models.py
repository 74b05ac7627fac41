"""What people asked of us about themselves, and what went wrong with what we keep."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import Base, Identified


class Erasure(Identified, Base):
    """Someone asked to be forgotten: done seven days later, unless they take it back. Then only the day and the door are left."""

    __tablename__ = "erasure"
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id"), unique=True)
    channel: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]
    done_on: Mapped[date | None]


class Incident(Identified, Base):
    """A confidentiality incident, for the register that Quebec's Law 25 (Act respecting Access, s. 63.8 to 63.11) asks for."""

    __tablename__ = "incident"
    agreement_id: Mapped[str] = mapped_column(String(8), index=True)
    happened_on: Mapped[date]
    found_on: Mapped[date]
    what: Mapped[str]
    """What happened, and to which personal information; no name of a person in it."""
    people: Mapped[str] = mapped_column(String(40))
    """How many people, or about how many, or unknown."""
    is_serious: Mapped[bool]
    """Whether there is a risk of serious injury: then the Commission and the people are told."""
    told_commission_on: Mapped[date | None]
    told_people_on: Mapped[date | None]
    measures: Mapped[str]
    """What was done so that it does not happen again."""
    written_on: Mapped[date]
