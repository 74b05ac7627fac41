"""Asking for a seat with someone's help, or being proposed by a group: the same page, the helper holds the pen."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from wtforms import BooleanField, StringField

from engage import assistance, committees, participants, rights
from engage.assistance import What
from engage.committees import Committee
from engage.doorway import act, db_session, language, person, staff_only
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wordings
from engage.web.assisted import helping, running_now
from engage.web.committees import WishFields, find, support_names
from engage.web.forms import StaffForm
from engage.web.knowing import NumberNeeded
from engage.web.staff.reach import HELPERS, mine

blueprint = Blueprint("assisted_seats", __name__, url_prefix="/staff/assisted/seats")


class SeatForm(StaffForm, WishFields):
    code = StringField()
    nominated = BooleanField()
    again = BooleanField()


@blueprint.get("/<code>")
@staff_only(*HELPERS, for_citizen=True)
def seat(code: str) -> Response:
    committee = _find(code)
    help_now = helping()
    if help_now is None or help_now.agreement_id != committee.agreement_id:
        return redirect(url_for("assisted.start"))  # type: ignore[return-value]
    return _page(committee, SeatForm(formdata=None))


def _find(code: str) -> Committee:
    committee = find(code)
    mine(committee.agreement_id, *HELPERS)
    return committee


def _page(committee: Committee, form: SeatForm, call_by: object = None) -> Response:
    texts = Wordings(db_session(), [committee.id])
    page = render_template(
        "assisted/seat.html",
        committee=committee,
        form=form,
        supports=support_names(),
        wording=lambda field: texts.text(committee.id, field, language()),
        helping=helping(),
        call_by=call_by,
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/<code>")
@staff_only(*HELPERS, for_citizen=True)
def asked(code: str) -> Response:
    committee, form = _find(code), SeatForm()
    if not form.sent_well():
        return _page(committee, form)
    try:
        with act(Channel.ASSISTED) as here:
            help_now = running_now(here, committee.agreement_id, go_on=form.again.data)
            someone = participants.by_card(here, form.code.data or "", committee.agreement_id, asked_from=str(person().id))
            if form.nominated.data:
                candidacy = committees.nominate(here, committee, someone, form.wish(), help_now.organisation)
            else:
                candidacy = committees.ask(here, committee, someone, form.wish())
            rights.count_again(here, someone)
            assistance.helped(here, help_now, What.SEAT, someone)
    except (NumberNeeded, committees.ReachMissing) as refusal:
        form.refuse(form.number, refusal)
    except (participants.CodeUnknown, participants.CardMistyped, participants.CardReplaced) as refusal:
        form.refuse(form.code, refusal)
    except assistance.HelpOver as refusal:
        form.refuse(form.again, refusal)
    except Refusal as refusal:
        form.refuse(None, refusal)
    if form.mistakes():
        return _page(committee, form)
    return _page(committee, SeatForm(formdata=None), candidacy.call_by)
