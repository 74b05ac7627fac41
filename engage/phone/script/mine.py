"""My data by phone: what is kept, in a few words, behind a code; taking a consent back, and being forgotten."""

from __future__ import annotations

from datetime import date

from engage import participants, rights, voting
from engage.kernel import attempts
from engage.kernel.numbers import written
from engage.kernel.words import N_, day_in_text, say
from engage.participants import ConsentKind, Participant
from engage.phone import hearing
from engage.phone.dialogue import Again, Caller, Go, Memo, Phrase, Question, Step, Tell, Turn, known
from engage.phone.script.menu import MENU_AGAIN_ALOUD
from engage.phone.script.voting import SHORT, person_in

MY_DATA = N_(
    "Nous gardons: votre numéro, chiffré; que vous avez voté, jamais quoi; vos accords. Pour voir: répondez votre code. Sans code: %(number)s."
)
MY_DATA_ALOUD = N_(
    "Nous gardons votre numéro, chiffré, que vous avez voté, jamais quoi, et vos accords. Pour en voir plus, faites votre code à 4 chiffres. "
    "Avec une carte, faites le carré."
)
FORGET = N_("Pour tout effacer: répondez votre code, de 4 chiffres ou de votre carte. Sans code, une personne vous aide: %(number)s.")
MINE = N_(
    "Vos votes: %(votes)s. Compté: %(count)s. On vous écrit: %(contact)s. Changer: 1 compté, 2 écrire, 3 %(erase)s. Rien: 0. Tout voir: %(number)s."
)
MINE_ALOUD = N_(
    "Vos votes: %(votes)s. Compté, sans votre nom: %(count)s. Nous vous écrivons: %(contact)s. Pour changer compté, faites le 1. "
    "Pour changer l’envoi, le 2. Pour %(erase)s, le 3. Fini: le carré."
)
ERASE, KEEP = N_("tout effacer"), N_("ne rien effacer")
SURE = N_("Tout effacer le %(day)s? OUI ou NON. Un vote déjà donné reste, sans lien avec vous. Pour annuler avant ce jour: MES DONNEES.")
SURE_ALOUD = N_(
    "Nous effacerons tout le %(day)s. Un vote déjà dans la boîte y reste, sans lien avec vous. Vous pourrez annuler avant ce jour. "
    "Tout effacer: faites le 1. Sinon: le 2."
)
ERASED = N_("C'est noté: tout sera effacé le %(day)s. Pour annuler avant ce jour: MES DONNEES et votre code.")
ERASED_ALOUD = N_("C’est noté: tout sera effacé le %(day)s. Vous pouvez annuler avant ce jour.")
UNDONE = N_("C'est noté: rien ne sera effacé.")
CHANGED = N_("C'est noté. Vos votes restent. Effacez ces textos.")
CHANGED_ALOUD = N_("C’est noté. Vos votes restent.")
NOTHING_DONE = N_("Bien, rien ne change. Effacez ces textos.")
NOTHING_DONE_ALOUD = N_("Bien, rien ne change.")
WRONG = N_("Ce code ne va pas. Répondez votre code à 4 chiffres, ou les 12 chiffres de votre carte. Sans code: %(number)s.")
WRONG_ALOUD = N_("Ce code ne va pas. Faites votre code à 4 chiffres, ou le carré avec une carte.")
CARD_ALOUD = N_("Faites les 12 chiffres de votre carte.")
YES, NO = N_("oui"), N_("non")


def _ask_code(caller: Caller, memo: Memo) -> Question:
    text = FORGET if memo.get("wish") == "erase" else MY_DATA
    return Question(Phrase(text, known(caller), aloud=MY_DATA_ALOUD), keys=4)


def _hear_code(caller: Caller, heard: str, memo: Memo) -> Turn:
    if caller.aloud and heard.strip() == "#":
        return Go("mine card", memo)
    return _recognise(caller, heard, memo)


def _ask_card(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(WRONG, known(caller), aloud=CARD_ALOUD), keys=12)


