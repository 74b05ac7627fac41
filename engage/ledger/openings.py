"""Opening a fact to everyone: what its leaf commits to, and the way from it to a signed root. Only for facts of public bodies."""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engage.ledger import tiles
from engage.ledger.book import commitment_body
from engage.ledger.models import Kind, LedgerCheckpoint, ParticipationFact
from engage.ledger.tree import proof_ranges

_found: dict[UUID, dict[str, Any]] = {}
"""Openings by fact: neither a leaf nor the first checkpoint over it ever changes, so each process makes one once."""
MOST_KEPT = 200


def opening(session: Session, mechanism_id: UUID, kind: Kind, detail: str) -> dict[str, Any] | None:
    """The fact of a mechanism with that `detail` (a SHA-256 in hex), opened against the first signed checkpoint over it.

    JSON-ready: `leaf` and `body` (base64), `salt` and `proof` (hex, nearest sibling first), `index`, `checkpoint` (signed note).
    None while no signed checkpoint covers it. Raises ValueError for a fact of a person.
    """
    here = (ParticipationFact.mechanism_id == mechanism_id, ParticipationFact.kind == kind, ParticipationFact.detail == detail)
    fact = session.scalars(select(ParticipationFact).where(*here).order_by(ParticipationFact.index.desc()).limit(1)).first()
    if fact is None or fact.index is None:
        return None
    if fact.person_id is not None:
        raise ValueError("a person's fact is opened to that person alone")
    if fact.id not in _found:
        opened = open_fact(session, fact)
        if opened is None:
            return None
        if len(_found) >= MOST_KEPT:
            _found.clear()
        _found[fact.id] = opened
    return _found[fact.id]


def facts_of(session: Session, person_ids: Collection[UUID]) -> Sequence[ParticipationFact]:
    """The facts that bear someone's marks, the last first, with the corrections that followed; for that person's eyes alone."""
    theirs = select(ParticipationFact.id).where(ParticipationFact.person_id.in_(person_ids))
    query = select(ParticipationFact).where(or_(ParticipationFact.id.in_(theirs), ParticipationFact.reverses_id.in_(theirs)))
    return session.scalars(query.order_by(ParticipationFact.on.desc(), ParticipationFact.leaf_hash)).all()


def open_fact(session: Session, fact: ParticipationFact) -> dict[str, Any] | None:
    """One fact, opened as in `opening`; None while no signed checkpoint covers it. Whoever asks must be allowed to see it."""
    if fact.index is None:
        return None
    signed = select(LedgerCheckpoint).where(LedgerCheckpoint.note != "", LedgerCheckpoint.size > fact.index)
    checkpoint = session.scalar(signed.order_by(LedgerCheckpoint.size).limit(1))
    if checkpoint is None:
        return None
    return {
        "leaf": base64.b64encode(fact.leaf).decode(),
        "body": base64.b64encode(commitment_body(fact)).decode(),
        "salt": fact.salt.hex(),
        "index": fact.index,
        "proof": [tiles.root_of(session, *part).hex() for part in proof_ranges(checkpoint.size, fact.index)],
        "checkpoint": checkpoint.note,
    }
