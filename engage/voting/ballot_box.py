"""The ballot box: sealed until closing, opened shuffled, and with no way back to a voter.

Knows nothing of people, messages or the ledger: privacy is an import rule, checked by a test. Ballots are sealed with HPKE
(RFC 9180: X25519, HKDF-SHA256, AES-256-GCM), bound to the consultation and its rules, all of one length.
"""

from __future__ import annotations

import os
import secrets
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, partial
from hmac import compare_digest, digest
from multiprocessing import get_context
from multiprocessing.pool import AsyncResult
from secrets import token_bytes
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
    values,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.kernel.codes import receipt_code
from engage.kernel.db import SHUFFLED, Base
from engage.kernel.fields import append

FEWEST = 10
"""Under this many ballots a group's ballots are never opened: they are destroyed with the key."""
AT_ONCE = 2_000
"""Rows read together, where there may be a million."""
MANY = 50_000
"""From this many ballots on, about three seconds of unsealing, other processes are worth their start."""
PATIENCE = 60
"""Seconds to wait for a batch, a tenth of a second's work: a process that was killed never answers, and the closing is then tried again."""
Sealed = tuple[bytes, bytes, bytes | None, str, bytes]
Alike = tuple[bool, str, bool]
"""Known, choices, lives in poverty or exclusion today."""
Unsealed = tuple[Counter[Alike], list[bytes]]
SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class BoxWillNotOpen(Exception):
    """Nothing in the box can be read. Nothing is deleted: someone must look."""


class SealedBallot(Base):
    """One vote before closing, found again only through its voter's tag. No time, no order, no channel."""

    __tablename__ = "sealed_ballot"
    __table_args__ = (UniqueConstraint("consultation_id", "receipt"), SHUFFLED)
    consultation_id: Mapped[UUID] = mapped_column(primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    choice: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[bytes | None] = mapped_column(LargeBinary)
    receipt: Mapped[str] = mapped_column(String(8))
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Keyed hash of the row: one written by whoever holds the database alone is found at the opening."""
    page: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Keyed hash of the page that cast it, or as random: the same page sent again changes nothing, not even the receipt."""


_SAME = (
    select(SealedBallot.tag, SealedBallot.status, SealedBallot.receipt, SealedBallot.page)
    .where(
        SealedBallot.consultation_id == bindparam("box"),
        or_(SealedBallot.tag == bindparam("tag"), SealedBallot.receipt == bindparam("receipt")),
    )
    .with_for_update()
)
_AT = and_(SealedBallot.consultation_id == bindparam("box"), SealedBallot.tag == bindparam("held"))


class OpenedBallot(Base):
    """One choice after closing, under a random key, in the order of that key."""

    __tablename__ = "opened_ballot"
    __table_args__ = (SHUFFLED,)
    consultation_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    known: Mapped[bool]
    """Cast behind a card or a number."""
    choices: Mapped[str] = mapped_column(String(9))
    """Option numbers in order, such as "147"; empty for a blank ballot."""


class ReceiptCode(Base):
    """The published list of codes: it proves "in the box", never "what"."""

    __tablename__ = "receipt_code"
    __table_args__ = (SHUFFLED,)
    consultation_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)


@dataclass(frozen=True)
class Slot:
    """Which box, under which frozen rules, sealed for which key."""

    consultation_id: UUID
    rules_hash: str
    public_key: bytes
    mark_key: bytes

    @property
    def info(self) -> bytes:
        return b"engage ballot " + self.consultation_id.bytes + self.rules_hash.encode()

    def mark(self, tag: bytes, choice: bytes, status: bytes | None) -> bytes:
        return digest(self.mark_key, tag + choice + (status or b""), "sha256")


@dataclass(frozen=True)
class Opening:
    """What came out of a box, in numbers."""

    known: int
    anonymous: int
    unreadable: int
    """Not ours: altered, added by another hand, or sealed for other rules. Left out of every count, and said."""
    today: dict[str, int] | None
    """Approvals from people who live in poverty or exclusion today; None unless they are 20 or more and the rest 10 or more."""
    today_ballots: int


