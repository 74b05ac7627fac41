"""What is served side by side: a bare hello, a bare signed insert, and the site, all by the same server on the same engine."""

from __future__ import annotations

import os
from uuid import uuid4

from flask import Flask, Response, request
from sqlalchemy.orm import Mapped, mapped_column
from twilio.request_validator import RequestValidator

from engage.app import create_app
from engage.config import Config, environment, serving
from engage.kernel.db import Base, Database, Identified
from engage.storage import open_storage


class BareRow(Identified, Base):
    __tablename__ = "bench_bare"
    provider_id: Mapped[str] = mapped_column(unique=True)
    body: Mapped[str]


def hello() -> Flask:
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: Response("hello"))
    return app


def bare(config: Config, db: Database) -> Flask:
    """Checks the signature and makes one durable ORM insert."""
    app = Flask("bare")
    validator = RequestValidator(config.twilio_auth_token)

    def received() -> Response:
        genuine = validator.validate(config.public_url + request.path, request.form, request.headers["X-Twilio-Signature"])
        if not genuine:
            return Response(status=403)
        with db.write() as session:
            session.add(BareRow(id=uuid4(), provider_id=request.form["MessageSid"], body=request.form["Body"]))
        return Response("<Response/>", mimetype="text/xml")

    app.add_url_rule("/phone/sms", view_func=received, methods=["POST"])
    return app


def _app() -> Flask:
    kind = os.environ["BENCH_APP"]
    if kind == "hello":
        return hello()
    config = serving(environment())
    db = open_storage(config)
    return bare(config, db) if kind == "bare" else create_app(config, db)


if os.environ.get("BENCH_APP"):
    app = _app()
