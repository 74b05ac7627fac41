"""A vote by phone: the question, a read-back that names the labels, the receipt, then what is optional."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from engage import messaging, participants, voting
from engage.governance import RegionalTable
from engage.kernel import attempts
from engage.kernel.codes import spaced
from engage.kernel.numbers import written
from engage.kernel.words import N_, folded, say
from engage.participants import ConsentKind, Participant, Status
from engage.phone import hearing
from engage.phone.dialogue import Again, Caller, Go, Memo, Phrase, Question, Step, Tell, Turn
from engage.voting import Consultation
from engage.voting.texts import BALLOT

BALLOT_ALOUD = N_(
    "%(name)s demande, aux gens d’ici de %(age)s ans ou plus: %(question)s Prenez 1 à %(most)s réponses. Faites leur numéro quand vous l’entendez. "
    "%(choices)s Fini? Faites le carré."
)
GO_ON = N_("Un vote est commencé avec ce numéro. Continuer? OUI ou NON.")
GO_ON_ALOUD = N_("Un vote est commencé avec ce numéro. Pour continuer, faites le 1. Pour autre chose, le 2.")
PRICE_ALOUD = N_(", %(dollars)s dollars")
PICKED_ALOUD = N_("%(picked)s: bien. Une autre? Son numéro. Fini? Le carré.")
BALLOT_AGAIN = N_(
    "Nous n'avons pas compris. Répondez 1 à %(most)s numéros, ex.: %(example)s, ou 0 pour un vote blanc. Une personne: %(number)s."
)
BALLOT_AGAIN_ALOUD = N_("Nous n’avons pas compris. Faites le numéro d’une réponse, ou l’étoile pour tout entendre encore.")
TOO_MANY = N_("C'est plus de %(most)s choix. Lesquels gardez-vous? Répondez 1 à %(most)s numéros, ex.: %(example)s.")
READ_BACK = N_("Votre choix: %(labels)s. OUI: je vote, j'ai %(age)s ans ou plus et je vis %(where)s. NON: changer.")
READ_BACK_ALOUD = N_("Votre choix: %(labels)s. Pour voter, faites le 1. Pour changer, le 2.")
READ_BACK_CODE = N_(
    "Votre choix: %(labels)s. Pour voter (%(age)s ans ou plus, d'ici), répondez votre code, ou NOUVEAU si vous n'en avez pas. NON: changer."
)
CODE_ALOUD = N_("Si vous avez un code à 4 chiffres pour ce téléphone, faites-le. Sinon, faites le carré.")
BLANK = N_("vote blanc")
RECEIPT = N_(
    "Vote noté. Preuve: %(receipt)s. Votre code: %(code)s. On vous compte? A, B ou C, selon l'affiche. Le résultat et les "
    "votes: R. Ex.: A R. Effacez ces textos."
)
RECEIPT_AGAIN = N_(
    "Vote noté. Preuve: %(receipt)s. On vous compte? A, B ou C, selon l'affiche. Le résultat et les votes: R. Ex.: A R. Effacez ces textos."
)
RECEIPT_ALOUD = N_("Votre vote est noté. Votre preuve: %(spelled)s. Votre code pour changer: %(digits)s. %(question)s")
RECEIPT_AGAIN_ALOUD = N_("Votre vote est noté. Votre preuve: %(spelled)s. %(question)s")
MORE_AGAIN = N_("On vous compte? A, B ou C, selon l'affiche. Le résultat et les votes: R. Ex.: A R. Votre vote est déjà noté.")
MORE_ALOUD = N_(
    "Si vous voulez être compté, sans votre nom: aujourd’hui ou avant, avez-vous manqué d’argent pour l’essentiel, ou été mis de côté? "
    "Oui, aujourd’hui: faites le 1. Oui, avant: le 2. Non: le 3. Pour ne rien dire, faites le carré."
)
MORE_AGAIN_ALOUD = N_("Faites le 1, le 2, le 3, ou le carré pour ne rien dire. Votre vote est déjà noté.")
RESULT_ALOUD = N_("Voulez-vous le résultat et les prochains votes? Par texto, faites le 1. Par un appel, le 2. Sinon, le carré.")
THANKS = N_("C'est noté, merci. Effacez ces textos.")
THANKS_ALOUD = N_("C’est noté, merci. Au revoir.")
THANKS_RESULT = N_("C'est noté, merci. Nous vous écrirons ici le résultat et les votes. ARRET: cesser. Effacez ces textos.")
WRONG_CODE = N_("Ce code ne va pas. Répondez votre code à 4 chiffres, ou NOUVEAU si vous n'en avez pas.")
WRONG_CODE_ALOUD = N_("Ce code ne va pas. Faites votre code à 4 chiffres, ou le carré si vous n’en avez pas.")
NONE_OPEN = N_("%(table)s: aucun vote en ce moment. Une personne: %(number)s.")
NONE_OPEN_ALOUD = N_("Aucun vote n’est ouvert en ce moment.")
WHICH = N_("%(table)s: quel vote? %(votes)s. Répondez par le mot.")
WHICH_ALOUD = N_("Plusieurs votes sont ouverts. %(listed)s")
WHICH_ONE_ALOUD = N_("%(question)s Faites le %(key)s.")
CLOSED = N_("Ce vote est fini. Votre choix n'a pas été gardé.")
CARD_ALOUD = N_("Faites les 12 chiffres de votre carte. Pas de carte? Faites le carré.")
CARD_AGAIN = N_("Ce code de carte ne va pas. Regardez votre carte et écrivez ses 12 chiffres. Une personne: %(number)s.")
CARD_AGAIN_ALOUD = N_("Ce code de carte ne va pas. Faites encore ses 12 chiffres.")
CARD_GOOD = N_("%(table)s: votre carte est bonne, mais aucun vote n'est ouvert. Gardez-la. Une personne: %(number)s.")
HIDDEN_ALOUD = N_("Votre numéro est caché. Pour ce vote, il en faut un, ou une carte. Une personne peut vous aider: faites le 0.")
_STATUSES = {"a": Status.TODAY, "b": Status.BEFORE, "c": Status.NO}
_STATUS_KEYS = {"1": Status.TODAY, "2": Status.BEFORE, "3": Status.NO}
_DONE = {"#", "", "fini", "termine", "c est tout", "non", "finished", "done", "that is all", "no"}
_NO_CODE = {"nouveau", "nouvelle", "new", "aucun code", "pas de code", "je n ai pas de code", "no code", "i have no code"}
SHORT = 4
"""Digits of a personal code; a card's has more."""
SHOWN = 5
"""Open votes that one question names."""


