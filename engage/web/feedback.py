"""Saying what one thinks on the web: a face and some words, kept at once; then, for whoever wants, known, counted, and the answer found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from engage import feedback, governance, projects, rights
from engage.doorway import act, address, db_session, language, language_of_line, looking, now, premises, public, today, uploads
from engage.feedback import Feedback, Photo, Said, Stage, Step, moderation, pictures, queries, responses, themes
from engage.kernel.act import Act, Channel
from engage.kernel.codes import spaced
from engage.kernel.fields import packed, unpacked
from engage.kernel.numbers import e164
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wordings
from engage.participants import ConsentKind, Status
from engage.projects import Project
from engage.reports import People
from engage.web.asking import send_proof
from engage.web.draft import BrokenDraft, Draft, person_of, unseal
from engage.web.forms import ChoiceField, Form
from engage.web.knowing import DraftLost, KnownForm, ProveForm, proved, recognised, typed
from engage.web.padding import padded

blueprint = Blueprint("feedback", __name__)
ICONS = {5: "mood-happy", 4: "mood-smile", 3: "mood-neutral", 2: "mood-sad", 1: "mood-cry"}
_FACES = frozenset(str(face) for face in ICONS)
ENOUGH = 10
"""Faces under which no chart is shown."""
UPLOAD = 64 * 1024 * 1024
"""A photo far too heavy is still read, so that the words beside it are not lost."""


class SayForm(Form):
    face = ChoiceField()
    words = TextAreaField()
    may_show = BooleanField()
    about = ChoiceField()


def said_in(form: Form) -> Said:
    """The face, the words and the wish to be shown, of any form that asks for them."""
    face, words, may_show = (form[name].data for name in ("face", "words", "may_show"))
    return Said(int(face) if face in _FACES else None, words or "", bool(may_show))


class KnowForm(KnownForm):
    said = HiddenField()
    status = ChoiceField()
    count = BooleanField()
    contact = BooleanField()
    answer = BooleanField()


class ProofForm(ProveForm):
    said = HiddenField()


class ReferenceForm(Form):
    reference = StringField()
    step = HiddenField()


def face_names() -> dict[int, str]:
    return {5: _("Très bien"), 4: _("Bien"), 3: _("Moyen"), 2: _("Mal"), 1: _("Très mal")}


def step_names() -> dict[str, str]:
    return {
        Step.SEEN: _("Lu"),
        Step.STUDIED: _("À l’étude"),
        Step.YES: _("Oui"),
        Step.IN_PART: _("Oui, en partie"),
        Step.NO: _("Non"),
        Step.DONE: _("C’est fait"),
    }


def ground_names() -> dict[str, str]:
    return {"names": _("ils nomment quelqu’un"), "threats": _("ils menacent"), "hate": _("ils blessent un groupe de gens")}


@blueprint.get("/help")
@public
def lines() -> str:
    """Help, day and night: nothing here says why someone would look."""
    return render_template("feedback/lines.html")


@blueprint.get("/say")
@public
def tables() -> Response | str:
    """Which table to tell something to."""
    hearing = queries.desks(db_session())
    if len(hearing) == 1:
        return redirect(url_for("feedback.say", agreement_id=hearing[0]))  # type: ignore[return-value]
    return render_template("feedback/tables.html", names=governance.territory_names(db_session(), hearing))


@blueprint.get("/say/<agreement_id>")
@public
def say(agreement_id: str) -> Response:
    return _page(_agreement(agreement_id), SayForm(formdata=None))


def _agreement(agreement_id: str) -> str:
    return agreement_id if agreement_id in governance.territory_names(db_session(), [agreement_id]) else abort(404)


@blueprint.post("/say/<agreement_id>")
@public
@uploads(UPLOAD)
def told(agreement_id: str) -> Response:
    form = SayForm()
    return say_it(_agreement(agreement_id), None, form, lambda: _page(agreement_id, form))


def _page(agreement_id: str, form: SayForm) -> Response:
    """Something else to say to a table; a project's own page has the same two questions."""
    here = looking()
    listed = projects.hearing(db_session(), agreement_id)
    shown = render_template(
        "feedback/say.html",
        form=form,
        agreement_id=agreement_id,
        hears=feedback.hears(here, agreement_id),
        listed=listed,
        titles=projects.titles(db_session(), [each.id for each in listed], language()),
        **said_before(queries.on_page(db_session(), None, agreement_id)),
        **scale(agreement_id),
    )
    return make_response(shown, 409 if form.mistakes() else 200)


