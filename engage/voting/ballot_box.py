"""The ballot box: sealed until closing, opened shuffled, and with no way back to a voter.

Knows nothing of people, messages or the ledger: privacy is an import rule, checked by a test. Ballots are sealed with HPKE
(RFC 9180: X25519, HKDF-SHA256, AES-256-GCM), bound to the consultation and its rules, all of one length.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from sqlalchemy import LargeBinary, String, UniqueConstraint, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.kernel.db import Base

FEWEST = 10
"""Under this many ballots a group's ballots are never opened: they are destroyed with the key."""
SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_STATUSES = ("silent", "today", "before", "no")


class SealedBallot(Base):
    """One vote before closing, found again only through its voter's tag. No time, no order, no channel."""

    __tablename__ = "sealed_ballot"
    __table_args__ = (UniqueConstraint("consultation_id", "receipt"), {"sqlite_with_rowid": False})
    consultation_id: Mapped[UUID] = mapped_column(primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    choice: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[bytes | None] = mapped_column(LargeBinary)
    receipt: Mapped[str] = mapped_column(String(8))


class OpenedBallot(Base):
    """One choice after closing, under a random key, in the order of that key."""

    __tablename__ = "opened_ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)
    consultation_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    known: Mapped[bool]
    """Cast behind a card or a number."""
    choices: Mapped[str] = mapped_column(String(9))
    """Option numbers in order, such as "147"; empty for a blank ballot."""


class ReceiptCode(Base):
    """The published list of codes: it proves "in the box", never "what"."""

    __tablename__ = "receipt_code"
    __table_args__ = ({"sqlite_with_rowid": False},)
    consultation_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)


@dataclass(frozen=True)
class Slot:
    """Which box, under which frozen rules, sealed for which key."""

    consultation_id: UUID
    rules_hash: str
    public_key: bytes

    @property
    def info(self) -> bytes:
        return b"engage ballot " + self.consultation_id.bytes + self.rules_hash.encode()


@dataclass(frozen=True)
class Opening:
    """What came out of a box, in numbers."""

    known: int
    anonymous: int
    unreadable: int
    today: dict[str, int] | None
    """Approvals from people who live in poverty or exclusion today; None unless they are 20 or more and the rest 10 or more."""
    today_ballots: int


def put(session: Session, slot: Slot, tag: bytes, choices: Collection[int], *, known: bool) -> tuple[str, bool]:
    """Seal and keep a ballot; the same tag replaces. Returns the receipt code and whether the tag is new."""
    bitmap = sum(1 << (number - 1) for number in choices)
    plain = bytes([1, known]) + bitmap.to_bytes(2) + bytes(12)
    key = X25519PublicKey.from_public_bytes(slot.public_key)
    while True:
        sealed = SUITE.encrypt(plain, key, info=slot.info)
        receipt = _receipt(sealed)
        taken = select(SealedBallot.tag).where(SealedBallot.consultation_id == slot.consultation_id, SealedBallot.receipt == receipt)
        if session.scalar(taken) is None:
            break
    held = session.get(SealedBallot, (slot.consultation_id, tag))
    if held is None:
        session.add(SealedBallot(consultation_id=slot.consultation_id, tag=tag, choice=sealed, receipt=receipt))
    else:
        held.choice, held.receipt = sealed, receipt
    session.flush()
    return receipt, held is None


def put_status(session: Session, slot: Slot, tag: bytes, status: str) -> None:
    """Keep a second envelope beside a ballot: lived experience, joined to the choice only in the totals of the opening."""
    held = session.get(SealedBallot, (slot.consultation_id, tag))
    if held is None:
        return
    plain = bytes([_STATUSES.index(status)]) + bytes(15)
    held.status = SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(slot.public_key), info=b"status " + slot.info)
    session.flush()


def count_sealed(session: Session, consultation_id: UUID) -> int:
    return session.scalar(select(func.count()).where(SealedBallot.consultation_id == consultation_id)) or 0


def open_box(session: Session, slot: Slot, private_key: X25519PrivateKey) -> Opening:
    """Open every ballot into a new list under random keys, publish the receipt codes, and delete the sealed ones.

    One transaction of the caller's. A group under `FEWEST` ballots is counted and never opened.
    """
    rows = session.execute(
        select(SealedBallot.choice, SealedBallot.status, SealedBallot.receipt).where(SealedBallot.consultation_id == slot.consultation_id)
    ).all()
    read: list[tuple[bool, str, str]] = []
    unreadable = 0
    for choice, status, _ in rows:
        try:
            plain = SUITE.decrypt(choice, private_key, info=slot.info)
            lived = SUITE.decrypt(status, private_key, info=b"status " + slot.info)[0] if status else 0
        except (InvalidTag, ValueError):
            unreadable += 1
            continue
        bitmap = int.from_bytes(plain[2:4])
        read.append((bool(plain[1]), "".join(str(n) for n in range(1, 10) if bitmap >> (n - 1) & 1), _STATUSES[lived]))
    groups = Counter(known for known, _, _ in read)
    shuffled = sorted((secrets.token_bytes(16), known, choices) for known, choices, _ in read if groups[known] >= FEWEST)
    if shuffled:
        session.execute(
            insert(OpenedBallot),
            [{"consultation_id": slot.consultation_id, "key": key, "known": known, "choices": choices} for key, known, choices in shuffled],
        )
    codes = sorted(receipt for _, _, receipt in rows)
    if codes:
        session.execute(insert(ReceiptCode), [{"consultation_id": slot.consultation_id, "code": code} for code in codes])
    session.execute(delete(SealedBallot).where(SealedBallot.consultation_id == slot.consultation_id))
    today = [choices for known, choices, lived in read if known and lived == "today"]
    enough = len(today) >= 2 * FEWEST and groups[True] - len(today) >= FEWEST
    counts = Counter(number for choices in today for number in choices)
    return Opening(groups[True], groups[False], unreadable, dict(sorted(counts.items())) if enough else None, len(today) if enough else 0)


def opened(session: Session, consultation_id: UUID, *, known: bool) -> list[str]:
    """The choices of a group, in the order of their random keys."""
    rows = select(OpenedBallot.choices).where(OpenedBallot.consultation_id == consultation_id, OpenedBallot.known == known)
    return list(session.scalars(rows.order_by(OpenedBallot.key)))


def receipt_codes(session: Session, consultation_id: UUID) -> list[str]:
    """The published codes, sorted; empty before closing."""
    rows = select(ReceiptCode.code).where(ReceiptCode.consultation_id == consultation_id)
    return list(session.scalars(rows.order_by(ReceiptCode.code)))


def _receipt(sealed: bytes) -> str:
    bits = int.from_bytes(sha256(sealed).digest()[:5])
    return "".join(_CROCKFORD[bits >> (35 - 5 * i) & 31] for i in range(8))
