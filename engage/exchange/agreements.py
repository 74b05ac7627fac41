"""Agreements in and out, with their dates and territories. The register's own steps are never written over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from engage.exchange.columns import Choice, Codes, Column, Day, NotAllowed
from engage.exchange.kind import Kind, Row, Scope
from engage.governance import Agreement, AgreementRegion, Signatory, StepKind, register
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.territory import Region, Territory


class AgreementStays(Refusal):
    sentence = N_("Le genre et la région d’une entente viennent de la liste officielle: les chiffres publiés en dépendent. Laissez-les.")


class DatesAreSteps(Refusal):
    sentence = N_(
        "Cette date est déjà inscrite au registre, avec qui a signé. Elle se change dans la page de l’entente, pas par un fichier."
    )


class AgreementCodeWrong(Refusal):
    sentence = N_("Le code «%(code)s» n’est pas celui d’une entente: écrivez de 2 à 8 lettres ou chiffres, en capitales.")


_TEXTS = ("label", "territory", "mandated_body_2017_2023", "mandated_body_2024_2029", "source", "certainty")
_DATES = ("signed_on", "signed_by", "ended_on")
_COVERED = ("territories", "covered_since")


class Agreements(Kind):
    key = ("agreement",)

    def __init__(self, act: Act, scope: Scope) -> None:
        super().__init__(act, scope)
        regions = list(act.session.scalars(select(Region.code).order_by(Region.code)))
        territories = list(act.session.scalars(select(Territory.code).order_by(Territory.code)))
        self.columns = (
            Column("agreement", is_needed=True, longest=8),
            Choice("kind", is_needed=True, values=["region", "city", "direct", "indigenous"]),
            Codes("region", values=regions),
            Column("label", is_needed=True, longest=200),
            *(Column(name) for name in _TEXTS[1:]),
            Day("signed_on"),
            Codes("signed_by", values=[each.value for each in Signatory]),
            Day("ended_on"),
            Codes("territories", values=territories),
            Day("covered_since"),
        )

    def rows(self) -> Iterator[Row]:
        session, regions = self.act.session, dict[str, list[str]]()
        for agreement_id, code in session.execute(select(AgreementRegion.agreement_id, AgreementRegion.region_code)):
            regions.setdefault(agreement_id, []).append(code)
        for each in session.scalars(select(Agreement).where(Agreement.id.in_(self.scope.agreements)).order_by(Agreement.id)):
            signed = [step for step in register.steps(session, each.id) if step.kind == StepKind.SIGNED]
            covered = register.territories(session, each.id, self.act.day)
            since = max((day for day in covered.values() if day), default=None)
            told = {
                "agreement": each.id, "kind": each.kind, "region": " ".join(sorted(regions.get(each.id, ()))), "signed_on": each.starts_on,
                "signed_by": " ".join(signed[0].who_signed()) if signed else "", "ended_on": each.ends_on,
                "territories": " ".join(sorted(covered)), "covered_since": since,
            }  # fmt: skip
            yield {name: str(value or "") for name, value in told.items()} | {name: getattr(each, name) for name in _TEXTS}

    def check(self, row: Row, before: Row | None) -> list[Refusal]:
        if before is None:
            if self.act.session.get(Agreement, row["agreement"]):
                raise NotAllowed(column="agreement", value=row["agreement"], values=", ".join(self.scope.agreements))
            if not re.fullmatch("[A-Z0-9]{2,8}", row["agreement"]):
                raise AgreementCodeWrong(code=row["agreement"])
        elif any(row[name] != before[name] for name in ("kind", "region")):
            raise AgreementStays
        elif any(before[name] and row[name] != before[name] for name in _DATES):
            raise DatesAreSteps
        if bool(row["territories"]) != bool(row["covered_since"]):
            raise register.NoTerritory
        return []

    def write(self, row: Row, before: Row | None) -> None:
        session, was = self.act.session, before or dict.fromkeys(row, "")
        agreement = session.get(Agreement, row["agreement"])
        if agreement is None:
            agreement = Agreement(id=row["agreement"], kind=row["kind"])
            session.add(agreement)
            session.add_all(AgreementRegion(agreement_id=agreement.id, region_code=code) for code in row["region"].split())
        for name in _TEXTS:
            setattr(agreement, name, row[name])
        session.flush()
        if row["signed_on"] != was["signed_on"]:
            self._step(agreement, StepKind.SIGNED, row["signed_on"], row)
        if row["ended_on"] != was["ended_on"]:
            self._step(agreement, StepKind.ENDED, row["ended_on"], row)
        if any(row[name] != was[name] for name in _COVERED):
            register.cover(self.act, agreement, row["territories"].split(), date.fromisoformat(row["covered_since"]), row["source"])

    def _step(self, agreement: Agreement, kind: StepKind, day: str, row: Row) -> None:
        signatories = [Signatory(each) for each in row["signed_by"].split()]
        register.write_step(self.act, agreement, kind, date.fromisoformat(day), signatories=signatories, source=row["source"])
