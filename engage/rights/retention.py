"""How long each thing is kept, said in one list that people read, and carried out by the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from engage import committees, feedback, projects
from engage.assistance.models import Alarm, HelpedAct, HelpSession
from engage.kernel.act import Act, Channel, day_of
from engage.kernel.db import Database
from engage.kernel.words import N_
from engage.participants import Consent, Participant
from engage.participants.models import ContactNumber, NumberProof
from engage.participants.phones import YES_WITHIN
from engage.rights.acts import erase_now
from engage.rights.models import Erasure, Incident
from engage.voting import Consultation, RollEntry

IDLE = timedelta(days=730)
HELP_KEPT = timedelta(days=365)
INCIDENTS_KEPT = timedelta(days=5 * 365 + 2)
AT_ONCE = 20


@dataclass(frozen=True)
class Keeping:
    """One line of the schedule: what, and until when."""

    what: str
    until: str


SCHEDULE = (
    Keeping(N_("Votre choix"), N_("jusqu’à la fin du vote, sous clé; ensuite, mêlé aux autres, sans lien avec vous")),
    Keeping(N_("Les mots de vos textos"), N_("10 minutes au plus")),
    Keeping(N_("Un vote commencé, pas fini"), N_("3 jours, ou 20 heures une fois le choix dit")),
    Keeping(N_("Les textos que nous vous envoyons"), N_("3 jours après l’envoi")),
    Keeping(N_("De quel numéro un texto est venu"), N_("30 jours")),
    Keeping(N_("Un code envoyé par texto"), N_("30 minutes")),
    Keeping(N_("Les essais avec un mauvais code"), N_("1 jour, sans numéro en clair")),
    Keeping(N_("Une demande d’être rappelé"), N_("jusqu’à l’appel, ou 30 jours")),
    Keeping(
        N_("Que vous avez voté, votre numéro, vos accords, vos réponses"),
        N_("2 ans après la dernière fois, ou 7 jours après votre demande"),
    ),
    Keeping(
        N_("Ce qu’il vous faut pour venir à un comité, comment vous joindre"), N_("jusqu’à ce que vous laissiez la demande ou la place")
    ),
    Keeping(N_("Que vous avez demandé ou tenu une place"), N_("1 an après")),
    Keeping(N_("Les mots de votre avis"), N_("tant que la table s’en sert, ou 7 jours après votre demande si l’avis est à votre nom")),
    Keeping(
        N_("Votre voix enregistrée"), N_("7 jours après qu’elle est tapée, 1 an au plus; effacée chez le fournisseur dès qu’elle est ici")
    ),
    Keeping(N_("Le numéro à qui répondre pour un avis"), N_("30 jours après la réponse")),
    Keeping(N_("Un message qui parle de danger"), N_("jusqu’à ce que l’équipe l’ait traité, 6 mois au plus")),
    Keeping(N_("Comment joindre qui propose un projet"), N_("1 an après la réponse")),
    Keeping(N_("Qui vous a aidé, et quand"), N_("1 an")),
    Keeping(N_("Les traces sans nom qui prouvent qu’on a pris part"), N_("toujours: rien n’y mène à vous une fois que vous êtes oublié")),
    Keeping(N_("Qu’un numéro ne veut plus rien recevoir"), N_("toujours, sous une forme que personne ne peut relire")),
)


def apply_retention(db: Database, at: datetime) -> int:
    """A job: forget what has been kept long enough. Returns how many people were forgotten, a few at a time."""
    with db.write() as session:
        session.execute(delete(NumberProof).where(NumberProof.expires_at < at))
        never_said_yes = (ContactNumber.confirmed_on.is_(None), ContactNumber.given_on < day_of(at - 2 * YES_WITHIN))
        session.execute(delete(ContactNumber).where(*never_said_yes))
        session.execute(delete(Incident).where(Incident.written_on < day_of(at - INCIDENTS_KEPT)))
        session.execute(delete(Erasure).where(Erasure.done_on < day_of(at - HELP_KEPT)))
        old = day_of(at - HELP_KEPT)
        session.execute(delete(Alarm).where(Alarm.on < old, Alarm.explanation != ""))
        session.execute(delete(HelpedAct).where(HelpedAct.on < old))
        gone = select(HelpedAct.session_id)
        session.execute(delete(HelpSession).where(HelpSession.ends_at < at - HELP_KEPT, HelpSession.id.not_in(gone)))
        here = Act(session, Channel.SYSTEM, at)
        committees.forget_old(here, old)
        feedback.forget_old(here, old)
        feedback.alerts.forget_old(here)
        projects.calls.forget_contacts(here)
    limit = at - IDLE
    last_vote = select(func.max(Consultation.closes_at)).join(RollEntry, RollEntry.consultation_id == Consultation.id)
    last_word = select(func.max(Consent.at)).where(Consent.participant_id == Participant.id).scalar_subquery()
    last_vote_of = last_vote.where(RollEntry.participant_id == Participant.id).scalar_subquery()
    with db.read() as session:
        idle = session.scalars(
            select(Participant.id)
            .where(Participant.since_on < day_of(limit), Participant.id.not_in(committees.seated_people(session)))
            .where(Participant.id.not_in(feedback.spoke_since(day_of(limit))))
            .where(last_vote_of.is_(None) | (last_vote_of < limit), last_word.is_(None) | (last_word < limit))
            .limit(AT_ONCE)
        ).all()
    for id in idle:
        with db.write() as session:
            person = session.get(Participant, id)
            if person is not None:
                erase_now(Act(session, Channel.SYSTEM, at), person)
    return len(idle)