def start(caller: Caller, keyword: str = "", who: Memo | None = None) -> Turn:
    """VOTE, or the word of a poster: the same answer whoever voted before. `who` is whoever a card made known."""
    open_votes = _open_votes(caller)
    named = [consultation for consultation in open_votes if consultation.code == keyword.upper()]
    who = who or {}
    if not open_votes:
        params = {"table": caller.table.text_name, "number": written(caller.table.person_number)}
        return Tell(Phrase(CARD_GOOD if who else NONE_OPEN, params, aloud=NONE_OPEN_ALOUD))
    if len(open_votes) > 1 and not named:
        return Go("which", who)
    consultation = (named or list(open_votes))[0]
    if caller.aloud and not caller.number and not who and consultation.door == voting.Door.CODED:
        return Tell(Phrase(CLOSED, aloud=HIDDEN_ALOUD))
    voting.journey.passed(caller.act, consultation, "entered")
    return Go("choose", {"vote": consultation.code} | who)


def start_with_card(caller: Caller, typed: str) -> Turn:
    """A card's code, texted or keyed: its person votes, wherever they write from."""
    try:
        person = participants.by_card(caller.act, typed, caller.table.agreement_id, asked_from=_from(caller))
    except participants.CodeUnknown as failure:
        attempts.note(caller.act.session, caller.act.at, failure)
        return Again(Phrase(CARD_AGAIN, {"number": written(caller.table.person_number)}, aloud=CARD_AGAIN_ALOUD))
    return start(caller, who={"participant": str(person.id), "turn": person.turn})


