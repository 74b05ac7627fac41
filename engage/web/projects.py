"""Projects on the web: what each one does, where the money goes, what people think of it, and calls for new ones."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template
from flask_babel import format_percent
from flask_babel import gettext as _
from wtforms import StringField, TextAreaField

from engage import feedback, governance, projects, voting
from engage.doorway import act, db_session, language, language_of_line, looking, public, today, uploads
from engage.filings.telling import PROJECT_STATES
from engage.kernel.act import Channel, fiscal_year_of
from engage.kernel.numbers import e164
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wordings
from engage.projects import CallForProjects, Project, calls
from engage.reports import People
from engage.voting import Consultation, Option
from engage.web.feedback import UPLOAD, SayForm, chart, said_before, say_it, scale
from engage.web.forms import Form, NumberField

blueprint = Blueprint("projects", __name__)


class ProposalForm(Form):
    title = StringField()
    summary = TextAreaField()
    organisation = StringField()
    asked = NumberField()
    name = StringField()
    number = StringField()
    how = StringField()


def state_names() -> dict[str, str]:
    return {state: _(label) for state, label in PROJECT_STATES.items()}


@blueprint.get("/projects")
@public
def every() -> str:
    found = list(projects.public(db_session()))
    texts = Wordings(db_session(), [each.id for each in found])
    here = looking()
    asking = calls.open_now(here)
    titles = Wordings(db_session(), [each.id for each in asking])
    return render_template(
        "projects/every.html",
        found=found,
        wording=lambda each, field: texts.marked(each.id, field, language()),
        states=state_names(),
        hearing={each.id for each in found if feedback.hears(here, each.agreement_id) and feedback.hears_about(each)},
        names=governance.territory_names(db_session(), {*(each.agreement_id for each in found), *(each.agreement_id for each in asking)}),
        asking=asking,
        title=lambda each: titles.marked(each.id, "title", language()),
    )


def find(code: str) -> Project:
    found = projects.by_code(db_session(), code)
    return found if found and (found.is_public or found.hears) else abort(404)


@blueprint.get("/projects/<code>")
@public
def show(code: str) -> Response:
    return page(find(code), SayForm(formdata=None))


@blueprint.post("/projects/<code>")
@public
@uploads(UPLOAD)
def told(code: str) -> Response:
    project, form = find(code), SayForm()
    return say_it(project.agreement_id, project, form, lambda: page(project, form))


def page(project: Project, form: SayForm) -> Response:
    here = looking()
    steps = projects.milestones(here, project)
    texts = Wordings(db_session(), [project.id, *(each.id for each in steps)])
    heard = feedback.queries.on_page(db_session(), project.id, project.agreement_id)
    shown = render_template(
        "projects/show.html",
        project=project,
        form=form,
        wording=lambda field: texts.marked(project.id, field, language()),
        states=state_names(),
        place=dict(governance.places_of(db_session(), project.agreement_id, today())).get(project.territory_code or "", ""),
        serves=_priority(project),
        milestones=[(texts.text(each.id, "name", language()), each) for each in steps],
        funds=projects.other_funds(here, project),
        hears=feedback.hears(here, project.agreement_id) and feedback.hears_about(project),
        chart=chart(project),
        follow_ups=[
            (question, *(People.of(count).published for count in (each.better, each.same, each.worse)), People.of(each.answers).published)
            for question, each in feedback.follow_ups.shown(db_session(), project, language(), today())
        ],
        **said_before(heard),
        **scale(project.agreement_id),
    )
    return make_response(shown, 409 if form.mistakes() else 200)


def _priority(project: Project) -> tuple[str, str] | None:
    """The label of the priority that a project serves, and the code of the vote that set it."""
    option = db_session().get(Option, project.option_id) if project.option_id else None
    vote = db_session().get(Consultation, option.consultation_id) if option else None
    if option is None or vote is None or not vote.is_published:
        return None
    return voting.wordings(db_session(), vote).text(option.id, "label", language()), vote.code


@blueprint.get("/money/<agreement_id>")
@public
def money(agreement_id: str) -> str:
    """Where the money goes: what came, what each project was granted and paid, what is left."""
    name = governance.territory_names(db_session(), [agreement_id]).get(agreement_id) or abort(404)
    here = looking()
    year = fiscal_year_of(today())
    envelope = projects.envelope_of(here, agreement_id, year)
    granted = projects.granted_in(here, agreement_id, year)
    others = [each for each in projects.public(db_session()) if each.agreement_id == agreement_id and each not in granted]
    return render_template(
        "projects/money.html",
        name=name,
        year=year,
        envelope=envelope,
        everything=projects.ALL_AGREEMENTS,
        share=_share(envelope),
        left=projects.left(here, envelope) if envelope else None,
        granted=granted,
        others=others,
        titles=projects.titles(db_session(), [each.id for each in (*granted, *others)], language()),
        states=state_names(),
        table=governance.table_of(db_session(), agreement_id),
    )


def _share(envelope: projects.Envelope | None) -> str:
    """A year's envelope as a part of what the plan gives every agreement over its years."""
    part = (envelope.first_instalment + envelope.grants) / projects.ALL_AGREEMENTS if envelope else 0
    return str(format_percent(part, "#,##0.00 %" if language() == "fr" else "#,##0.00%"))


def _call(code: str) -> CallForProjects:
    return calls.by_code(looking(), code) or abort(404)


@blueprint.get("/calls/<code>")
@public
def call(code: str) -> Response:
    return _call_page(_call(code), ProposalForm(formdata=None))


def _call_page(found: CallForProjects, form: ProposalForm) -> Response:
    texts = Wordings(db_session(), [found.id])
    shown = render_template(
        "projects/call.html",
        call=found,
        form=form,
        wording=lambda field: texts.marked(found.id, field, language()),
        is_open=found.is_open(today()),
        is_to_come=found.opens_on > today(),
        table=governance.table_of(db_session(), found.agreement_id),
    )
    return make_response(shown, 409 if form.mistakes() else 200)


@blueprint.post("/calls/<code>")
@public
def proposed(code: str) -> Response:
    found, form = _call(code), ProposalForm()
    number = e164(form.number.data) if form.number.data else ""
    if number is None:
        form.refuse(form.number, _("Écrivez un numéro de téléphone à 10 chiffres."))
    if form.asked.process_errors or form.mistakes():
        return _call_page(found, form)
    contact = {"name": (form.name.data or "").strip()[:60], "number": number or "", "how": (form.how.data or "").strip()[:200]}
    try:
        with act(Channel.WEB) as here:
            calls.apply(
                here,
                found,
                title=form.title.data or "",
                summary=form.summary.data or "",
                organisation=form.organisation.data or "",
                asked=form.asked.data or 0,
                contact=contact,
                language=language_of_line(),
            )
    except calls.AskedTooMuch as refusal:
        form.refuse(form.asked, refusal)
    except calls.ReachMissing as refusal:
        form.refuse(form.number, refusal)
    except Refusal as refusal:
        form.refuse(form.title, refusal)
    if form.mistakes():
        return _call_page(found, form)
    return make_response(render_template("projects/proposed.html", table=governance.table_of(db_session(), found.agreement_id)))
