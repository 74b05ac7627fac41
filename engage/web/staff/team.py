"""Who works at a table: invite, give a role, end it, hand everything over."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template, url_for
from flask_babel import gettext as _
from wtforms import StringField

from engage import governance, staff
from engage.doorway import act, db_session, person, premises, staff_only
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.staff import Role, Staff, StaffRole
from engage.web.forms import ChoiceField, StaffForm
from engage.web.staff.account import role_names
from engage.web.staff.reach import KEEPERS, my_agreements, row

blueprint = Blueprint("team", __name__, url_prefix="/staff/team")
EVERYWHERE = "*"


class InviteForm(StaffForm):
    email = StringField()
    name = StringField()
    role = ChoiceField()
    agreement = ChoiceField()


class HandOverForm(StaffForm):
    email = StringField()
    name = StringField()


def _reach() -> set[str | None]:
    """Where the person at the door says who works: their agreements, and `None`, everywhere, for who gives roles everywhere."""
    everywhere = any(held.role == Role.ADMINISTRATOR and held.agreement_id is None for held in person().roles)
    return {each.id for each in my_agreements(*KEEPERS)} | ({None} if everywhere else set())


def _roles() -> dict[str, str]:
    """A manager names neither an administrator nor the ministry: those are of the whole site."""
    names = role_names()
    return names if None in _reach() else {role: name for role, name in names.items() if role not in (Role.ADMINISTRATOR, Role.MINISTRY)}


@blueprint.get("/")
@staff_only(*KEEPERS)
def every() -> Response:
    return _page(InviteForm(formdata=None))


def _page(form: StaffForm, link: str = "", *, done: bool = False) -> Response:
    reach, asked = _reach(), form if isinstance(form, InviteForm) else InviteForm(formdata=None)
    mine = [each for each in governance.agreements(db_session()) if each.id in reach]
    labels: dict[str | None, str] = {each.id: each.label for each in mine} | {None: _("partout")}
    people = staff.team(db_session(), [each.id for each in mine])
    asked.role.choices = list(_roles().items())
    asked.agreement.choices = [(each.id, each.label) for each in mine] + ([(EVERYWHERE, _("partout"))] if None in reach else [])
    page = render_template(
        "staff/team.html",
        form=asked,
        wrong=form,
        link=link,
        done=done,
        people=[(each, [held for held in each.roles if held.agreement_id in {*reach, None}]) for each in people],
        entered=staff.has_entered(db_session(), [each.id for each in people]),
        reach=reach,
        labels=labels,
        names=role_names(),
        alone=[each for each in mine if sum(_works(one, each.id) for one in people) < 2],
    )
    return make_response(page, 409 if form.mistakes() else 200)


def _works(one: Staff, agreement_id: str) -> bool:
    return staff.holds_in(one, (Role.ORGANISER, *KEEPERS, Role.SECOND), agreement_id)


def _link(token: str) -> str:
    return premises().config.public_url + url_for("sign_in.invitation", token=token) if token else ""


@blueprint.post("/")
@staff_only(*KEEPERS, is_grave=True)
def invited() -> Response:
    form = InviteForm()
    sent = form.sent_well()
    where = None if form.agreement.data == EVERYWHERE else form.agreement.data
    if where not in _reach() or form.role.data not in _roles():
        abort(404)
    if sent:
        try:
            with act(Channel.WEB) as here:
                token = staff.add_to_team(here, form.email.data or "", form.name.data or "", Role(form.role.data or ""), where, _reach())
            return _page(InviteForm(formdata=None), _link(token), done=True)
        except Refusal as refusal:
            form.refuse(form.email, refusal)
    return _page(form)


@blueprint.post("/roles/<id>/end")
@staff_only(*KEEPERS, is_grave=True)
def ended(id: str) -> Response:
    held, form = row(StaffRole, id), StaffForm()
    if held.agreement_id not in _reach():
        abort(404)
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                staff.take(here, held)
        except Refusal as refusal:
            form.refuse(None, refusal)
    return _page(form)


@blueprint.get("/<id>/hand-over")
@staff_only(*KEEPERS)
def leaving(id: str) -> Response:
    return _leaving(_leaver(id), HandOverForm(formdata=None))


def _leaver(id: str) -> Staff:
    found = row(Staff, id)
    if not any(held.agreement_id in _reach() for held in found.roles):
        abort(404)
    return found


def _leaving(leaver: Staff, form: HandOverForm) -> Response:
    labels: dict[str | None, str] = {each.id: each.label for each in governance.agreements(db_session())} | {None: _("partout")}
    page = render_template(
        "staff/hand_over.html",
        form=form,
        leaver=leaver,
        held=[(role_names()[Role(held.role)], labels[held.agreement_id]) for held in leaver.roles if held.agreement_id in _reach()],
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/<id>/hand-over")
@staff_only(*KEEPERS, is_grave=True)
def handed_over(id: str) -> Response:
    leaver, form = _leaver(id), HandOverForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                link = _link(staff.hand_over(here, leaver, form.email.data or "", form.name.data or "", _reach()))
            return _page(InviteForm(formdata=None), link, done=True) if leaver.id != person().id else _gone(link)
        except Refusal as refusal:
            form.refuse(form.email, refusal)
    return _leaving(leaver, form)


def _gone(link: str) -> Response:
    """Whoever handed their own place over sees the link once, and may do nothing more."""
    return make_response(render_template("staff/gone.html", link=link))
