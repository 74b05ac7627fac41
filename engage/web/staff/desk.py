"""The first staff page: what is open, what waits, and how citizens meet the table."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms import IntegerField, StringField

from engage import assistance, committees, feedback, governance, messaging, reports, staff, voting
from engage.assistance import AlarmKind
from engage.doorway import EDITORS, act, db_session, language, looking, now, person, staff_only, today
from engage.kernel.act import Channel, fiscal_year_of, year_before
from engage.kernel.numbers import e164
from engage.kernel.words import Wordings
from engage.staff import Role
from engage.web.forms import ChoiceField, StaffForm
from engage.web.staff.guide import first_steps
from engage.web.staff.reach import CLERKS, HELPERS, KEEPERS, READERS, TABLE, mine, my_agreements
from engage.web.staff.today import tasks

blueprint = Blueprint("desk", __name__, url_prefix="/staff")
ANYONE = tuple(Role)
SOON = timedelta(days=21)
"""How long before an answer is due the table is reminded of it."""
FEW = 3


class TableForm(StaffForm):
    name = StringField()
    text_name = StringField()
    text_number = StringField()
    person_number = StringField()
    parts_a_month = IntegerField()
    time_zone = ChoiceField()


ZONES = ("America/Toronto", "America/Halifax")
MOST_PARTS = 1_000_000


def _table_form(form: TableForm) -> TableForm:
    form.time_zone.choices = list(zip(ZONES, (_("Heure de l’Est"), _("Heure de l’Atlantique (Îles-de-la-Madeleine)")), strict=True))
    return form


@blueprint.get("/")
@staff_only(*ANYONE)
def desk() -> str:
    if not staff.holds(person(), tuple(role for role in Role if role not in staff.SEES_NOBODY)):
        looks_over = staff.holds(person(), (Role.AUDITOR,))
        return render_template("staff/ministry.html", person=person(), looks_over=looks_over, sign_out=StaffForm(formdata=None))
    agreements = my_agreements(*READERS, *CLERKS)
    helped = [agreement.id for agreement in my_agreements(*HELPERS)]
    editing = [agreement.id for agreement in my_agreements(*EDITORS)]
    consultations = voting.of_agreements(db_session(), [agreement.id for agreement in agreements])
    texts = Wordings(db_session(), [consultation.id for consultation in consultations])
    return render_template(
        "staff/desk.html",
        person=person(),
        agreements=agreements,
        consultations=consultations,
        question=lambda consultation: texts.text(consultation.id, "question", language()),
        may_edit=staff.holds(person(), EDITORS),
        may_help=staff.holds(person(), HELPERS),
        may_enter=staff.holds(person(), CLERKS),
        may_seat=staff.holds(person(), TABLE),
        may_read=staff.holds(person(), READERS),
        may_invite=staff.holds(person(), KEEPERS),
        free_seats=sum(committees.vacancies(db_session(), editing).values()),
        seat_calls=len(committees.calls(db_session(), [agreement.id for agreement in my_agreements(*TABLE)])),
        **_opinions(),
        tasks=tasks(),
        first_hours=_first_hours(),
        is_keeper=staff.holds(person(), (Role.ADMINISTRATOR,)),
        alarms=assistance.alarms(db_session(), editing),
        alarm_words=_alarm_words(),
        seconds=voting.awaiting_second(db_session(), [agreement.id for agreement in my_agreements(*EDITORS, Role.SECOND)]),
        due=voting.due_soon(db_session(), editing, today()),
        without_promise=voting.without_promise(db_session(), editing),
        today=today(),
        callbacks=messaging.callbacks(db_session(), helped),
        parts_of_day={"morning": _("le matin"), "afternoon": _("l’après-midi"), "evening": _("le soir")},
        turnout=lambda consultation: voting.turnout(db_session(), consultation.id),
        now=now(),
        last_year=year_before(fiscal_year_of(today())),
        sign_out=StaffForm(formdata=None),
    )


def _first_hours() -> list[tuple[governance.Agreement, int]]:
    """Tables with steps of their first hour left, and how many; someone with many tables has done it before."""
    mine = my_agreements(*EDITORS)
    if len(mine) > FEW:
        return []
    left = [(each, sum(not step.is_done for step in first_steps(each.id))) for each in mine]
    return [(each, number) for each, number in left if number]


def _opinions() -> dict[str, int]:
    """What people said that waits for the team: to read, to answer soon, late; and messages that spoke of danger."""
    own = [agreement.id for agreement in my_agreements(*READERS)]
    waiting = feedback.queries.to_answer(db_session(), own)
    return {
        "alerts": len(feedback.alerts.waiting(looking(), own)),
        "to_read": len(feedback.queries.to_read(db_session(), own)),
        "late_answers": sum(each.is_late(today()) for each in waiting),
        "due_answers": sum(each.due_on <= today() + SOON for each in waiting),
    }


def _alarm_words() -> dict[str, str]:
    return {
        AlarmKind.BATCH: _("Beaucoup de cartes d’un même lot en une heure:"),
        AlarmKind.HELPER: _("Beaucoup de personnes aidées en une heure par une seule, du groupe:"),
        AlarmKind.NUMBER: _("Beaucoup de nouvelles personnes le même jour derrière un même téléphone"),
        AlarmKind.HOUR: _("Beaucoup de votes en une heure:"),
        AlarmKind.CONTESTED: _("Une personne dit qu’un geste fait en son nom n’était pas le sien. Aidée par le groupe:"),
    }


@blueprint.get("/table/<agreement_id>")
@staff_only(*EDITORS)
def table(agreement_id: str) -> str:
    form = _table_form(TableForm(formdata=None, obj=governance.table_of(db_session(), mine(agreement_id))))
    allowed = messaging.allowance(db_session(), agreement_id)
    form.parts_a_month.data, form.time_zone.data = allowed.parts_a_month, allowed.time_zone
    return render_template("staff/table.html", form=form)


@blueprint.post("/table/<agreement_id>")
@staff_only(*EDITORS)
def table_described(agreement_id: str) -> Response:
    form = _table_form(TableForm())
    form.sent_well()
    mine(agreement_id)
    numbers = {field.name: e164(field.data) if field.data else "" for field in (form.text_number, form.person_number)}
    for field in (form.text_number, form.person_number):
        if numbers[field.name] is None:
            form.refuse(field, _("Écrivez un numéro de téléphone à 10 chiffres."))
    for field in (form.name, form.text_name):
        if not (field.data or "").strip():
            form.refuse(field, _("Ce champ est vide. Écrivez un nom."))
    parts = form.parts_a_month.data
    if parts is None or not 0 <= parts <= MOST_PARTS:
        form.refuse(form.parts_a_month, _("Écrivez un nombre de %(least)s à %(most)s.", least=0, most=MOST_PARTS))
    if not form.mistakes():
        try:
            with act(Channel.WEB) as here:
                zone = form.time_zone.data if form.time_zone.data in ZONES else ZONES[0]
                messaging.allow(here, agreement_id, parts_a_month=parts or 0, time_zone=zone)
                governance.describe_table(
                    here,
                    agreement_id,
                    name=(form.name.data or "").strip(),
                    text_name=(form.text_name.data or "").strip(),
                    text_number=numbers["text_number"] or "",
                    person_number=numbers["person_number"] or "",
                )
        except governance.NumberTaken as refusal:
            form.refuse(form.text_number, refusal)
        except (governance.TextNameCosts, governance.TextNameGivesAway) as refusal:
            form.refuse(form.text_name, refusal)
    if form.mistakes():
        return make_response(render_template("staff/table.html", form=form), 409)
    return redirect(url_for("desk.desk"))  # type: ignore[return-value]


@blueprint.post("/reports/target/<year>")
@staff_only(Role.ADMINISTRATOR)
def publish_target(year: str) -> Response:
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            for kind in reports.KINDS:
                reports.publish(here, kind, year)
    return redirect(url_for("reports.target", year=year))  # type: ignore[return-value]
