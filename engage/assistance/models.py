"""Help to take part: who held the pen, for how long and why; never what was chosen. And what looks odd about it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import SHUFFLED, Base, Identified


class Reason(StrEnum):
    """Why someone is helped."""

    READING = "reading"
    NO_DEVICE = "no device"
    DISABILITY = "disability"
    LANGUAGE = "language"
    OTHER = "other"


class HelpSession(Identified, Base):
    """Half an hour in which a worker acts for one person, who is there or on the phone and said yes aloud."""

    __tablename__ = "help_session"
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(String(8))
    organisation: Mapped[str]
    reason: Mapped[str] = mapped_column(String(10))
    by_phone: Mapped[bool]
    wording: Mapped[str] = mapped_column(String(30))
    """Which sentence was read aloud, and agreed to."""
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class What(StrEnum):
    """What a helper did in someone's name."""

    SEAT = "seat"
    FEEDBACK = "feedback"
    VOTE = "vote"
    ENVELOPE = "envelope"
    ANSWERS = "answers"
    CARD = "card"
    NUMBER = "number"
    ERASURE = "erasure"


class HelpedAct(Identified, Base):
    """One act done in someone's name. The person can say that it was not theirs."""

    __tablename__ = "helped_act"
    __table_args__ = (SHUFFLED,)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("help_session.id"), index=True)
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id"), index=True)
    consultation_id: Mapped[UUID | None] = mapped_column(ForeignKey("consultation.id"), index=True)
    what: Mapped[str] = mapped_column(String(10))
    on: Mapped[date]
    sampled: Mapped[bool]
    """Drawn by lot: the person is asked, when they come back, whether it was theirs."""
    answer: Mapped[str] = mapped_column(String(10), default="")
    """The person's own word: `theirs`, `contested`, or nothing yet."""


class Interest(Identified, Base):
    """A group that stands to gain from a vote: it neither helps people vote in it nor hands out cards while it is open."""

    __tablename__ = "interest"
    __table_args__ = (UniqueConstraint("consultation_id", "folded"),)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    organisation: Mapped[str]
    folded: Mapped[str]


class Pulse(Identified, Base):
    """A running total at the last full hour, so that a burst shows; kept two days."""

    __tablename__ = "pulse"
    __table_args__ = (UniqueConstraint("kind", "subject"),)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[UUID]
    total: Mapped[int]
    at: Mapped[datetime]


class AlarmKind(StrEnum):
    """What set an alarm off: many in an hour through one batch, one helper, one number or one vote; or a person's own word."""

    BATCH = "batch"
    HELPER = "helper"
    NUMBER = "number"
    HOUR = "hour"
    CONTESTED = "contested"


class Alarm(Identified, Base):
    """Something to look at. It says how many and through what, never who; it stays until someone writes what it was."""

    __tablename__ = "alarm"
    __table_args__ = (UniqueConstraint("kind", "subject", "on"),)
    agreement_id: Mapped[str] = mapped_column(String(8), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[bytes] = mapped_column(LargeBinary)
    """Id of the batch, helper or vote, or the keyed hash of a number."""
    name: Mapped[str]
    """The same in words, for whoever looks; empty for a number."""
    number: Mapped[int]
    on: Mapped[date]
    explanation: Mapped[str] = mapped_column(default="")
