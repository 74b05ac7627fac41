"""Open data, for whoever wants to count for themselves: a page, a Data Package with its files, and the same rows as JSON."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from engage.doorway import db_session, premises, public
from engage.reports import opendata
from engage.reports.opendata import Table

blueprint = Blueprint("data", __name__, url_prefix="/data")


def _site() -> str:
    return (premises().config.public_url or request.host_url).rstrip("/") + "/"


def _table(name: str) -> Table:
    return next((each for each in opendata.tables(db_session()) if each.name == name), None) or abort(404)


def _json(document: Any) -> Response:
    return Response(json.dumps(document, ensure_ascii=False, indent=1) + "\n", mimetype="application/json")


@blueprint.get("/")
@public
def every() -> str:
    """What is in each file, in words."""
    return render_template("data/every.html", tables=opendata.tables(db_session()))


@blueprint.get("/datapackage.json")
@public
def package() -> Response:
    return _json(opendata.package(opendata.tables(db_session()), _site()))


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    return _json(opendata.openapi(opendata.tables(db_session()), _site()))


@blueprint.get("/<name>.csv")
@public
def as_csv(name: str) -> Response:
    return Response(_table(name).as_csv(), mimetype="text/csv; charset=utf-8")


@blueprint.get("/<name>.json")
@public
def as_json(name: str) -> Response:
    return _json(_table(name).as_json())
