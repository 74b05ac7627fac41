"""Facts of participation, the checkpoints over them, and nothing that says what a person chose."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import SHUFFLED, Base, Identified


class Grade(StrEnum):
    """How a fact came to be known (rule 2026-1)."""

    ACT = "A"
    AIDED = "A-aided"
    ATTENDANCE = "B"
    DECLARED = "C"


class Kind(StrEnum):
    VOTE_CAST = "vote_cast"
    ATTENDED = "attended"
    CONTRIBUTED = "contributed"
    ANSWERED = "answered"
    ANSWERED_LATE = "answered_late"
    FOLLOWED_UP = "followed_up"
    RESULT_PUBLISHED = "result_published"
    RULES_FIXED = "rules_fixed"
    VOTE_EXTENDED = "vote_extended"
    VOTE_CANCELLED = "vote_cancelled"
    SEAT_TAKEN = "seat_taken"
    SEAT_LEFT = "seat_left"
    DECIDED = "decided"
    DRAW_FIXED = "draw_fixed"
    DRAW_DONE = "draw_done"
    DRAW_VOIDED = "draw_voided"
    DECLARED = "declared"
    """A head count of a region (grade C)."""
    FILED = "filed"
    """A signed document of a table."""
    REVERSED = "reversed"


class ParticipationFact(Identified, Base):
    """One act of taking part. Append-only: `index` is set once, by the sequencer; a correction is another fact.

    `person_id` is random and holds for one agreement; null is an anonymous fact. `status` is the lived experience
    at that time, null when it does not count.
    """

    __tablename__ = "participation_fact"
    __table_args__ = (
        Index("ix_participation_fact_pending", "leaf_hash", sqlite_where=text('"index" IS NULL'), postgresql_where=text('"index" IS NULL')),
        Index("ix_participation_fact_report", "agreement_id", "on", "status", "person_id"),
        SHUFFLED,
    )
    agreement_id: Mapped[str] = mapped_column(String(8))
    mechanism_id: Mapped[UUID]
    mechanism_type: Mapped[str] = mapped_column(String(4))
    level: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    on: Mapped[date]
    person_id: Mapped[UUID | None]
    status: Mapped[str | None] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    grade: Mapped[str] = mapped_column(String(8))
    rule: Mapped[str] = mapped_column(String(10))
    detail: Mapped[str | None] = mapped_column(String(64))
    """The hash of what the fact is about where it is a document: fixed rules, a published result."""
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation_fact.id"), unique=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    leaf: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    index: Mapped[int | None] = mapped_column(unique=True)


class LedgerCheckpoint(Base):
    """A tree size with its root; the note is empty until it is signed, for a checkpoint is kept before it is signed."""

    __tablename__ = "ledger_checkpoint"
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    peaks: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(default="")
    made_on: Mapped[date]


class LedgerTile(Base):
    """The root of a perfect subtree of 256**`level` leaves: with them, a proof reads some hundreds of hashes however long the log is."""

    __tablename__ = "ledger_tile"
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Witness(Identified, Base):
    """Someone outside who looks whether the log only grows, and says so: with a key of their own, or by mail."""

    __tablename__ = "witness"
    name: Mapped[str] = mapped_column(String(120), unique=True)
    verifier: Mapped[str]
    """Their key line (C2SP tlog-cosignature); empty for whoever writes by mail."""
    since_on: Mapped[date]
    ended_on: Mapped[date | None]


class Cosignature(Identified, Base):
    """A witness saw a checkpoint of ours, and that it extends what they had seen before."""

    __tablename__ = "cosignature"
    __table_args__ = (UniqueConstraint("witness_id", "size"),)
    witness_id: Mapped[UUID] = mapped_column(ForeignKey("witness.id"))
    size: Mapped[int] = mapped_column(index=True)
    seen_on: Mapped[date]
    line: Mapped[str]
    """Their signature line; empty where it came by mail."""


class YearClosing(Base):
    """A fiscal year whose figures are final; what comes later is a correction."""

    __tablename__ = "year_closing"
    year: Mapped[str] = mapped_column(String(9), primary_key=True)
    closed_at: Mapped[datetime]
    closed_on: Mapped[date]
    closed_by: Mapped[str]


class Sequencing(Base):
    """One row: when the sequencer last ran, so that a verifier can tell a waiting fact from a forgotten one."""

    __tablename__ = "sequencing"
    one: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ran_at: Mapped[datetime]