def _recognise(caller: Caller, heard: str, memo: Memo) -> Turn:
    code = hearing.digits(heard)
    try:
        if len(code) == SHORT:
            person = participants.by_phone_code(caller.act, caller.number, code)
        else:
            person = participants.known_by_card(caller.act, code, asked_from=caller.number or caller.via)
    except participants.CodeUnknown as failure:
        attempts.note(caller.act.session, caller.act.at, failure)
        return Again(Phrase(WRONG, known(caller), aloud=WRONG_ALOUD))
    except (participants.CardMistyped, participants.CardNeverUsed, participants.CardReplaced):
        return Again(Phrase(WRONG, known(caller), aloud=WRONG_ALOUD))
    return Go("erase" if memo.get("wish") == "erase" else "mine what", {"participant": str(person.id), "turn": person.turn})


def _person(caller: Caller, memo: Memo) -> Participant | None:
    return person_in(caller, memo)


def _ask_what(caller: Caller, memo: Memo) -> Question:
    person = _person(caller, memo)
    if person is None:
        return Question(Phrase(WRONG, known(caller), aloud=WRONG_ALOUD))

    def agrees(kind: ConsentKind) -> str:
        return say(caller.language, YES if participants.agrees(caller.act.session, person.id, kind) else NO)

    params = {
        "votes": len(voting.votes_of(caller.act, person)),
        "count": agrees(ConsentKind.COUNT),
        "contact": agrees(ConsentKind.CONTACT),
        "erase": say(caller.language, KEEP if rights.erasure_day(caller.act, person) else ERASE),
        "number": written(caller.table.person_number),
    }
    return Question(Phrase(MINE, params, aloud=MINE_ALOUD))


def _hear_what(caller: Caller, heard: str, memo: Memo) -> Turn:
    person, key = _person(caller, memo), hearing.fold(heard)
    if person is None:
        return Tell(Phrase(WRONG, known(caller), aloud=WRONG_ALOUD))
    kind = {"1": ConsentKind.COUNT, "2": ConsentKind.CONTACT}.get(key)
    if kind is not None:
        given = participants.agrees(caller.act.session, person.id, kind)
        rights.answer(caller.act, person, status=None, consents={kind: not given})
        return Tell(Phrase(CHANGED, aloud=CHANGED_ALOUD))
    if key == "3" and rights.erasure_day(caller.act, person):
        rights.undo_erasure(caller.act, person)
        return Tell(Phrase(UNDONE))
    if key == "3":
        return Go("erase", memo)
    if key in ("0", "", "fini", "rien", "nothing", "done") or heard == "#":
        return Tell(Phrase(NOTHING_DONE, aloud=NOTHING_DONE_ALOUD))
    return Again(_ask_what(caller, memo).phrase if not caller.aloud else Phrase(MENU_AGAIN_ALOUD))


def _told_day(caller: Caller, day: date) -> str:
    return day_in_text(caller.language, day)


def _ask_erase(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(SURE, {"day": _told_day(caller, rights.day_of_erasure(caller.act))}, aloud=SURE_ALOUD))


def _hear_erase(caller: Caller, heard: str, memo: Memo) -> Turn:
    person, answer = _person(caller, memo), hearing.yes_no(heard)
    if person is None or not answer.is_heard:
        return Again(_ask_erase(caller, memo).phrase)
    if answer.value != "yes" and rights.erasure_day(caller.act, person):
        rights.undo_erasure(caller.act, person)
        return Tell(Phrase(UNDONE))
    if answer.value != "yes":
        return Tell(Phrase(NOTHING_DONE, aloud=NOTHING_DONE_ALOUD))
    return Tell(Phrase(ERASED, {"day": _told_day(caller, rights.ask_erasure(caller.act, person))}, aloud=ERASED_ALOUD))


STEPS = {
    "mine": Step(_ask_code, _hear_code, takes="0123456789", is_private=True),
    "mine card": Step(_ask_card, _recognise, takes="0123456789", is_private=True),
    "mine what": Step(_ask_what, _hear_what, takes="0", is_private=True),
    "erase": Step(_ask_erase, _hear_erase, is_private=True),
}
