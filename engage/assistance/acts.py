"""Starting to help, writing down that one helped, and the person's own word on it."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from engage import committees, messaging, participants, voting
from engage.assistance.models import Alarm, AlarmKind, HelpedAct, HelpSession, Interest, Reason, What
from engage.assistance.queries import helping, last_organisation
from engage.kernel import attempts
from engage.kernel.act import Act
from engage.kernel.refusal import FailedAttempt, Refusal
from engage.kernel.words import N_
from engage.participants import Participant
from engage.staff import Staff
from engage.voting import Consultation

LASTS = timedelta(minutes=30)
WORDING, ENVELOPE_WORDING = "help/1", "envelope/1"
WITNESS, WITNESSED_A_DAY = "witness", 5
ONE_IN = 5
"""Every how many helped acts one is drawn, to be confirmed by the person."""
THEIRS, CONTESTED = "theirs", "contested"


class NotAgreed(Refusal):
    sentence = N_("Lisez la phrase à voix haute et attendez un oui.")


class ReasonMissing(Refusal):
    sentence = N_("Dites pourquoi la personne est aidée.")


class OrganisationMissing(Refusal):
    sentence = N_("Écrivez le nom de votre groupe.")


class HelpOver(Refusal):
    sentence = N_("Les 30 minutes d’aide sont finies. Rien n’est perdu: reprenez l’aide avec l’accord de la personne, puis envoyez encore.")


class StandsToGain(Refusal):
    sentence = N_("Votre groupe peut gagner quelque chose à ce vote. Une personne d’un autre groupe doit aider ici.")


class GroupStandsToGain(Refusal):
    sentence = N_("Ce groupe peut gagner quelque chose à un vote ouvert. Un autre groupe doit remettre les cartes.")


class ManyBehindNumber(FailedAttempt):
    sentence = N_("Impossible de changer ce numéro ainsi. Sans code à 4 chiffres, donnez une nouvelle carte.")


def folded(name: str) -> str:
    """A group's name as it is compared: no accents, case, signs or double spaces."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


def start_help(act: Act, helper: Staff, agreement_id: str, *, organisation: str, reason: str, by_phone: bool, agreed: bool) -> HelpSession:
    """Half an hour of help, begun by the person's yes. Any earlier one of the helper ends.

    Raises NotAgreed, ReasonMissing, OrganisationMissing.
    """
    if not agreed:
        raise NotAgreed
    if reason not in set(Reason):
        raise ReasonMissing
    if not organisation.strip():
        raise OrganisationMissing
    end_help(act, helper.id)
    started = HelpSession(
        staff_id=helper.id,
        agreement_id=agreement_id,
        organisation=organisation.strip(),
        reason=reason,
        by_phone=by_phone,
        wording=WORDING,
        started_at=act.at,
        ends_at=act.at + LASTS,
    )
    act.session.add(started)
    act.session.flush()
    return started


def end_help(act: Act, helper_id: UUID) -> None:
    running = update(HelpSession).where(HelpSession.staff_id == helper_id, HelpSession.ends_at > act.at)
    act.session.execute(running.values(ends_at=act.at))


def on_paper(act: Act, clerk: Staff, agreement_id: str) -> HelpSession:
    """Who accepts an envelope answers for it: their help of now in that agreement, or a session of its own, already over."""
    found = helping(act.session, clerk.id, act.at)
    if found is not None and found.agreement_id == agreement_id:
        return found
    group = last_organisation(act.session, clerk.id) or clerk.name
    noted = HelpSession(
        staff_id=clerk.id,
        agreement_id=agreement_id,
        organisation=group,
        reason=Reason.OTHER,
        by_phone=False,
        wording=ENVELOPE_WORDING,
        started_at=act.at,
        ends_at=act.at,
    )
    act.session.add(noted)
    act.session.flush()
    return noted


def running(act: Act, helper_id: UUID, agreement_id: str) -> HelpSession:
    """The helper's session now. Raises HelpOver."""
    found = helping(act.session, helper_id, act.at)
    if found is None or found.agreement_id != agreement_id:
        raise HelpOver
    return found


def check_no_interest(act: Act, session: HelpSession, consultation: Consultation) -> None:
    """Raises StandsToGain."""
    if folded(session.organisation) in _interests(act, consultation.id):
        raise StandsToGain


