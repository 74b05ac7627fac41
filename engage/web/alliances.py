"""The agreements: which are in force, where, since when, and how far the plan's first target is met."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _

from engage import governance, territory
from engage.doorway import db_session, public, today
from engage.filings.telling import STEPS
from engage.governance import Agreement, Signatory, practices, register

blueprint = Blueprint("alliances", __name__, url_prefix="/alliances")


@blueprint.get("/")
@public
def every() -> str:
    """All of them on a day, today unless `?on=` says another."""
    try:
        day = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        day = today()
    found = register.coverage(db_session(), day)
    return render_template("alliances/every.html", agreements=governance.agreements(db_session()), found=found, day=day, today=today())


@blueprint.get("/practices")
@public
def practised() -> str:
    """What tables tried, what worked and what failed."""
    found = practices.shared(db_session())
    names = {each.id: each.label for each in governance.agreements(db_session())}
    return render_template("alliances/practices.html", practices=found, names=names)


@blueprint.get("/<id>")
@public
def show(id: str) -> str:
    agreement = db_session().get(Agreement, id) or abort(404)
    covered = register.territories(db_session(), agreement.id, today())
    return render_template(
        "alliances/show.html",
        agreement=agreement,
        steps=register.steps(db_session(), agreement.id),
        kinds=step_kinds(),
        signatories=signatory_names(),
        covered=territory.names(db_session(), list(covered)),
        presumed=[] if covered else [name for _code, name in governance.places_of(db_session(), agreement.id, today())],
        table=governance.table_of(db_session(), agreement.id),
        today=today(),
    )


def step_kinds() -> dict[str, str]:
    return {kind: _(label) for kind, label in STEPS.items()}


def signatory_names() -> dict[str, str]:
    return {
        Signatory.MINISTRY: _("le ministère"),
        Signatory.BODY: _("l’organisme mandaté"),
        Signatory.MRC: _("une ou des MRC"),
        Signatory.CITY: _("la ville"),
        Signatory.INDIGENOUS: _("l’organisation autochtone"),
        Signatory.JAMESIE: _("l’Administration régionale Baie-James"),
    }
