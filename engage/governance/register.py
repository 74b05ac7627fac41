"""The register: the life of each agreement, its territories from one day to another, and the plan's first target."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engage.governance.models import (
    Agreement,
    AgreementRegion,
    AgreementStep,
    AgreementTerritory,
    IndigenousOrganisation,
    Signatory,
    StepKind,
)
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.territory import Territory

LONGEST = 300


class StepInTheFuture(Refusal):
    sentence = N_("Une étape s’inscrit quand elle est faite. Choisissez un jour passé, ou aujourd’hui.")


class NobodySigned(Refusal):
    sentence = N_("Cochez qui a signé.")


class NothingWasChanged(Refusal):
    sentence = N_("Écrivez ce qui a été nommé ou changé, en quelques mots que tout le monde lira.")


class EndsBeforeSignature(Refusal):
    sentence = N_("Une entente finit après sa signature. Inscrivez d’abord la signature, ou vérifiez le jour.")


class NoTerritory(Refusal):
    sentence = N_("Choisissez au moins un territoire, et le jour à partir duquel il est couvert.")


def write_step(
    act: Act, agreement: Agreement, kind: StepKind, on: date, *, signatories: Collection[Signatory] = (), note: str = "", source: str = ""
) -> AgreementStep:
    """Something happened in the life of an agreement. Its dates follow from its signatures and its end.

    Raises StepInTheFuture, NobodySigned, NothingWasChanged, EndsBeforeSignature.
    """
    if on > act.day:
        raise StepInTheFuture
    if kind == StepKind.SIGNED and not signatories:
        raise NobodySigned
    if kind in (StepKind.BODY_NAMED, StepKind.TRUSTEE_NAMED, StepKind.AMENDED) and not note.strip():
        raise NothingWasChanged
    signed = [each.on for each in steps(act.session, agreement.id) if each.kind == StepKind.SIGNED]
    if kind == StepKind.ENDED and not any(day <= on for day in signed):
        raise EndsBeforeSignature
    step = AgreementStep(
        agreement_id=agreement.id,
        kind=kind,
        on=on,
        signatories=" ".join(each for each in Signatory if each in signatories) if kind == StepKind.SIGNED else "",
        note=note.strip()[:LONGEST],
        source=source.strip()[:LONGEST],
        written_on=act.day,
    )
    act.session.add(step)
    act.session.flush()
    _date(act.session, agreement)
    return step


def take_back(act: Act, step: AgreementStep) -> None:
    """It was not so; that it was written stays, with the day it was taken back."""
    step.taken_back_on = step.taken_back_on or act.day
    act.session.flush()
    _date(act.session, act.session.get_one(Agreement, step.agreement_id))


def _date(session: Session, agreement: Agreement) -> None:
    """In force from the first signature to the last end, if no signature follows it; without any signature, presumed."""
    standing = steps(session, agreement.id)
    signed = [each.on for each in standing if each.kind == StepKind.SIGNED]
    ended = [each.on for each in standing if each.kind == StepKind.ENDED]
    agreement.starts_on = min(signed, default=None)
    agreement.ends_on = max(ended) if ended and signed and max(ended) >= max(signed) else None
    session.flush()


def steps(session: Session, agreement_id: str) -> Sequence[AgreementStep]:
    """The steps that stand, the first first."""
    here = (AgreementStep.agreement_id == agreement_id, AgreementStep.taken_back_on.is_(None))
    return session.scalars(select(AgreementStep).where(*here).order_by(AgreementStep.on, AgreementStep.id)).all()


def cover(act: Act, agreement: Agreement, codes: Collection[str], since: date, source: str) -> None:
    """These territories, and no others, are under an agreement from a day on. Raises NoTerritory."""
    known = set(act.session.scalars(select(Territory.code).where(Territory.code.in_(codes))))
    if not known:
        raise NoTerritory
    standing = {
        row.territory_code: row for row in act.session.scalars(_linked(agreement.id)) if row.ends_on is None or row.ends_on >= since
    }
    for code in known:
        if code in standing:
            standing[code].ends_on = None
            continue
        act.session.add(
            AgreementTerritory(
                agreement_id=agreement.id,
                territory_code=code,
                starts_on=since,
                ends_on=None,
                source=source.strip()[:LONGEST],
                certainty="table",
            )
        )
    for code, row in standing.items():
        if code not in known:
            row.ends_on = since - timedelta(days=1)
    act.session.flush()


def _linked(agreement_id: str) -> Select[AgreementTerritory]:
    return select(AgreementTerritory).where(AgreementTerritory.agreement_id == agreement_id)


def territories(session: Session, agreement_id: str, day: date) -> dict[str, date | None]:
    """The territories entered for an agreement that are under it on a day, and since when; empty where none were ever entered."""
    return {row.territory_code: row.starts_on for row in session.scalars(_linked(agreement_id)) if _holds(row, day)}


def _holds(row: AgreementTerritory, day: date) -> bool:
    return (row.starts_on is None or row.starts_on <= day) and (row.ends_on is None or day <= row.ends_on)


def may_cover(session: Session, agreement_id: str) -> Sequence[Territory]:
    """The territories that one would look for: those of its regions first."""
    regions = set(session.scalars(select(AgreementRegion.region_code).where(AgreementRegion.agreement_id == agreement_id)))
    every = session.scalars(select(Territory).order_by(Territory.region_code, Territory.name)).all()
    return sorted(every, key=lambda each: each.region_code not in regions)


@dataclass
class Coverage:
    """The plan's first target on a day: territories under an agreement in force, and Indigenous organisations apart."""

    day: date
    total: int = 0
    dated: set[str] = field(default_factory=set)
    """Territories that a table entered, under an agreement whose signature is dated."""
    presumed: set[str] = field(default_factory=set)
    """Territories that only the region of an agreement, or an agreement without dates, tells of."""
    organisations: list[tuple[IndigenousOrganisation, Agreement, bool]] = field(default_factory=list)
    """Each with its agreement, and whether that is in force."""

    @property
    def covered(self) -> int:
        return len(self.dated | self.presumed)

    @property
    def uncovered(self) -> int:
        return self.total - self.covered


def coverage(session: Session, day: date) -> Coverage:
    """Of the 104 territories, how many are under an agreement in force that day: dated, or presumed and said so."""
    found = Coverage(day)
    by_region: dict[str, set[str]] = {}
    for territory in session.scalars(select(Territory)):
        by_region.setdefault(territory.region_code, set()).add(territory.code)
        found.total += 1
    regions: dict[str, set[str]] = {}
    for row in session.scalars(select(AgreementRegion)):
        regions.setdefault(row.agreement_id, set()).add(row.region_code)
    entered: dict[str, set[str]] = {}
    for link in session.scalars(select(AgreementTerritory)):
        entered.setdefault(link.agreement_id, set()).update([link.territory_code] if _holds(link, day) else [])
    by_id = {agreement.id: agreement for agreement in session.scalars(select(Agreement))}
    for agreement in by_id.values():
        if agreement.kind == "indigenous" or not agreement.in_force(day, day):
            continue
        by_its_regions = {code for region in regions.get(agreement.id, ()) for code in by_region.get(region, ())}
        here = entered.get(agreement.id, by_its_regions)
        is_dated = agreement.id in entered and not agreement.is_presumed
        (found.dated if is_dated else found.presumed).update(here)
    found.presumed -= found.dated
    for organisation in session.scalars(select(IndigenousOrganisation).order_by(IndigenousOrganisation.name_fr)):
        agreement = by_id[organisation.agreement_id]
        found.organisations.append((organisation, agreement, agreement.in_force(day, day)))
    return found
