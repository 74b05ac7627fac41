"""A draw, as the table makes it: look at the chances, fix it, let it fall in front of everyone."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from wtforms import StringField, TextAreaField

from engage import committees
from engage.committees import Committee, Draw, draws
from engage.doorway import EDITORS, act, db_session, language, looking, staff_only
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wordings
from engage.web.committees import answer_names
from engage.web.forms import ChoiceField, NumberField, StaffForm
from engage.web.staff.reach import my_row

blueprint = Blueprint("staff_draws", __name__, url_prefix="/staff/committees")


class DrawForm(StaffForm):
    kind = ChoiceField()
    chance = ChoiceField(default="dice")
    source = StringField()
    numbers = NumberField()


class FallForm(StaffForm):
    fell = StringField()
    reason = TextAreaField()


@blueprint.get("/<id>/draw")
@staff_only(*EDITORS)
def draw(id: str) -> Response:
    return _draw(my_row(Committee, id), DrawForm(formdata=None))


def _typed_quotas() -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (feature, value): (request.form.get(f"least {feature} {value}", ""), request.form.get(f"most {feature} {value}", ""))
        for feature, value in answer_names()
    }


def _draw(committee: Committee, form: DrawForm) -> Response:
    """What a draw would be with the numbers typed so far; nothing is fixed yet."""
    here = looking()
    kind = form.kind.data = form.kind.data or "reserved"
    is_reserved = kind != "open"
    seats = len(draws.vacant(here, committee, is_reserved=is_reserved))
    try:
        look = draws.look(here, committee, draws.read_quotas(_typed_quotas(), seats), is_reserved=is_reserved)
    except Refusal as refusal:
        look = draws.look(here, committee, [], is_reserved=is_reserved)
        form.refuse(None, refusal)
    page = render_template(
        "staff/draw.html",
        committee=committee,
        form=form,
        answers=answer_names(),
        typed=_typed_quotas(),
        under_way=committees.under_way(here, committee),
        name=Wordings(db_session(), [committee.id]).text(committee.id, "name", language()),
        look=look,
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/<id>/draw")
@staff_only(*EDITORS, is_grave=True)
def drawn(id: str) -> Response:
    """Look at the chances, or fix the draw."""
    committee, form = my_row(Committee, id), DrawForm()
    if form.sent_well() and request.form.get("step") == "fix":
        try:
            with act(Channel.WEB) as here:
                is_reserved = form.kind.data != "open"
                seats = len(draws.vacant(here, committee, is_reserved=is_reserved))
                source = draws.Source(form.source.data or "", form.numbers.data or 0) if form.chance.data == "public" else None
                quotas = draws.read_quotas(_typed_quotas(), seats)
                fixed = draws.fix(here, committee, quotas, is_reserved=is_reserved, source=source)
            return redirect(url_for("staff_draws.fall", id=fixed.id))  # type: ignore[return-value]
        except draws.SourceMissing as refusal:
            form.refuse(form.source, refusal)
        except Refusal as refusal:
            form.refuse(None, refusal)
    return _draw(committee, form)


@blueprint.get("/draws/<id>")
@staff_only(*EDITORS)
def fall(id: str) -> Response:
    return _fall(my_row(Draw, id), FallForm(formdata=None))


def _fall(found: Draw, form: FallForm) -> Response:
    committee = db_session().get_one(Committee, found.committee_id)
    name = Wordings(db_session(), [committee.id]).text(committee.id, "name", language())
    page = render_template("staff/draw_fall.html", draw=found, committee=committee, name=name, form=form, told=draws.document(found))
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/draws/<id>")
@staff_only(*EDITORS, is_grave=True)
def fallen(id: str) -> Response:
    """What fell in front of everyone, or why the draw is void."""
    found, form = my_row(Draw, id), FallForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                if request.form.get("step") == "void":
                    draws.void(here, found, form.reason.data or "")
                else:
                    draws.fall(here, found, form.fell.data or "")
            return redirect(url_for("staff_draws.fall", id=found.id))  # type: ignore[return-value]
        except draws.VoidReasonMissing as refusal:
            form.refuse(form.reason, refusal)
        except Refusal as refusal:
            form.refuse(form.fell, refusal)
    return _fall(found, form)
