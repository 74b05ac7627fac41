"""A table shares what it tried, and sees the facts behind its own figures."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms import TextAreaField

from engage import reports
from engage.doorway import EDITORS, act, db_session, staff_only
from engage.governance import MECHANISM_TYPES, Agreement, Practice, practices
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.ledger import Kind, counts
from engage.reports import behind
from engage.reports.definitions import GRADES
from engage.web.forms import StaffForm
from engage.web.me import kind_names
from engage.web.reports import channel_names
from engage.web.staff.reach import mine, my_row

blueprint = Blueprint("staff_practices", __name__, url_prefix="/staff")


class PracticeForm(StaffForm):
    what = TextAreaField()
    for_whom = TextAreaField()
    worked = TextAreaField()
    failed = TextAreaField()


@blueprint.get("/practices/<agreement_id>")
@staff_only(*EDITORS)
def practised(agreement_id: str) -> Response:
    return _page(mine(agreement_id), PracticeForm(formdata=None))


def _page(agreement_id: str, form: PracticeForm) -> Response:
    own = [each for each in practices.shared(db_session()) if each.agreement_id == agreement_id]
    page = render_template("staff/practices.html", agreement=db_session().get_one(Agreement, agreement_id), form=form, own=own)
    return make_response(page, 409 if form.mistakes() else 200)


def _back(agreement_id: str) -> Response:
    return redirect(url_for("staff_practices.practised", agreement_id=agreement_id))  # type: ignore[return-value]


@blueprint.post("/practices/<agreement_id>")
@staff_only(*EDITORS)
def shared(agreement_id: str) -> Response:
    form = PracticeForm()
    mine(agreement_id)
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                told = {field: getattr(form, field).data or "" for field in ("what", "for_whom", "worked", "failed")}
                practices.share(here, agreement_id, **told)
            return _back(agreement_id)
        except Refusal as refusal:
            form.refuse(form.what, refusal)
    return _page(agreement_id, form)


@blueprint.post("/practices/<id>/back")
@staff_only(*EDITORS)
def withdrawn(id: str) -> Response:
    practice = my_row(Practice, id)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            practices.withdraw(here, practice)
    return _back(practice.agreement_id)


def _year(agreement_id: str, year: str) -> list[behind.Group]:
    mine(agreement_id)
    try:
        return list(behind.groups(db_session(), agreement_id, *reports.fiscal_year(year)))
    except reports.YearUnknown:
        abort(404)


@blueprint.get("/facts/<agreement_id>/<year>")
@staff_only(*EDITORS)
def facts(agreement_id: str, year: str) -> str:
    """Exact, for the table alone."""
    found = _year(agreement_id, year)
    return render_template(
        "staff/facts.html",
        agreement=db_session().get_one(Agreement, agreement_id),
        year=year,
        groups=found,
        people=counts.people(db_session(), year).get(agreement_id, 0),
        kinds=kind_names() | {Kind.ANSWERED: _("Une réponse de la table"), Kind.DECLARED: _("Un nombre déclaré")},
        types={type: _(label) for type, label in MECHANISM_TYPES.items()},
        channels=channel_names(),
        grades={grade: _(label) for grade, label in GRADES.items()},
    )


@blueprint.get("/facts/<agreement_id>/<year>.csv")
@staff_only(*EDITORS)
def facts_file(agreement_id: str, year: str) -> Response:
    response = Response(behind.as_csv(_year(agreement_id, year)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="traces-{agreement_id}-{year}.csv"'
    return response
