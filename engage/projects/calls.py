"""A call for projects: who has an idea, who chooses, who steps aside, and the answer with its reason."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from engage import committees, governance
from engage.committees import Committee, Decision, Meeting, Membership, attendance, decisions, meetings
from engage.kernel import words
from engage.kernel.act import Act, day_of
from engage.kernel.codes import ALPHABET
from engage.kernel.numbers import written
from engage.kernel.plain import gives_away
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, Wordings, say
from engage.messaging import Purpose, measure, plain
from engage.projects.acts import MOST_DOLLARS, ReasonMissing, check_words, contact_of, free_code, grant, is_eligible
from engage.projects.models import CallForProjects, ConflictOfInterest, Project, ProjectState

MOST_PARTS = 2
OF_CALL = ("title", "text")
CONTACT_KEPT = timedelta(days=365)
TAKEN = N_("%(table)s: votre projet est choisi, «%(title)s». Une personne vous appelle. Aide: %(number)s.")
TURNED_DOWN = N_("%(table)s: votre projet n'est pas choisi, «%(title)s». Pourquoi: %(reason)s Parlons-en: %(number)s.")
ANSWERED_QUIETLY = N_("%(table)s: nous avons une réponse pour votre projet. Une personne vous la dit: %(number)s.")
TAKEN_DECISION = N_("Le projet «%(title)s» est choisi.")
REFUSED_DECISION = N_("Le projet «%(title)s» n’est pas choisi.")


class CallWordsMissing(Refusal):
    sentence = N_("Écrivez le titre de l’appel, et ce que la table cherche, en quelques phrases.")


class CallDates(Refusal):
    sentence = N_("L’appel finit après avoir commencé, dans l’année.")


class CallOver(Refusal):
    sentence = N_("Cet appel est fini. Une personne de la table peut vous dire quand viendra le prochain.")


class AskedTooMuch(Refusal):
    sentence = N_("Un projet de cet appel peut demander %(most)s $ au plus. Écrivez des dollars entiers.")


class ReachMissing(Refusal):
    sentence = N_("Dites comment vous joindre: un numéro, ou par qui passer.")


class NotChecked(Refusal):
    sentence = N_("Passez d’abord la liste du fonds: ce projet n’y répond pas, ou on ne l’a pas encore regardé.")


class NobodyReserved(Refusal):
    sentence = N_("Personne d’une place gardée n’est là. Un choix de projets attend leur présence.")


class NotThisCommittee(Refusal):
    sentence = N_("Cette rencontre n’est pas celle du comité qui choisit.")


@dataclass(frozen=True)
class Terms:
    """What a call offers, in whole dollars, and between which days; `most` is what one project may ask for, 0 for no limit."""

    dollars: int
    most: int
    opens_on: date
    closes_on: date
    committee_id: UUID | None = None


def write_call(
    act: Act, agreement_id: str, *, code: str, texts: Mapping[str, dict[str, str]], terms: Terms, call: CallForProjects | None = None
) -> CallForProjects:
    """A new call, or one written anew. Raises CallWordsMissing, CallDates, ProjectKeyword, AskedTooMuch."""
    if not all(texts.get(field, {}).get("fr", "").strip() for field in OF_CALL):
        raise CallWordsMissing
    if not terms.opens_on < terms.closes_on <= terms.opens_on + timedelta(days=366):
        raise CallDates
    if not (0 <= terms.dollars <= MOST_DOLLARS and 0 <= terms.most <= MOST_DOLLARS):
        raise AskedTooMuch(most=MOST_DOLLARS)
    code = free_code(act, code, call.id if call else None)
    if call is None:
        call = CallForProjects(agreement_id=agreement_id)
        act.session.add(call)
    committee = act.session.get(Committee, terms.committee_id) if terms.committee_id else None
    call.code, call.committee_id = code, committee.id if committee and committee.agreement_id == agreement_id else None
    call.dollars, call.most, call.opens_on, call.closes_on = terms.dollars, terms.most, terms.opens_on, terms.closes_on
    act.session.flush()
    for field in OF_CALL:
        words.write(act.session, call.id, field, {tag: text.strip() for tag, text in texts[field].items()})
    return call


def apply(
    act: Act, call: CallForProjects, *, title: str, summary: str, organisation: str, asked: int, contact: Mapping[str, str], language: str
) -> Project:
    """Someone proposes a project, on one page. `contact` holds `name`, `number` (E.164), `how`.

    Raises CallOver, ProjectWordsMissing, ProjectHard, AskedTooMuch, ReachMissing.
    """
    if not call.is_open(act.day):
        raise CallOver
    texts = {"title": {"fr": title.strip()}, "summary": {"fr": summary.strip()}}
    check_words(texts, organisation, is_plain=False)
    if not 0 < asked <= (call.most or MOST_DOLLARS):
        raise AskedTooMuch(most=call.most or MOST_DOLLARS)
    if not (contact.get("number") or contact.get("how", "").strip()):
        raise ReachMissing
    project = Project(agreement_id=call.agreement_id, call_id=call.id, code=_own_code(act), organisation=organisation.strip())
    project.state, project.asked, project.made_on = ProjectState.PROPOSED, asked, act.day
    act.session.add(project)
    project.contact = json.dumps(dict(contact) | {"language": language})
    act.session.flush()
    for field, told in texts.items():
        words.write(act.session, project.id, field, told)
    return project


def _own_code(act: Act) -> str:
    """A word that leads nowhere else, until the table chooses a better one."""
    while True:
        code = "P" + "".join(secrets.choice(ALPHABET) for _ in range(6))
        if not act.session.scalar(select(Project.id).where(Project.code == code)):
            return code


def declare_conflict(act: Act, project: Project, member: Membership) -> None:
    """A member gains from a project, or is close to who does. Said again, it changes nothing."""
    said = (ConflictOfInterest.project_id == project.id, ConflictOfInterest.membership_id == member.id)
    if act.session.scalar(select(ConflictOfInterest.id).where(*said)) is None:
        act.session.add(ConflictOfInterest(project_id=project.id, membership_id=member.id, said_on=act.day))
        act.session.flush()


def take_back_conflict(act: Act, project: Project, member: Membership) -> None:
    said = (ConflictOfInterest.project_id == project.id, ConflictOfInterest.membership_id == member.id)
    act.session.execute(delete(ConflictOfInterest).where(*said))


def conflicts(act: Act, call: CallForProjects) -> dict[UUID, set[UUID]]:
    """Members who step aside, by project."""
    rows = select(ConflictOfInterest.project_id, ConflictOfInterest.membership_id).join(
        Project, Project.id == ConflictOfInterest.project_id
    )
    found: dict[UUID, set[UUID]] = {}
    for project_id, membership_id in act.session.execute(rows.where(Project.call_id == call.id)):
        found.setdefault(project_id, set()).add(membership_id)
    return found


def proposed(act: Act, call: CallForProjects) -> Sequence[Project]:
    return act.session.scalars(select(Project).where(Project.call_id == call.id).order_by(Project.made_on, Project.id)).all()


def of_agreements(act: Act, agreement_ids: Collection[str]) -> Sequence[CallForProjects]:
    every = select(CallForProjects).where(CallForProjects.agreement_id.in_(agreement_ids))
    return act.session.scalars(every.order_by(CallForProjects.closes_on.desc())).all()


def open_now(act: Act) -> Sequence[CallForProjects]:
    today = (CallForProjects.opens_on <= act.day, CallForProjects.closes_on >= act.day)
    return act.session.scalars(select(CallForProjects).where(*today).order_by(CallForProjects.closes_on)).all()


def by_code(act: Act, code: str) -> CallForProjects | None:
    return act.session.scalar(select(CallForProjects).where(CallForProjects.code == code.upper()))


@dataclass(frozen=True)
class Choice:
    """What the committee decides of a project."""

    is_taken: bool
    granted: int
    reason: str
    """Why, in one plain sentence: sent to whoever proposed it."""
    votes: int = 0
    votes_reserved: int = 0


def choose(act: Act, call: CallForProjects, project: Project, meeting: Meeting, choice: Choice) -> Decision:
    """The committee decides at a meeting; its decision is a fact of its mechanism (M2), and the group hears it with the reason.

    Votes count the members present but those who stepped aside. Raises NotThisCommittee, NotChecked, NobodyReserved, ReasonMissing,
    MoneyWrong, EnvelopeSpent, and what `write_decision` refuses.
    """
    if call.committee_id is None or meeting.committee_id != call.committee_id:
        raise NotThisCommittee
    if choice.is_taken and not is_eligible(project):
        raise NotChecked
    if not choice.reason.strip():
        raise ReasonMissing
    aside = conflicts(act, call).get(project.id, set())
    check_present(act, meeting, aside)
    grant(act, project, choice.granted if choice.is_taken else 0)
    title = Wordings(act.session, [project.id]).text(project.id, "title", "fr")
    told = say("fr", TAKEN_DECISION if choice.is_taken else REFUSED_DECISION, title=title)
    decision = decisions.write_decision(
        act,
        meeting,
        texts={"text": {"fr": told}, "next": {"fr": choice.reason.strip()}},
        votes=choice.votes,
        votes_reserved=choice.votes_reserved,
        aside=aside,
    )
    project.state = ProjectState.FUNDED if choice.is_taken else ProjectState.REFUSED
    project.decision_id = decision.id
    words.write(act.session, project.id, "reason", {"fr": choice.reason.strip()})
    act.session.flush()
    _tell(act, project, title, choice)
    return decision


def check_present(act: Act, meeting: Meeting, aside: Collection[UUID]) -> None:
    """Raises NobodyReserved where the committee has reserved seats and nobody of them is there to choose."""
    seats = {seat.id: seat for seat in committees.seats(act, meeting.committee_id) if seat.is_reserved}
    present = attendance.present_at(act.session, meeting)
    there = [
        each for each in meetings.members_at(act.session, meeting) if each.id in present and each.id not in aside and each.seat_id in seats
    ]
    if seats and not there:
        raise NobodyReserved


def _tell(act: Act, project: Project, title: str, choice: Choice) -> None:
    """By text, where a number was left; a person of the table calls or writes to the others, from the selection sheet."""
    contact = contact_of(project)
    language = contact.get("language", "fr")

    def body(table: governance.RegionalTable) -> str:
        known = {"table": table.text_name, "title": title, "number": written(table.person_number), "reason": choice.reason.strip()}
        whole = plain(say(language, TAKEN if choice.is_taken else TURNED_DOWN, **known))
        says_too_much = measure(whole).segments > MOST_PARTS or gives_away(whole)
        return plain(say(language, ANSWERED_QUIETLY, **known)) if says_too_much else whole

    if governance.write_to(act, project.agreement_id, contact.get("number"), body, purpose=Purpose.MEETINGS, language=language):
        told(act, project)


def told(act: Act, project: Project) -> None:
    """A person said it to them."""
    project.told_on = act.day
    act.session.flush()


def forget_contacts(act: Act) -> None:
    """A year after the answer, who proposed a project is forgotten; the project stays."""
    over = Project.told_on < day_of(act.at - CONTACT_KEPT)
    act.session.execute(update(Project).where(over).values(contact_sealed=None))
