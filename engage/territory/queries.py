"""What can be looked up about places."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.territory.models import Territory


def names(session: Session, codes: Collection[str]) -> list[str]:
    """The names of some territories, in their own order."""
    return list(session.scalars(select(Territory.name).where(Territory.code.in_(codes)).order_by(Territory.name)))
