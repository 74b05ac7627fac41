"""Saying what one thinks with someone's help: the same two questions, the helper holds the pen."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from wtforms import BooleanField, StringField, TextAreaField

from engage import assistance, feedback, participants, projects, rights
from engage.assistance import What
from engage.doorway import act, db_session, language, person, staff_only
from engage.kernel.act import Channel
from engage.kernel.codes import spaced
from engage.kernel.refusal import Refusal
from engage.participants import ConsentKind, Status
from engage.web.assisted import helping, running_now
from engage.web.feedback import said_in, scale
from engage.web.forms import ChoiceField, StaffForm
from engage.web.staff.reach import HELPERS, mine

blueprint = Blueprint("assisted_feedback", __name__, url_prefix="/staff/assisted/feedback")


class HelpedForm(StaffForm):
    code = StringField()
    project = ChoiceField()
    face = ChoiceField()
    words = TextAreaField()
    may_show = BooleanField()
    status = ChoiceField()
    count = BooleanField()
    again = BooleanField()


@blueprint.get("/<agreement_id>")
@staff_only(*HELPERS, for_citizen=True)
def say(agreement_id: str) -> Response:
    mine(agreement_id, *HELPERS)
    help_now = helping()
    if help_now is None or help_now.agreement_id != agreement_id:
        return redirect(url_for("assisted.start"))  # type: ignore[return-value]
    return _page(agreement_id, HelpedForm(formdata=None))


def _page(agreement_id: str, form: HelpedForm, reference: str = "", due: object = None) -> Response:
    listed = projects.hearing(db_session(), agreement_id)
    titles = projects.titles(db_session(), [each.id for each in listed], language())
    page = render_template(
        "assisted/feedback.html",
        form=form,
        helping=helping(),
        listed=[(each.code, titles[each.id]) for each in listed],
        reference=reference,
        due=due,
        **scale(agreement_id),
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/<agreement_id>")
@staff_only(*HELPERS, for_citizen=True)
def told(agreement_id: str) -> Response:
    form = HelpedForm()
    mine(agreement_id, *HELPERS)
    if not form.sent_well():
        return _page(agreement_id, form)
    said = said_in(form)
    try:
        with act(Channel.ASSISTED) as here:
            running = running_now(here, agreement_id, go_on=form.again.data)
            code = (form.code.data or "").strip()
            someone = participants.by_card(here, code, agreement_id, asked_from=str(person().id)) if code else None
            found = projects.by_code(here.session, form.project.data or "")
            about = found if found and found.agreement_id == agreement_id else None
            given = feedback.give(
                here, agreement_id, about, said, language=language(), participant=someone, asked_from=f"help {running.id}"
            )
            if someone is not None:
                status = Status(form.status.data) if form.status.data in set(Status) else None
                rights.answer(here, someone, status=status, consents={ConsentKind.COUNT: True} if form.count.data else {})
                assistance.helped(here, running, What.FEEDBACK, someone)
            feedback.alerts.look_for_danger(here, agreement_id, said.words)
    except (participants.CodeUnknown, participants.CardMistyped, participants.CardReplaced) as refusal:
        form.refuse(form.code, refusal)
    except assistance.HelpOver as refusal:
        form.refuse(form.again, refusal)
    except Refusal as refusal:
        form.refuse(form.words, refusal)
    if form.mistakes():
        return _page(agreement_id, form)
    return _page(agreement_id, HelpedForm(formdata=None), spaced(given.reference), given.feedback.due_on)
