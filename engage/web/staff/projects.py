"""Projects, as the table keeps them: words, money, steps, the fund's list, a question at a milestone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, Field, StringField, TextAreaField

from engage import feedback, governance, projects, voting
from engage.doorway import EDITORS, act, db_session, language, looking, staff_only, today
from engage.kernel.act import Channel, fiscal_year_of
from engage.kernel.plain import reading
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wordings
from engage.projects import Bar, Money, Plan, Project, ProjectKind, ProjectState, calls
from engage.web.forms import ChoiceField, NumberField, StaffForm, check_keyword, typed_day
from engage.web.projects import state_names
from engage.web.staff.reach import TABLE, mine, my_agreements, my_row

blueprint = Blueprint("staff_projects", __name__, url_prefix="/staff/projects")
ROWS = 5
"""Steps, or other funds, that a form has room for."""


class ProjectForm(StaffForm):
    code = StringField()
    title = StringField()
    title_en = StringField()
    short = StringField()
    short_en = StringField()
    summary = TextAreaField()
    summary_en = TextAreaField()
    reason = TextAreaField()
    organisation = StringField()
    territory_code = ChoiceField()
    option = ChoiceField()
    state = ChoiceField()
    starts_on = StringField()
    ends_on = StringField()
    asked = NumberField()
    granted = NumberField()
    paid = NumberField()
    granted_on = StringField()
    is_devitalised = BooleanField()
    hears = BooleanField()


class ListForm(StaffForm):
    kind = ChoiceField()
    why = TextAreaField()


class EnvelopeForm(StaffForm):
    first_instalment = NumberField()
    grants = NumberField()
    prior = NumberField()
    increase = NumberField()
    deprivation = StringField()
    density = StringField()
    source = StringField()


class QuestionForm(StaffForm):
    question = StringField()
    question_en = StringField()


def kind_names() -> dict[str, str]:
    return {
        ProjectKind.INNOVATIVE: _("Une idée nouvelle"),
        ProjectKind.SOCIAL: _("Développement social"),
        ProjectKind.INSERTION: _("Insertion: reprendre pied, se former"),
        ProjectKind.EMPLOYMENT: _("Emploi de gens loin du travail"),
        ProjectKind.RESEARCH: _("Recherche"),
    }


def bar_names() -> dict[str, str]:
    return {
        Bar.GLOBAL_MISSION: _("Il paie la mission entière d’un organisme"),
        Bar.CAPITAL: _("Il paie surtout un bâtiment ou un gros achat"),
        Bar.PAST_EXPENSES: _("Il paie ce qui est déjà dépensé"),
    }


@blueprint.get("/")
@staff_only(*TABLE)
def every() -> Response:
    return _every(StaffForm(formdata=None))


def _every(form: StaffForm) -> Response:
    own = my_agreements(*TABLE)
    found = projects.of_agreements(db_session(), [each.id for each in own])
    year = fiscal_year_of(today())
    envelopes = {each.id: projects.envelope_of(looking(), each.id, year) for each in own}
    asked = calls.of_agreements(looking(), [each.id for each in own])
    texts = Wordings(db_session(), [each.id for each in asked])
    page = render_template(
        "staff/projects.html",
        form=form,
        agreements=own,
        found=found,
        titles=projects.titles(db_session(), [each.id for each in found], language()),
        states=state_names(),
        year=year,
        envelopes=envelopes,
        left={id: projects.left(looking(), envelope) for id, envelope in envelopes.items() if envelope},
        first=projects.FIRST_INSTALMENT,
        asked=[(each, texts.text(each.id, "title", language())) for each in asked],
        may_edit=bool(my_agreements(*EDITORS)),
        today=today(),
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/envelope/<agreement_id>")
@staff_only(*EDITORS)
def filled(agreement_id: str) -> Response:
    form = EnvelopeForm()
    mine(agreement_id)
    if form.sent_well() and not form.mistakes():
        try:
            with act(Channel.WEB) as here:
                year = fiscal_year_of(today())
                first, grants = form.first_instalment.data or 0, form.grants.data or 0
                envelope = projects.fill_envelope(here, agreement_id, year, first_instalment=first, grants=grants)
                words = (form.deprivation.data or "", form.density.data or "", form.source.data or "")
                projects.found_on(here, envelope, projects.Basis(form.prior.data or 0, form.increase.data or 0, *words))
        except Refusal as refusal:
            form.refuse(None, refusal)
    return _every(form) if form.mistakes() else _back()


def _back(project: Project | None = None) -> Response:
    there = url_for("staff_projects.show", id=project.id) if project else url_for("staff_projects.every")
    return redirect(there)  # type: ignore[return-value]


@blueprint.get("/new/<agreement_id>")
@staff_only(*EDITORS)
def new(agreement_id: str) -> Response:
    return _edit(mine(agreement_id), None, ProjectForm(formdata=None))


@blueprint.post("/new/<agreement_id>")
@staff_only(*EDITORS)
def made(agreement_id: str) -> Response:
    return _write(mine(agreement_id), None)


@blueprint.get("/<id>/edit")
@staff_only(*EDITORS)
def edit(id: str) -> Response:
    project = my_row(Project, id)
    form, texts = ProjectForm(formdata=None, obj=project), Wordings(db_session(), [project.id])
    for name in ("title", "short", "summary"):
        form[name].data, form[f"{name}_en"].data = (texts.latest(project.id, name, tag)[0] for tag in ("fr", "en"))
    form.reason.data = texts.latest(project.id, "reason", "fr")[0]
    form.option.data = str(project.option_id or "")
    return _edit(project.agreement_id, project, form)


@blueprint.post("/<id>/edit")
@staff_only(*EDITORS)
def edited(id: str) -> Response:
    project = my_row(Project, id)
    return _write(project.agreement_id, project)


def _options(agreement_id: str) -> list[tuple[str, str]]:
    """Priorities that a project may serve: the options of published votes."""
    votes = [each for each in voting.of_agreements(db_session(), [agreement_id]) if each.is_published]
    return [
        (str(option.id), f"{vote.code}: {voting.wordings(db_session(), vote).text(option.id, 'label', language())}")
        for vote in votes
        for option in vote.options
    ]


def _edit(agreement_id: str, project: Project | None, form: ProjectForm) -> Response:
    form.territory_code.choices = [("", _("toute la région")), *governance.places_of(db_session(), agreement_id, today())]
    form.option.choices = [("", _("aucune")), *_options(agreement_id)]
    form.state.choices = list(state_names().items())
    steps = projects.milestones(looking(), project) if project else []
    texts = Wordings(db_session(), [each.id for each in steps])
    page = render_template(
        "staff/project_edit.html",
        form=form,
        project=project,
        agreement_id=agreement_id,
        rows=_typed_rows(("step_name", "step_due", "step_done"))
        or [(texts.text(each.id, "name", "fr"), each.due_on.isoformat(), "y" if each.done_on else "") for each in steps],
        funds=_typed_rows(("fund_source", "fund_dollars")) or [(each.source, each.dollars) for each in _funds(project)],
        room=ROWS,
    )
    return make_response(page, 409 if form.mistakes() else 200)


def _funds(project: Project | None) -> Sequence[projects.OtherFund]:
    return projects.other_funds(looking(), project) if project else []


def _typed_rows(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Rows of a form, by place; those whose first cell is empty are left out."""
    every = [tuple((request.form.get(f"{name}_{place}") or "").strip() for name in names) for place in range(ROWS)]
    return [row for row in every if row[0]]


