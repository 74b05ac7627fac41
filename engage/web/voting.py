"""Voting on the web: four pages under one address, then one optional page, without script or account.

No cookie: a page carries what it needs, sealed, and a shared computer keeps nothing.
"""

from __future__ import annotations

import random
import secrets
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, StringField

from engage import governance, participants, voting
from engage.doorway import act, db_session, language, looking, now, premises, public, sentence, today
from engage.kernel.act import Act, Channel
from engage.kernel.codes import spaced
from engage.kernel.numbers import e164
from engage.kernel.refusal import Refusal
from engage.participants import ConsentKind, Participant, Status
from engage.voting import Consultation, Door
from engage.web.asking import ask_leave, send_proof
from engage.web.draft import BrokenDraft, Draft, person_of, unseal
from engage.web.forms import ChoiceField, picked_options
from engage.web.kept import kept
from engage.web.knowing import DraftLost, KnownForm, ProveForm, StepForm, proved, recognised
from engage.web.padding import padded

blueprint = Blueprint("voting", __name__)


class WelcomeForm(KnownForm):
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


def find(code: str) -> Consultation:
    consultation = voting.by_code(db_session(), code)
    if consultation is None or consultation.stage == voting.Stage.DRAFT:
        abort(404)
    return consultation


def page(name: str, consultation: Consultation, status: int = 200, **values: Any) -> Response:
    if name == "closed" and consultation.notice_id:
        values |= {"notice": db_session().get(voting.GraveAct, consultation.notice_id)}
    response = make_response(_written(name, consultation, governance.table_of(db_session(), consultation.agreement_id), **values), status)
    return padded(response) if request.method == "POST" else response


def _written(name: str, consultation: Consultation, table: governance.RegionalTable | None, **values: Any) -> str:
    texts = voting.wordings(db_session(), consultation)

    def wording(owner: Any, field: str) -> str:
        return texts.marked(owner.id, field, language())

    return render_template(
        f"{name}.html" if name == "prove" else f"voting/{name}.html",
        consultation=consultation,
        wording=wording,
        where=voting.where_from(db_session(), consultation, language()),
        table=table,
        **values,
    )


@blueprint.get("/v/<code>")
@public
def welcome(code: str) -> Response:
    consultation, table = voting.with_table(db_session(), code) or (None, None)
    if consultation is None or consultation.stage == voting.Stage.DRAFT:
        abort(404)
    if consultation.is_published:
        return redirect(url_for("results.results", code=consultation.code))  # type: ignore[return-value]
    notice = db_session().get(voting.GraveAct, consultation.notice_id) if consultation.notice_id else None
    if consultation.stage == voting.Stage.ANNOUNCED:
        return page("announced", consultation, grave=voting.pending(db_session(), consultation.id))
    if not consultation.is_open(now()):
        return page("closed", consultation)
    places = _places(consultation)
    told = notice and (notice.id, notice.due_at, notice.done_at)
    whose = table and (table.name, table.text_number, table.person_number)
    stamp = (consultation.rules_hash, consultation.closes_at, told, whose, *places)
    return kept(
        stamp, lambda: _written("welcome", consultation, table, form=_welcome_form(WelcomeForm(formdata=None), places), notice=notice)
    )


def _places(consultation: Consultation) -> list[tuple[str, str]]:
    """Where one may live to vote here, by code."""
    places = governance.places_of(db_session(), consultation.agreement_id, today())
    wanted = consultation.territories.split()
    return [(code, name) for code, name in places if not wanted or code in wanted]


def _welcome_form(form: WelcomeForm, places: list[tuple[str, str]]) -> WelcomeForm:
    form.residence.choices = [
        ("", _("Choisissez dans la liste")),
        *places,
        (voting.NO_FIXED_ADDRESS, _("Je n’ai pas d’adresse fixe")),
        (voting.ELSEWHERE, _("Ailleurs")),
    ]
    form.step.data = "enter"
    return form


@blueprint.post("/v/<code>")
@public
def vote(code: str) -> Response:
    """One posted step."""
    consultation = find(code)
    step = _resume if request.form.get("place") else STEPS.get(request.form.get("step", ""))
    if step is None:
        return redirect(url_for("voting.welcome", code=consultation.code))  # type: ignore[return-value]
    return step(consultation)


