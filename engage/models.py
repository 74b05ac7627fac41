"""Every table, gathered so that migrations see them all."""

from engage import (
    assistance,
    campaigns,
    committees,
    feedback,
    filings,
    governance,
    ledger,
    messaging,
    participants,
    projects,
    reports,
    rights,
    staff,
    territory,
    voting,
)
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
    projects,
    feedback,
    campaigns,
    assistance,
    rights,
    reports,
    filings,
    attempts,
    fingerprints,
    words,
)
TABLES = Base.metadata.tables
