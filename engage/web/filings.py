"""What a table filed: its accounts, work plans and notes, as pages and files, with what makes each one verifiable."""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort, render_template
from flask_babel import gettext as _

from engage import filings, ledger
from engage.doorway import db_session, language, premises, public
from engage.filings import Filing, comparing, telling
from engage.filings.shapes import SHAPES
from engage.governance import Agreement
from engage.ledger import Kind

blueprint = Blueprint("filings", __name__, url_prefix="/filings")


@blueprint.get("/<agreement_id>")
@public
def every(agreement_id: str) -> str:
    agreement = db_session().get(Agreement, agreement_id) or abort(404)
    return render_template("filings/every.html", agreement=agreement, filed=filings.filed(db_session(), agreement.id), titles=kind_titles())


def kind_titles() -> dict[str, str]:
    return {kind: _(title) for kind, title in telling.TITLES.items()}


def _find(agreement_id: str, kind: str, year: str, version: int) -> Filing:
    return filings.version_of(db_session(), agreement_id, kind, year, version) or abort(404)


@blueprint.get("/<agreement_id>/<kind>/<year>/<int:version>")
@public
def show(agreement_id: str, kind: str, year: str, version: int) -> str:
    found = _find(agreement_id, kind, year, version)
    latest = filings.latest_of(db_session(), found.draft_id)
    return render_template(
        "filings/show.html",
        filing=found,
        told=telling.tell(found.read(), language()),
        latest=latest,
        shapes=list(SHAPES),
        title=kind_titles()[kind],
    )


@blueprint.get("/<agreement_id>/<kind>/<year>/<int:version>.<shape>")
@public
def file(agreement_id: str, kind: str, year: str, version: int, shape: str) -> Response:
    found = _find(agreement_id, kind, year, version)
    if shape == "json":
        return Response(found.document, mimetype="application/json")
    mark = _("Version %(version)s, signée par %(who)s. Empreinte: %(digest)s", version=version, who=found.signed_by, digest=found.digest)
    return as_file(found.read(), shape, mark, f"{kind}-{agreement_id}-{year}-v{version}")


def as_file(document: telling.Document, shape: str, mark: str, name: str) -> Response:
    media, make = SHAPES.get(shape) or abort(404)
    response = Response(make(document, language(), mark), content_type=media)
    response.headers["Content-Disposition"] = f'{"inline" if shape in ("pdf", "json") else "attachment"}; filename="{name}.{shape}"'
    return response


@blueprint.get("/<agreement_id>/<kind>/<year>/<int:version>/proof")
@public
def proof(agreement_id: str, kind: str, year: str, version: int) -> Response:
    """The ledger's fact that holds the hash of the JSON file, as `docs/verify_ledger.py` checks it; 404 until a checkpoint covers it."""
    found = _find(agreement_id, kind, year, version)
    opened = ledger.opening(db_session(), found.draft_id, Kind.FILED, found.digest)
    if opened is None:
        abort(404)
    fact = {"kind": Kind.FILED, "on": found.signed_on.isoformat(), "agreement": found.agreement_id, "reversed": False, "proof": opened}
    document = {"verifier": ledger.verifier(premises().db.keys.ledger), "facts": [fact]}
    response = Response(json.dumps(document, indent=1) + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="preuve.json"'
    return response


@blueprint.get("/<agreement_id>/<kind>/<year>/<int:first>/<int:second>")
@public
def compare(agreement_id: str, kind: str, year: str, first: int, second: int) -> str:
    before, after = (_find(agreement_id, kind, year, version) for version in (first, second))
    return render_template(
        "filings/compare.html",
        before=before,
        after=after,
        title=kind_titles()[kind],
        changes=comparing.changes(before.read(), after.read(), language()),
    )