def _enter(consultation: Consultation) -> Response:
    form = WelcomeForm()
    draft = Draft.begin(now())
    try:
        with act(Channel.WEB) as here:
            voting.check_open(here, consultation)
            draft = _recognised(here, consultation, form, draft)
            voting.check_not_final(here, consultation, _participant(draft))
            voting.journey.passed(here, consultation, "entered")
    except voting.ConsultationClosed:
        return page("closed", consultation, 409)
    except (voting.TooYoung, voting.LivesElsewhere, voting.ResidenceMissing):
        for refusal in voting.not_eligible(consultation, of_age=form.of_age.data, residence=form.residence.data or ""):
            form.refuse(form.of_age if isinstance(refusal, voting.TooYoung) else form.residence, refusal)
    except Refusal as refusal:
        form.refuse_whoever(refusal)
    if form.mistakes():
        return page("welcome", consultation, 409, form=_welcome_form(form, _places(consultation)))
    return _prove(consultation, draft) if draft.number else _choose(consultation, draft)


def _recognised(here: Act, consultation: Consultation, form: WelcomeForm, draft: Draft) -> Draft:
    """The draft of whoever is known or about to be, or of nobody known."""
    found = recognised(here, form, draft, consultation.agreement_id)
    if found is not None:
        return found
    if consultation.door == Door.CODED:
        raise voting.CodeNeeded
    voting.check_eligible(consultation, of_age=form.of_age.data, residence=form.residence.data or "")
    return draft


def _prove(consultation: Consultation, draft: Draft, form: ProveForm | None = None) -> Response:
    form = form or ProveForm(formdata=None)
    form.step.data, form.draft.data = "proved", _seal(consultation, draft.at_stage("proving"))
    here = {"action": url_for("voting.vote", code=consultation.code), "back": url_for("voting.welcome", code=consultation.code)}
    return page("prove", consultation, 409 if form.mistakes() else 200, form=form, **here)


def _resend(consultation: Consultation) -> Response:
    draft, form = _unseal(consultation, "proving"), ProveForm(formdata=None)
    try:
        with act(Channel.WEB) as here:
            send_proof(here, draft.number, consultation.agreement_id)
    except Refusal as refusal:
        form.refuse(form.proof, refusal)
    return _prove(consultation, draft, form)


def _proved(consultation: Consultation) -> Response:
    draft, form = _unseal(consultation, "proving"), ProveForm()
    try:
        with act(Channel.WEB) as here:
            draft = proved(here, form, draft)
    except Refusal as refusal:
        form.refuse(form.phone_code if isinstance(refusal, participants.CodeUnknown) else form.proof, refusal)
        return _prove(consultation, draft, form)
    return _choose(consultation, draft)


def _choose(consultation: Consultation, draft: Draft, form: BallotForm | None = None) -> Response:
    form = form or BallotForm(formdata=None)
    form.step.data, form.draft.data = "choose", _seal(consultation, draft.at_stage("voting"))
    options = list(consultation.options)
    turn = random.Random(draft.nonce).randrange(len(options))  # noqa: S311 - display order only
    status = 409 if form.mistakes() else 200
    return page("choose", consultation, status, form=form, shown=options[turn:] + options[:turn], chosen=draft.choices)


def _chosen(consultation: Consultation) -> Response:
    draft = _unseal(consultation, "voting")
    form = BallotForm()
    picked = picked_options()
    draft = replace(draft, choices=picked, page=secrets.token_hex(16))
    try:
        voting.check_choices(consultation, picked)
    except Refusal as refusal:
        form.refuse(None, refusal)
    if not picked and not form.blank.data:
        form.refuse(None, _("Choisissez au moins une réponse, ou cochez «Je ne choisis rien»."))
    if picked and form.blank.data:
        form.refuse(None, _("Vous avez coché des réponses et «Je ne choisis rien». Gardez l’un ou l’autre."))
    if form.mistakes():
        return _choose(consultation, draft, form)
    voting.journey.passed(looking(), consultation, "chosen")
    return _check(consultation, draft)


def _check(consultation: Consultation, draft: Draft) -> Response:
    form = StepForm(formdata=None)
    form.step.data, form.draft.data = "cast", _seal(consultation, draft.at_stage("voting"))
    picked = [option for option in consultation.options if option.number in draft.choices]
    return page("check", consultation, form=form, picked=picked, until=min(draft.ends_at, consultation.closes_at))


