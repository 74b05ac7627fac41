"""What can be looked up of what people said: what waits, what a page shows, how the table answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engage.feedback.models import AnsweredBy, Feedback, FeedbackDesk, OfficialResponse, Photo, Stage
from engage.feedback.responses import ANSWERS, CHANGES
from engage.kernel.words import Wordings

SHOWN = 30


def to_read(session: Session, agreement_ids: Collection[str]) -> Sequence[Feedback]:
    """What nobody of the table has read yet, or has to look at again."""
    new = or_(Feedback.stage == Stage.RECEIVED, Feedback.contested_on.is_not(None))
    return session.scalars(select(Feedback).where(Feedback.agreement_id.in_(agreement_ids), new).order_by(Feedback.on, Feedback.id)).all()


def to_answer(session: Session, agreement_ids: Collection[str]) -> Sequence[Feedback]:
    """What still waits for its answer, the most urgent first."""
    waits = (Feedback.agreement_id.in_(agreement_ids), Feedback.answered_on.is_(None))
    return session.scalars(select(Feedback).where(*waits).order_by(Feedback.due_on, Feedback.id)).all()


def on_page(session: Session, project_id: UUID | None, agreement_id: str) -> Sequence[Feedback]:
    """What people said that is shown, latest first."""
    here: ColumnElement[bool] = Feedback.project_id == project_id if project_id else Feedback.project_id.is_(None)
    shown = select(Feedback).where(here, Feedback.agreement_id == agreement_id, Feedback.stage == Stage.SHOWN)
    return session.scalars(shown.order_by(Feedback.on.desc(), Feedback.id).limit(SHOWN)).all()


def faces(session: Session, project_id: UUID) -> Counter[int]:
    """How many chose each face. Exact: the rule of small counts comes before anything is shown."""
    rows = select(Feedback.face, func.count()).where(Feedback.project_id == project_id, Feedback.face.is_not(None)).group_by(Feedback.face)
    return Counter({face: number for face, number in session.execute(rows) if face})


def responses_to(session: Session, feedback_ids: Collection[UUID]) -> dict[UUID, list[OfficialResponse]]:
    """The answers to each contribution, the latest first."""
    rows = select(AnsweredBy.feedback_id, OfficialResponse).join(OfficialResponse, OfficialResponse.id == AnsweredBy.response_id)
    found: dict[UUID, list[OfficialResponse]] = {}
    for id, response in session.execute(
        rows.where(AnsweredBy.feedback_id.in_(feedback_ids)).order_by(OfficialResponse.made_on.desc(), OfficialResponse.id)
    ):
        found.setdefault(id, []).append(response)
    return found


def changed(session: Session, agreement_id: str) -> Sequence[tuple[OfficialResponse, int, UUID | None]]:
    """Answers of a table, latest first: each with how many contributions it serves, and the project where they are all of one."""
    latest = select(OfficialResponse).where(OfficialResponse.agreement_id == agreement_id, OfficialResponse.step.in_(ANSWERS))
    responses = session.scalars(latest.order_by(OfficialResponse.made_on.desc(), OfficialResponse.id).limit(SHOWN)).all()
    serves = select(AnsweredBy.response_id, Feedback.project_id).join(Feedback, Feedback.id == AnsweredBy.feedback_id)
    about: dict[UUID, list[UUID | None]] = {}
    for id, project_id in session.execute(serves.where(AnsweredBy.response_id.in_([each.id for each in responses]))):
        about.setdefault(id, []).append(project_id)
    told = [(each, about.get(each.id, [])) for each in responses]
    return [(each, len(of), of[0] if of and len(set(of)) == 1 else None) for each, of in told]


@dataclass(frozen=True)
class Answering:
    """P8, of one agreement between two days: what came, and what became of it. Contributions, not people."""

    came: int
    in_time: int
    late: int
    """Answered after their day."""
    overdue: int
    """Past their day, and without answer."""
    waiting: int
    """Their day has not come."""
    changed: int
    """Answered by something that changed."""


def answering(session: Session, agreement_id: str, first: date, last: date, today: date) -> Answering:
    came = session.scalars(select(Feedback).where(Feedback.agreement_id == agreement_id, Feedback.on.between(first, last))).all()
    steps = select(AnsweredBy.feedback_id).join(OfficialResponse, OfficialResponse.id == AnsweredBy.response_id)
    did_change = set(session.scalars(steps.where(OfficialResponse.agreement_id == agreement_id, OfficialResponse.step.in_(CHANGES))))
    answered = [each for each in came if each.answered_on is not None]
    in_time = sum(each.answered_on is not None and each.answered_on <= each.due_on for each in answered)
    overdue = sum(each.is_late(today) for each in came)
    return Answering(
        came=len(came),
        in_time=in_time,
        late=len(answered) - in_time,
        overdue=overdue,
        waiting=len(came) - len(answered) - overdue,
        changed=sum(each.id in did_change for each in answered),
    )


def past_year(day: date) -> tuple[date, date]:
    """The first and the last day of the year that ends on a day."""
    return day.replace(year=day.year - 1, day=min(day.day, 28)), day


def every(session: Session, agreement_id: str) -> Sequence[Feedback]:
    """All of an agreement, in no order that tells when each came within its month."""
    return sorted(
        session.scalars(select(Feedback).where(Feedback.agreement_id == agreement_id)),
        key=lambda each: (each.on.year, each.on.month, each.id),
    )


def on_the_wall(session: Session, agreement_id: str, since: date) -> list[tuple[OfficialResponse, list[str]]]:
    """Answers to paper cards since a day, each with the last digits of the cards it answers, in order."""
    rows = (
        select(OfficialResponse, Feedback.stub)
        .join(AnsweredBy, AnsweredBy.response_id == OfficialResponse.id)
        .join(Feedback, Feedback.id == AnsweredBy.feedback_id)
        .where(OfficialResponse.agreement_id == agreement_id, OfficialResponse.made_on >= since, Feedback.stub != "")
        .order_by(OfficialResponse.made_on.desc(), OfficialResponse.id)
    )
    found: dict[UUID, tuple[OfficialResponse, list[str]]] = {}
    for response, stub in session.execute(rows):
        found.setdefault(response.id, (response, []))[1].append(stub)
    return [(response, sorted(stubs)) for response, stubs in found.values()]


def has_photo(session: Session, feedback_ids: Collection[UUID]) -> dict[UUID, str]:
    """The description of each photo, empty where nobody wrote one yet."""
    return dict(session.execute(select(Photo.feedback_id, Photo.description).where(Photo.feedback_id.in_(feedback_ids))).all())


def desks(session: Session) -> Sequence[str]:
    """Agreements whose table hears people."""
    return session.scalars(select(FeedbackDesk.agreement_id).where(FeedbackDesk.is_open).order_by(FeedbackDesk.agreement_id)).all()


def said_of(session: Session, responses: Collection[OfficialResponse], language: str) -> dict[UUID, str]:
    texts = Wordings(session, [each.id for each in responses])
    return {each.id: texts.text(each.id, "text", language) for each in responses}
