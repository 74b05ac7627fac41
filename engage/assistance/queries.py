"""What can be looked up about help."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage.assistance.models import Alarm, HelpedAct, HelpSession, Interest, What


def helping(session: Session, helper_id: UUID, at: datetime) -> HelpSession | None:
    """The help that a worker gives now."""
    now = (HelpSession.staff_id == helper_id, HelpSession.started_at <= at, HelpSession.ends_at > at)
    return session.scalar(select(HelpSession).where(*now).order_by(HelpSession.started_at.desc()).limit(1))


def last_organisation(session: Session, helper_id: UUID) -> str:
    """The group a helper last named."""
    mine = select(HelpSession.organisation).where(HelpSession.staff_id == helper_id).order_by(HelpSession.started_at.desc()).limit(1)
    return session.scalar(mine) or ""


def helped_acts(session: Session, participant_id: UUID) -> Sequence[tuple[HelpedAct, str]]:
    """What was done in someone's name, with the helper's group, the latest day first."""
    rows = select(HelpedAct, HelpSession.organisation).join(HelpSession, HelpSession.id == HelpedAct.session_id)
    mine = rows.where(HelpedAct.participant_id == participant_id).order_by(HelpedAct.on.desc(), HelpedAct.id)
    return [(done, organisation) for done, organisation in session.execute(mine)]


def alarms(session: Session, agreement_ids: Collection[str]) -> Sequence[Alarm]:
    """Those that nobody explained yet first, then the latest."""
    rows = select(Alarm).where(Alarm.agreement_id.in_(agreement_ids))
    return session.scalars(rows.order_by(Alarm.explanation != "", Alarm.on.desc()).limit(50)).all()


def interests(session: Session, consultation_id: UUID) -> Sequence[str]:
    """Groups that stand to gain from a vote."""
    rows = select(Interest.organisation).where(Interest.consultation_id == consultation_id)
    return session.scalars(rows.order_by(Interest.organisation)).all()


def share_of_largest_helper(session: Session, consultation_id: UUID) -> int | None:
    """Percent of a vote's helped ballots that rest on one helper; None under 20."""
    counts = (
        select(func.count(HelpedAct.id))
        .join(HelpSession, HelpSession.id == HelpedAct.session_id)
        .where(HelpedAct.consultation_id == consultation_id, HelpedAct.what.in_((What.VOTE, What.ENVELOPE)))
        .group_by(HelpSession.staff_id)
    )
    each = session.scalars(counts).all()
    return round(100 * max(each) / sum(each)) if sum(each) >= 20 else None