def helped(act: Act, session: HelpSession, what: What, participant: Participant, consultation: Consultation | None = None) -> HelpedAct:
    """Write down that a helper acted for someone; by lot, the person will be asked."""
    done = HelpedAct(
        session_id=session.id,
        participant_id=participant.id,
        consultation_id=consultation.id if consultation else None,
        what=what,
        on=act.day,
        sampled=secrets.randbelow(ONE_IN) == 0,
    )
    act.session.add(done)
    act.session.flush()
    return done


def confirm_helped(act: Act, participant: Participant, id: UUID, *, theirs: bool) -> None:
    """The person's own word on an act done in their name. A contested one raises an alarm, and stays theirs to change or withdraw."""
    done = act.session.get(HelpedAct, id)
    if done is None or done.participant_id != participant.id:
        return
    done.answer = THEIRS if theirs else CONTESTED
    if not theirs:
        session = act.session.get_one(HelpSession, done.session_id)
        raise_alarm(act, session.agreement_id, AlarmKind.CONTESTED, done.id.bytes, session.organisation, 1)
    act.session.flush()


def raise_alarm(act: Act, agreement_id: str, kind: AlarmKind, subject: bytes, name: str, number: int) -> bool:
    """Once a day for one subject; a later one the same day only raises its number. Returns whether it is new."""
    known = act.session.scalar(select(Alarm).where(Alarm.kind == kind, Alarm.subject == subject, Alarm.on == act.day))
    if known is None:
        act.session.add(Alarm(agreement_id=agreement_id, kind=kind, subject=subject, name=name, number=number, on=act.day, explanation=""))
    elif known.number < number:
        known.number = number
    act.session.flush()
    return known is None


def explain_alarm(act: Act, alarm: Alarm, explanation: str) -> None:
    alarm.explanation = explanation


def declare_interests(act: Act, consultation: Consultation, organisations: Iterable[str]) -> None:
    """The groups that stand to gain from a vote, all of them."""
    act.session.execute(delete(Interest).where(Interest.consultation_id == consultation.id))
    named = {folded(name): name.strip() for name in organisations if folded(name)}
    act.session.add_all(Interest(consultation_id=consultation.id, organisation=name, folded=key) for key, name in named.items())
    act.session.flush()


def check_giver(act: Act, agreement_id: str, group: str) -> None:
    """Whether a group may hand out cards now. Raises GroupStandsToGain."""
    for consultation in voting.open_now(act.session, act.at, agreement_id):
        if folded(group) in _interests(act, consultation.id):
            raise GroupStandsToGain


def _interests(act: Act, consultation_id: UUID) -> set[str]:
    return set(act.session.scalars(select(Interest.folded).where(Interest.consultation_id == consultation_id)))


def witness_number(act: Act, session: HelpSession, old_number: str, new_number: str) -> tuple[Participant, str]:
    """A worker vouches that whoever was alone behind an old number now has another. Returns them and their new personal code.

    One answer for every reason it cannot be done, and few tries a day: it tells nothing about a number. Raises ManyBehindNumber.
    """
    if attempts.too_many(act.session, act.at, WITNESS, str(session.staff_id), limit=WITNESSED_A_DAY, within=attempts.DAY):
        raise ManyBehindNumber(WITNESS, str(session.staff_id))
    attempts.count(act.session, act.at, WITNESS, str(session.staff_id))
    person = participants.only_person_behind(act, old_number)
    if person is None or not takes_part_in(act, person, session.agreement_id):
        raise ManyBehindNumber(WITNESS, str(session.staff_id))
    try:
        code = participants.move_to_number(act, person, new_number)
    except participants.NumberIsFull:
        raise ManyBehindNumber(WITNESS, str(session.staff_id)) from None
    messaging.move_wish(act, person.id, new_number)
    return person, code


def takes_part_in(act: Act, person: Participant, agreement_id: str) -> bool:
    """Whether someone holds a card of that agreement, voted there or sits there: helpers elsewhere have no business with them."""
    voted = (consultation.agreement_id for consultation, _ in voting.votes_of(act, person))
    known = agreement_id in (participants.agreement_of_card(act.session, person.id), *voted)
    return known or committees.sits_in(act.session, person.id, agreement_id)


def forget_helped(act: Act, participant: Participant) -> None:
    """Erasure: that someone was helped stays a count of the helper's, without the person."""
    act.session.execute(update(HelpedAct).where(HelpedAct.participant_id == participant.id).values(participant_id=None, sampled=False))


def join_helped(act: Act, kept: Participant, gone: Participant) -> None:
    act.session.execute(update(HelpedAct).where(HelpedAct.participant_id == gone.id).values(participant_id=kept.id))
