"""Saying what one thinks, and what the person can do with it afterwards: be known, be shown, find the answer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from engage import governance, ledger, participants
from engage.feedback.models import Feedback, FeedbackDesk, Stage
from engage.governance import Mechanism
from engage.kernel import attempts, words
from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.refusal import FailedAttempt, Refusal
from engage.kernel.words import N_, folded
from engage.ledger import Kind, ParticipationFact, Person, Where
from engage.participants import ConsentKind, Participant, Status
from engage.projects import Project, ProjectState

ANSWERED_WITHIN = timedelta(days=90)
LONGEST = 2_000
GIVEN, GUESSED = "feedback given", "feedback reference"
BY_NUMBER, BY_ADDRESS, GUESSES = 10, 60, 20
"""How many contributions one number may send a day, and one address in 15 minutes: a shelter's shared line sends fewer."""
SAME_WITHIN = timedelta(days=30)
_TYPE, _LEVEL = "M5", 2


class DeskClosed(Refusal):
    sentence = N_("Cette table ne reçoit pas encore les avis par ici. Une personne peut vous écouter au téléphone.")


class NothingSaid(Refusal):
    sentence = N_("Choisissez un visage, ou écrivez quelques mots.")


class WordsTooLong(Refusal):
    sentence = N_("Votre message a %(length)s lettres. Gardez l’essentiel: %(most)s lettres au plus. Rien n’est perdu.")


class ProjectHearsNobody(Refusal):
    sentence = N_("Ce projet ne reçoit plus d’avis. Choisissez «Autre chose»: la table lira vos mots.")


class TooManyFromHere(Refusal):
    sentence = N_("Beaucoup d’avis viennent d’ici en ce moment. Attendez 15 minutes, ou appelez-nous. Rien n’est perdu.")


class ProcedureMissing(Refusal):
    sentence = N_("Écrivez d’abord qui fait quoi quand un message parle de danger.")


class CardEntered(Refusal):
    sentence = N_("Une carte avec ce numéro est déjà entrée. Regardez les 8 chiffres.")


class ReferenceUnknown(FailedAttempt):
    sentence = N_("Ce numéro de suivi n’est pas le bon. Il a 8 chiffres, sur votre reçu.")


class TooManyReferences(Refusal):
    sentence = N_("Trop d’essais. Attendez 15 minutes, ou appelez-nous.")


def open_desk(act: Act, agreement_id: str, procedure: str, staff_id: UUID) -> FeedbackDesk:
    """From now on the table hears people, by a procedure that it wrote and adopted. Raises ProcedureMissing."""
    if not procedure.strip():
        raise ProcedureMissing
    desk = desk_of(act, agreement_id)
    if desk is None:
        mechanism = governance.start_mechanism(act, agreement_id, type=_TYPE, level=_LEVEL, name="Avis sur les projets")
        desk = FeedbackDesk(agreement_id=agreement_id, mechanism_id=mechanism.id)
        act.session.add(desk)
    desk.adopted_on, desk.adopted_by, desk.is_open = act.day, staff_id, True
    act.session.flush()
    words.write(act.session, desk.id, "procedure", {"fr": procedure.strip()})
    return desk


def close_desk(act: Act, desk: FeedbackDesk) -> None:
    desk.is_open = False
    act.session.flush()


def desk_of(act: Act, agreement_id: str) -> FeedbackDesk | None:
    return act.session.scalar(select(FeedbackDesk).where(FeedbackDesk.agreement_id == agreement_id))


def hears(act: Act, agreement_id: str) -> bool:
    desk = desk_of(act, agreement_id)
    return desk is not None and desk.is_open


@dataclass(frozen=True)
class Said:
    """What someone says: a face from 1 to 5, words, or both."""

    face: int | None = None
    words: str = ""
    may_show: bool = False


@dataclass(frozen=True)
class Given:
    feedback: Feedback
    reference: str
    """Eight digits, told once; empty where the same words had already come."""


