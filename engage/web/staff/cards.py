"""Participation cards: a batch is made, printed once, and never shown again."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from wtforms import BooleanField, IntegerField, StringField

from engage import assistance, governance, participants
from engage.doorway import EDITORS, act, db_session, language, premises, staff_only
from engage.kernel.act import Channel
from engage.kernel.codes import is_card_code, spaced
from engage.kernel.numbers import written
from engage.kernel.paper import pdf, qr_picture
from engage.web.forms import ChoiceField, StaffForm
from engage.web.staff.reach import mine, my_agreements

blueprint = Blueprint("cards", __name__, url_prefix="/staff/cards")
MOST = 200
LONGEST_NAME = 90
"""Letters of a table's name that fit a card, whatever they are; the template refuses what does not."""


class BatchForm(StaffForm):
    agreement = ChoiceField()
    group = StringField()
    size = IntegerField(default=10)
    mixed = BooleanField()


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
    group = "" if form.mixed.data else (form.group.data or "").strip()
    if not group and not form.mixed.data:
        form.refuse(form.group, _("Ce champ est vide. Écrivez le nom du groupe."))
    if form.size.data is None or not 1 <= form.size.data <= MOST:
        form.refuse(form.size, _("Écrivez un nombre de %(least)s à %(most)s.", least=1, most=MOST))
    codes: list[str] = []
    if not form.mistakes():
        try:
            with act(Channel.WEB) as here:
                assistance.check_giver(here, agreement_id, group)
                codes = participants.make_cards(here, agreement_id, group, form.size.data or 1)
        except assistance.GroupStandsToGain as refusal:
            form.refuse(form.group, refusal)
    if form.mistakes():
        return _page(form, 409)
    table = governance.table_of(db_session(), agreement_id)
    page = render_template("staff/cards_print.html", made=codes, agreement_id=agreement_id, table=table, form=StaffForm(formdata=None))
    return make_response(page)


@blueprint.post("/pdf")
@staff_only(*EDITORS)
def printed() -> Response:
    """The codes just made, as a sheet to cut: they come from the page that shows them, for nothing else holds them."""
    form = StaffForm()
    if not form.sent_well():
        return _page(BatchForm(formdata=None), 409)
    codes = [code for code in request.form.getlist("code")[:MOST] if is_card_code(code)]
    agreement_id = mine(request.form.get("agreement", ""))
    response = make_response(_sheet(codes, governance.table_of(db_session(), agreement_id)))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = 'attachment; filename="cartes.pdf"'
    return response


def _sheet(codes: list[str], table: governance.RegionalTable | None) -> bytes:
    site = premises().config.public_url
    numbers = {
        name: written(number).replace(" ", "\N{NO-BREAK SPACE}")
        for name, number in (("person", table.person_number if table else ""), ("text", table.text_number if table else ""))
        if number
    }
    lines = [
        _("Cette carte est à vous. Elle sert à voter, sans donner votre nom. Ne la montrez à personne."),
        _("Par texto ou par appel: %(number)s, au prix de votre forfait.", number=numbers["text"]) if "text" in numbers else "",
        _("Une personne vous répond: %(number)s.", number=numbers["person"]) if "person" in numbers else "",
    ]
    data = {
        "title": _("Cartes à imprimer"),
        "lang": language(),
        "table": table.name[:LONGEST_NAME] if table else "Engage",
        "lines": [line for line in lines if line],
        "alt": _("Code QR de la carte"),
        "cards": [{"code": spaced(code), "picture": f"{code}.svg", "address": f"{site}/c".split("//", 1)[1]} for code in codes],
    }
    return pdf("cards", data, {f"{code}.svg": qr_picture(f"{site}/c/{code}") for code in codes})
