"""A meeting, as the table prepares and keeps it: called, answered, what each needs, who was there, what was decided."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, StringField, TextAreaField

from engage import committees, reports, voting
from engage.committees import Committee, Decision, Meeting, Membership, SupportLine, SupportState, attendance, decisions, meetings, supports
from engage.doorway import EDITORS, act, db_session, language, looking, now, staff_only, today
from engage.kernel.act import QUEBEC, Channel
from engage.kernel.numbers import e164
from engage.kernel.paper import pdf
from engage.kernel.plain import Reading, reading
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wordings
from engage.web.committees import support_names
from engage.web.forms import ChoiceField, NumberField, StaffForm, local_hour, typed_day
from engage.web.looks import clock, day
from engage.web.staff.reach import TABLE, mine, my_agreements, my_row, row

blueprint = Blueprint("staff_meetings", __name__, url_prefix="/staff/meetings")


class MeetingForm(StaffForm):
    on = StringField()
    at = StringField()
    until = StringField()
    place = StringField()
    is_accessible = BooleanField()
    by_bus = BooleanField()
    phone_in = StringField()
    agenda = TextAreaField()
    papers = TextAreaField()
    agenda_en = TextAreaField()
    papers_en = TextAreaField()
    prepares_on = StringField()
    prepares_at = StringField()
    debriefs_on = StringField()
    debriefs_at = StringField()


class SupportForm(StaffForm):
    state = ChoiceField()
    dollars = StringField()
    in_advance = BooleanField()
    was_told = BooleanField()


class DecisionForm(StaffForm):
    text = TextAreaField()
    next = TextAreaField()
    due_on = StringField()
    votes = NumberField()
    votes_reserved = NumberField()
    consultation = ChoiceField()
    proposed_by = ChoiceField()


@blueprint.get("/new/<committee_id>")
@staff_only(*EDITORS)
def new(committee_id: str) -> Response:
    return _edit(my_row(Committee, committee_id), None, MeetingForm(formdata=None))


@blueprint.post("/new/<committee_id>")
@staff_only(*EDITORS)
def made(committee_id: str) -> Response:
    return _write(my_row(Committee, committee_id), None)


@blueprint.get("/<id>/edit")
@staff_only(*EDITORS)
def edit(id: str) -> Response:
    meeting = my_row(Meeting, id)
    form, texts = MeetingForm(formdata=None, obj=meeting), Wordings(db_session(), [meeting.id])
    for name in meetings.OF_MEETING:
        form[name].data = texts.latest(meeting.id, name, "fr")[0]
        form[f"{name}_en"].data = texts.latest(meeting.id, name, "en")[0]
    form.on.data, form.at.data = _typed(meeting.starts_at)
    form.until.data = _typed(meeting.ends_at)[1]
    for name in ("prepares", "debriefs"):
        moment = getattr(meeting, f"{name}_at")
        form[f"{name}_on"].data, form[f"{name}_at"].data = _typed(moment) if moment else ("", "")
    return _edit(db_session().get_one(Committee, meeting.committee_id), meeting, form)


def _typed(moment: datetime) -> tuple[str, str]:
    local = moment.astimezone(QUEBEC)
    return local.date().isoformat(), f"{local:%H:%M}"


@blueprint.post("/<id>/edit")
@staff_only(*EDITORS)
def edited(id: str) -> Response:
    meeting = my_row(Meeting, id)
    return _write(db_session().get_one(Committee, meeting.committee_id), meeting)


def _edit(committee: Committee, meeting: Meeting | None, form: MeetingForm) -> Response:
    name = Wordings(db_session(), [committee.id]).text(committee.id, "name", language())
    page = render_template("staff/meeting_edit.html", committee=committee, meeting=meeting, form=form, name=name)
    return make_response(page, 409 if form.mistakes() else 200)


def _write(committee: Committee, meeting: Meeting | None) -> Response:
    form = MeetingForm()
    if not form.sent_well():
        return _edit(committee, meeting, form)
    starts_at, ends_at = local_hour(form, form.on, form.at), local_hour(form, form.on, form.until)
    asides = {name: _aside(form, name) for name in ("prepares", "debriefs")}
    phone_in = e164(form.phone_in.data) if form.phone_in.data else ""
    if phone_in is None:
        form.refuse(form.phone_in, _("Écrivez un numéro de téléphone à 10 chiffres."))
    if form.mistakes() or starts_at is None or ends_at is None:
        return _edit(committee, meeting, form)
    try:
        with act(Channel.WEB) as here:
            meeting = meetings.call_meeting(
                here,
                committee,
                starts_at=starts_at,
                ends_at=ends_at,
                place=form.place.data or "",
                texts={
                    name: {"fr": (form[name].data or "").strip(), "en": (form[f"{name}_en"].data or "").strip()}
                    for name in meetings.OF_MEETING
                },
                is_accessible=bool(form.is_accessible.data),
                by_bus=bool(form.by_bus.data),
                phone_in=phone_in or "",
                prepares_at=asides["prepares"],
                debriefs_at=asides["debriefs"],
                meeting=meeting,
            )
    except committees.MeetingInThePast as refusal:
        form.refuse(form.on, refusal)
    except committees.MeetingTextTooLong as refusal:
        form.refuse(form.place, refusal)
    except Refusal as refusal:
        form.refuse(form.agenda, refusal)
    if form.mistakes() or meeting is None:
        return _edit(committee, meeting, form)
    return _back(meeting)


def _aside(form: MeetingForm, name: str) -> datetime | None:
    on = form[f"{name}_on"]
    return local_hour(form, on, form[f"{name}_at"]) if (on.data or "").strip() else None


def _back(meeting: Meeting) -> Response:
    return redirect(url_for("staff_meetings.show", id=meeting.id))  # type: ignore[return-value]


@blueprint.get("/<id>")
@staff_only(*TABLE)
def show(id: str) -> Response:
    return _show(my_row(Meeting, id, *TABLE), DecisionForm(formdata=None))


def _show(meeting: Meeting, form: DecisionForm) -> Response:
    session, here = db_session(), looking()
    committee = session.get_one(Committee, meeting.committee_id)
    members, seats = meetings.members_at(session, meeting), {seat.id: seat for seat in committees.seats(here, committee.id)}
    decided = [each for each in decisions.of_committee(session, committee.id) if each.meeting_id == meeting.id]
    texts = Wordings(session, [committee.id, meeting.id, *(each.id for each in decided)])
    votes = [each for each in voting.of_agreements(session, [meeting.agreement_id]) if each.is_published]
    form.consultation.choices = [("", _("aucun")), *((str(each.id), each.code) for each in votes)]
    named = [(str(each.id), _called(each, seats)) for each in decisions.proposers(session, meeting)]
    form.proposed_by.choices = [("", _("personne en particulier")), *named]
    reserved = {seat.id for seat in seats.values() if seat.is_reserved}
    present, among, holds = attendance.quorum(session, committee, meeting, reserved)
    page = render_template(
        "staff/meeting.html",
        meeting=meeting,
        committee=committee,
        members=sorted(members, key=lambda each: _called(each, seats)),
        called=lambda each: _called(each, seats),
        replies=meetings.replies(session, meeting),
        needs_of=meetings.needs_of,
        reachable={each.id: each.participant_id is None or committees.telling.reachable(here, each.participant_id) for each in members},
        presence=attendance.present_at(session, meeting),
        lines=supports.lines(session, meeting),
        by_id={each.id: each for each in members},
        supports=support_names(),
        warning=supports.WARNING,
        quorum=(present, among, holds),
        decided=decided,
        text=lambda owner, name: texts.text(owner.id, name, language()),
        readings={name: _reading(texts.text(meeting.id, name, "fr")) for name in meetings.OF_MEETING},
        papers_late=meeting in meetings.late_papers(session, [meeting.agreement_id], today()),
        may_edit=meeting.agreement_id in {each.id for each in my_agreements(*EDITORS)},
        awaits=meeting.awaits(now()),
        has_begun=now() >= meeting.starts_at - attendance.EARLY,
        form=form,
        today=today(),
    )
    return make_response(page, 409 if form.mistakes() else 200)


def _called(membership: Membership, seats: dict[UUID, committees.Seat]) -> str:
    """How the table calls a member, or whose seat it is; never why they sit there."""
    seat = seats.get(membership.seat_id)
    return membership.name or (seat.institution if seat else "") or _("Un membre")


def _reading(text: str) -> Reading:
    return reading(text)


@blueprint.post("/<id>")
@staff_only(*EDITORS)
def served(id: str) -> Response:
    """Invite everyone, or call it off."""
    meeting = my_row(Meeting, id)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            if request.form.get("step") == "invite":
                meetings.invite(here, meeting)
            elif request.form.get("step") == "off":
                meetings.call_off(here, meeting)
    return _back(meeting)


@blueprint.get("/<id>/off")
@staff_only(*EDITORS)
def off(id: str) -> str:
    """Who will be told, before it is called off."""
    meeting = my_row(Meeting, id)
    members = len(meetings.members_at(db_session(), meeting))
    return render_template("staff/meeting_off.html", meeting=meeting, members=members, form=StaffForm(formdata=None))


@blueprint.post("/<id>/members/<member_id>")
@staff_only(*TABLE)
def member(id: str, member_id: str) -> Response:
    """What a member said on the phone, or whether they are in the room: one tap."""
    meeting, membership = my_row(Meeting, id, *TABLE), row(Membership, member_id)
    step = request.form.get("step", "")
    if StaffForm().sent_well():
        with act(Channel.ASSISTED) as here:
            if step in ("yes", "no"):
                meetings.answer(here, meeting, membership, comes=step == "yes")
            elif step in ("present", "absent"):
                attendance.note(here, meeting, membership, present=step == "present")
    return _back(meeting)


@blueprint.get("/supports/<id>")
@staff_only(*TABLE)
def support(id: str) -> Response:
    return _support(*_line(id), SupportForm(formdata=None))


def _line(id: str) -> tuple[SupportLine, Meeting]:
    line = row(SupportLine, id)
    meeting = db_session().get_one(Meeting, line.meeting_id)
    mine(meeting.agreement_id, *TABLE)
    return line, meeting


def _support(line: SupportLine, meeting: Meeting, form: SupportForm) -> Response:
    if not form.is_submitted():
        form.state.data, form.in_advance.data, form.was_told.data = line.state, line.in_advance, bool(line.heard_on)
        form.dollars.data = f"{line.cents / 100:.2f}" if line.cents else ""
    page = render_template("staff/support.html", line=line, meeting=meeting, form=form, supports=support_names(), warning=supports.WARNING)
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/supports/<id>")
@staff_only(*TABLE)
def support_settled(id: str) -> Response:
    (line, meeting), form = _line(id), SupportForm()
    if not form.sent_well():
        return _support(line, meeting, form)
    try:
        with act(Channel.WEB) as here:
            cents, was_told = _cents(form.dollars.data or ""), bool(form.was_told.data)
            if form.state.data == "voucher":
                supports.give_voucher(here, line, cents or 0, was_told=was_told)
            elif form.state.data in set(SupportState):
                supports.settle(
                    here, line, SupportState(form.state.data), cents=cents, in_advance=bool(form.in_advance.data), was_told=was_told
                )
    except committees.NotToldYet as refusal:
        form.refuse(form.was_told, refusal)
    except committees.AmountWrong as refusal:
        form.refuse(form.dollars, refusal)
    return _support(line, meeting, form) if form.mistakes() else _back(meeting)


def _cents(typed: str) -> int | None:
    """Dollars as written, in cents; None for nothing. Raises AmountWrong."""
    bare = typed.replace("$", "").replace(" ", "").replace("\xa0", "").replace(",", ".")
    if not bare:
        return None
    whole, _dot, part = bare.partition(".")
    if not (bare.isascii() and whole.isdigit() and len(whole) < 6 and (part or "0").isdigit() and len(part) < 3):
        raise committees.AmountWrong
    return int(whole) * 100 + int((part + "00")[:2])


@blueprint.post("/<id>/decisions")
@staff_only(*EDITORS)
def decided(id: str) -> Response:
    meeting, form = my_row(Meeting, id), DecisionForm()
    sent_well = form.sent_well()
    due_on = typed_day(form, form.due_on)
    if sent_well and not form.mistakes():
        try:
            with act(Channel.WEB) as here:
                decisions.write_decision(
                    here,
                    meeting,
                    texts={"text": {"fr": (form.text.data or "").strip()}, "next": {"fr": (form.next.data or "").strip()}},
                    votes=form.votes.data or 0,
                    votes_reserved=form.votes_reserved.data or 0,
                    due_on=due_on,
                    consultation_id=_vote(meeting, form.consultation.data or ""),
                    proposed_by=_uuid(form.proposed_by.data or ""),
                )
            return _back(meeting)
        except committees.VotesWrong as refusal:
            form.refuse(form.votes, refusal)
        except Refusal as refusal:
            form.refuse(form.text, refusal)
    return _show(meeting, form)


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _vote(meeting: Meeting, typed: str) -> UUID | None:
    """A published vote of the same agreement."""
    return next(
        (each.id for each in voting.of_agreements(db_session(), [meeting.agreement_id]) if str(each.id) == typed and each.is_published),
        None,
    )


@blueprint.post("/decisions/<id>/done")
@staff_only(*EDITORS)
def done(id: str) -> Response:
    decision = my_row(Decision, id)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            decisions.done(here, decision)
    return redirect(url_for("staff_meetings.show", id=decision.meeting_id))  # type: ignore[return-value]


@blueprint.get("/<id>/sheet.pdf")
@staff_only(*TABLE)
def sheet(id: str) -> Response:
    """One sheet to sign for everyone, in one order, without a word on who sits where; the code of the door in large."""
    meeting = my_row(Meeting, id, *TABLE)
    here = looking()
    committee = db_session().get_one(Committee, meeting.committee_id)
    seats = {seat.id: seat for seat in committees.seats(here, committee.id)}
    names = sorted(_called(each, seats) for each in meetings.members_at(db_session(), meeting))
    document = pdf(
        "presence",
        {
            "lang": language(),
            "title": Wordings(db_session(), [committee.id]).text(committee.id, "name", language()),
            "when": f"{day(meeting.starts_at)}, {clock(meeting.starts_at)}. {meeting.place}",
            "ask": _("Écrivez votre nom ou celui que vous voulez, et signez. Rien d’autre n’est demandé."),
            "columns": [_("Nom"), _("Signature")],
            "names": [*names, "", "", "", ""],
            "door": _("Pour dire vous-même que vous êtes là, par texto:"),
            "code": f"{_('ICI')} {meeting.door_code}",
        },
    )
    return Response(document, mimetype="application/pdf")


@blueprint.get("/year/<agreement_id>/<year>")
@staff_only(*EDITORS)
def year(agreement_id: str, year: str) -> str:
    """A fiscal year of an agreement's committees: indicators, and what supports cost; for the table alone."""
    try:
        first, last = reports.fiscal_year(year)
    except reports.YearUnknown:
        abort(404)
    told = supports.year(db_session(), [mine(agreement_id)], first, last)
    found = reports.indicators(db_session(), agreement_id, first, last)
    return render_template(
        "staff/committees_year.html",
        year=year,
        told=told,
        supports=support_names(),
        found=found,
        reasons=_reasons(),
        agreement_id=agreement_id,
    )


def _reasons() -> dict[str, str]:
    return {
        "no_time": _("plus le temps"),
        "health": _("santé"),
        "moved": _("a déménagé"),
        "not_heard": _("pas écoutée"),
        "not_helped": _("l’aide n’est pas venue"),
        "other": _("autre"),
        "term_over": _("mandat fini"),
        "unsaid": _("sans le dire"),
    }
