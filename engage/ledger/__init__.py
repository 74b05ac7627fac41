"""The ledger: facts of participation in a Merkle log, whose alteration anyone can detect."""

from engage.ledger.book import (
    Person,
    Where,
    export,
    latest_note,
    record,
    reverse,
    sequence,
    sign_checkpoint,
    size,
    verifier,
    verify,
    verify_bundle,
)
from engage.ledger.models import Grade, Kind, LedgerCheckpoint, ParticipationFact

__all__ = [
    "Grade", "Kind", "LedgerCheckpoint", "ParticipationFact", "Person", "Where", "export", "latest_note", "record", "reverse",
    "sequence", "sign_checkpoint", "size", "verifier", "verify", "verify_bundle",
]  # fmt: skip
