"""Staff, the roles they hold in agreements, and how they sign in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.kernel.db import Base, Identified
from engage.kernel.fields import Encrypted, sealed_column


class Role(StrEnum):
    ORGANISER = "organiser"
    """Runs consultations and hands out cards."""
    WORKER = "worker"
    """Helps people take part."""
    CLERK = "clerk"
    """Enters what came on paper."""
    SECOND = "second"
    """Confirms grave acts of a table, nothing else: a committee member, or someone from a neighbouring table."""
    MINISTRY = "ministry"
    """Reads what is published, nothing else."""
    ADMINISTRATOR = "administrator"


class Staff(Identified, Base):
    __tablename__ = "staff"
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Lower case."""
    name: Mapped[str]
    password_hash: Mapped[str] = mapped_column(default="")
    """argon2id; empty until the invitation is accepted."""
    totp_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    totp = Encrypted()
    totp_step: Mapped[int] = mapped_column(default=0)
    """The last 30-second step whose code was used, so that a code seen over a shoulder opens nothing."""
    roles: Mapped[list[StaffRole]] = relationship(back_populates="staff", lazy="selectin")


class StaffRole(Identified, Base):
    """A role in one agreement; no agreement means all of them."""

    __tablename__ = "staff_role"
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    agreement_id: Mapped[str | None] = mapped_column(String(8))
    staff: Mapped[Staff] = relationship(back_populates="roles")


class Invitation(Identified, Base):
    __tablename__ = "invitation"
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    token_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Identified, Base):
    """Opens once in place of an authenticator that was lost; shown once, kept as a keyed hash."""

    __tablename__ = "recovery_code"
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    used_at: Mapped[datetime | None]


class StaffSession(Identified, Base):
    __tablename__ = "staff_session"
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    token_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