def _from(caller: Caller) -> str:
    """Whose wrong guesses slow down: the number's, or where it is hidden those of the one call."""
    return caller.number or caller.via


def is_card(heard: str) -> bool:
    """Whether a whole message looks like a card's code, right or mistyped."""
    return re.fullmatch(r"(?:(?:ma |my )?(?:carte|card|code)\W*)?(?:\d[\s.-]*){12}", heard.strip(), re.IGNORECASE) is not None


def _ask_card(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(CARD_AGAIN, {"number": written(caller.table.person_number)}, aloud=CARD_ALOUD), keys=12)


def _hear_card(caller: Caller, heard: str, memo: Memo) -> Turn:
    if heard.strip() == "#":
        return start(caller)
    code = hearing.digits(heard)
    try:
        return start_with_card(caller, code)
    except participants.CardMistyped:
        return Again(Phrase(CARD_AGAIN, {"number": written(caller.table.person_number)}, aloud=CARD_AGAIN_ALOUD))


def open_codes(caller: Caller) -> list[str]:
    """The words of the votes open at this table, the first to close first."""
    return [consultation.code for consultation in _open_votes(caller)]


def _open_votes(caller: Caller) -> Sequence[Consultation]:
    return voting.open_now(caller.act.session, caller.act.at, caller.table.agreement_id, caller.act.channel)


def _ask_which(caller: Caller, memo: Memo) -> Question:
    codes = open_codes(caller)[:SHOWN]
    questions = [_question_of(caller, code) for code in codes]
    listed = " ".join(say(caller.language, WHICH_ONE_ALOUD, question=question, key=key) for key, question in enumerate(questions, start=1))
    params = {"table": caller.table.text_name, "votes": ", ".join(codes), "listed": listed}
    return Question(Phrase(WHICH, params, aloud=WHICH_ALOUD))


def _question_of(caller: Caller, code: str) -> str:
    consultation = voting.by_code(caller.act.session, code)
    if consultation is None:
        return ""
    return voting.wordings(caller.act.session, consultation).text(consultation.id, "question", caller.language)


def _hear_which(caller: Caller, heard: str, memo: Memo) -> Turn:
    codes, who = open_codes(caller)[:SHOWN], known_in(memo)
    if heard.isascii() and heard.isdigit() and 1 <= int(heard) <= len(codes):
        return start(caller, codes[int(heard) - 1], who)
    return start(caller, folded(heard), who)


def _ask_go_on(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(GO_ON, aloud=GO_ON_ALOUD))


def _hear_go_on(caller: Caller, heard: str, memo: Memo) -> Turn:
    answer = hearing.yes_no(heard)
    if not answer.is_heard:
        return Again(Phrase(GO_ON, aloud=GO_ON_ALOUD))
    return Go("choose", memo) if answer.value == "yes" else Go("menu", {})


def _ask_choose(caller: Caller, memo: Memo) -> Question:
    consultation = _consultation(caller, memo)
    if consultation is None:
        return Question(Phrase(CLOSED))
    labels = _labels(caller, consultation)
    hints = tuple(labels.values())
    picked = voting.take_back(caller.act, consultation, memo["aside"]) if "aside" in memo else []
    if picked:
        heard_now = [labels[number] for number in picked[memo.get("known", 0) :]] or [labels[picked[-1]]]
        told = {"picked": ", ".join(heard_now), "number": ""} | voting.how_many(consultation)
        return Question(Phrase(BALLOT_AGAIN, told, aloud=PICKED_ALOUD), hints=hints)
    params = voting.ballot_params(caller.act.session, consultation, caller.table.text_name, caller.language)
    params |= _aloud(caller.act.session, consultation, caller.table, caller.language)
    return Question(Phrase(BALLOT, params, aloud=BALLOT_ALOUD), hints=hints)


