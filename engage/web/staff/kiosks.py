"""Lending a tablet for a vote, and taking it back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from wtforms import StringField

from engage import staff, voting
from engage.doorway import act, db_session, language, now, premises, staff_only
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.voting import Consultation, Kiosk, kiosks
from engage.web.forms import StaffForm
from engage.web.kiosk import pin_of
from engage.web.looks import qr
from engage.web.staff.reach import HELPERS, my_row

blueprint = Blueprint("kiosks", __name__, url_prefix="/staff/kiosks")


class PlaceForm(StaffForm):
    place = StringField()


def _page(consultation: Consultation, form: PlaceForm, token: str = "") -> Response:
    address = f"{premises().config.public_url}{url_for('kiosk.kiosk', token=token)}" if token else ""
    page = render_template(
        "staff/kiosks.html",
        consultation=consultation,
        question=voting.wordings(db_session(), consultation).text(consultation.id, "question", language()),
        lent=kiosks.of_consultation(db_session(), consultation),
        is_open=consultation.is_open(now()),
        form=form,
        token=token,
        address=address,
        qr=qr(address) if token else "",
        pin=pin_of(token) if token else "",
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.get("/<id>")
@staff_only(*HELPERS)
def lent(id: str) -> Response:
    return _page(my_row(Consultation, id, *HELPERS), PlaceForm(formdata=None))


@blueprint.post("/<id>")
@staff_only(*HELPERS)
def lend(id: str) -> Response:
    """The address and the code of a new kiosk are shown once."""
    consultation, form, token = my_row(Consultation, id, *HELPERS), PlaceForm(), ""
    form.sent_well()
    place = (form.place.data or "").strip()
    if not place:
        form.refuse(form.place, _("Écrivez où sera la tablette."))
    if not form.mistakes():
        try:
            with act(Channel.WEB) as here:
                token = kiosks.open_kiosk(here, consultation, place)
        except Refusal as refusal:
            form.refuse(None, refusal)
    return _page(consultation, form if form.mistakes() else PlaceForm(formdata=None), token)


@blueprint.post("/<id>/here")
@staff_only(*HELPERS)
def open_here(id: str) -> Response:
    """This very device becomes the kiosk: whoever lends it is signed out of it first."""
    my_row(Consultation, id, *HELPERS)
    if not StaffForm().sent_well():
        return redirect(url_for("kiosks.lent", id=id))  # type: ignore[return-value]
    found = kiosks.by_token(db_session(), request.form.get("token", ""))
    if str(found.consultation_id) != id:
        abort(404)
    with act(Channel.WEB) as here:
        staff.sign_out(here, session.pop("staff"))
    session.clear()
    return redirect(url_for("kiosk.kiosk", token=request.form["token"]))  # type: ignore[return-value]


@blueprint.post("/<id>/<kiosk>")
@staff_only(*HELPERS)
def taken_back(id: str, kiosk: str) -> Response:
    consultation = my_row(Consultation, id, *HELPERS)
    try:
        found = db_session().get(Kiosk, UUID(kiosk))
    except ValueError:
        abort(404)
    if found is None or found.consultation_id != consultation.id:
        abort(404)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            kiosks.close_kiosk(here, found)
    return redirect(url_for("kiosks.lent", id=id))  # type: ignore[return-value]
