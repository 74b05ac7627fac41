"""A publication: a dated snapshot of one fixed table. Pages and downloads read the latest; reading computes nothing."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import Base, Identified


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
