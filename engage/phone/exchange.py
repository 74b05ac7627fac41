"""One thing heard, one reply: who is writing, where we were, and what is said back."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

from engage import governance, messaging
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, say
from engage.messaging import Conversation, InboundMessage
from engage.phone import hearing
from engage.phone.dialogue import Caller, Phrase, advance, settle, spoken_number
from engage.phone.script import AGAIN, STEPS, voting

ALREADY = N_("Votre message est déjà arrivé. Si vous votiez, votre vote est déjà noté.")
HELP = N_(
    "%(table)s: votre avis compte. Prix d'un texto. Voter ne change rien à vos droits. Voter: VOTE. ARRET: cesser. "
    "Une personne: %(number)s."
)
STOPPED = N_("C'est fait: nous ne vous écrirons plus. Pour revenir un jour: REPRENDRE.")
BACK = N_("C'est fait: nous pouvons vous écrire de nouveau. Pour voter: VOTE. ARRET: cesser.")
LANGUAGE_SET = N_("Bien, on continue ainsi. Pour voter: VOTE. Aide: AIDE.")
UNKNOWN = N_("%(table)s: écrivez VOTE pour voter, AIDE pour de l'aide. Une personne: %(number)s. ARRET: cesser.")
PRIVATE_LASTS = timedelta(hours=20)
_VOTE_WORDS = {"vote", "voter", "votes", "voting"}


def reply(act: Act, provider_id: str, sender: str, to: str, text: str) -> str | None:
    """The answer to one text, None for silence. A message seen before is given the same answer, and nothing happens twice."""
    if not re.fullmatch(r"\+\d{8,15}", sender):
        return None
    table = governance.table_by_number(act.session, to)
    if table is None:
        return None
    conversation, message, is_repeat = messaging.pick_up(act, provider_id, sender)
    if is_repeat:
        return _repeat(act, conversation, message, sender, table)
    before = conversation.state_sealed
    try:
        answer: str | None = _answer(act, message, conversation, sender, table, text)
    except Refusal as refusal:
        act.session.rollback()
        conversation, message, is_repeat = messaging.pick_up(act, provider_id, sender)
        if is_repeat:
            return _repeat(act, conversation, message, sender, table)
        answer = Phrase(refusal.sentence, refusal.params).told(conversation.language)
    state = json.loads(conversation.state) if conversation.state else {}
    told_anew = state.get("step") in AGAIN and conversation.state_sealed != before
    if told_anew:
        conversation.state = json.dumps(state | {"asked_by": str(message.id)})
    messaging.answered(act, message, None if told_anew else answer)
    return answer


def _repeat(act: Act, conversation: Conversation, message: InboundMessage, sender: str, table: governance.RegionalTable) -> str | None:
    """What was answered before, kept or told anew; once a vote is stored, only that it is."""
    state = json.loads(conversation.state) if conversation.state else {}
    if state.get("asked_by") == str(message.id):
        caller = Caller(act, sender, conversation.language, table, message)
        return AGAIN[state["step"]](caller, state["memo"]).told(conversation.language)
    return message.reply or messaging.plain(say(conversation.language, ALREADY))


def _answer(
    act: Act, message: InboundMessage, conversation: Conversation, sender: str, table: governance.RegionalTable, text: str
) -> str | None:
    if hearing.is_stop_of_provider(text):
        messaging.stop(act, sender, "provider")
        conversation.state = None
        return None
    caller = Caller(act, sender, conversation.language, table, message)
    state = _state(act, conversation)
    word = hearing.command(text)
    known = {"table": table.text_name, "number": spoken_number(table.person_number)}
    if word == "stop":
        silent = messaging.has_stopped(act.session, sender)
        messaging.stop(act, sender, "person")
        conversation.state = None
        return None if silent else Phrase(STOPPED).told(caller.language)
    if word == "start":
        messaging.come_back(act, sender, "person")
        return Phrase(BACK).told(caller.language)
    if word == "help":
        return Phrase(HELP, known).told(caller.language)
    if word in ("lang:fr", "lang:en"):
        conversation.language = word.removeprefix("lang:")
        return Phrase(LANGUAGE_SET).told(conversation.language)
    folded = hearing.fold(text)
    opens = folded in _VOTE_WORDS or word == "menu"
    if opens or state is None:
        phrase, state = _begin(caller, folded, opens=opens) or (Phrase(UNKNOWN, known), None)
    else:
        phrase, state = advance(STEPS, caller, text, state)
    conversation.state = json.dumps(state | {"since": act.at.isoformat()}) if state else None
    return phrase.told(caller.language)


def _state(act: Act, conversation: Conversation) -> dict[str, Any] | None:
    """Where the conversation stands; a private step left for 20 hours is forgotten, for the phone may be in other hands."""
    state: dict[str, Any] | None = json.loads(conversation.state) if conversation.state else None
    if state and state["private"] and datetime.fromisoformat(state["since"]) < act.at - PRIVATE_LASTS:
        return None
    return state


def _begin(caller: Caller, folded: str, *, opens: bool) -> tuple[Phrase, dict[str, object] | None] | None:
    """VOTE, or the word of an open vote; None when the text is neither."""
    keyword = folded.replace(" ", "")
    codes = voting.open_codes(caller)
    if not opens and keyword.upper() not in codes:
        return None
    return settle(voting.start(caller, keyword), caller)
