"""Where everything is put together."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request
from flask_babel import Babel, Domain
from flask_compress import Compress
from jinja2 import Template
from werkzeug.middleware.proxy_fix import ProxyFix

from engage import phone, web
from engage.config import Config
from engage.doorway import Line, Premises, language, premises, spoken
from engage.kernel.act import utc_now
from engage.kernel.db import Database
from engage.kernel.languages import locale_of, with_french_marked
from engage.kernel.words import catalogue, folder
from engage.web import looks

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'"


class ViewWithoutAccess(Exception):
    """A view does not say who may enter."""


class _Catalogues(Domain):  # type: ignore[misc]
    """Flask-Babel's translations, read from the same catalogues as texts and speech."""

    def get_translations(self) -> Any:
        return catalogue(language() if request else "fr", marks=True)


class _Page(Template):
    """A template whose page marks the sentences that fell back to French."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        page = super().render(*args, **kwargs)
        return page if language() == "fr" else with_french_marked(page)


class _Babel(Babel):  # type: ignore[misc]
    domain_instance = _Catalogues()


class LanguageOfAddress:
    """`/en/...` is the same address in English: the prefix becomes the script root, so every link keeps it."""

    def __init__(self, app: Callable[..., Iterable[bytes]], languages: tuple[str, ...]) -> None:
        self.app = app
        self.prefixes = {f"/{tag}": tag for tag in languages if tag != "fr"}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        prefix = next((prefix for prefix in self.prefixes if path == prefix or path.startswith(prefix + "/")), None)
        if prefix:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
            environ["PATH_INFO"] = path.removeprefix(prefix) or "/"
            environ["engage.asked"] = self.prefixes[prefix]
            environ["engage.language"] = spoken(self.prefixes[prefix], environ["PATH_INFO"])
        return self.app(environ, start_response)


class RehearsalOfAddress:
    """`/staff/consultations/<id>/try/...` is the citizens' site within a rehearsal of one vote: the rest becomes the script root."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        found = re.match(r"(/staff/consultations/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/try)(/.*)", environ.get("PATH_INFO", ""))
        if found:
            environ["engage.rehearsal"], environ["engage.outside"] = found[2], environ.get("SCRIPT_NAME", "")
            environ["SCRIPT_NAME"], environ["PATH_INFO"] = environ["engage.outside"] + found[1], found[3]
        return self.app(environ, start_response)


def create_app(config: Config, db: Database, now: Callable[[], datetime] = utc_now, also: Iterable[Blueprint] = ()) -> Flask:
    """The site, and `also` what only the demo mounts. Raises ViewWithoutAccess when a view does not say who may enter."""
    app = Flask("engage", template_folder=str(folder("templates")), static_folder=None)
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=1_000_000,
        SESSION_COOKIE_NAME="engage",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.public_url.startswith("https:"),
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"],
    )
    app.extensions["engage"] = Premises(config, db, now, Line(phone.sentences, phone.ballot_aloud, phone.rehearse, phone.means_already))
    _Babel(
        app,
        default_locale="fr_CA",
        default_timezone="America/Toronto",
        locale_selector=lambda: locale_of(language()),
    )
    Compress(app)
    app.jinja_env.template_class = _Page
    looks.furnish(app)
    for blueprint in (*web.BLUEPRINTS, *phone.BLUEPRINTS, *also):
        app.register_blueprint(blueprint)
    for name, view in app.view_functions.items():
        if not hasattr(view, "access"):
            raise ViewWithoutAccess(f"{name} does not say who may enter")
    for status in (400, 403, 404, 405, 413, 500):
        app.register_error_handler(status, _error_page)
    app.after_request(_headers)
    app.wsgi_app = RehearsalOfAddress(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = LanguageOfAddress(app.wsgi_app, config.languages)  # type: ignore[method-assign]
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies)  # type: ignore[method-assign]
    logging.getLogger("twilio").setLevel(logging.WARNING)
    return app


def _error_page(error: Any) -> tuple[str, int]:
    status = getattr(error, "code", None) or 500
    return render_template("error.html", status=status), status


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if premises().config.public_url.startswith("https:"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
