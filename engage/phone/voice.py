"""The webhooks of the provider for calls: what is told becomes speech, keys and listening."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, abort, request

from engage import governance, messaging
from engage.doorway import act, db_session, now, public, signed_by_twilio
from engage.kernel.act import Act, Channel
from engage.kernel.numbers import may_be_called, written
from engage.kernel.words import N_, say
from engage.messaging import Keeps, OutboundMessage, Sending
from engage.phone.exchange import Told, converse, hung_up, known_number, table_for
from engage.phone.script import menu
from engage.phone.signature import is_genuine
from engage.phone.sms import twiml

blueprint = Blueprint("voice", __name__, url_prefix="/phone/voice")
VOICES = {"fr": "fr-CA", "en": "en-CA"}
SILENCES = 2
"""How often a question is put again to someone who says nothing."""
NOTHING_HEARD_ALOUD = N_("Nous n’entendons rien. Au revoir, et rappelez quand vous voulez.")
NO_TABLE = N_("Ce numéro ne sert pas encore. Au revoir.")
OUT = N_("Bonjour, ici %(table)s. Pour nous entendre, faites le 1. Pour ne plus être appelé, faites le 9.")
VOICEMAIL = N_("Bonjour, ici %(name)s. Rappelez quand vous voulez au %(number)s. Merci.")
GOODBYE_ALOUD = N_("Au revoir.")
MISSED = 6
"""Seconds: whoever hangs up sooner without a key is called back, so that calling us need cost nothing."""
_NOT_TAKEN = ("busy", "no-answer", "failed", "canceled")


def _say(language: str, sentence: str, recorded: Recorded | None = None) -> str:
    """A human voice where the table recorded one, else the machine's."""
    if recorded and (hash := messaging.sentence_hash(language, sentence)) in recorded.sentences:
        return f"<Play>/phone/voice/prompt/{recorded.agreement_id}/{hash}</Play>"
    return f'<Say language="{VOICES[language]}">{escape(sentence)}</Say>'


@dataclass(frozen=True)
class Recorded:
    agreement_id: str
    sentences: set[str]


@blueprint.get("/prompt/<agreement_id>/<sentence>")
@public
def prompt(agreement_id: str, sentence: str) -> Response:
    found = messaging.voice_prompt(db_session(), agreement_id, sentence)
    if found is None:
        abort(404)
    return Response(found.audio, mimetype=found.media_type)


def _gather(action: str, inside: str, language: str, keys: int = 1, hints: tuple[str, ...] = ()) -> str:
    """Keys always, speech as well; every key counts, so none ends the answer early."""
    listens = f" hints={quoteattr(', '.join(hints))}" if hints else ""
    return (
        f'<Gather action={quoteattr(action)} input="dtmf speech" numDigits="{keys}" finishOnKey="" timeout="8" speechTimeout="auto" '
        f'language="{VOICES[language]}"{listens}>{inside}</Gather>'
    )


def _spoken(told: Told, table: governance.RegionalTable, turn: int, silences: int) -> Response:
    recorded = Recorded(table.agreement_id, messaging.voice_prompts(db_session(), table.agreement_id))
    words = "".join(_say(language, sentence, recorded) for language, sentence in told.words)
    language = told.words[0][0] if told.words else "fr"
    again = f"/phone/voice/turn?turn={turn + 1}"
    if told.records:
        record = f'<Record action={quoteattr(again)} maxLength="{told.records}" timeout="6" finishOnKey="#" playBeep="true"/>'
        return twiml(words, record, f"<Redirect>{escape(f'{again}&silences={silences + 1}')}</Redirect>")
    if told.keys:
        silence = f"<Redirect>{escape(f'{again}&silences={silences + 1}')}</Redirect>"
        return twiml(_gather(again, words, language, told.keys, told.hints), silence)
    if told.then == "person":
        dial = f'<Dial timeout="25" action={quoteattr(f"{again}&back=1")}>{escape(table.person_number)}</Dial>'
        return twiml(words, dial)
    return twiml(words, "<Hangup/>")


def _ends(form: Mapping[str, str]) -> tuple[str, str]:
    """The person's number and the table's, whoever called whom."""
    ends = form.get("From", ""), form.get("To", "")
    return ends if form.get("Direction", "inbound") == "inbound" else ends[::-1]


def _caller_of(form: Mapping[str, str], person: str) -> str:
    """The number that stands for the caller: a Canadian one, unless the network says that it was made up."""
    made_up = form.get("StirVerstat", "").startswith("TN-Validation-Failed")
    return known_number(person) if may_be_called(person) and not made_up else ""


def _number(name: str) -> int:
    text = request.args.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


@blueprint.post("")
@signed_by_twilio(is_genuine)
def called() -> Response:
    return _turn(0, None)


@blueprint.post("/turn")
@signed_by_twilio(is_genuine)
def turned() -> Response:
    """A key, a word, or silence; after a few silences the line ends politely."""
    silences = _number("silences")
    heard: str | None = (request.form.get("Digits") or request.form.get("SpeechResult") or "")[:300]
    if recording := request.form.get("RecordingSid"):
        heard = f"recording {recording} {request.form.get('RecordingDuration', '0')}"
    if request.args.get("back"):
        heard, silences = "", 0
    if request.args.get("begin"):
        heard = None
    return _turn(_number("turn"), heard, silences)


