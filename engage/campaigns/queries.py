"""What can be looked up about campaigns."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.campaigns.models import Campaign


def of_agreements(session: Session, agreement_ids: Collection[str]) -> Sequence[Campaign]:
    """The latest first."""
    query = select(Campaign).where(Campaign.agreement_id.in_(agreement_ids))
    return session.scalars(query.order_by(Campaign.made_at.desc(), Campaign.id)).all()
