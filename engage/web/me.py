"""My page: what is kept of me, and what I can change, take back or erase. A code opens it; nothing of it stays on the device."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField, IntegerField, StringField

from engage import assistance, committees, governance, ledger, messaging, participants, rights, voting
from engage.doorway import act, address, db_session, language, looking, now, premises, public
from engage.kernel.act import Act, Channel
from engage.kernel.numbers import e164
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger import Kind
from engage.messaging import Keeps
from engage.participants import AgeBand, ConsentKind, Gender, Participant, Status
from engage.web.asking import ask_leave, send_proof
from engage.web.committees import support_names
from engage.web.draft import BrokenDraft, Draft, person_of, unseal
from engage.web.feedback import step_names
from engage.web.forms import ChoiceField, Form
from engage.web.knowing import DraftLost, NumberNeeded, StepForm
from engage.web.padding import padded

blueprint = Blueprint("me", __name__)
NOWHERE = UUID(int=0)
"""My page belongs to no consultation: its draft is bound to this instead."""


class CodeMissing(Refusal):
    sentence = N_("Écrivez le code de votre carte, ou votre numéro avec votre code à 4 chiffres.")


class StoppedThere(Refusal):
    sentence = N_("Ce téléphone a demandé d’arrêter les textos. Pour en recevoir de nouveau, écrivez REPRENDRE de ce téléphone.")


class EnterForm(Form):
    step = HiddenField()
    code = StringField()
    number = StringField()
    phone_code = StringField()


class AnswersForm(StepForm):
    status = ChoiceField()
    count = BooleanField()
    words = BooleanField()
    contact = BooleanField()


class AboutForm(StepForm):
    gender = ChoiceField()
    age = ChoiceField()
    disability = ChoiceField()
    indigenous = ChoiceField()
    newcomer = ChoiceField()


class ContactForm(StepForm):
    number = StringField()
    keeps = ChoiceField()
    from_hour = IntegerField()
    to_hour = IntegerField()
    weekdays_only = BooleanField()
    voicemail = BooleanField()
    caller_name = StringField()


class NumberForm(StepForm):
    number = StringField()
    proof = StringField()


class CardForm(StepForm):
    code = StringField()


@blueprint.get("/me", strict_slashes=False)
@public
def enter() -> str:
    form = EnterForm(formdata=None)
    form.step.data = "enter"
    return render_template("me/enter.html", form=form)


@blueprint.post("/me")
@public
def stepped() -> Response:
    if request.form.get("step") == "enter":
        return _enter()
    step = STEPS.get(request.form.get("step", ""))
    return step(_opened()) if step else redirect(url_for("me.enter"))  # type: ignore[return-value]


def _enter() -> Response:
    form = EnterForm()
    code, phone_code = (form.code.data or "").strip(), "".join((form.phone_code.data or "").split())
    try:
        with act(Channel.WEB) as here:
            if phone_code:
                number = e164(form.number.data or "") or ""
                person = participants.by_phone_code(here, number, phone_code, asked_from=address())
            elif code:
                person = participants.known_by_card(here, code, asked_from=address())
            else:
                raise CodeMissing
    except Refusal as refusal:
        form.refuse(form.phone_code if phone_code else form.code, refusal)
        return make_response(render_template("me/enter.html", form=form), 409)
    return see(Draft.begin(now()).of(person).at_stage("me"))


def _opened() -> Draft:
    try:
        draft = unseal(request.form.get("draft", ""), premises().config.secret_key, NOWHERE, "me", now())
    except BrokenDraft as error:
        raise DraftLost from error
    if person_of(db_session(), draft) is None:
        raise DraftLost
    return draft


def person_here(draft: Draft) -> Participant:
    return db_session().get_one(Participant, UUID(draft.participant or ""))


def page(name: str, draft: Draft, form: StepForm | None = None, next_step: str = "", **values: Any) -> Response:
    form = form or StepForm(formdata=None)
    form.draft.data = draft.seal(premises().config.secret_key, NOWHERE)
    form.step.data = next_step
    return padded(make_response(render_template(f"me/{name}.html", form=form, **values), 409 if form.mistakes() else 200))


def see(draft: Draft, done: str = "") -> Response:
    """Everything kept, each thing with why; `done` says what just changed."""
    here = looking()
    data = rights.my_data(here, person_here(draft))
    names = {
        each["committee"]: committees.name_of(db_session(), each["committee"], language()) for each in (*data["seats"], *data["meetings"])
    }
    unshown = {code for code in names if not _names_are_shown(here, code)}
    return page(
        "me",
        draft,
        data=data,
        why=rights.WHY,
        done=done,
        table=_table(person_here(draft)),
        names=names,
        unshown=unshown,
        steps=step_names(),
        supports=support_names(),
    )


def _names_are_shown(here: Act, code: str) -> bool:
    committee = committees.by_code(here.session, code)
    return committee is not None and committees.may_be_shown(committees.seats(here, committee.id))


def _table(person: Participant) -> governance.RegionalTable | None:
    agreement_id = _agreement_of(person)
    return governance.table_of(db_session(), agreement_id) if agreement_id else None


def _agreement_of(person: Participant) -> str:
    """Where a person last took part; empty for nowhere yet."""
    here = looking()
    return next((consultation.agreement_id for consultation, _ in voting.votes_of(here, person)), "") or participants.agreement_of_card(
        db_session(), person.id
    )


def attempt(form: Form, field: Any, do: Callable[[Act], None]) -> bool:
    """Do it in one act; a refusal is said beside the field."""
    try:
        with act(Channel.WEB) as here:
            do(here)
    except Refusal as refusal:
        form.refuse(field, refusal)
    return not form.mistakes()


def _answers(draft: Draft) -> Response:
    form, me = AnswersForm(formdata=None), person_here(draft)
    data = rights.my_data(looking(), me)
    form.status.data = data["status"]["answer"] if data["status"] else ""
    for kind in ConsentKind:
        form[kind.value].data = data["consents"][kind.value]
    return page("answers", draft, form, "save_answers")


def _save_answers(draft: Draft) -> Response:
    form = AnswersForm()
    said = form.status.data or ""
    consents = {kind: bool(form[kind.value].data) for kind in ConsentKind}
    with act(Channel.WEB) as here:
        rights.answer(here, person_here(draft), status=Status(said) if said in set(Status) else None, consents=consents)
    return see(draft, _("C’est noté."))


_YES_NO = ("yes", "no")
_ABOUT: dict[str, tuple[str, ...]] = {
    "gender": tuple(Gender),
    "age": tuple(AgeBand),
    "disability": _YES_NO,
    "indigenous": _YES_NO,
    "newcomer": _YES_NO,
}


def _about(draft: Draft) -> Response:
    form = AboutForm(formdata=None)
    for name, answer in participants.about(db_session(), person_here(draft).id).items():
        form[name].data = answer
    return page("about", draft, form, "save_about")


def _save_about(draft: Draft) -> Response:
    form = AboutForm()
    answers = {name: form[name].data for name, known in _ABOUT.items() if form[name].data in known}
    with act(Channel.WEB) as here:
        rights.tell_about(here, person_here(draft), answers)
    return see(draft, _("C’est noté."))


def _contact(draft: Draft, form: ContactForm | None = None) -> Response:
    me = person_here(draft)
    reached = participants.number_of(db_session(), me.id) or ""
    given, confirmed = participants.contact_of(db_session(), me.id)
    if form is None:
        form = ContactForm(formdata=None)
        wish = messaging.wish_of(db_session(), me.id)
        form.number.data = given or reached
        form.keeps.data = messaging.keeps(db_session(), reached).value if reached else Keeps.ALL.value
        form.from_hour.data, form.to_hour.data = (wish.from_hour, wish.to_hour) if wish else (9, 21)
        form.weekdays_only.data, form.voicemail.data = (wish.weekdays_only, wish.voicemail) if wish else (False, False)
        form.caller_name.data = wish.caller_name if wish else ""
    return page(
        "contact",
        draft,
        form,
        "save_contact",
        reached=reached,
        own=reached in participants.own_phones(db_session(), me.id),
        waiting=given if given and not confirmed else "",
    )


def _save_contact(draft: Draft) -> Response:
    form, me = ContactForm(), person_here(draft)
    number = e164(form.number.data or "")
    if number is None:
        form.refuse(form.number, NumberNeeded())
        return _contact(draft, form)
    asked = False

    def save(here: Act) -> None:
        nonlocal asked
        theirs = number == participants.number_of(db_session(), me.id) or participants.give_number(here, me, number)
        if not theirs:
            ask_leave(here, number, _agreement_of(me))
            asked = True
            return
        is_own = number in participants.own_phones(db_session(), me.id)
        messaging.wish(
            here,
            me.id,
            number,
            from_hour=form.from_hour.data or 0,
            to_hour=form.to_hour.data or 0,
            weekdays_only=form.weekdays_only.data,
            voicemail=form.voicemail.data and is_own,
            caller_name=(form.caller_name.data or "").strip() if is_own else "",
        )
        now_keeps = messaging.keeps(here.session, number)
        if is_own and form.keeps.data in set(Keeps) and form.keeps.data != now_keeps:
            if now_keeps == Keeps.NOTHING:
                raise StoppedThere
            messaging.keep(here, number, Keeps(form.keeps.data), "person")

    if not attempt(form, None, save):
        return _contact(draft, form)
    return see(
        draft,
        _("Nous avons écrit à ce numéro. Répondez OUI à ce texto: ensuite seulement, nous écrirons là.") if asked else _("C’est noté."),
    )


def _number(draft: Draft, form: NumberForm | None = None) -> Response:
    return page("number", draft, form or NumberForm(formdata=None), "prove" if draft.number else "send")


def _send(draft: Draft) -> Response:
    """A code goes to the new number: the phone proves that it is theirs."""
    form = NumberForm()
    number = e164(form.number.data or "")
    if number is None:
        form.refuse(form.number, NumberNeeded())
        return _number(draft, form)
    if not attempt(form, form.number, lambda here: send_proof(here, number, _agreement_of(person_here(draft)))):
        return _number(draft, form)
    return _number(replace(draft, number=number))


def _prove(draft: Draft) -> Response:
    form = NumberForm()
    codes: list[str] = []

    def move(here: Act) -> None:
        participants.check_proof(here, draft.number, form.proof.data or "", asked_from=address())
        codes.append(rights.move_number(here, person_here(draft), draft.number))

    if not attempt(form, form.proof, move):
        return _number(draft, form)
    return page("moved", draft.of(person_here(draft)), personal_code=codes[0])


def _card(draft: Draft, form: CardForm | None = None) -> Response:
    return page("card", draft, form or CardForm(formdata=None), "save_card")


def _save_card(draft: Draft) -> Response:
    form = CardForm()
    if not attempt(form, form.code, lambda here: _take(here, draft, form.code.data or "")):
        return _card(draft, form)
    return see(draft.of(person_here(draft)), _("Cette carte est à vous. Votre ancienne carte ne sert plus."))


def _take(here: Act, draft: Draft, code: str) -> None:
    rights.take_card(here, person_here(draft), code, asked_from=address())


def _withdraw(draft: Draft) -> Response:
    consultation = voting.by_code(db_session(), request.form.get("vote", ""))
    if consultation is not None:
        with act(Channel.WEB) as here:
            voting.withdraw_vote(here, consultation, person_here(draft))
    return see(draft, _("Votre vote est retiré. Vous pouvez voter encore jusqu’à la fin."))


def _helped(draft: Draft) -> Response:
    try:
        id = UUID(request.form.get("act", ""))
    except ValueError:
        return see(draft)
    theirs = request.form.get("theirs") == "yes"
    with act(Channel.WEB) as here:
        assistance.confirm_helped(here, person_here(draft), id, theirs=theirs)
    return see(
        draft, _("Merci.") if theirs else _("Merci de le dire. Une personne va regarder. Vous pouvez voter encore, ou retirer ce vote.")
    )


def _close(draft: Draft) -> Response:
    """Nothing opened before shows anything any more, on this device or another: the arrow back finds a closed door."""
    person_here(draft).turn += 1
    db_session().flush()
    return redirect(url_for("home.leave"))  # type: ignore[return-value]


def _erase(draft: Draft) -> Response:
    return page("erase", draft, next_step="erase_now")


def _erase_now(draft: Draft) -> Response:
    with act(Channel.WEB) as here:
        rights.ask_erasure(here, person_here(draft))
    return see(draft)


def _undo(draft: Draft) -> Response:
    with act(Channel.WEB) as here:
        rights.undo_erasure(here, person_here(draft))
    return see(draft, _("Rien ne sera effacé."))


def _download(draft: Draft) -> Response:
    document = rights.my_data(looking(), person_here(draft))
    response = make_response(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    response.headers["Content-Type"] = "application/json"
    response.headers["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return response


def _evidence(draft: Draft) -> Response:
    """What of someone stands in the ledger, in words."""
    here = looking()
    facts = [each for each in rights.my_evidence(here, person_here(draft)) if each["kind"] != Kind.REVERSED]
    names = governance.territory_names(db_session(), {each["agreement"] for each in facts})
    return page("evidence", draft, facts=facts, names=names, kinds=kind_names())


def _proofs(draft: Draft) -> Response:
    """The same as one file, which `docs/verify_ledger.py` checks."""
    facts = rights.my_evidence(looking(), person_here(draft))
    document = {"verifier": ledger.verifier(premises().db.keys.ledger), "facts": facts}
    response = make_response(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    response.headers["Content-Type"] = "application/json"
    response.headers["Content-Disposition"] = 'attachment; filename="mes-preuves.json"'
    return response


def kind_names() -> dict[str, str]:
    """The acts that people do, as they call them."""
    return {
        Kind.VOTE_CAST: _("Un vote"),
        Kind.ATTENDED: _("Une rencontre"),
        Kind.CONTRIBUTED: _("Un avis"),
        Kind.FOLLOWED_UP: _("Une réponse sur un projet"),
        Kind.SEAT_TAKEN: _("Une place prise"),
        Kind.SEAT_LEFT: _("Une place laissée"),
    }


STEPS: dict[str, Callable[[Draft], Response]] = {
    "see": see,
    "resume": see,
    "answers": _answers,
    "save_answers": _save_answers,
    "about": _about,
    "save_about": _save_about,
    "contact": _contact,
    "save_contact": _save_contact,
    "number": _number,
    "send": _send,
    "prove": _prove,
    "card": _card,
    "save_card": _save_card,
    "withdraw": _withdraw,
    "helped": _helped,
    "close": _close,
    "erase": _erase,
    "erase_now": _erase_now,
    "undo": _undo,
    "download": _download,
    "evidence": _evidence,
    "proofs": _proofs,
}
