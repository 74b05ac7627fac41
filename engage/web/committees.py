"""Committees on the web: what each one is, asking for a seat without a résumé, and a draw that the whole room can follow."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, SelectMultipleField, StringField

from engage import committees, governance, participants, rights
from engage.committees import Committee, Draw, Needs, Reach, Wish
from engage.committees.draws import document, quotas_of
from engage.doorway import act, db_session, language, looking, now, premises, public, today
from engage.filings.telling import SUPPORTS
from engage.kernel.act import Channel
from engage.kernel.numbers import e164
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, Wordings
from engage.participants import Participant, Status
from engage.voting import Consultation
from engage.web.asking import send_proof
from engage.web.draft import BrokenDraft, Draft, person_of, unseal
from engage.web.forms import ChoiceField, Form, NumberField
from engage.web.knowing import DraftLost, KnownForm, NumberNeeded, ProveForm, StepForm, proved, recognised
from engage.web.padding import padded

blueprint = Blueprint("committees", __name__)


class ChildrenWrong(Refusal):
    sentence = N_("Écrivez le nombre d’enfants en chiffres, ou laissez vide.")


class WishFields(Form):
    """What someone needs and how to reach them, whoever holds the pen."""

    supports = SelectMultipleField(validate_choice=False)
    children = NumberField()
    more = StringField()
    name = StringField()
    number = StringField()
    how = StringField()
    part = ChoiceField()
    status = ChoiceField()
    count = BooleanField()
    uses_about = BooleanField()

    def wish(self, known_number: str = "") -> Wish:
        """Raises NumberNeeded where what was typed is no telephone number, ChildrenWrong where it is no number of children."""
        if self.children.process_errors:
            raise ChildrenWrong
        number = e164(self.number.data or "") if self.number.data else known_number
        if number is None:
            raise NumberNeeded
        part, status = self.part.data or "", self.status.data or ""
        return Wish(
            Needs(tuple(self.supports.data or ()), self.children.data or 0, self.more.data or ""),
            Reach(
                (self.name.data or "").strip()[:60], number, (self.how.data or "").strip()[:200], part if part in committees.PARTS else ""
            ),
            Status(status) if status in set(Status) else None,
            counted=bool(self.count.data),
            uses_about=bool(self.uses_about.data),
        )


class WishForm(StepForm, WishFields):
    pass


def support_names() -> dict[str, str]:
    return {support: _(label) for support, label in SUPPORTS.items()}


def answer_names() -> dict[tuple[str, str], str]:
    """What people may say of themselves, as a draw names it."""
    return {
        ("gender", "woman"): _("Femmes"),
        ("gender", "man"): _("Hommes"),
        ("gender", "other"): _("Autre genre"),
        ("age", "under 18"): _("Moins de 18 ans"),
        ("age", "18 to 29"): _("18 à 29 ans"),
        ("age", "30 to 49"): _("30 à 49 ans"),
        ("age", "50 to 64"): _("50 à 64 ans"),
        ("age", "65 and over"): _("65 ans et plus"),
        ("disability", "yes"): _("Vit avec un handicap"),
        ("indigenous", "yes"): _("Se dit autochtone"),
        ("newcomer", "yes"): _("Arrivé au pays depuis 10 ans ou moins"),
    }


@blueprint.get("/committees")
@public
def every() -> str:
    sitting = committees.sitting(db_session())
    texts = Wordings(db_session(), [each.id for each in sitting])
    names = governance.territory_names(db_session(), {each.agreement_id for each in sitting})
    return render_template(
        "committees/every.html", sitting=sitting, names=names, wording=lambda each, field: texts.marked(each.id, field, language())
    )


def find(code: str) -> Committee:
    found = committees.by_code(db_session(), code)
    return found if found and not found.ended_on else abort(404)


@blueprint.get("/committees/<code>")
@public
def show(code: str) -> Response:
    committee = find(code)
    form = KnownForm(formdata=None)
    form.step.data = "enter"
    return _page("show", committee, form)


@blueprint.get("/committees/<code>/welcome")
@public
def welcome(code: str) -> Response:
    """What a new member wants to know, in plain words; nothing on it is secret, so that anyone may read it before saying yes."""
    return _page("welcome", find(code), Form(formdata=None))


def _page(name: str, committee: Committee, form: Form, **values: Any) -> Response:
    here = looking()
    decided = committees.decisions.of_committee(db_session(), committee.id)
    texts = Wordings(db_session(), [committee.id, *(each.id for each in decided)])
    places = committees.places(here, committee)
    show_names = committees.may_be_shown([place.seat for place in places])
    votes = {each.id: each.consultation_id and db_session().get(Consultation, each.consultation_id) for each in decided}
    page = render_template(
        "prove.html" if name == "prove" else f"committees/{name}.html",
        committee=committee,
        form=form,
        wording=lambda field: texts.marked(committee.id, field, language()),
        table=governance.table_of(db_session(), committee.agreement_id),
        territory=governance.territory_names(db_session(), [committee.agreement_id])[committee.agreement_id],
        places=places,
        free=sum(place.is_vacant and not place.seat.institution for place in places),
        shown=[place.membership.shown for place in places if place.membership and place.membership.shown and show_names],
        draws=committees.draws_of(db_session(), committee.id),
        supports=support_names(),
        decisions=decided,
        said=lambda decision, field: (texts.text(decision.id, field, language()), texts.language(decision.id, field, language())),
        used={id: vote.code for id, vote in votes.items() if vote and vote.is_published},
        today=today(),
        **values,
    )
    response = make_response(page, 409 if form.mistakes() else 200)
    return padded(response) if request.method == "POST" else response


@blueprint.post("/committees/<code>")
@public
def join(code: str) -> Response:
    """One posted step of asking for a seat."""
    committee = find(code)
    step = _resume if request.form.get("place") else STEPS.get(request.form.get("step", ""))
    return step(committee) if step else redirect(url_for("committees.show", code=committee.code))  # type: ignore[return-value]


def _enter(committee: Committee) -> Response:
    form, draft = KnownForm(), Draft.begin(now())
    try:
        with act(Channel.WEB) as here:
            if not committee.is_welcoming:
                raise committees.NotWelcoming
            found = recognised(here, form, draft, committee.agreement_id)
    except Refusal as refusal:
        form.refuse_whoever(refusal)
        return _page("show", committee, form)
    if found is None:
        form.refuse(form.number, _("Écrivez votre numéro de téléphone, ou le code de votre carte. Sinon, appelez-nous."))
        return _page("show", committee, form)
    return _prove(committee, found) if found.number else _needs(committee, found)


def _prove(committee: Committee, draft: Draft, form: ProveForm | None = None) -> Response:
    form = form or ProveForm(formdata=None)
    form.step.data, form.draft.data = "proved", _seal(committee, draft.at_stage("proving"))
    address = url_for("committees.show", code=committee.code)
    return _page("prove", committee, form, action=address, back=address)


def _resend(committee: Committee) -> Response:
    draft, form = _unseal(committee, "proving"), ProveForm(formdata=None)
    try:
        with act(Channel.WEB) as here:
            send_proof(here, draft.number, committee.agreement_id)
    except Refusal as refusal:
        form.refuse(form.proof, refusal)
    return _prove(committee, draft, form)


def _proved(committee: Committee) -> Response:
    draft, form = _unseal(committee, "proving"), ProveForm()
    try:
        with act(Channel.WEB) as here:
            draft = proved(here, form, draft)
    except Refusal as refusal:
        form.refuse(form.proof, refusal)
        return _prove(committee, draft, form)
    return _needs(committee, draft)


def _needs(committee: Committee, draft: Draft, form: WishForm | None = None) -> Response:
    form = form or _said_before(committee, draft)
    form.step.data, form.draft.data = "ask", _seal(committee, draft.at_stage("seat"))
    known = bool(_reached(draft))
    return _page("needs", committee, form, known=known)


def _said_before(committee: Committee, draft: Draft) -> WishForm:
    """The form, with what whoever is here asked for already."""
    form, candidacy = WishForm(formdata=None), committees.live(looking(), committee, _person(draft))
    if candidacy is not None:
        needs, reach = committees.needs_of(candidacy), committees.reach_of(candidacy)
        form.supports.data, form.children.data, form.more.data = list(needs.supports), needs.children or None, needs.more
        form.name.data, form.how.data, form.part.data, form.uses_about.data = reach.name, reach.how, reach.part, candidacy.uses_about
    return form


def _reached(draft: Draft) -> str:
    """Where whoever is here may be called already; empty when they said nothing yet."""
    return participants.number_of(db_session(), UUID(draft.participant or "")) or ""


def _ask(committee: Committee) -> Response:
    draft, form = _unseal(committee, "seat"), WishForm()
    try:
        with act(Channel.WEB) as here:
            candidacy = committees.ask(here, committee, _person(draft), form.wish(_reached(draft)))
            rights.count_again(here, _person(draft))
    except (NumberNeeded, committees.ReachMissing) as refusal:
        form.refuse(form.number, refusal)
        return _needs(committee, draft, form)
    except ChildrenWrong as refusal:
        form.refuse(form.children, refusal)
        return _needs(committee, draft, form)
    except Refusal as refusal:
        form.refuse(None, refusal)
        return _needs(committee, draft, form)
    done = StepForm(formdata=None)
    done.draft.data = _seal(committee, draft.at_stage("asked"))
    return _page("asked", committee, done, candidacy=candidacy, personal_code=draft.personal_code)


def _asked_again(committee: Committee) -> Response:
    """The last page in another language."""
    draft, form = _unseal(committee, "asked"), StepForm(formdata=None)
    form.draft.data = _seal(committee, draft.at_stage("asked"))
    candidacy = committees.live(looking(), committee, _person(draft))
    if candidacy is None:
        raise DraftLost
    return _page("asked", committee, form, candidacy=candidacy, personal_code=draft.personal_code)


def _resume(committee: Committee) -> Response:
    """The same page in another language, with what was typed on it."""
    place, was_typed = request.form["place"], request.form.get("step") != "resume"
    if place == "prove":
        return _prove(committee, _unseal(committee, "proving"), ProveForm() if was_typed else None)
    if place == "asked":
        return _asked_again(committee)
    return _needs(committee, _unseal(committee, "seat"), WishForm() if was_typed else None)


STEPS = {"enter": _enter, "proved": _proved, "resend": _resend, "ask": _ask}


def _seal(committee: Committee, draft: Draft) -> str:
    return draft.seal(premises().config.secret_key, committee.id)


def _unseal(committee: Committee, stage: str) -> Draft:
    try:
        return unseal(request.form.get("draft", ""), premises().config.secret_key, committee.id, stage, now())
    except BrokenDraft as error:
        raise DraftLost from error


def _person(draft: Draft) -> Participant:
    found = person_of(db_session(), draft)
    if found is None:
        raise DraftLost
    return found


def _draw(id: str) -> tuple[Draw, Committee]:
    try:
        draw = db_session().get(Draw, UUID(id))
    except ValueError:
        abort(404)
    if draw is None:
        abort(404)
    return draw, db_session().get_one(Committee, draw.committee_id)


@blueprint.get("/draws/<id>")
@public
def draw(id: str) -> str:
    """What was fixed, large enough for the room; once it fell, who was drawn, in pseudonyms."""
    found, committee = _draw(id)
    texts = Wordings(db_session(), [committee.id])
    return render_template(
        "committees/draw.html",
        draw=found,
        told=document(found),
        quotas=[(answer_names().get((quota.feature, quota.value), quota.value), quota.least, quota.most) for quota in quotas_of(found)],
        committee=committee,
        name=texts.marked(committee.id, "name", language()),
        table=governance.table_of(db_session(), committee.agreement_id),
        today=today(),
    )


@blueprint.get("/draws/<id>.json")
@public
def draw_document(id: str) -> Response:
    """What `docs/verify_draw.py` replays."""
    found, _committee = _draw(id)
    response = Response(json.dumps(document(found), ensure_ascii=False, indent=1) + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="tirage.json"'
    return response
