"""The voice line: what the vote is about, the full sentence behind the letters A, B and C, and a person at key 0."""

from __future__ import annotations

from xml.sax.saxutils import escape

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from engage import governance, voting
from engage.doorway import db_session, language, now, signed_by_twilio
from engage.phone.signature import is_genuine
from engage.phone.sms import twiml

blueprint = Blueprint("voice", __name__, url_prefix="/phone/voice")
_VOICES = {"fr": "fr-CA", "en": "en-CA"}


def _say(text: str) -> str:
    return f'<Say language="{_VOICES[language()]}">{escape(text)}</Say>'


def _menu(*spoken: str) -> Response:
    """Say something, then the keys; silence repeats twice, then the line ends politely."""
    keys = _(
        "Pour entendre le vote, faites le 1. Pour entendre la question de l’affiche, faites le 2. Pour parler à une personne, faites le 0. Pour entendre encore, faites l’étoile."
    )
    turn = int(request.args.get("turn", "0")) if request.args.get("turn", "0").isdigit() else 0
    gather = '<Gather action="/phone/voice/key" numDigits="1" timeout="10">' + "".join(map(_say, (*spoken, keys))) + "</Gather>"
    if turn >= 2:
        return twiml(_say(_("Nous n’entendons rien. Au revoir, et rappelez quand vous voulez.")), "<Hangup/>")
    return twiml(gather, f"<Redirect>/phone/voice?turn={turn + 1}</Redirect>")


@blueprint.post("")
@signed_by_twilio(is_genuine)
def called() -> Response:
    table = governance.table_by_number(db_session(), request.form.get("To", ""))
    name = table.name if table else "Engage"
    return _menu(_("Bonjour. Ici %(name)s. Voter ou donner un avis ne change rien à vos prestations.", name=name))


@blueprint.post("/key")
@signed_by_twilio(is_genuine)
def pressed() -> Response:
    table = governance.table_by_number(db_session(), request.form.get("To", ""))
    key = request.form.get("Digits", "")
    if key == "0" and table and table.person_number:
        return twiml(_say(_("Un instant, nous vous passons une personne.")), f"<Dial>{escape(table.person_number)}</Dial>")
    if key == "1" and table:
        return _menu(_vote_told(table))
    if key == "2":
        return _menu(
            _(
                "Aujourd’hui ou avant, avez-vous manqué d’argent pour l’essentiel, ou été mis de côté? Par texto: A pour oui, aujourd’hui. B pour oui, avant. C pour non. Vous pouvez aussi ne rien répondre."
            )
        )
    return _menu()


def _vote_told(table: governance.RegionalTable) -> str:
    open_votes = voting.open_now(db_session(), now(), table.agreement_id)
    if not open_votes:
        return str(_("Aucun vote n’est ouvert en ce moment."))
    consultation = open_votes[0]
    texts = voting.wordings(db_session(), consultation)
    options = ". ".join(f"{option.number}: {texts.text(option.id, 'label', language())}" for option in consultation.options)
    question = texts.text(consultation.id, "question", language())
    return str(
        _("Le vote demande: %(question)s %(options)s. Pour voter, écrivez le mot VOTE à ce numéro.", question=question, options=options)
    )


@blueprint.post("/status")
@signed_by_twilio(is_genuine)
def status() -> Response:
    """The end of a call, which asks nothing of us."""
    return twiml()
