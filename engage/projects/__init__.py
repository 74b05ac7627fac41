"""Projects: what an agreement pays for, who proposed and chose it, and where the money goes."""

from engage.projects import calls
from engage.projects.acts import (
    ALL_AGREEMENTS,
    FIRST_INSTALMENT,
    Basis,
    EnvelopeSpent,
    Money,
    MoneyWrong,
    NotEligible,
    Plan,
    ProjectHard,
    ProjectKeyword,
    ProjectWordsMissing,
    ReasonMissing,
    ShortTitleWrong,
    check_eligibility,
    contact_of,
    envelope_of,
    fill_envelope,
    found_on,
    granted_in,
    is_eligible,
    left,
    milestones,
    other_funds,
    set_milestones,
    set_other_funds,
    write_project,
)
from engage.projects.models import (
    Bar,
    CallForProjects,
    ConflictOfInterest,
    Envelope,
    Milestone,
    OtherFund,
    Project,
    ProjectKind,
    ProjectState,
)
from engage.projects.queries import by_code, hearing, of_agreements, public, title_of, titles

__all__ = [
    "ALL_AGREEMENTS", "Bar", "Basis", "CallForProjects", "ConflictOfInterest", "Envelope", "EnvelopeSpent", "FIRST_INSTALMENT",
    "Milestone", "Money", "MoneyWrong", "NotEligible", "OtherFund", "Plan", "Project", "ProjectHard", "ProjectKeyword", "ProjectKind",
    "ProjectState", "ProjectWordsMissing", "ReasonMissing", "ShortTitleWrong", "by_code", "calls", "check_eligibility", "contact_of",
    "envelope_of", "fill_envelope", "found_on", "granted_in", "hearing", "is_eligible", "left", "milestones", "of_agreements",
    "other_funds", "public", "set_milestones", "set_other_funds", "title_of", "titles", "write_project",
]  # fmt: skip
