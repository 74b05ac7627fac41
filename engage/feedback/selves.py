"""Someone who spoke and is erased, or turns out to be the same person as another; and what is kept long enough."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select, update

from engage.feedback.models import Feedback, FollowUpAsked, Photo, Recording, Stage
from engage.feedback.recordings import forget_heard
from engage.feedback.telling import KEPT
from engage.kernel.act import Act, day_of
from engage.participants import Participant


def forget_author(act: Act, participant: Participant) -> None:
    """Erasure: that something was said on a day stays; words, voice, picture, and where to answer go."""
    for each in act.session.scalars(select(Feedback).where(Feedback.participant_id == participant.id)).all():
        forget_words(act, each)
        each.participant_id = each.fact_sealed = None
    act.session.execute(delete(FollowUpAsked).where(FollowUpAsked.participant_id == participant.id))
    act.session.flush()


def forget_words(act: Act, feedback: Feedback) -> None:
    """Words, voice, picture and where to answer go at once; that something was said, its face and its answer stay."""
    for table in (Photo, Recording):
        act.session.execute(delete(table).where(table.feedback_id == feedback.id))
    feedback.words_sealed = feedback.number_sealed = feedback.number_lookup = feedback.likeness = None
    feedback.shown, feedback.may_show, feedback.stage, feedback.ground = "", False, Stage.KEPT, ""
    act.session.flush()


def join_authors(act: Act, kept: Participant, gone: Participant) -> None:
    act.session.execute(update(Feedback).where(Feedback.participant_id == gone.id).values(participant_id=kept.id))
    asked = select(FollowUpAsked.follow_up_id).where(FollowUpAsked.participant_id == kept.id)
    doubled = (FollowUpAsked.participant_id == gone.id, FollowUpAsked.follow_up_id.in_(asked))
    act.session.execute(delete(FollowUpAsked).where(*doubled))
    act.session.execute(update(FollowUpAsked).where(FollowUpAsked.participant_id == gone.id).values(participant_id=kept.id))


def said_by(act: Act, participant: Participant) -> list[Feedback]:
    mine = select(Feedback).where(Feedback.participant_id == participant.id)
    return list(act.session.scalars(mine.order_by(Feedback.on.desc(), Feedback.id)))


def spoke_since(day: date) -> Select[UUID | None]:
    """People who said something on a day or later."""
    return select(Feedback.participant_id).where(Feedback.on >= day, Feedback.participant_id.is_not(None))


def forget_old(act: Act, before: date) -> None:
    """Where to answer goes a month after the answer; a person behind words, voices typed up and pictures not shown, in time."""
    told = Feedback.answered_on < day_of(act.at - KEPT)
    nowhere: dict[str, Any] = {"number_sealed": None, "number_lookup": None}
    act.session.execute(update(Feedback).where(told, Feedback.number_lookup.is_not(None)).values(nowhere))
    forget_heard(act)
    never = select(Feedback.id).where(Feedback.on < before, Feedback.stage != Stage.SHOWN)
    for table in (Photo, Recording):
        act.session.execute(delete(table).where(table.feedback_id.in_(never)))
