"""The book of facts: record, sequence, sign, verify."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from hmac import digest
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.orm import Session

from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.ledger import note
from engage.ledger.models import Grade, Kind, LedgerCheckpoint, ParticipationFact, Sequencing
from engage.ledger.tree import Frontier, leaf_hash

RULE = "2026-1"
ORIGIN = "engage/ledger"
BATCH = 5_000
PATIENCE = timedelta(minutes=10)
_COMMITTED = (
    "id", "agreement_id", "mechanism_id", "mechanism_type", "level", "kind", "on", "person_id", "status", "channel", "grade",
    "rule", "detail", "reverses_id",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A person within one agreement: a random id, and the key that signs their facts until it is erased."""

    id: UUID
    key: bytes


@dataclass(frozen=True)
class Where:
    """The mechanism of an agreement in which someone takes part, with the level its written rule gives (0 to 4)."""

    agreement_id: str
    mechanism_id: UUID
    mechanism_type: str
    level: int


def record(
    act: Act,
    where: Where,
    kind: Kind,
    *,
    person: Person | None = None,
    status: str | None = None,
    detail: str | None = None,
    reverses: ParticipationFact | None = None,
) -> ParticipationFact:
    """Append one fact. It waits for its place in the tree until the sequencer runs."""
    grade = Grade.AIDED if act.channel in ("assisted", "paper") else Grade.ACT
    fact = ParticipationFact(
        agreement_id=where.agreement_id,
        mechanism_id=where.mechanism_id,
        mechanism_type=where.mechanism_type,
        level=where.level,
        kind=kind,
        on=act.day,
        person_id=person.id if person else None,
        status=status if person else None,
        channel=act.channel,
        grade=grade,
        rule=RULE,
        detail=detail,
        reverses_id=reverses.id if reverses else None,
        salt=secrets.token_bytes(32),
    )
    fact.leaf = _leaf(fact, person.key if person else None, reverses.leaf_hash if reverses else None)
    fact.leaf_hash = leaf_hash(fact.leaf)
    act.session.add(fact)
    act.session.flush()
    return fact


def reverse(act: Act, fact: ParticipationFact) -> ParticipationFact:
    """Append the fact that takes `fact` back; nothing is ever edited."""
    where = Where(fact.agreement_id, fact.mechanism_id, fact.mechanism_type, fact.level)
    return record(act, where, Kind.REVERSED, reverses=fact)


def _body(fact: ParticipationFact) -> bytes:
    """What the commitment covers, as canonical JSON."""
    values = {name: getattr(fact, name) for name in _COMMITTED}
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return json.dumps(plain, default=str, sort_keys=True, separators=(",", ":")).encode()


def _leaf(fact: ParticipationFact, person_key: bytes | None, reversed_leaf: bytes | None) -> bytes:
    body = _body(fact)
    public = {
        "v": 1,
        "commitment": sha256(fact.salt + body).hexdigest(),
        "person": digest(person_key, body, "sha256").hex() if person_key else None,
        "reverses": reversed_leaf.hex() if reversed_leaf else None,
    }
    return json.dumps(public, sort_keys=True, separators=(",", ":")).encode()


