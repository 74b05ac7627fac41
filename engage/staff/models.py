"""Staff, the roles they hold in agreements, and how they sign in."""

from __future__ import annotations

from datetime import date, datetime
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
    ANSWERER = "answerer"
    """Reads what people say and answers them."""
    MANAGER = "manager"
    """All that an organiser does, and who works at the table."""
    AUDITOR = "auditor"
    """Reads the log of what staff did, and what is in force; changes nothing."""


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
    proven_at: Mapped[datetime]
    """When they last showed who they are: grave acts ask again."""
    ended_at: Mapped[datetime | None]


class Passkey(Identified, Base):
    """A key that lives in someone's phone or computer (WebAuthn); only its public half is here."""

    __tablename__ = "passkey"
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """The id under which the device knows it."""
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """COSE."""
    uses: Mapped[int]
    """The device's own count of signatures; a smaller one later would be a copy. Many devices always say 0."""
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LogEntry(Identified, Base):
    """One thing that staff did. Never what was done in a citizen's name: the ledger has that, by day, without a minute."""

    __tablename__ = "log_entry"
    at: Mapped[datetime] = mapped_column(index=True)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    """Nobody, for what the operator did by command."""
    agreement_id: Mapped[str | None] = mapped_column(String(8))
    deed: Mapped[str] = mapped_column(String(60), index=True)
    """The view that was posted to, such as `consultations.decided`."""
    about: Mapped[str] = mapped_column(String(200))
    """The address it was posted to, which says of which row."""
    changes: Mapped[str] = mapped_column(default="")
    """JSON: [{"row": "project <id>", "field": ..., "before": ..., "after": ...}], of what the public sees."""
    network: Mapped[str] = mapped_column(String(50))
    """From where: the network, not the device."""
    seal: Mapped[int | None] = mapped_column(index=True)
    """The seal that holds it; none until the worker seals."""


class LogSeal(Base):
    """A stretch of the log, hashed with the seal before it; the hash is a fact of the ledger."""

    __tablename__ = "log_seal"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1."""
    entries: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256, hexadecimal."""
    made_on: Mapped[date]
