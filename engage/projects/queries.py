"""What can be looked up of projects."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.kernel.words import Wordings
from engage.projects.models import Project, ProjectState

_PUBLIC = (ProjectState.FUNDED, ProjectState.UNDER_WAY, ProjectState.FINISHED)


def by_code(session: Session, code: str) -> Project | None:
    return session.scalar(select(Project).where(Project.code == code.upper()))


def public(session: Session) -> Sequence[Project]:
    """Those that are paid for, by agreement."""
    return session.scalars(select(Project).where(Project.state.in_(_PUBLIC)).order_by(Project.agreement_id, Project.code)).all()


def of_agreements(session: Session, agreement_ids: Collection[str]) -> Sequence[Project]:
    every = select(Project).where(Project.agreement_id.in_(agreement_ids))
    return session.scalars(every.order_by(Project.made_on.desc(), Project.code)).all()


def hearing(session: Session, agreement_id: str) -> Sequence[Project]:
    """Those of which people can say now what they think."""
    now = (Project.agreement_id == agreement_id, Project.hears, Project.state != ProjectState.REFUSED)
    return session.scalars(select(Project).where(*now).order_by(Project.code)).all()


def title_of(session: Session, project: Project, language: str) -> str:
    return Wordings(session, [project.id]).text(project.id, "title", language)


def titles(session: Session, ids: Collection[UUID], language: str) -> dict[UUID, str]:
    texts = Wordings(session, ids)
    return {id: texts.text(id, "title", language) for id in ids}
