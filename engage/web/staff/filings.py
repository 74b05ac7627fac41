"""A table writes what it owes: account, work plan, note; sees what each still lacks, comments it, signs it. Its partners too."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import StringField, TextAreaField

from engage import filings
from engage.doorway import EDITORS, READS, act, db_session, language, looking, person, staff_only, today
from engage.filings import FilingComment, FilingDraft, FilingKind, composing, telling
from engage.filings.gaps import gaps
from engage.filings.shapes import DRAFT_MARK
from engage.governance import Agreement, Partner, names, partners
from engage.kernel.act import Channel, fiscal_year_of, year_before
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wordings
from engage.reports import YearUnknown
from engage.web.filings import as_file, kind_titles
from engage.web.forms import ChoiceField, StaffForm
from engage.web.staff.reach import mine, my_row, row

blueprint = Blueprint("staff_filings", __name__, url_prefix="/staff/filings")


class CommentForm(StaffForm):
    text = TextAreaField()


class SignForm(StaffForm):
    by = StringField()


class PartnerForm(StaffForm):
    name = StringField()
    kind = ChoiceField()
    collaboration = ChoiceField()
    commitment = StringField()


def _draft(agreement_id: str, kind: str, year: str) -> FilingDraft:
    """The draft, begun by the first post; an address that names none has no page."""
    mine(agreement_id)
    if kind not in set(FilingKind):
        abort(404)
    find = filings.look_up if request.method in READS else filings.draft
    try:
        return find(looking(), agreement_id, FilingKind(kind), year)
    except YearUnknown:
        abort(404)


@blueprint.get("/<agreement_id>")
@staff_only(*EDITORS)
def every(agreement_id: str) -> str:
    year = fiscal_year_of(today())
    return render_template(
        "staff/filings.html",
        agreement=db_session().get_one(Agreement, mine(agreement_id)),
        titles=kind_titles(),
        under_way=[("account", year_before(year)), ("account", year), ("work_plan", names.years_of_plan(today())), ("note", year)],
        filed=filings.filed(db_session(), agreement_id),
    )


@blueprint.get("/<agreement_id>/<kind>/<year>")
@staff_only(*EDITORS)
def show(agreement_id: str, kind: str, year: str) -> Response:
    return _page(_draft(agreement_id, kind, year))


def _page(draft: FilingDraft, form: StaffForm | None = None, comment: CommentForm | None = None, sign: SignForm | None = None) -> Response:
    kind, texts = FilingKind(draft.kind), Wordings(db_session(), [draft.id])
    form, comment, sign = form or StaffForm(formdata=None), comment or CommentForm(formdata=None), sign or SignForm(formdata=None)
    wrong = next((each for each in (form, comment, sign) if each.mistakes()), None)
    found, teller = gaps(looking(), draft), telling.Teller({}, language())
    page = render_template(
        "staff/filing.html",
        agreement=db_session().get_one(Agreement, draft.agreement_id),
        draft=draft,
        title=kind_titles()[kind],
        gaps=[(gap.keeps, telling.gap_in_words(teller, gap.code, gap.params)) for gap in found],
        may_sign=not any(gap.keeps for gap in found),
        sections=[
            (name, _(label), _typed(form, name) or texts.text(draft.id, name, "fr")) for name, label in telling.section_names(kind).items()
        ],
        comments=filings.comments(db_session(), draft.id),
        latest=filings.latest_of(db_session(), draft.id),
        shapes=list(filings.shapes.SHAPES),
        form=form,
        comment=comment,
        sign=sign,
        wrong=wrong,
    )
    return make_response(page, 409 if wrong else 200)


def _typed(form: StaffForm, name: str) -> str:
    """What was just sent and not kept."""
    return request.form.get(name, "") if form.mistakes() else ""


def _back(draft: FilingDraft) -> Response:
    there = url_for("staff_filings.show", agreement_id=draft.agreement_id, kind=draft.kind, year=draft.year)
    return redirect(there)  # type: ignore[return-value]


@blueprint.post("/<agreement_id>/<kind>/<year>/words")
@staff_only(*EDITORS)
def written(agreement_id: str, kind: str, year: str) -> Response:
    draft, form = _draft(agreement_id, kind, year), StaffForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                filings.write(here, draft, request.form.to_dict())
        except Refusal as refusal:
            form.refuse(None, refusal)
    return _page(draft, form=form) if form.mistakes() else _back(draft)


@blueprint.post("/<agreement_id>/<kind>/<year>/comments")
@staff_only(*EDITORS)
def commented(agreement_id: str, kind: str, year: str) -> Response:
    draft, form = _draft(agreement_id, kind, year), CommentForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                filings.comment(here, draft, person().name, form.text.data or "")
        except Refusal as refusal:
            form.refuse(form.text, refusal)
    return _page(draft, comment=form) if form.mistakes() else _back(draft)


@blueprint.post("/comments/<id>")
@staff_only(*EDITORS)
def settled(id: str) -> Response:
    comment = row(FilingComment, id)
    draft = my_row(FilingDraft, str(comment.draft_id))
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            filings.settle(here, comment)
    return _back(draft)


@blueprint.post("/<agreement_id>/<kind>/<year>/sign")
@staff_only(*EDITORS, is_grave=True)
def signed(agreement_id: str, kind: str, year: str) -> Response:
    draft, form = _draft(agreement_id, kind, year), SignForm()
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                made = filings.sign(here, draft, form.by.data or "")
            there = url_for("filings.show", agreement_id=agreement_id, kind=kind, year=year, version=made.version)
            return redirect(there)  # type: ignore[return-value]
        except Refusal as refusal:
            form.refuse(form.by, refusal)
    return _page(draft, sign=form)


@blueprint.get("/<agreement_id>/<kind>/<year>/draft.<shape>")
@staff_only(*EDITORS)
def file(agreement_id: str, kind: str, year: str, shape: str) -> Response:
    """The draft as it would be filed now."""
    document = composing.compose(looking(), _draft(agreement_id, kind, year))
    return as_file(document, shape, _(DRAFT_MARK), f"brouillon-{kind}-{agreement_id}-{year}")


@blueprint.get("/<agreement_id>/partners")
@staff_only(*EDITORS)
def partnership(agreement_id: str) -> Response:
    return _partners(mine(agreement_id), PartnerForm(formdata=None))


def _partners(agreement_id: str, form: PartnerForm) -> Response:
    form.kind.choices = [(kind, _(label)) for kind, label in partners.KINDS.items()]
    form.collaboration.choices = [(way, _(label)) for way, label in partners.COLLABORATIONS.items()]
    page = render_template(
        "staff/partners.html",
        agreement=db_session().get_one(Agreement, agreement_id),
        form=form,
        found=partners.of_agreement(db_session(), agreement_id),
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/<agreement_id>/partners")
@staff_only(*EDITORS)
def partnered(agreement_id: str) -> Response:
    form = PartnerForm()
    mine(agreement_id)
    if form.sent_well():
        try:
            with act(Channel.WEB) as here:
                given = {field: getattr(form, field).data or "" for field in ("name", "kind", "collaboration", "commitment")}
                partners.add(here, agreement_id, **given)
        except Refusal as refusal:
            form.refuse(form.name, refusal)
    if form.mistakes():
        return _partners(agreement_id, form)
    return redirect(url_for("staff_filings.partnership", agreement_id=agreement_id))  # type: ignore[return-value]


@blueprint.post("/partners/<id>/end")
@staff_only(*EDITORS)
def partner_ended(id: str) -> Response:
    partner = my_row(Partner, id)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            partners.end(here, partner)
    return redirect(url_for("staff_filings.partnership", agreement_id=partner.agreement_id))  # type: ignore[return-value]
