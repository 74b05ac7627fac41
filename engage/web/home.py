"""The first page, what we keep, and whether the site is well."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template, request
from sqlalchemy import text

from engage import governance, migrations, rights, voting
from engage.doorway import db_session, language, now, premises, public
from engage.voting import Consultation
from engage.web.cards import CardForm
from engage.web.kept import kept
from engage.web.looks import script

blueprint = Blueprint("home", __name__)
RESULTS = 5


@blueprint.get("/")
@public
def home() -> Response:
    return kept(tuple(voting.on_show(db_session(), now(), RESULTS)), _home)


def _home() -> str:
    session = db_session()
    open_votes = voting.open_now(session, now())
    results = voting.published(session, RESULTS)

    def question(consultation: Consultation) -> str:
        return voting.wordings(session, consultation).marked(consultation.id, "question", language())

    names = governance.territory_names(session, {consultation.agreement_id for consultation in (*open_votes, *results)})
    return render_template(
        "home/home.html", open_votes=open_votes, results=results, question=question, names=names, form=CardForm(formdata=None)
    )


@blueprint.get("/trust")
@public
def trust() -> str:
    """Who can see what, and what is kept."""
    config = premises().config
    return render_template("home/trust.html", schedule=rights.SCHEDULE, hosted_by=config.hosted_by, privacy_contact=config.privacy_contact)


@blueprint.get("/language/<tag>")
@public
def attest(tag: str) -> str:
    """Before a language that the operator put behind an attestation: nothing is proven, nothing is kept."""
    if tag not in premises().config.languages or tag == "fr":
        abort(404)
    asked = request.args.get("to", "/")
    return render_template("home/language.html", tag=tag, there=asked if asked.startswith("/") else "/")


@blueprint.get("/leave")
@public
def leave() -> Response:
    """Quick exit: a page about something else, and nothing of ours kept by the browser, a vote that waits included."""
    response = make_response(render_template("home/left.html"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.get("/offline")
@public
def offline() -> str:
    """What is shown for a page that cannot be reached, and what became of a vote that this phone keeps."""
    return render_template("home/offline.html")


@blueprint.get("/held.js")
@public
def worker() -> Response:
    """The script of a vote on a lost connection, from where it may stand in for every page; looked at again once a day."""
    return script("held.js", "max-age=86400")


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    db_session().execute(text("SELECT 1"))
    if not migrations.is_current(premises().db):
        return make_response("tables are not current: run engage init\n", 503)
    return Response("ready\n", mimetype="text/plain")
