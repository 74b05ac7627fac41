"""What can be looked up about a person, once they are known by a credential."""

from __future__ import annotations

import json
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select, true, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from engage.kernel.db import keys_of
from engage.participants.models import (
    About,
    AgreementPerson,
    Card,
    CardBatch,
    Consent,
    ConsentKind,
    ContactNumber,
    HeldCredential,
    LivedExperience,
    Participant,
    PhoneCredential,
    Status,
)


def latest_consent(participant_id: UUID | InstrumentedAttribute[UUID], kind: ConsentKind) -> Select[bool]:
    """The latest answer of that kind, of one person or, as a subquery, of each; no row is silence."""
    given = select(Consent.given).where(Consent.participant_id == participant_id, Consent.kind == kind)
    return given.order_by(Consent.at.desc()).limit(1)


def agrees(session: Session, participant_id: UUID, kind: ConsentKind) -> bool:
    """Whether the latest answer of that kind is a yes; silence is no."""
    return bool(session.scalar(latest_consent(participant_id, kind)))


def counted(session: Session, participant: Participant) -> tuple[bool, Status | None]:
    """Whether a person agrees to be counted, and their lived experience, in one look."""
    if participant.is_new:
        return False, None
    latest = latest_consent(participant.id, ConsentKind.COUNT).scalar_subquery()
    found = session.execute(
        select(latest, LivedExperience)
        .select_from(Participant)
        .outerjoin(LivedExperience, LivedExperience.participant_id == Participant.id)
        .where(Participant.id == participant.id)
    ).first()
    if found is None:
        return False, None
    agrees_to, row = found
    return bool(agrees_to), Status(row.answer) if row and row.answer else None


def lived(session: Session, participant_id: UUID) -> Status | None:
    """Someone's own answer about lived experience; None before any."""
    row = session.scalar(select(LivedExperience).where(LivedExperience.participant_id == participant_id))
    return Status(row.answer) if row and row.answer else None


def behind(session: Session, number: str) -> set[UUID]:
    """Everyone who takes part from an E.164 number, or confirmed it as where to be written to."""
    lookup = keys_of(session).blind("phone", number)
    own = select(PhoneCredential.participant_id).where(PhoneCredential.number_lookup == lookup)
    given = select(ContactNumber.participant_id).where(ContactNumber.number_lookup == lookup, ContactNumber.confirmed_on.is_not(None))
    return set(session.scalars(union(own, given)))


def number_of(session: Session, participant_id: UUID) -> str | None:
    """Where a person may be written to: the number they gave and confirmed, else the one they took part from."""
    return numbers_of(session, [participant_id]).get(participant_id)


def numbers_of(session: Session, participant_ids: Collection[UUID]) -> dict[UUID, str]:
    """The same for many; whoever has no number is left out."""
    found: dict[UUID, str] = {}
    for table, holds in ((PhoneCredential, true()), (ContactNumber, ContactNumber.confirmed_on.is_not(None))):
        rows = select(table.participant_id, table.id, table.number_sealed).where(table.participant_id.in_(participant_ids), holds)
        found |= {person: table.number.opened(session, id, sealed) or "" for person, id, sealed in session.execute(rows)}
    return {person: number for person, number in found.items() if number}


def credentials_behind(session: Session, voters: Select[UUID | None], consultation_id: UUID) -> int:
    """How many different cards and numbers stand behind a vote's people, erased ones included: six on one phone are one."""
    held = select(HeldCredential.lookup).where(HeldCredential.consultation_id == consultation_id)
    numbers = select(PhoneCredential.number_lookup).where(PhoneCredential.participant_id.in_(voters))
    cards = select(Card.lookup).where(Card.participant_id.in_(voters), Card.replaced_on.is_(None))
    return session.scalar(select(func.count()).select_from(union(held, numbers, cards).subquery())) or 0


def person_keys(session: Session) -> dict[UUID, bytes]:
    """The key of every person id that was not erased, for the verifier."""
    return {UUID(row.person): bytes.fromhex(str(row.key)) for row in session.scalars(select(AgreementPerson)) if row.person}


def persons_of(session: Session, participant_id: UUID, agreement_ids: Collection[str]) -> set[UUID]:
    """The ids under which someone stands in the facts of some agreements."""
    lookups = [keys_of(session).blind("agreement person", str(participant_id), each) for each in agreement_ids]
    rows = session.scalars(select(AgreementPerson).where(AgreementPerson.lookup.in_(lookups)))
    return {UUID(row.person) for row in rows if row.person}


def about(session: Session, participant_id: UUID) -> dict[str, str]:
    """What someone chose to say of themselves (see `About.answers`)."""
    row = session.scalar(select(About).where(About.participant_id == participant_id))
    return dict(json.loads(row.answers)) if row and row.answers else {}


def own_phones(session: Session, participant_id: UUID) -> set[str]:
    """The E.164 numbers behind which someone has a code of their own: there they may change more than where they are only written to."""
    return {str(row.number) for row in session.scalars(select(PhoneCredential).where(PhoneCredential.participant_id == participant_id))}


def contact_of(session: Session, participant_id: UUID) -> tuple[str, bool]:
    """The number someone gave to be written to, and whether a yes came from it; empty when they gave none."""
    row = session.scalar(select(ContactNumber).where(ContactNumber.participant_id == participant_id))
    return (row.number or "", row.confirmed_on is not None) if row else ("", False)


def agreement_of_card(session: Session, participant_id: UUID) -> str:
    """The agreement of a person's card; empty without one."""
    held = select(Card.agreement_id).where(Card.participant_id == participant_id, Card.replaced_on.is_(None)).limit(1)
    return session.scalar(held) or ""


def share_of_largest_batch(session: Session, agreement_id: str) -> int | None:
    """Percent of the cards that came back which came from one batch; None under 20, where it would tell of people."""
    used = session.scalars(select(CardBatch.used).where(CardBatch.agreement_id == agreement_id)).all()
    return round(100 * max(used) / sum(used)) if sum(used) >= 20 else None


def batches(session: Session, agreement_ids: list[str]) -> list[CardBatch]:
    return list(session.scalars(select(CardBatch).where(CardBatch.agreement_id.in_(agreement_ids)).order_by(CardBatch.made_on.desc())))
