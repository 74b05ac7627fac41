"""The studio: a consultation is written on one page, with what people will read and hear beside it; then its translation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import Field, FieldList, FormField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms import Form as PlainForm

from engage import assistance, governance, messaging, voting
from engage.doorway import EDITORS, act, db_session, looking, premises, sentence, staff_only, today
from engage.kernel import words
from engage.kernel.act import QUEBEC, Act, Channel
from engage.kernel.languages import is_reviewed, name_of
from engage.kernel.plain import Reading, reading
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wordings
from engage.messaging import Measure
from engage.voting import BallotKind, Consultation, Door, GraveRule, KeyMode, Proposed, plan
from engage.voting.drafts import MOST_OPTIONS, OF_CONSULTATION, OF_OPTION
from engage.voting.fairness import Hint, Shown, hints
from engage.voting.plan import ICONS, LONGEST, shortened
from engage.web.forms import ChoiceField, NumberField, StaffForm, check_keyword, local_hour
from engage.web.staff.reach import mine, my_agreements, my_row

blueprint = Blueprint("studio", __name__, url_prefix="/staff/consultations")
LASTS = timedelta(days=21)


class OptionForm(PlainForm):
    icon = ChoiceField(default="bulb")
    label = StringField()
    short = StringField()
    explanation = StringField()
    cost = NumberField()


class StudioForm(StaffForm):
    seen = HiddenField()
    """What the draft said when its page was opened."""
    agreement = ChoiceField()
    kind = ChoiceField(default=BallotKind.PRIORITIES.value)
    question = StringField()
    why = TextAreaField()
    options = FieldList(FormField(OptionForm), min_entries=MOST_OPTIONS, max_entries=MOST_OPTIONS)
    envelope = NumberField()
    places = NumberField(default=3)
    level = ChoiceField(default="2")
    code = StringField()
    door = ChoiceField(default=Door.OPEN.value)
    minimum_age = NumberField(default=14)
    territories = SelectMultipleField(validate_choice=False)
    opens_on = StringField()
    opens_time = StringField(default="08:00")
    closes_on = StringField()
    closes_time = StringField(default="23:59")
    channels = SelectMultipleField(validate_choice=False, default=voting.CHANNELS.split())
    languages = SelectMultipleField(validate_choice=False)
    key_mode = ChoiceField(default=KeyMode.SERVER.value)
    grave_rule = ChoiceField(default=GraveRule.NOTICE.value)

    def mistakes(self) -> list[tuple[str, str]]:
        asked = [field for row in self.options for field in row.form if self.kind.data == BallotKind.BUDGET or field.short_name != "cost"]
        rows = [(field.id, str(text)) for field in asked for text in field.errors]
        return [each for each in super().mistakes() if each[0] != self.options.id] + rows


TEMPLATES = ("nine", "budget", "blank")


def _templates() -> list[tuple[str, str, str]]:
    return [
        (
            "nine",
            _("Les neuf priorités du plan"),
            _("Tout est prêt: la question, neuf réponses en mots simples, en français et en anglais."),
        ),
        ("budget", _("Un budget à partager"), _("Des projets avec leur prix, et une enveloppe. Les gens disent lesquels faire.")),
        ("blank", _("Une page blanche"), _("Votre question et vos réponses, de 2 à 9.")),
    ]


@blueprint.get("/new")
@staff_only(*EDITORS)
def new() -> Response:
    """What to begin from, then the studio filled with it; nothing is kept before it is sent."""
    begun_from = request.args.get("from", "")
    if not begun_from:
        earlier = voting.of_agreements(db_session(), [agreement.id for agreement in my_agreements(*EDITORS)])
        texts = Wordings(db_session(), [consultation.id for consultation in earlier])
        page = render_template("staff/consultation_new.html", templates=_templates(), earlier=earlier, texts=texts)
        return make_response(page)
    form = StudioForm(formdata=None)
    form.closes_on.data = (today() + LASTS).isoformat()
    if begun_from not in TEMPLATES:
        _fill(form, my_row(Consultation, begun_from))
        form.code.data, form.opens_on.data, form.closes_on.data = "", "", (today() + LASTS).isoformat()
    elif begun_from == "nine":
        form.question.data, form.why.data, form.languages.data = plan.QUESTION["fr"], plan.WHY["fr"], ["en"]
        _fill_options(form, voting.NINE)
    form.kind.data = BallotKind.BUDGET.value if begun_from == "budget" else form.kind.data
    form.code.data = form.code.data or _free_code(form.kind.data or "")
    return _page(form)


def _free_code(kind: str) -> str:
    """A keyword that no vote bears yet."""
    word = f"{'BUDGET' if kind == BallotKind.BUDGET else 'PRIO'}{today():%y}"
    return next(code for code in (word, *(f"{word}{n}" for n in range(2, 1000))) if voting.by_code(db_session(), code) is None)


@blueprint.post("/new")
@staff_only(*EDITORS)
def drafted() -> Response:
    form = StudioForm()
    return _keep(form, mine(form.agreement.data or ""), None)


@blueprint.get("/<id>/edit")
@staff_only(*EDITORS)
def edit(id: str) -> Response:
    consultation = my_row(Consultation, id)
    if consultation.stage != voting.Stage.DRAFT:
        raise voting.AlreadyOpen
    form = StudioForm(formdata=None)
    _fill(form, consultation)
    form.seen.data = voting.mark_of(db_session(), consultation)
    return _page(form, consultation)


@blueprint.post("/<id>/edit")
@staff_only(*EDITORS)
def edited(id: str) -> Response:
    consultation = my_row(Consultation, id)
    return _keep(StudioForm(), consultation.agreement_id, consultation)


@blueprint.get("/<id>/discard")
@staff_only(*EDITORS)
def discard(id: str) -> str:
    return render_template("staff/consultation_discard.html", consultation=my_row(Consultation, id), form=StaffForm(formdata=None))


@blueprint.post("/<id>/discard")
@staff_only(*EDITORS)
def discarded(id: str) -> Response:
    consultation = my_row(Consultation, id)
    if StaffForm().sent_well():
        with act(Channel.WEB) as here:
            assistance.declare_interests(here, consultation, [])
            voting.discard(here, consultation)
    return redirect(url_for("desk.desk"))  # type: ignore[return-value]


def _keep(form: StudioForm, agreement_id: str, consultation: Consultation | None) -> Response:
    """The draft, kept; or with a mistake, or when only a look was asked for, the page as it was typed."""
    form.sent_well()
    if not request.form.get("look") and not form.mistakes():
        kept = _written(form, agreement_id, consultation)
        if kept is not None:
            return redirect(url_for("consultations.show", id=kept.id))  # type: ignore[return-value]
    return _page(form, consultation, 409 if form.mistakes() else 200)


def _written(form: StudioForm, agreement_id: str, consultation: Consultation | None) -> Consultation | None:
    """What the form says as a draft, in the transaction under way; None when a field is refused."""
    opens_at = local_hour(form, form.opens_on, form.opens_time) if (form.opens_on.data or "").strip() else None
    closes_at = local_hour(form, form.closes_on, form.closes_time)
    check_keyword(form, form.code)
    if form.mistakes() or closes_at is None:
        return None
    budget = form.kind.data == BallotKind.BUDGET
    level = form.level.data or ""
    places = {code for code, _name in governance.places_of(db_session(), agreement_id, today())}
    try:
        with act(Channel.WEB) as here:
            if consultation is not None:
                voting.check_mark(here.session, consultation, form.seen.data or "")
            return voting.draft_consultation(
                here,
                agreement_id,
                code=(form.code.data or "").strip(),
                question=_french(form, "question", form.question.data, consultation),
                why=_french(form, "why", form.why.data, consultation),
                door=Door.CODED if form.door.data == Door.CODED else Door.OPEN,
                opens_at=opens_at,
                closes_at=closes_at,
                places=form.places.data or (3 if budget else 0),
                level=int(level) if level in ("1", "2", "3", "4") else 0,
                minimum_age=form.minimum_age.data or 0,
                options=_proposed(form, budget=budget, is_new=consultation is None),
                kind=BallotKind.BUDGET if budget else BallotKind.PRIORITIES,
                envelope=_money(form.envelope.data) if budget else None,
                channels=form.channels.data or (),
                languages=[tag for tag in form.languages.data or () if tag in _other_tags()],
                territories=[code for code in form.territories.data or () if code in places],
                key_mode=KeyMode.TRUSTEES if form.key_mode.data == KeyMode.TRUSTEES else KeyMode.SERVER,
                grave_rule=GraveRule.TWO if form.grave_rule.data == GraveRule.TWO else GraveRule.NOTICE,
                consultation=consultation,
            )
    except voting.DraftMoved as refusal:
        form.refuse(None, refusal)
        form.seen.data = voting.mark_of(db_session(), consultation) if consultation else ""
        return None
    except Refusal as refusal:
        form.refuse(_field_of(form, refusal), refusal)
        return None


def _money(dollars: int | None) -> int | None:
    return min(max(dollars, 0), 2_000_000_000) if dollars is not None else None


def _french(form: StudioForm, field: str, text: str | None, consultation: Consultation | None) -> dict[str, str]:
    """A text that is as its template had it brings its English along into a new draft."""
    typed = (text or "").strip()[: LONGEST[field]]
    ready = next((each for each in (plan.QUESTION, plan.WHY) if each["fr"] == typed), None)
    return ready if ready and consultation is None else {"fr": typed}


def _proposed(form: StudioForm, *, budget: bool, is_new: bool) -> list[Proposed]:
    """The options that hold a word, in order; one of the nine that was not touched brings its English along, the first time."""
    found = []
    known = {each.label["fr"]: each for each in voting.NINE}
    for row in form.options:
        label, short, explanation = (((row.form[name].data or "").strip()[: LONGEST[name]]) for name in ("label", "short", "explanation"))
        if not (label or short or explanation):
            continue
        texts = ({"fr": label}, {"fr": short or shortened(label)}, {"fr": explanation})
        nine = known.get(label)
        if is_new and nine and (nine.short["fr"], nine.explanation["fr"]) == (texts[1]["fr"], explanation):
            texts = (nine.label, nine.short, nine.explanation)
        icon = row.form.icon.data if row.form.icon.data in ICONS else "bulb"
        found.append(Proposed(icon, "", *texts, cost=_money(row.form.cost.data) if budget else None))
    return found


def _field_of(form: StudioForm, refusal: Refusal) -> Field | None:
    """The field a refused draft points to; None for the whole form."""
    fields = {
        voting.CodeTaken: form.code,
        voting.BadKeyword: form.code,
        voting.ClosesTooSoon: form.closes_on,
        voting.ClosesTooLate: form.closes_on,
        voting.WordingMissing: form.question,
        voting.BadPlaces: form.places,
        voting.BadAge: form.minimum_age,
        voting.BadLevel: form.level,
    }
    return fields.get(type(refusal))


def _fill(form: StudioForm, consultation: Consultation) -> None:
    texts = voting.wordings(db_session(), consultation)
    mechanism = db_session().get_one(governance.Mechanism, consultation.mechanism_id)
    form.agreement.data, form.level.data = consultation.agreement_id, str(mechanism.level)
    for field in ("kind", "code", "door", "minimum_age", "places", "envelope", "key_mode", "grave_rule"):
        form[field].data = getattr(consultation, field)
    for field in OF_CONSULTATION:
        form[field].data = texts.text(consultation.id, field, "fr")
    for field in ("channels", "languages", "territories"):
        form[field].data = getattr(consultation, field).split()
    for on, at, moment in (
        (form.opens_on, form.opens_time, consultation.opens_at),
        (form.closes_on, form.closes_time, consultation.closes_at),
    ):
        if moment:
            local = moment.astimezone(QUEBEC)
            on.data, at.data = local.date().isoformat(), f"{local:%H:%M}"
    _fill_options(form, voting.proposed_of(db_session(), consultation))


def _fill_options(form: StudioForm, proposed: Iterable[Proposed]) -> None:
    for row, each in zip(form.options, proposed, strict=False):
        row.form.icon.data, row.form.cost.data = each.icon, each.cost
        for field in OF_OPTION:
            row.form[field].data = getattr(each, field).get("fr", "")


@dataclass(frozen=True)
class Look:
    """What people will read and hear, and what a second reader would say of it."""

    consultation: Consultation
    texts: Wordings
    table: governance.RegionalTable | None
    text: str
    measure: Measure
    aloud: str
    reading: Reading
    hints: list[Hint]
    faults: list[str]


def look_at(here: Act, consultation: Consultation) -> Look:
    session = here.session
    texts = voting.wordings(session, consultation)
    table = governance.table_of(session, consultation.agreement_id)
    nameless = table or governance.RegionalTable(name=_("Votre table"), text_name="Votre table", text_number="", person_number="")
    text = voting.ballot_text(session, consultation, nameless.text_name, "fr")
    said = {field: texts.text(consultation.id, field, "fr") for field in OF_CONSULTATION}
    shown = [
        Shown(**{field: texts.text(option.id, field, "fr") for field in OF_OPTION}, icon=option.icon) for option in consultation.options
    ]
    whole = [said["question"], said["why"], *(f"{option.label}. {option.explanation}" for option in shown)]
    return Look(
        consultation=consultation,
        texts=texts,
        table=table,
        text=text,
        measure=messaging.measure(text),
        aloud=premises().line.ballot(session, consultation, nameless, "fr"),
        reading=reading("\n".join(whole)),
        hints=hints(said["question"], said["why"], shown),
        faults=[sentence(fault) for fault in voting.faults(here, consultation)] if consultation.stage == voting.Stage.DRAFT else [],
    )


def _page(form: StudioForm, consultation: Consultation | None = None, status: int = 200) -> Response:
    """The studio; its look is made from the form as a draft that is undone at once."""
    agreements = my_agreements(*EDITORS)
    form.agreement.choices = [(agreement.id, agreement.label) for agreement in agreements]
    agreement_id = consultation.agreement_id if consultation else form.agreement.data or (agreements[0].id if agreements else "")
    form.agreement.data = agreement_id
    form.level.choices = levels()
    for row in form.options:
        row.form.icon.choices = [(name, _(word)) for name, word in ICONS.items()]
    look = None
    if request.form.get("look") and not form.mistakes() and agreement_id:
        with db_session().begin_nested() as point:
            kept = _written(form, mine(agreement_id), consultation)
            look = _rendered_look(kept) if kept else None
            point.rollback()
    page = render_template(
        "staff/studio.html",
        form=form,
        consultation=consultation,
        look=look,
        icons=ICONS,
        places=governance.places_of(db_session(), agreement_id, today()),
        other_tags=_other_tags(),
        longest=LONGEST,
    )
    return make_response(page, 409 if form.mistakes() else status)


def _rendered_look(consultation: Consultation) -> str:
    return render_template("components/look.html", look=look_at(looking(), consultation))


def levels() -> list[tuple[str, str]]:
    return [
        ("1", _("Nous lirons le résultat (consulté)")),
        ("2", _("Nous répondrons au résultat (impliqué)")),
        ("3", _("Nous déciderons avec les gens (construit ensemble)")),
        ("4", _("Le résultat décide")),
    ]


def _fields(consultation: Consultation) -> list[tuple[Any, str, str]]:
    """Every text of a ballot: its owner, its field, and the name of the form's input."""
    own = [(consultation.id, field, f"{field}") for field in OF_CONSULTATION]
    return own + [(option.id, field, f"{field}-{option.number}") for option in consultation.options for field in OF_OPTION]


