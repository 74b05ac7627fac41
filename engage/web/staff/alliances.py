"""A table writes down the life of its agreement, and where it holds."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from wtforms import StringField

from engage.doorway import EDITORS, act, db_session, staff_only, today
from engage.governance import Agreement, AgreementStep, Signatory, StepKind, register
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.web.alliances import signatory_names, step_kinds
from engage.web.forms import ChoiceField, StaffForm, typed_day
from engage.web.staff.reach import mine, my_row

blueprint = Blueprint("staff_alliances", __name__, url_prefix="/staff/alliances")


class AgreementStepForm(StaffForm):
    kind = ChoiceField()
    on = StringField()
    note = StringField()
    source = StringField()


class CoverForm(StaffForm):
    since = StringField()
    source = StringField()


@blueprint.get("/<agreement_id>")
@staff_only(*EDITORS)
def show(agreement_id: str) -> Response:
    return _show(mine(agreement_id), AgreementStepForm(formdata=None), CoverForm(formdata=None))


def _show(agreement_id: str, form: AgreementStepForm, cover: CoverForm) -> Response:
    form.kind.choices = list(step_kinds().items())
    is_sent = cover.is_submitted() and bool(cover.mistakes())
    ticked = set(request.form.getlist("territories")) if is_sent else set(register.territories(db_session(), agreement_id, today()))
    page = render_template(
        "staff/alliance.html",
        agreement=db_session().get_one(Agreement, agreement_id),
        form=form,
        cover=cover,
        steps=register.steps(db_session(), agreement_id),
        kinds=step_kinds(),
        signatories=signatory_names(),
        signed=request.form.getlist("signatories"),
        places=register.may_cover(db_session(), agreement_id),
        ticked=ticked,
        today=today(),
    )
    return make_response(page, 409 if form.mistakes() or cover.mistakes() else 200)


def _back(agreement_id: str) -> Response:
    return redirect(url_for("staff_alliances.show", agreement_id=agreement_id))  # type: ignore[return-value]


@blueprint.post("/<agreement_id>/steps")
@staff_only(*EDITORS)
def stepped(agreement_id: str) -> Response:
    mine(agreement_id)
    form = AgreementStepForm()
    sent_well, on = form.sent_well(), typed_day(form, form.on, needed=True)
    if sent_well and on is not None and form.kind.data in set(StepKind):
        who = [Signatory(each) for each in request.form.getlist("signatories") if each in set(Signatory)]
        try:
            with act(Channel.WEB) as here:
                register.write_step(
                    here,
                    here.session.get_one(Agreement, agreement_id),
                    StepKind(form.kind.data),
                    on,
                    signatories=who,
                    note=form.note.data or "",
                    source=form.source.data or "",
                )
            return _back(agreement_id)
        except register.NothingWasChanged as refusal:
            form.refuse(form.note, refusal)
        except register.NobodySigned as refusal:
            form.refuse(form.kind, refusal)
        except Refusal as refusal:
            form.refuse(form.on, refusal)
    return _show(agreement_id, form, CoverForm(formdata=None))


@blueprint.post("/steps/<id>/back")
@staff_only(*EDITORS)
def taken_back(id: str) -> Response:
    step = my_row(AgreementStep, id)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            register.take_back(here, step)
    return _back(step.agreement_id)


@blueprint.post("/<agreement_id>/territories")
@staff_only(*EDITORS)
def covered(agreement_id: str) -> Response:
    mine(agreement_id)
    form = CoverForm()
    sent_well, since = form.sent_well(), typed_day(form, form.since, needed=True)
    if sent_well and since is not None:
        try:
            with act(Channel.WEB) as here:
                agreement = here.session.get_one(Agreement, agreement_id)
                register.cover(here, agreement, request.form.getlist("territories"), since, form.source.data or "")
            return _back(agreement_id)
        except Refusal as refusal:
            form.refuse(form.since, refusal)
    return _show(agreement_id, AgreementStepForm(formdata=None), form)
