"""The ledger: facts of participation in a Merkle log, whose alteration anyone can detect."""

from engage.ledger import counts, years
from engage.ledger.book import (
    PATIENCE,
    RULE,
    LedgerRewritten,
    NotInTheLog,
    NotReversible,
    Person,
    Where,
    bundle_verifier,
    consistency,
    details,
    export,
    latest_note,
    ran_at,
    record,
    reverse,
    sequence,
    set_right,
    sign_checkpoint,
    signed_sizes,
    size,
    verifier,
    verify,
    verify_bundle,
)
from engage.ledger.models import (
    NOT_PEOPLE,
    Cosignature,
    FactCount,
    Grade,
    Kind,
    LedgerCheckpoint,
    LedgerTile,
    ParticipationFact,
    PersonCount,
    Witness,
    YearClosing,
)
from engage.ledger.openings import facts_of, open_fact, opening
from engage.ledger.witnesses import (
    NotAWitness,
    NotOurCheckpoint,
    SeenInTheFuture,
    Standing,
    WitnessKeyWrong,
    WitnessNameMissing,
    add_witness,
    confirm_by_mail,
    cosigned,
    countersign,
    end_witness,
    standing,
)
from engage.ledger.years import YearIsClosed, YearNotOver

__all__ = [
    "Cosignature", "FactCount", "Grade", "Kind", "LedgerCheckpoint", "LedgerRewritten", "LedgerTile", "NOT_PEOPLE", "NotAWitness",
    "NotInTheLog", "NotOurCheckpoint", "NotReversible", "PATIENCE", "ParticipationFact", "Person", "PersonCount", "RULE", "SeenInTheFuture",
    "Standing", "Where", "Witness", "WitnessKeyWrong", "WitnessNameMissing", "YearClosing", "YearIsClosed", "YearNotOver",
    "add_witness", "bundle_verifier", "confirm_by_mail", "consistency", "cosigned", "countersign", "counts", "details", "end_witness",
    "export", "facts_of", "latest_note", "open_fact", "opening", "ran_at", "record", "reverse", "sequence", "set_right", "sign_checkpoint",
    "signed_sizes", "size", "standing", "verifier", "verify", "verify_bundle", "years",
]  # fmt: skip
