"""Agreements, the tables that carry them, and the mechanisms through which people take part."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import Base, Identified, Public
from engage.kernel.words import N_


class Agreement(Base):
    """An Alliance pour la solidarité. What no source tells stays empty: no dates means "presumed in force"."""

    __tablename__ = "agreement"
    id: Mapped[str] = mapped_column(String(8), primary_key=True)
    label: Mapped[str]
    territory: Mapped[str]
    kind: Mapped[str] = mapped_column(String(12))
    """region, city, direct (with the ministry) or indigenous."""
    mandated_body_2017_2023: Mapped[str]
    mandated_body_2024_2029: Mapped[str]
    source: Mapped[str]
    certainty: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]

    def in_force(self, first: date, last: date) -> bool:
        """At some day between `first` and `last`, presumed where dates are unknown."""
        return (self.starts_on is None or self.starts_on <= last) and (self.ends_on is None or self.ends_on >= first)

    @property
    def is_presumed(self) -> bool:
        return self.starts_on is None


class AgreementRegion(Base):
    """The administrative region that the sources give for an agreement; its MRC are entered by the table, with dates."""

    __tablename__ = "agreement_region"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)


class AgreementTerritory(Public, Identified, Base):
    """A territory under an agreement between two days; empty until someone who knows enters it. Covered again, it has another row."""

    __tablename__ = "agreement_territory"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    territory_code: Mapped[str] = mapped_column(ForeignKey("territory.code"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    source: Mapped[str]
    certainty: Mapped[str]


class StepKind(StrEnum):
    """What happens in the life of an agreement, in the order in which it usually does."""

    MET_ELECTED = "met_elected"
    """The ministry's regional direction met the elected."""
    BODY_NAMED = "body_named"
    """A body that exists, or one that was created, is mandated."""
    TRUSTEE_NAMED = "trustee_named"
    """Another body holds the money, where the mandated one is not in the business register."""
    SIGNED = "signed"
    FIRST_INSTALMENT = "first_instalment"
    PLAN_FILED = "plan_filed"
    AMENDED = "amended"
    ENDED = "ended"


class Signatory(StrEnum):
    MINISTRY = "ministry"
    BODY = "body"
    """The mandated body."""
    MRC = "mrc"
    CITY = "city"
    """Montréal or Laval, which sign directly."""
    INDIGENOUS = "indigenous"
    JAMESIE = "jamesie"


class AgreementStep(Public, Identified, Base):
    """One step in the life of an agreement. What turns out wrong is taken back, with the day; nothing is written over."""

    __tablename__ = "agreement_step"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    on: Mapped[date]
    signatories: Mapped[str] = mapped_column(String(60))
    """Who signed: values of `Signatory` after one another."""
    note: Mapped[str]
    """The body, or what changed, in a few words that everyone reads."""
    source: Mapped[str]
    """Where that can be read."""
    written_on: Mapped[date]
    taken_back_on: Mapped[date | None]

    def who_signed(self) -> list[Signatory]:
        return [Signatory(each) for each in self.signatories.split()]


class IndigenousOrganisation(Base):
    """An organisation that signs directly and lives by its own rules; counted apart from the 104 territories."""

    __tablename__ = "indigenous_organisation"
    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    name_fr: Mapped[str]
    name_en: Mapped[str]
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    scope: Mapped[str]
    certainty: Mapped[str]


class Partner(Public, Identified, Base):
    """An organisation, or someone elected, that works with a table."""

    __tablename__ = "partner"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(12))
    """One of `partners.PartnerKind`."""
    collaboration: Mapped[str] = mapped_column(String(14))
    commitment: Mapped[str]
    """What they said they would do or give, in a few words that everyone reads."""
    since_on: Mapped[date]
    ended_on: Mapped[date | None]


class Practice(Public, Identified, Base):
    """What a table tried, in plain words, for others to reuse."""

    __tablename__ = "practice"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    what: Mapped[str]
    for_whom: Mapped[str]
    worked: Mapped[str]
    failed: Mapped[str]
    shared_on: Mapped[date]
    withdrawn_on: Mapped[date | None]


_HAS_NUMBER = "text_number <> ''"


class RegionalTable(Public, Identified, Base):
    """The small team that carries an agreement, as citizens meet it."""

    __tablename__ = "regional_table"
    __table_args__ = (
        Index(
            "uq_regional_table_text_number", "text_number", unique=True, sqlite_where=text(_HAS_NUMBER), postgresql_where=text(_HAS_NUMBER)
        ),
    )
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), unique=True)
    name: Mapped[str]
    text_name: Mapped[str] = mapped_column(String(40))
    """The discreet name that opens a text: GSM-7, nothing about poverty."""
    text_number: Mapped[str] = mapped_column(String(16), default="")
    """E.164 number that people text; empty when the table has none."""
    person_number: Mapped[str] = mapped_column(String(16), default="")
    """E.164 number where a person answers."""


MECHANISM_TYPES = {
    "M1": N_("instance qui décide"),
    "M2": N_("choix des projets"),
    "M3": N_("comité citoyen ou consultatif"),
    "M4": N_("vote sur les priorités"),
    "M5": N_("avis sur les projets, évaluation"),
    "M6": N_("conception ensemble, formation, animation"),
}


class Mechanism(Identified, Base):
    """A means by which an agreement is planned, decided, carried out or followed (M1 to M6)."""

    __tablename__ = "mechanism"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    type: Mapped[str] = mapped_column(String(2))
    level: Mapped[int]
    """0 informed, 1 consulted, 2 involved, 3 co-builds, 4 decides: set by its written rule."""
    rule: Mapped[str] = mapped_column(default="")
    """Where that rule is written, or its words."""
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
