"""What needs the team now, each thing a link to the act that settles it; the gravest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _

from engage import committees, feedback, filings, ledger, messaging, staff, voting
from engage.committees import meetings
from engage.committees.candidacies import is_late
from engage.doorway import EDITORS, db_session, language, looking, person, today
from engage.kernel.words import Wordings
from engage.staff import Role
from engage.web.looks import day
from engage.web.staff.reach import READERS, TABLE, my_agreements
from engage.web.staff.settings import states

LATELY = timedelta(days=30)
"""How long a dead number is news."""


@dataclass(frozen=True)
class Task:
    text: str
    address: str


def tasks() -> list[Task]:
    """Of the agreements where the person at the door may settle them; nobody is named."""
    editing, own, reading = ([each.id for each in my_agreements(*roles)] for roles in (EDITORS, TABLE, READERS))
    return [*_people(reading), *_calls(own), *_votes(editing), *_committees(editing), *_papers(editing), *_numbers(editing), *_ledger()]


def _people(agreements: list[str]) -> Iterator[Task]:
    if alerts := len(feedback.alerts.waiting(looking(), agreements)):
        yield Task(_("Messages qui parlent de danger: %(number)s", number=alerts), url_for("staff_feedback.alerts"))
    for agreement_id, number in feedback.barriers.waiting(db_session(), agreements).items():
        there = url_for("staff_feedback.every", theme=feedback.barriers.theme_of(agreement_id), _anchor="answer")
        yield Task(_("Ce qui empêche de prendre part, sans réponse: %(number)s", number=number), there)
    late = sum(each.is_late(today()) for each in feedback.queries.to_answer(db_session(), agreements))
    if late:
        yield Task(_("Avis dont la réponse est en retard: %(number)s", number=late), url_for("staff_feedback.every"))


def _calls(agreements: list[str]) -> Iterator[Task]:
    waiting = committees.calls(db_session(), agreements)
    if late := sum(is_late(each, today()) for each in waiting):
        yield Task(_("Appels promis qui sont en retard: %(number)s", number=late), url_for("staff_committees.every"))
    if soon := len(waiting) - sum(is_late(each, today()) for each in waiting):
        yield Task(_("Personnes à appeler pour une place: %(number)s", number=soon), url_for("staff_committees.every"))


def _numbers(agreements: list[str]) -> Iterator[Task]:
    if gone := messaging.lately_dead(db_session(), agreements, today() - LATELY):
        yield Task(_("Numéros qui ne répondent plus, depuis un mois: %(number)s", number=gone), url_for("texts.texts"))


def _votes(agreements: list[str]) -> Iterator[Task]:
    for consultation in voting.disagreeing(db_session(), agreements):
        there = url_for("consultations.show", id=consultation.id)
        yield Task(_("Les comptes du vote %(code)s ne s’accordent pas", code=consultation.code), there)


def _committees(agreements: list[str]) -> Iterator[Task]:
    sitting = [each for each in committees.of_agreements(db_session(), agreements) if not each.ended_on]
    texts = Wordings(db_session(), [each.id for each in sitting])
    for meeting in meetings.late_papers(db_session(), agreements, today()):
        there = url_for("staff_meetings.show", id=meeting.id)
        yield Task(_("Papiers à donner avant la rencontre du %(day)s", day=day(meeting.starts_at)), there)
    for each in sitting:
        if committees.is_alone(db_session(), each.id, today()):
            name = texts.text(each.id, "name", language())
            yield Task(_("Une personne y est seule: %(name)s", name=name), url_for("staff_committees.show", id=each.id))


def _papers(agreements: list[str]) -> Iterator[Task]:
    for draft, number in filings.commented(db_session(), agreements):
        there = url_for("staff_filings.show", agreement_id=draft.agreement_id, kind=draft.kind, year=draft.year)
        yield Task(_("Commentaires à régler, %(year)s: %(number)s", year=draft.year, number=number), there)


def _ledger() -> Iterator[Task]:
    if staff.holds(person(), (Role.ADMINISTRATOR,)) and ledger.standing(db_session(), today()).is_late:
        yield Task(_("Aucun témoin n’a parlé depuis trois mois."), url_for("witnesses.every"))
    if staff.holds(person(), (Role.ADMINISTRATOR,)):
        for state in states():
            if not state.is_well:
                yield Task(state.text, url_for("settings.show"))