class Put(Enum):
    """What became of a ballot that was brought."""

    NEW = auto()
    AGAIN = auto()
    """Its page had brought it already."""
    REPLACED = auto()
    STANDS = auto()
    """Another of that tag is there, and this one may not replace it."""


def put(
    session: Session, slot: Slot, tag: bytes, choices: Collection[int], *, known: bool, page: bytes = b"", replaces: bool = True
) -> tuple[str, Put]:
    """Seal and keep a ballot; the same tag replaces where this one `replaces`, and the same `page` (32 bytes) changes nothing.

    Returns the receipt code of the ballot that is in the box.
    """
    page = page or secrets.token_bytes(32)
    bitmap = sum(1 << (number - 1) for number in choices)
    plain = bytes([1, known]) + bitmap.to_bytes(2) + bytes(12)
    while True:
        sealed = seal(plain, slot.public_key, slot.info)
        receipt = receipt_code(sealed)
        found = session.execute(_SAME, {"box": slot.consultation_id, "tag": tag, "receipt": receipt}).all()
        if all(row.receipt != receipt for row in found):
            break
    held = next((row for row in found if row.tag == tag), None)
    if held and (held.page == page or not replaces):
        return held.receipt, Put.AGAIN if held.page == page else Put.STANDS
    fresh = {"page": page, "choice": sealed, "receipt": receipt, "mark": slot.mark(tag, sealed, held.status if held else None)}
    if held:
        session.execute(update(SealedBallot).where(_AT).values(fresh), {"box": slot.consultation_id, "held": tag})
    else:
        append(session, SealedBallot(consultation_id=slot.consultation_id, tag=tag, **fresh))
    return receipt, Put.REPLACED if held else Put.NEW


def seal(plain: bytes, public_key: bytes, info: bytes) -> bytes:
    return SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public_key), info=info)


def put_status(session: Session, slot: Slot, tag: bytes, *, today: bool) -> None:
    """Keep a second envelope beside a ballot: whether its voter lives in poverty or exclusion today and agrees to be counted.

    It meets the choice only in the totals of the opening.
    """
    held = session.get(SealedBallot, (slot.consultation_id, tag), populate_existing=True, with_for_update=True)
    if held is None:
        return
    held.status = seal(bytes([today]) + bytes(15), slot.public_key, b"status " + slot.info)
    held.mark = slot.mark(tag, held.choice, held.status)
    session.flush()


def remove(session: Session, slot: Slot, tag: bytes) -> bool:
    """Take a ballot out, unread, for its voter withdrew or voted on paper. Returns whether there was one."""
    gone = delete(SealedBallot).where(SealedBallot.consultation_id == slot.consultation_id, SealedBallot.tag == tag)
    return bool(session.execute(gone.returning(SealedBallot.tag)).all())


def retag(session: Session, slot: Slot, tag: bytes, fresh: bytes) -> None:
    """Give a ballot another tag: its voter is someone's other self, or nobody any more."""
    held = session.get(SealedBallot, (slot.consultation_id, tag), populate_existing=True, with_for_update=True)
    if held is None:
        return
    mark = slot.mark(fresh, held.choice, held.status)
    session.execute(update(SealedBallot).where(_AT).values(tag=fresh, mark=mark), {"box": slot.consultation_id, "held": tag})
    session.expunge(held)


