"""Results, receipts and opened ballots of a closed consultation."""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort

from engage import voting
from engage.doorway import db_session, language, public, today
from engage.web.voting import find, page

blueprint = Blueprint("results", __name__, url_prefix="/v/<code>")


@blueprint.get("/results")
@public
def results(code: str) -> Response:
    consultation = find(code)
    found = voting.result_of(db_session(), consultation.id)
    if found is None or not consultation.is_published:
        return page("closed", consultation)
    return page(
        "results",
        consultation,
        result=found.read(),
        published_at=found.published_at,
        commitment=db_session().get(voting.Commitment, consultation.id),
        said=voting.promise_of(db_session(), consultation.id, language()),
        today=today(),
        receipts=voting.has_receipts(db_session(), consultation.id),
    )


@blueprint.get("/receipts")
@public
def receipts(code: str) -> Response:
    consultation = find(code)
    counted = voting.sheets.counted_sheets(db_session(), consultation)
    return page("receipts", consultation, codes=list(voting.receipt_codes(db_session(), consultation.id)), sheets=counted)


@blueprint.get("/ballots.json")
@public
def download(code: str) -> Response:
    """The opened ballots that decided, shuffled and without any name: what `engage tally` recomputes the result from."""
    consultation = find(code)
    document = voting.ballots_download(db_session(), consultation)
    if document is None:
        abort(404)
    return Response(json.dumps(document), mimetype="application/json")
