"""Making, opening and closing a consultation."""

from __future__ import annotations

from datetime import date, datetime, time

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms import Field, IntegerField, StringField, TextAreaField

from engage import assistance, governance, messaging, participants, voting
from engage.doorway import act, db_session, language, now, person, premises, staff_only
from engage.kernel.act import QUEBEC, Channel
from engage.kernel.plain import reading
from engage.kernel.refusal import Refusal
from engage.voting import Consultation, Door
from engage.web.forms import ChoiceField, StaffForm
from engage.web.staff.reach import EDITORS, mine, my_agreements, my_row

blueprint = Blueprint("consultations", __name__, url_prefix="/staff/consultations")


class ConsultationForm(StaffForm):
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
    return render_template("staff/consultation_new.html", form=form, priorities=voting.NINE)


@blueprint.post("/new")
@staff_only(*EDITORS)
def drafted() -> Response:
    form = _form(ConsultationForm())
    form.sent_well()
    agreement_id = mine(form.agreement.data or "")
    closes_at = _end_of_day(form)
    if not form.mistakes() and closes_at:
        try:
            with act(Channel.WEB) as here:
                consultation = voting.draft_consultation(
                    here,
                    agreement_id,
                    code=(form.code.data or "").strip(),
                    question={"fr": (form.question.data or "").strip(), "en": (form.question_en.data or "").strip()},
                    why={"fr": (form.why.data or "").strip(), "en": (form.why_en.data or "").strip()},
                    door=Door.CODED if form.door.data == Door.CODED else Door.OPEN,
                    closes_at=closes_at,
                    places=form.places.data or 0,
                    level=int(form.level.data) if form.level.data in ("1", "2", "3", "4") else 0,
                    minimum_age=form.minimum_age.data or 0,
                )
            return redirect(url_for("consultations.show", id=consultation.id))  # type: ignore[return-value]
        except Refusal as refusal:
            form.refuse(_field_of(form, refusal), refusal)
    return make_response(render_template("staff/consultation_new.html", form=form, priorities=voting.NINE), 409)


def _field_of(form: ConsultationForm, refusal: Refusal) -> Field | None:
    """The field a refused draft points to; None for the whole form."""
    fields = {
        voting.CodeTaken: form.code,
        voting.BadKeyword: form.code,
        voting.ClosesTooSoon: form.closes_on,
        voting.WordingMissing: form.question,
        voting.BadPlaces: form.places,
        voting.BadAge: form.minimum_age,
        voting.BadLevel: form.level,
    }
    return fields.get(type(refusal))


def _end_of_day(form: ConsultationForm) -> datetime | None:
    """The last minute of the chosen day, in Quebec's time."""
    try:
        day = date.fromisoformat(form.closes_on.data or "")
    except ValueError:
        form.refuse(form.closes_on, _("Choisissez un jour, par exemple 2027-03-31."))
        return None
    return datetime.combine(day, time(23, 59), QUEBEC)


@blueprint.get("/<id>")
@staff_only(*EDITORS)
def show(id: str) -> str:
    consultation = my_row(Consultation, id)
    texts = voting.wordings(db_session(), consultation)
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
        helper_share=assistance.share_of_largest_helper(db_session(), consultation.id),
        batch_share=participants.share_of_largest_batch(db_session(), consultation.agreement_id),
        interests=assistance.interests(db_session(), consultation.id),
        check=db_session().get(voting.Reconciliation, consultation.id),
        form=StaffForm(formdata=None),
        now=now(),
    )


@blueprint.post("/<id>/open")
@staff_only(*EDITORS)
def opened(id: str) -> Response:
    consultation = my_row(Consultation, id)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            voting.ask(here, consultation, voting.GraveKind.OPEN, person().id)
    return redirect(url_for("consultations.show", id=id))  # type: ignore[return-value]


@blueprint.get("/<id>/close")
@staff_only(*EDITORS)
def close(id: str) -> str:
    return render_template("staff/consultation_close.html", consultation=my_row(Consultation, id), form=StaffForm(formdata=None))


@blueprint.post("/<id>/close")
@staff_only(*EDITORS)
def closed(id: str) -> Response:
    consultation = my_row(Consultation, id)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            voting.close_consultation(here, consultation)
    return redirect(url_for("consultations.show", id=id))  # type: ignore[return-value]
