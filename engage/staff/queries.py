"""Who is at the door, and what they may reach."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.kernel.db import keys_of
from engage.staff.entering import PROOF_LASTS, SESSION_LASTS
from engage.staff.models import Role, Staff, StaffSession


def by_session(session: Session, token: str, at: datetime) -> Staff | None:
    """The staff member of a session that has neither ended nor outlived 20 hours."""
    lookup = keys_of(session).blind("staff session", token)
    return session.scalar(
        select(Staff)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(StaffSession.token_lookup == lookup, StaffSession.ended_at.is_(None), StaffSession.started_at > at - SESSION_LASTS)
    )


def is_proven(session: Session, token: str, at: datetime) -> bool:
    """Whether whoever holds that session showed lately who they are."""
    lookup = keys_of(session).blind("staff session", token)
    proven_at = session.scalar(select(StaffSession.proven_at).where(StaffSession.token_lookup == lookup))
    return proven_at is not None and proven_at > at - PROOF_LASTS


def holds(person: Staff, roles: tuple[Role, ...]) -> bool:
    """Whether a person has one of the roles, somewhere."""
    return any(held.role in roles for held in person.roles)


def holds_in(person: Staff, roles: tuple[Role, ...], agreement_id: str) -> bool:
    """Whether a person has one of the roles in that agreement, or in all of them."""
    return any(held.role in roles and held.agreement_id in (None, agreement_id) for held in person.roles)
