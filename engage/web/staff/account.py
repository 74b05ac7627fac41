"""One's own account: what one may do and where, open sessions, recovery codes, password."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, session, url_for
from flask_babel import gettext as _
from wtforms import HiddenField, PasswordField, StringField

from engage import governance, staff
from engage.doorway import act, db_session, now, person, site, staff_only
from engage.kernel.act import Channel
from engage.kernel.codes import spaced
from engage.kernel.refusal import Refusal
from engage.staff import Role
from engage.web.forms import StaffForm

blueprint = Blueprint("account", __name__, url_prefix="/staff/account")
ANYONE = tuple(Role)


class PasswordForm(StaffForm):
    old = PasswordField()
    new = PasswordField()


class PasskeyForm(StaffForm):
    passkey = HiddenField()
    name = StringField()


def role_names() -> dict[str, str]:
    return {
        Role.ORGANISER: _("organise les consultations"),
        Role.WORKER: _("aide les gens"),
        Role.CLERK: _("entre le papier"),
        Role.SECOND: _("confirme les gestes graves"),
        Role.MINISTRY: _("lit ce qui est publié"),
        Role.ADMINISTRATOR: _("gère Engage"),
        Role.ANSWERER: _("répond aux avis"),
        Role.MANAGER: _("dirige l’équipe"),
        Role.AUDITOR: _("vérifie le journal"),
    }


@blueprint.get("/")
@staff_only(*ANYONE)
def show() -> Response:
    return _page(PasswordForm(formdata=None))


def _page(form: StaffForm, codes: list[str] | None = None) -> Response:
    labels = {each.id: each.label for each in governance.agreements(db_session())}
    page = render_template(
        "staff/account.html",
        person=person(),
        form=form if isinstance(form, PasswordForm) else PasswordForm(formdata=None),
        wrong=form,
        adding=form if isinstance(form, PasskeyForm) else PasskeyForm(formdata=None),
        options=staff.passkeys.creation(db_session(), person(), site(), now()),
        passkeys=staff.passkeys.of_person(db_session(), person()),
        roles=[(role_names()[Role(held.role)], labels.get(held.agreement_id or "", "")) for held in person().roles],
        sessions=staff.sessions(db_session(), person(), now()),
        codes=[spaced(code) for code in codes or []],
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/passkeys")
@staff_only(*ANYONE, is_grave=True)
def passkey_made() -> Response:
    form = PasskeyForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                staff.passkeys.add(here, person(), site(), form.passkey.data or "", form.name.data or "")
            return redirect(url_for("account.show"))  # type: ignore[return-value]
        except Refusal as refusal:
            form.refuse(form.name, refusal)
    return _page(form)


@blueprint.post("/passkeys/<id>/remove")
@staff_only(*ANYONE, is_grave=True)
def passkey_removed(id: str) -> Response:
    """Not the last way in."""
    found = next((each for each in staff.passkeys.of_person(db_session(), person()) if str(each.id) == id), None)
    form = PasskeyForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                staff.passkeys.remove(here, person(), found or abort(404))
        except Refusal as refusal:
            form.refuse(form.name, refusal)
    return _page(form) if form.mistakes() else redirect(url_for("account.show"))  # type: ignore[return-value]


@blueprint.post("/codes")
@staff_only(*ANYONE, is_grave=True)
def recovery() -> Response:
    """Shown once: a second look needs new ones."""
    if not StaffForm().sent_well():
        return redirect(url_for("account.show"))  # type: ignore[return-value]
    with act(Channel.WEB) as here:
        return _page(PasswordForm(formdata=None), staff.new_recovery_codes(here, person()))


@blueprint.post("/sessions")
@staff_only(*ANYONE)
def ended() -> Response:
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            staff.end_other_sessions(here, person(), session.get("staff", ""))
    return redirect(url_for("account.show"))  # type: ignore[return-value]


@blueprint.post("/password")
@staff_only(*ANYONE)
def changed() -> Response:
    form = PasswordForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                staff.change_password(here, person(), form.old.data or "", form.new.data or "", session.get("staff", ""))
            return redirect(url_for("account.show"))  # type: ignore[return-value]
        except staff.PasswordTooShort as refusal:
            form.refuse(form.new, refusal)
        except Refusal as refusal:
            form.refuse(form.old, refusal)
    return _page(form)
