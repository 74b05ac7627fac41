"""The log of what staff did: who, when, what, from where; and what changed on one thing, with its words taken back if need be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import StringField

from engage import staff
from engage.committees import Committee, Meeting
from engage.doorway import EDITORS, act, db_session, now, person, staff_only
from engage.kernel.act import Channel, local_moment
from engage.kernel.words import Wording, versions, write
from engage.projects import CallForProjects, Project
from engage.staff import Asked, LogEntry, Staff
from engage.voting import Consultation, Stage
from engage.web.forms import ChoiceField, Form, StaffForm, typed_day
from engage.web.staff.deeds import DEEDS
from engage.web.staff.reach import AUDITORS, my_agreements, my_row, row

blueprint = Blueprint("log", __name__, url_prefix="/staff/log")
HISTORIES: dict[str, type[Any]] = {
    "project": Project,
    "committee": Committee,
    "meeting": Meeting,
    "call": CallForProjects,
    "consultation": Consultation,
}


def field_names() -> dict[str, str]:
    """The texts whose versions are kept."""
    return {
        "title": _("Titre"),
        "short": _("Titre court"),
        "summary": _("Résumé"),
        "reason": _("Raison"),
        "name": _("Nom"),
        "mandate": _("Mandat"),
        "rhythm": _("Rythme"),
        "place": _("Lieu"),
        "question": _("Question"),
        "explanation": _("Explication"),
    }


class FilterForm(Form):
    who = ChoiceField()
    deed = ChoiceField()
    agreement = ChoiceField()
    since = StringField()
    until = StringField()


@dataclass(frozen=True)
class Line:
    entry: LogEntry
    who: str
    what: str
    changes: list[dict[str, str]]


def changes_of(entry: LogEntry) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(entry.changes) if entry.changes else []
    return found


def lines(entries: Sequence[LogEntry]) -> list[Line]:
    """Entries as they are read, with names and words."""
    names = {id: db_session().get_one(Staff, id).name for id in {each.staff_id for each in entries if each.staff_id}}
    operator = _("l’opérateur")
    said: list[Line] = []
    for each in entries:
        what = DEEDS.get(each.deed, each.deed)
        said.append(Line(each, names[each.staff_id] if each.staff_id else operator, _(what), changes_of(each)))
    return said


@blueprint.get("/")
@staff_only(*AUDITORS)
def every() -> Response:
    form = FilterForm(request.args)
    everywhere = any(held.role in AUDITORS and held.agreement_id is None for held in person().roles)
    mine = my_agreements(*AUDITORS)
    reach = None if everywhere else [each.id for each in mine]
    people = staff.team(db_session(), [each.id for each in mine])
    form.who.choices = [("", _("tout le monde")), *((str(each.id), each.name) for each in people)]
    form.deed.choices = [("", _("tout")), *sorted(((deed, _(what)) for deed, what in DEEDS.items()), key=lambda pair: pair[1])]
    form.agreement.choices = [("", _("partout")), *((each.id, each.label) for each in mine)]
    page = request.args.get("page", 0, type=int)
    asked = Asked(
        staff_id=UUID(form.who.data) if form.who.data in dict(form.who.choices) and form.who.data else None,
        deed=form.deed.data if form.deed.data in DEEDS else "",
        agreement_id=form.agreement.data if form.agreement.data in dict(form.agreement.choices) else "",
        since=_midnight(form, "since", 0),
        until=_midnight(form, "until", 1),
    )
    team = [each.id for each in people if all(held.agreement_id in {one.id for one in mine} for held in each.roles)]
    found = staff.log.entries(db_session(), asked, reach, team, max(page, 0))
    shown = render_template(
        "staff/log.html",
        form=form,
        lines=lines(found),
        page=max(page, 0),
        more=len(found) == staff.log.PAGE,
        seals=staff.log.seals(db_session()),
    )
    return make_response(shown, 409 if form.mistakes() else 200)


def _midnight(form: FilterForm, name: str, days: int) -> datetime | None:
    """The start of a typed day, or of the one so many days later."""
    day = typed_day(form, form[name])
    return local_moment(day + timedelta(days=days), time()) if day else None


@blueprint.get("/<kind>/<id>")
@staff_only(*EDITORS)
def history(kind: str, id: str) -> Response:
    return _history(kind, _thing(kind, id), StaffForm(formdata=None))


def _thing(kind: str, id: str) -> Any:
    """One thing that the public sees, of an agreement of mine."""
    return my_row(HISTORIES.get(kind) or abort(404), id)


def _may_take_back(thing: Any) -> bool:
    """Only what its own form may still change: a draft, a committee that lives, a meeting to come."""
    if isinstance(thing, Consultation):
        return thing.stage == Stage.DRAFT
    if isinstance(thing, Meeting):
        return thing.awaits(now())
    return not (isinstance(thing, Committee) and thing.ended_on)


def _history(kind: str, thing: Any, form: StaffForm) -> Response:
    found = staff.log.of_row(db_session(), thing.id)
    page = render_template(
        "staff/history.html",
        form=form,
        kind=kind,
        id=thing.id,
        lines=lines(found),
        versions=versions(db_session(), thing.id),
        fields=field_names(),
        may_take_back=_may_take_back(thing),
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/<kind>/<id>/<wording>")
@staff_only(*EDITORS)
def taken_back(kind: str, id: str, wording: str) -> Response:
    """An old text stands again, as a new version: nothing is lost by it."""
    thing, form = _thing(kind, id), StaffForm()
    old = row(Wording, wording)
    if old.owner_id != thing.id or not _may_take_back(thing):
        abort(404)
    if form.sent_well():
        with act(Channel.WEB) as here:
            write(here.session, thing.id, old.field, {old.language: old.text}, old.status)
        return redirect(url_for("log.history", kind=kind, id=id))  # type: ignore[return-value]
    return _history(kind, thing, form)
