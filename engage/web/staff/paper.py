"""Paper: sheets are printed, envelopes accepted, sheets read twice, and every sheet accounted for."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, IntegerField, StringField, TextAreaField

from engage import assistance, governance, participants, voting
from engage.assistance import What
from engage.doorway import act, db_session, language, now, person, staff_only
from engage.kernel.act import Channel
from engage.kernel.numbers import written
from engage.kernel.paper import pdf
from engage.kernel.refusal import Refusal
from engage.participants import ConsentKind, Status
from engage.voting import Consultation, Door, SheetBatch, sheets
from engage.voting.sheets import Entered
from engage.web.forms import ChoiceField, StaffForm, picked_options
from engage.web.looks import day
from engage.web.staff.reach import CLERKS, my_row

blueprint = Blueprint("paper", __name__, url_prefix="/staff/paper")
MOST = 500


class PrintForm(StaffForm):
    size = IntegerField(default=25)
    large = BooleanField()
    urn = BooleanField()


class EnvelopeForm(StaffForm):
    code = StringField()
    signed = BooleanField()
    status = ChoiceField()
    count = BooleanField()


class SheetForm(StaffForm):
    number = IntegerField()
    blank = BooleanField()


class CountForm(StaffForm):
    spoiled = IntegerField()
    unused = IntegerField()
    explanation = TextAreaField()


def _vote(id: str) -> Consultation:
    return my_row(Consultation, id, *CLERKS)


def _page(consultation: Consultation, form: PrintForm, status: int = 200) -> Response:
    page = render_template(
        "staff/paper.html",
        consultation=consultation,
        question=voting.wordings(db_session(), consultation).text(consultation.id, "question", language()),
        accounts=sheets.accounts(db_session(), consultation),
        waiting=sheets.envelopes_waiting(db_session(), consultation),
        half=sheets.half_entered(db_session(), consultation),
        is_open=consultation.is_open(now()),
        is_coded=consultation.door == Door.CODED,
        form=form,
    )
    return make_response(page, status)


@blueprint.get("/<id>")
@staff_only(*CLERKS, for_citizen=True)
def paper(id: str) -> Response:
    return _page(_vote(id), PrintForm(formdata=None))


@blueprint.post("/<id>")
@staff_only(*CLERKS, for_citizen=True)
def printed(id: str) -> Response:
    """A new batch; its document is had from the list, as often as the printer needs."""
    consultation, form = _vote(id), PrintForm()
    form.sent_well()
    size = form.size.data
    if size is None or not 1 <= size <= MOST:
        form.refuse(form.size, _("Écrivez un nombre de %(least)s à %(most)s.", least=1, most=MOST))
    if not form.mistakes():
        try:
            with act(Channel.PAPER) as here:
                sheets.print_sheets(here, consultation, size or 1, large=form.large.data, enveloped=not form.urn.data)
        except Refusal as refusal:
            form.refuse(None, refusal)
    if form.mistakes():
        return _page(consultation, form, 409)
    return redirect(url_for("paper.paper", id=id))  # type: ignore[return-value]


def _batch(consultation: Consultation, batch: str) -> SheetBatch:
    try:
        found = db_session().get(SheetBatch, UUID(batch))
    except ValueError:
        abort(404)
    if found is None or found.consultation_id != consultation.id:
        abort(404)
    return found


@blueprint.get("/<id>/<batch>.pdf")
@staff_only(*CLERKS, for_citizen=True)
def document(id: str, batch: str) -> Response:
    consultation = _vote(id)
    response = make_response(_sheets(consultation, _batch(consultation, batch)))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="feuilles-{consultation.code}.pdf"'
    return response


def _sheets(consultation: Consultation, batch: SheetBatch) -> bytes:
    texts = voting.wordings(db_session(), consultation)
    table = governance.table_of(db_session(), consultation.agreement_id)
    numbered = consultation.numbered()

    def line(number: int) -> dict[str, object]:
        option = numbered[number]
        return {"number": number, "label": texts.text(option, "label", language()), "text": texts.text(option, "explanation", language())}

    enveloped = [
        _("Pliez la feuille. Mettez-la seule dans la petite enveloppe, sans rien écrire dessus."),
        _("Mettez la petite enveloppe dans la grande. Sur la grande: le code de votre carte et votre signature, ou une croix."),
        _("Une fois l’enveloppe acceptée, votre vote ne change plus. Un vote fait avant, par texto ou sur le site, est retiré."),
    ]
    urn = [_("Pliez la feuille et mettez-la dans l’urne. Ce vote est anonyme: il est montré à part.")]
    person_number = written(table.person_number).replace(" ", "\N{NO-BREAK SPACE}") if table and table.person_number else ""
    data = {
        "title": texts.text(consultation.id, "question", language()),
        "why": texts.text(consultation.id, "why", language()),
        "lang": language(),
        "large": batch.large,
        "table": table.name if table else "Engage",
        "how": _("Cochez 1, 2 ou 3 cases. Aucune case cochée: un vote blanc."),
        "who": _("En votant, vous dites: j’ai %(age)s ans ou plus et je vis dans la région.", age=consultation.minimum_age),
        "lines": enveloped if batch.enveloped else urn,
        "promise": _("Votre choix reste secret. Voter ne change rien à vos prestations."),
        "until": _("Jusqu’au %(day)s.", day=day(consultation.closes_at)),
        "person": _("Une personne vous répond: %(number)s.", number=person_number) if person_number else "",
        "stub": _("Gardez ce coin. À la fin, ce numéro est dans la liste des feuilles comptées."),
        "sheet": _("Feuille"),
        "sheets": [
            {"number": number, "options": [line(option) for option in sheets.order_on(consultation, number)]}
            for number in range(batch.first, batch.first + batch.size)
        ],
    }
    return pdf("sheets", data)


@blueprint.post("/<id>/<batch>")
@staff_only(*CLERKS, for_citizen=True)
def counted(id: str, batch: str) -> Response:
    """What came back of a batch, spoiled and unused."""
    consultation, form = _vote(id), CountForm()
    found, shown = _batch(consultation, batch), PrintForm(formdata=None)
    form.sent_well()
    form.spoiled.errors = form.unused.errors = ()
    if not form.mistakes():
        spoiled, unused = (-1 if field.data is None else field.data for field in (form.spoiled, form.unused))
        try:
            with act(Channel.PAPER) as here:
                sheets.count_batch(here, found, spoiled=spoiled, unused=unused, explanation=(form.explanation.data or "").strip())
            return redirect(url_for("paper.paper", id=id))  # type: ignore[return-value]
        except Refusal as refusal:
            form.refuse(None, refusal)
    for _field, text in form.mistakes():
        shown.refuse(None, text)
    return _page(consultation, shown, 409)


def _envelope(consultation: Consultation, form: EnvelopeForm, done: str = "") -> Response:
    page = render_template("staff/envelope.html", consultation=consultation, form=form, done=done)
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.get("/<id>/envelope")
@staff_only(*CLERKS, for_citizen=True)
def envelope(id: str) -> Response:
    return _envelope(_vote(id), EnvelopeForm(formdata=None))


@blueprint.post("/<id>/envelope")
@staff_only(*CLERKS, for_citizen=True)
def accepted(id: str) -> Response:
    """One outer envelope: whose vote is on paper from now on. The inner one goes to the pile unopened."""
    consultation, form = _vote(id), EnvelopeForm()
    form.sent_well()
    if not form.signed.data:
        form.refuse(form.signed, _("Sans signature ni croix, l’enveloppe n’est pas acceptée. Rendez-la à la personne."))
    if form.mistakes():
        return _envelope(consultation, form)
    try:
        with act(Channel.PAPER) as here:
            session = assistance.on_paper(here, person(), consultation.agreement_id)
            assistance.check_no_interest(here, session, consultation)
            someone = participants.by_card(here, form.code.data or "", consultation.agreement_id, asked_from=str(person().id))
            voting.accept_envelope(here, consultation, someone)
            said = form.status.data or ""
            if form.count.data or said in set(Status):
                status = Status(said) if said in set(Status) else None
                voting.say_more(here, consultation, someone, status=status, consents={ConsentKind.COUNT: True} if form.count.data else {})
            assistance.helped(here, session, What.ENVELOPE, someone, consultation)
    except (participants.CodeUnknown, participants.CardMistyped, participants.CardReplaced) as refusal:
        form.refuse(form.code, refusal)
    except Refusal as refusal:
        form.refuse(None, refusal)
    if form.mistakes():
        return _envelope(consultation, form)
    return _envelope(consultation, EnvelopeForm(formdata=None), _("Enveloppe acceptée. Un vote fait avant, s’il y en a un, est retiré."))


def _sheet(consultation: Consultation, form: SheetForm, picked: tuple[int, ...] = (), done: str = "") -> Response:
    texts = voting.wordings(db_session(), consultation)
    page = render_template(
        "staff/sheet.html",
        consultation=consultation,
        wording=lambda owner, field: texts.text(owner.id, field, language()),
        form=form,
        chosen=picked,
        done=done,
        waiting=sheets.envelopes_waiting(db_session(), consultation),
        half=sheets.half_entered(db_session(), consultation),
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.get("/<id>/sheet")
@staff_only(*CLERKS, for_citizen=True)
def sheet(id: str) -> Response:
    return _sheet(_vote(id), SheetForm(formdata=None))


@blueprint.post("/<id>/sheet")
@staff_only(*CLERKS, for_citizen=True)
def entered(id: str) -> Response:
    consultation, form, picked = _vote(id), SheetForm(), picked_options()
    form.sent_well()
    if form.number.data is None:
        form.refuse(form.number, sheets.SheetUnknown())
    if not picked and not form.blank.data:
        form.refuse(None, _("Choisissez au moins une réponse, ou cochez «Feuille blanche, vide ou illisible»."))
    if picked and form.blank.data:
        form.refuse(None, _("Vous avez coché des réponses et «Feuille blanche, vide ou illisible». Gardez l’un ou l’autre."))
    if form.mistakes() or form.number.data is None:
        return _sheet(consultation, form, picked)
    number: int = form.number.data
    try:
        with act(Channel.PAPER) as here:
            became = sheets.enter_sheet(here, consultation, number, picked, person().id)
    except Refusal as refusal:
        form.refuse(form.number, refusal)
        return _sheet(consultation, form, picked)
    said = {
        Entered.FIRST: _("Feuille %(number)s lue une fois. Une autre personne doit la lire aussi.", number=number),
        Entered.DIFFERS: _(
            "Feuille %(number)s: les deux lectures diffèrent. Regardez-la ensemble, puis entrez-la encore. Rien n’est perdu.", number=number
        ),
        Entered.BOXED: _("Feuille %(number)s: les deux lectures concordent. Le vote est dans la boîte.", number=number),
    }
    return _sheet(consultation, SheetForm(formdata=None), done=said[became])