@blueprint.get("/<id>/words/<tag>")
@staff_only(*EDITORS)
def translate(id: str, tag: str) -> Response:
    """Each French text with its translation beside it, and whether someone who speaks the language has read it beside that very French."""
    return _translation(my_row(Consultation, id), tag, StaffForm(formdata=None))


@blueprint.post("/<id>/words/<tag>")
@staff_only(*EDITORS)
def translated(id: str, tag: str) -> Response:
    consultation, form = my_row(Consultation, id), StaffForm()
    if consultation.stage != voting.Stage.DRAFT:
        raise voting.AlreadyOpen
    if tag in _other_tags() and form.sent_well():
        known = Wordings(db_session(), [owner for owner, _, _ in _fields(consultation)])
        with act(Channel.WEB) as here:
            for owner, field, name in _fields(consultation):
                text = request.form.get(name, "").strip()[: LONGEST[field]]
                words.write(here.session, owner, field, {tag: text}, words.DRAFT)
                same = request.form.get(f"{name}-french") == str(known.latest(owner, field, "fr")[1])
                words.review(here.session, owner, field, tag, reviewed=same and f"{name}-read" in request.form)
        return redirect(url_for("consultations.show", id=id))  # type: ignore[return-value]
    return _translation(consultation, tag, form)


def _other_tags() -> list[str]:
    """The languages that a ballot may be written in beside French."""
    return [tag for tag in premises().config.languages if tag != "fr" and is_reviewed(tag)]


def _translation(consultation: Consultation, tag: str, form: StaffForm) -> Response:
    if tag not in _other_tags():
        return redirect(url_for("consultations.show", id=consultation.id))  # type: ignore[return-value]
    texts = Wordings(db_session(), [consultation.id, *(option.id for option in consultation.options)])
    rows = [
        {
            "name": name,
            "french": texts.text(owner, field, "fr"),
            "version": texts.latest(owner, field, "fr")[1],
            "text": request.form.get(name, texts.latest(owner, field, tag)[0]),
            "is_read": texts.status(owner, field, tag) == words.REVIEWED,
            "longest": LONGEST[field],
        }
        for owner, field, name in _fields(consultation)
        if texts.text(owner, field, "fr")
    ]
    page = render_template("staff/translation.html", consultation=consultation, tag=tag, name=name_of(tag), rows=rows, form=form)
    return make_response(page, 409 if form.mistakes() else 200)