def _turn(turn: int, heard: str | None, silences: int = 0) -> Response:
    form = request.form
    here = Act(db_session(), Channel.VOICE, now())
    person, ours = _ends(form)
    table = table_for(here, ours)
    if table is None or not form.get("CallSid"):
        return twiml(_say("fr", say("fr", NO_TABLE)), "<Hangup/>")
    told = converse(here, form["CallSid"], f"{turn}.{silences}", _caller_of(form, person), table, heard)
    if silences > SILENCES and told.words:
        language = told.words[0][0]
        return twiml(_say(language, say(language, NOTHING_HEARD_ALOUD)), "<Hangup/>")
    return _spoken(told, table, turn, silences)


@blueprint.post("/out")
@signed_by_twilio(is_genuine)
def answered() -> Response:
    """A call of ours was picked up. It says nothing of its subject before a key, and nothing at all to a machine."""
    message, attempt = _ours()
    if message is None:
        return twiml("<Hangup/>")
    table = governance.table_of(db_session(), message.agreement_id)
    wish = messaging.safe(db_session(), message.number or "")
    name = (wish and wish.caller_name) or (table.text_name if table else "Engage")
    if request.form.get("AnsweredBy", "human").startswith(("machine", "fax")):
        may_leave = wish is not None and wish.voicemail and table is not None and request.form["AnsweredBy"] != "fax"
        with act(Channel.VOICE) as here:
            state, why = (Sending.DELIVERED, "voicemail") if may_leave else (Sending.FAILED, "machine")
            messaging.status_changed(here, message.id, attempt, state, why)
        left = say(message.language, VOICEMAIL, name=name, number=_spelled(table)) if may_leave else ""
        return twiml(*([_say(message.language, left)] if left else []), "<Hangup/>")
    words = _say(message.language, say(message.language, OUT, table=name))
    here_again = f"/phone/voice/out/key?id={message.id}&try={attempt}"
    return twiml(_gather(here_again, words, message.language), _say(message.language, say(message.language, GOODBYE_ALOUD)), "<Hangup/>")


def _spelled(table: governance.RegionalTable | None) -> str:
    """The number of a person, digit by digit."""
    return ", ".join(written(table.person_number).replace(" ", "").replace("-", "")) if table else ""


@blueprint.post("/out/key")
@signed_by_twilio(is_genuine)
def pressed() -> Response:
    message, attempt = _ours()
    if message is None:
        return twiml("<Hangup/>")
    key, language = request.form.get("Digits", ""), message.language
    if key == "9":
        with act(Channel.VOICE) as here:
            if not messaging.once(here, f"{request.form.get('CallSid', '')} out key", message.number or ""):
                return twiml("<Hangup/>")
            messaging.keep(here, message.number or "", Keeps.NOTHING, "person")
        return twiml(_say(language, say(language, menu.STOPPED_ALOUD)), "<Hangup/>")
    if key != "1":
        return twiml(_say(language, say(language, GOODBYE_ALOUD)), "<Hangup/>")
    body = message.body
    with act(Channel.VOICE) as here:
        messaging.status_changed(here, message.id, attempt, Sending.DELIVERED, None)
    if not body:
        return _turn(0, None)
    return twiml(_say(language, body), "<Redirect>/phone/voice/turn?turn=1&amp;begin=1</Redirect>")


@blueprint.post("/status")
@signed_by_twilio(is_genuine)
def status() -> Response:
    """The end of a call. One of ours that nobody took is tried later; one that was only a ring is called back."""
    form = request.form
    message, attempt = _ours()
    ended = form.get("CallStatus", "")
    with act(Channel.VOICE) as here:
        if not messaging.once(here, f"{form.get('CallSid', '')} {ended}", _ends(form)[0]):
            return twiml()
        if ended in ("completed", *_NOT_TAKEN):
            hung_up(here, _ends(form)[0], form.get("CallSid", ""))
        if message and ended in _NOT_TAKEN:
            messaging.status_changed(here, message.id, attempt, Sending.FAILED, ended)
        elif message is None and ended == "completed" and form.get("CallDuration", "").isdigit() and int(form["CallDuration"]) <= MISSED:
            _call_back(here, form)
    return twiml()


def _call_back(here: Act, form: Mapping[str, str]) -> None:
    person, ours = _ends(form)
    table = table_for(here, ours)
    if table is None or form.get("Direction") != "inbound" or messaging.asked_lately(here, person):
        return
    wanted = messaging.keeps(here.session, person) != Keeps.NOTHING
    in_hours = messaging.next_opening(here.at, messaging.allowance(here.session, table.agreement_id).time_zone) <= here.at
    if wanted and in_hours and may_be_called(person) and not messaging.was_answered(here.session, f"{form.get('CallSid', '')} 1.0"):
        menu.queue_call(here, person, table, messaging.language_of(here.session, person))


def _ours() -> tuple[OutboundMessage | None, int]:
    """The call of ours that a webhook speaks of, and which try."""
    try:
        id = UUID(request.args.get("id", ""))
    except ValueError:
        return None, 0
    return db_session().get(OutboundMessage, id), _number("try")
