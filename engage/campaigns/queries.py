"""What can be looked up about campaigns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage.campaigns.models import Campaign, CampaignKind
from engage.messaging import OutboundMessage, Sending


@dataclass(frozen=True)
class Reach:
    """Texts of invitations and reminders, as the provider told of them."""

    sent: int
    delivered: int
    failed: int


def reached(session: Session, consultation_id: UUID) -> Reach:
    """How far the invitations to a vote went."""
    kinds = (CampaignKind.INVITATION, CampaignKind.REMINDER, CampaignKind.BEGUN)
    here = select(OutboundMessage.state, func.count()).join(Campaign, Campaign.id == OutboundMessage.campaign_id)
    rows = here.where(Campaign.consultation_id == consultation_id, Campaign.kind.in_(kinds)).group_by(OutboundMessage.state)
    states: dict[str, int] = dict(session.execute(rows).all())
    sent = sum(number for state, number in states.items() if state in (Sending.SENT, Sending.DELIVERED, Sending.FAILED))
    return Reach(sent, states.get(Sending.DELIVERED, 0), states.get(Sending.FAILED, 0))


def of_agreements(session: Session, agreement_ids: Collection[str]) -> Sequence[Campaign]:
    """The latest first."""
    query = select(Campaign).where(Campaign.agreement_id.in_(agreement_ids))
    return session.scalars(query.order_by(Campaign.made_at.desc(), Campaign.id)).all()
