"""Regions and territories, as the municipal register names them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import Base


class Region(Base):
    __tablename__ = "region"
    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    name_fr: Mapped[str]
    name_en: Mapped[str]
    population: Mapped[int]
    """Population decree of 2022."""


class Territory(Base):
    """An MRC (regional county municipality) or an equivalent territory (TE)."""

    __tablename__ = "territory"
    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str]
    type: Mapped[str] = mapped_column(String(3))
    subtype: Mapped[str]
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    population: Mapped[int | None]
