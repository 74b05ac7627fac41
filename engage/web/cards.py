"""The address on a card, and the code typed on the first page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template
from wtforms import StringField

from engage import participants, voting
from engage.doorway import act, address, db_session, language, now, public
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.web.forms import Form

blueprint = Blueprint("card", __name__)


class CardForm(Form):
    code = StringField()


@blueprint.get("/c")
@blueprint.get("/c/")
@public
def empty() -> Response:
    """The address printed on a card, for whoever types it."""
    return make_response(render_template("voting/card.html", form=CardForm(formdata=None), votes=None))


@blueprint.get("/c/<code>")
@public
def card(code: str) -> Response:
    """The code is only typed in: nothing is looked up before the person goes on, so a link guesses nothing."""
    form = CardForm(formdata=None)
    form.code.data = code
    return make_response(render_template("voting/card.html", form=form, votes=None))


@blueprint.post("/c")
@public
def typed() -> Response:
    form = CardForm()
    votes: list[tuple[voting.Consultation, str]] | None = None
    try:
        with act(Channel.WEB) as here:
            agreement_id = participants.find_card(here, form.code.data or "", asked_from=address()).agreement_id
        found = voting.open_now(db_session(), now(), agreement_id)
        votes = [(each, voting.wordings(db_session(), each).marked(each.id, "question", language())) for each in found]
    except Refusal as refusal:
        form.refuse(form.code, refusal)
    page = render_template("voting/card.html", form=form, votes=votes)
    return make_response(page, 409 if form.mistakes() else 200)
