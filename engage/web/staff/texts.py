"""Texts that a table starts: written with their price in sight, counted before they leave, followed while they do."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import TextAreaField

from engage import campaigns, governance, messaging, voting
from engage.campaigns import Campaign, CampaignKind
from engage.doorway import EDITORS, act, db_session, language, now, ours, premises, staff_only, today
from engage.kernel.act import Channel
from engage.kernel.plain import reading
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wordings
from engage.messaging import measure
from engage.voting import Consultation
from engage.web.forms import ChoiceField, StaffForm
from engage.web.staff.reach import mine, my_agreements, my_row

blueprint = Blueprint("texts", __name__, url_prefix="/staff/texts")


class CampaignForm(StaffForm):
    consultation = ChoiceField()
    kind = ChoiceField(default=CampaignKind.INVITATION.value)
    body = TextAreaField()
    body_en = TextAreaField()


@blueprint.get("/")
@staff_only(*EDITORS)
def texts() -> str:
    agreements = my_agreements(*EDITORS)
    sent = campaigns.of_agreements(db_session(), [agreement.id for agreement in agreements])
    words = Wordings(db_session(), [campaign.id for campaign in sent])
    months = [
        (agreement, messaging.spent(db_session(), agreement.id, today()), messaging.allowance(db_session(), agreement.id).parts_a_month)
        for agreement in agreements
        if governance.table_of(db_session(), agreement.id)
    ]
    return render_template(
        "staff/texts.html",
        sent=sent,
        body=lambda campaign: words.text(campaign.id, "body", language()),
        months=months,
        dead={agreement.id: sum(messaging.dead_numbers(db_session(), agreement.id).values()) for agreement, _spent, _most in months},
    )


@blueprint.get("/new")
@staff_only(*EDITORS)
def new() -> Response:
    form = CampaignForm(formdata=None)
    form.consultation.data = request.args.get("consultation", "")
    return _form_page(form)


@blueprint.post("/new")
@staff_only(*EDITORS)
def written() -> Response:
    """The draft, or only a look at what the text costs."""
    form = CampaignForm()
    form.sent_well()
    consultation = _consultation(form.consultation.data or "")
    if consultation is None:
        form.refuse(form.consultation, _("Choisissez une consultation."))
    if request.form.get("look") or form.mistakes() or consultation is None:
        return _form_page(form, 409 if form.mistakes() else 200)
    try:
        with act(Channel.WEB) as here:
            kind = CampaignKind(form.kind.data) if form.kind.data in set(CampaignKind) else CampaignKind.INVITATION
            made = campaigns.write_campaign(here, consultation, kind, {"fr": form.body.data or "", "en": form.body_en.data or ""})
        return redirect(url_for("texts.show", id=made.id))  # type: ignore[return-value]
    except Refusal as refusal:
        form.refuse(form.body, refusal)
        return _form_page(form, 409)


def _form_page(form: CampaignForm, status: int = 200) -> Response:
    open_here = voting.of_agreements(db_session(), [agreement.id for agreement in my_agreements(*EDITORS)])
    shown = [consultation for consultation in open_here if consultation.rules_hash]
    names = Wordings(db_session(), [consultation.id for consultation in shown])
    form.consultation.choices = [(str(each.id), f"{each.code}: {names.text(each.id, 'question', language())}") for each in shown]
    form.kind.choices = [
        (CampaignKind.INVITATION.value, _("Inviter: tous ceux qui ont dit «Écrivez-moi»")),
        (CampaignKind.REMINDER.value, _("Rappeler: ceux qui n’ont pas encore voté")),
        (CampaignKind.BEGUN.value, _("Rappeler: ceux qui ont commencé par texto ou par appel, sans finir")),
        (CampaignKind.RESULT.value, _("Rendre compte: ceux qui ont voté")),
    ]
    page = render_template("staff/text_new.html", form=form, look=_look(form.body.data or "", _table_of(form)))
    return make_response(page, status)


def _table_of(form: CampaignForm) -> governance.RegionalTable | None:
    consultation = _consultation(form.consultation.data or "")
    return governance.table_of(db_session(), consultation.agreement_id) if consultation else None


def _look(text: str, table: governance.RegionalTable | None) -> dict[str, object] | None:
    """What a text being written costs and how hard it reads; None while there is nothing to say."""
    if not text.strip():
        return None
    dressed = campaigns.dressed(text, table.text_name if table else "", "fr")
    return {"text": dressed, "measure": measure(dressed), "reading": reading(text)}


def _consultation(id: str) -> Consultation | None:
    try:
        found = db_session().get(Consultation, UUID(id))
    except ValueError:
        return None
    if found is None or not found.rules_hash:
        return None
    mine(found.agreement_id)
    return found


@blueprint.get("/<id>")
@staff_only(*EDITORS)
def show(id: str) -> Response:
    return _campaign_page(my_row(Campaign, id), StaffForm(formdata=None))


def _campaign_page(campaign: Campaign, form: StaffForm) -> Response:
    table = governance.table_of(db_session(), campaign.agreement_id)
    bodies = {tag: campaigns.told(db_session(), campaign, table, tag) for tag in ours()} if table else {}
    bodies = {tag: body for tag, body in bodies.items() if tag == "fr" or body != bodies["fr"]}
    opening = messaging.next_opening(now(), messaging.allowance(db_session(), campaign.agreement_id).time_zone)
    progress = campaigns.progress(db_session(), campaign)
    page = render_template(
        "staff/text.html",
        campaign=campaign,
        consultation=db_session().get_one(Consultation, campaign.consultation_id),
        table=table,
        bodies={tag: (body, measure(body)) for tag, body in bodies.items()},
        preview=campaigns.preview(db_session(), campaign, table, now()) if table and campaign.stage == "draft" else None,
        price=premises().config.part_price,
        progress=progress,
        causes=_causes(progress),
        opening=opening if progress.get("waiting") and opening > now() else None,
        form=form,
    )
    return make_response(page, 409 if form.mistakes() else 200)


def _causes(progress: dict[str, int]) -> dict[str, int]:
    """Why texts did not arrive or wait, in words."""
    said = {
        "21610": _("la personne a demandé d’arrêter"),
        "21211": _("le numéro n’existe pas"),
        "21614": _("le numéro ne reçoit pas de textos"),
        "30005": _("le numéro n’existe plus"),
        "30003": _("le téléphone est éteint ou hors de portée"),
        "30006": _("une ligne fixe: nous appelons"),
        "30007": _("le réseau a refusé: prévenez la personne qui gère le site"),
        "unwanted": _("la personne veut moins de textos"),
        "budget": _("les parties du mois sont finies"),
    }
    counts: dict[str, int] = {}
    for key, number in progress.items():
        _state, colon, code = key.partition(":")
        if colon:
            cause = said.get(code, _("autre cause (%(code)s)", code=code))
            counts[cause] = counts.get(cause, 0) + number
    return counts


@blueprint.post("/<id>")
@staff_only(*EDITORS)
def moved(id: str) -> Response:
    """Start, pause, resume or cancel."""
    campaign, form = my_row(Campaign, id), StaffForm()
    step = {"start": campaigns.start, "pause": campaigns.pause, "resume": campaigns.resume, "cancel": campaigns.cancel}.get(
        request.form.get("step", "")
    )
    if form.sent_well() and step:
        try:
            with act(Channel.WEB) as here:
                step(here, campaign)
        except Refusal as refusal:
            form.refuse(None, refusal)
    if form.mistakes():
        return _campaign_page(campaign, form)
    return redirect(url_for("texts.show", id=id))  # type: ignore[return-value]
