"""Voting on the web: four pages under one address, then one optional page, without script, cookie or account."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField, StringField

from engage import governance, participants, voting
from engage.doorway import act, db_session, language, noted, now, premises, public
from engage.kernel import attempts
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, Wordings
from engage.participants import ConsentKind, Participant, Status
from engage.voting import Consultation, Door
from engage.web.draft import BrokenDraft, Draft, unseal
from engage.web.forms import ChoiceField, Form, e164, picked_options

blueprint = Blueprint("voting", __name__)
NO_FIXED_ADDRESS, ELSEWHERE = "none", "elsewhere"


class TooYoung(Refusal):
    sentence = N_("Pour ce vote, il faut avoir %(age)s ans ou plus.")


class LivesElsewhere(Refusal):
    sentence = N_("Ce vote est pour les gens de la région. Merci de votre intérêt.")


class StepForm(Form):
    step = HiddenField()
    draft = HiddenField()


class WelcomeForm(StepForm):
    code = StringField()
    of_age = BooleanField()
    residence = ChoiceField()


class BallotForm(StepForm):
    blank = BooleanField()


class MoreForm(StepForm):
    status = ChoiceField()
    contact = BooleanField()
    count = BooleanField()
    words = BooleanField()
    number = StringField()


def _find(code: str) -> Consultation:
    consultation = voting.by_code(db_session(), code)
    if consultation is None or consultation.stage == voting.Stage.DRAFT:
        abort(404)
    return consultation


def _page(name: str, consultation: Consultation, status: int = 200, **values: Any) -> Response:
    texts = Wordings(db_session(), [consultation.id, *(option.id for option in consultation.options)])

    def wording(owner: Any, field: str) -> str:
        return texts.text(owner.id, field, language())

    page = render_template(
        f"voting/{name}.html",
        consultation=consultation,
        wording=wording,
        foreign=lambda owner, field: texts.language(owner.id, field, language()) != language(),
        table=governance.table_of(db_session(), consultation.agreement_id),
        **values,
    )
    return make_response(page, status)


@blueprint.get("/v/<code>")
@public
def welcome(code: str) -> Response:
    consultation = _find(code)
    if consultation.is_published:
        return redirect(url_for("voting.results", code=consultation.code))  # type: ignore[return-value]
    if not consultation.is_open(now()):
        return _page("closed", consultation)
    return _welcome(consultation, WelcomeForm(formdata=None))


def _welcome(consultation: Consultation, form: WelcomeForm, status: int = 200) -> Response:
    places = governance.territories_of(db_session(), consultation.agreement_id, now().date())
    form.residence.choices = [
        ("", _("Choisissez dans la liste")),
        *((place.code, place.name) for place in places),
        (NO_FIXED_ADDRESS, _("Je n’ai pas d’adresse fixe")),
        (ELSEWHERE, _("Ailleurs")),
    ]
    form.step.data = "enter"
    return _page("welcome", consultation, status, form=form, turnout=voting.turnout(db_session(), consultation.id))


@blueprint.post("/v/<code>")
@public
def vote(code: str) -> Response:
    """One posted step. A page that waited too long, or a browser without its cookie, gets the same page back, nothing lost."""
    consultation = _find(code)
    step = STEPS.get(request.form.get("step", ""))
    if step is None:
        return redirect(url_for("voting.welcome", code=consultation.code))  # type: ignore[return-value]
    return step(consultation)


def _enter(consultation: Consultation) -> Response:
    form = WelcomeForm()
    form.sent_well()
    participant: Participant | None = None
    try:
        with act(Channel.WEB) as here:
            voting.check_open(here, consultation)
            if (form.code.data or "").strip():
                participant = participants.by_card(
                    here, form.code.data or "", consultation.agreement_id, asked_from=request.remote_addr or ""
                )
            elif consultation.door == Door.CODED:
                raise voting.CodeNeeded
    except voting.ConsultationClosed:
        return _page("closed", consultation, 409)
    except participants.CodeUnknown as refusal:
        attempts.failed(db_session(), now(), "card guess", request.remote_addr or "")
        form.refuse(form.code, refusal)
    except Refusal as refusal:
        form.refuse(form.code, refusal)
    if participant is None and not form.code.errors:
        _declare_eligible(consultation, form)
    if form.mistakes():
        return _welcome(consultation, form, 409)
    return _choose(consultation, Draft(participant=str(participant.id) if participant else None))


def _declare_eligible(consultation: Consultation, form: WelcomeForm) -> None:
    if not form.of_age.data:
        form.refuse(form.of_age, TooYoung(age=consultation.minimum_age))
    if form.residence.data == ELSEWHERE:
        form.refuse(form.residence, LivesElsewhere())
    elif not form.residence.data:
        form.refuse(form.residence, _("Dites où vous vivez, ou choisissez «Je n’ai pas d’adresse fixe»."))


def _choose(consultation: Consultation, draft: Draft, form: BallotForm | None = None) -> Response:
    form = form or BallotForm(formdata=None)
    form.step.data, form.draft.data = "choose", _seal(consultation, draft)
    options = list(consultation.options)
    turn = random.Random(draft.nonce).randrange(len(options))  # noqa: S311 - display order only
    status = 409 if form.mistakes() else 200
    return _page("choose", consultation, status, form=form, shown=options[turn:] + options[:turn], chosen=draft.choices)


def _chosen(consultation: Consultation) -> Response:
    draft = _unseal(consultation)
    form = BallotForm()
    form.sent_well()
    picked = picked_options()
    draft = replace(draft, choices=picked)
    try:
        voting.check_choices(consultation, picked)
    except Refusal as refusal:
        form.refuse(None, refusal)
    if not picked and not form.blank.data:
        form.refuse(None, _("Choisissez 1 à 3 réponses, ou cochez «Je ne choisis rien»."))
    if picked and form.blank.data:
        form.refuse(None, _("Vous avez coché des réponses et «Je ne choisis rien». Gardez l’un ou l’autre."))
    if form.mistakes():
        return _choose(consultation, draft, form)
    return _check(consultation, draft)


def _check(consultation: Consultation, draft: Draft, form: StepForm | None = None) -> Response:
    form = form or StepForm(formdata=None)
    form.step.data, form.draft.data = "cast", _seal(consultation, draft)
    picked = [option for option in consultation.options if option.number in draft.choices]
    return _page("check", consultation, 409 if form.mistakes() else 200, form=form, picked=picked)


def _change(consultation: Consultation) -> Response:
    return _choose(consultation, _unseal(consultation))


def _cast(consultation: Consultation) -> Response:
    draft = _unseal(consultation)
    form = StepForm()
    if not form.sent_well():
        return _check(consultation, draft, form)
    try:
        with act(Channel.WEB) as here:
            participant = _participant(draft)
            done = voting.cast_vote(here, consultation, draft.choices, participant=participant, draft=bytes.fromhex(draft.nonce))
    except voting.ConsultationClosed:
        return _page("closed", consultation, 409)
    return _receipt(consultation, replace(draft, choices=(), receipt=done.receipt), replaced=done.replaced)


def _receipt(consultation: Consultation, draft: Draft, *, replaced: bool = False) -> Response:
    form = StepForm(formdata=None)
    form.step.data, form.draft.data = "more", _seal(consultation, draft)
    return _page("receipt", consultation, form=form, receipt=draft.receipt, known=draft.participant is not None, replaced=replaced)


def _more(consultation: Consultation, form: MoreForm | None = None) -> Response:
    draft = _unseal(consultation)
    if draft.participant is None:
        return _receipt(consultation, draft)
    form = form or MoreForm(formdata=None)
    form.step.data, form.draft.data = "save", _seal(consultation, draft)
    return _page("more", consultation, 409 if form.mistakes() else 200, form=form, receipt=draft.receipt)


def _save(consultation: Consultation) -> Response:
    form = MoreForm()
    form.sent_well()
    participant = _participant(_unseal(consultation))
    number = e164(form.number.data or "")
    if form.contact.data and number is None:
        form.refuse(form.number, _("Écrivez un numéro de téléphone à 10 chiffres, ou décochez «Écrivez-moi»."))
    if form.mistakes() or participant is None:
        return _more(consultation, form)
    said = form.status.data or ""
    with act(Channel.WEB) as here:
        if form.contact.data and number:
            participants.give_number(here, participant, number)
        voting.say_more(
            here,
            consultation,
            participant,
            status=Status(said) if said in set(Status) else None,
            consents={
                ConsentKind.CONTACT: bool(form.contact.data),
                ConsentKind.COUNT: bool(form.count.data),
                ConsentKind.WORDS: bool(form.words.data),
            },
        )
    return _page("thanks", consultation, answers=form)


def _resume(consultation: Consultation) -> Response:
    """The same page in another language."""
    draft = _unseal(consultation)
    place = request.form.get("place")
    if place == "check":
        return _check(consultation, draft)
    if place == "receipt":
        return _receipt(consultation, draft)
    if place == "more":
        return _more(consultation)
    return _choose(consultation, draft)


STEPS = {
    "enter": _enter,
    "choose": _chosen,
    "change": _change,
    "cast": _cast,
    "more": _more,
    "save": _save,
    "resume": _resume,
}


class DraftLost(Refusal):
    sentence = N_("La page a attendu trop longtemps. Rien n’a été envoyé. Recommencez à la première page.")


def _seal(consultation: Consultation, draft: Draft) -> str:
    return draft.seal(premises().config.secret_key, consultation.id)


def _unseal(consultation: Consultation) -> Draft:
    try:
        return unseal(request.form.get("draft", ""), premises().config.secret_key, consultation.id)
    except BrokenDraft as error:
        raise DraftLost from error


def _participant(draft: Draft) -> Participant | None:
    return db_session().get(Participant, UUID(draft.participant)) if draft.participant else None


class CardForm(Form):
    code = StringField()


@blueprint.get("/c/<code>")
@public
def card(code: str) -> Response:
    """The address on a card: its votes, the code already typed."""
    return _votes_of_card(CardForm(formdata=None), code)


@blueprint.post("/c")
@public
def card_typed() -> Response:
    form = CardForm()
    form.sent_well()
    return _votes_of_card(form, form.code.data or "")


def _votes_of_card(form: CardForm, code: str) -> Response:
    form.code.data = code
    here = noted()
    try:
        agreement_id = participants.find_card(here, code, asked_from=request.remote_addr or "").agreement_id
        open_votes = voting.open_now(here.session, now(), agreement_id)
    except Refusal as refusal:
        if request.method == "POST" and isinstance(refusal, participants.CodeUnknown):
            attempts.failed(here.session, now(), "card guess", request.remote_addr or "")
        form.refuse(form.code, refusal)
        open_votes = []
    texts = Wordings(here.session, [consultation.id for consultation in open_votes])
    welcome_form = WelcomeForm(formdata=None)
    page = render_template(
        "voting/card.html",
        form=form,
        welcome_form=welcome_form,
        code=code,
        votes=[(consultation, texts.text(consultation.id, "question", language())) for consultation in open_votes],
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.get("/v/<code>/results")
@public
def results(code: str) -> Response:
    consultation = _find(code)
    found = voting.result_of(db_session(), consultation.id)
    if found is None or not consultation.is_published:
        return _page("closed", consultation)
    return _page("results", consultation, result=found.read(), published_at=found.published_at)


@blueprint.get("/v/<code>/receipts")
@public
def receipts(code: str) -> Response:
    consultation = _find(code)
    return _page("receipts", consultation, codes=voting.receipt_codes(db_session(), consultation.id))


@blueprint.get("/v/<code>/ballots.json")
@public
def download(code: str) -> Response:
    """The opened ballots that decided, shuffled and without any name: what `engage tally` recomputes the result from."""
    consultation = _find(code)
    document = voting.ballots_download(db_session(), consultation)
    if document is None:
        abort(404)
    return Response(json.dumps(document), mimetype="application/json")