def _aloud(session: Session, consultation: Consultation, table: RegionalTable, language: str) -> dict[str, object]:
    labels = voting.labels(session, consultation, language)
    return {
        "name": table.name,
        "age": consultation.minimum_age,
        "choices": " ".join(f"{number}: {label}{_price_aloud(consultation, number, language)}." for number, label in labels.items()),
    }


def _price_aloud(consultation: Consultation, number: int, language: str) -> str:
    return say(language, PRICE_ALOUD, dollars=consultation.costs[number]) if consultation.costs else ""


def ballot_aloud(session: Session, consultation: Consultation, table: RegionalTable, language: str) -> str:
    """The question as the line says it."""
    params = voting.ballot_params(session, consultation, table.text_name, language)
    return say(language, BALLOT_ALOUD, **params | _aloud(session, consultation, table, language))


def _hear_choose(caller: Caller, heard: str, memo: Memo) -> Turn:
    consultation = _consultation(caller, memo)
    if consultation is None:
        return Tell(Phrase(CLOSED))
    labels = _labels(caller, consultation)
    picked = voting.take_back(caller.act, consultation, memo["aside"]) if "aside" in memo and caller.aloud else []
    if caller.aloud and hearing.fold(heard) in _DONE:
        voting.journey.passed(caller.act, consultation, "chosen")
        return Go("confirm", memo | {"aside": voting.set_aside(caller.act, consultation, picked), "code": ""})
    code = re.search(r"\bcode\s*:?\s*(\d{4}|(?:\d{4}[\s.-]*){3})(?!\d)", heard, re.IGNORECASE)
    said = heard.replace(code.group(0), " ") if code else heard
    reading = hearing.choices(said, labels)
    if reading.value is None:
        told = {"number": written(caller.table.person_number)} | voting.how_many(consultation)
        return Again(Phrase(BALLOT_AGAIN, told, aloud=BALLOT_AGAIN_ALOUD))
    known_already = len(picked)
    picked = [*picked, *(number for number in reading.value if number not in picked)]
    if len(picked) > consultation.most_choices:
        return Again(Phrase(TOO_MANY, voting.how_many(consultation)))
    memo = memo | {"known": min(known_already, len(picked) - 1) if picked else 0}
    memo |= {"aside": voting.set_aside(caller.act, consultation, picked), "code": re.sub(r"\D", "", code.group(1)) if code else ""}
    goes_on = caller.aloud and len(picked) < consultation.most_choices and reading.value
    if not goes_on:
        voting.journey.passed(caller.act, consultation, "chosen")
    return Go("choose" if goes_on else "confirm", memo)


def _ask_confirm(caller: Caller, memo: Memo) -> Question:
    consultation = _consultation(caller, memo)
    if consultation is None:
        return Question(Phrase(CLOSED))
    labels = _labels(caller, consultation)
    picked = voting.take_back(caller.act, consultation, memo["aside"])
    named = ", ".join(labels[number] for number in picked) or say(caller.language, BLANK)
    asks_code = not caller.aloud and _must_say_who(caller, memo) and not memo["code"]
    where = voting.where_from(caller.act.session, consultation, caller.language, short=True)
    params = {"labels": named, "age": consultation.minimum_age, "where": where}
    return Question(Phrase(READ_BACK_CODE if asks_code else READ_BACK, params, aloud=READ_BACK_ALOUD))


