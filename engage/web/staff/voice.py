"""A human voice for the phone line: staff record its sentences, one file each."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engage import governance, messaging
from engage.doorway import EDITORS, act, db_session, now, ours, premises, staff_only
from engage.kernel.act import Channel
from engage.web.forms import StaffForm
from engage.web.staff.reach import mine

blueprint = Blueprint("voice_prompts", __name__, url_prefix="/staff/voice")


@blueprint.get("/<agreement_id>")
@staff_only(*EDITORS)
def prompts(agreement_id: str) -> Response:
    return _page(mine(agreement_id), StaffForm(formdata=None))


@blueprint.post("/<agreement_id>")
@staff_only(*EDITORS)
def recorded(agreement_id: str) -> Response:
    form = StaffForm()
    form.sent_well()
    known = {messaging.sentence_hash(*line): line for line in _sentences(mine(agreement_id))}
    line = known.get(request.form.get("sentence", ""))
    file = request.files.get("audio")
    audio = file.read() if file else b""
    kind = _kind(audio)
    if line is None:
        form.refuse(None, _("Cette phrase a changé depuis. Choisissez-la de nouveau."))
    elif not kind and not request.form.get("remove"):
        form.refuse(None, _("Choisissez un fichier MP3 ou WAV d’une minute au plus."))
    if form.mistakes() or line is None:
        return _page(agreement_id, form)
    with act(Channel.WEB) as here:
        messaging.record_prompt(here, agreement_id, *line, kind, b"" if request.form.get("remove") else audio)
    return redirect(url_for("voice_prompts.prompts", agreement_id=agreement_id))  # type: ignore[return-value]


def _kind(audio: bytes) -> str:
    """The media type by the first bytes; empty for what is neither MP3 nor WAV."""
    if audio[:4] == b"RIFF" and audio[8:12] == b"WAVE":
        return "audio/wav"
    return "audio/mpeg" if audio[:3] == b"ID3" or (audio[:1] == b"\xff" and audio[1:2] >= b"\xe0") else ""


def _sentences(agreement_id: str) -> list[tuple[str, str]]:
    table = governance.table_of(db_session(), agreement_id)
    return premises().line.sentences(db_session(), table, now(), ours()) if table else []


def _page(agreement_id: str, form: StaffForm) -> Response:
    held = messaging.voice_prompts(db_session(), agreement_id)
    lines = [(messaging.sentence_hash(tag, sentence), tag, sentence) for tag, sentence in _sentences(agreement_id)]
    page = render_template("staff/voice.html", form=form, lines=lines, held=held, agreement_id=agreement_id)
    return make_response(page, 409 if form.mistakes() else 200)