def _write(agreement_id: str, project: Project | None) -> Response:
    form = ProjectForm()
    if not form.sent_well():
        return _edit(agreement_id, project, form)
    check_keyword(form, form.code)
    days = {name: typed_day(form, form[name]) for name in ("starts_on", "ends_on", "granted_on")}
    steps, funds = _steps(form), _typed_funds(form)
    if form.mistakes():
        return _edit(agreement_id, project, form)
    options = dict(_options(agreement_id))
    plan = Plan(
        form.organisation.data or "",
        ProjectState(form.state.data) if form.state.data in set(ProjectState) else ProjectState.PROPOSED,
        project.kind if project else "",
        form.territory_code.data or "",
        UUID(form.option.data) if form.option.data and form.option.data in options else None,
        bool(form.is_devitalised.data),
        days["starts_on"],
        days["ends_on"],
        bool(form.hears.data),
    )
    money = Money(form.asked.data or 0, form.granted.data or 0, form.paid.data or 0, days["granted_on"])
    texts = {name: {"fr": form[name].data or "", "en": form[f"{name}_en"].data or ""} for name in ("title", "short", "summary")}
    texts["reason"] = {"fr": form.reason.data or ""}
    try:
        with act(Channel.WEB) as here:
            project = projects.write_project(
                here, agreement_id, code=form.code.data or "", texts=texts, plan=plan, money=money, project=project
            )
            projects.set_milestones(here, project, steps)
            projects.set_other_funds(here, project, funds)
    except Refusal as refusal:
        form.refuse(_beside(form, refusal), refusal)
        return _edit(agreement_id, project, form)
    return _back(project)


