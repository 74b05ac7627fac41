"""One thing heard, one thing said: who is there, where we were, and what is told back. By text and by voice alike."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engage import feedback, governance, messaging, participants
from engage.governance import RegionalTable
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, folded, say
from engage.messaging import Conversation, InboundMessage, Keeps
from engage.phone import hearing
from engage.phone.dialogue import Again, Caller, Go, Phrase, Said, State, Turn, advance, ask_again, known, settle
from engage.phone.script import STEPS, meetings, menu, result, seats, voting, waiting
from engage.phone.script import feedback as opinions

ALREADY = N_("Votre message est déjà arrivé. Si vous votiez, votre vote est déjà noté.")
PROVIDERS_START = {"start", "unstop"}
"""Words that the provider answers itself; ours are ABONNER and REPRENDRE."""
CHOICE_LASTS, PERSON_LASTS = timedelta(hours=20), timedelta(minutes=30)
"""How long a thread remembers a choice, and who is there: on a shared phone the next text may be another person's."""
_PLACEHOLDERS = {"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"}
"""What the provider writes for a caller that is anonymous, restricted, blocked, unknown or unavailable: ANONYMOUS and so on, in keys."""
_OPTIONAL = ("more", "result", "seat told", "say more")
"""Steps after which nothing is owed: the act is done, and more may be told."""
_KEYS = {"0": "person", "*": "repeat", "9": "stop"}
"""What these keys do in every menu of a call, unless the question gives them another meaning."""


@dataclass(frozen=True)
class Told:
    """What is told, ready for any channel."""

    words: tuple[tuple[str, str], ...] = ()
    """Language and sentence, in order."""
    keys: int = 0
    """How many keys answer it; 0 when it asks nothing."""
    hints: tuple[str, ...] = ()
    records: int = 0
    """Seconds of voice that answer it; 0 where keys do."""
    then: str = ""
    """What a call does when it asks nothing: the menu, a person, or the end."""
    is_private: bool = False
    """It names a choice, a proof or a code: wiped at the provider once delivered."""

    @property
    def text(self) -> str:
        return " ".join(sentence for _, sentence in self.words)


def known_number(sender: str) -> str:
    """The E.164 number behind a text or a call; empty for a hidden one, a short code, or what stands for no number."""
    return sender if re.fullmatch(r"\+\d{8,15}", sender) and sender not in _PLACEHOLDERS else ""


def table_for(act: Act, to: str) -> RegionalTable | None:
    return governance.table_by_number(act.session, to)


def reply(act: Act, provider_id: str, sender: str, to: str, heard: str) -> Told | None:
    """The answer to one text, None for silence. A message seen before is given the same answer, and nothing happens twice."""
    table = table_for(act, to)
    if table is None or not known_number(sender):
        return None
    return once(act, provider_id, sender, sender, table, heard, provider_id)


def converse(act: Act, call_id: str, turn: str, number: str, table: RegionalTable, heard: str | None) -> Told:
    """One turn of a call, from an E.164 number or from nobody known: None is its beginning, an empty answer is silence.

    The provider may post a turn again.
    """
    return once(act, f"{call_id} {turn}", number, number or call_id, table, heard, call_id) or Told(then="end")


def once(act: Act, provider_id: str, number: str, key: str, table: RegionalTable, heard: str | None, via: str) -> Told | None:
    """One thing heard in the conversation under `key`; None for silence."""
    conversation, message, is_repeat = messaging.pick_up(act, provider_id, key)
    caller = Caller(act, number, conversation.language, table, message, via)
    if is_repeat:
        return _repeat(caller, conversation, message)
    if conversation.burst > messaging.MOST_IN_A_BURST:
        messaging.answered(act, message, None)
        return None
    before: State | None = json.loads(conversation.state) if conversation.state else None
    try:
        said = _answer(caller, conversation, heard)
    except Refusal as refusal:
        act.session.rollback()
        conversation, message, is_repeat = messaging.pick_up(act, provider_id, key)
        caller = replace(caller, message=message)
        if is_repeat:
            return _repeat(caller, conversation, message)
        said = Said(Phrase(refusal.sentence, refusal.params), state=_state(caller, conversation))
        _forget_at_provider(caller, said.state, heard)
    if said is None:
        messaging.answered(act, message, None)
        return None
    told = _told(replace(caller, language=conversation.language), said)
    names_a_choice = said.question and said.state and "aside" in said.state["memo"]
    if said.state:
        stands = before is not None and (before["step"], before["memo"]) == (said.state["step"], said.state["memo"])
        since = before["since"] if before and stands else act.at.isoformat()
        kept = {"since": since, "via": _thread(caller)}
        asked_by = {"asked_by": str(message.id)} if names_a_choice else {}
        conversation.state = json.dumps(said.state | kept | asked_by)
    else:
        conversation.state = None
    messaging.answered(act, message, None if names_a_choice else json.dumps(asdict(told)))
    return told