def scale(agreement_id: str) -> dict[str, object]:
    """What the two questions are asked with."""
    return {
        "faces": [(str(face), ICONS[face], name) for face, name in face_names().items()],
        "most": feedback.LONGEST,
        "table": governance.table_of(db_session(), agreement_id),
        "today": today(),
        "there": "/said",
    }


def said_before(heard: Sequence[Feedback]) -> dict[str, object]:
    """What people said that is shown, with its answers."""
    answers = queries.responses_to(db_session(), [each.id for each in heard])
    return {
        "heard": heard,
        "answers": answers,
        "answered": queries.said_of(db_session(), [one for many in answers.values() for one in many], language()),
        "photos": queries.has_photo(db_session(), [each.id for each in heard]),
        "steps": step_names(),
        "face_names": face_names(),
    }


def chart(project: Project) -> list[tuple[str, str]] | None:
    """How many chose each face, under the rule of small counts; None under ten, or where every count is small."""
    found = queries.faces(db_session(), project.id)
    if found.total() < ENOUGH or not any(People.of(number).published for number in found.values()):
        return None
    return [(name, str(People.of(found[face]).published or _("moins de 5"))) for face, name in face_names().items()]


def say_it(
    agreement_id: str, project: Project | None, form: SayForm, again: Callable[[], Response], *, is_barrier: bool = False
) -> Response:
    """Keep what was said and tell how to follow it; `again` is the page it was said on, with what is to correct."""
    said = said_in(form)
    try:
        picture = _picture()
        with act(Channel.WEB) as here:
            about = None if form.about.data == "other" else project
            given = feedback.give(here, agreement_id, about, said, language=language_of_line(), asked_from=address())
            if picture and given.reference:
                keep_picture(here, given.feedback, picture)
            if is_barrier:
                feedback.barriers.mark(here, given.feedback)
            danger = feedback.alerts.look_for_danger(here, agreement_id, said.words) is not None
    except (pictures.NotAPhoto, pictures.PhotoTooLarge) as refusal:
        form.refuse(None, refusal)
    except Refusal as refusal:
        form.refuse(form.words, refusal)
    if form.mistakes():
        return again()
    if not given.reference:
        return make_response(render_template("feedback/again.html", **scale(agreement_id)))
    return _known(given.feedback, Draft.begin(now()), KnowForm(formdata=None), reference=given.reference, danger=danger)


def _picture() -> bytes | None:
    """The photo that came with the form, made light. Raises NotAPhoto, PhotoTooLarge."""
    sent = request.files.get("photo")
    content = sent.read(pictures.MOST_BYTES + 1) if sent and sent.filename else b""
    if sent:
        sent.close()
    return pictures.light(content) if content else None


def keep_picture(here: Act, given: Feedback, jpeg: bytes) -> None:
    photo = Photo(feedback_id=given.id)
    here.session.add(photo)
    photo.jpeg = packed(jpeg)
    here.session.flush()


def _known(given: Feedback, draft: Draft, form: KnowForm, *, reference: str = "", danger: bool = False) -> Response:
    """It is noted: the number to follow it; and for whoever wants, being known and counted."""
    reference = reference or draft.receipt
    draft = Draft(participant=None, begun_at=draft.begun_at, receipt=reference, stage="said")
    form.step.data, form.draft.data, form.said.data = "known", _seal(given, draft), str(given.id)
    shown = render_template(
        "feedback/noted.html", given=given, form=form, reference=spaced(reference), danger=danger, **scale(given.agreement_id)
    )
    return padded(make_response(shown, 409 if form.mistakes() else 200))


@blueprint.post("/said")
@public
def step() -> Response:
    """One posted step after something was said."""
    if request.form.get("place"):
        return _resume()
    taken = {"known": _be_known, "proved": _proved, "resend": _resend}.get(request.form.get("step", ""))
    return taken() if taken else redirect(url_for("feedback.tables"))  # type: ignore[return-value]


