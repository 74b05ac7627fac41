"""The book of facts: record, sequence, sign, verify."""

from __future__ import annotations

import base64
import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from hmac import digest
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from engage.kernel.act import QUEBEC, Act, Channel, day_of
from engage.kernel.db import keys_of
from engage.kernel.fields import append
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger import counts, note, tiles, years
from engage.ledger.models import Cosignature, Grade, Kind, LedgerCheckpoint, ParticipationFact, Sequencing
from engage.ledger.tree import Frontier, consistency_ranges, leaf_hash
from engage.ledger.tree import root as tree_root

RULE = "2026-1"
BATCH = 5_000
PATIENCE = timedelta(minutes=10)
_COMMITTED = (
    "id", "agreement_id", "mechanism_id", "mechanism_type", "level", "kind", "on", "person_id", "status", "channel", "grade",
    "rule", "detail", "reverses_id",
)  # fmt: skip


class LedgerRewritten(Exception):
    """The log no longer extends the last checkpoint that was signed: nothing more is signed until someone has looked."""


class NotInTheLog(Refusal):
    sentence = N_(
        "Le registre n’a pas ces tailles. La première doit être 1 ou plus, la seconde au plus celle du dernier point de contrôle."
    )


class NotReversible(Refusal):
    sentence = N_("Une correction ne se corrige pas: inscrivez de nouveau ce qui est vrai.")


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
    grade: Grade | None = None,
    corrects: bool = False,
) -> ParticipationFact:
    """Append one fact. It waits for its place in the tree until the sequencer runs.

    Without a `grade`, it is the person's own recorded act, aided where a helper held the pen. Only what `corrects` a fact may still
    be dated in a closed year. Raises YearIsClosed.
    """
    if not corrects:
        years.check_open(act.session, act.day)
    grade = grade or (Grade.AIDED if act.channel in (Channel.ASSISTED, Channel.PAPER) else Grade.ACT)
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
    append(act.session, fact)
    return fact


def details(session: Session, kind: Kind) -> set[str]:
    """What all facts of a kind are about."""
    return {each for each in session.scalars(select(ParticipationFact.detail).where(ParticipationFact.kind == kind)) if each}


def reverse(act: Act, fact: ParticipationFact) -> ParticipationFact:
    """Append the fact that takes `fact` back; nothing is ever edited. Raises NotReversible for what is itself a correction."""
    if fact.kind == Kind.REVERSED:
        raise NotReversible
    where = Where(fact.agreement_id, fact.mechanism_id, fact.mechanism_type, fact.level)
    return record(act, where, Kind.REVERSED, reverses=fact)


def set_right(act: Act, fact: ParticipationFact, person: Person | None, status: str | None) -> ParticipationFact:
    """A fact as it should read now: the same, or another of the same day, channel and grade once the first is reversed."""
    if (fact.person_id, fact.status) == (person.id if person else None, status if person else None):
        return fact
    reverse(act, fact)
    then = replace(act, channel=Channel(fact.channel), at=datetime.combine(fact.on, time(12), QUEBEC))
    where = Where(fact.agreement_id, fact.mechanism_id, fact.mechanism_type, fact.level)
    return record(then, where, Kind(fact.kind), person=person, status=status, grade=Grade(fact.grade), corrects=True)


def commitment_body(fact: ParticipationFact) -> bytes:
    """What the commitment covers, as canonical JSON."""
    values = {name: getattr(fact, name) for name in _COMMITTED}
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return json.dumps(plain, default=str, sort_keys=True, separators=(",", ":")).encode()


def _leaf(fact: ParticipationFact, person_key: bytes | None, reversed_leaf: bytes | None) -> bytes:
    body = commitment_body(fact)
    public = {
        "v": 1,
        "commitment": sha256(fact.salt + body).hexdigest(),
        "person": digest(person_key, body, "sha256").hex() if person_key else None,
        "reverses": reversed_leaf.hex() if reversed_leaf else None,
    }
    return json.dumps(public, sort_keys=True, separators=(",", ":")).encode()


