"""The evidence, for whoever wants to check it."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from engage import ledger
from engage.doorway import db_session, premises, public

blueprint = Blueprint("evidence", __name__, url_prefix="/evidence")


@blueprint.get("/")
@public
def explained() -> str:
    return render_template(
        "evidence/explained.html",
        note=ledger.latest_note(db_session()),
        verifier=ledger.verifier(premises().db.keys.ledger),
    )


@blueprint.get("/checkpoint")
@public
def checkpoint() -> Response:
    """The latest signed checkpoint; 404 before the first."""
    note = ledger.latest_note(db_session())
    return Response(note, status=200 if note else 404, mimetype="text/plain; charset=utf-8")
