"""Who looks at the ledger from outside, and what they said, by their key or by mail."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from wtforms import StringField

from engage import ledger
from engage.doorway import act, db_session, premises, staff_only, today
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.ledger import Witness
from engage.staff import Role
from engage.web.forms import NumberField, StaffForm, typed_day
from engage.web.staff.reach import row

blueprint = Blueprint("witnesses", __name__, url_prefix="/staff/witnesses")


class WitnessForm(StaffForm):
    name = StringField()
    verifier = StringField()


class MailForm(StaffForm):
    size = NumberField()
    root = StringField()
    seen_on = StringField()


@blueprint.get("/")
@staff_only(Role.ADMINISTRATOR)
def every() -> Response:
    return _every(WitnessForm(formdata=None))


def _every(form: WitnessForm, mail: MailForm | None = None, of: Witness | None = None) -> Response:
    mistakes = form.mistakes() or (mail and mail.mistakes())
    page = render_template(
        "staff/witnesses.html",
        form=form,
        mail=mail or MailForm(formdata=None),
        of=of,
        standing=ledger.standing(db_session(), today()),
        note=ledger.latest_note(db_session()),
        site=premises().config.public_url or request.host_url,
        verifier=ledger.verifier(premises().db.keys.ledger),
    )
    return make_response(page, 409 if mistakes else 200)


@blueprint.post("/")
@staff_only(Role.ADMINISTRATOR)
def added() -> Response:
    form = WitnessForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                ledger.add_witness(here, form.name.data or "", form.verifier.data or "")
            return redirect(url_for("witnesses.every"))  # type: ignore[return-value]
        except ledger.WitnessKeyWrong as refusal:
            form.refuse(form.verifier, refusal)
        except Refusal as refusal:
            form.refuse(form.name, refusal)
    return _every(form)


@blueprint.post("/<id>/mail")
@staff_only(Role.ADMINISTRATOR)
def by_mail(id: str) -> Response:
    """A witness wrote back with what they hold."""
    witness, form = row(Witness, id), MailForm()
    sent_well, seen_on = form.sent_well(), typed_day(form, form.seen_on)
    if sent_well and not form.mistakes():
        try:
            with act(Channel.WEB) as here:
                ledger.confirm_by_mail(here, witness, form.size.data or 0, form.root.data or "", seen_on or today())
            return redirect(url_for("witnesses.every"))  # type: ignore[return-value]
        except ledger.SeenInTheFuture as refusal:
            form.refuse(form.seen_on, refusal)
        except Refusal as refusal:
            form.refuse(form.root, refusal)
    return _every(WitnessForm(formdata=None), form, witness)


@blueprint.post("/<id>/end")
@staff_only(Role.ADMINISTRATOR, is_grave=True)
def ended(id: str) -> Response:
    witness = row(Witness, id)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            ledger.end_witness(here, witness)
    return redirect(url_for("witnesses.every"))  # type: ignore[return-value]
