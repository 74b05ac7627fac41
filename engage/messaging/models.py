"""Texts in and texts out, conversations between them, and who asked us to stop."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import Base, Identified
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


class OptOut(Identified, Base):
    """A dated stop or return, whichever channel it came by; the latest holds."""

    __tablename__ = "opt_out"
    number_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    stopped: Mapped[bool]
    channel: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]


class Sending(StrEnum):
    """How far a text got. Order matters: a status only moves forward."""

    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    """The provider did not answer: it may have gone, so it is never sent again blindly."""
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class OutboundMessage(Identified, Base):
    """A text we start. The rows are the queue: a worker leases them, sends, and notes what became of them."""

    __tablename__ = "outbound_message"
    __table_args__ = (
        Index("ix_outbound_message_due", "not_before", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
    )
    number_lookup: Mapped[bytes] = mapped_column(LargeBinary(32))
    number_sealed: Mapped[bytes] = sealed_column()
    number = Encrypted()
    body_sealed: Mapped[bytes] = sealed_column()
    body = Encrypted()
    sender: Mapped[str] = mapped_column(String(40))
    """The table's own number, or empty for the site's."""
    state: Mapped[str] = mapped_column(String(10), default=Sending.WAITING)
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    provider_id: Mapped[str | None] = mapped_column(String(64), index=True)
    error: Mapped[str | None] = mapped_column(String(20))
