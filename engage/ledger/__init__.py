"""The ledger: facts of participation in a Merkle log, whose alteration anyone can detect."""

from engage.ledger.book import (
    RULE,
    LedgerRewritten,
    Person,
    Where,
    bundle_verifier,
    export,
    latest_note,
    record,
    reverse,
    sequence,
    set_right,
    sign_checkpoint,
    size,
    verifier,
    verify,
    verify_bundle,
)
from engage.ledger.models import Grade, Kind, LedgerCheckpoint, ParticipationFact
from engage.ledger.openings import opening

__all__ = [
    "Grade", "Kind", "LedgerCheckpoint", "LedgerRewritten", "ParticipationFact", "Person", "RULE", "Where", "bundle_verifier", "export",
    "latest_note", "opening", "record", "reverse", "sequence", "set_right", "sign_checkpoint", "size", "verifier", "verify", "verify_bundle",
]  # fmt: skip