def open_box(session: Session, slot: Slot, private_key: X25519PrivateKey, *, enough_credentials: bool) -> Opening:
    """Open every ballot into a new list under random keys, publish the receipt codes, and delete the sealed ones.

    One transaction of the caller's. A group under `FEWEST` ballots is counted and never opened; nor are ballots behind cards
    and numbers when fewer than `FEWEST` different ones stand behind them, for one phone can hold six voters. Under `FEWEST` in all,
    no receipt code is published either: how many there are would tell how many came.

    What is kept of an unsealed ballot is one more in a count of those alike, never on disk: the opened list is made from these counts,
    so that nothing can lead from one of its rows to a sealed one, however rows are stored, and memory does not grow with the box.
    Raises BoxWillNotOpen; the caller then commits nothing.
    """
    here = SealedBallot.consultation_id == slot.consultation_id
    ballots = session.scalars(select(func.count()).where(here)).one()
    alike: Counter[Alike] = Counter()
    for some, unreadable in _unsealed(partial(_unseal, slot, private_key.private_bytes_raw()), _sealed(session, here), ballots):
        alike += some
        if unreadable:
            session.execute(delete(SealedBallot).where(here, SealedBallot.tag.in_(unreadable)))
    groups = {known: sum(count for (group, _, _), count in alike.items() if group == known) for known in (True, False)}
    if ballots and not alike:
        raise BoxWillNotOpen(f"none of {ballots} ballots can be read: this is not the key or not the rules of the box")
    enough = {True: groups[True] >= FEWEST and enough_credentials, False: groups[False] >= FEWEST}
    piles: Counter[tuple[bool, str]] = Counter()
    for (known, choices, _), count in alike.items():
        if enough[known]:
            piles[known, choices] += count
    if piles:
        _lay_out(session, slot.consultation_id, piles)
    _empty(session, here, with_codes=ballots >= FEWEST)
    today = {choices: count for (known, choices, today), count in alike.items() if known and today}
    voters = sum(today.values())
    if not enough[True] or voters < 2 * FEWEST or groups[True] - voters < FEWEST:
        return Opening(groups[True], groups[False], ballots - alike.total(), None, 0)
    approvals: Counter[str] = Counter()
    for choices, count in today.items():
        approvals.update(dict.fromkeys(choices, count))
    return Opening(groups[True], groups[False], ballots - alike.total(), dict(approvals), voters)


def _empty(session: Session, here: ColumnElement[bool], *, with_codes: bool) -> None:
    """Sealed ballots go; their receipt codes stay, sorted."""
    if with_codes:
        codes = select(SealedBallot.consultation_id, SealedBallot.receipt).where(here).order_by(SealedBallot.receipt)
        session.execute(insert(ReceiptCode).from_select(["consultation_id", "code"], codes))
    for first in range(0xF0, 0, -0x10):  # SQLite lists in memory what one statement deletes
        session.execute(delete(SealedBallot).where(here, SealedBallot.tag >= bytes([first])))
    session.execute(delete(SealedBallot).where(here))


def _sealed(session: Session, here: ColumnElement[bool]) -> Iterator[list[Sealed]]:
    """The rows of a box, some at a time, all by one statement: a tag that changes meanwhile is neither missed nor met twice."""
    rows = select(SealedBallot.tag, SealedBallot.choice, SealedBallot.status, SealedBallot.receipt, SealedBallot.mark).where(here)
    for batch in session.connection().execute(rows, execution_options={"yield_per": AT_ONCE}).partitions():
        yield [(tag, choice, status, receipt, mark) for tag, choice, status, receipt, mark in batch]


def _unsealed(job: Callable[[list[Sealed]], Unsealed], batches: Iterable[list[Sealed]], ballots: int) -> Iterator[Unsealed]:
    """A big box is unsealed by a process a core, for HPKE holds the interpreter's lock; the key reaches them through a pipe, never a file."""
    if ballots < MANY:
        yield from map(job, batches)
        return
    cores = os.cpu_count() or 1
    with get_context("spawn").Pool(cores) as pool:
        under_way: deque[AsyncResult[Unsealed]] = deque()
        for batch in batches:
            under_way.append(pool.apply_async(job, (batch,)))
            if len(under_way) > 2 * cores:
                yield under_way.popleft().get(PATIENCE)
        for last in under_way:
            yield last.get(PATIENCE)


def _unseal(slot: Slot, private: bytes, batch: list[Sealed]) -> Unsealed:
    """How many are alike, and the tags of those that cannot be read."""
    private_key = X25519PrivateKey.from_private_bytes(private)
    alike: Counter[Alike] = Counter()
    unreadable = []
    for tag, choice, status, receipt, mark in batch:
        try:
            if not compare_digest(slot.mark(tag, choice, status), mark) or receipt_code(choice) != receipt:
                raise InvalidTag
            plain = SUITE.decrypt(choice, private_key, info=slot.info)
            today = status is not None and SUITE.decrypt(status, private_key, info=b"status " + slot.info)[0] == 1
        except (InvalidTag, ValueError):
            unreadable.append(tag)
        else:
            alike[bool(plain[1]), _written(int.from_bytes(plain[2:4])), today] += 1
    return alike, unreadable


