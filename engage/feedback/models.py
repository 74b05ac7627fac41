"""What people say of projects, what was answered, and what is kept so that each hears back on their own channel."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import SHUFFLED, Base, Identified
from engage.kernel.fields import Encrypted, sealed_column


class FeedbackDesk(Identified, Base):
    """Where a table hears people: the procedure it adopted for messages of danger (a `Wording`), and the mechanism (M5)."""

    __tablename__ = "feedback_desk"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), unique=True)
    mechanism_id: Mapped[UUID] = mapped_column(ForeignKey("mechanism.id"))
    adopted_on: Mapped[date]
    adopted_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    is_open: Mapped[bool]


class Stage(StrEnum):
    """How far a contribution is on its way to the page."""

    RECEIVED = "received"
    """Nobody has read it yet."""
    KEPT = "kept"
    """Read by the table alone: its author did not ask that it be shown, or it says nothing in words."""
    SHOWN = "shown"
    REFUSED = "refused"


class Ground(StrEnum):
    """Why words may not be shown: nothing else is a reason."""

    NAMES = "names"
    THREATS = "threats"
    HATE = "hate"


class Feedback(Identified, Base):
    """A contribution: a face, words, or both; on a project, or on something else. Anonymous where nobody is behind it."""

    __tablename__ = "feedback"
    __table_args__ = (SHUFFLED,)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("project.id"), index=True)
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id"), index=True)
    channel: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(8))
    on: Mapped[date]
    face: Mapped[int | None]
    """1 very bad to 5 very good."""
    words_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    words = Encrypted()
    """As they came; a recording's as staff typed them."""
    may_show: Mapped[bool] = mapped_column(default=False)
    """The author asked that their words be shown, without their name."""
    stage: Mapped[str] = mapped_column(String(10), default=Stage.RECEIVED)
    shown: Mapped[str] = mapped_column(default="")
    """What the page shows: the words, with names left out."""
    ground: Mapped[str] = mapped_column(String(10), default="")
    contested_on: Mapped[date | None]
    reference_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Keyed hash of the number that its author keeps, to find the answer."""
    stub: Mapped[str] = mapped_column(String(4), default="")
    """The last four digits of a paper card's number: they stand beside the answer on the wall, and open nothing."""
    number_lookup: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    number_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    number = Encrypted()
    """Where to answer someone who wrote or called; forgotten a month after the answer."""
    likeness: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    """Keyed hash of place and words, so that the same text sent again is one contribution."""
    fact_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    fact = Encrypted()
    due_on: Mapped[date]
    """When it should have its answer; 90 days after it came, or after it was reopened."""
    answered_on: Mapped[date | None]
    """When the table decided, or said what was done; read and under study is not yet an answer."""
    answer_fact_id: Mapped[UUID | None]
    reopened_on: Mapped[date | None]
    """When its author said, once, that the answer does not do."""

    def is_late(self, day: date) -> bool:
        return self.answered_on is None and day > self.due_on


class Photo(Identified, Base):
    """A picture that came with a contribution: small, without where it was taken; shown once someone looked and described it."""

    __tablename__ = "photo"
    feedback_id: Mapped[UUID] = mapped_column(ForeignKey("feedback.id"), unique=True)
    jpeg_sealed: Mapped[bytes] = sealed_column()
    jpeg = Encrypted()
    """Base64."""
    description: Mapped[str] = mapped_column(default="")
    """What is seen, for whoever does not see it; empty is not shown."""


class Recording(Identified, Base):
    """A voice, for the table alone until it is typed up; then the words count, and the voice is deleted."""

    __tablename__ = "recording"
    feedback_id: Mapped[UUID] = mapped_column(ForeignKey("feedback.id"), unique=True)
    provider_id_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    provider_id = Encrypted()
    """Where the provider keeps it, until it is here and wiped there."""
    seconds: Mapped[int]
    audio_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    audio = Encrypted()
    """Base64 of a WAV file."""
    attempts: Mapped[int] = mapped_column(default=0)
    typed_on: Mapped[date | None]


class Step(StrEnum):
    """How far the table is with what was said."""

    SEEN = "seen"
    STUDIED = "studied"
    YES = "yes"
    IN_PART = "in_part"
    NO = "no"
    """Decided against, because..."""
    DONE = "done"


class OfficialResponse(Identified, Base):
    """What the table answers; one answer may serve many. Its `text` is a `Wording`."""

    __tablename__ = "official_response"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    step: Mapped[str] = mapped_column(String(8))
    made_on: Mapped[date]
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("decision.id"))
    """The decision of a committee that it tells."""


class AnsweredBy(Base):
    """Which contributions an answer serves."""

    __tablename__ = "answered_by"
    feedback_id: Mapped[UUID] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("official_response.id"), primary_key=True, index=True)


class Theme(Identified, Base):
    """A tag of the table's own. Its `name` is a `Wording`."""

    __tablename__ = "theme"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)


class FeedbackTheme(Base):
    __tablename__ = "feedback_theme"
    feedback_id: Mapped[UUID] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    theme_id: Mapped[UUID] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)


class LateReason(Base):
    """Why a small table is late, said to everyone beside its counts."""

    __tablename__ = "late_reason"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    text: Mapped[str]
    said_on: Mapped[date]


class DangerAlert(Identified, Base):
    """Someone's words speak of danger. Help lines were told at once; a worker sees that it came, and opens it knowingly."""

    __tablename__ = "danger_alert"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    channel: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    words_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    words = Encrypted()
    number_lookup: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    number_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    number = Encrypted()
    """Only where they asked to be called, which is then also a call to make."""
    part_of_day: Mapped[str] = mapped_column(String(10), default="")
    """When it is safe to call; empty where they asked for nothing."""
    closed_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")


class AlertOpening(Identified, Base):
    """Who read an alert, and when."""

    __tablename__ = "alert_opening"
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("danger_alert.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class FollowUp(Identified, Base):
    """A short question about a project, at a milestone, to those who spoke of it. Its `question` is a `Wording`; only sums are kept."""

    __tablename__ = "follow_up"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    asked_on: Mapped[date]
    closes_on: Mapped[date]
    better: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    worse: Mapped[int] = mapped_column(default=0)

    @property
    def answers(self) -> int:
        return self.better + self.same + self.worse


class FollowUpAsked(Identified, Base):
    """Someone was asked, and whether they answered: never what."""

    __tablename__ = "follow_up_asked"
    __table_args__ = (UniqueConstraint("follow_up_id", "participant_id"), SHUFFLED)
    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_up.id"), index=True)
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"), index=True)
    number_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    has_answered: Mapped[bool] = mapped_column(default=False)
    fact_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    fact = Encrypted()