def _given() -> Feedback:
    try:
        found = db_session().get(Feedback, UUID(request.form.get("said", "")))
    except ValueError as error:
        raise DraftLost from error
    if found is None:
        raise DraftLost
    return found


def _seal(given: Feedback, draft: Draft) -> str:
    return draft.seal(premises().config.secret_key, given.id)


def _unseal(given: Feedback, stage: str) -> Draft:
    try:
        return unseal(request.form.get("draft", ""), premises().config.secret_key, given.id, stage, now())
    except BrokenDraft as error:
        raise DraftLost from error


def _be_known() -> Response:
    given, form = _given(), KnowForm()
    draft = _unseal(given, "said")
    try:
        with act(Channel.WEB) as here:
            found = recognised(here, form, draft, given.agreement_id)
    except Refusal as refusal:
        form.refuse_whoever(refusal)
        return _known(given, draft, form)
    if found is None:
        form.refuse(
            form.code, _("Écrivez le code de votre carte, ou votre numéro de téléphone. Sinon, vous pouvez partir: votre avis est noté.")
        )
        return _known(given, draft, form)
    status = form.status.data if form.status.data in set(Status) else ""
    own = found.number or (e164(form.number.data or "") if typed(form.phone_code) else "") or ""
    page = "|".join((status, "y" if form.count.data else "", "y" if form.contact.data else "", own if form.answer.data else ""))
    kept = Draft(**{**vars(found), "page": page})
    return _prove(given, kept) if kept.number else _counted(given, kept)


def _prove(given: Feedback, draft: Draft, form: ProofForm | None = None) -> Response:
    form = form or ProofForm(formdata=None)
    form.step.data, form.said.data, form.draft.data = "proved", str(given.id), _seal(given, draft.at_stage("proving"))
    back = url_for("feedback.tables")
    shown = render_template("prove.html", form=form, action=url_for("feedback.step"), back=back, **scale(given.agreement_id))
    return padded(make_response(shown, 409 if form.mistakes() else 200))


def _resend() -> Response:
    given, form = _given(), ProofForm(formdata=None)
    draft = _unseal(given, "proving")
    try:
        with act(Channel.WEB) as here:
            send_proof(here, draft.number, given.agreement_id)
    except Refusal as refusal:
        form.refuse(form.proof, refusal)
    return _prove(given, draft, form)


def _proved() -> Response:
    given, form = _given(), ProofForm()
    draft = _unseal(given, "proving")
    try:
        with act(Channel.WEB) as here:
            draft = proved(here, form, draft)
    except Refusal as refusal:
        form.refuse(form.proof, refusal)
        return _prove(given, draft, form)
    return _counted(given, draft)


def _counted(given: Feedback, draft: Draft) -> Response:
    status, counted, writes, answer_at = draft.page.split("|")
    with act(Channel.WEB) as here:
        someone = person_of(here.session, draft)
        if someone is None:
            raise DraftLost
        feedback.be_known(here, given, someone)
        if answer_at:
            feedback.answer_at(here, given, answer_at)
        agreed = {ConsentKind.COUNT: bool(counted), ConsentKind.WORDS: given.may_show, ConsentKind.CONTACT: bool(writes)}
        consents = {kind: True for kind, yes in agreed.items() if yes}
        rights.answer(here, someone, status=Status(status) if status else None, consents=consents)
    shown = render_template(
        "feedback/known.html", personal_code=draft.personal_code, reference=spaced(draft.receipt), **scale(given.agreement_id)
    )
    return padded(make_response(shown))


def _resume() -> Response:
    """The same page in another language, with what was typed on it."""
    given, was_typed = _given(), request.form.get("step") != "resume"
    if request.form["place"] == "prove":
        return _prove(given, _unseal(given, "proving"), ProofForm() if was_typed else None)
    return _known(given, _unseal(given, "said"), KnowForm() if was_typed else KnowForm(formdata=None))


@blueprint.get("/answer")
@public
def answer() -> str:
    """Where is my answer?"""
    return render_template("feedback/answer.html", form=ReferenceForm(formdata=None), given=None)


