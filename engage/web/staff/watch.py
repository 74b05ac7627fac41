"""What waits for a person of the table: alarms to explain, people to call, groups that stand to gain, incidents to write down."""

from __future__ import annotations

import csv
import io
from datetime import date

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, StringField, TextAreaField

from engage import assistance, messaging, rights
from engage.assistance import Alarm
from engage.doorway import EDITORS, act, db_session, staff_only
from engage.kernel.act import Channel
from engage.kernel.cells import harmless
from engage.kernel.refusal import Refusal
from engage.messaging import Callback
from engage.voting import Consultation
from engage.web.forms import ChoiceField, StaffForm
from engage.web.staff.reach import HELPERS, mine, my_agreements, my_row

blueprint = Blueprint("watch", __name__, url_prefix="/staff")


class ExplainForm(StaffForm):
    explanation = StringField()


class InterestsForm(StaffForm):
    organisations = TextAreaField()


class IncidentForm(StaffForm):
    agreement = ChoiceField()
    happened_on = StringField()
    found_on = StringField()
    what = TextAreaField()
    people = StringField()
    is_serious = BooleanField()
    told_commission_on = StringField()
    told_people_on = StringField()
    measures = TextAreaField()


@blueprint.post("/alarms/<id>")
@staff_only(*EDITORS)
def explained(id: str) -> Response:
    alarm, form = my_row(Alarm, id), ExplainForm()
    explanation = (form.explanation.data or "").strip()
    if form.sent_well() and explanation:
        with act(Channel.WEB) as here:
            assistance.explain_alarm(here, alarm, explanation)
    return redirect(url_for("desk.desk"))  # type: ignore[return-value]


@blueprint.post("/callbacks/<id>")
@staff_only(*HELPERS)
def called(id: str) -> Response:
    callback = my_row(Callback, id, *HELPERS)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            messaging.called_back(here, callback)
    return redirect(url_for("desk.desk"))  # type: ignore[return-value]


@blueprint.post("/consultations/<id>/interests")
@staff_only(*EDITORS)
def interested(id: str) -> Response:
    consultation, form = my_row(Consultation, id), InterestsForm()
    if form.sent_well():
        with act(Channel.WEB) as here:
            assistance.declare_interests(here, consultation, (form.organisations.data or "").splitlines())
    return redirect(url_for("consultations.show", id=id))  # type: ignore[return-value]


def _incidents(form: IncidentForm) -> Response:
    agreements = my_agreements(*EDITORS)
    form.agreement.choices = [(agreement.id, agreement.label) for agreement in agreements]
    lines = rights.incidents(db_session(), [agreement.id for agreement in agreements])
    return make_response(render_template("staff/incidents.html", form=form, incidents=lines), 409 if form.mistakes() else 200)


@blueprint.get("/incidents")
@staff_only(*EDITORS)
def incidents() -> Response:
    return _incidents(IncidentForm(formdata=None))


@blueprint.post("/incidents")
@staff_only(*EDITORS)
def written() -> Response:
    form = IncidentForm()
    form.sent_well()
    agreement_id = mine(form.agreement.data or "")
    if not form.mistakes():
        try:
            with act(Channel.WEB) as here:
                rights.write_incident(
                    here,
                    agreement_id,
                    happened_on=_day(form.happened_on.data),
                    found_on=_day(form.found_on.data),
                    what=(form.what.data or "").strip(),
                    people=(form.people.data or "").strip(),
                    is_serious=form.is_serious.data,
                    told_commission_on=_day(form.told_commission_on.data),
                    told_people_on=_day(form.told_people_on.data),
                    measures=(form.measures.data or "").strip(),
                )
        except Refusal as refusal:
            form.refuse(None, refusal)
    if form.mistakes():
        return _incidents(form)
    return redirect(url_for("watch.incidents"))  # type: ignore[return-value]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None


@blueprint.get("/incidents.csv")
@staff_only(*EDITORS)
def register() -> Response:
    """The register, to hand over when the Commission asks for it."""
    names = ("happened_on", "found_on", "what", "people", "is_serious", "told_commission_on", "told_people_on", "measures", "written_on")
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(names)
    for incident in rights.incidents(db_session(), [agreement.id for agreement in my_agreements(*EDITORS)]):
        writer.writerow([_cell(getattr(incident, name)) for name in names])
    response = make_response(file.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{_("registre-incidents")}.csv"'
    return response


def _cell(value: object) -> str:
    """Text that a spreadsheet does not run."""
    text = "" if value is None else str(value)
    return harmless(text)
