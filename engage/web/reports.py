"""Published tables, as pages, CSV and JSON: all read the latest publication and compute nothing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template
from flask_babel import gettext as _

from engage import reports
from engage.doorway import db_session, public
from engage.filings.telling import CHANNELS, DISABILITIES, GENDERS, LEVELS
from engage.ledger import RULE
from engage.reports import review as reviewing
from engage.reports.definitions import GRADES, INDICATORS, READINGS
from engage.reports.participation import LEFT_OUT
from engage.reports.target import STATES
from engage.web.committees import support_names

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


def _latest(kind: str, year: str) -> reports.Publication | None:
    try:
        reports.fiscal_year(year)
    except reports.YearUnknown:
        abort(404)
    return reports.latest(db_session(), kind, year)


def _document(kind: str, year: str) -> dict[str, Any]:
    found = _latest(kind, year)
    return found.read() if found else abort(404)


@blueprint.get("/target/<year>")
@public
def target(year: str) -> str:
    found = _latest("target", year)
    document = found.read() if found else None
    return render_template("reports/target.html", year=year, document=document, published_at=found and found.published_at, states=STATES)


@blueprint.get("/indicators")
@public
def indicators() -> str:
    """What each figure means, for everybody."""
    return render_template("reports/indicators.html", readings=READINGS, indicators=INDICATORS, grades=GRADES, rule=RULE)


@blueprint.get("/participation/<year>")
@public
def participation(year: str) -> str:
    found = _latest("participation", year)
    return render_template(
        "reports/participation.html",
        year=year,
        document=found.read() if found else None,
        published_at=found and found.published_at,
        channels=channel_names(),
        levels={level: _(label) for level, label in LEVELS.items()},
        genders={gender: _(label) for gender, label in GENDERS.items()},
        disabilities={answer: _(label) for answer, label in DISABILITIES.items()},
        supports=support_names(),
        left_out=LEFT_OUT,
    )


@blueprint.get("/review/<year>")
@public
def review(year: str) -> str:
    """All agreements, both readings, and how it goes from year to year: what the ministry reads, and anyone may."""
    try:
        reports.fiscal_year(year)
    except reports.YearUnknown:
        abort(404)
    found = reviewing.review(db_session(), year)
    return render_template(
        "reports/review.html",
        year=year,
        found=found,
        states=STATES,
        tiles=reviewing.TILES,
        channels=channel_names(),
        supports=support_names(),
    )


def channel_names() -> dict[str, str]:
    return {channel: _(label) for channel, label in CHANNELS.items()}


@blueprint.get("/target/<year>.csv", defaults={"kind": "target"})
@blueprint.get("/participation/<year>.csv", defaults={"kind": "participation"})
@public
def as_csv(kind: str, year: str) -> Response:
    return Response(reports.KINDS[kind][1](_document(kind, year)), mimetype="text/csv; charset=utf-8")


@blueprint.get("/target/<year>.json", defaults={"kind": "target"})
@blueprint.get("/participation/<year>.json", defaults={"kind": "participation"})
@public
def as_json(kind: str, year: str) -> Response:
    found = _latest(kind, year)
    return Response(found.document, mimetype="application/json") if found else abort(404)
