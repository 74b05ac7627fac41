"""A call for projects, as the table runs it: its words and terms, who proposed what, the selection sheet, and the committee's choice."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import StringField, TextAreaField

from engage import committees, projects
from engage.committees import Meeting, Membership, meetings
from engage.doorway import EDITORS, act, db_session, language, looking, now, staff_only, today
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wordings
from engage.projects import CallForProjects, Project, calls
from engage.projects.calls import Choice, Terms
from engage.web.forms import ChoiceField, NumberField, StaffForm, check_keyword, typed_day
from engage.web.looks import day
from engage.web.projects import state_names
from engage.web.staff.projects import bar_names, kind_names
from engage.web.staff.reach import TABLE, mine, my_agreements, my_row, row

blueprint = Blueprint("staff_calls", __name__, url_prefix="/staff/calls")


class CallForm(StaffForm):
    code = StringField()
    title = StringField()
    title_en = StringField()
    text = TextAreaField()
    text_en = TextAreaField()
    committee = ChoiceField()
    dollars = NumberField()
    most = NumberField()
    opens_on = StringField()
    closes_on = StringField()


class ChoiceForm(StaffForm):
    meeting = ChoiceField()
    taken = ChoiceField()
    granted = NumberField()
    reason = TextAreaField()
    votes = NumberField()
    votes_reserved = NumberField()


@blueprint.get("/new/<agreement_id>")
@staff_only(*EDITORS)
def new(agreement_id: str) -> Response:
    return _edit(mine(agreement_id), None, CallForm(formdata=None))


@blueprint.post("/new/<agreement_id>")
@staff_only(*EDITORS)
def made(agreement_id: str) -> Response:
    return _write(mine(agreement_id), None)


@blueprint.get("/<id>/edit")
@staff_only(*EDITORS)
def edit(id: str) -> Response:
    call = my_row(CallForProjects, id)
    form, texts = CallForm(formdata=None, obj=call), Wordings(db_session(), [call.id])
    for name in calls.OF_CALL:
        form[name].data, form[f"{name}_en"].data = (texts.latest(call.id, name, tag)[0] for tag in ("fr", "en"))
    form.committee.data = str(call.committee_id or "")
    return _edit(call.agreement_id, call, form)


@blueprint.post("/<id>/edit")
@staff_only(*EDITORS)
def edited(id: str) -> Response:
    call = my_row(CallForProjects, id)
    return _write(call.agreement_id, call)


def _edit(agreement_id: str, call: CallForProjects | None, form: CallForm) -> Response:
    bodies = committees.of_agreements(db_session(), [agreement_id])
    texts = Wordings(db_session(), [each.id for each in bodies])
    form.committee.choices = [("", _("pas encore")), *((str(each.id), texts.text(each.id, "name", language())) for each in bodies)]
    page = render_template("staff/call_edit.html", form=form, call=call)
    return make_response(page, 409 if form.mistakes() else 200)


def _write(agreement_id: str, call: CallForProjects | None) -> Response:
    form = CallForm()
    if not form.sent_well():
        return _edit(agreement_id, call, form)
    check_keyword(form, form.code)
    opens_on, closes_on = typed_day(form, form.opens_on, needed=True), typed_day(form, form.closes_on, needed=True)
    if form.mistakes() or opens_on is None or closes_on is None:
        return _edit(agreement_id, call, form)
    known = {str(each.id) for each in committees.of_agreements(db_session(), [agreement_id])}
    committee_id = UUID(form.committee.data) if form.committee.data in known else None
    texts = {name: {"fr": form[name].data or "", "en": form[f"{name}_en"].data or ""} for name in calls.OF_CALL}
    try:
        with act(Channel.WEB) as here:
            terms = Terms(form.dollars.data or 0, form.most.data or 0, opens_on, closes_on, committee_id)
            call = calls.write_call(here, agreement_id, code=form.code.data or "", texts=texts, terms=terms, call=call)
    except projects.ProjectKeyword as refusal:
        form.refuse(form.code, refusal)
    except calls.CallDates as refusal:
        form.refuse(form.closes_on, refusal)
    except Refusal as refusal:
        form.refuse(form.title, refusal)
    if form.mistakes() or call is None:
        return _edit(agreement_id, call, form)
    return _back(call)


def _back(call: CallForProjects) -> Response:
    return redirect(url_for("staff_calls.show", id=call.id))  # type: ignore[return-value]


@blueprint.get("/<id>")
@staff_only(*TABLE)
def show(id: str) -> Response:
    """The selection sheet: each project on a few lines, who steps aside, what the fund allows. It prints as it stands."""
    return _show(my_row(CallForProjects, id, *TABLE))


def _show(call: CallForProjects) -> Response:
    proposed = calls.proposed(looking(), call)
    texts = Wordings(db_session(), [call.id, *(each.id for each in proposed)])
    members = list(committees.members(db_session(), call.committee_id, today())) if call.committee_id else []
    seats = {seat.id: seat for seat in committees.seats(looking(), call.committee_id)} if call.committee_id else {}
    page = render_template(
        "staff/call.html",
        call=call,
        form=StaffForm(formdata=None),
        proposed=proposed,
        wording=lambda owner, name: texts.text(owner.id, name, language()),
        states=state_names(),
        kinds=kind_names(),
        bars=bar_names(),
        contact=projects.contact_of,
        is_eligible=projects.is_eligible,
        members=[(each, each.name or seats[each.seat_id].institution or _("Un membre")) for each in members],
        aside=calls.conflicts(looking(), call),
        may_edit=call.agreement_id in {each.id for each in my_agreements(*EDITORS)},
        today=today(),
    )
    return make_response(page)


@blueprint.post("/<id>")
@staff_only(*TABLE)
def served(id: str) -> Response:
    """A member steps aside from a project, or no longer; or a person told the group the answer."""
    call, step = my_row(CallForProjects, id, *TABLE), request.form.get("step", "")
    if StaffForm().sent_well():
        project = _of_call(call, request.form.get("project", ""))
        with act(Channel.ASSISTED) as here:
            if step == "told":
                calls.told(here, project)
            elif step in ("aside", "back"):
                member = row(Membership, request.form.get("member", ""))
                if member.committee_id == call.committee_id:
                    (calls.declare_conflict if step == "aside" else calls.take_back_conflict)(here, project, member)
    return _back(call)


def _of_call(call: CallForProjects, id: str) -> Project:
    project = my_row(Project, id, *TABLE)
    return project if project.call_id == call.id else row(Project, "")


@blueprint.get("/<id>/choose/<project_id>")
@staff_only(*EDITORS)
def choose(id: str, project_id: str) -> Response:
    call = my_row(CallForProjects, id)
    project, form = _of_call(call, project_id), ChoiceForm(formdata=None)
    form.granted.data = project.asked
    return _choose(call, project, form)


def _held(call: CallForProjects) -> list[Meeting]:
    """Meetings of the committee that chooses, which have begun."""
    every = meetings.of_committee(db_session(), call.committee_id) if call.committee_id else []
    return [each for each in every if each.starts_at <= now() and not each.cancelled_on]


def _choose(call: CallForProjects, project: Project, form: ChoiceForm) -> Response:
    form.meeting.choices = [(str(each.id), day(each.starts_at)) for each in _held(call)]
    texts = Wordings(db_session(), [project.id])
    page = render_template(
        "staff/call_choose.html",
        call=call,
        project=project,
        form=form,
        wording=lambda name: texts.text(project.id, name, language()),
        is_eligible=projects.is_eligible(project),
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/<id>/choose/<project_id>")
@staff_only(*EDITORS)
def chosen(id: str, project_id: str) -> Response:
    call, form = my_row(CallForProjects, id), ChoiceForm()
    project = _of_call(call, project_id)
    form.sent_well()
    if form.taken.data not in ("yes", "no"):
        form.refuse(form.taken, _("Dites si le projet est choisi: oui ou non."))
    meeting = next((each for each in _held(call) if str(each.id) == form.meeting.data), None)
    if meeting is None:
        form.refuse(form.meeting, _("Choisissez la rencontre où le comité a choisi."))
    if form.mistakes() or meeting is None:
        return _choose(call, project, form)
    choice = Choice(
        form.taken.data == "yes", form.granted.data or 0, form.reason.data or "", form.votes.data or 0, form.votes_reserved.data or 0
    )
    try:
        with act(Channel.WEB) as here:
            calls.choose(here, call, project, meeting, choice)
    except (projects.MoneyWrong, projects.EnvelopeSpent) as refusal:
        form.refuse(form.granted, refusal)
    except Refusal as refusal:
        form.refuse(form.reason, refusal)
    return _choose(call, project, form) if form.mistakes() else _back(call)
