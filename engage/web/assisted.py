"""Helping someone vote: a worker holds the pen, the same acts are done, and the choice is kept by nobody."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template
from flask_babel import gettext as _
from wtforms import BooleanField, StringField

from engage import participants, voting
from engage.doorway import act, db_session, language, now, person, staff_only
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.participants import ConsentKind, Status
from engage.voting import Consultation
from engage.web.forms import ChoiceField, StaffForm, picked_options
from engage.web.staff.reach import HELPERS, mine

blueprint = Blueprint("assisted", __name__, url_prefix="/staff/assisted")


class AssistedForm(StaffForm):
    code = StringField()
    agreed = BooleanField()
    blank = BooleanField()
    status = ChoiceField()
    count = BooleanField()


def _find(code: str) -> Consultation:
    found = voting.by_code(db_session(), code)
    if found is None or not found.is_open(now()):
        abort(404)
    mine(found.agreement_id, *HELPERS)
    return found


def _page(consultation: Consultation, form: AssistedForm, picked: tuple[int, ...] = ()) -> Response:
    texts = voting.wordings(db_session(), consultation)
    page = render_template(
        "assisted/vote.html",
        consultation=consultation,
        wording=lambda owner, field: texts.text(owner.id, field, language()),
        form=form,
        chosen=picked,
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.get("/<code>")
@staff_only(*HELPERS)
def vote(code: str) -> Response:
    return _page(_find(code), AssistedForm(formdata=None))


@blueprint.post("/<code>")
@staff_only(*HELPERS)
def cast(code: str) -> Response:
    consultation = _find(code)
    form = AssistedForm()
    form.sent_well()
    picked = picked_options()
    if not form.agreed.data:
        form.refuse(form.agreed, _("Lisez la phrase à voix haute et attendez un oui."))
    if not picked and not form.blank.data:
        form.refuse(None, _("Choisissez 1 à 3 réponses, ou cochez «Je ne choisis rien»."))
    if form.mistakes():
        return _page(consultation, form, picked)
    try:
        with act(Channel.ASSISTED) as here:
            participant = participants.by_card(here, form.code.data or "", consultation.agreement_id, asked_from=str(person().id))
            done = voting.cast_vote(here, consultation, picked, participant=participant)
            if form.count.data or form.status.data:
                status = Status(form.status.data) if form.status.data in set(Status) else None
                voting.say_more(here, consultation, participant, status=status, consents={ConsentKind.COUNT: bool(form.count.data)})
    except participants.CodeUnknown as refusal:
        form.refuse(form.code, refusal)
    except Refusal as refusal:
        form.refuse(None, refusal)
    if form.mistakes():
        return _page(consultation, form, picked)
    return make_response(render_template("assisted/done.html", consultation=consultation, receipt=done.receipt))