def _change(consultation: Consultation) -> Response:
    return _choose(consultation, _unseal(consultation, "voting"))


def _cast(consultation: Consultation) -> Response:
    try:
        return _receipt(consultation, _put(consultation, waited=False))
    except voting.ConsultationClosed:
        return page("closed", consultation, 409)


def _sent(consultation: Consultation) -> Response:
    """A vote that a script sends, for it can try again where the line is lost: its receipt, or why not."""
    try:
        draft = _put(consultation, waited="waited" in request.form)
    except Refusal as refusal:
        return jsonify(why=sentence(refusal))
    return jsonify(receipt=spaced(draft.receipt), draft=_seal(consultation, draft.at_stage("done")))


def _put(consultation: Consultation, *, waited: bool) -> Draft:
    """The vote of a checked page goes into the box; what is left of its draft shows the receipt, and votes no more."""
    draft = _unseal(consultation, "voting")
    with act(Channel.WEB) as here:
        nonce, sent = bytes.fromhex(draft.nonce), bytes.fromhex(draft.page)
        done = voting.cast_vote(here, consultation, draft.choices, participant=_participant(draft), draft=nonce, page=sent, waited=waited)
    return replace(draft, choices=(), page="", receipt=done.receipt, replaced=done.replaced)


def _receipt(consultation: Consultation, draft: Draft) -> Response:
    form = StepForm(formdata=None)
    form.step.data, form.draft.data = "more", _seal(consultation, draft.at_stage("done"))
    known, code = draft.participant is not None, draft.personal_code
    return page("receipt", consultation, form=form, receipt=draft.receipt, known=known, replaced=draft.replaced, personal_code=code)


def _more(consultation: Consultation, form: MoreForm | None = None) -> Response:
    draft = _unseal(consultation, "done")
    if draft.participant is None:
        return _receipt(consultation, draft)
    form = form or MoreForm(formdata=None)
    form.step.data, form.draft.data = "save", _seal(consultation, draft.at_stage("done"))
    return page("more", consultation, 409 if form.mistakes() else 200, form=form, receipt=draft.receipt)


def _save(consultation: Consultation) -> Response:
    form = MoreForm()
    participant = _participant(_unseal(consultation, "done"))
    number = e164(form.number.data or "")
    if form.contact.data and number is None:
        form.refuse(form.number, _("Écrivez un numéro de téléphone à 10 chiffres, ou décochez «Écrivez-moi»."))
    if form.mistakes() or participant is None:
        return _more(consultation, form)
    said, asked = form.status.data or "", False
    try:
        with act(Channel.WEB) as here:
            if form.contact.data and number and not participants.give_number(here, participant, number):
                ask_leave(here, number, consultation.agreement_id)
                asked = True
    except Refusal as refusal:
        form.refuse(form.number, refusal)
        return _more(consultation, form)
    with act(Channel.WEB) as here:
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
    return page("thanks", consultation, answers=form, asked=asked)


def _resume(consultation: Consultation) -> Response:
    """The same page in another language, with what was typed on it (text browsers send what was there before)."""
    place = request.form["place"]
    typed = request.form.get("step") != "resume"
    if place == "more":
        return _more(consultation, MoreForm() if typed else None)
    if place == "receipt":
        return _receipt(consultation, _unseal(consultation, "done"))
    if place == "prove":
        return _prove(consultation, _unseal(consultation, "proving"), ProveForm() if typed else None)
    draft = _unseal(consultation, "voting")
    if place == "check":
        return _check(consultation, draft)
    if typed:
        draft = replace(draft, choices=picked_options())
    return _choose(consultation, draft, BallotForm() if typed else None)


STEPS = {
    "enter": _enter,
    "proved": _proved,
    "resend": _resend,
    "choose": _chosen,
    "change": _change,
    "cast": _cast,
    "sent": _sent,
    "more": _more,
    "save": _save,
}


def _seal(consultation: Consultation, draft: Draft) -> str:
    return draft.seal(premises().config.secret_key, consultation.id)


def _unseal(consultation: Consultation, stage: str) -> Draft:
    try:
        return unseal(request.form.get("draft", ""), premises().config.secret_key, consultation.id, stage, now())
    except BrokenDraft as error:
        raise DraftLost from error


def _participant(draft: Draft) -> Participant | None:
    return person_of(db_session(), draft)
