"""A vote by phone: the question, a read-back that names the labels, the receipt, then one optional exchange."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from engage import messaging, participants, voting
from engage.kernel import attempts
from engage.kernel.codes import spaced
from engage.kernel.words import N_, say
from engage.participants import ConsentKind, Participant, Status
from engage.phone import hearing
from engage.phone.dialogue import Again, Ask, Caller, Phrase, Tell, Turn, spoken_number
from engage.voting import Consultation
from engage.voting.texts import BALLOT

BALLOT_AGAIN = N_("Nous n'avons pas compris. Répondez 1 à 3 numéros, ex.: 1 4 7, ou 0 pour un vote blanc. Une personne: %(number)s.")
TOO_MANY = N_("C'est plus de 3 choix. Lesquels gardez-vous? Répondez 1 à 3 numéros, ex.: 1 4 7.")
READ_BACK = N_("Votre choix: %(labels)s. C'est bien cela? OUI pour voter, NON pour changer.")
READ_BACK_CODE = N_(
    "Votre choix: %(labels)s. Pour voter, répondez votre code à 4 chiffres, ou NOUVEAU si vous n'en avez pas. NON: changer."
)
BLANK = N_("vote blanc")
RECEIPT = N_(
    "Vote noté. Preuve: %(receipt)s. Votre code: %(code)s. Encore une réponse? A, B ou C, selon l'affiche, et R pour savoir le "
    "résultat. Ex.: A R. Effacez ces textos."
)
RECEIPT_AGAIN = N_(
    "Vote noté. Preuve: %(receipt)s. Encore une réponse? A, B ou C, selon l'affiche, et R pour savoir le résultat. "
    "Ex.: A R. Effacez ces textos."
)
MORE_AGAIN = N_("Répondez A, B ou C, selon l'affiche, et R pour savoir le résultat. Ex.: A R. Votre vote est déjà noté.")
THANKS = N_("C'est noté, merci. Effacez ces textos.")
THANKS_RESULT = N_("C'est noté, merci. Nous vous écrirons le résultat ici. ARRET pour cesser. Effacez ces textos.")
WRONG_CODE = N_("Ce code ne va pas. Répondez votre code à 4 chiffres, ou NOUVEAU si vous n'en avez pas.")
NONE_OPEN = N_("%(table)s: aucun vote en ce moment. Une personne: %(number)s.")
WHICH = N_("%(table)s: quel vote? %(votes)s. Répondez par le mot.")
CLOSED = N_("Ce vote est fini. Votre choix n'a pas été gardé.")
_STATUSES = {"a": Status.TODAY, "b": Status.BEFORE, "c": Status.NO}


def start(caller: Caller, keyword: str = "") -> Turn:
    """VOTE, or the word of a poster: the same answer whoever voted from this number before."""
    open_votes = voting.open_now(caller.act.session, caller.act.at, caller.table.agreement_id)
    named = [consultation for consultation in open_votes if consultation.code == keyword.upper()]
    if not open_votes:
        params = {"table": caller.table.text_name, "number": spoken_number(caller.table.person_number)}
        return Tell(Phrase(NONE_OPEN, params))
    if len(open_votes) > 1 and not named:
        listed = ", ".join(consultation.code for consultation in open_votes[:5])
        return Ask(Phrase(WHICH, {"table": caller.table.text_name, "votes": listed}), "which", {})
    return _ballot(caller, (named or list(open_votes))[0])


def open_codes(caller: Caller) -> set[str]:
    """The words of the votes open at this table."""
    return {consultation.code for consultation in voting.open_now(caller.act.session, caller.act.at, caller.table.agreement_id)}


def which(caller: Caller, heard: str, memo: dict[str, Any]) -> Turn:
    return start(caller, hearing.fold(heard).replace(" ", ""))


def _ballot(caller: Caller, consultation: Consultation) -> Ask:
    params = voting.ballot_params(caller.act.session, consultation, caller.table.text_name, caller.language)
    return Ask(Phrase(BALLOT, params), "choose", {"vote": consultation.code})


def choose(caller: Caller, heard: str, memo: dict[str, Any]) -> Turn:
    consultation = _consultation(caller, memo)
    if consultation is None:
        return Tell(Phrase(CLOSED))
    code = re.search(r"\bcode\s*:?\s*(\d{4})\b", heard, re.IGNORECASE)
    said = heard.replace(code.group(0), " ") if code else heard
    labels = voting.short_labels(caller.act.session, consultation, caller.language)
    reading = hearing.choices(said, labels)
    if reading.certainty is hearing.Certainty.NOT_HEARD:
        return Again(Phrase(BALLOT_AGAIN, {"number": spoken_number(caller.table.person_number)}))
    if len(reading.value) > voting.MOST_CHOICES:
        return Again(Phrase(TOO_MANY))
    memo = memo | {"aside": voting.set_aside(consultation, reading.value), "code": code.group(1) if code else ""}
    return Ask(_read_back(caller, consultation, memo), "confirm", memo, is_private=True)


def _read_back(caller: Caller, consultation: Consultation, memo: dict[str, Any]) -> Phrase:
    labels = voting.short_labels(caller.act.session, consultation, caller.language)
    picked = voting.take_back(caller.act, consultation, memo["aside"])
    named = ", ".join(labels[number] for number in picked) or say(caller.language, BLANK)
    asks_code = participants.people_behind(caller.act, caller.number) > 0 and not memo["code"]
    return Phrase(READ_BACK_CODE if asks_code else READ_BACK, {"labels": named})


def tell_again(caller: Caller, memo: dict[str, Any]) -> Phrase:
    """The read-back for a repeated message: made anew, for an answer that names choices is never kept."""
    consultation = _consultation(caller, memo)
    return _read_back(caller, consultation, memo) if consultation else Phrase(CLOSED)


def confirm(caller: Caller, heard: str, memo: dict[str, Any]) -> Turn:
    consultation = _consultation(caller, memo)
    if consultation is None:
        return Tell(Phrase(CLOSED))
    folded = hearing.fold(heard)
    typed = re.fullmatch(r"(?:code )?(\d{4})", folded)
    answer = hearing.yes_no(heard)
    if answer.is_heard and answer.value == "no":
        return _ballot(caller, consultation)
    must_say_who = participants.people_behind(caller.act, caller.number) > 0
    code = typed.group(1) if typed else memo["code"]
    is_new = folded in ("nouveau", "nouvelle", "new")
    agreed = bool(typed) or is_new or (answer.is_heard and answer.value == "yes")
    if must_say_who and not (is_new or (agreed and code)):
        return Again(Phrase(WRONG_CODE))
    if not agreed:
        return Again(_read_back(caller, consultation, memo))
    if must_say_who and not is_new:
        try:
            participant, told = participants.by_phone_code(caller.act, caller.number, code), ""
        except participants.CodeUnknown as failure:
            attempts.note(caller.act.session, caller.act.at, failure)
            return Again(Phrase(WRONG_CODE))
    else:
        participant, told = participants.join_by_phone(caller.act, caller.number)
    return _cast(caller, consultation, voting.take_back(caller.act, consultation, memo["aside"]), participant, told)


def _cast(caller: Caller, consultation: Consultation, choices: list[int], participant: Participant, told: str) -> Turn:
    vote = voting.cast_vote(caller.act, consultation, choices, participant=participant)
    messaging.wipe_replies(caller.act, caller.message)
    phrase = Phrase(RECEIPT if told else RECEIPT_AGAIN, {"receipt": spaced(vote.receipt), "code": told})
    return Ask(phrase, "more", {"vote": consultation.code, "participant": str(participant.id)}, is_private=True)


def more(caller: Caller, heard: str, memo: dict[str, Any]) -> Turn:
    """Being counted (A, B or C) and getting the result (R); each is a yes to one consent, the rest stays unasked."""
    letters = "".join(word for word in hearing.fold(heard).split() if word not in ("et", "and"))
    status = next((_STATUSES[letter] for letter in letters if letter in _STATUSES), None)
    if not letters or not set(letters) <= {*_STATUSES, "r"} or sum(letter in _STATUSES for letter in letters) > 1:
        return Again(Phrase(MORE_AGAIN))
    consultation = voting.by_code(caller.act.session, memo["vote"])
    participant = caller.act.session.get(Participant, UUID(memo["participant"]))
    if consultation is None or participant is None:
        return Tell(Phrase(THANKS))
    consents = {ConsentKind.CONTACT: True} if "r" in letters else {}
    consents |= {ConsentKind.COUNT: True} if status else {}
    voting.say_more(caller.act, consultation, participant, status=status, consents=consents)
    return Tell(Phrase(THANKS_RESULT if "r" in letters else THANKS))


def _consultation(caller: Caller, memo: dict[str, Any]) -> Consultation | None:
    found = voting.by_code(caller.act.session, memo["vote"])
    return found if found and found.is_open(caller.act.at) else None
