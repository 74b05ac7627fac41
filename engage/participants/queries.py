"""What can be looked up about a person, once they are known by a credential."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.participants.models import AgreementPerson, CardBatch, Consent, ConsentKind, LivedExperience, PhoneCredential, Status


def agrees(session: Session, participant_id: UUID, kind: ConsentKind) -> bool:
    """Whether the latest answer of that kind is a yes; silence is no."""
    latest = (
        select(Consent.given).where(Consent.participant_id == participant_id, Consent.kind == kind).order_by(Consent.at.desc()).limit(1)
    )
    return bool(session.scalar(latest))


def status_of(session: Session, participant_id: UUID) -> Status | None:
    row = session.scalar(select(LivedExperience).where(LivedExperience.participant_id == participant_id))
    return Status(row.answer) if row and row.answer else None


def number_of(session: Session, participant_id: UUID) -> str | None:
    row = session.scalar(select(PhoneCredential).where(PhoneCredential.participant_id == participant_id).limit(1))
    return row.number if row else None


def person_keys(session: Session) -> dict[UUID, bytes]:
    """The key of every person id that was not erased, for the verifier."""
    return {UUID(row.person): bytes.fromhex(row.key or "") for row in session.scalars(select(AgreementPerson)) if row.person}


def batches(session: Session, agreement_ids: list[str]) -> list[CardBatch]:
    return list(session.scalars(select(CardBatch).where(CardBatch.agreement_id.in_(agreement_ids)).order_by(CardBatch.made_on.desc())))
