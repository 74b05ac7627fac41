"""What the table answers to what people said: seen, studied, decided, done; to many at once, each on their own channel, within 90 days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select

from engage import ledger
from engage.feedback import telling
from engage.feedback.acts import ANSWERED_WITHIN, where
from engage.feedback.models import AnsweredBy, Feedback, LateReason, OfficialResponse, Step
from engage.kernel import words
from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.plain import reading
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, Wordings
from engage.ledger import Kind, ParticipationFact

ANSWERS = (Step.YES, Step.IN_PART, Step.NO, Step.DONE)
"""Steps that are an answer; seen and studied are on the way to one."""
CHANGES = (Step.YES, Step.IN_PART, Step.DONE)
"""Answers that changed something (P8)."""
LONGEST = 600


class ResponseMissing(Refusal):
    sentence = N_("Écrivez ce que la table répond, et pourquoi.")


class ResponseHard(Refusal):
    sentence = N_("Cette réponse est difficile: %(fault)s. Écrivez-la comme à un voisin, en phrases de 20 mots au plus.")


class NobodyToAnswer(Refusal):
    sentence = N_("Cochez au moins un avis auquel répondre.")


class NotAnsweredYet(Refusal):
    sentence = N_("Cet avis n’a pas encore de réponse.")


class ReopenedAlready(Refusal):
    sentence = N_("Vous l’avez déjà dit une fois. Une personne peut vous écouter au téléphone.")


class NothingToReview(Refusal):
    sentence = N_("Nous ne trouvons pas de réponse à revoir ici. Une personne peut vous écouter au téléphone.")


def respond(
    act: Act, agreement_id: str, step: Step, texts: Mapping[str, str], heard: Sequence[Feedback], *, decision_id: UUID | None = None
) -> OfficialResponse:
    """One answer to all of these; each author is told where they spoke. Raises ResponseMissing, ResponseHard, NobodyToAnswer."""
    said = texts.get("fr", "").strip()[:LONGEST]
    if not said:
        raise ResponseMissing
    found = reading(said)
    if found.longest or found.banned:
        raise ResponseHard(fault=", ".join(found.banned) or found.longest)
    heard = [each for each in heard if each.agreement_id == agreement_id]
    if not heard:
        raise NobodyToAnswer
    response = OfficialResponse(agreement_id=agreement_id, step=step, made_on=act.day, decision_id=decision_id)
    act.session.add(response)
    act.session.flush()
    words.write(act.session, response.id, "text", {"fr": said, "en": texts.get("en", "").strip()[:LONGEST]})
    told = Wordings(act.session, [response.id])
    for feedback in heard:
        act.session.add(AnsweredBy(feedback_id=feedback.id, response_id=response.id))
        if step in ANSWERS:
            _answered(act, feedback, said)
        telling.tell_response(act, feedback, told, response.id)
    act.session.flush()
    return response


def _answered(act: Act, feedback: Feedback, said: str) -> None:
    if feedback.answered_on is not None:
        return
    kind = Kind.ANSWERED_LATE if feedback.is_late(act.day) else Kind.ANSWERED
    fact = ledger.record(act, where(act, feedback.agreement_id), kind, detail=sha256(said.encode()).hexdigest())
    feedback.answered_on, feedback.answer_fact_id = act.day, fact.id


def not_satisfied(act: Act, feedback: Feedback) -> None:
    """The author says, once, that the answer does not do: it is open again, and its 90 days begin anew.

    Raises NotAnsweredYet, ReopenedAlready.
    """
    if feedback.reopened_on is not None:
        raise ReopenedAlready
    if feedback.answered_on is None:
        raise NotAnsweredYet
    if feedback.answer_fact_id is not None:
        ledger.reverse(act, act.session.get_one(ParticipationFact, feedback.answer_fact_id))
    feedback.reopened_on, feedback.answered_on, feedback.answer_fact_id = act.day, None, None
    feedback.due_on = act.day + ANSWERED_WITHIN
    act.session.flush()


def latest_told(act: Act, number: str) -> Feedback | None:
    """What a number said and was last told something of: answered, or refused."""
    lookup = keys_of(act.session).blind("phone", number)
    answered = (Feedback.answered_on.is_not(None)) | (Feedback.ground != "")
    mine = select(Feedback).where(Feedback.number_lookup == lookup, answered)
    return act.session.scalars(mine.order_by(Feedback.answered_on.desc().nulls_last(), Feedback.on.desc()).limit(1)).first()


def say_why_late(act: Act, agreement_id: str, text: str) -> None:
    """Beside the public counts, in the table's own words; empty takes it back."""
    found = act.session.get(LateReason, agreement_id)
    if not text.strip():
        if found is not None:
            act.session.delete(found)
    elif found is None:
        act.session.add(LateReason(agreement_id=agreement_id, text=text.strip()[:LONGEST], said_on=act.day))
    else:
        found.text, found.said_on = text.strip()[:LONGEST], act.day
    act.session.flush()
