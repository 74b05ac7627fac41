"""Making, opening and closing a consultation."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms import HiddenField, IntegerField, StringField, TextAreaField

from engage import governance, messaging, staff, voting
from engage.doorway import act, db_session, language, now, person, premises, staff_only
from engage.kernel.act import QUEBEC, Channel
from engage.kernel.plain import reading
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wordings
from engage.voting import Consultation, Door
from engage.voting.plan import NINE
from engage.web.forms import ChoiceField, Form
from engage.web.staff.desk import EDITORS, my_agreements

blueprint = Blueprint("consultations", __name__, url_prefix="/staff/consultations")


class ConsultationForm(Form):
    agreement = ChoiceField()
    code = StringField()
    question = StringField()
    question_en = StringField()
    why = TextAreaField()
    why_en = TextAreaField()
    door = ChoiceField(default=Door.OPEN.value)
    closes_on = StringField()
    places = IntegerField(default=3)
    level = ChoiceField(default="2")
    minimum_age = IntegerField(default=14)


class StepForm(Form):
    confirm = HiddenField()


def _form(form: ConsultationForm) -> ConsultationForm:
    form.agreement.choices = [(agreement.id, agreement.label) for agreement in my_agreements(*EDITORS)]
    form.level.choices = [
        ("1", _("Nous lirons le résultat (consulté)")),
        ("2", _("Nous répondrons au résultat (impliqué)")),
        ("3", _("Nous déciderons avec les gens (construit ensemble)")),
        ("4", _("Le résultat décide")),
    ]
    return form


@blueprint.get("/new")
@staff_only(*EDITORS)
def new() -> str:
    form = _form(ConsultationForm(formdata=None))
    form.question.data = "Quelles sont nos 3 priorités?"
    form.question_en.data = "What are our 3 priorities?"
    return render_template("staff/consultation_new.html", form=form, priorities=NINE)


@blueprint.post("/new")
@staff_only(*EDITORS)
def drafted() -> Response:
    form = _form(ConsultationForm())
    form.sent_well()
    if not staff.holds(person(), EDITORS, form.agreement.data or "-"):
        abort(404)
    closes_at = _end_of_day(form)
    for field in (form.question, form.why):
        if not (field.data or "").strip():
            form.refuse(field, _("Ce champ est vide. Écrivez-le en français."))
    if not re.fullmatch(r"[A-Za-z0-9]{3,12}", form.code.data or ""):
        form.refuse(form.code, _("Le mot-clé doit avoir 3 à 12 lettres ou chiffres, sans espace."))
    for number, least, most in ((form.places, 1, 5), (form.minimum_age, 12, 99)):
        if number.data is None or not least <= number.data <= most:
            form.refuse(number, _("Écrivez un nombre de %(least)s à %(most)s.", least=least, most=most))
    if not form.mistakes() and closes_at:
        try:
            with act(Channel.WEB) as here:
                consultation = voting.draft_consultation(
                    here,
                    form.agreement.data or "",
                    code=form.code.data or "",
                    question={"fr": (form.question.data or "").strip(), "en": (form.question_en.data or "").strip()},
                    why={"fr": (form.why.data or "").strip(), "en": (form.why_en.data or "").strip()},
                    door=Door.CODED if form.door.data == Door.CODED else Door.OPEN,
                    closes_at=closes_at,
                    places=form.places.data or 3,
                    level=int(form.level.data or 1),
                    minimum_age=form.minimum_age.data or 14,
                )
            return redirect(url_for("consultations.show", id=consultation.id))  # type: ignore[return-value]
        except voting.CodeTaken as refusal:
            form.refuse(form.code, refusal)
        except Refusal as refusal:
            form.refuse(form.closes_on, refusal)
    return make_response(render_template("staff/consultation_new.html", form=form, priorities=NINE), 409)


def _end_of_day(form: ConsultationForm) -> datetime | None:
    """The last minute of the chosen day, in Quebec's time."""
    try:
        day = date.fromisoformat(form.closes_on.data or "")
    except ValueError:
        form.refuse(form.closes_on, _("Choisissez un jour, par exemple 2027-03-31."))
        return None
    return datetime.combine(day, time(23, 59), QUEBEC)


def _mine(id: str) -> Consultation:
    try:
        found = db_session().get(Consultation, UUID(id))
    except ValueError:
        abort(404)
    if found is None or not staff.holds(person(), EDITORS, found.agreement_id):
        abort(404)
    return found


@blueprint.get("/<id>")
@staff_only(*EDITORS)
def show(id: str) -> str:
    consultation = _mine(id)
    texts = Wordings(db_session(), [consultation.id, *(option.id for option in consultation.options)])
    table = governance.table_of(db_session(), consultation.agreement_id)
    question = texts.text(consultation.id, "question", "fr")
    why = texts.text(consultation.id, "why", "fr")
    phone_text = voting.ballot_text(db_session(), consultation, table.text_name, "fr") if table else ""
    return render_template(
        "staff/consultation.html",
        consultation=consultation,
        texts=texts,
        language=language(),
        table=table,
        phone_text=phone_text,
        measure=messaging.measure(phone_text),
        reading=reading(f"{question} {why}"),
        link=f"{premises().config.public_url}/v/{consultation.code}",
        turnout=voting.turnout(db_session(), consultation.id),
        form=StepForm(formdata=None),
        now=now(),
    )


@blueprint.post("/<id>/open")
@staff_only(*EDITORS)
def opened(id: str) -> Response:
    consultation = _mine(id)
    if StepForm().sent_well():
        public_key = premises().db.keys.make_box(consultation.id)
        with act(Channel.WEB) as here:
            voting.open_consultation(here, consultation, public_key)
    return redirect(url_for("consultations.show", id=id))  # type: ignore[return-value]


@blueprint.get("/<id>/close")
@staff_only(*EDITORS)
def close(id: str) -> str:
    return render_template("staff/consultation_close.html", consultation=_mine(id), form=StepForm(formdata=None))


@blueprint.post("/<id>/close")
@staff_only(*EDITORS)
def closed(id: str) -> Response:
    consultation = _mine(id)
    if StepForm().sent_well():
        with act(Channel.WEB) as here:
            voting.close_consultation(here, consultation)
    return redirect(url_for("consultations.show", id=id))  # type: ignore[return-value]