@cache
def _written(bitmap: int) -> str:
    return "".join(str(number) for number in range(1, 10) if bitmap >> (number - 1) & 1)


def _lay_out(session: Session, consultation_id: UUID, piles: Mapping[tuple[bool, str], int]) -> None:
    """Write as many ballots as each pile counts, stored in the order of random keys (122 bits or more).

    One statement for each first byte of a key: a database that sorts in memory never sorts a whole box.
    """
    by_first: dict[int, list[tuple[bool, str, int]]] = defaultdict(list)
    for (known, choices), height in piles.items():
        for first, some in Counter(token_bytes(height)).items():
            by_first[first].append((known, choices, some))
    sqlite = session.get_bind().dialect.name == "sqlite"
    rest = func.randomblob(15) if sqlite else func.substr(func.uuid_send(func.gen_random_uuid()), 2)
    given = values(column("known", Boolean), column("choices", String), column("height", Integer), name="given")
    for first, heights in sorted(by_first.items()):
        pile = given.data(heights).cte("pile")
        ballot = select(pile.c.known, pile.c.choices, pile.c.height).cte("ballot", recursive=True)
        ballot = ballot.union_all(select(ballot.c.known, ballot.c.choices, ballot.c.height - 1).where(ballot.c.height > 1))
        key = cast(literal(bytes([first])).concat(rest), LargeBinary).label("key")
        rows = select(literal(consultation_id), key, ballot.c.known, ballot.c.choices).order_by(key)
        session.execute(insert(OpenedBallot).from_select(["consultation_id", "key", "known", "choices"], rows))


def counted(session: Session, consultation_id: UUID, *, known: bool) -> dict[str, int]:
    """How many ballots made each set of choices: "147" -> 12, "" -> blank ones."""
    here = select(OpenedBallot.choices, func.count()).where(OpenedBallot.consultation_id == consultation_id, OpenedBallot.known == known)
    return dict(session.execute(here.group_by(OpenedBallot.choices)).all())


def destroy(session: Session, consultation_id: UUID) -> None:
    """Every sealed ballot of a cancelled vote goes, unread."""
    session.execute(delete(SealedBallot).where(SealedBallot.consultation_id == consultation_id))


def opened(session: Session, consultation_id: UUID, *, known: bool) -> list[str]:
    """The choices of a group, in the order of their random keys."""
    rows = select(OpenedBallot.choices).where(OpenedBallot.consultation_id == consultation_id, OpenedBallot.known == known)
    return list(session.scalars(rows.order_by(OpenedBallot.key)))


def receipt_codes(session: Session, consultation_id: UUID) -> Iterator[str]:
    """The published codes, sorted, read as they are used; none before closing."""
    rows = select(ReceiptCode.code).where(ReceiptCode.consultation_id == consultation_id).order_by(ReceiptCode.code).limit(AT_ONCE)
    last = ""
    while batch := session.scalars(rows.where(ReceiptCode.code > last)).all():
        yield from batch
        last = batch[-1]


def has_receipts(session: Session, consultation_id: UUID) -> bool:
    return session.scalar(select(ReceiptCode.code).where(ReceiptCode.consultation_id == consultation_id).limit(1)) is not None


_KEYPAD = str.maketrans("ABCDEFGHJKMNPQRSTVWXYZ", "2223334455667777889999")


def receipt_keyed(session: Session, consultation_id: UUID, keys: str) -> str:
    """The published code that is typed so on the keypad of a telephone; empty when there is none."""
    typed = keys.translate(_KEYPAD)
    return next((code for code in receipt_codes(session, consultation_id) if code.translate(_KEYPAD) == typed), "")


def has_receipt(session: Session, consultation_id: UUID, code: str) -> bool:
    return session.get(ReceiptCode, (consultation_id, code)) is not None
