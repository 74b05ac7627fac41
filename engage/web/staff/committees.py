"""The table's side of its committees: set them up, call whoever asked, draw, offer, welcome, and see what is missing."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, Field, SelectMultipleField, StringField, TextAreaField

from engage import committees, governance, participants, rights
from engage.committees import Candidacy, Committee, Leaving, Membership, Seat, Stage, Support, Way, Wish, draws
from engage.doorway import EDITORS, act, db_session, language, looking, staff_only, today
from engage.governance import Mechanism
from engage.kernel.act import Act, Channel
from engage.kernel.plain import reading
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wordings
from engage.web.committees import WishFields, support_names
from engage.web.forms import ChoiceField, NumberField, StaffForm, check_keyword
from engage.web.knowing import NumberNeeded
from engage.web.staff.reach import TABLE, mine, my_agreements, my_row, row

blueprint = Blueprint("staff_committees", __name__, url_prefix="/staff/committees")


class CommitteeForm(StaffForm):
    agreement = ChoiceField()
    code = StringField()
    type = ChoiceField()
    level = ChoiceField()
    rule = TextAreaField()
    name = StringField()
    name_en = StringField()
    mandate = TextAreaField()
    mandate_en = TextAreaField()
    rhythm = StringField()
    rhythm_en = StringField()
    place = StringField()
    place_en = StringField()
    short = StringField()
    short_en = StringField()
    institutions = TextAreaField()
    supports = SelectMultipleField(validate_choice=False)
    quorum = NumberField()
    quorum_reserved = NumberField()
    call_within = NumberField()
    is_welcoming = BooleanField()


class SeatsForm(StaffForm):
    number = NumberField()
    is_reserved = BooleanField()
    is_voting = BooleanField()
    institution = StringField()
    term_months = NumberField()


class CallForm(StaffForm, WishFields):
    pass


class MemberForm(StaffForm):
    name = StringField()
    buddy = StringField()


def _kinds() -> list[tuple[str, str]]:
    return [
        ("M1", _("il décide (table, conseil)")),
        ("M2", _("il choisit des projets")),
        ("M3", _("il donne son avis (comité citoyen)")),
        ("M6", _("il prépare ou anime avec vous")),
    ]


def _levels() -> list[tuple[str, str]]:
    return [
        ("0", _("0: on informe")),
        ("1", _("1: on consulte")),
        ("2", _("2: on répond à chaque avis")),
        ("3", _("3: on construit ensemble")),
        ("4", _("4: le comité décide")),
    ]


def _form(form: CommitteeForm) -> CommitteeForm:
    form.agreement.choices = [(each.id, each.label) for each in my_agreements(*EDITORS)]
    form.type.choices, form.level.choices = _kinds(), _levels()
    return form


@blueprint.get("/")
@staff_only(*TABLE)
def every() -> str:
    """Every committee of my tables, whoever waits for a call, and what is missing."""
    ids = [each.id for each in my_agreements(*TABLE)]
    here = looking()
    found = committees.of_agreements(db_session(), ids)
    texts = Wordings(db_session(), [each.id for each in found])

    def name_of(meeting: committees.Meeting) -> str:
        return texts.text(meeting.committee_id, "name", language())

    return render_template(
        "staff/committees.html",
        committees=found,
        name=lambda committee: texts.text(committee.id, "name", language()),
        calls=committees.calls(db_session(), ids),
        by_id={each.id: each for each in found},
        reach=committees.reach_of,
        vacancies=committees.vacancies(db_session(), ids),
        ending=committees.ending_soon(db_session(), ids, today()),
        alone={each.id for each in found if each.agreement_id in _edited() and committees.is_alone(db_session(), each.id, here.day)},
        mechanisms=governance.mechanisms(db_session(), ids),
        late_papers=[(each, name_of(each)) for each in committees.meetings.late_papers(db_session(), ids, today())],
        kinds=dict(_kinds()) | {"M4": _("vote sur les priorités"), "M5": _("avis sur les projets")},
        levels=dict(_levels()),
        may_edit=bool(_edited()),
        edited=[each for each in my_agreements(*EDITORS) if each.id in {committee.agreement_id for committee in found}],
        today=today(),
    )


def _edited() -> set[str]:
    return {each.id for each in my_agreements(*EDITORS)}


@blueprint.get("/new")
@staff_only(*EDITORS)
def new() -> str:
    form = _form(CommitteeForm(formdata=None))
    form.call_within.data, form.is_welcoming.data, form.supports.data = 5, True, [each.value for each in Support]
    return render_template("staff/committee_edit.html", form=form, supports=support_names(), committee=None)


@blueprint.post("/new")
@staff_only(*EDITORS)
def made() -> Response:
    form = _form(CommitteeForm())
    return _write(form, mine(form.agreement.data or ""), None)


@blueprint.get("/<id>/edit")
@staff_only(*EDITORS)
def edit(id: str) -> str:
    committee = my_row(Committee, id)
    mechanism = db_session().get_one(Mechanism, committee.mechanism_id)
    form = _form(CommitteeForm(formdata=None, obj=committee))
    texts = Wordings(db_session(), [committee.id])
    for field in committees.WORDS:
        form[field].data = texts.latest(committee.id, field, "fr")[0]
        form[f"{field}_en"].data = texts.latest(committee.id, field, "en")[0]
    form.agreement.data, form.supports.data = committee.agreement_id, committee.supports.split()
    form.type.data, form.level.data, form.rule.data = mechanism.type, str(mechanism.level), mechanism.rule
    return render_template("staff/committee_edit.html", form=form, supports=support_names(), committee=committee)


@blueprint.post("/<id>/edit")
@staff_only(*EDITORS)
def edited(id: str) -> Response:
    committee = my_row(Committee, id)
    return _write(_form(CommitteeForm()), committee.agreement_id, committee)


_BESIDE: dict[type[Refusal], str] = {
    committees.KeywordTaken: "code",
    committees.LevelUnknown: "level",
    committees.ShortNameCosts: "short",
    committees.ShortNameGivesAway: "short",
    committees.QuorumTooHigh: "quorum",
    committees.CallDelay: "call_within",
    committees.SeatTextTooLong: "institutions",
}


def _write(form: CommitteeForm, agreement_id: str, committee: Committee | None) -> Response:
    if form.sent_well():
        check_keyword(form, form.code)
    if not form.mistakes():
        try:
            with act(Channel.WEB) as here:
                committee = committees.write_committee(
                    here,
                    agreement_id,
                    code=form.code.data or "",
                    type=form.type.data or "",
                    level=int(form.level.data) if form.level.data in dict(_levels()) else -1,
                    rule=form.rule.data or "",
                    texts={field: _texts(form, field) for field in committees.WORDS},
                    institutions=(form.institutions.data or "").splitlines(),
                    supports=[Support(each) for each in form.supports.data or () if each in set(Support)],
                    quorum=form.quorum.data or 0,
                    quorum_reserved=form.quorum_reserved.data or 0,
                    call_within=form.call_within.data or 0,
                    is_welcoming=bool(form.is_welcoming.data),
                    committee=committee,
                )
            return redirect(url_for("staff_committees.show", id=committee.id))  # type: ignore[return-value]
        except Refusal as refusal:
            beside: Field | None = form[_BESIDE[type(refusal)]] if type(refusal) in _BESIDE else None
            form.refuse(beside, refusal)
    return make_response(render_template("staff/committee_edit.html", form=form, supports=support_names(), committee=committee), 409)


def _texts(form: CommitteeForm, field: str) -> dict[str, str]:
    return {"fr": (form[field].data or "").strip(), "en": (form[f"{field}_en"].data or "").strip()}


@blueprint.get("/<id>")
@staff_only(*TABLE)
def show(id: str) -> Response:
    return _show(my_row(Committee, id, *TABLE), SeatsForm(formdata=None))


def _show(committee: Committee, form: SeatsForm) -> Response:
    here = looking()
    if not form.is_submitted():
        form.number.data, form.term_months.data, form.is_reserved.data, form.is_voting.data = 1, 24, True, True
    texts = Wordings(db_session(), [committee.id])
    asked = committees.candidacies(db_session(), committee.id)
    page = render_template(
        "staff/committee.html",
        committee=committee,
        wording=lambda field: texts.text(committee.id, field, language()),
        mechanism=db_session().get_one(Mechanism, committee.mechanism_id),
        kinds=dict(_kinds()),
        levels=dict(_levels()),
        places=committees.places(here, committee),
        candidacies=asked,
        behind=Counter(committees.reach_of(each).number for each in asked),
        reach=committees.reach_of,
        draws=committees.draws_of(db_session(), committee.id),
        waiting=any(each.stage == Stage.ALTERNATE for each in asked),
        alone=committee.agreement_id in _edited() and committees.is_alone(db_session(), committee.id, here.day),
        may_edit=committee.agreement_id in _edited(),
        ways=_ways(),
        reading=reading(" ".join(texts.text(committee.id, field, "fr") for field in ("mandate", "rhythm", "place"))),
        meetings=committees.meetings.of_committee(db_session(), committee.id),
        form=form,
        today=today(),
    )
    return make_response(page, 409 if form.mistakes() else 200)


def _ways() -> dict[str, str]:
    return {
        Way.DRAWN: _("tirage au sort"),
        Way.ALTERNATE: _("en attente, puis appelée"),
        Way.NOMINATED: _("proposée par un groupe"),
        Way.WELCOMED: _("place pour tout le monde"),
        Way.RENEWED: _("mandat renouvelé"),
        Way.INSTITUTION: _("organisation"),
    }


@blueprint.post("/<id>/seats")
@staff_only(*EDITORS)
def seats_added(id: str) -> Response:
    committee, form = my_row(Committee, id), SeatsForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                committees.add_seats(
                    here,
                    committee,
                    form.number.data or 0,
                    is_reserved=bool(form.is_reserved.data),
                    is_voting=bool(form.is_voting.data),
                    institution=form.institution.data or "",
                    term_months=form.term_months.data or 0,
                )
            return _back(committee)
        except committees.TooManySeats as refusal:
            form.refuse(form.number, refusal)
    return _show(committee, form)


def _back(committee: Committee) -> Response:
    return redirect(url_for("staff_committees.show", id=committee.id))  # type: ignore[return-value]


@blueprint.post("/<id>/end")
@staff_only(*EDITORS, is_grave=True)
def ended(id: str) -> Response:
    committee = my_row(Committee, id)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            committees.end_committee(here, committee)
    return redirect(url_for("staff_committees.every"))  # type: ignore[return-value]


@blueprint.post("/seats/<id>")
@staff_only(*EDITORS)
def seat_served(id: str) -> Response:
    """One gesture on a seat: offer it to the next in line, or to someone who asked; seat an organisation; take the seat away."""
    seat = row(Seat, id)
    committee = my_row(Committee, str(seat.committee_id))
    step = request.form.get("step")
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            if step == "next":
                draws.call_alternate(here, seat)
            elif step == "remove":
                committees.remove_seat(here, seat)
            elif step == "institution":
                last = committees.months_later(here.day, seat.term_months)
                committees.seat_institution(here, seat, here.day, last)
            elif step == "offer":
                candidacy = my_row(Candidacy, request.form.get("candidacy", ""))
                if candidacy.committee_id == committee.id:
                    committees.offer(here, seat, candidacy, Way.WELCOMED)
    return _back(committee)


@blueprint.get("/candidacies/<id>")
@staff_only(*TABLE)
def candidacy(id: str) -> Response:
    found = my_row(Candidacy, id, *TABLE)
    form, needs, reach = CallForm(formdata=None), committees.needs_of(found), committees.reach_of(found)
    form.supports.data, form.children.data, form.more.data = list(needs.supports), needs.children or None, needs.more
    form.name.data, form.how.data, form.part.data, form.uses_about.data = reach.name, reach.how, reach.part, found.uses_about
    return _candidacy(found, form)


def _candidacy(found: Candidacy, form: CallForm) -> Response:
    committee = db_session().get_one(Committee, found.committee_id)
    texts = Wordings(db_session(), [committee.id])
    lived = participants.lived(db_session(), found.participant_id)
    page = render_template(
        "staff/candidacy.html",
        candidacy=found,
        committee=committee,
        reach=committees.reach_of(found),
        wording=lambda field: texts.text(committee.id, field, language()),
        supports=support_names(),
        answered=lived is not None,
        form=form,
        late=committees.is_late(found, today()),
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/candidacies/<id>")
@staff_only(*TABLE)
def candidacy_called(id: str) -> Response:
    """What came of a call: nobody answered, they want the seat, or they do not."""
    found, form = my_row(Candidacy, id, *TABLE), CallForm()
    came = request.form.get("came")
    if form.sent_well() and came == "ready" and not request.form.get("heard"):
        form.refuse(None, _("Dites d’abord à la personne qui est dans la salle, puis cochez la case."))
    if not form.mistakes():
        try:
            with act(Channel.ASSISTED) as here:
                _note(here, found, form, came or "")
            return redirect(url_for("staff_committees.show", id=found.committee_id))  # type: ignore[return-value]
        except NumberNeeded as refusal:
            form.refuse(form.number, refusal)
        except Refusal as refusal:
            form.refuse(None, refusal)
    return _candidacy(found, form)


def _note(here: Act, found: Candidacy, form: CallForm, came: str) -> None:
    if came == "nobody":
        committees.no_answer(here, found)
    elif came == "withdrawn":
        committees.withdraw(here, found)
    elif came == "ready":
        wish: Wish = form.wish(committees.reach_of(found).number)
        committees.called(here, found, wish)
        rights.count_again(here, here.session.get_one(participants.Participant, found.participant_id))


@blueprint.get("/memberships/<id>")
@staff_only(*TABLE)
def member(id: str) -> Response:
    found, committee = _membership(id)
    form = MemberForm(formdata=None, obj=found)
    return _member(found, committee, form)


def _membership(id: str) -> tuple[Membership, Committee]:
    found = row(Membership, id)
    committee = db_session().get_one(Committee, found.committee_id)
    mine(committee.agreement_id, *TABLE)
    return found, committee


def _member(found: Membership, committee: Committee, form: MemberForm) -> Response:
    reasons = {
        Leaving.NO_TIME: _("plus le temps"),
        Leaving.HEALTH: _("santé"),
        Leaving.MOVED: _("a déménagé"),
        Leaving.NOT_HEARD: _("pas écoutée"),
        Leaving.NOT_HELPED: _("l’aide n’est pas venue"),
        Leaving.OTHER: _("autre"),
    }
    number = participants.number_of(db_session(), found.participant_id) if found.participant_id else None
    page = render_template(
        "staff/member.html",
        membership=found,
        committee=committee,
        number=number,
        reasons=reasons,
        form=form,
        name=Wordings(db_session(), [committee.id]).text(committee.id, "name", language()),
        may_edit=committee.agreement_id in _edited(),
        today=today(),
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/memberships/<id>")
@staff_only(*TABLE)
def member_served(id: str) -> Response:
    """What a member said to a worker, or what the table prepares for them."""
    found, committee = _membership(id)
    form = MemberForm()
    if not form.sent_well():
        return _member(found, committee, form)
    try:
        with act(Channel.ASSISTED) as here:
            _serve_member(here, found, form)
    except Refusal as refusal:
        form.refuse(None, refusal)
        return _member(found, committee, form)
    return _back(committee)


def _serve_member(here: Act, found: Membership, form: MemberForm) -> None:
    step, reason = request.form.get("step"), request.form.get("reason", "")
    if step == "accept":
        committees.accept(here, found)
    elif step == "leave":
        committees.leave(here, found, Leaving(reason) if reason in set(Leaving) else None)
    elif step == "renew":
        committees.renew(here, found)
    elif step == "welcome":
        committees.welcome_member(here, found, name=form.name.data or "", buddy=form.buddy.data or "")