def _repeat(caller: Caller, conversation: Conversation, message: InboundMessage) -> Told | None:
    """What was answered before, kept or told anew; once a vote is stored, only that it is. An answer that names choices is never kept."""
    if message.reply:
        kept: dict[str, Any] = json.loads(message.reply)
        return Told(**kept | {"words": tuple((language, line) for language, line in kept["words"]), "hints": tuple(kept["hints"])})
    state = json.loads(conversation.state) if conversation.state else {}
    if state.get("asked_by") == str(message.id):
        return _told(caller, ask_again(STEPS, caller, state))
    return _told(caller, Said(Phrase(ALREADY), then="end"))


def _answer(caller: Caller, conversation: Conversation, heard: str | None) -> Said | None:
    """What is said to what was heard; None for silence."""
    state = _state(caller, conversation)
    if heard is None:
        return _greet(caller, state)
    word = _command(caller, state, heard)
    if word == "stop" and not caller.aloud:
        return _stop(caller, heard)
    if word == "start" and hearing.fold(heard) in PROVIDERS_START:
        messaging.keep(caller.act, caller.number, Keeps.ALL, "provider")
        return None
    if word in ("lang:fr", "lang:en"):
        conversation.language = word.removeprefix("lang:")
        caller = replace(caller, language=conversation.language)
    said = _obey(caller, state, word) or _hear(caller, state, heard)
    _forget_at_provider(caller, state, heard)
    if caller.aloud and said.question is None and said.then == "menu":
        said = replace(settle(STEPS, caller, Go("menu", {})), before=said.phrase)
    return said


def _forget_at_provider(caller: Caller, state: State | None, heard: str | None) -> None:
    """A text that may carry a choice or a code is wiped at the provider: any answer to a private question, any other with a digit."""
    if heard and not caller.aloud and (re.search(r"\d", heard) or (state and STEPS[state["step"]].is_private)):
        messaging.redact(caller.act, [caller.via])


def _thread(caller: Caller) -> str:
    """Texts are one thread, each call another: what one of them knows is never told or confirmed on another."""
    return caller.via if caller.aloud else "texts"


def _greet(caller: Caller, state: State | None) -> Said:
    """A call begins with who we are; whether a vote begun before, by text or on another call, goes on is asked."""
    begun = state["memo"].get("vote") if state and state["step"] in ("go on", "choose", "confirm", "code") else None
    turn = Go("go on", {"vote": begun}) if begun in voting.open_codes(caller) else Go("menu", {})
    return replace(settle(STEPS, caller, turn), before=Phrase(menu.GREETING_ALOUD, {"name": caller.table.name}))


def _hear(caller: Caller, state: State | None, heard: str) -> Said:
    """What someone says of danger has its answer first, whatever was asked."""
    if feedback.alerts.look_for_danger(caller.act, caller.table.agreement_id, heard, caller.number):
        return _help(caller, state, heard)
    return _hear_otherwise(caller, state, heard)


def _help(caller: Caller, state: State | None, heard: str) -> Said:
    """Help lines at once, and nothing of what was said; somebody's own words are kept as such, any other question stays open."""
    lines = Phrase(feedback.alerts.HELP, aloud=feedback.alerts.HELP_ALOUD)
    if caller.aloud:
        return replace(ask_again(STEPS, caller, state) if state else settle(STEPS, caller, Go("menu", {})), before=lines)
    if state and state["step"] in opinions.TAKES_WORDS:
        with suppress(Refusal), caller.act.session.begin_nested():
            state = advance(STEPS, caller, heard, state).state
    return Said(lines, state=state)