_BESIDE = {
    projects.ProjectKeyword: "code",
    projects.ProjectHard: "summary",
    projects.ShortTitleWrong: "short",
    projects.ReasonMissing: "reason",
    projects.MoneyWrong: "paid",
    projects.EnvelopeSpent: "granted",
}
"""Where each refusal is said."""


def _beside(form: ProjectForm, refusal: Refusal) -> Field:
    field: Field = form[_BESIDE.get(type(refusal), "title")]
    return field


def _steps(form: ProjectForm) -> list[tuple[str, date, bool]]:
    found = []
    for name, due, is_done in _typed_rows(("step_name", "step_due", "step_done")):
        try:
            found.append((name[:80], date.fromisoformat(due), bool(is_done)))
        except ValueError:
            form.refuse(None, _("Écrivez le jour de l’étape «%(name)s» comme 2027-03-31.", name=name))
    return found


def _typed_funds(form: ProjectForm) -> list[tuple[str, int]]:
    found = []
    for source, dollars in _typed_rows(("fund_source", "fund_dollars")):
        digits = "".join(dollars.replace("$", "").split())
        if digits.isascii() and digits.isdigit() and len(digits) < 10:
            found.append((source[:80], int(digits)))
        else:
            form.refuse(None, _("Écrivez le montant de «%(source)s» en dollars entiers.", source=source))
    return found


@blueprint.get("/<id>")
@staff_only(*TABLE)
def show(id: str) -> Response:
    return _show(my_row(Project, id, *TABLE), ListForm(formdata=None), QuestionForm(formdata=None))


def _show(project: Project, form: ListForm, question: QuestionForm) -> Response:
    if not form.is_submitted():
        form.kind.data, form.why.data = project.kind, project.eligibility
    form.kind.choices = [("", _("aucun de ceux-là")), *kind_names().items()]
    texts = Wordings(db_session(), [project.id])
    asked = feedback.follow_ups.of_project(db_session(), project)
    words = Wordings(db_session(), [each.id for each in asked])
    page = render_template(
        "staff/project.html",
        project=project,
        form=form,
        question=question,
        wording=lambda name: texts.text(project.id, name, language()),
        states=state_names(),
        kinds=kind_names(),
        bars=bar_names(),
        barred=request.form.getlist("bars") or project.barred(),
        is_eligible=projects.is_eligible(project),
        contact=projects.contact_of(project),
        reading=reading(texts.text(project.id, "summary", "fr")),
        follow_ups=[(words.text(each.id, "question", language()), each) for each in asked],
        reached=len(feedback.follow_ups.people(looking(), project)),
        least=feedback.follow_ups.LEAST,
        may_edit=project.agreement_id in {each.id for each in my_agreements(*EDITORS)},
        today=today(),
    )
    return make_response(page, 409 if form.mistakes() or question.mistakes() else 200)


@blueprint.post("/<id>/eligibility")
@staff_only(*EDITORS)
def checked(id: str) -> Response:
    project, form = my_row(Project, id), ListForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                bars = request.form.getlist("bars")
                projects.check_eligibility(here, project, kind=form.kind.data or "", bars=bars, why=form.why.data or "")
        except Refusal as refusal:
            form.refuse(form.why, refusal)
    return _show(project, form, QuestionForm(formdata=None)) if form.mistakes() else _back(project)


@blueprint.post("/<id>/question")
@staff_only(*EDITORS)
def questioned(id: str) -> Response:
    project, form = my_row(Project, id), QuestionForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                feedback.follow_ups.ask(here, project, {"fr": form.question.data or "", "en": form.question_en.data or ""})
        except Refusal as refusal:
            form.refuse(form.question, refusal)
    return _show(project, ListForm(formdata=None), form) if form.mistakes() else _back(project)
