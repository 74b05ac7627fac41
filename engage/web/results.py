"""Results, proofs and downloads of a closed consultation."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from wtforms import StringField

from engage import ledger, voting
from engage.doorway import db_session, language, premises, public, today
from engage.kernel.codes import spaced, tidy
from engage.web.forms import Form
from engage.web.voting import find, page

blueprint = Blueprint("results", __name__, url_prefix="/v/<code>")
MOST_LISTED = 2_000
"""Codes on a page: beyond it would weigh too much, and the list is a file of its own."""


class ReceiptForm(Form):
    receipt = StringField()


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
        steps=voting.closing_log(db_session(), consultation.id),
        receipts=voting.has_receipts(db_session(), consultation.id),
    )


@blueprint.get("/receipts")
@public
def receipts(code: str) -> Response:
    return _receipts(code, ReceiptForm(formdata=None))


@blueprint.post("/receipts")
@public
def looked_up(code: str) -> Response:
    """Whether a proof is in the list. It is posted: an address stays in a history."""
    form = ReceiptForm()
    return _receipts(code, form, tidy(form.receipt.data or "")[:40])


def _receipts(code: str, form: ReceiptForm, wanted: str = "") -> Response:
    consultation = find(code)
    codes = list(voting.receipt_codes(db_session(), consultation.id)) if consultation.is_published else []
    return page(
        "receipts",
        consultation,
        form=form,
        wanted=wanted,
        there=wanted in codes,
        number=len(codes),
        codes=codes if len(codes) <= MOST_LISTED else [],
        sheets=voting.sheets.counted_sheets(db_session(), consultation),
    )


@blueprint.get("/receipts.txt")
@public
def receipt_list(code: str) -> Response:
    consultation = find(code)
    codes = voting.receipt_codes(db_session(), consultation.id) if consultation.is_published else iter(())
    text = "".join(f"{spaced(each)}\n" for each in codes)
    return Response(text, mimetype="text/plain") if text else abort(404)


@blueprint.get("/ballots.json")
@public
def download(code: str) -> Response:
    """The opened ballots that decided, without any name: what `engage tally` and the stand-alone verifier recompute the result from."""
    document = voting.result_json(db_session(), find(code), ledger.verifier(premises().db.keys.ledger))
    return Response(document, mimetype="application/json") if document else abort(404)


@blueprint.get("/results.csv")
@public
def table(code: str) -> Response:
    document = voting.result_csv(db_session(), find(code))
    return Response(document, mimetype="text/csv") if document else abort(404)


@blueprint.get("/ballots.pb")
@public
def pabulib(code: str) -> Response:
    """For researchers."""
    document = voting.result_pb(db_session(), find(code))
    return Response(document, mimetype="text/plain") if document else abort(404)
