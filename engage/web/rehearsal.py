"""The phone line within a rehearsal: an exchange told from its beginning at each turn, so that nothing is kept between two."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template, request

from engage import governance
from engage.doorway import db_session, language, now, premises, rehearsal_only, rehearsed
from engage.kernel.act import Act, Channel
from engage.voting import Consultation

blueprint = Blueprint("rehearsal", __name__)
MOST, LONGEST = 30, 320


@blueprint.get("/line")
@rehearsal_only
def line() -> Response:
    return _exchange([])


@blueprint.post("/line")
@rehearsal_only
def heard() -> Response:
    return _exchange([each.strip()[:LONGEST] for each in request.form.getlist("said")][-MOST:])


def _exchange(said: list[str]) -> Response:
    consultation = db_session().get_one(Consultation, rehearsed())
    table = governance.table_of(db_session(), consultation.agreement_id)
    if table is None:
        abort(404)
    aloud = bool(request.args.get("aloud"))
    answers = premises().line.rehearse(Act(db_session(), Channel.SMS, now()), table, said, aloud=aloud)
    greeting, replies = (answers[:1], answers[1:]) if aloud else ([], answers)
    turns = [("line", told) for told in greeting]
    turns += [turn for mine, told in zip(said, replies, strict=True) for turn in (("me", ((language(), mine),)), ("line", told))]
    return make_response(render_template("voting/line.html", exchange=turns, said=said, aloud=aloud))
