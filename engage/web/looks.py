"""What templates may use: icons, assets with content hashes, dates, the language switch."""

from __future__ import annotations

import hashlib
import io
import mimetypes
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

import segno
from flask import Flask, Response, abort, request
from flask_babel import format_currency, format_date, format_time, get_locale
from markupsafe import Markup

from engage.doorway import language, language_asked, premises, public, rehearsed, spoken
from engage.filings.telling import Own
from engage.kernel.act import QUEBEC, day_of, fiscal_year_of
from engage.kernel.codes import spaced
from engage.kernel.languages import OURS, is_reviewed, name_of
from engage.kernel.numbers import written
from engage.kernel.words import N_, catalogue, folder, say


@cache
def icon(name: str) -> Markup:
    """An icon as inline SVG, hidden from screen readers: its word always stands beside it. Raises FileNotFoundError."""
    text = (folder("static") / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return Markup(text.strip())  # noqa: S704 - our own files


@cache
def _content(name: str) -> bytes:
    return (folder("static") / name).read_bytes()


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256(_content(name)).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file with its content hash, the same in every language."""
    return f"/static/{_fingerprint(name)}/{name}"


@public
def static_file(fingerprint: str, name: str) -> Response:
    root = folder("static").resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.is_file() or _fingerprint(name) != fingerprint:
        abort(404)
    response = Response(_content(name), mimetype=mimetypes.guess_type(name)[0])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def script(name: str, control: str) -> Response:
    """A script at an address of its own choosing: a worker stands in for the pages below it."""
    response = Response(_content(name), mimetype="text/javascript")
    response.headers["Cache-Control"] = control
    return response


def qr(text: str) -> Markup:
    """A QR code as inline SVG."""
    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True)
    return Markup(picture.getvalue().decode())  # noqa: S704 - segno's own SVG


def day(moment: datetime | date | str) -> str:
    """A day in words, in Quebec's time; a text is a day, or a moment, in ISO 8601."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment) if "T" in moment else date.fromisoformat(moment)
    local = day_of(moment) if isinstance(moment, datetime) else moment
    told = str(format_date(local, "long"))
    return told.replace("1 ", "1er ", 1) if local.day == 1 and language() == "fr" else told


def money(dollars: int) -> str:
    """Whole dollars, as the language writes them."""
    return str(format_currency(dollars, "CAD", format="#,##0\xa0$" if language() == "fr" else "$#,##0", currency_digits=False))


def cents(amount: int) -> str:
    """Cents as dollars, as the language writes them."""
    return str(format_currency(amount / 100, "CAD", format="#,##0.00\xa0$" if language() == "fr" else "$#,##0.00"))


def _as_one(text: str) -> str:
    """Groups of digits keep their order on a page that is read from right to left."""
    locale = get_locale()
    return f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if locale and locale.text_direction == "rtl" else text


def phone(number: str) -> str:
    return _as_one(written(number))


def code(digits: str) -> str:
    return _as_one(spaced(digits))


def tagged(tag: str) -> tuple[str, str]:
    """A language and its own name, as a form offers it."""
    return tag, name_of(tag)


def clock(moment: datetime | str) -> str:
    """The time of day, in Quebec's time."""
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return str(format_time(moment.astimezone(QUEBEC), "short", rebase=False))


def other_languages(there: str = "") -> list[dict[str, str]]:
    """The same place, or `there`, in the other languages: tag, name and address."""
    inside = request.script_root.removeprefix(request.environ.get("engage.outside", "")) if rehearsed() else ""
    here = there or (inside + request.path if request.url_rule else "/")
    tags = [tag for tag in premises().config.languages if tag != language() and spoken(tag, here) == tag]
    return [{"tag": tag, "name": name_of(tag), "address": _door(tag, here)} for tag in tags]


UNREAD = N_("Une personne dont c’est la langue n’a pas encore relu cette page. En cas de doute, lisez-la en français.")
NOT_IN_IT = N_("Cette page est en français. Sa traduction n’est pas faite, ou pas encore relue.")


def caution() -> list[tuple[str, str]]:
    """What stands above a page in a language that nobody vouches for, or not in the language that was asked for: tag and words."""
    asked = language_asked()
    if asked == language() and is_reviewed(asked):
        return []
    told = UNREAD if asked == language() else NOT_IN_IT
    own = str(catalogue(asked).ugettext(told))
    return [(asked, own)] if own != told else [(tag, say(tag, told)) for tag in OURS]


def _door(tag: str, here: str) -> str:
    """The same place in a language, or the page that asks citizens first whether the law lets them."""
    prefix = "" if tag == "fr" else f"/{tag}"
    if tag in premises().config.attested and not here.startswith("/staff/"):
        return f"{prefix}/language/{tag}?{urlencode({'to': here})}"
    return prefix + here


def furnish(app: Flask) -> None:
    app.add_url_rule("/static/<fingerprint>/<path:name>", "static", static_file)
    app.jinja_env.filters.update(day=day, clock=clock, money=money, cents=cents, tagged=tagged, phone=phone, spaced=code)
    app.jinja_env.globals.update(icon=icon, asset=asset, is_own=lambda cell: isinstance(cell, Own))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        locale = get_locale()
        return {
            "lang": language(),
            "dir": locale.text_direction if locale else "ltr",
            "other_languages": other_languages,
            "caution": caution(),
            "rehearsal": rehearsed(),
            "outside": f"{request.environ.get('engage.outside', '')}/staff/consultations/{rehearsed()}",
            "this_year": fiscal_year_of(day_of(premises().now())),
        }
