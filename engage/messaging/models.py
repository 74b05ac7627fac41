"""Texts in and texts out, conversations between them, and who asked us to stop."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import SHUFFLED, Base, Identified
from engage.kernel.fields import Encrypted, sealed_column


class InboundMessage(Identified, Base):
    """A message seen once, with the answer a repeat is given.

    The answer is wiped once a vote is stored, or when its number writes again.
    """

    __tablename__ = "inbound_message"
    provider_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Keyed hash of the provider's id: it recognises a repeat, and finds nothing at the provider."""
    number_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    received_at: Mapped[datetime]
    reply_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    reply = Encrypted()


class Conversation(Identified, Base):
    """Where a number stands with us: its language, and the step it is at."""

    __tablename__ = "conversation"
    number_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    language: Mapped[str] = mapped_column(String(8), default="fr")
    state_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    state = Encrypted()
    """JSON of the step awaiting an answer; empty between journeys."""
    updated_at: Mapped[datetime]
    by_voice: Mapped[bool] = mapped_column(default=False)
    """Whoever answers there chose to be called rather than texted."""
    burst: Mapped[int] = mapped_column(default=0)
    """How many texts came since `burst_since`: two machines that answer each other are cut short."""
    burst_since: Mapped[datetime]


class Keeps(StrEnum):
    """What a number still wants to hear from us first."""

    ALL = "all"
    VOTES = "votes"
    MEETINGS = "meetings"
    NOTHING = "nothing"


class OptOut(Identified, Base):
    """A dated stop, return or wish for fewer texts, whichever channel it came by; the latest holds."""

    __tablename__ = "opt_out"
    number_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    keeps: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]


class Sending(StrEnum):
    """How far a text or a call got. Order matters: the provider's word only moves it forward."""

    HELD = "held"
    """Not to go now: its campaign is paused."""
    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    """The provider did not answer: it may have gone, so the provider is asked before anything is sent again."""
    SENT = "sent"
    EXPIRED = "expired"
    """Its time passed before it could go."""
    FAILED = "failed"
    DELIVERED = "delivered"


class Purpose(StrEnum):
    """Why we start something; a person may keep votes only, or meetings only."""

    VOTES = "votes"
    MEETINGS = "meetings"
    TYPED = "typed"
    """A code or a question to a number that someone typed on a page, who may not hold the phone: a stop and wishes hold, never by voice."""
    ASKED = "asked"
    """Asked for by the person just now, such as a call back: allowed at any hour, whatever they keep."""


class OutboundMessage(Identified, Base):
    """A text or a call we start. The rows are the queue: a worker leases them, sends, and notes what became of them.

    Three days after it is done a row loses its number and its words; what is left counts for its campaign.
    """

    __tablename__ = "outbound_message"
    __table_args__ = (
        Index(
            "ix_outbound_message_due",
            "purpose",
            "not_before",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_outbound_message_campaign", "campaign_id", "state"),
        UniqueConstraint("campaign_id", "number_lookup"),
    )
    number_lookup: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    number_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    number = Encrypted()
    body_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    body = Encrypted()
    sender: Mapped[str] = mapped_column(String(40))
    """The table's own number, or empty for the site's."""
    by_voice: Mapped[bool] = mapped_column(default=False)
    """A call that says the words, for a landline or whoever chose to listen."""
    purpose: Mapped[str] = mapped_column(String(10))
    agreement_id: Mapped[str] = mapped_column(String(8))
    """Whose month of parts pays."""
    campaign_id: Mapped[UUID | None]
    parts: Mapped[int]
    language: Mapped[str] = mapped_column(String(8), default="fr")
    expires_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    """When it was last handed to the provider."""
    state: Mapped[str] = mapped_column(String(10), default=Sending.WAITING)
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    provider_id: Mapped[str | None] = mapped_column(String(64), index=True)
    error: Mapped[str | None] = mapped_column(String(20))


class Allowance(Base):
    """What an agreement's table may spend on texts, and in which hours its people live."""

    __tablename__ = "allowance"
    agreement_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    parts_a_month: Mapped[int]
    time_zone: Mapped[str] = mapped_column(String(40))


class Spending(Base):
    """Parts that left on a day, kept when the texts themselves are forgotten."""

    __tablename__ = "spending"
    agreement_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    parts: Mapped[int]


class Pace(Base):
    """A token bucket per sender, shared by every worker: parts that may still leave, as of a moment."""

    __tablename__ = "pace"
    sender: Mapped[str] = mapped_column(String(40), primary_key=True)
    parts: Mapped[float]
    at: Mapped[datetime]


class DeadNumber(Base):
    """A number that the provider says is gone. Nothing is started to it until someone writes from it again."""

    __tablename__ = "dead_number"
    number_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    agreement_id: Mapped[str] = mapped_column(String(8))
    code: Mapped[str] = mapped_column(String(20))
    on: Mapped[date]


class ContactWish(Identified, Base):
    """How someone can safely be reached at a number: only they see it, and those of all who share it bind everything we start there."""

    __tablename__ = "contact_wish"
    __table_args__ = (SHUFFLED,)
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"), unique=True)
    number_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    from_hour: Mapped[int]
    to_hour: Mapped[int]
    """Local hours, 0 to 24: nothing is started outside them, nor outside the hours that hold for everyone."""
    weekdays_only: Mapped[bool]
    voicemail: Mapped[bool]
    """Whether a machine may be told our neutral name and the number of a person; otherwise it is told nothing."""
    caller_name_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    caller_name = Encrypted()
    """What we call ourselves there, such as a first name, instead of the table's discreet name."""


class Callback(Identified, Base):
    """Someone asked that a person of the table call them, at a time that is safe. Done or a month old, it is deleted."""

    __tablename__ = "callback"
    agreement_id: Mapped[str] = mapped_column(String(8), index=True)
    number_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    number_sealed: Mapped[bytes] = sealed_column()
    number = Encrypted()
    language: Mapped[str] = mapped_column(String(8))
    part_of_day: Mapped[str] = mapped_column(String(10))
    """morning, afternoon or evening."""
    asked_at: Mapped[datetime]


class VoicePrompt(Base):
    """A human voice that says a sentence of the line, in place of the machine's."""

    __tablename__ = "voice_prompt"
    agreement_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    sentence: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Hash of language and sentence: a sentence that changes loses its recording."""
    media_type: Mapped[str] = mapped_column(String(40))
    audio: Mapped[bytes] = mapped_column(LargeBinary)
    made_on: Mapped[date]


class Redaction(Identified, Base):
    """A text of a vote whose words are to be wiped at the provider too."""

    __tablename__ = "redaction"
    provider_id_sealed: Mapped[bytes] = sealed_column()
    provider_id = Encrypted()
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
