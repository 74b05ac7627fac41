"""Invitation, sign-in, sign-out."""

from __future__ import annotations

import pyotp
from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from wtforms import HiddenField, PasswordField, StringField

from engage import staff
from engage.doorway import act, address, db_session, network, now, public, site
from engage.kernel.act import Act, Channel
from engage.kernel.refusal import Refusal
from engage.web.forms import StaffForm
from engage.web.looks import qr

blueprint = Blueprint("sign_in", __name__, url_prefix="/staff")


class SignInForm(StaffForm):
    email = StringField()
    password = PasswordField()
    code = StringField()
    passkey = HiddenField()
    next = HiddenField()


class AcceptForm(StaffForm):
    secret = HiddenField()
    passkey = HiddenField()
    password = PasswordField()
    code = StringField()


@blueprint.get("/sign-in")
@public
def sign_in() -> Response:
    form = SignInForm(formdata=None)
    form.next.data = request.args.get("next", "")
    return _sign_in(form)


def _sign_in(form: SignInForm) -> Response:
    options = staff.passkeys.request(db_session(), site(), now())
    return make_response(render_template("staff/sign_in.html", form=form, options=options), 409 if form.mistakes() else 200)


@blueprint.post("/sign-in")
@public
def signed_in() -> Response:
    form = SignInForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                if form.passkey.data:
                    token = staff.sign_in_by_passkey(here, site(), form.passkey.data, address())
                else:
                    token = staff.sign_in(here, form.email.data or "", form.password.data or "", form.code.data or "", address())
                _note(here, staff.by_session(here.session, token, here.at), "sign_in.signed_in")
            return _enter(token, form.next.data or "")
        except Refusal as refusal:
            form.refuse(None, refusal)
    return _sign_in(form)


def _note(here: Act, person: staff.Staff | None, deed: str) -> None:
    staff.log.note(here, person, deed, "", network())


def _enter(token: str, next_page: str = "") -> Response:
    session.clear()
    session["staff"] = token
    own = next_page.startswith("/staff/") and "\\" not in next_page
    return redirect(next_page if own else url_for("desk.desk"))  # type: ignore[return-value]


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            staff.sign_out(here, session.get("staff", ""))
        session.clear()
    return redirect(url_for("sign_in.sign_in"))  # type: ignore[return-value]


@blueprint.get("/invitation/<token>")
@public
def invitation(token: str) -> str:
    staff.invitation(db_session(), token, now())
    form = AcceptForm(formdata=None)
    form.secret.data = pyotp.random_base32()
    return _invitation(token, form)


def _invitation(token: str, form: AcceptForm) -> str:
    person = db_session().get_one(staff.Staff, staff.invitation(db_session(), token, now()).staff_id)
    picture = qr(pyotp.TOTP(form.secret.data or "").provisioning_uri(name=person.email, issuer_name="Engage"))
    options = staff.passkeys.creation(db_session(), person, site(), now())
    return render_template("staff/invitation.html", form=form, person=person, picture=picture, options=options)


@blueprint.post("/invitation/<token>")
@public
def accepted(token: str) -> Response:
    form = AcceptForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                if form.passkey.data:
                    person = staff.accept_by_passkey(here, token, site(), form.passkey.data, "")
                else:
                    person = staff.accept(here, token, form.password.data or "", form.secret.data or "", form.code.data or "")
                session_token = staff.start_session(here, person)
                _note(here, person, "sign_in.accepted")
            return _enter(session_token)
        except staff.InvitationOver:
            raise
        except Refusal as refusal:
            form.refuse(None, refusal)
    return make_response(_invitation(token, form), 409)
