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
    LOGGED = "logged"
    """A stretch of the log of what staff did."""
    REVERSED = "reversed"


NOT_PEOPLE = (
    Kind.RULES_FIXED, Kind.RESULT_PUBLISHED, Kind.VOTE_EXTENDED, Kind.VOTE_CANCELLED, Kind.SEAT_LEFT, Kind.DECIDED, Kind.DRAW_FIXED, Kind.DRAW_DONE,
    Kind.DRAW_VOIDED, Kind.ANSWERED_LATE, Kind.REVERSED, Kind.FILED,
    Kind.LOGGED,
)  # fmt: skip
"""What is written of public bodies, or takes back: nobody's taking part."""
LIVED_TODAY = "today"
"""The `status` of someone who lives poverty or exclusion today: `participants.Status.TODAY`, which this floor does not know."""


class ParticipationFact(Identified, Base):
    """One act of taking part. Append-only: `index` is set once, by the sequencer; a correction is another fact.

    `person_id` is random and holds for one agreement; null is an anonymous fact. `status` is the lived experience
    at that time, null when it does not count.
    """

    __tablename__ = "participation_fact"
    __table_args__ = (
        Index("ix_participation_fact_pending", "leaf_hash", sqlite_where=text('"index" IS NULL'), postgresql_where=text('"index" IS NULL')),
        Index("ix_participation_fact_report", "agreement_id", "on", "status", "person_id"),
        Index(
            "ix_participation_fact_attended",
            *("on", "agreement_id", "mechanism_id", "level", "status", "person_id", "kind"),
            sqlite_where=text("kind = 'attended'"),
            postgresql_where=text("kind = 'attended'"),
        ),
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


class PersonCount(Base):
    """How often someone in poverty or exclusion took part in a fiscal year, so that people are counted without reading their facts.

    A number is below 0 only while a reversal has its place and what it takes back has none; at 0 the row goes.
    """

    __tablename__ = "person_count"
    __table_args__ = (
        Index("ix_person_count_gone", "number", sqlite_where=text("number = 0"), postgresql_where=text("number = 0")),
        SHUFFLED,
    )
    year: Mapped[str] = mapped_column(String(9), primary_key=True)
    agreement_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]


class FactCount(Base):
    """How many facts of a fiscal year stand, alike in all that reports tell apart. `status` is empty where it does not count."""

    __tablename__ = "fact_count"
    __table_args__ = (SHUFFLED,)
    year: Mapped[str] = mapped_column(String(9), primary_key=True)
    agreement_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    mechanism_id: Mapped[UUID] = mapped_column(primary_key=True)
    mechanism_type: Mapped[str] = mapped_column(String(4), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    grade: Mapped[str] = mapped_column(String(8), primary_key=True)
    status: Mapped[str] = mapped_column(String(10), primary_key=True)
    is_anonymous: Mapped[bool] = mapped_column(primary_key=True)
    number: Mapped[int]


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