def _hear_otherwise(caller: Caller, state: State | None, heard: str) -> Said:
    if not caller.aloud and (at_once := _answered_at_once(caller, state, heard) or _led_by_a_word(caller, state, heard)):
        return at_once
    if state is not None:
        return advance(STEPS, caller, heard, state) if heard else ask_again(STEPS, caller, state)
    if caller.aloud:
        return settle(STEPS, caller, Go("menu", {}))
    if turn := result.not_open(caller, as_keyword(heard)) or waiting.answer(caller, heard):
        return settle(STEPS, caller, turn)
    if _says_yes(heard) and participants.confirm_number(caller.act, caller.number):
        return Said(Phrase(menu.MAY_WRITE))
    return Said(Phrase(menu.UNKNOWN, known(caller)))


def _led_by_a_word(caller: Caller, state: State | None, heard: str) -> Said | None:
    """VOTE, PLACE, RETIRER, or the word of a poster, which leads there whatever was asked, but for the vote under way itself."""
    said = hearing.fold(heard)
    word = as_keyword(heard)
    under_way = state["memo"].get("vote") or state["memo"].get("seat") if state else None
    turn: Turn | None = None
    if said in menu.VOTE_WORDS:
        turn = voting.start(caller)
    elif said in seats.JOIN_WORDS:
        turn = seats.start(caller)
    elif said in seats.LEAVE_WORDS:
        turn = Go("seat leaving", {})
    elif there := meetings.come(caller, heard):
        turn = there
    elif word != under_way and word in voting.open_codes(caller):
        turn = voting.start(caller, word)
    elif word != under_way and word in seats.codes(caller):
        turn = seats.start(caller, word)
    turn = turn or _of_opinions(caller, state, heard)
    if turn is None:
        return None
    messaging.is_alive(caller.act, caller.number)
    return settle(STEPS, caller, turn)


def _of_opinions(caller: Caller, state: State | None, heard: str) -> Turn | None:
    """A part of the day is the answer of whoever is asked for one; words right after a poster's are someone's own only where nothing is asked."""
    if state is not None and state["step"] == "seat when" and hearing.fold(heard) in opinions.CALL_PARTS:
        return None
    return opinions.led_by(caller, heard, at_rest=state is None or state["step"] in _OPTIONAL)


def as_keyword(heard: str) -> str:
    """What was texted as the word of a poster is written: letters and digits alone."""
    return folded(heard).upper()


def means_already(word: str) -> bool:
    """Whether a word says something else on the line, so that no poster may bear it."""
    said, short = hearing.fold(word), hearing.yes_no(word)
    words = {*menu.VOTE_WORDS, *result.RESULT_WORDS, *seats.JOIN_WORDS, *seats.LEAVE_WORDS, *opinions.SAY_WORDS}
    words |= {*opinions.BARRIER_WORDS, *opinions.REVIEW_WORDS, *opinions.CALL_PARTS}
    return bool(hearing.command(word)) or said in words or short != hearing.NOT_HEARD or word.isdigit()


def _answered_at_once(caller: Caller, state: State | None, heard: str) -> Said | None:
    """What a text can say whatever was asked: a proof to look up, the word for the last result, a card."""
    if proof := result.proof_in(heard):
        messaging.redact(caller.act, [caller.via])
        return replace(settle(STEPS, caller, result.check_proof(caller, proof)), state=state)
    if hearing.fold(heard) in result.RESULT_WORDS:
        return replace(settle(STEPS, caller, result.last_result(caller)), state=state)
    if voting.is_card(heard) and not (state and state["step"].startswith("mine")):
        return _with_card(caller, heard, state)
    return None


def _with_card(caller: Caller, heard: str, state: State | None) -> Said:
    """A card's code texted at any time begins its person's vote; a wrong one leaves everything as it was."""
    turn = voting.start_with_card(caller, re.sub(r"\D", "", heard))
    return Said(turn.phrase, state=state) if isinstance(turn, Again) else settle(STEPS, caller, turn)


def _says_yes(heard: str) -> bool:
    answer = hearing.yes_no(heard)
    return answer.is_heard and answer.value == "yes"


def _command(caller: Caller, state: State | None, heard: str) -> str | None:
    """The command that was said, or the key that means one here."""
    if not caller.aloud:
        return hearing.command(heard)
    if heard in _KEYS and not (state and heard in STEPS[state["step"]].takes):
        return _KEYS[heard]
    if heard == "3" and state and state["step"] == "menu":
        return "lang:en" if caller.language == "fr" else "lang:fr"
    return None if heard.isdigit() else hearing.command(heard)


