"""A publication: a dated snapshot of one fixed table. Pages and downloads read the latest; reading computes nothing."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import Base, Identified


class Declaration(Identified, Base):
    """A head count that a region declares (grade C), for a mechanism that does not use this tool."""

    __tablename__ = "declaration"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    year: Mapped[str] = mapped_column(String(9))
    mechanism_type: Mapped[str] = mapped_column(String(2))
    name: Mapped[str]
    people: Mapped[int]
    source: Mapped[str]
    own_rules: Mapped[bool]
    """Under the rule of the Indigenous organisation itself."""
    declared_by: Mapped[str]
    declared_on: Mapped[date]
    fact_id: Mapped[UUID]
    taken_back_on: Mapped[date | None]


class Publication(Identified, Base):
    __tablename__ = "publication"
    kind: Mapped[str] = mapped_column(String(20), index=True)
    year: Mapped[str] = mapped_column(String(9))
    """Fiscal year, such as 2026-2027: 1 April to 31 March."""
    published_at: Mapped[datetime]
    document: Mapped[str]

    def read(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.document)
        return read
