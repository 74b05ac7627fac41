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
    turn: Mapped[int] = mapped_column(default=0)
    """How often a card or a number of theirs was replaced: a page opened before the last time opens nothing any more."""
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
    """Where someone known by a card wants to be written to. It opens nothing: a contact is not a credential.

    Anyone can type any number: nothing is sent there, but one question, before a yes comes from it.
    """

    __tablename__ = "contact_number"
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"), unique=True)
    number_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    number_sealed: Mapped[bytes] = sealed_column()
    number = Encrypted()
    given_on: Mapped[date]
    confirmed_on: Mapped[date | None]


class NumberProof(Identified, Base):
    """A code sent once to a number, to show that whoever typed the number holds the phone."""

    __tablename__ = "number_proof"
    number_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    code_lookup: Mapped[bytes] = mapped_column(LargeBinary(32))
    expires_at: Mapped[datetime]


class CardBatch(Identified, Base):
    """Cards made together and handed out by one group: how many and when, never to whom."""

    __tablename__ = "card_batch"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    group: Mapped[str]
    """Who hands them out; empty for a mixed batch, shared out among groups whose name would already tell too much."""
    size: Mapped[int]
    made_on: Mapped[date]
    used: Mapped[int] = mapped_column(default=0)
    """How many came back. Which ones is not kept: a card leaves its batch at its first use."""


class Card(Identified, Base):
    """A participation card: only the keyed hash of its code is kept, and its batch until it is first used."""

    __tablename__ = "card"
    __table_args__ = (SHUFFLED,)
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("card_batch.id"), index=True)
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id"), index=True)
    replaced_on: Mapped[date | None]
    """A lost card opens nothing once another took its place."""


class HeldCredential(Identified, Base):
    """Until a vote closes, the keyed hash of a card or a number whose person was erased after voting in it.

    So that one phone does not vote ever again by being forgotten, and that ten credentials stay ten.
    """

    __tablename__ = "held_credential"
    __table_args__ = (SHUFFLED,)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), index=True)
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    is_phone: Mapped[bool]
    person: Mapped[UUID]
    """Random, one for each erased person: a number has room for six, erased ones included."""


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


class Gender(StrEnum):
    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"


class AgeBand(StrEnum):
    UNDER_18 = "under 18"
    UNDER_30 = "18 to 29"
    UNDER_50 = "30 to 49"
    UNDER_65 = "50 to 64"
    OLDER = "65 and over"


class About(Identified, Base):
    """What someone chose to say of themselves, for equity alone: every answer is voluntary, none is ever shown per person."""

    __tablename__ = "about"
    __table_args__ = (SHUFFLED,)
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"), unique=True)
    wording: Mapped[str] = mapped_column(String(30))
    on: Mapped[date]
    answers_sealed: Mapped[bytes] = sealed_column()
    answers = Encrypted()
    """JSON: `gender`, `age` (values above), `disability`, `indigenous`, `newcomer` (yes or no); what is unsaid is left out."""


class AboutThen(Identified, Base):
    """What someone had said of themselves when a fact was written: known by the fact alone, and only while they agree to be counted."""

    __tablename__ = "about_then"
    __table_args__ = (SHUFFLED,)
    fact_id: Mapped[UUID] = mapped_column(ForeignKey("participation_fact.id"), unique=True)
    answers_sealed: Mapped[bytes] = sealed_column()
    answers = Encrypted()
    """As `About.answers`."""


class AgreementPerson(Identified, Base):
    """Ties a participant to their random person id within one agreement. Erasing this row erases the tie for good."""

    __tablename__ = "agreement_person"
    __table_args__ = (SHUFFLED,)
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    person_sealed: Mapped[bytes] = sealed_column()
    person = Encrypted()
    key_sealed: Mapped[bytes] = sealed_column()
    key = Encrypted()
