"""Every table, gathered so that migrations see them all."""

from engage import assistance, campaigns, committees, governance, ledger, messaging, participants, reports, rights, staff, territory, voting
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
    committees,
    campaigns,
    assistance,
    rights,
    reports,
    attempts,
    fingerprints,
    words,
)
TABLES = Base.metadata.tables
