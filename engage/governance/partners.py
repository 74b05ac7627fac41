"""Who works with a table, by the kinds that the government's plan names, and what they bring."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.governance.models import Partner
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_

LONGEST = 200


class PartnerKind(StrEnum):
    MUNICIPAL = "municipal"
    CAR = "car"
    """Regional administrative conference."""
    MINISTRY = "ministry"
    ELECTED = "elected"
    DEVELOPMENT = "development"
    COMMUNITY = "community"
    CDC = "cdc"
    HOUSING = "housing"
    SCHOOL = "school"
    HEALTH = "health"
    BUSINESS = "business"


KINDS = {
    PartnerKind.MUNICIPAL: N_("MRC ou municipalité"),
    PartnerKind.CAR: N_("Conférence administrative régionale"),
    PartnerKind.MINISTRY: N_("Direction d’un ministère"),
    PartnerKind.ELECTED: N_("Personne élue"),
    PartnerKind.DEVELOPMENT: N_("Instance de développement social"),
    PartnerKind.COMMUNITY: N_("Groupe communautaire ou philanthropique"),
    PartnerKind.CDC: N_("CDC ou CDEC"),
    PartnerKind.HOUSING: N_("Office d’habitation"),
    PartnerKind.SCHOOL: N_("École ou centre de services scolaire"),
    PartnerKind.HEALTH: N_("CISSS ou CIUSSS"),
    PartnerKind.BUSINESS: N_("Entreprise"),
}
COLLABORATIONS = {
    "information": N_("Échange d’information"),
    "consultation": N_("Consultation"),
    "concertation": N_("Concertation"),
    "money": N_("Argent"),
    "services": N_("Services, locaux ou personnel"),
}
"""Types of collaboration."""


class PartnerMissing(Refusal):
    sentence = N_("Écrivez le nom du partenaire, son genre et le type de collaboration.")


class PartnerTwice(Refusal):
    sentence = N_("Ce partenaire est déjà inscrit pour ce type de collaboration.")


def add(act: Act, agreement_id: str, *, name: str, kind: str, collaboration: str, commitment: str = "") -> Partner:
    """Raises PartnerMissing, PartnerTwice."""
    if not name.strip() or kind not in set(PartnerKind) or collaboration not in COLLABORATIONS:
        raise PartnerMissing
    same = (Partner.name == name.strip()[:LONGEST], Partner.collaboration == collaboration, Partner.ended_on.is_(None))
    if act.session.scalar(select(Partner.id).where(Partner.agreement_id == agreement_id, *same)):
        raise PartnerTwice
    made = put_down(act, agreement_id, name=name, kind=kind, collaboration=collaboration, commitment=commitment)
    act.session.flush()
    return made


def put_down(act: Act, agreement_id: str, *, name: str, kind: str, collaboration: str, commitment: str) -> Partner:
    """What `add` does once all was checked, for whoever checks many at once, and flushes them."""
    made = Partner(
        agreement_id=agreement_id,
        name=name.strip()[:LONGEST],
        kind=kind,
        collaboration=collaboration,
        commitment=commitment.strip()[:LONGEST],
        since_on=act.day,
    )
    act.session.add(made)
    return made


def correct(act: Act, partner: Partner, *, kind: str, commitment: str) -> None:
    """What was written wrong of a partner, or what they bring now. Raises PartnerMissing."""
    if kind not in set(PartnerKind):
        raise PartnerMissing
    partner.kind, partner.commitment = kind, commitment.strip()[:LONGEST]
    act.session.flush()


def end(act: Act, partner: Partner) -> None:
    partner.ended_on = partner.ended_on or act.day
    act.session.flush()


def of_agreement(session: Session, agreement_id: str) -> Sequence[Partner]:
    """Those of today, by kind."""
    here = (Partner.agreement_id == agreement_id, Partner.ended_on.is_(None))
    return session.scalars(select(Partner).where(*here).order_by(Partner.kind, Partner.name, Partner.collaboration)).all()
