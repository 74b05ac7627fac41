"""Consultations, their options, the roll of who voted, and what was published."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.kernel.db import SHUFFLED, Base, Identified, Public
from engage.kernel.fields import Encrypted, sealed_column


class Door(StrEnum):
    OPEN = "open"
    """Anyone of age may vote; only votes behind a card or a number decide, the others are shown apart."""
    CODED = "coded"
    """A card or a number is needed."""


class BallotKind(StrEnum):
    PRIORITIES = "priorities"
    """So many places, each of one unit."""
    BUDGET = "budget"
    """Projects with a cost, within an envelope."""


class KeyMode(StrEnum):
    """Who can open the box."""

    SERVER = "server"
    """The key ring of this server, apart from the database."""
    TRUSTEES = "trustees"
    """Any two of three people who hold words; nobody else, and not this server."""


class GraveRule(StrEnum):
    """How an opening, an early closing or a cancellation is decided; fixed before the vote opens."""

    NOTICE = "notice"
    """By one person, announced to everyone 48 hours before."""
    TWO = "two"
    """By two people: the second may sit on a committee, or at a neighbouring table."""


class Stage(StrEnum):
    """The life of a consultation; from `frozen` to `closed` is the chain of closing, each stage reached in one transaction."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    """Everything that decides is fixed and shown; the vote waits for its hour, or for a second person."""
    OPEN = "open"
    CANCELLING = "cancelling"
    """Cancelled: the key is about to be destroyed with what it could have opened."""
    CANCELLED = "cancelled"
    FROZEN = "frozen"
    OPENED = "opened"
    TALLIED = "tallied"
    PUBLISHED = "published"
    CLOSED = "closed"


CHANNELS = "sms voice paper kiosk"
MOST_CHOICES = 3


class Consultation(Public, Identified, Base):
    """A question put to people. Its texts are wordings of the fields `question` and `why`."""

    __tablename__ = "consultation"
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """Short code of the link, and the keyword of a text; upper case."""
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    mechanism_id: Mapped[UUID] = mapped_column(ForeignKey("mechanism.id"))
    door: Mapped[str] = mapped_column(String(10))
    minimum_age: Mapped[int] = mapped_column(default=14)
    places: Mapped[int] = mapped_column(default=3)
    kind: Mapped[str] = mapped_column(String(10), default=BallotKind.PRIORITIES)
    envelope: Mapped[int | None]
    """Dollars to share, of a budget."""
    channels: Mapped[str] = mapped_column(String(60), default=CHANNELS)
    """What may be left out of `CHANNELS`; the web and help are always there."""
    languages: Mapped[str] = mapped_column(String(60), default="fr")
    """Tags, French first: those in which the ballot is offered."""
    territories: Mapped[str] = mapped_column(default="")
    """Codes of the territories whose people may vote; empty for all of the agreement's."""
    key_mode: Mapped[str] = mapped_column(String(10), default=KeyMode.SERVER)
    grave_rule: Mapped[str] = mapped_column(String(10), default=GraveRule.NOTICE)
    stage: Mapped[str] = mapped_column(String(10), default=Stage.DRAFT)
    opens_at: Mapped[datetime | None]
    """Not before this moment; empty: as soon as it is decided."""
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime]
    notice_id: Mapped[UUID | None]
    """The grave act that its public page tells: an extension, or what is announced."""
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    rules: Mapped[str | None]
    """Canonical JSON of everything that decides the result, frozen at opening."""
    rules_hash: Mapped[str | None] = mapped_column(String(64))
    options: Mapped[list[Option]] = relationship(order_by="Option.number")

    def frozen(self) -> dict[str, Any]:
        """The rules as they were fixed at opening."""
        return _read(self.rules or "{}")

    def numbered(self) -> dict[int, UUID]:
        """Option ids by number, from the frozen rules once there are any."""
        if self.rules:
            return {int(number): UUID(id) for number, id in sorted(self.frozen()["options"].items())}
        return {option.number: option.id for option in self.options}

    @property
    def most_choices(self) -> int:
        """How many answers one ballot may hold."""
        return min(MOST_CHOICES, len(self.options))

    @property
    def costs(self) -> dict[int, int]:
        """Dollars by number, of a budget; empty otherwise."""
        return {option.number: option.cost or 0 for option in self.options} if self.kind == BallotKind.BUDGET else {}

    def is_open(self, at: datetime) -> bool:
        return self.stage == Stage.OPEN and at < self.closes_at

    @property
    def is_published(self) -> bool:
        return self.stage in (Stage.PUBLISHED, Stage.CLOSED)


@lru_cache(maxsize=100)
def _read(rules: str) -> dict[str, Any]:
    """Frozen rules never change, so each process reads them once; nobody writes into them."""
    read: dict[str, Any] = json.loads(rules)
    return read


class Option(Public, Identified, Base):
    """One answer. Its number holds on every channel; its wordings are `label`, `short` (for texts) and `explanation`."""

    __tablename__ = "option"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    number: Mapped[int]
    icon: Mapped[str] = mapped_column(String(30))
    cost: Mapped[int | None]
    """Dollars, where a budget is shared."""


