"""What keeps someone from taking part: a contribution about the service itself, under a theme that every table has from its first one."""

from __future__ import annotations

from collections.abc import Collection
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage.feedback.models import Feedback, FeedbackTheme, Theme
from engage.kernel import words
from engage.kernel.act import Act
from engage.kernel.words import N_, say

NAME = N_("Un obstacle dans le service")


def theme_of(agreement_id: str) -> UUID:
    """Its id follows from the agreement, so that a name written otherwise, or in another language, marks the same."""
    return uuid5(NAMESPACE_OID, f"engage barrier {agreement_id}")


def mark(act: Act, feedback: Feedback) -> None:
    """A contribution tells of a barrier; staff may take the mark off one that does not, as any theme."""
    id = theme_of(feedback.agreement_id)
    if act.session.get(Theme, id) is None:
        act.session.add(Theme(id=id, agreement_id=feedback.agreement_id))
        act.session.flush()
        words.write(act.session, id, "name", {language: say(language, NAME) for language in ("fr", "en")})
    if act.session.get(FeedbackTheme, (feedback.id, id)) is None:
        act.session.add(FeedbackTheme(feedback_id=feedback.id, theme_id=id))
        act.session.flush()


def waiting(session: Session, agreement_ids: Collection[str]) -> dict[str, int]:
    """How many barriers still wait for their answer, by agreement."""
    tagged = select(Feedback.agreement_id, func.count()).join(FeedbackTheme, FeedbackTheme.feedback_id == Feedback.id)
    open_ones = tagged.where(FeedbackTheme.theme_id.in_([theme_of(each) for each in agreement_ids]), Feedback.answered_on.is_(None))
    return dict(session.execute(open_ones.group_by(Feedback.agreement_id)).all())
