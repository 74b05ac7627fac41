"""Opening a fact to everyone: what its leaf commits to, and the way from it to a signed root. Only for facts of public bodies."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.ledger.book import commitment_body
from engage.ledger.models import Kind, LedgerCheckpoint, ParticipationFact
from engage.ledger.tree import Frontier, proof_ranges

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
    signed = select(LedgerCheckpoint).where(LedgerCheckpoint.note != "", LedgerCheckpoint.size > fact.index)
    checkpoint = session.scalar(signed.order_by(LedgerCheckpoint.size).limit(1))
    if checkpoint is None:
        return None
    if fact.id not in _found:
        if len(_found) >= MOST_KEPT:
            _found.clear()
        _found[fact.id] = {
            "leaf": base64.b64encode(fact.leaf).decode(),
            "body": base64.b64encode(commitment_body(fact)).decode(),
            "salt": fact.salt.hex(),
            "index": fact.index,
            "proof": [part.hex() for part in _proof(session, checkpoint.size, fact.index)],
            "checkpoint": checkpoint.note,
        }
    return _found[fact.id]


def _proof(session: Session, size: int, index: int) -> list[bytes]:
    """The audit path of a leaf, from one pass over the hashes before the checkpoint's end."""
    ranges = proof_ranges(size, index)
    frontiers = {part: Frontier() for part in ranges}
    in_order = iter(sorted(ranges))
    part = next(in_order, None)
    rows = select(ParticipationFact.leaf_hash).where(ParticipationFact.index < size).order_by(ParticipationFact.index)
    for place, leaf in enumerate(session.scalars(rows)):
        if part is not None and place >= part[1]:
            part = next(in_order, None)
        if part is not None and place >= part[0]:
            frontiers[part].append(leaf)
    return [frontiers[part].root() for part in ranges]
