"""Invitation, sign-in, sign-out."""

from __future__ import annotations

import io

import pyotp
import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from markupsafe import Markup
from wtforms import HiddenField, PasswordField, StringField

from engage import staff
from engage.doorway import act, db_session, noted, now, public
from engage.kernel import attempts
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.web.forms import Form

blueprint = Blueprint("sign_in", __name__, url_prefix="/staff")


class SignInForm(Form):
    email = StringField()
    password = PasswordField()
    code = StringField()
    next = HiddenField()


class AcceptForm(Form):
    secret = HiddenField()
    password = PasswordField()
    code = StringField()


@blueprint.get("/sign-in")
@public
def sign_in() -> str:
    form = SignInForm(formdata=None)
    form.next.data = request.args.get("next", "")
    return render_template("staff/sign_in.html", form=form)


@blueprint.post("/sign-in")
@public
def signed_in() -> Response:
    form = SignInForm()
    address = request.remote_addr or ""
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                token = staff.sign_in(here, form.email.data or "", form.password.data or "", form.code.data or "", address)
            return _enter(token, form.next.data or "")
        except staff.WrongSignIn as refusal:
            attempts.failed(db_session(), now(), "sign-in", (form.email.data or "").strip().lower())
            attempts.failed(db_session(), now(), "sign-in from", address)
            form.refuse(None, refusal)
        except Refusal as refusal:
            form.refuse(None, refusal)
    return make_response(render_template("staff/sign_in.html", form=form), 409)


def _enter(token: str, next_page: str = "") -> Response:
    session.clear()
    session["staff"] = token
    own = next_page.startswith("/staff/") and "\\" not in next_page
    return redirect(next_page if own else url_for("desk.desk"))  # type: ignore[return-value]


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    if Form().sent_well():
        with act(Channel.WEB) as here:
            staff.sign_out(here, session.get("staff", ""))
        session.clear()
    return redirect(url_for("sign_in.sign_in"))  # type: ignore[return-value]


@blueprint.get("/invitation/<token>")
@public
def invitation(token: str) -> str:
    staff.invitation(noted(), token)
    form = AcceptForm(formdata=None)
    form.secret.data = pyotp.random_base32()
    return _invitation(token, form)


def _invitation(token: str, form: AcceptForm) -> str:
    person = db_session().get_one(staff.Staff, staff.invitation(noted(), token).staff_id)
    address = pyotp.TOTP(form.secret.data or "").provisioning_uri(name=person.email, issuer_name="Engage")
    picture = io.BytesIO()
    segno.make(address).save(picture, kind="svg", scale=4, xmldecl=False, svgns=True, title="QR")
    return render_template(
        "staff/invitation.html",
        form=form,
        person=person,
        picture=Markup(picture.getvalue().decode()),  # noqa: S704 - segno's own SVG
    )


@blueprint.post("/invitation/<token>")
@public
def accepted(token: str) -> Response:
    form = AcceptForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                person = staff.accept(here, token, form.password.data or "", form.secret.data or "", form.code.data or "")
                session_token = staff.start_session(here, person)
            return _enter(session_token)
        except staff.InvitationOver:
            raise
        except Refusal as refusal:
            form.refuse(None, refusal)
    return make_response(_invitation(token, form), 409)