class GraveKind(StrEnum):
    OPEN = "open"
    EXTEND = "extend"
    CLOSE = "close"
    """Before its day."""
    CANCEL = "cancel"


class GraveAct(Identified, Base):
    """A decision that people must be able to see coming, with who took it and the reason that everyone reads."""

    __tablename__ = "grave_act"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime | None]
    """The new end, of an extension."""
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it takes effect by itself; empty while a second person is awaited."""
    done_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    @property
    def is_pending(self) -> bool:
        return self.done_at is None and self.withdrawn_at is None


class Commitment(Base):
    """What the table said it would do with a result, and by when. Its words are wordings: `promise`, then `outcome` once it is kept."""

    __tablename__ = "commitment"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    due_on: Mapped[date]
    made_on: Mapped[date]
    kept_on: Mapped[date | None]

    def is_late(self, day: date) -> bool:
        return self.kept_on is None and self.due_on < day


class JourneyCount(Base):
    """How many times a step of a vote was passed, by channel, whoever passed it. Shown in fives."""

    __tablename__ = "journey_count"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    step: Mapped[str] = mapped_column(String(10), primary_key=True)
    number: Mapped[int]


class RollEntry(Identified, Base):
    """That someone voted, and by which channel; never what. No participant for an anonymous vote."""

    __tablename__ = "roll_entry"
    __table_args__ = (UniqueConstraint("consultation_id", "participant_id"), SHUFFLED)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id"), index=True)
    known: Mapped[bool] = mapped_column(default=False)
    """Behind a card or a number, also once the person is erased."""
    final: Mapped[bool] = mapped_column(default=False)
    """On paper: the ballot lies in a pile that knows no names, so nothing can replace it."""
    channel: Mapped[str] = mapped_column(String(10))
    fact_sealed: Mapped[bytes] = sealed_column()
    fact = Encrypted()
    """Id of the fact that this vote left, so that a later consent can reverse it."""


class Reconciliation(Base):
    """The last daily comparison of roll, box and facts of an open consultation."""

    __tablename__ = "reconciliation"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    at: Mapped[datetime]
    roll: Mapped[int]
    ballots: Mapped[int]
    waiting: Mapped[int] = mapped_column(default=0)
    """Envelopes accepted whose sheet is not yet in the box."""
    facts: Mapped[int]
    differences: Mapped[str]
    """One code a line, as `reconciliation.compare` names them; empty when all agree."""


class SheetBatch(Identified, Base):
    """Ballot sheets printed together. What was printed must be used, spoiled or unused; a difference stays until it is explained."""

    __tablename__ = "sheet_batch"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), index=True)
    first: Mapped[int]
    """Sheets are numbered from 1 within a consultation; this batch has `size` of them from `first` on."""
    size: Mapped[int]
    large: Mapped[bool]
    enveloped: Mapped[bool]
    """In a signed envelope with a card's code, and so decisive; otherwise from an urn, anonymous."""
    made_on: Mapped[date]
    spoiled: Mapped[int | None]
    unused: Mapped[int | None]
    explanation: Mapped[str] = mapped_column(default="")


class Sheet(Base):
    """A sheet that someone began to enter. What two people read from it must agree; no name is anywhere near it."""

    __tablename__ = "sheet"
    __table_args__ = (SHUFFLED,)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    used: Mapped[bool] = mapped_column(default=False)
    readings: Mapped[str] = mapped_column(default="")
    """JSON: what each clerk read last, sealed for the box, and how often, by staff id; emptied when the ballot is in the box."""


class Kiosk(Identified, Base):
    """A tablet lent for one vote. Its address is its key; what it holds without a connection is sealed for a key that only we have."""

    __tablename__ = "kiosk"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), index=True)
    token_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    place: Mapped[str]
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    key_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    key = Encrypted()
    """ECDH P-256 private key (PKCS8, base64), erased when the kiosk is closed."""


class KioskBallot(Base):
    """That a sealed ballot of a kiosk was taken in, so that one sent again is not taken twice. No choice, no time."""

    __tablename__ = "kiosk_ballot"
    __table_args__ = (SHUFFLED,)
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    kiosk_id: Mapped[UUID] = mapped_column(ForeignKey("kiosk.id"), index=True)


class ClosingStep(Base):
    """One stage of a closing, reached for good: when, and what was found. The log that everyone may read."""

    __tablename__ = "closing_step"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(10), primary_key=True)
    at: Mapped[datetime]
    found: Mapped[str] = mapped_column(default="")
    """What the stage found: differences of the last comparison (`reconciliation.compare`), ballots left unread, a SHA-256."""


class BoxOpening(Base):
    """The numbers that came out of a box, kept between opening and tally."""

    __tablename__ = "box_opening"
    consultation_id: Mapped[UUID] = mapped_column(primary_key=True)
    document: Mapped[str]


class Result(Base):
    """What a closed consultation published, once and for all."""

    __tablename__ = "result"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    document: Mapped[str]
    """Canonical JSON, see `tally.Tally`."""
    published_at: Mapped[datetime]

    def read(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.document)
        return read
