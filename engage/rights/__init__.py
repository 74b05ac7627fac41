"""Rights: what is kept of a person, for that person to see, set right, take back and erase."""

from engage.rights.acts import (
    IncidentIncomplete,
    answer,
    ask_erasure,
    carry_erasures,
    count_again,
    day_of_erasure,
    erase_now,
    erasure_day,
    join_people,
    let_go,
    move_number,
    take_card,
    tell_about,
    undo_erasure,
    write_incident,
)
from engage.rights.mine import WHY, my_data, my_evidence
from engage.rights.models import Erasure, Incident
from engage.rights.queries import incidents
from engage.rights.retention import SCHEDULE, apply_retention

__all__ = [
    "Erasure", "Incident", "IncidentIncomplete", "SCHEDULE", "WHY", "answer", "apply_retention", "ask_erasure", "carry_erasures",
    "count_again", "day_of_erasure", "erase_now", "erasure_day", "incidents", "join_people", "let_go", "move_number", "my_data",
    "my_evidence", "take_card", "tell_about", "undo_erasure", "write_incident",
]  # fmt: skip
