"""What a table promises to do with a result, by a day: tracked, and shown as late when it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.kernel import words
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, Wordings
from engage.voting.models import Commitment, Consultation, Stage

SOON = timedelta(days=14)
"""How long before its day a table is reminded."""
LONGEST = 600


class PromiseMissing(Refusal):
    sentence = N_("Écrivez ce que la table fera du résultat, en une ou deux phrases.")


class PromiseTooSoon(Refusal):
    sentence = N_("Le jour promis vient après la fin du vote, et dans les deux ans.")


class NothingToPromise(Refusal):
    sentence = N_("Ce vote est annulé: il n’y a pas de résultat.")


@dataclass(frozen=True)
class Said:
    promise: str
    outcome: str


def promise_of(session: Session, consultation_id: UUID, language: str) -> Said:
    texts = Wordings(session, [consultation_id])
    return Said(*(texts.text(consultation_id, field, language) for field in ("promise", "outcome")))


def keep_promise(act: Act, consultation: Consultation, *, promise: str, due_on: date, outcome: str = "") -> Commitment:
    """Make a promise, change it, or say with `outcome` what was done: then it is kept. A day once promised stays the one it is judged by.

    Raises PromiseMissing, PromiseTooSoon, NothingToPromise.
    """
    if consultation.stage in (Stage.CANCELLING, Stage.CANCELLED):
        raise NothingToPromise
    if not promise.strip():
        raise PromiseMissing
    commitment = act.session.get(Commitment, consultation.id)
    if commitment is None:
        ends = consultation.closes_at.date()
        if not ends <= due_on <= ends + timedelta(days=731):
            raise PromiseTooSoon
        commitment = Commitment(consultation_id=consultation.id, due_on=due_on, made_on=act.day)
        act.session.add(commitment)
    if outcome.strip():
        commitment.kept_on = commitment.kept_on or act.day
    words.write(act.session, consultation.id, "promise", {"fr": promise.strip()[:LONGEST]})
    words.write(act.session, consultation.id, "outcome", {"fr": outcome.strip()[:LONGEST]})
    return commitment


def due_soon(session: Session, agreement_ids: Collection[str], day: date) -> Sequence[tuple[Commitment, Consultation]]:
    """Promises not kept whose day is near or past."""
    rows = select(Commitment, Consultation).join(Consultation, Consultation.id == Commitment.consultation_id)
    near = (Commitment.kept_on.is_(None), Commitment.due_on <= day + SOON, Consultation.agreement_id.in_(agreement_ids))
    return [(commitment, vote) for commitment, vote in session.execute(rows.where(*near).order_by(Commitment.due_on))]


def without_promise(session: Session, agreement_ids: Collection[str]) -> Sequence[Consultation]:
    """Published results about which their table has not yet said what it will do."""
    said = select(Commitment.consultation_id)
    shown = (Consultation.stage.in_((Stage.PUBLISHED, Stage.CLOSED)), Consultation.agreement_id.in_(agreement_ids))
    return session.scalars(select(Consultation).where(*shown, Consultation.id.not_in(said)).order_by(Consultation.closes_at)).all()
