"""Is it better than before? One short question, at a milestone, to those who spoke of a project and agreed to be written to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engage import governance, ledger, messaging, participants
from engage.feedback.acts import counted_as, where
from engage.feedback.models import Feedback, FollowUp, FollowUpAsked
from engage.kernel import words
from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.plain import gives_away
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, Wordings, say
from engage.ledger import Kind, ParticipationFact
from engage.messaging import Purpose, measure, plain
from engage.participants import ConsentKind, Participant
from engage.projects import Project

ASK = N_("%(table)s: %(question)s 1: mieux. 2: pareil. 3: moins bien. Répondez 1, 2 ou 3. ARRET: cesser.")
LASTS = timedelta(days=21)
LEAST = 10
"""Answers under which no result is shown."""
WAYS = {1: "better", 2: "same", 3: "worse"}


class QuestionMissing(Refusal):
    sentence = N_("Écrivez une question courte, comme: Le transport est-il mieux qu’avant?")


class QuestionTooLong(Refusal):
    sentence = N_("Cette question ne tient pas dans un texto. Raccourcissez-la.")


class QuestionGivesAway(Refusal):
    sentence = N_("Le mot «%(word)s» en dit trop sur un téléphone partagé. Dites-le autrement.")


class NobodyToAsk(Refusal):
    sentence = N_("Personne n’a encore parlé de ce projet en acceptant qu’on lui écrive.")


class AskedLately(Refusal):
    sentence = N_("Une question sur ce projet attend encore des réponses. Une à la fois.")


def people(act: Act, project: Project) -> list[tuple[UUID, str]]:
    """Participant and number of those who spoke of a project and agreed to be written to."""
    spoke = select(Feedback.participant_id).where(Feedback.project_id == project.id, Feedback.participant_id.is_not(None)).distinct()
    found = []
    for id in act.session.scalars(spoke):
        number = participants.number_of(act.session, id) if id and participants.agrees(act.session, id, ConsentKind.CONTACT) else None
        if id and number:
            found.append((id, number))
    return found


def ask(act: Act, project: Project, question: Mapping[str, str]) -> FollowUp:
    """Send the question. Raises QuestionMissing, QuestionTooLong, QuestionGivesAway, NobodyToAsk, AskedLately."""
    table = governance.table_of(act.session, project.agreement_id)
    text = question.get("fr", "").strip()
    if not text:
        raise QuestionMissing
    if word := gives_away(text):
        raise QuestionGivesAway(word=word)
    name = table.text_name if table else ""
    bodies = {
        language: plain(say(language, ASK, table=name, question=question.get(language, "").strip() or text)) for language in ("fr", "en")
    }
    if measure(bodies["fr"]).segments > 1:
        raise QuestionTooLong
    if any(each.closes_on >= act.day for each in of_project(act.session, project)):
        raise AskedLately
    reached = people(act, project)
    if not reached or table is None or not table.text_number:
        raise NobodyToAsk
    made = FollowUp(project_id=project.id, agreement_id=project.agreement_id, asked_on=act.day, closes_on=act.day + LASTS)
    act.session.add(made)
    act.session.flush()
    words.write(act.session, made.id, "question", {"fr": text, "en": question.get("en", "").strip()})
    for id, number in reached:
        lookup = keys_of(act.session).blind("phone", number)
        act.session.add(FollowUpAsked(follow_up_id=made.id, participant_id=id, number_lookup=lookup))
        language = messaging.language_of(act.session, number)
        messaging.queue(
            act,
            number,
            bodies[language],
            sender=table.text_number,
            agreement_id=project.agreement_id,
            purpose=Purpose.VOTES,
            language=language,
            expires_at=act.at + LASTS,
        )
    act.session.flush()
    return made


def pending(act: Act, number: str) -> FollowUpAsked | None:
    """The latest question put to a number that still waits for its answer."""
    lookup = keys_of(act.session).blind("phone", number)
    waits = (FollowUpAsked.number_lookup == lookup, FollowUpAsked.has_answered.is_(False), FollowUp.closes_on >= act.day)
    rows = select(FollowUpAsked).join(FollowUp, FollowUp.id == FollowUpAsked.follow_up_id).where(*waits)
    return act.session.scalars(rows.order_by(FollowUp.asked_on.desc()).limit(1)).first()


def answer(act: Act, asked: FollowUpAsked, way: int) -> None:
    """1 better, 2 the same, 3 worse: a sum moves, and that this person answered is kept; which way is not."""
    follow_up = act.session.get_one(FollowUp, asked.follow_up_id)
    column = getattr(FollowUp, WAYS[way])
    act.session.execute(update(FollowUp).where(FollowUp.id == follow_up.id).values({column: column + 1}))
    asked.has_answered = True
    participant = act.session.get_one(Participant, asked.participant_id)
    person, status = counted_as(act, participant, follow_up.agreement_id)
    asked.fact = str(ledger.record(act, where(act, follow_up.agreement_id), Kind.FOLLOWED_UP, person=person, status=status).id)
    act.session.flush()
    act.session.refresh(follow_up)


def count_again(act: Act, participant: Participant) -> None:
    """The facts of someone's answers say what they agree to now."""
    for asked in act.session.scalars(select(FollowUpAsked).where(FollowUpAsked.participant_id == participant.id)):
        if asked.fact:
            fact = act.session.get_one(ParticipationFact, UUID(asked.fact))
            asked.fact = str(ledger.set_right(act, fact, *counted_as(act, participant, fact.agreement_id)).id)
    act.session.flush()


def of_project(session: Session, project: Project) -> Sequence[FollowUp]:
    return session.scalars(select(FollowUp).where(FollowUp.project_id == project.id).order_by(FollowUp.asked_on.desc())).all()


def shown(session: Session, project: Project, language: str, today: date) -> list[tuple[str, FollowUp]]:
    """What the project's page shows: questions that are over, with ten answers or more."""
    found = [each for each in of_project(session, project) if each.answers >= LEAST and each.closes_on < today]
    texts = Wordings(session, [each.id for each in found])
    return [(texts.text(each.id, "question", language), each) for each in found]
