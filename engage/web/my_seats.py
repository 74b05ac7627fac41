"""My page's part about committees: an offer answered, a seat shown or left, a meeting answered, a presence confirmed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Response, make_response, request
from flask_babel import gettext as _
from icalendar import Calendar, Event
from wtforms import HiddenField, SelectMultipleField, StringField

from engage import committees
from engage.committees import Committee, DayNeeds, Leaving, Meeting, Membership, attendance, meetings
from engage.doorway import act, address, db_session, language, now
from engage.kernel.act import Act, Channel
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, Wordings
from engage.web.committees import ChildrenWrong, support_names
from engage.web.draft import Draft
from engage.web.forms import ChoiceField, NumberField
from engage.web.knowing import StepForm
from engage.web.me import attempt, page, person_here, see


class MeetingForm(StepForm):
    meeting = HiddenField()
    comes = ChoiceField()
    supports = SelectMultipleField(validate_choice=False)
    children = NumberField()
    more = StringField()
    pick_up = StringField()


class HereForm(StepForm):
    meeting = HiddenField()
    code = StringField()


class LeaveForm(StepForm):
    seat = HiddenField()
    reason = ChoiceField()


class SeatGone(Refusal):
    sentence = N_("Cette demande ou cette place n’est plus à vous. Rien n’a changé.")


def _seat(draft: Draft) -> Membership:
    """The seat that the form names, when it is held by, or offered to, whoever is here. Raises SeatGone."""
    held = {str(membership.id): membership for membership, _committee in committees.memberships_of(db_session(), person_here(draft).id)}
    found = held.get(request.form.get("seat", ""))
    if found is None:
        raise SeatGone
    return found


def _answer_offer(draft: Draft) -> Response:
    wanted = request.form.get("wanted") == "yes"
    membership = _seat(draft)
    with act(Channel.WEB) as here:
        (committees.accept if wanted else committees.decline)(here, membership)
    return see(draft, _("La place est à vous. Bienvenue!") if wanted else _("C’est noté: vous ne prenez pas cette place."))


def _withdraw_wish(draft: Draft) -> Response:
    asked = {str(candidacy.id): candidacy for candidacy, _committee in committees.candidacies_of(db_session(), person_here(draft).id)}
    found = asked.get(request.form.get("seat", ""))
    if found is None:
        raise SeatGone
    with act(Channel.WEB) as here:
        committees.withdraw(here, found)
    return see(draft, _("Votre demande est retirée. Vous pouvez redemander un jour."))


def _leave_seat(draft: Draft) -> Response:
    form = LeaveForm(formdata=None)
    form.seat.data = str(_seat(draft).id)
    return page("leave_seat", draft, form, "left_seat")


def _left_seat(draft: Draft) -> Response:
    form, membership = LeaveForm(), _seat(draft)
    reason = Leaving(form.reason.data) if form.reason.data in set(Leaving) else None
    with act(Channel.WEB) as here:
        committees.leave(here, membership, reason)
    return see(draft, _("C’est noté: vous avez laissé votre place. Merci du temps donné."))


def _show_self(draft: Draft) -> Response:
    membership = _seat(draft)
    with act(Channel.WEB) as here:
        committees.show(here, membership, request.form.get("shown", ""))
    return see(draft, _("C’est noté."))


def _mine(draft: Draft) -> tuple[Meeting, Membership, Committee]:
    """The meeting that the form names, when whoever is here was invited to it. Raises SeatGone."""
    for membership, committee, meeting in meetings.of_person(db_session(), person_here(draft).id):
        if str(meeting.id) == request.form.get("meeting", ""):
            return meeting, membership, committee
    raise SeatGone


def _meeting(draft: Draft, form: MeetingForm | None = None, here: HereForm | None = None) -> Response:
    """Agenda and papers, what one needs that day, and on the day itself: I am here."""
    meeting, membership, committee = _mine(draft)
    if form is None:
        form, reply = MeetingForm(formdata=None), meetings.replies(db_session(), meeting).get(membership.id)
        needs = meetings.needs_of(reply) if reply else meetings.first_needs(db_session(), membership)
        form.comes.data = ("yes" if reply.comes else "no") if reply else ""
        if needs != DayNeeds():
            form.supports.data, form.children.data = list(needs.supports), needs.children or None
            form.more.data, form.pick_up.data = needs.more, needs.pick_up
    form.meeting.data = str(meeting.id)
    texts = Wordings(db_session(), [meeting.id, committee.id])
    return page(
        "meeting",
        draft,
        form,
        "save_meeting",
        meeting=meeting,
        committee=committee,
        wording=lambda owner, field: texts.marked(owner.id, field, language()),
        supports=support_names(),
        awaits=meeting.awaits(now()),
        presence=attendance.of_member(db_session(), meeting, membership.id),
        is_now=meeting.starts_at - attendance.EARLY <= now() <= meeting.ends_at + attendance.LATE,
    )


def _save_meeting(draft: Draft) -> Response:
    form = MeetingForm()
    meeting, membership, _committee = _mine(draft)
    if form.comes.data not in ("yes", "no"):
        form.refuse(form.comes, _("Dites si vous venez: oui ou non."))
        return _meeting(draft, form)
    if form.children.process_errors:
        form.refuse(form.children, ChildrenWrong())
        return _meeting(draft, form)
    needs = DayNeeds(tuple(form.supports.data or ()), form.children.data or 0, form.more.data or "", form.pick_up.data or "")
    comes = form.comes.data == "yes"
    if not attempt(form, None, lambda here: _answered(here, meeting, membership, comes=comes, needs=needs)):
        return _meeting(draft, form)
    return see(draft, _("C’est noté. Une personne s’occupe de ce qu’il vous faut.") if comes else _("C’est noté: vous ne venez pas."))


def _answered(here: Act, meeting: Meeting, membership: Membership, *, comes: bool, needs: DayNeeds) -> None:
    meetings.answer(here, meeting, membership, comes=comes, needs=needs)


def _here(draft: Draft) -> Response:
    form = HereForm()
    meeting, membership, _committee = _mine(draft)

    def come(here: Act) -> None:
        attendance.check_in(here, meeting, membership, form.code.data or "", asked_from=address())

    shown = MeetingForm(formdata=None)
    if not attempt(shown, None, come):
        return _meeting(draft, shown)
    return see(draft, _("C’est noté: vous êtes là. Merci d’être venu."))


def _presence(draft: Draft) -> Response:
    try:
        id = UUID(request.form.get("presence", ""))
    except ValueError:
        return see(draft)
    theirs = request.form.get("theirs") == "yes"
    with act(Channel.WEB) as here:
        attendance.confirm(here, person_here(draft), id, theirs=theirs)
    return see(draft, _("Merci.") if theirs else _("Merci de le dire. Votre présence n’est plus comptée ce jour-là."))


def _calendar(draft: Draft) -> Response:
    meeting, _membership, committee = _mine(draft)
    short = Wordings(db_session(), [committee.id]).text(committee.id, "short", language())
    event = Event()
    for name, value in (
        ("summary", short),
        ("dtstart", meeting.starts_at),
        ("dtend", meeting.ends_at),
        ("dtstamp", now()),
        ("location", meeting.place),
        ("uid", f"{meeting.id}@engage"),
        ("sequence", meeting.version),
    ):
        event.add(name, value)
    calendar = Calendar()
    calendar.add("prodid", "-//Engage//")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    response = make_response(calendar.to_ical())
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="rencontre.ics"'
    return response


STEPS: dict[str, Callable[[Draft], Response]] = {
    "answer_offer": _answer_offer,
    "withdraw_wish": _withdraw_wish,
    "leave_seat": _leave_seat,
    "left_seat": _left_seat,
    "show_self": _show_self,
    "meeting": _meeting,
    "save_meeting": _save_meeting,
    "here": _here,
    "presence": _presence,
    "calendar": _calendar,
}