@blueprint.post("/answer")
@public
def answered() -> Response:
    """What became of something that was said, for whoever holds its number; and what they want of it now."""
    form, notice = ReferenceForm(), ""
    given: Feedback | None = None
    try:
        with act(Channel.WEB) as here:
            given = feedback.by_reference(here, form.reference.data or "", asked_from=address())
            notice = _wanted(here, given, request.form.get("step", ""))
    except (feedback.ReferenceUnknown, feedback.TooManyReferences) as refusal:
        form.refuse(form.reference, refusal)
    except Refusal as refusal:
        form.refuse(None, refusal)
    shown = said_before([given]) if given else {}
    template = render_template(
        "feedback/answer.html",
        form=form,
        given=given,
        notice=notice,
        reference=form.reference.data,
        about=feedback.telling.about(looking(), given, language()) if given else "",
        grounds=ground_names(),
        today=today(),
        **shown,
    )
    return padded(make_response(template, 409 if form.mistakes() else 200))


def _wanted(here: Act, given: Feedback, step: str) -> str:
    """Carry out what the author asks; the sentence that says it is done."""
    if step == "not_satisfied":
        responses.not_satisfied(here, given)
    elif step == "contest":
        moderation.contest(here, given)
    elif step == "erase":
        feedback.forget_words(here, given)
    elif step in ("show", "hide"):
        feedback.let_show(here, given, given=step == "show")
    done = {
        "not_satisfied": _("C’est noté. La table regarde encore."),
        "contest": _("C’est noté. Une autre paire d’yeux regarde vos mots."),
        "show": _("C’est noté: vos mots seront lus, puis montrés sans votre nom."),
        "erase": _("C’est fait: vos mots sont effacés. Il reste qu’un avis est venu."),
        "hide": _("C’est noté: vos mots restent pour la table."),
    }
    return str(done.get(step, ""))


@blueprint.get("/photos/<id>")
@public
def photo(id: str) -> str:
    found, given = _photo(id)
    return render_template("feedback/photo.html", photo=found, given=given)


@blueprint.get("/photos/<id>.jpg")
@public
def photo_file(id: str) -> Response:
    found, _given = _photo(id)
    response = Response(unpacked(found.jpeg), mimetype="image/jpeg")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _photo(id: str) -> tuple[Photo, Feedback]:
    """A photo that is shown: its words are on the page, and someone described it."""
    try:
        given = db_session().get(Feedback, UUID(id))
    except ValueError:
        abort(404)
    found = moderation.photo_of(looking(), given) if given else None
    if given is None or found is None or given.stage != Stage.SHOWN or not found.description:
        abort(404)
    return found, given


@blueprint.get("/changed/<agreement_id>")
@public
def changed(agreement_id: str) -> str:
    """What changed thanks to you, and what still waits: silence is shown as silence."""
    _agreement(agreement_id)
    told = queries.changed(db_session(), agreement_id)
    late = db_session().get(feedback.LateReason, agreement_id)
    about = {id for _, _, id in told if id}
    rows = {each.id: each for each in projects.of_agreements(db_session(), [agreement_id]) if each.id in about}
    return render_template(
        "feedback/changed.html",
        agreement_id=agreement_id,
        name=governance.territory_names(db_session(), [agreement_id])[agreement_id],
        told=told,
        said=queries.said_of(db_session(), [each for each, _, _ in told], language()),
        foreign=_foreign([each.id for each, _, _ in told]),
        about=rows,
        titles=projects.titles(db_session(), list(rows), language()),
        steps=step_names(),
        themes=_themes(agreement_id),
        counts=queries.answering(db_session(), agreement_id, *queries.past_year(today()), today()),
        late=late,
        hears=feedback.hears(looking(), agreement_id),
        table=governance.table_of(db_session(), agreement_id),
    )


def _themes(agreement_id: str) -> list[tuple[str, str]]:
    """What people speak of, by the table's own themes, the most first, under the rule of small counts."""
    counts = themes.counts(db_session(), agreement_id)
    named = [(counts[theme.id], name) for theme, name in themes.named(db_session(), [agreement_id], language()) if theme.id in counts]
    return [(name, str(People.of(number).published or _("moins de 5"))) for number, name in sorted(named, reverse=True)]


def _foreign(ids: list[UUID]) -> dict[UUID, bool]:
    texts = Wordings(db_session(), ids)
    return {id: texts.language(id, "text", language()) != language() for id in ids}
