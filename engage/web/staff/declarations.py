"""What a region counted outside this tool (grade C): a short form and a CSV; and closing a fiscal year."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, StringField

from engage import reports
from engage.doorway import EDITORS, act, db_session, language, person, staff_only, today, uploads
from engage.governance import MECHANISM_TYPES, Agreement, NotInForce
from engage.kernel.act import Channel, fiscal_year_of, tried, year_before
from engage.kernel.refusal import Refusal
from engage.ledger import years
from engage.reports import Declaration, declarations
from engage.reports.declarations import Declared
from engage.staff import Role
from engage.web.forms import ChoiceField, NumberField, StaffForm
from engage.web.staff.reach import mine, my_agreements, my_row

blueprint = Blueprint("staff_declarations", __name__, url_prefix="/staff/declarations")
MOST_BYTES = 1_000_000


class DeclarationForm(StaffForm):
    year = StringField()
    mechanism = ChoiceField()
    name = StringField()
    people = NumberField()
    source = StringField()
    own_rules = BooleanField()


class ImportForm(StaffForm):
    keep = BooleanField()


class CloseForm(StaffForm):
    sure = BooleanField()


@blueprint.get("/<agreement_id>")
@staff_only(*EDITORS)
def every(agreement_id: str) -> Response:
    form = DeclarationForm(formdata=None)
    form.year.data = fiscal_year_of(today())
    return _page(mine(agreement_id), form)


def _page(agreement_id: str, form: StaffForm, faults: list[str] | None = None, tried: int | None = None) -> Response:
    year = fiscal_year_of(today())
    asked = form if isinstance(form, DeclarationForm) else DeclarationForm(formdata=None)
    asked.mechanism.choices = [(type, f"{type}: {_(label)}") for type, label in MECHANISM_TYPES.items()]
    page = render_template(
        "staff/declarations.html",
        agreement=db_session().get_one(Agreement, agreement_id),
        form=asked,
        wrong=form,
        found=[each for told in (year_before(year), year) for each in declarations.of_agreement(db_session(), agreement_id, told)],
        types={type: _(label) for type, label in MECHANISM_TYPES.items()},
        columns=",".join(declarations.COLUMNS),
        faults=(faults or [])[:50],
        tried=tried,
    )
    return make_response(page, 409 if form.mistakes() or faults else 200)


def _back(agreement_id: str) -> Response:
    return redirect(url_for("staff_declarations.every", agreement_id=agreement_id))  # type: ignore[return-value]


@blueprint.post("/<agreement_id>")
@staff_only(*EDITORS)
def declared(agreement_id: str) -> Response:
    form = DeclarationForm()
    mine(agreement_id)
    if form.sent_well() and not form.mistakes():
        told = Declared(
            agreement_id,
            (form.year.data or "").strip(),
            form.mechanism.data or "",
            form.name.data or "",
            form.people.data or 0,
            form.source.data or "",
            bool(form.own_rules.data),
        )
        try:
            with act(Channel.WEB) as here:
                declarations.declare(here, told, person().name)
            return _back(agreement_id)
        except (reports.YearUnknown, declarations.YearAhead, NotInForce, years.YearIsClosed) as refusal:
            form.refuse(form.year, refusal)
        except Refusal as refusal:
            form.refuse(form.name, refusal)
    return _page(agreement_id, form)


@blueprint.post("/<agreement_id>/import")
@staff_only(*EDITORS)
@uploads(MOST_BYTES + 10_000)
def imported(agreement_id: str) -> Response:
    """A dry run first: nothing is kept unless every line is right and it was asked for."""
    form = ImportForm()
    mine(agreement_id)
    sent = request.files.get("file")
    content = sent.read(MOST_BYTES) if sent else b""
    if not form.sent_well() or not content:
        form.refuse(None, _("Choisissez un fichier CSV."))
        return _page(agreement_id, form)
    allowed = [each.id for each in my_agreements(*EDITORS)]
    with tried(act(Channel.WEB)) as (here, trial):
        faults = declarations.read(here, content, allowed, person().name, language())
        if form.keep.data and not faults:
            trial.keep()
    if trial.is_kept:
        return _back(agreement_id)
    lines = content.decode("utf-8-sig", "replace").strip().count("\n")
    return _page(agreement_id, form, faults, None if faults else lines)


@blueprint.post("/<id>/back")
@staff_only(*EDITORS)
def taken_back(id: str) -> Response:
    declaration = my_row(Declaration, id)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            declarations.take_back(here, declaration)
    return _back(declaration.agreement_id)


@blueprint.get("/years/<year>")
@staff_only(Role.ADMINISTRATOR)
def year(year: str) -> Response:
    return _year(year, CloseForm(formdata=None))


def _year(year: str, form: CloseForm) -> Response:
    try:
        reports.fiscal_year(year)
    except reports.YearUnknown:
        abort(404)
    page = render_template("staff/year_close.html", year=year, form=form, closing=years.closing_of(db_session(), year))
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/years/<year>")
@staff_only(Role.ADMINISTRATOR, is_grave=True)
def year_closed(year: str) -> Response:
    form = CloseForm()
    if form.sent_well():
        if not form.sure.data:
            form.refuse(form.sure, _("Cochez que vous savez: une année ne se rouvre pas."))
        else:
            try:
                with act(Channel.WEB) as here:
                    reports.close_year(here, year, person().name)
            except Refusal as refusal:
                form.refuse(None, refusal)
    return _year(year, form)
