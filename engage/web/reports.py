"""The target table, as page, CSV and JSON: all read the latest publication and compute nothing."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template

from engage import reports
from engage.doorway import db_session, public
from engage.reports.target import STATES

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


def _latest(year: str) -> reports.Publication | None:
    try:
        reports.fiscal_year(year)
    except reports.YearUnknown:
        abort(404)
    return reports.latest(db_session(), year)


@blueprint.get("/target/<year>")
@public
def target(year: str) -> str:
    found = _latest(year)
    document = found.read() if found else None
    return render_template("reports/target.html", year=year, document=document, published_at=found and found.published_at, states=STATES)


@blueprint.get("/target/<year>.csv")
@public
def target_csv(year: str) -> Response:
    found = _latest(year)
    if found is None:
        abort(404)
    return Response(reports.as_csv(found.read()), mimetype="text/csv; charset=utf-8")


@blueprint.get("/target/<year>.json")
@public
def target_json(year: str) -> Response:
    found = _latest(year)
    if found is None:
        abort(404)
    return Response(found.document, mimetype="application/json")
