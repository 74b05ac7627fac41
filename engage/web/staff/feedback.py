"""What people said, as the table reads it: before it is shown, by theme, answered many at once, and typed up from voice or card."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, StringField, TextAreaField

from engage import committees, feedback, projects
from engage.doorway import EDITORS, act, db_session, language, looking, person, staff_only, today
from engage.feedback import Feedback, Ground, Stage, Step, Theme, moderation, queries, recordings, responses, themes
from engage.kernel.act import Act, Channel
from engage.kernel.cells import harmless
from engage.kernel.fields import unpacked
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wordings
from engage.staff import Staff
from engage.web.feedback import face_names, ground_names, said_in, step_names
from engage.web.forms import ChoiceField, StaffForm
from engage.web.staff.reach import ANSWERERS, CLERKS, READERS, mine, my_agreements, my_row

blueprint = Blueprint("staff_feedback", __name__, url_prefix="/staff/feedback")
PAGE = 100


class ProcedureForm(StaffForm):
    procedure = TextAreaField()
    reason = StringField()


class AnswerForm(StaffForm):
    step = ChoiceField()
    text = TextAreaField()
    text_en = TextAreaField()
    decision = ChoiceField()


class ReadForm(StaffForm):
    shown = TextAreaField()
    description = StringField()
    words = TextAreaField()


class ThemeForm(StaffForm):
    name = StringField()
    name_en = StringField()


class CardForm(StaffForm):
    reference = StringField()
    project = ChoiceField()
    face = ChoiceField()
    words = TextAreaField()
    may_show = BooleanField()


@blueprint.get("/")
@staff_only(*READERS)
def every() -> Response:
    return _every(AnswerForm(formdata=None))


def _every(form: AnswerForm) -> Response:
    mine_ids = [each.id for each in my_agreements(*READERS)]
    waiting = list(queries.to_answer(db_session(), mine_ids))
    listed = projects.of_agreements(db_session(), mine_ids)
    titles = projects.titles(db_session(), [each.id for each in listed], language())
    codes = {each.code: each.id for each in listed}
    about, theme = request.args.get("about", ""), request.args.get("theme", "")
    to_read, to_type = queries.to_read(db_session(), mine_ids), recordings.to_type(db_session(), mine_ids)
    tagged = themes.themes_of(db_session(), {each.id for each in (*waiting, *to_read, *to_type)})
    if about:
        waiting = [each for each in waiting if each.project_id == codes.get(about)]
    if theme:
        waiting = [each for each in waiting if theme in {str(id) for id in tagged.get(each.id, ())}]
    page = render_template(
        "staff/feedback.html",
        form=_answer_form(form, mine_ids),
        to_read=to_read,
        to_type=to_type,
        waiting=waiting[:PAGE],
        more=len(waiting) > PAGE,
        ticked=request.form.getlist("heard") or request.args.getlist("tick"),
        answered=request.args.get("answered", type=int),
        titles=titles,
        codes=codes,
        about=about,
        theme=theme,
        themes=[(str(each.id), name) for each, name in themes.named(db_session(), mine_ids, language())],
        tagged={id: {str(one) for one in of} for id, of in tagged.items()},
        barriers={str(feedback.barriers.theme_of(each)) for each in mine_ids},
        alerts=len(feedback.alerts.waiting(looking(), mine_ids)),
        desks=[(each, feedback.desk_of(looking(), each.id)) for each in my_agreements(*READERS)],
        counts={each: queries.answering(db_session(), each, *queries.past_year(today()), today()) for each in mine_ids},
        may_edit=bool(my_agreements(*EDITORS)),
        may_answer=bool(my_agreements(*ANSWERERS)),
        may_enter=bool(my_agreements(*CLERKS)),
        face_names=face_names(),
        stages=stage_names(),
        today=today(),
    )
    return make_response(page, 409 if form.mistakes() else 200)


def stage_names() -> dict[str, str]:
    return {Stage.RECEIVED: _("pas encore lu"), Stage.KEPT: _("pour la table"), Stage.SHOWN: _("montré"), Stage.REFUSED: _("pas montré")}


def _answer_form(form: AnswerForm, agreement_ids: Sequence[str]) -> AnswerForm:
    form.step.choices = list(step_names().items())
    decided = [
        one
        for body in committees.of_agreements(db_session(), agreement_ids)
        for one in committees.decisions.of_committee(db_session(), body.id)
    ]
    texts = Wordings(db_session(), [each.id for each in decided])
    form.decision.choices = [("", _("aucune")), *((str(each.id), texts.text(each.id, "text", language())[:60]) for each in decided)]
    return form


@blueprint.post("/answer")
@staff_only(*ANSWERERS)
def answered() -> Response:
    """One answer to all that are ticked; each author hears it where they spoke."""
    form = AnswerForm()
    own = [each.id for each in my_agreements(*ANSWERERS)]
    _answer_form(form, own)
    if not form.sent_well():
        return _every(form)
    heard = [found for id in request.form.getlist("heard") if (found := _found(id)) is not None and found.agreement_id in own]
    if form.step.data not in set(Step):
        form.refuse(form.step, _("Choisissez où en est la table."))
    if len({each.agreement_id for each in heard}) > 1:
        form.refuse(None, _("Ces avis viennent de deux régions: répondez à une à la fois."))
    if not form.mistakes():
        try:
            with act(Channel.WEB) as here:
                texts = {"fr": form.text.data or "", "en": form.text_en.data or ""}
                agreement_id = heard[0].agreement_id if heard else ""
                decision_id = UUID(form.decision.data) if form.decision.data in dict(form.decision.choices) and form.decision.data else None
                responses.respond(here, agreement_id, Step(form.step.data or ""), texts, heard, decision_id=decision_id)
        except responses.NobodyToAnswer as refusal:
            form.refuse(None, refusal)
        except Refusal as refusal:
            form.refuse(form.text, refusal)
    return _every(form) if form.mistakes() else redirect(url_for("staff_feedback.every", answered=len(heard)))  # type: ignore[return-value]


def _found(id: str) -> Feedback | None:
    try:
        return db_session().get(Feedback, UUID(id))
    except ValueError:
        return None


def _back(id: object = None) -> Response:
    return redirect(url_for("staff_feedback.read", id=id) if id else url_for("staff_feedback.every"))  # type: ignore[return-value]


@blueprint.get("/<id>")
@staff_only(*READERS)
def read(id: str) -> Response:
    given = my_row(Feedback, id, *READERS)
    form = ReadForm(formdata=None)
    form.shown.data = given.shown or given.words or ""
    return _read(given, form)


def _read(given: Feedback, form: ReadForm) -> Response:
    others = [each for each in queries.to_answer(db_session(), [given.agreement_id]) if each.words]
    answers = queries.responses_to(db_session(), [given.id]).get(given.id, [])
    photo = moderation.photo_of(looking(), given)
    recording = recordings.of(db_session(), given)
    page = render_template(
        "staff/feedback_read.html",
        given=given,
        form=form,
        about=feedback.telling.about(looking(), given, language()),
        photo=photo,
        recording=recording,
        has_audio=recording is not None and recording.audio_sealed is not None,
        alike=themes.alike(given, others),
        themes=[(str(each.id), name) for each, name in themes.named(db_session(), [given.agreement_id], language())],
        tagged={str(each) for each in themes.themes_of(db_session(), [given.id]).get(given.id, ())},
        barrier=str(feedback.barriers.theme_of(given.agreement_id)),
        answers=answers,
        answered=queries.said_of(db_session(), answers, language()),
        steps=step_names(),
        grounds=ground_names(),
        stages=stage_names(),
        face_names=face_names(),
        today=today(),
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/<id>")
@staff_only(*READERS)
def moderated(id: str) -> Response:
    """Show, keep for the table, or not show for a reason of the rules; tag; type up a voice."""
    given, form, step = my_row(Feedback, id, *READERS), ReadForm(), request.form.get("step", "")
    if not form.sent_well():
        return _read(given, form)
    try:
        with act(Channel.WEB) as here:
            _do(here, given, form, step)
    except Refusal as refusal:
        form.refuse(form.words if step == "type" else form.shown, refusal)
        return _read(given, form)
    return _back(given.id if step in ("tag", "type") else None)


def _do(here: Act, given: Feedback, form: ReadForm, step: str) -> None:
    if step == "show":
        moderation.show(here, given, form.shown.data, form.description.data or "")
    elif step == "keep":
        moderation.keep(here, given)
    elif step in set(Ground):
        moderation.refuse(here, given, Ground(step))
    elif step == "type":
        recordings.type_up(here, given, form.words.data or "")
    elif step == "tag":
        themes.tag(here, given, [UUID(each) for each in request.form.getlist("themes") if _is_id(each)])


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@blueprint.get("/<id>/voice.wav")
@staff_only(*READERS)
def voice(id: str) -> Response:
    """A voice, to whoever types it up."""
    recording = recordings.of(db_session(), my_row(Feedback, id, *READERS))
    audio = recordings.audio(recording) if recording else None
    if audio is None:
        abort(404)
    return _private(audio, "audio/x-wav")


@blueprint.get("/<id>/photo.jpg")
@staff_only(*READERS)
def photo(id: str) -> Response:
    found = moderation.photo_of(looking(), my_row(Feedback, id, *READERS))
    if found is None:
        abort(404)
    return _private(unpacked(found.jpeg), "image/jpeg")


def _private(content: bytes, kind: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/procedure/<agreement_id>")
@staff_only(*EDITORS)
def procedure(agreement_id: str) -> Response:
    form, desk = ProcedureForm(formdata=None), feedback.desk_of(looking(), mine(agreement_id))
    texts = Wordings(db_session(), [desk.id] if desk else [])
    form.procedure.data = texts.text(desk.id, "procedure", "fr") if desk else _template()
    late = db_session().get(feedback.LateReason, agreement_id)
    form.reason.data = late.text if late else ""
    return _procedure(agreement_id, form)


def _template() -> str:
    """A procedure to start from, with names to fill in."""
    return "\n".join(
        (
            _("1. Qui lit les alertes: (nom), chaque jour ouvrable avant 10 h. En son absence: (nom)."),
            _("2. La personne a déjà reçu le 211 et le 911. On ne la rappelle que si elle l’a demandé, à l’heure qu’elle a dite."),
            _("3. Au téléphone, on ne dit de quoi il s’agit qu’à la personne elle-même."),
            _("4. S’il y a un danger immédiat pour une vie, on appelle le 911, puis la direction."),
            _("5. On n’écrit que le nécessaire, et on ferme l’alerte: les mots sont alors effacés."),
            _("6. Après un message dur, on en parle à quelqu’un: (nom)."),
        )
    )


def _procedure(agreement_id: str, form: ProcedureForm) -> Response:
    page = render_template(
        "staff/feedback_procedure.html", form=form, desk=feedback.desk_of(looking(), agreement_id), agreement_id=agreement_id
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/procedure/<agreement_id>")
@staff_only(*EDITORS)
def adopted(agreement_id: str) -> Response:
    form, step = ProcedureForm(), request.form.get("step", "")
    mine(agreement_id)
    if not form.sent_well():
        return _procedure(agreement_id, form)
    try:
        with act(Channel.WEB) as here:
            desk = feedback.desk_of(here, agreement_id)
            if step == "late":
                responses.say_why_late(here, agreement_id, form.reason.data or "")
            elif step == "close" and desk:
                feedback.close_desk(here, desk)
            elif step == "open":
                feedback.open_desk(here, agreement_id, form.procedure.data or "", person().id)
    except Refusal as refusal:
        form.refuse(form.procedure, refusal)
        return _procedure(agreement_id, form)
    return _back()


@blueprint.get("/alerts")
@staff_only(*READERS)
def alerts() -> str:
    """That messages spoke of danger, and when: not from whom, nor what, until someone opens one knowingly."""
    found = feedback.alerts.waiting(looking(), [each.id for each in my_agreements(*READERS)])
    return render_template("staff/alerts.html", alerts=found, form=StaffForm(formdata=None), parts=part_names())


def part_names() -> dict[str, str]:
    return {"morning": _("le matin"), "afternoon": _("l’après-midi"), "evening": _("le soir")}


@blueprint.post("/alerts/<id>")
@staff_only(*READERS)
def alert(id: str) -> Response:
    """Open one, which is written down, or close it with what was done."""
    found, form = my_row(feedback.DangerAlert, id, *READERS), StaffForm()
    if not form.sent_well():
        return redirect(url_for("staff_feedback.alerts"))  # type: ignore[return-value]
    with act(Channel.WEB) as here:
        if request.form.get("step") == "close":
            feedback.alerts.close(here, found, request.form.get("note", ""))
            return redirect(url_for("staff_feedback.alerts"))  # type: ignore[return-value]
        feedback.alerts.open_alert(here, found, person().id)
        readers = feedback.alerts.openings(here, found)
    names = {each.staff_id: db_session().get_one(Staff, each.staff_id).name for each in readers}
    page = render_template("staff/alert.html", alert=found, form=StaffForm(formdata=None), readers=readers, names=names, parts=part_names())
    return make_response(page)


@blueprint.get("/themes/<agreement_id>")
@staff_only(*EDITORS)
def theme_list(agreement_id: str) -> Response:
    return _themes(mine(agreement_id), ThemeForm(formdata=None))


def _themes(agreement_id: str, form: ThemeForm) -> Response:
    named, counts = themes.named(db_session(), [agreement_id], language()), themes.counts(db_session(), agreement_id)
    page = render_template(
        "staff/themes.html",
        form=form,
        named=named,
        counts=counts,
        agreement_id=agreement_id,
        barrier=feedback.barriers.theme_of(agreement_id),
    )
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/themes/<agreement_id>")
@staff_only(*EDITORS)
def theme_made(agreement_id: str) -> Response:
    form = ThemeForm()
    mine(agreement_id)
    if not form.sent_well():
        return _themes(agreement_id, form)
    try:
        with act(Channel.WEB) as here:
            if dropped := request.form.get("drop"):
                themes.drop_theme(here, my_row(Theme, dropped))
            else:
                themes.make_theme(here, agreement_id, {"fr": form.name.data or "", "en": form.name_en.data or ""})
    except Refusal as refusal:
        form.refuse(form.name, refusal)
        return _themes(agreement_id, form)
    return redirect(url_for("staff_feedback.theme_list", agreement_id=agreement_id))  # type: ignore[return-value]


@blueprint.get("/card/<agreement_id>")
@staff_only(*CLERKS, for_citizen=True)
def card(agreement_id: str) -> Response:
    return _card(mine(agreement_id, *CLERKS), CardForm(formdata=None))


def _card(agreement_id: str, form: CardForm, reference: str = "") -> Response:
    listed = projects.of_agreements(db_session(), [agreement_id])
    titles = projects.titles(db_session(), [each.id for each in listed], language())
    form.project.choices = [("", _("Autre chose")), *((each.code, titles[each.id]) for each in listed if each.is_public or each.hears)]
    form.face.choices = [("", _("aucun visage")), *((str(face), name) for face, name in face_names().items())]
    page = render_template("staff/feedback_card.html", form=form, agreement_id=agreement_id, kept=reference)
    return make_response(page, 409 if form.mistakes() else 200)


@blueprint.post("/card/<agreement_id>")
@staff_only(*CLERKS, for_citizen=True)
def card_entered(agreement_id: str) -> Response:
    """A card filled in by hand is typed as it stands, under the number printed on it."""
    form = CardForm()
    mine(agreement_id, *CLERKS)
    reference = "".join(sign for sign in form.reference.data or "" if sign.isascii() and sign.isdigit())
    if form.sent_well() and len(reference) != 8:
        form.refuse(form.reference, _("Écrivez les 8 chiffres imprimés sur la carte."))
    if form.mistakes():
        return _card(agreement_id, form)
    found = projects.by_code(db_session(), form.project.data or "")
    about = found if found and found.agreement_id == agreement_id and feedback.hears_about(found) else None
    try:
        with act(Channel.PAPER) as here:
            feedback.enter_card(here, agreement_id, about, said_in(form), reference)
    except feedback.CardEntered as refusal:
        form.refuse(form.reference, refusal)
    except Refusal as refusal:
        form.refuse(form.words, refusal)
    return _card(agreement_id, form) if form.mistakes() else _card(agreement_id, CardForm(formdata=None), reference)


@blueprint.get("/export/<agreement_id>.csv")
@staff_only(*EDITORS)
def export(agreement_id: str) -> Response:
    """For analysis: month, project, channel, face, themes, what is shown to everyone; nothing that says who."""
    listed = {each.id: each.code for each in projects.of_agreements(db_session(), [mine(agreement_id)])}
    heard = queries.every(db_session(), agreement_id)
    names = {each.id: name for each, name in themes.named(db_session(), [agreement_id], "fr")}
    tagged = themes.themes_of(db_session(), [each.id for each in heard])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["month", "project", "channel", "language", "face", "themes", "shown_words", "state"])
    for each in heard:
        state = "answered" if each.answered_on else "late" if each.is_late(today()) else "waiting"
        of = ", ".join(sorted(names[id] for id in tagged.get(each.id, ())))
        cells = [
            f"{each.on:%Y-%m}",
            listed[each.project_id] if each.project_id else "",
            each.channel,
            each.language,
            each.face or "",
            of,
            each.shown,
            state,
        ]
        writer.writerow([harmless(str(cell)) for cell in cells])
    response = _private(out.getvalue().encode("utf-8-sig"), "text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{_("avis")}-{agreement_id}.csv"'
    return response
