"""What can be looked up about territory."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.territory.models import Territory


def of_regions(session: Session, codes: Collection[str]) -> list[Territory]:
    """The territories of some regions, by name."""
    return list(session.scalars(select(Territory).where(Territory.region_code.in_(codes)).order_by(Territory.name)))
