"""Every table, gathered so that migrations see them all."""

from engage import assistance, campaigns, governance, ledger, messaging, participants, reports, rights, staff, territory, voting
from engage.kernel import attempts, fingerprints, words
from engage.kernel.db import Base

PACKAGES = (
    territory,
    ledger,
    participants,
    staff,
    messaging,
    governance,
    voting,
    campaigns,
    assistance,
    rights,
    reports,
    attempts,
    fingerprints,
    words,
)
TABLES = Base.metadata.tables
