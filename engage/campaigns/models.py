"""Campaigns: one text to everyone who agreed to be written to, within an agreement."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import Base, Identified


class CampaignKind(StrEnum):
    INVITATION = "invitation"
    """To everyone who may be written to."""
    REMINDER = "reminder"
    """To those who have not voted in the consultation."""
    BEGUN = "begun"
    """To those of them whose thread by text or call stands in the middle of it."""
    RESULT = "result"
    """To those who voted in it."""


class CampaignStage(StrEnum):
    DRAFT = "draft"
    QUEUEING = "queueing"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class Campaign(Identified, Base):
    """A text about one consultation. Its words are wordings of the field `body`; its texts are `outbound_message` rows."""

    __tablename__ = "campaign"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    stage: Mapped[str] = mapped_column(String(10), default=CampaignStage.DRAFT, index=True)
    made_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    queued_to: Mapped[UUID | None]
    """The last participant for whom a text was queued, so that an interrupted queueing goes on where it was."""
