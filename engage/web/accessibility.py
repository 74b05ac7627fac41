"""How accessible the site is, point by point and with its gaps; and a way to say what keeps someone from taking part."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, make_response, render_template
from flask_babel import gettext as _
from wtforms import TextAreaField

from engage import __version__, governance
from engage.doorway import db_session, language, public
from engage.feedback import queries
from engage.web.feedback import SayForm, say_it
from engage.web.forms import ChoiceField

blueprint = Blueprint("accessibility", __name__, url_prefix="/accessibility")


@dataclass(frozen=True)
class Criterion:
    """One line of `criteria.csv`: a success criterion, where it stands, and how that was seen."""

    number: str
    level: str
    fr: str
    en: str
    status: str
    """met, partly, or not applicable."""
    tests: str
    """Tests that look at it each time the product changes, as file::function under `tests/`, by spaces."""
    by_hand_fr: str
    by_hand_en: str
    on: str
    """The day of what was seen by hand."""
    gap_fr: str
    gap_en: str

    def told(self, part: str) -> str:
        """Its name, what was looked at, or what is missing, in the language of the page."""
        return str(getattr(self, language() if part == "name" else f"{part}_{language()}"))


@cache
def criteria() -> Sequence[Criterion]:
    with Path(__file__).with_name("criteria.csv").open(encoding="utf-8", newline="") as file:
        return [Criterion(**row) for row in csv.DictReader(file)]


def stated_on() -> date:
    return max(date.fromisoformat(each.on) for each in criteria() if each.on)


class BarrierForm(SayForm):
    agreement = ChoiceField()
    words = TextAreaField()
    """Again, so that its mistake comes after the region's, as on the page."""


@blueprint.get("")
@public
def show() -> Response:
    return _page(BarrierForm(formdata=None))


def _page(form: BarrierForm) -> Response:
    names = governance.territory_names(db_session(), queries.desks(db_session()))
    first = [] if len(names) == 1 else [("", _("choisissez"))]
    form.agreement.choices = first + sorted(names.items(), key=lambda pair: pair[1])
    shown = render_template(
        "accessibility/statement.html",
        form=form,
        tables=[each for each in governance.tables(db_session()) if each.person_number or each.text_number],
        hearing=set(names),
        counts=Counter(each.status for each in criteria()),
        number=len(criteria()),
        stated_on=stated_on(),
        version=__version__,
    )
    return make_response(shown, 409 if form.mistakes() else 200)


@blueprint.post("")
@public
def reported() -> Response:
    """What keeps someone from taking part, kept by the table they name as a word to it, marked; no name, no account."""
    form = BarrierForm()
    agreement_id = form.agreement.data or ""
    if agreement_id not in queries.desks(db_session()):
        form.refuse(form.agreement, _("Choisissez votre région."))
    if not (form.words.data or "").strip():
        form.refuse(form.words, _("Écrivez quelques mots."))
    return _page(form) if form.mistakes() else say_it(agreement_id, None, form, lambda: _page(form), is_barrier=True)


@blueprint.get("/criteria")
@public
def every() -> str:
    """Each point of the list: where it stands, how it was seen, what is missing."""
    return render_template(
        "accessibility/criteria.html", criteria=criteria(), states=state_names(), stated_on=stated_on(), version=__version__
    )


def state_names() -> dict[str, str]:
    return {"met": _("Tenu"), "partly": _("En partie"), "not applicable": _("Sans objet")}