def give(
    act: Act,
    agreement_id: str,
    project: Project | None,
    said: Said,
    *,
    language: str = "fr",
    participant: Participant | None = None,
    number: str = "",
    asked_from: str = "",
    is_recorded: bool = False,
) -> Given:
    """A contribution is kept, and its fact recorded. `number` (E.164) is where to answer; `asked_from` slows whoever sends too many.

    The same words on the same project, from the same place, are one contribution. A recording has no words yet.
    Raises DeskClosed, NothingSaid, WordsTooLong, ProjectHearsNobody, TooManyFromHere.
    """
    _check(act, agreement_id, project, said, is_recorded=is_recorded)
    same = _likeness(act, agreement_id, project, said, number or asked_from)
    if same and (already := act.session.scalar(select(Feedback).where(Feedback.likeness == same, Feedback.on > act.day - SAME_WITHIN))):
        return Given(already, "")
    _slow_down(act, number, asked_from)
    reference = new_reference()
    found = Feedback(
        agreement_id=agreement_id,
        project_id=project.id if project else None,
        channel=act.channel,
        language=language,
        on=act.day,
        face=said.face,
        may_show=said.may_show,
        reference_lookup=_lookup(act, reference),
        likeness=same,
        due_on=act.day + ANSWERED_WITHIN,
        stage=Stage.RECEIVED,
    )
    act.session.add(found)
    found.words = said.words.strip() or None
    if number:
        _at(act, found, number)
    found.participant_id = participant.id if participant else None
    act.session.flush()
    record_fact(act, found)
    return Given(found, reference)


def _at(act: Act, feedback: Feedback, number: str) -> None:
    feedback.number, feedback.number_lookup = number, keys_of(act.session).blind("phone", number)


def answer_at(act: Act, feedback: Feedback, number: str) -> None:
    """The author wants the answer as a text too, at a number that they showed to be theirs."""
    _at(act, feedback, number)
    act.session.flush()


def _check(act: Act, agreement_id: str, project: Project | None, said: Said, *, is_recorded: bool) -> None:
    if not hears(act, agreement_id):
        raise DeskClosed
    if said.face is None and not said.words.strip() and not is_recorded:
        raise NothingSaid
    fitting(said.words)
    if project is not None and not hears_about(project):
        raise ProjectHearsNobody


def fitting(words: str) -> str:
    """Words as they are kept. Raises WordsTooLong."""
    told = words.strip()
    if len(told) > LONGEST:
        raise WordsTooLong(length=len(told), most=LONGEST)
    return told


def hears_about(project: Project) -> bool:
    """Whether people can say what they think of it now."""
    return project.hears and project.state != ProjectState.REFUSED


def _likeness(act: Act, agreement_id: str, project: Project | None, said: Said, whence: str) -> bytes | None:
    if not said.words.strip():
        return None
    about = project.code if project else agreement_id
    return keys_of(act.session).blind("feedback likeness", whence, about, folded(said.words))


def _slow_down(act: Act, number: str, asked_from: str) -> None:
    for who, limit, within in ((number, BY_NUMBER, attempts.DAY), (asked_from, BY_ADDRESS, attempts.WINDOW)):
        if who and attempts.too_many(act.session, act.at, GIVEN, who, limit=limit, within=within):
            raise TooManyFromHere
        if who:
            attempts.count(act.session, act.at, GIVEN, who)


def new_reference() -> str:
    """Eight digits that someone keeps; a printed card bears them before anything is written on it."""
    return f"{secrets.randbelow(10**8):08d}"


def _lookup(act: Act, reference: str) -> bytes:
    return keys_of(act.session).blind("feedback reference", reference)


