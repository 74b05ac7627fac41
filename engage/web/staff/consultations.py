"""One consultation, from draft to result: what is missing, what was decided, how it goes, and what was promised."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import StringField, TextAreaField

from engage import assistance, campaigns, participants, staff, voting
from engage.doorway import EDITORS, act, db_session, language, looking, now, person, premises, staff_only, today
from engage.kernel.act import Act, Channel
from engage.kernel.refusal import Refusal
from engage.staff import Role, Staff
from engage.voting import Consultation, GraveAct, GraveKind, GraveRule, KeyMode
from engage.voting.trustees import HOLDERS
from engage.web.forms import StaffForm, local_hour
from engage.web.staff.reach import my_row, row
from engage.web.staff.studio import look_at

blueprint = Blueprint("consultations", __name__, url_prefix="/staff/consultations")
SECONDS = (*EDITORS, Role.SECOND)


class GraveForm(StaffForm):
    reason = TextAreaField()
    until_on = StringField()
    until_time = StringField(default="23:59")


class WordsForm(StaffForm):
    first = TextAreaField()
    second = TextAreaField()


class PromiseForm(StaffForm):
    promise = TextAreaField()
    due_on = StringField()
    outcome = TextAreaField()


@blueprint.get("/<id>")
@staff_only(*EDITORS)
def show(id: str) -> str:
    consultation = my_row(Consultation, id)
    session = db_session()
    here = Act(session, Channel.WEB, now())
    return render_template(
        "staff/consultation.html",
        consultation=consultation,
        look=look_at(here, consultation),
        language=language(),
        link=f"{premises().config.public_url}/v/{consultation.code}",
        other_tags=[tag for tag in consultation.languages.split() if tag != "fr"],
        pending=voting.pending(session, consultation.id),
        history=[each for each in voting.history(session, consultation.id) if each.done_at],
        steps=voting.closing_log(session, consultation.id),
        awaits_words=voting.awaits_words(here, consultation),
        turnout=voting.turnout(session, consultation.id),
        by_channel=voting.turnout_by_channel(session, consultation.id),
        journey=voting.journey.steps(session, consultation.id),
        invitations=campaigns.reached(session, consultation.id),
        helper_share=assistance.share_of_largest_helper(session, consultation.id),
        batch_share=participants.share_of_largest_batch(session, consultation.agreement_id),
        interests=assistance.interests(session, consultation.id),
        check=session.get(voting.Reconciliation, consultation.id),
        commitment=session.get(voting.Commitment, consultation.id),
        form=StaffForm(formdata=None),
        seen=voting.mark_of(session, consultation),
        now=now(),
        today=today(),
        public=premises().config.public_url,
    )


@blueprint.post("/<id>/open")
@staff_only(*EDITORS, is_grave=True)
def opened(id: str) -> Response:
    """Announce the vote; where trustees hold the box, their words are on the page that answers, and nowhere else."""
    consultation = my_row(Consultation, id)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            voting.check_mark(here.session, consultation, request.form.get("seen", ""))
            _grave, words = voting.ask(here, consultation, GraveKind.OPEN, person().id)
        if words:
            return make_response(
                render_template("staff/trustees.html", consultation=consultation, words=words, form=StaffForm(formdata=None))
            )
    return redirect(url_for("consultations.show", id=id))  # type: ignore[return-value]


@blueprint.get("/<id>/decide/<kind>")
@staff_only(*EDITORS)
def decide(id: str, kind: str) -> Response:
    return _decision(my_row(Consultation, id), kind, GraveForm(formdata=None))


@blueprint.post("/<id>/decide/<kind>")
@staff_only(*EDITORS, is_grave=True)
def decided(id: str, kind: str) -> Response:
    """An extension, an early closing or a cancellation, with the reason that everyone will read."""
    consultation, form = my_row(Consultation, id), GraveForm()
    until = local_hour(form, form.until_on, form.until_time) if form.sent_well() and kind == GraveKind.EXTEND else None
    if not form.mistakes() and kind in (GraveKind.EXTEND, GraveKind.CLOSE, GraveKind.CANCEL):
        try:
            with act(Channel.WEB) as here:
                voting.ask(here, consultation, GraveKind(kind), person().id, reason=form.reason.data or "", until=until)
            return redirect(url_for("consultations.show", id=id))  # type: ignore[return-value]
        except voting.ReasonMissing as refusal:
            form.refuse(form.reason, refusal)
        except voting.BadExtension as refusal:
            form.refuse(form.until_on, refusal)
        except Refusal as refusal:
            form.refuse(None, refusal)
    return _decision(consultation, kind, form)


def _decision(consultation: Consultation, kind: str, form: GraveForm) -> Response:
    if kind not in (GraveKind.EXTEND, GraveKind.CLOSE, GraveKind.CANCEL):
        return redirect(url_for("consultations.show", id=consultation.id))  # type: ignore[return-value]
    turnout = voting.turnout(db_session(), consultation.id)
    page = render_template("staff/consultation_decide.html", consultation=consultation, kind=kind, form=form, turnout=turnout)
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/decisions/<id>/withdraw")
@staff_only(*EDITORS, is_grave=True)
def withdrawn(id: str) -> Response:
    grave = my_row(GraveAct, id)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            voting.withdraw(here, grave)
    return redirect(url_for("consultations.show", id=grave.consultation_id))  # type: ignore[return-value]


@blueprint.get("/decisions/<id>")
@staff_only(*SECONDS)
def second(id: str) -> str:
    """All that a second person must see before they say yes: an organiser of any table, or a committee member of this one."""
    return _second(_decision_for_me(id), StaffForm(formdata=None))


@blueprint.post("/decisions/<id>")
@staff_only(*SECONDS, is_grave=True)
def seconded(id: str) -> Response:
    grave, form = _decision_for_me(id), StaffForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                voting.confirm(here, grave, person().id)
        except Refusal as refusal:
            form.refuse(None, refusal)
    return make_response(_second(grave, form), 409 if form.mistakes() else 200)


def _decision_for_me(id: str) -> GraveAct:
    grave = row(GraveAct, id)
    if not staff.holds(person(), EDITORS) and not staff.holds_in(person(), (Role.SECOND,), grave.agreement_id):
        my_row(GraveAct, id)
    if grave.withdrawn_at:
        my_row(GraveAct, id, *SECONDS)
    return grave


def _second(grave: GraveAct, form: StaffForm) -> str:
    consultation = db_session().get_one(Consultation, grave.consultation_id)
    return render_template(
        "staff/consultation_second.html",
        grave=grave,
        consultation=consultation,
        look=look_at(looking(), consultation),
        asked_by=db_session().get_one(Staff, grave.asked_by).name,
        is_mine=grave.asked_by == person().id,
        form=form,
        language=language(),
        trustees=consultation.key_mode == KeyMode.TRUSTEES,
        two=consultation.grave_rule == GraveRule.TWO,
    )


@blueprint.get("/<id>/keys")
@staff_only(*EDITORS)
def keys(id: str) -> Response:
    return _keys(my_row(Consultation, id), WordsForm(formdata=None))


@blueprint.post("/<id>/keys")
@staff_only(*EDITORS)
def key_given(id: str) -> Response:
    """Two of the three hand over their words; the closing then goes on by itself."""
    consultation, form = my_row(Consultation, id), WordsForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                voting.give_words(here, consultation, (form.first.data or "", form.second.data or ""))
            return redirect(url_for("consultations.show", id=id))  # type: ignore[return-value]
        except voting.WordsWrong as refusal:
            form.refuse(form.first if refusal.params["which"] == 1 else form.second, refusal)
        except Refusal as refusal:
            form.refuse(None, refusal)
    return _keys(consultation, form)


def _keys(consultation: Consultation, form: WordsForm) -> Response:
    awaits = voting.awaits_words(looking(), consultation)
    page = render_template("staff/keys.html", consultation=consultation, form=form, awaits=awaits, holders=HOLDERS)
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.get("/<id>/promise")
@staff_only(*EDITORS)
def promise(id: str) -> Response:
    consultation = my_row(Consultation, id)
    form, commitment = PromiseForm(formdata=None), db_session().get(voting.Commitment, consultation.id)
    if commitment:
        said = voting.promise_of(db_session(), consultation.id, "fr")
        form.promise.data, form.outcome.data, form.due_on.data = said.promise, said.outcome, commitment.due_on.isoformat()
    return _promise(consultation, form)


@blueprint.post("/<id>/promise")
@staff_only(*EDITORS)
def promised(id: str) -> Response:
    """What the table will do with the result and by when; later, what it did."""
    consultation, form = my_row(Consultation, id), PromiseForm()
    form.sent_well()
    try:
        due_on = date.fromisoformat((form.due_on.data or "").strip())
    except ValueError:
        form.refuse(form.due_on, _("Choisissez un jour, par exemple 2027-03-31."))
    if not form.mistakes():
        try:
            with act(Channel.WEB) as here:
                voting.keep_promise(here, consultation, promise=form.promise.data or "", due_on=due_on, outcome=form.outcome.data or "")
            return redirect(url_for("consultations.show", id=id))  # type: ignore[return-value]
        except voting.PromiseMissing as refusal:
            form.refuse(form.promise, refusal)
        except voting.PromiseTooSoon as refusal:
            form.refuse(form.due_on, refusal)
        except Refusal as refusal:
            form.refuse(None, refusal)
    return _promise(consultation, form)


def _promise(consultation: Consultation, form: PromiseForm) -> Response:
    commitment = db_session().get(voting.Commitment, consultation.id)
    page = render_template("staff/promise.html", consultation=consultation, form=form, commitment=commitment)
    return make_response(page, 409 if form.mistakes() else 200)
