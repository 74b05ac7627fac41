"""The demo's own pages: the phone on the screen, and an authenticator for the demo sign-ins."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pyotp
from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engage.demo.region import SIMULATED

blueprint = Blueprint("demo", __name__, url_prefix="/demo")
KEYS = "123456789*0#"


def demo_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """Anyone on this machine. No database session is opened: the far end calls the site back while the page waits."""
    view.access = "demo"  # type: ignore[attr-defined]
    return view


def _far_end(path: str, body: dict[str, str] | None = None) -> Any:
    data = urlencode(body).encode() if body else None
    with urllib.request.urlopen(current_app.config["DEMO_FAR_END"] + path, data, timeout=20) as answer:  # noqa: S310 - loopback
        return json.loads(answer.read())


@blueprint.get("/")
@demo_only
def tour() -> str:
    return render_template("demo/tour.html")


@blueprint.get("/phone")
@demo_only
def phone() -> str:
    number = request.args.get("number", SIMULATED[0])
    if number not in SIMULATED:
        number = SIMULATED[0]
    thread = _far_end("/handset?" + urlencode({"number": number}))
    call = _far_end("/call?" + urlencode({"number": number}))
    return render_template("demo/phone.html", number=number, numbers=SIMULATED, thread=thread, call=call, keys=KEYS)


@blueprint.post("/phone")
@demo_only
def texted() -> AnyResponse:
    """The text goes to the far end, which posts it back to the site as a signed webhook."""
    number = request.form.get("number", "")
    if number in SIMULATED:
        _far_end("/handset", {"number": number, "body": request.form.get("body", "")})
    return redirect(url_for("demo.phone", number=number))


@blueprint.post("/call")
@demo_only
def called() -> AnyResponse:
    """One gesture of a call: take up the phone, a key, a word, silence, hang up."""
    form, number = request.form, request.form.get("number", "")
    if number in SIMULATED:
        with suppress(urllib.error.HTTPError):
            words = {"digits": form.get("digits", ""), "words": form.get("words", "")}
            _far_end("/call", {"number": number, "action": form.get("action", "press")} | words)
    return redirect(url_for("demo.phone", number=number) + "#call")


@blueprint.post("/authenticator")
@demo_only
def authenticator() -> Response | str:
    """The code of the moment for a printed secret, as an authenticator on a phone would show it."""
    secret = "".join(request.form.get("secret", "").split()).upper()
    try:
        code = pyotp.TOTP(secret).now()
    except ValueError:
        code = ""
    return render_template("demo/tour.html", code=code, asked=True)