_TOLD = {
    "help": menu.HELP,
    "menu": menu.MENU,
    "lang:fr": menu.LANGUAGE_SET,
    "lang:en": menu.LANGUAGE_SET,
}
"""Commands that a text answers at once; the question that was open stays open."""


def _obey(caller: Caller, state: State | None, word: str | None) -> Said | None:
    """What a command does; None when the step should hear the words itself."""
    if word in _TOLD and not caller.aloud:
        return Said(Phrase(_TOLD[word], known(caller)), state=state)
    if word == "start":
        messaging.keep(caller.act, caller.number, Keeps.ALL, "person")
        return Said(Phrase(menu.BACK_IN), state=state, then="menu")
    if word in ("call", "person", "help"):
        turn = menu.call_back(caller) if word == "call" else menu.person(caller)
        said = settle(STEPS, caller, turn)
        return said if isinstance(turn, Go) else replace(said, state=state)
    to: Go | None = None
    if word == "menu" or (word in ("lang:fr", "lang:en") and state is None):
        to = Go("menu", {})
    elif word in ("stop", "fewer") and caller.number:
        to = Go(word, {})
    elif word in ("mydata", "forget"):
        to = Go("mine", {"wish": "erase"} if word == "forget" else {})
    elif word == "back" and state and state["step"] in ("confirm", "code"):
        to = Go("choose", voting.again(state["memo"]))
    elif word in ("repeat", "back", "lang:fr", "lang:en") and state:
        return ask_again(STEPS, caller, state)
    return settle(STEPS, caller, to) if to else None


def _stop(caller: Caller, heard: str) -> Said | None:
    """Our own words get one answer, then silence; the provider's own get silence, for it has already answered."""
    by_provider = hearing.is_stop_of_provider(heard)
    silent = by_provider or messaging.keeps(caller.act.session, caller.number) == Keeps.NOTHING
    messaging.keep(caller.act, caller.number, Keeps.NOTHING, "provider" if by_provider else "person")
    return None if silent else Said(Phrase(menu.STOPPED))


def _state(caller: Caller, conversation: Conversation) -> State | None:
    """Where the conversation stands; what knows a choice or a person is forgotten after a while, for the phone may be in other hands.

    A vote that was begun then starts again at its question.
    """
    state: State | None = json.loads(conversation.state) if conversation.state else None
    if state is None or not _knows(state):
        return state
    is_ours = state.get("via") == _thread(caller) and datetime.fromisoformat(state["since"]) >= caller.act.at - (
        PERSON_LASTS if state["memo"].keys() & {"participant", "author"} else CHOICE_LASTS
    )
    return state if is_ours else _without_knowledge(state)


def _without_knowledge(state: State) -> State | None:
    return (
        None
        if "vote" not in state["memo"] or "participant" in state["memo"]
        else {"step": "choose", "memo": {"vote": state["memo"]["vote"]}, "tries": 0}
    )


def hung_up(act: Act, number: str, call_id: str) -> None:
    """A call is over: what it knew of a choice or a person goes with it; a vote that was begun waits at its question."""
    conversation = messaging.conversation_of(act.session, number)
    state: State | None = json.loads(conversation.state) if conversation and conversation.state else None
    if conversation and state and _knows(state) and state.get("via") == call_id:
        kept = _without_knowledge(state)
        conversation.state = json.dumps(kept | {"since": act.at.isoformat()}) if kept else None


def _knows(state: State) -> bool:
    return bool(state["memo"].keys() & {"aside", "participant", "author"})


def _told(caller: Caller, said: Said) -> Told:
    language, aloud = caller.language, caller.aloud
    phrases = [said.before, said.phrase] if said.before and aloud else [said.phrase]
    words = [(language, phrase.told(language, aloud=aloud)) for phrase in phrases]
    question = said.question
    if question and question.other and aloud:
        other = "en" if language == "fr" else "fr"
        words.append((other, say(other, question.other)))
    private = bool(said.state and said.question and _knows(said.state))
    records = question.records if question else 0
    return Told(tuple(words), question.keys if question else 0, question.hints if question else (), records, said.then, private)