def sequence(session: Session, at: datetime) -> int:
    """Give waiting facts their places, in the order of their hashes, and persist the checkpoint over them. Returns how many.

    Any worker may call it: an advisory lock (PostgreSQL) or the writer's file lock (SQLite) lets one pass at a time.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(7163921)"))
    session.merge(Sequencing(one=1, ran_at=at))
    frontier = _frontier(session)
    waiting = session.execute(
        select(ParticipationFact.id, ParticipationFact.leaf_hash)
        .where(ParticipationFact.index.is_(None))
        .order_by(ParticipationFact.leaf_hash)
        .limit(BATCH)
    ).all()
    if not waiting:
        return 0
    places = []
    for id, hash in waiting:
        places.append({"fact": id, "place": frontier.size})
        frontier.append(hash)
    session.execute(
        update(ParticipationFact.__table__)  # type: ignore[arg-type]
        .where(ParticipationFact.__table__.c.id == bindparam("fact"))
        .values(index=bindparam("place")),
        places,
    )
    session.add(LedgerCheckpoint(size=frontier.size, root=frontier.root(), peaks=b"".join(frontier.peaks), made_at=at))
    return len(waiting)


def _latest(session: Session) -> LedgerCheckpoint | None:
    return session.scalar(select(LedgerCheckpoint).order_by(LedgerCheckpoint.size.desc()).limit(1))


def _frontier(session: Session) -> Frontier:
    last = _latest(session)
    if last is None:
        return Frontier()
    return Frontier(last.size, [last.peaks[i : i + 32] for i in range(0, len(last.peaks), 32)])


def sign_checkpoint(session: Session) -> str:
    """Sign the latest persisted checkpoint, once; returns its note, empty when the ledger is empty."""
    last = _latest(session)
    if last is None:
        return ""
    if not last.note:
        last.note = note.sign(note.Checkpoint(ORIGIN, last.size, last.root).body(), ORIGIN, keys_of(session).ledger)
    return last.note


def latest_note(session: Session) -> str:
    """The latest signed checkpoint; empty before the first."""
    found = session.scalar(select(LedgerCheckpoint.note).where(LedgerCheckpoint.note != "").order_by(LedgerCheckpoint.size.desc()).limit(1))
    return found or ""


def verifier(key: Ed25519PrivateKey) -> str:
    return note.verifier_key(ORIGIN, key.public_key())


def verify(session: Session, at: datetime, person_keys: dict[UUID, bytes]) -> Iterator[str]:
    """Every fault found, in words that name the fact. Nothing yielded means the whole log holds.

    `person_keys` are those not erased: a person's mark is checked wherever their key still exists.
    """
    checkpoints = {row.size: row for row in session.scalars(select(LedgerCheckpoint))}
    hashes = dict(session.execute(select(ParticipationFact.id, ParticipationFact.leaf_hash)).all())
    frontier = Frontier()
    facts = session.scalars(select(ParticipationFact).order_by(ParticipationFact.index.nulls_last()).execution_options(yield_per=1000))
    waiting = 0
    for fact in facts:
        yield from _faults(fact, hashes, person_keys)
        if fact.index is None:
            waiting += 1
            continue
        if fact.index != frontier.size:
            yield f"fact {fact.id} stands at place {fact.index} where {frontier.size} was due"
        frontier.append(fact.leaf_hash)
        if checkpoint := checkpoints.pop(frontier.size, None):
            yield from _checkpoint_faults(checkpoint, frontier.root(), verifier(keys_of(session).ledger))
    for size in sorted(checkpoints):
        yield f"the checkpoint of size {size} covers facts that are missing"
    ran = session.scalar(select(Sequencing.ran_at))
    if waiting and (ran is None or at - ran > PATIENCE):
        yield f"{waiting} facts wait for their place and no worker has sequenced for over 10 minutes: start `engage worker`"


def _faults(fact: ParticipationFact, hashes: dict[UUID, bytes], person_keys: dict[UUID, bytes]) -> Iterator[str]:
    if leaf_hash(fact.leaf) != fact.leaf_hash:
        yield f"fact {fact.id}: its leaf was altered"
        return
    try:
        public: dict[str, Any] = json.loads(fact.leaf)
    except ValueError:
        yield f"fact {fact.id}: its leaf was altered"
        return
    body = _body(fact)
    if sha256(fact.salt + body).hexdigest() != public["commitment"]:
        yield f"fact {fact.id} was altered: it no longer matches its commitment"
    reversed_leaf = hashes.get(fact.reverses_id) if fact.reverses_id else None
    if public["reverses"] != (reversed_leaf.hex() if reversed_leaf else None):
        yield f"fact {fact.id} points back to another fact than it committed to"
    key = person_keys.get(fact.person_id) if fact.person_id else None
    if key and public["person"] != digest(key, body, "sha256").hex():
        yield f"fact {fact.id} does not bear the mark of its person"


def _checkpoint_faults(checkpoint: LedgerCheckpoint, root: bytes, verifier_line: str) -> Iterator[str]:
    if checkpoint.root != root:
        yield f"the facts do not give the root of the checkpoint of size {checkpoint.size}"
    if not checkpoint.note:
        return
    try:
        signed = note.parse(note.open_note(checkpoint.note, verifier_line))
    except note.BadNote as fault:
        yield f"the checkpoint of size {checkpoint.size}: {fault}"
        return
    if signed != note.Checkpoint(ORIGIN, checkpoint.size, checkpoint.root):
        yield f"the checkpoint of size {checkpoint.size} says something else than its signed note"


def export(session: Session) -> Iterator[str]:
    """A bundle for outsiders, one JSON document a line: the verifier key, every leaf in order, every signed checkpoint."""
    yield json.dumps({"verifier": verifier(keys_of(session).ledger), "rule": RULE})
    leaves = session.scalars(select(ParticipationFact.leaf).where(ParticipationFact.index.is_not(None)).order_by(ParticipationFact.index))
    for leaf in leaves:
        yield json.dumps({"leaf": base64.b64encode(leaf).decode()})
    for signed in session.scalars(select(LedgerCheckpoint.note).where(LedgerCheckpoint.note != "").order_by(LedgerCheckpoint.size)):
        yield json.dumps({"checkpoint": signed})


def verify_bundle(lines: Iterable[str]) -> Iterator[str]:
    """Every fault of an exported bundle, without the database."""
    head, *rest = [json.loads(line) for line in lines if line.strip()]
    roots, frontier = {0: Frontier().root()}, Frontier()
    for document in rest:
        if "leaf" in document:
            frontier.append(leaf_hash(base64.b64decode(document["leaf"])))
            roots[frontier.size] = frontier.root()
    notes = [document["checkpoint"] for document in rest if "checkpoint" in document]
    if not notes:
        yield "the bundle holds no signed checkpoint"
    largest = 0
    for signed in notes:
        try:
            checkpoint = note.parse(note.open_note(signed, head["verifier"]))
        except note.BadNote as fault:
            yield str(fault)
            continue
        largest = max(largest, checkpoint.size)
        if roots.get(checkpoint.size) != checkpoint.root:
            yield f"the leaves do not give the root of the checkpoint of size {checkpoint.size}"
    if frontier.size > largest:
        yield f"{frontier.size - largest} leaves are covered by no signed checkpoint"


def size(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ParticipationFact)) or 0
