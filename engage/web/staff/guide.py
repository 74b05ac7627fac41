"""The guide of a table, to read and to print; and its first hour, step by step, each a link and done or not."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from engage import feedback, governance, participants, staff, voting
from engage.doorway import EDITORS, db_session, looking, person, staff_only
from engage.staff import Role
from engage.web.staff.reach import KEEPERS, mine, my_agreements

blueprint = Blueprint("guide", __name__, url_prefix="/staff/guide")


@dataclass(frozen=True)
class Step:
    text: str
    why: str
    address: str
    is_done: bool


@blueprint.get("/")
@staff_only(*(role for role in Role if role not in staff.SEES_NOBODY))
def read() -> str:
    return render_template("staff/guide.html", agreements=my_agreements(*EDITORS))


@blueprint.get("/first-hour/<agreement_id>")
@staff_only(*EDITORS)
def first_hour(agreement_id: str) -> str:
    steps = first_steps(mine(agreement_id))
    agreement = db_session().get_one(governance.Agreement, agreement_id)
    return render_template("staff/first_hour.html", agreement=agreement, steps=steps, left=sum(not each.is_done for each in steps))


def first_steps(agreement_id: str) -> list[Step]:
    """What a table does once, in the order that helps; nothing keeps it from another."""
    table = governance.table_of(db_session(), agreement_id)
    votes = voting.of_agreements(db_session(), [agreement_id])
    team = staff.team(db_session(), [agreement_id])
    helpers = [each for each in team if staff.holds_in(each, (*EDITORS, Role.SECOND), agreement_id)]
    has_way_back = staff.recovery_codes_left(db_session(), person()) > 0 or len(staff.passkeys.of_person(db_session(), person())) > 1
    return [
        Step(
            _("Le nom et les numéros de la table"),
            _("Les gens doivent savoir qui leur écrit, et joindre une vraie personne."),
            url_for("desk.table", agreement_id=agreement_id),
            bool(table and table.person_number),
        ),
        Step(
            _("Une façon de rentrer si vous perdez votre téléphone"),
            _("Écrivez vos codes de secours sur papier, ou faites une deuxième clé d’accès."),
            url_for("account.show"),
            has_way_back,
        ),
        Step(
            _("Une deuxième personne"),
            _("Seul, un congé arrête tout. À deux, vous pouvez aussi confirmer les gestes graves."),
            url_for("team.every") if staff.holds(person(), KEEPERS) else url_for("guide.read"),
            len(helpers) > 1,
        ),
        Step(
            _("Des cartes de participation"),
            _("Chaque carte porte un code secret: une personne, une voix, sans nom ni courriel."),
            url_for("cards.cards"),
            bool(participants.batches(db_session(), [agreement_id])),
        ),
        Step(
            _("Comment la table reçoit les avis"),
            _("Avant d’en recevoir, dites qui les lit et en combien de jours vous répondez."),
            url_for("staff_feedback.procedure", agreement_id=agreement_id),
            feedback.desk_of(looking(), agreement_id) is not None,
        ),
        Step(
            _("Une première consultation"),
            _("Un modèle est prêt: changez la question et les choix, puis essayez-la vous-même."),
            url_for("studio.new"),
            bool(votes),
        ),
        Step(
            _("L’annonce"),
            _("48 heures avant l’ouverture, ou avec une deuxième personne. Ensuite, rien de ce qui décide ne change."),
            url_for("consultations.show", id=votes[0].id) if votes else url_for("studio.new"),
            any(each.stage != voting.Stage.DRAFT for each in votes),
        ),
    ]
