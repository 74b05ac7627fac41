"""What can be looked up about rights."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.rights.models import Incident


def incidents(session: Session, agreement_ids: Collection[str]) -> Sequence[Incident]:
    """The register, the latest first."""
    return session.scalars(select(Incident).where(Incident.agreement_id.in_(agreement_ids)).order_by(Incident.found_on.desc())).all()
