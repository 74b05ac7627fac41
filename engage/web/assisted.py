"""Helping someone take part: half an hour, agreed to aloud, in which a worker holds the pen. The choice is kept by nobody."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField, StringField

from engage import assistance, committees, feedback, governance, messaging, participants, rights, voting
from engage.assistance import HelpSession, Reason, What
from engage.committees import Committee
from engage.doorway import act, db_session, language, looking, now, person, staff_only
from engage.kernel.act import Act, Channel
from engage.kernel.numbers import e164, written
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, say
from engage.messaging import Purpose
from engage.participants import ConsentKind, Participant, Status
from engage.voting import Consultation
from engage.web.forms import ChoiceField, StaffForm, picked_options
from engage.web.staff.reach import HELPERS, mine, my_agreements

blueprint = Blueprint("assisted", __name__, url_prefix="/staff/assisted")


class StartForm(StaffForm):
    agreement = ChoiceField()
    organisation = StringField()
    reason = ChoiceField()
    by_phone = BooleanField()
    agreed = BooleanField()
    next = HiddenField()


class AssistedForm(StaffForm):
    code = StringField()
    blank = BooleanField()
    status = ChoiceField()
    count = BooleanField()
    again = BooleanField()


class PersonForm(StaffForm):
    step = HiddenField()
    code = StringField()
    number = StringField()
    phone_code = StringField()
    new_code = StringField()
    new_number = StringField()


def helping() -> HelpSession | None:
    """The help that whoever is at the door gives now."""
    return assistance.helping(db_session(), person().id, now())


def _start_form(form: StartForm) -> StartForm:
    form.agreement.choices = [(agreement.id, agreement.label) for agreement in my_agreements(*HELPERS)]
    form.reason.choices = [
        (Reason.READING.value, _("lire ou écrire est difficile")),
        (Reason.NO_DEVICE.value, _("pas de téléphone ni d’ordinateur")),
        (Reason.DISABILITY.value, _("un handicap")),
        (Reason.LANGUAGE.value, _("la langue")),
        (Reason.OTHER.value, _("une autre raison")),
    ]
    return form


@blueprint.get("/")
@staff_only(*HELPERS, for_citizen=True)
def start() -> str:
    help_now = helping()
    if help_now is not None and help_now.agreement_id in {each.id for each in my_agreements(*HELPERS)}:
        votes = voting.open_now(db_session(), now(), help_now.agreement_id)
        texts = {each.id: voting.wordings(db_session(), each).text(each.id, "question", language()) for each in votes}
        seats = {each.code: committees.name_of(db_session(), each.code, language()) for each in _welcoming(help_now.agreement_id)}
        form = StaffForm(formdata=None)
        hears = feedback.hears(looking(), help_now.agreement_id)
        return render_template("assisted/helping.html", helping=help_now, votes=votes, question=texts, seats=seats, hears=hears, form=form)
    form = _start_form(StartForm(formdata=None))
    form.organisation.data = assistance.last_organisation(db_session(), person().id)
    form.next.data = request.args.get("next", "")
    return render_template("assisted/start.html", form=form)


def _welcoming(agreement_id: str) -> Sequence[Committee]:
    return committees.welcoming(db_session(), agreement_id)


@blueprint.post("/")
@staff_only(*HELPERS, for_citizen=True)
def started() -> Response:
    form = _start_form(StartForm())
    form.sent_well()
    agreement_id = mine(form.agreement.data or "", *HELPERS)
    if not form.mistakes():
        try:
            with act(Channel.ASSISTED) as here:
                assistance.start_help(
                    here,
                    person(),
                    agreement_id,
                    organisation=form.organisation.data or "",
                    reason=form.reason.data or "",
                    by_phone=form.by_phone.data,
                    agreed=form.agreed.data,
                )
        except assistance.NotAgreed as refusal:
            form.refuse(form.agreed, refusal)
        except assistance.ReasonMissing as refusal:
            form.refuse(form.reason, refusal)
        except assistance.OrganisationMissing as refusal:
            form.refuse(form.organisation, refusal)
    if form.mistakes():
        return make_response(render_template("assisted/start.html", form=form), 409)
    next_vote = voting.by_code(db_session(), form.next.data or "")
    return redirect(url_for("assisted.vote", code=next_vote.code) if next_vote else url_for("assisted.start"))  # type: ignore[return-value]


@blueprint.post("/end")
@staff_only(*HELPERS, for_citizen=True)
def ended() -> Response:
    if StaffForm().sent_well():
        with act(Channel.ASSISTED) as here:
            assistance.end_help(here, person().id)
    return redirect(url_for("assisted.start"))  # type: ignore[return-value]


def _find(code: str) -> Consultation:
    found = voting.by_code(db_session(), code)
    if found is None or not found.is_open(now()):
        abort(404)
    mine(found.agreement_id, *HELPERS)
    return found


def _page(consultation: Consultation, form: AssistedForm, picked: tuple[int, ...] = ()) -> Response:
    texts = voting.wordings(db_session(), consultation)
    help_now = helping()
    page = render_template(
        "assisted/vote.html",
        consultation=consultation,
        wording=lambda owner, field: texts.text(owner.id, field, language()),
        form=form,
        chosen=picked,
        helping=help_now,
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.get("/<code>")
@staff_only(*HELPERS, for_citizen=True)
def vote(code: str) -> Response:
    consultation = _find(code)
    help_now = helping()
    if help_now is None or help_now.agreement_id != consultation.agreement_id:
        return redirect(url_for("assisted.start", next=consultation.code))  # type: ignore[return-value]
    return _page(consultation, AssistedForm(formdata=None))


@blueprint.post("/<code>")
@staff_only(*HELPERS, for_citizen=True)
def cast(code: str) -> Response:
    """The choice goes from the form into the box. If the half hour is over, nothing is lost: one more yes, and it is sent again."""
    consultation = _find(code)
    form = AssistedForm()
    form.sent_well()
    picked = picked_options()
    if not picked and not form.blank.data:
        form.refuse(None, _("Choisissez au moins une réponse, ou cochez «Je ne choisis rien»."))
    if form.mistakes():
        return _page(consultation, form, picked)
    try:
        with act(Channel.ASSISTED) as here:
            help_now = running_now(here, consultation.agreement_id, go_on=form.again.data)
            assistance.check_no_interest(here, help_now, consultation)
            participant = participants.by_card(here, form.code.data or "", consultation.agreement_id, asked_from=str(person().id))
            done = voting.cast_vote(here, consultation, picked, participant=participant)
            if form.count.data or form.status.data:
                status = Status(form.status.data) if form.status.data in set(Status) else None
                voting.say_more(
                    here, consultation, participant, status=status, consents={ConsentKind.COUNT: True} if form.count.data else {}
                )
            assistance.helped(here, help_now, What.VOTE, participant, consultation)
    except (participants.CodeUnknown, participants.CardMistyped, participants.CardReplaced) as refusal:
        form.refuse(form.code, refusal)
    except assistance.HelpOver as refusal:
        form.refuse(form.again, refusal)
    except Refusal as refusal:
        form.refuse(None, refusal)
    if form.mistakes():
        return _page(consultation, form, picked)
    return make_response(
        render_template("assisted/done.html", consultation=consultation, receipt=done.receipt, form=StaffForm(formdata=None))
    )


def running_now(here: Act, agreement_id: str, *, go_on: bool) -> HelpSession:
    """The help of now, or half an hour more of the last one where the person agreed to it just now. Raises HelpOver."""
    try:
        return assistance.running(here, person().id, agreement_id)
    except assistance.HelpOver:
        if not go_on:
            raise
    last = assistance.last_organisation(here.session, person().id)
    return assistance.start_help(here, person(), agreement_id, organisation=last, reason=Reason.OTHER, by_phone=False, agreed=True)


@blueprint.get("/person")
@staff_only(*HELPERS, for_citizen=True)
def person_page() -> Response:
    help_now = helping()
    if help_now is None:
        return redirect(url_for("assisted.start"))  # type: ignore[return-value]
    return _person(PersonForm(formdata=None), help_now)


def _person(form: PersonForm, help_now: HelpSession | None, done: str = "", personal_code: str = "") -> Response:
    page = render_template("assisted/person.html", form=form, helping=help_now, done=done, personal_code=personal_code)
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/person")
@staff_only(*HELPERS, for_citizen=True)
def served() -> Response:
    """A new card, a new number with a witness, or everything erased: for the person who is there, in their own words."""
    form, done, personal_code = PersonForm(), "", ""
    form.sent_well()
    if not form.mistakes():
        try:
            with act(Channel.ASSISTED) as here:
                done, personal_code = _serve(here, form)
        except Refusal as refusal:
            form.refuse(None, refusal)
    return _person(form if form.mistakes() else PersonForm(formdata=None), helping(), done, personal_code)


def _serve(here: Act, form: PersonForm) -> tuple[str, str]:
    """What was done, and a personal code to tell if there is a new one."""
    help_now = helping()
    if help_now is None:
        raise assistance.HelpOver
    agreement_id = mine(help_now.agreement_id, *HELPERS)
    if form.step.data == "number":
        old = e164(form.number.data or "") or ""
        someone, code = assistance.witness_number(here, help_now, old, _new_number(form))
        assistance.helped(here, help_now, What.NUMBER, someone)
        rights.let_go(here, [old])
        _tell_old_number(here, old, agreement_id)
        return _("Le nouveau numéro est noté. Dites à la personne son code à 4 chiffres, une seule fois:"), code
    someone = _recognised(here, form, agreement_id)
    if form.step.data == "consents":
        rights.answer(here, someone, status=None, consents=dict.fromkeys(ConsentKind, False))
        assistance.helped(here, help_now, What.ANSWERS, someone)
        return _("C’est noté: plus comptée, plus de textos, plus de mots montrés. Ses votes restent."), ""
    if form.step.data == "erase":
        assistance.helped(here, help_now, What.ERASURE, someone)
        rights.ask_erasure(here, someone)
        return _("Tout sera effacé dans 7 jours. La personne peut changer d’avis d’ici là, avec son code."), ""
    someone = rights.take_card(here, someone, form.new_code.data or "", asked_from=str(person().id))
    assistance.helped(here, help_now, What.CARD, someone)
    return _("La nouvelle carte est à la personne. L’ancienne ne sert plus."), ""


MOVED = N_("%(table)s: le code de ce téléphone ne sert plus, il a été changé avec l'aide d'une personne. Pas vous? Appelez: %(number)s.")


def _tell_old_number(here: Act, number: str, agreement_id: str) -> None:
    """Whoever still has the phone reads that its history went elsewhere."""
    table = governance.table_of(here.session, agreement_id)
    if table is not None and table.text_number:
        body = say("fr", MOVED, table=table.text_name, number=written(table.person_number))
        messaging.queue(here, number, body, sender=table.text_number, agreement_id=agreement_id, purpose=Purpose.VOTES)


class NewNumberMissing(Refusal):
    sentence = N_("Écrivez l’ancien et le nouveau numéro, à 10 chiffres chacun.")


def _new_number(form: PersonForm) -> str:
    old, new = e164(form.number.data or ""), e164(form.new_number.data or "")
    if old is None or new is None:
        raise NewNumberMissing
    return new


def _recognised(here: Act, form: PersonForm, agreement_id: str) -> Participant:
    """The person, by the card or by the number and code that they say."""
    phone_code = "".join((form.phone_code.data or "").split())
    if phone_code:
        someone = participants.by_phone_code(here, e164(form.number.data or "") or "", phone_code, asked_from=str(person().id))
    else:
        someone = participants.known_by_card(here, form.code.data or "", asked_from=str(person().id))
    if not assistance.takes_part_in(here, someone, agreement_id):
        raise participants.CardOfAnotherAgreement
    return someone
