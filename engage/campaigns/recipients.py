"""Who a campaign reaches: people who said "write to me", each number once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engage import messaging, participants
from engage.campaigns.models import Campaign, CampaignKind
from engage.kernel.db import keys_of
from engage.messaging import Purpose
from engage.participants.models import Card, ConsentKind, Participant
from engage.voting import Consultation, RollEntry

BATCH = 2_000


@dataclass(frozen=True)
class Recipient:
    participant_id: UUID
    number: str
    lookup: bytes
    language: str
    by_voice: bool


def batches(session: Session, campaign: Campaign, after: UUID | None = None) -> Iterator[tuple[list[UUID], list[Recipient]]]:
    """Consenting participants in the order of their random ids, and those of them who can be reached.

    A number may come again in a later batch.
    """
    while ids := list(session.scalars(_consenting(campaign, after).limit(BATCH))):
        after = ids[-1]
        told = _told(session, ids)
        if campaign.kind == CampaignKind.BEGUN:
            code = session.get_one(Consultation, campaign.consultation_id).code
            begun = messaging.in_the_middle_of(session, {each.lookup for each in told}, code)
            told = [each for each in told if each.lookup in begun]
        yield ids, told


def _consenting(campaign: Campaign, after: UUID | None):  # type: ignore[no-untyped-def]
    """Participants of the agreement whose latest word on being written to is a yes."""
    voted_here = select(RollEntry.participant_id).join(Consultation, Consultation.id == RollEntry.consultation_id)
    known_here = or_(
        Participant.id.in_(voted_here.where(Consultation.agreement_id == campaign.agreement_id)),
        Participant.id.in_(select(Card.participant_id).where(Card.agreement_id == campaign.agreement_id)),
    )
    latest = participants.latest_consent(Participant.id, ConsentKind.CONTACT).scalar_subquery()
    query = select(Participant.id).where(known_here, latest.is_(True)).order_by(Participant.id)
    voters = select(RollEntry.participant_id).where(RollEntry.consultation_id == campaign.consultation_id)
    if campaign.kind in (CampaignKind.REMINDER, CampaignKind.BEGUN):
        query = query.where(Participant.id.not_in(voters.where(RollEntry.participant_id.is_not(None))))
    if campaign.kind == CampaignKind.RESULT:
        query = query.where(Participant.id.in_(voters))
    return query.where(Participant.id > after) if after else query


def _told(session: Session, ids: list[UUID]) -> list[Recipient]:
    numbers = participants.numbers_of(session, ids)
    lookups = {id: keys_of(session).blind("phone", number) for id, number in numbers.items()}
    unwanted = messaging.unwanted(session, set(lookups.values()), Purpose.VOTES)
    manners = messaging.manners_of(session, set(lookups.values()))
    return [
        Recipient(id, numbers[id], lookup, *manners.get(lookup, ("fr", False))) for id, lookup in lookups.items() if lookup not in unwanted
    ]


def count(session: Session, campaign: Campaign) -> tuple[int, int]:
    """How many numbers the campaign would reach now, exactly, and how many people it would not."""
    lookups: set[bytes] = set()
    asked = told = 0
    for ids, batch in batches(session, campaign):
        asked, told = asked + len(ids), told + len(batch)
        lookups |= {recipient.lookup for recipient in batch}
    return len(lookups), 0 if campaign.kind == CampaignKind.BEGUN else asked - told