def sequence(session: Session, at: datetime) -> int:
    """Give waiting facts their places, in the order of their hashes, count them, and persist the checkpoint over them. Returns how many.

    Any worker may call it: an advisory lock (PostgreSQL) or the writer's file lock (SQLite) lets one pass at a time.
    """
    counts.take_turn(session)
    session.merge(Sequencing(one=1, ran_at=at))
    session.flush()
    frontier = _frontier(session)
    _check_anchor(session, frontier)
    waiting = session.execute(
        select(ParticipationFact.id, ParticipationFact.leaf_hash)
        .where(ParticipationFact.index.is_(None))
        .order_by(ParticipationFact.leaf_hash)
        .limit(BATCH)
    ).all()
    if not waiting:
        return 0
    first, places = frontier.size, []
    for id, hash in waiting:
        places.append({"fact": id, "place": frontier.size})
        frontier.append(hash)
    session.execute(
        update(ParticipationFact.__table__)  # type: ignore[arg-type]
        .where(ParticipationFact.__table__.c.id == bindparam("fact"))
        .values(index=bindparam("place")),
        places,
    )
    counts.keep(session, first)
    session.add(LedgerCheckpoint(size=frontier.size, root=frontier.root(), peaks=b"".join(frontier.peaks), made_on=day_of(at)))
    session.flush()
    tiles.lay(session, frontier.size)
    return len(waiting)


def _latest(session: Session) -> LedgerCheckpoint | None:
    return session.scalar(select(LedgerCheckpoint).order_by(LedgerCheckpoint.size.desc()).limit(1))


def _frontier(session: Session) -> Frontier:
    last = _latest(session)
    if last is None:
        return Frontier()
    return Frontier(last.size, [last.peaks[i : i + 32] for i in range(0, len(last.peaks), 32)])


def _check_anchor(session: Session, frontier: Frontier) -> None:
    """The log must extend the last signed checkpoint, which is kept beside the keys. Raises LedgerRewritten."""
    anchor = keys_of(session).anchor()
    if anchor is None or (frontier.size, frontier.root().hex()) == anchor:
        return
    size, root = anchor
    leaves = session.scalars(
        select(ParticipationFact.leaf_hash).where(ParticipationFact.index < size).order_by(ParticipationFact.index)
    ).all()
    if frontier.size < size or len(leaves) != size or tree_root(leaves).hex() != root:
        raise LedgerRewritten(f"the log no longer holds the {size} facts that were signed: run `engage ledger verify`")


def sign_checkpoint(session: Session) -> str:
    """Sign the latest persisted checkpoint, once; returns its note, empty when the ledger is empty. Raises LedgerRewritten."""
    last = _latest(session)
    if last is None:
        return ""
    if not last.note:
        _check_anchor(session, _frontier(session))
        keys = keys_of(session)
        keys.move_anchor(last.size, last.root.hex())
        last.note = note.sign(note.Checkpoint(origin(keys.ledger), last.size, last.root).body(), origin(keys.ledger), keys.ledger)
    return last.note


def latest_note(session: Session) -> str:
    """The latest signed checkpoint; empty before the first."""
    found = session.scalar(select(LedgerCheckpoint.note).where(LedgerCheckpoint.note != "").order_by(LedgerCheckpoint.size.desc()).limit(1))
    return found or ""


def note_of(session: Session, size: int) -> str:
    """The signed checkpoint of that size; empty where there is none."""
    return session.scalar(select(LedgerCheckpoint.note).where(LedgerCheckpoint.size == size)) or ""


def signed_sizes(session: Session) -> list[int]:
    """The sizes that a checkpoint was signed for, the largest first."""
    query = select(LedgerCheckpoint.size).where(LedgerCheckpoint.note != "")
    return list(session.scalars(query.order_by(LedgerCheckpoint.size.desc())))


def consistency(session: Session, first: int, second: int) -> list[bytes]:
    """That the first `first` leaves of the log are a prefix of its first `second` (RFC 9162, 2.1.4). Raises NotInTheLog."""
    here = _latest(session)
    if not 0 < first <= second <= (here.size if here else 0):
        raise NotInTheLog
    return [tiles.root_of(session, *part) for part in consistency_ranges(first, second)]


def origin(key: Ed25519PrivateKey) -> str:
    """The name of this ledger, one for each key: no two installations share it."""
    return f"engage/ledger/{sha256(key.public_key().public_bytes_raw()).hexdigest()[:16]}"


def verifier(key: Ed25519PrivateKey) -> str:
    return note.verifier_key(origin(key), key.public_key())


