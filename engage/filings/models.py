"""Documents that a table files: the draft with its comments, and each signed version as it was frozen."""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import Base, Identified


class FilingKind(StrEnum):
    ACCOUNT = "account"
    """The yearly account that a table owes ("reddition de comptes")."""
    WORK_PLAN = "work_plan"
    """The concerted work plan ("plan d'action concerté"), a living document."""
    NOTE = "note"
    """A progress note to the regional direction, at any time."""


class FilingDraft(Identified, Base):
    """A document under way. Its sections are `Wording`s, so that every change is a version."""

    __tablename__ = "filing_draft"
    __table_args__ = (UniqueConstraint("agreement_id", "kind", "year"),)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    kind: Mapped[str] = mapped_column(String(10))
    year: Mapped[str] = mapped_column(String(9))
    """Fiscal year, such as 2026-2027; of a work plan, the years of the government's plan."""


class FilingComment(Identified, Base):
    """What someone of the team asks of a draft; it is settled before the document is signed."""

    __tablename__ = "filing_comment"
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("filing_draft.id"), index=True)
    by: Mapped[str]
    text: Mapped[str]
    said_on: Mapped[date]
    settled_on: Mapped[date | None]


class Filing(Identified, Base):
    """A signed version: its document never changes, and its hash is in the ledger."""

    __tablename__ = "filing"
    __table_args__ = (UniqueConstraint("draft_id", "version"),)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("filing_draft.id"))
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    year: Mapped[str] = mapped_column(String(9))
    version: Mapped[int]
    """1 is the first; of an account, every later one is a correction."""
    signed_by: Mapped[str]
    signed_on: Mapped[date]
    document: Mapped[str]
    """Canonical JSON, see `composing.compose`."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the document's bytes, in hex: what the ledger's fact holds."""

    def read(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.document)
        return read
