"""Files in and out of a table: what it keeps in a spreadsheet, or had on another platform. Tried first, then kept."""

from __future__ import annotations

from contextlib import closing, nullcontext
from typing import BinaryIO, cast

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField

from engage import exchange, voting
from engage.doorway import EDITORS, act, db_session, language, looking, premises, staff_only, uploads
from engage.exchange import Outcome, Scope
from engage.kernel.act import Channel
from engage.kernel.words import N_
from engage.voting import Stage
from engage.web.forms import ChoiceField, StaffForm
from engage.web.staff.reach import mine, my_agreements

blueprint = Blueprint("staff_exchange", __name__, url_prefix="/staff/exchange")
MOST_BYTES = 4_000_000
MOST_LINES = 2_000
"""What a page tries within some seconds; the command takes more."""
MOST_SHOWN = 50
KINDS = {
    "projects": N_("Projets"),
    "partners": N_("Partenaires"),
    "members": N_("Places des comités"),
    "options": N_("Réponses d’un vote en préparation"),
}
SOURCES = {"": N_("Engage, ou un tableur"), "decidim": "Decidim", "consul": "CONSUL"}


class FileForm(StaffForm):
    agreement = ChoiceField()
    kind = ChoiceField(default="projects")
    vote = ChoiceField()
    source = ChoiceField()
    keep = BooleanField()


@blueprint.get("/")
@staff_only(*EDITORS)
def show() -> Response:
    form = FileForm(formdata=None)
    form.agreement.data = request.args.get("agreement", "")
    return _page(form)


def _page(form: FileForm, outcome: Outcome | None = None) -> Response:
    own = my_agreements(*EDITORS)
    votes = [each for each in voting.of_agreements(db_session(), [each.id for each in own]) if each.stage == Stage.DRAFT]
    form.agreement.choices = [(each.id, each.label) for each in own]
    form.kind.choices = [(kind, _(name)) for kind, name in KINDS.items()]
    form.vote.choices = [("", _("aucun, ou nommé dans le fichier")), *((each.code, each.code) for each in votes)]
    form.source.choices = [(source, _(name)) for source, name in SOURCES.items()]
    told = {
        name: [each.sentence(language()) for each in (getattr(outcome, name) if outcome else [])[:MOST_SHOWN]]
        for name in ("faults", "remarks")
    }
    page = render_template(
        "staff/exchange.html",
        form=form,
        agreements=own,
        kinds=form.kind.choices,
        outcome=outcome,
        shown=MOST_SHOWN,
        told=told,
    )
    return make_response(page, 409 if form.mistakes() or (outcome and outcome.faults) else 200)


@blueprint.post("/")
@staff_only(*EDITORS)
@uploads(MOST_BYTES)
def brought() -> Response:
    """What is wrong, line by line, or what would change; nothing is kept unless everything is right and it was asked for."""
    sent = request.files.get("file")
    with closing(sent) if sent else nullcontext():
        return _brought(FileForm(), sent)


def _brought(form: FileForm, sent: FileStorage | None) -> Response:
    consultation = (form.vote.data or "").strip() if form.kind.data == "options" else ""
    scope = Scope([mine(form.agreement.data or "")], premises().line.means_already, consultation)
    if not form.sent_well() or form.kind.data not in KINDS or (form.source.data or "") not in SOURCES or not sent:
        form.refuse(None, _("Choisissez un fichier CSV."))
        return _page(form)
    outcome = exchange.bring(
        act(Channel.WEB),
        form.kind.data,
        cast("BinaryIO", sent.stream),
        scope,
        source=form.source.data or "",
        keep=bool(form.keep.data),
        most=MOST_LINES,
    )
    return _page(form, outcome)


@blueprint.get("/<agreement_id>/<kind>.csv")
@staff_only(*EDITORS)
def exported(agreement_id: str, kind: str) -> Response:
    if kind not in KINDS:
        abort(404)
    text = "".join(exchange.written(looking(), kind, Scope([mine(agreement_id)], premises().line.means_already)))
    response = Response(text.encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="engage-{kind}-{agreement_id}.csv"'
    return response
