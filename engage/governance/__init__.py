"""Governance: the agreements, the regional tables that carry them, and their mechanisms of participation."""

from engage.governance import names, partners, practices, register
from engage.governance.acts import (
    NotInForce,
    NumberTaken,
    TextNameCosts,
    TextNameGivesAway,
    check_in_force,
    describe_table,
    start_mechanism,
    write_to,
)
from engage.governance.models import (
    MECHANISM_TYPES,
    Agreement,
    AgreementRegion,
    AgreementStep,
    AgreementTerritory,
    IndigenousOrganisation,
    Mechanism,
    Partner,
    Practice,
    RegionalTable,
    Signatory,
    StepKind,
)
from engage.governance.official import load
from engage.governance.queries import agreements, mechanisms, places_of, table_by_number, table_of, tables, territory_names

__all__ = [
    "Agreement", "AgreementRegion", "AgreementStep", "AgreementTerritory", "IndigenousOrganisation", "MECHANISM_TYPES", "Mechanism",
    "NotInForce", "NumberTaken", "Partner", "Practice", "RegionalTable", "Signatory", "StepKind", "TextNameCosts", "TextNameGivesAway",
    "agreements", "check_in_force", "describe_table", "load", "mechanisms", "names", "partners", "places_of", "practices", "register",
    "start_mechanism", "table_by_number", "table_of", "tables", "territory_names", "write_to",
]  # fmt: skip
