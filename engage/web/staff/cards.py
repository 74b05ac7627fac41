"""Participation cards: a batch is made, printed once from the screen, and never shown again."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template
from flask_babel import gettext as _
from wtforms import IntegerField, StringField

from engage import governance, participants
from engage.doorway import act, db_session, premises, staff_only
from engage.kernel.act import Channel
from engage.web.forms import ChoiceField, StaffForm
from engage.web.looks import qr
from engage.web.staff.reach import EDITORS, mine, my_agreements

blueprint = Blueprint("cards", __name__, url_prefix="/staff/cards")
MOST = 200


class BatchForm(StaffForm):
    agreement = ChoiceField()
    group = StringField()
    size = IntegerField(default=10)


def _page(form: BatchForm, status: int = 200) -> Response:
    agreements = my_agreements(*EDITORS)
    form.agreement.choices = [(agreement.id, agreement.label) for agreement in agreements]
    batches = participants.batches(db_session(), [agreement.id for agreement in agreements])
    return make_response(render_template("staff/cards.html", form=form, batches=batches), status)


@blueprint.get("/")
@staff_only(*EDITORS)
def cards() -> Response:
    return _page(BatchForm(formdata=None))


@blueprint.post("/")
@staff_only(*EDITORS)
def made() -> Response:
    """The only time the codes are seen: only their keyed hashes are kept."""
    form = BatchForm()
    form.sent_well()
    agreement_id = mine(form.agreement.data or "")
    if not (form.group.data or "").strip():
        form.refuse(form.group, _("Ce champ est vide. Écrivez le nom du groupe."))
    if form.size.data is None or not 1 <= form.size.data <= MOST:
        form.refuse(form.size, _("Écrivez un nombre de %(least)s à %(most)s.", least=1, most=MOST))
    if form.mistakes():
        return _page(form, 409)
    with act(Channel.WEB) as here:
        codes = participants.make_cards(here, agreement_id, (form.group.data or "").strip(), form.size.data or 1)
    table = governance.table_of(db_session(), agreement_id)
    sheet = [(code, qr(f"{premises().config.public_url}/c/{code}")) for code in codes]
    return make_response(render_template("staff/cards_print.html", sheet=sheet, table=table))