def _hear_confirm(caller: Caller, heard: str, memo: Memo) -> Turn:
    consultation = _consultation(caller, memo)
    if consultation is None:
        return Tell(Phrase(CLOSED))
    folded = hearing.fold(heard)
    answer = hearing.yes_no(heard)
    if (answer.is_heard and answer.value == "no") or folded in ("changer", "change"):
        return Go("choose", again(memo))
    typed = re.fullmatch(r"(?:code )?(\d{4})", folded)
    is_new = folded in ("nouveau", "nouvelle", "new")
    agreed = bool(typed) or is_new or (answer.is_heard and answer.value == "yes")
    who = _must_say_who(caller, memo)
    if caller.aloud and agreed and who:
        return Go("code", memo)
    code = typed.group(1) if typed else memo["code"]
    if who and not (is_new or (agreed and code)):
        return Again(Phrase(WRONG_CODE))
    if not agreed:
        return Again(_ask_confirm(caller, memo).phrase)
    return _cast(caller, consultation, memo, code if (who or len(code) > SHORT) and not is_new else "")


def again(memo: Memo) -> Memo:
    """What a vote that starts over still knows: which one, and whose card."""
    return {"vote": memo["vote"]} | known_in(memo)


def known_in(memo: Memo) -> Memo:
    return {name: memo[name] for name in ("participant", "turn") if name in memo}


def person_in(caller: Caller, memo: Memo) -> Participant | None:
    """Who a thread knows; nobody once they were erased, or a card or number of theirs was replaced since."""
    found = caller.act.session.get(Participant, UUID(memo["participant"]))
    return found if found and found.turn == memo["turn"] else None


def _ask_code(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(WRONG_CODE, aloud=CODE_ALOUD), keys=4)


def _hear_code(caller: Caller, heard: str, memo: Memo) -> Turn:
    consultation = _consultation(caller, memo)
    if consultation is None:
        return Tell(Phrase(CLOSED))
    code = hearing.digits(heard)
    if len(code) != 4 and heard.strip() != "#" and hearing.fold(heard) not in _NO_CODE:
        return Again(Phrase(WRONG_CODE, aloud=WRONG_CODE_ALOUD))
    return _cast(caller, consultation, memo, code)


def _cast(caller: Caller, consultation: Consultation, memo: Memo, code: str) -> Turn:
    """Put the ballot in the box: for whoever has the code, for someone new behind the number, or without a number for nobody known."""
    told, participant = "", None
    if "participant" in memo:
        participant = person_in(caller, memo)
        if participant is None:
            return Tell(Phrase(WRONG_CODE, aloud=WRONG_CODE_ALOUD))
    elif code:
        try:
            participant = _behind(caller, code)
        except participants.CodeUnknown as failure:
            attempts.note(caller.act.session, caller.act.at, failure)
            return Again(Phrase(WRONG_CODE, aloud=WRONG_CODE_ALOUD))
    elif caller.number:
        participant, told = participants.join_by_phone(caller.act, caller.number)
    choices = voting.take_back(caller.act, consultation, memo["aside"])
    vote = voting.cast_vote(caller.act, consultation, choices, participant=participant, draft=caller.via.encode())
    messaging.wipe_replies(caller.act, caller.message)
    if participant is None:
        return Tell(Phrase(THANKS, _proof(caller, vote.receipt, "", ""), aloud=RECEIPT_AGAIN_ALOUD))
    question = say(caller.language, MORE_ALOUD)
    params = _proof(caller, vote.receipt, told, question)
    first = Phrase(RECEIPT, params, aloud=RECEIPT_ALOUD) if told else Phrase(RECEIPT_AGAIN, params, aloud=RECEIPT_AGAIN_ALOUD)
    return Go("more", {"vote": consultation.code, "participant": str(participant.id), "turn": participant.turn}, first)


def _behind(caller: Caller, code: str) -> Participant:
    """Who holds a personal code of this number, or a card. Raises CodeUnknown, and what cards raise."""
    if len(code) > SHORT:
        return participants.by_card(caller.act, code, caller.table.agreement_id, asked_from=_from(caller))
    return participants.by_phone_code(caller.act, caller.number, code)


def _proof(caller: Caller, receipt: str, code: str, question: str) -> dict[str, object]:
    return {"receipt": spaced(receipt), "code": code, "spelled": ", ".join(receipt), "digits": ", ".join(code), "question": question}


