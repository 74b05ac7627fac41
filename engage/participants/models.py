"""People who take part, the ways they come back as themselves, and what they agreed to."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import SHUFFLED, Base, Identified
from engage.kernel.fields import Encrypted, sealed_column


class Participant(Identified, Base):
    """One person. Nothing here says who."""

    __tablename__ = "participant"
    __table_args__ = (SHUFFLED,)
    since_on: Mapped[date]
    is_new = False
    """Come in this very act: nothing was asked of them yet."""


class PhoneCredential(Identified, Base):
    """A person behind a number: several may share it, each with a personal code. A phone is never a participant."""

    __tablename__ = "phone_credential"
    __table_args__ = (UniqueConstraint("number_lookup", "code_lookup"), SHUFFLED)
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"), index=True)
    number_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    code_lookup: Mapped[bytes] = mapped_column(LargeBinary(32))
    number_sealed: Mapped[bytes] = sealed_column()
    number = Encrypted()


class ContactNumber(Identified, Base):
    """Where someone known by a card wants to be written to. It opens nothing: a contact is not a credential."""

    __tablename__ = "contact_number"
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"), unique=True)
    number_sealed: Mapped[bytes] = sealed_column()
    number = Encrypted()


class CardBatch(Identified, Base):
    """Cards made together and handed out by one group: how many and when, never to whom."""

    __tablename__ = "card_batch"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    group: Mapped[str]
    size: Mapped[int]
    made_on: Mapped[date]


class Card(Identified, Base):
    """A participation card: only the keyed hash of its code is kept."""

    __tablename__ = "card"
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("card_batch.id"), index=True)
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id"), index=True)


class ConsentKind(StrEnum):
    CONTACT = "contact"
    COUNT = "count"
    WORDS = "words"


class Consent(Identified, Base):
    """A dated yes or no to one wording. The latest of a kind holds."""

    __tablename__ = "consent"
    __table_args__ = (SHUFFLED,)
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    given: Mapped[bool]
    wording: Mapped[str] = mapped_column(String(30))
    channel: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]


class Status(StrEnum):
    """Lived experience of poverty or exclusion, in the person's own answer."""

    TODAY = "today"
    BEFORE = "before"
    NO = "no"
    SILENT = "silent"


class LivedExperience(Identified, Base):
    __tablename__ = "lived_experience"
    __table_args__ = (SHUFFLED,)
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"), unique=True)
    wording: Mapped[str] = mapped_column(String(30))
    on: Mapped[date]
    answer_sealed: Mapped[bytes] = sealed_column()
    answer = Encrypted()


class AgreementPerson(Identified, Base):
    """Ties a participant to their random person id within one agreement. Erasing this row erases the tie for good."""

    __tablename__ = "agreement_person"
    __table_args__ = (SHUFFLED,)
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    person_sealed: Mapped[bytes] = sealed_column()
    person = Encrypted()
    key_sealed: Mapped[bytes] = sealed_column()
    key = Encrypted()