def enter_card(act: Act, agreement_id: str, project: Project | None, said: Said, reference: str) -> Feedback:
    """A card filled in by hand, under the number printed on it, which its author kept. Raises CardEntered, and as `give`."""
    if act.session.scalar(select(Feedback.id).where(Feedback.reference_lookup == _lookup(act, reference))):
        raise CardEntered
    found = give(act, agreement_id, project, said, asked_from=f"card {reference}").feedback
    found.reference_lookup, found.stub = _lookup(act, reference), reference[-4:]
    act.session.flush()
    return found


def by_reference(act: Act, typed: str, *, asked_from: str) -> Feedback:
    """What someone said, by the number they kept. Raises ReferenceUnknown, TooManyReferences."""
    if attempts.too_many(act.session, act.at, GUESSED, asked_from, limit=GUESSES):
        raise TooManyReferences
    reference = "".join(each for each in typed if each.isascii() and each.isdigit())
    found = act.session.scalar(select(Feedback).where(Feedback.reference_lookup == _lookup(act, reference)))
    if found is None:
        raise ReferenceUnknown(GUESSED, asked_from)
    return found


def be_known(act: Act, feedback: Feedback, participant: Participant) -> None:
    """The author says who they are, as anyone known here: their contribution counts as theirs."""
    feedback.participant_id = participant.id
    act.session.flush()
    record_fact(act, feedback)


def add_words(act: Act, feedback: Feedback, more: str) -> None:
    """The rest of what someone says, in another text: it is read again before anything is shown. Raises WordsTooLong."""
    told = f"{feedback.words}\n{more.strip()}" if feedback.words else more.strip()
    feedback.words = fitting(told)
    feedback.stage, feedback.shown = Stage.RECEIVED, ""
    act.session.flush()


def let_show(act: Act, feedback: Feedback, *, given: bool) -> None:
    """The author asks that their words be shown without their name, or no more: then they leave the page at once."""
    feedback.may_show = given
    if not given and feedback.stage == Stage.SHOWN:
        feedback.stage, feedback.shown = Stage.KEPT, ""
    elif given and feedback.stage == Stage.KEPT and feedback.words:
        feedback.stage = Stage.RECEIVED
    act.session.flush()


def record_fact(act: Act, feedback: Feedback) -> None:
    """The fact of a contribution says what its author agrees to now; one that no longer does is reversed, and another written."""
    author = act.session.get_one(Participant, feedback.participant_id) if feedback.participant_id else None
    person, status = counted_as(act, author, feedback.agreement_id)
    if feedback.fact:
        fact = ledger.set_right(act, act.session.get_one(ParticipationFact, UUID(feedback.fact)), person, status)
    else:
        fact = ledger.record(act, where(act, feedback.agreement_id), Kind.CONTRIBUTED, person=person, status=status)
    feedback.fact = str(fact.id)
    act.session.flush()


def where(act: Act, agreement_id: str) -> Where:
    desk = act.session.scalars(select(FeedbackDesk).where(FeedbackDesk.agreement_id == agreement_id)).one()
    mechanism = act.session.get_one(Mechanism, desk.mechanism_id)
    return Where(agreement_id, mechanism.id, mechanism.type, mechanism.level)


def counted_as(act: Act, participant: Participant | None, agreement_id: str) -> tuple[Person | None, str | None]:
    """Whom the facts of someone name, and with which status; nobody, for whoever does not agree to be counted."""
    if participant is None:
        return None, None
    agrees, status = participants.counted(act.session, participant)
    if not agrees:
        return None, None
    return participants.person_in(act, participant, agreement_id), status if status != Status.SILENT else None


def count_again(act: Act, participant: Participant) -> None:
    """Someone changed what they agree to: their facts follow, and words that they no longer want shown leave the page."""
    shows = participants.latest_consent(participant.id, ConsentKind.WORDS)
    said = act.session.scalar(shows)
    for feedback in act.session.scalars(select(Feedback).where(Feedback.participant_id == participant.id)):
        record_fact(act, feedback)
        if said is False:
            let_show(act, feedback, given=False)
    act.session.flush()