def _ask_more(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(MORE_AGAIN, aloud=MORE_ALOUD))


def _hear_more(caller: Caller, heard: str, memo: Memo) -> Turn:
    """Being counted (A, B or C) and getting the result (R); each is a yes to one consent, the rest stays unasked."""
    if caller.aloud:
        return _hear_status(caller, heard, memo)
    letters = "".join(word for word in hearing.fold(heard).split() if word not in ("et", "and"))
    status = next((_STATUSES[letter] for letter in letters if letter in _STATUSES), None)
    if not letters or not set(letters) <= {*_STATUSES, "r"} or sum(letter in _STATUSES for letter in letters) > 1:
        return Again(Phrase(MORE_AGAIN))
    consents = {ConsentKind.CONTACT: True} if "r" in letters else {}
    _say_more(caller, memo, status, consents)
    return Tell(Phrase(THANKS_RESULT if "r" in letters else THANKS))


def _hear_status(caller: Caller, heard: str, memo: Memo) -> Turn:
    if hearing.fold(heard) in _DONE:
        return Go("result", memo)
    reading = hearing.choice(
        heard, {1: "aujourd'hui", 2: "avant", 3: "non"} if caller.language == "fr" else {1: "today", 2: "before", 3: "no"}
    )
    if not reading.is_heard:
        return Again(Phrase(MORE_AGAIN, aloud=MORE_AGAIN_ALOUD))
    _say_more(caller, memo, _STATUS_KEYS[str(reading.value)], {})
    return Go("result", memo)


def _ask_result(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(MORE_AGAIN, aloud=RESULT_ALOUD))


def _hear_result(caller: Caller, heard: str, memo: Memo) -> Turn:
    how = hearing.choice(heard, {1: "texto", 2: "appel"} if caller.language == "fr" else {1: "text", 2: "call"})
    if how.value in (1, 2):
        _say_more(caller, memo, None, {ConsentKind.CONTACT: True})
        messaging.prefer_voice(caller.act, caller.number, wanted=how.value == 2)
    elif hearing.fold(heard) not in _DONE:
        return Again(Phrase(MORE_AGAIN, aloud=RESULT_ALOUD))
    return Tell(Phrase(THANKS, aloud=THANKS_ALOUD), then="end")


def _say_more(caller: Caller, memo: Memo, status: Status | None, consents: dict[ConsentKind, bool]) -> None:
    consultation = voting.by_code(caller.act.session, memo["vote"])
    participant = person_in(caller, memo)
    if consultation and participant:
        consents = consents | ({ConsentKind.COUNT: True} if status else {})
        voting.say_more(caller.act, consultation, participant, status=status, consents=consents)


def _consultation(caller: Caller, memo: Memo) -> Consultation | None:
    found = voting.by_code(caller.act.session, memo["vote"])
    return found if found and found.is_open(caller.act.at) else None


def _labels(caller: Caller, consultation: Consultation) -> dict[int, str]:
    """As short as a text needs them, or in full for the ear."""
    if caller.aloud:
        return voting.labels(caller.act.session, consultation, caller.language)
    return voting.short_labels(caller.act.session, consultation, caller.language)


def _must_say_who(caller: Caller, memo: Memo) -> bool:
    return (
        bool(caller.number)
        and "participant" not in memo
        and len(memo["code"]) <= SHORT
        and participants.people_behind(caller.act, caller.number) > 0
    )


STEPS = {
    "card": Step(_ask_card, _hear_card, takes="0123456789", is_private=True),
    "which": Step(_ask_which, _hear_which),
    "go on": Step(_ask_go_on, _hear_go_on),
    "choose": Step(_ask_choose, _hear_choose, takes="9", is_private=True),
    "confirm": Step(_ask_confirm, _hear_confirm, is_private=True),
    "code": Step(_ask_code, _hear_code, takes="0123456789", is_private=True),
    "more": Step(_ask_more, _hear_more, is_private=True),
    "result": Step(_ask_result, _hear_result, is_private=True),
}
