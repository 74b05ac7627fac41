"""Which agreements the person at the door may touch: one rule for every staff page."""

from __future__ import annotations

from typing import Protocol, TypeVar
from uuid import UUID

from flask import abort, g

from engage import governance, staff
from engage.doorway import EDITORS, db_session, person
from engage.staff import Role

HELPERS = (Role.WORKER, Role.ORGANISER, Role.MANAGER)
TABLE = (*HELPERS, Role.ADMINISTRATOR)
"""Whoever may see who asked for a seat."""
CLERKS = (Role.CLERK, *HELPERS)
ANSWERERS = (Role.ANSWERER, *EDITORS)
READERS = (Role.ANSWERER, *TABLE)
"""Whoever may read what people said."""
KEEPERS = (Role.MANAGER, Role.ADMINISTRATOR)
"""Whoever says who works here."""
AUDITORS = (Role.AUDITOR, *KEEPERS)


def my_agreements(*roles: Role) -> list[governance.Agreement]:
    return [each for each in governance.agreements(db_session()) if staff.holds_in(person(), roles, each.id)]


class OfAgreement(Protocol):
    """A row that belongs to one agreement."""

    @property
    def agreement_id(self) -> str: ...


Row = TypeVar("Row", bound=OfAgreement)
Found = TypeVar("Found")


def row(model: type[Found], id: str) -> Found:
    """The row with that id, or no page. Who may see it is the caller's to check."""
    try:
        found = db_session().get(model, UUID(id))
    except ValueError:
        abort(404)
    return found or abort(404)


def my_row(model: type[Row], id: str, *roles: Role) -> Row:
    """The row with that id, when it exists within my agreements (see `mine`); otherwise the page does not exist."""
    found = row(model, id)
    mine(found.agreement_id, *roles)
    return found


def mine(agreement_id: str, *roles: Role) -> str:
    """The agreement, when it exists and the person has one of the roles in it; otherwise the page does not exist."""
    if agreement_id not in {each.id for each in my_agreements(*(roles or EDITORS))}:
        abort(404)
    g.agreement_id = agreement_id
    return agreement_id
