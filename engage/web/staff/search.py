"""Finding what a role may see, by words or by code. People are never browsed: they come with their card, their number or their code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms import StringField

from engage import staff
from engage.committees import Committee, Meeting
from engage.doorway import EDITORS, db_session, person, staff_only
from engage.kernel.words import Wording, folded
from engage.projects import CallForProjects, Project
from engage.staff import Role
from engage.voting import Consultation
from engage.web.forms import StaffForm
from engage.web.staff.reach import CLERKS, HELPERS, READERS, TABLE, my_agreements

blueprint = Blueprint("search", __name__, url_prefix="/staff/search")
LEAST, MOST = 2, 50


class SearchForm(StaffForm):
    q = StringField()


@dataclass(frozen=True)
class Found:
    kind: str
    text: str
    address: str


@dataclass(frozen=True)
class _Kind:
    model: type[Any]
    field: str
    view: str
    roles: tuple[Role, ...]


_KINDS = (
    _Kind(Consultation, "question", "consultations.show", EDITORS),
    _Kind(Committee, "name", "staff_committees.show", TABLE),
    _Kind(Meeting, "agenda", "staff_meetings.show", TABLE),
    _Kind(Project, "title", "staff_projects.show", TABLE),
    _Kind(CallForProjects, "title", "staff_calls.show", TABLE),
)


def _names() -> dict[type[Any], str]:
    return {
        Consultation: _("Consultation"),
        Committee: _("Comité"),
        Meeting: _("Rencontre"),
        Project: _("Projet"),
        CallForProjects: _("Appel de projets"),
    }


@blueprint.get("/")
@staff_only(*READERS, *CLERKS, for_citizen=True)
def ask() -> Response:
    return _page(SearchForm(formdata=None), None)


@blueprint.post("/")
@staff_only(*READERS, *CLERKS, for_citizen=True)
def found() -> Response:
    """By post: what is looked for may be the number of a card, and stands in no address."""
    form = SearchForm()
    typed = (form.q.data or "").strip()
    if form.sent_well() and len(folded(typed)) < LEAST:
        form.refuse(form.q, _("Écrivez deux lettres ou plus."))
    if form.mistakes():
        return _page(form, None)
    digits = re.sub(r"\D", "", typed)
    return _page(form, list(_things(folded(typed))), is_person=len(digits) >= 4 and not re.search(r"[^\W\d]{3}", typed))


def _page(form: SearchForm, things: list[Found] | None, *, is_person: bool = False) -> Response:
    may_help = staff.holds(person(), HELPERS)
    page = render_template("staff/search.html", form=form, things=things, is_person=is_person, may_help=may_help, most=MOST)
    return make_response(page, 409 if form.mistakes() else 200)


def _things(wanted: str) -> Iterator[Found]:
    names = _names()
    for kind in _KINDS:
        mine = [each.id for each in my_agreements(*kind.roles)]
        code = getattr(kind.model, "code", kind.model.id)
        written = (Wording.owner_id == kind.model.id, Wording.field == kind.field)
        query = select(kind.model.id, code, Wording.text).join(Wording, written[0] & written[1]).where(kind.model.agreement_id.in_(mine))
        seen: dict[Any, str] = {}
        for id, label, text in db_session().execute(query.order_by(Wording.language.desc(), Wording.version)):
            if wanted in folded(text) or (isinstance(label, str) and wanted in folded(label)):
                seen.setdefault(id, text)
            if len(seen) == MOST:
                break
        yield from (Found(names[kind.model], text, url_for(kind.view, id=id)) for id, text in seen.items())