def verify(session: Session, at: datetime, person_keys: dict[UUID, bytes]) -> Iterator[str]:
    """Every fault found, in words that name the fact. Nothing yielded means the whole log holds.

    `person_keys` are those not erased: a person's mark is checked wherever their key still exists.
    """
    checkpoints = {row.size: row for row in session.scalars(select(LedgerCheckpoint))}
    hashes = dict(session.execute(select(ParticipationFact.id, ParticipationFact.leaf_hash)).all())
    frontier = Frontier()
    anchor = keys_of(session).anchor()
    roots: dict[int, str] = {}
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
        if anchor and frontier.size == anchor[0]:
            roots[frontier.size] = frontier.root().hex()
        if checkpoint := checkpoints.pop(frontier.size, None):
            yield from _checkpoint_faults(checkpoint, frontier.root(), verifier(keys_of(session).ledger))
    for size in sorted(checkpoints):
        yield f"the checkpoint of size {size} covers facts that are missing"
    yield from _anchor_faults(session, frontier.size, roots)
    yield from tiles.faults(session)
    yield from counts.faults(session)
    ran = ran_at(session)
    late = ran is None or at - ran > PATIENCE
    if late and (unsigned := session.scalars(select(LedgerCheckpoint.size).where(LedgerCheckpoint.note == "")).all()):
        yield f"the checkpoints of size {', '.join(map(str, unsigned))} were never signed"
    if waiting and late:
        yield f"{waiting} facts wait for their place and no worker has sequenced for over 10 minutes: start `engage worker`"


def _anchor_faults(session: Session, size: int, roots: dict[int, str]) -> Iterator[str]:
    """What was signed must still be there, and nothing may be numbered that no checkpoint covers."""
    anchor = keys_of(session).anchor()
    if anchor and roots.get(anchor[0]) != anchor[1]:
        yield f"the {anchor[0]} facts of the last signed checkpoint are no longer all there"
    last = _latest(session)
    if size != (last.size if last else 0):
        yield f"{size} facts have a place and the last checkpoint covers {last.size if last else 0}"


def _faults(fact: ParticipationFact, hashes: dict[UUID, bytes], person_keys: dict[UUID, bytes]) -> Iterator[str]:
    if leaf_hash(fact.leaf) != fact.leaf_hash:
        yield f"fact {fact.id}: its leaf was altered"
        return
    try:
        public: dict[str, Any] = json.loads(fact.leaf)
    except ValueError:
        yield f"fact {fact.id}: its leaf was altered"
        return
    body = commitment_body(fact)
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
    if signed != note.Checkpoint(verifier_line.split("+", maxsplit=1)[0], checkpoint.size, checkpoint.root):
        yield f"the checkpoint of size {checkpoint.size} says something else than its signed note"


def export(session: Session) -> Iterator[str]:
    """A bundle for outsiders, one JSON document a line: the verifier key, every leaf in order, every signed checkpoint with its witnesses."""
    yield json.dumps({"verifier": verifier(keys_of(session).ledger), "rule": RULE})
    leaves = session.scalars(select(ParticipationFact.leaf).where(ParticipationFact.index.is_not(None)).order_by(ParticipationFact.index))
    for leaf in leaves:
        yield json.dumps({"leaf": base64.b64encode(leaf).decode()})
    seen: dict[int, str] = defaultdict(str)
    for size, line in session.execute(select(Cosignature.size, Cosignature.line).where(Cosignature.line != "")):
        seen[size] += f"{line}\n"
    for signed in session.scalars(select(LedgerCheckpoint).where(LedgerCheckpoint.note != "").order_by(LedgerCheckpoint.size)):
        yield json.dumps({"checkpoint": signed.note + seen[signed.size]})


def bundle_verifier(lines: Iterable[str]) -> str:
    """The verifier key that a bundle says is its own: to be compared with the published one, never believed."""
    return str(json.loads(next(iter(lines)))["verifier"])


def verify_bundle(lines: Iterable[str], verifier_line: str) -> Iterator[str]:
    """Every fault of an exported bundle, without the database, against a verifier key that was had elsewhere."""
    rest = [json.loads(line) for line in lines if line.strip()][1:]
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
            checkpoint = note.parse(note.open_note(signed, verifier_line))
        except note.BadNote as fault:
            yield str(fault)
            continue
        largest = max(largest, checkpoint.size)
        if roots.get(checkpoint.size) != checkpoint.root:
            yield f"the leaves do not give the root of the checkpoint of size {checkpoint.size}"
    if frontier.size > largest:
        yield f"{frontier.size - largest} leaves are covered by no signed checkpoint"


def ran_at(session: Session) -> datetime | None:
    """When a worker last gave facts their places."""
    return session.scalar(select(Sequencing.ran_at))


def size(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ParticipationFact)) or 0
