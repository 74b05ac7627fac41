"""A seat in a committee, by phone: what it is and who is in the room, what one needs, a call that is promised; an offer, and leaving."""

from __future__ import annotations

from uuid import UUID

from engage import committees, participants, rights
from engage.committees import Candidacy, Committee, Membership, Needs, Reach, Support, Wish, telling
from engage.kernel import attempts
from engage.kernel.words import N_, Wordings, day_in_text, folded, say
from engage.participants import ConsentKind, Status
from engage.phone import hearing
from engage.phone.dialogue import Again, Caller, Go, Memo, Phrase, Question, Step, Tell, Turn, known
from engage.phone.script.voting import CODE_ALOUD, MORE_AGAIN_ALOUD, MORE_ALOUD, SHOWN, WRONG_CODE, WRONG_CODE_ALOUD, person_in

NONE_OPEN = N_("%(table)s: aucun comité ne cherche quelqu'un en ce moment. Une personne: %(number)s.")
NONE_OPEN_ALOUD = N_("Aucun comité ne cherche quelqu’un en ce moment.")
HIDDEN_ALOUD = N_("Votre numéro est caché. Pour demander une place, une personne peut vous aider: faites le 0.")
WHICH = N_("%(table)s: quel comité? %(votes)s. Répondez par le mot.")
WHICH_ALOUD = N_("Plusieurs comités cherchent quelqu’un. %(listed)s")
WHICH_ONE_ALOUD = N_("%(name)s: faites le %(key)s.")
SEAT_ALOUD = N_(
    "%(name)s. %(mandate)s Quand? %(rhythm)s. Où? %(place)s. Avec vous, il y a des gens de: %(who)s. On vous aide à venir, et on ne demande pas de CV. "
    "Une personne vous appelle, et vous décidez après. Pour demander une place, faites le 1. Sinon, le 2."
)
SEAT_AGAIN = N_("Voulez-vous demander une place? Répondez OUI ou NON. Une personne peut vous en dire plus: %(number)s.")
SEAT_AGAIN_ALOUD = N_("Pour demander une place, faites le 1. Sinon, le 2. Pour tout entendre encore, l’étoile.")
NOT_NOW = N_("C'est bien. La porte reste ouverte: PLACE, quand vous voudrez.")
NOT_NOW_ALOUD = N_("C’est bien. La porte reste ouverte.")
WHO = N_("Votre code à 4 chiffres pour ce téléphone? Sinon, répondez NOUVEAU. Une personne: %(number)s.")
NEEDS = N_(
    "Que vous faut-il? 1 trajet 2 garde 3 repas 4 allocation 5 interprète 6 papiers lus 7 une personne avec vous. Ex.: 1 2. Rien: 0."
)
NEEDS_ALOUD = N_(
    "Que vous faut-il pour venir? Un trajet: le 1. La garde des enfants: le 2. Un repas: le 3. Une allocation: le 4. Un interprète: le 5. "
    "Les papiers lus à voix haute: le 6. Une personne qui vient avec vous: le 7. Faites tous vos numéros, puis le carré. Rien: le 0, puis le carré."
)
NEEDS_AGAIN = N_("Nous n'avons pas compris. Répondez par des numéros de 1 à 7, ex.: 1 2, ou 0 pour rien. Une personne: %(number)s.")
NEEDS_AGAIN_ALOUD = N_("Nous n’avons pas compris. Faites vos numéros, puis le carré. Pour tout entendre encore, l’étoile.")
WHEN = N_("Une personne vous appelle d'ici le %(day)s. Quand? 1 le matin, 2 l'après-midi, 3 le soir. Répondez 1, 2 ou 3.")
WHEN_AGAIN = N_("Nous n'avons pas compris. Quand vous appeler? 1 le matin, 2 l'après-midi, 3 le soir. Répondez 1, 2 ou 3.")
WHEN_ALOUD = N_("Une personne vous appelle d’ici le %(day)s. Quand? Le matin: faites le 1. L’après-midi: le 2. Le soir: le 3.")
ASKED = N_(
    "C'est noté: on vous appelle d'ici le %(day)s. Votre code: %(code)s. On vous compte? A, B ou C, selon l'affiche. Changer d'avis: RETIRER."
)
ASKED_AGAIN = N_("C'est noté: on vous appelle d'ici le %(day)s. On vous compte? A, B ou C, selon l'affiche. Changer d'avis: RETIRER.")
ASKED_ALOUD = N_("C’est noté: une personne vous appelle d’ici le %(day)s. Votre code, pour changer d’avis: %(digits)s. %(question)s")
ASKED_AGAIN_ALOUD = N_("C’est noté: une personne vous appelle d’ici le %(day)s. %(question)s")
KEPT_SAID = N_("C'est noté. Votre demande était déjà prise, %(committee)s: la suite vient. Changer d'avis: RETIRER.")
KEPT_SAID_ALOUD = N_("C’est noté. Votre demande était déjà prise: la suite vient.")
TOLD_AGAIN = N_("On vous compte? A, B ou C, selon l'affiche. Votre demande est déjà notée.")
THANKS = N_("C'est noté, merci. Effacez ces textos.")
THANKS_ALOUD = N_("C’est noté, merci. Au revoir.")
LEAVING = N_("Pour laisser une place ou une demande: répondez votre code, de 4 chiffres. Sans code, une personne vous aide: %(number)s.")
LEAVING_ALOUD = N_("Pour laisser une place ou une demande, faites votre code à 4 chiffres. Sans code, faites le 0.")
WRONG_HERE = N_("Ce code ne va pas. Répondez votre code à 4 chiffres. Sans code, une personne vous aide: %(number)s.")
NOTHING = N_("Aucune place ni demande à votre nom ici. Une personne: %(number)s.")
NOTHING_ALOUD = N_("Aucune place ni demande ici.")
LEAVE = N_("Laisser quoi? %(listed)s. Répondez par le numéro. Rien: 0.")
LEAVE_ALOUD = N_("Laisser quoi? %(listed)s Rien: le carré.")
LEFT = N_("C'est fait, c'est laissé: %(committee)s. Merci du temps donné. Pour revenir un jour: PLACE.")
LEFT_ALOUD = N_("C’est fait, vous laissez: %(name)s. Merci du temps donné.")
KEPT = N_("Rien n'a changé.")
KEPT_ALOUD = N_("Rien n’a changé.")
TAKEN = N_("La place est à vous. Bienvenue! Une personne vous appelle avant la rencontre. La laisser: RETIRER.")
TAKEN_ALOUD = N_("La place est à vous. Bienvenue! Une personne vous appelle avant la rencontre.")
DECLINED = N_("C'est noté: vous ne prenez pas la place. Merci d'y avoir pensé.")
DECLINED_ALOUD = N_("C’est noté: vous ne prenez pas la place. Merci d’y avoir pensé.")
OFFER = N_("Prendre la place, %(committee)s? Répondez OUI ou NON.")
OFFER_ALOUD = N_(
    "Une place est pour vous: %(name)s. Avec vous, il y a des gens de: %(who)s. Pour la prendre, faites le 1. Pour dire non, le 2."
)
WHOSE_OFFER = N_("Pour répondre à l'offre d'une place: votre code à 4 chiffres? Sans code, une personne vous aide: %(number)s.")
OFFER_CODE_ALOUD = N_("Pour répondre à une offre de place, faites votre code à 4 chiffres. Sans code, faites le 0.")
JOIN_WORDS = {"place", "places", "une place", "prendre une place", "siege", "comite", "comites", "seat", "a seat", "committee"}
LEAVE_WORDS = {"retirer", "retire", "me retirer", "je me retire", "laisser ma place", "withdraw"}
_NEW = {"nouveau", "nouvelle", "new", "aucun code", "pas de code", "no code", "#", ""}
NO_NEED = {"0", "rien", "nothing", "none", "aucun", "non", "no", "#"}
LABELS = {
    1: N_("trajet"),
    2: N_("garde"),
    3: N_("repas"),
    4: N_("allocation"),
    5: N_("interprète"),
    6: N_("papiers lus"),
    7: N_("personne avec moi"),
}
_PARTS = dict(enumerate(committees.PARTS, start=1))
STATUSES = {"a": Status.TODAY, "b": Status.BEFORE, "c": Status.NO, "1": Status.TODAY, "2": Status.BEFORE, "3": Status.NO}


def start(caller: Caller, word: str = "") -> Turn:
    """PLACE, or the word of a committee's poster."""
    open_ones = committees.welcoming(caller.act.session, caller.table.agreement_id)
    named = [each for each in open_ones if each.code == word.upper()]
    if caller.aloud and not caller.number:
        return Tell(Phrase(NONE_OPEN, known(caller), aloud=HIDDEN_ALOUD))
    if not open_ones:
        return Tell(Phrase(NONE_OPEN, known(caller), aloud=NONE_OPEN_ALOUD))
    if len(open_ones) > 1 and not named:
        return Go("seat which", {})
    return Go("seat", {"seat": (named or list(open_ones))[0].code})


def codes(caller: Caller) -> list[str]:
    """The words of the committees where a seat can be asked for."""
    return [each.code for each in committees.welcoming(caller.act.session, caller.table.agreement_id)]


def _committee(caller: Caller, memo: Memo) -> Committee | None:
    found = committees.by_code(caller.act.session, memo["seat"])
    return found if found and found.is_welcoming else None


def _words(caller: Caller, committee: Committee) -> dict[str, str]:
    texts = Wordings(caller.act.session, [committee.id])
    told = {field: texts.text(committee.id, field, caller.language).rstrip(".") for field in committees.WORDS}
    who = ", ".join(committee.in_the_room()) or say(caller.language, telling.TO_BE_TOLD)
    return told | {"who": who, "committee": told["short"], "mandate": f"{told['mandate']}."}


def _ask_which(caller: Caller, memo: Memo) -> Question:
    here = committees.welcoming(caller.act.session, caller.table.agreement_id)[:SHOWN]
    names = [committees.name_of(caller.act.session, each.code, caller.language) for each in here]
    listed = " ".join(say(caller.language, WHICH_ONE_ALOUD, name=name, key=key) for key, name in enumerate(names, start=1))
    params = {"table": caller.table.text_name, "votes": ", ".join(each.code for each in here), "listed": listed}
    return Question(Phrase(WHICH, params, aloud=WHICH_ALOUD))


def _hear_which(caller: Caller, heard: str, memo: Memo) -> Turn:
    here = codes(caller)[:SHOWN]
    if heard.isascii() and heard.isdigit() and 1 <= int(heard) <= len(here):
        return start(caller, here[int(heard) - 1])
    return start(caller, folded(heard))


def _ask_seat(caller: Caller, memo: Memo) -> Question:
    committee = _committee(caller, memo)
    if committee is None:
        return Question(Phrase(NONE_OPEN, known(caller), aloud=NONE_OPEN_ALOUD))
    return Question(Phrase(telling.SEAT, known(caller) | _words(caller, committee), aloud=SEAT_ALOUD))


def _hear_seat(caller: Caller, heard: str, memo: Memo) -> Turn:
    answer = hearing.yes_no(heard)
    if _committee(caller, memo) is None:
        return Tell(Phrase(NONE_OPEN, known(caller), aloud=NONE_OPEN_ALOUD))
    if not answer.is_heard:
        return Again(Phrase(SEAT_AGAIN, known(caller), aloud=SEAT_AGAIN_ALOUD))
    if answer.value != "yes":
        return Tell(Phrase(NOT_NOW, aloud=NOT_NOW_ALOUD))
    return Go("seat who" if participants.people_behind(caller.act, caller.number) else "seat needs", memo)


def _ask_who(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(WHO, known(caller), aloud=CODE_ALOUD), keys=4)


def _hear_who(caller: Caller, heard: str, memo: Memo) -> Turn:
    if hearing.fold(heard) in _NEW or heard.strip() == "#":
        return Go("seat needs", memo)
    known_one = behind(caller, heard)
    if known_one is None:
        return Again(Phrase(WRONG_CODE, aloud=WRONG_CODE_ALOUD))
    return Go("seat needs", memo | known_one)


def behind(caller: Caller, heard: str) -> Memo | None:
    """What a thread remembers of whoever said a right code; a wrong one is counted."""
    try:
        person = participants.by_phone_code(caller.act, caller.number, hearing.digits(heard))
    except participants.CodeUnknown as failure:
        attempts.note(caller.act.session, caller.act.at, failure)
        return None
    return {"participant": str(person.id), "turn": person.turn}


def _ask_needs(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(NEEDS, known(caller), aloud=NEEDS_ALOUD), keys=len(LABELS))


def _hear_needs(caller: Caller, heard: str, memo: Memo) -> Turn:
    labels = {number: say(caller.language, word) for number, word in LABELS.items()}
    reading = hearing.choices(heard, labels)
    picked = [] if hearing.fold(heard) in NO_NEED or heard.strip() in NO_NEED else reading.value
    if picked is None:
        return Again(Phrase(NEEDS_AGAIN, known(caller), aloud=NEEDS_AGAIN_ALOUD))
    return Go("seat when", memo | {"needs": picked})


def _call_day(caller: Caller, committee: Committee) -> str:
    day = committees.call_by(caller.act, committee)
    return day_in_text(caller.language, day)


def _ask_when(caller: Caller, memo: Memo) -> Question:
    committee = _committee(caller, memo)
    return Question(Phrase(WHEN, {"day": _call_day(caller, committee) if committee else ""}, aloud=WHEN_ALOUD))


def _hear_when(caller: Caller, heard: str, memo: Memo) -> Turn:
    committee = _committee(caller, memo)
    labels = {1: "matin", 2: "apres-midi", 3: "soir"} if caller.language == "fr" else {1: "morning", 2: "afternoon", 3: "evening"}
    reading = hearing.choice(heard, labels)
    if committee is None:
        return Tell(Phrase(NONE_OPEN, known(caller), aloud=NONE_OPEN_ALOUD))
    if reading.value is None:
        return Again(Phrase(WHEN_AGAIN, _ask_when(caller, memo).phrase.params, aloud=WHEN_ALOUD))
    code = ""
    if "participant" in memo:
        person = person_in(caller, memo)
        if person is None:
            return Tell(Phrase(WRONG_CODE, aloud=WRONG_CODE_ALOUD))
    else:
        person, code = participants.join_by_phone(caller.act, caller.number)
    needs = Needs(tuple(list(Support)[number - 1] for number in memo["needs"]))
    wish = Wish(needs, Reach(number=caller.number, part=_PARTS[int(reading.value)]))
    candidacy = committees.ask(caller.act, committee, person, wish)
    if candidacy.stage != committees.Stage.ASKED:
        return Tell(Phrase(KEPT_SAID, known(caller) | _words(caller, committee), aloud=KEPT_SAID_ALOUD))
    question = say(caller.language, MORE_ALOUD)
    params = {"day": _call_day(caller, committee), "code": code, "digits": ", ".join(code), "question": question}
    first = Phrase(ASKED, params, aloud=ASKED_ALOUD) if code else Phrase(ASKED_AGAIN, params, aloud=ASKED_AGAIN_ALOUD)
    return Go("seat told", {"participant": str(person.id), "turn": person.turn}, first)


def _ask_told(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(TOLD_AGAIN, aloud=MORE_ALOUD))


def _hear_told(caller: Caller, heard: str, memo: Memo) -> Turn:
    """Being counted, with one letter of the poster or one key; nothing of it is a condition."""
    said, person = hearing.fold(heard), person_in(caller, memo)
    if heard.strip() == "#" or said in ("", "non", "no") or person is None:
        return Tell(Phrase(THANKS, aloud=THANKS_ALOUD), then="end")
    status = STATUSES.get(said) if caller.aloud or said.isalpha() else None
    if status is None:
        return Again(Phrase(TOLD_AGAIN, aloud=MORE_AGAIN_ALOUD))
    rights.answer(caller.act, person, status=status, consents={ConsentKind.COUNT: True})
    return Tell(Phrase(THANKS, aloud=THANKS_ALOUD), then="end")


def _ask_leaving(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(LEAVING, known(caller), aloud=LEAVING_ALOUD), keys=4)


def _hear_leaving(caller: Caller, heard: str, memo: Memo) -> Turn:
    known_one = behind(caller, heard)
    if known_one is None:
        return Again(Phrase(WRONG_HERE, known(caller), aloud=WRONG_CODE_ALOUD))
    theirs = _theirs(caller, UUID(known_one["participant"]))
    if not theirs:
        return Tell(Phrase(NOTHING, known(caller), aloud=NOTHING_ALOUD))
    return Go("seat leave", known_one | {"theirs": theirs})


def _theirs(caller: Caller, person: UUID) -> list[str]:
    """What someone could leave: seats and offers first, then wishes. Kept as it was listed, so that a number means what was read."""
    held = [f"m{row.id}" for row, _ in committees.memberships_of(caller.act.session, person)]
    return held + [f"c{row.id}" for row, _ in committees.candidacies_of(caller.act.session, person)]


def _row(caller: Caller, key: str) -> tuple[Membership | Candidacy, Committee] | None:
    session, id = caller.act.session, UUID(key[1:])
    row = session.get(Membership, id) if key[0] == "m" else session.get(Candidacy, id)
    return (row, caller.act.session.get_one(Committee, row.committee_id)) if row else None


def _ask_leave(caller: Caller, memo: Memo) -> Question:
    rows = [(number, _row(caller, key)) for number, key in enumerate(memo["theirs"], start=1)]
    listed = [(number, found[1]) for number, found in rows if found]
    short = ", ".join(f"{number} {telling.short_name(caller.act, committee, caller.language)}" for number, committee in listed)
    aloud = " ".join(
        say(caller.language, WHICH_ONE_ALOUD, name=committees.name_of(caller.act.session, committee.code, caller.language), key=number)
        for number, committee in listed
    )
    return Question(Phrase(LEAVE, {"listed": aloud if caller.aloud else short}, aloud=LEAVE_ALOUD))


def _hear_leave(caller: Caller, heard: str, memo: Memo) -> Turn:
    theirs, number = memo["theirs"], hearing.digits(heard)
    if hearing.fold(heard) in NO_NEED or heard.strip() == "#":
        return Tell(Phrase(KEPT, aloud=KEPT_ALOUD))
    if not number or len(number) > 1 or not 1 <= int(number) <= len(theirs):
        return Again(_ask_leave(caller, memo).phrase)
    person, found = person_in(caller, memo), _row(caller, theirs[int(number) - 1])
    if person is None or found is None or found[0].participant_id != person.id:
        return Tell(Phrase(NOTHING, known(caller), aloud=NOTHING_ALOUD))
    row, committee = found
    if isinstance(row, Membership):
        committees.leave(caller.act, row, is_told=True)
    else:
        committees.withdraw(caller.act, row)
    return Tell(Phrase(LEFT, _words(caller, committee), aloud=LEFT_ALOUD))


def is_answer(caller: Caller, heard: str) -> bool:
    """Whether that is a yes or a no, and an offer waits for one."""
    said = hearing.yes_no(heard)
    is_yes_or_no = said.is_heard and said.value in ("yes", "no")
    return is_yes_or_no and bool(committees.offers_behind(caller.act.session, caller.number, caller.act.day))


def answer_offer(caller: Caller, heard: str) -> Turn | None:
    """OUI or NON to the one offer made to someone behind this number; with several people concerned, whose code is it. Else None."""
    if not is_answer(caller, heard):
        return None
    offers = committees.offers_behind(caller.act.session, caller.number, caller.act.day)
    if len(offers) > 1 or participants.people_behind(caller.act, caller.number) > 1:
        return Go("seat offer", {})
    return _answered(caller, offers[0], wanted=hearing.yes_no(heard).value == "yes")


def _answered(caller: Caller, offer: Membership, *, wanted: bool) -> Turn:
    if wanted:
        committees.accept(caller.act, offer, is_told=True)
        return Tell(Phrase(TAKEN, aloud=TAKEN_ALOUD))
    committees.decline(caller.act, offer)
    return Tell(Phrase(DECLINED, aloud=DECLINED_ALOUD))


def _ask_offer(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(WHOSE_OFFER, known(caller), aloud=OFFER_CODE_ALOUD), keys=4)


def _hear_offer(caller: Caller, heard: str, memo: Memo) -> Turn:
    known_one = behind(caller, heard)
    if known_one is None:
        return Again(Phrase(WRONG_HERE, known(caller), aloud=WRONG_CODE_ALOUD))
    rows = committees.memberships_of(caller.act.session, UUID(known_one["participant"]))
    offer = next((row for row, _ in rows if row.is_offer), None)
    if offer is None:
        return Tell(Phrase(NOTHING, known(caller), aloud=NOTHING_ALOUD))
    return Go("seat answer", known_one | {"offer": f"m{offer.id}"})


def _offer_to(caller: Caller, memo: Memo) -> tuple[Membership, Committee] | None:
    """The offer that was read, while it waits and whoever it was read to is still there."""
    person, found = person_in(caller, memo), _row(caller, memo["offer"])
    if person is None or found is None:
        return None
    offer, committee = found
    return (offer, committee) if isinstance(offer, Membership) and offer.is_offer and offer.participant_id == person.id else None


def _ask_answer(caller: Caller, memo: Memo) -> Question:
    found = _offer_to(caller, memo)
    if found is None:
        return Question(Phrase(NOTHING, known(caller), aloud=NOTHING_ALOUD))
    return Question(Phrase(OFFER, _words(caller, found[1]), aloud=OFFER_ALOUD))


def _hear_answer(caller: Caller, heard: str, memo: Memo) -> Turn:
    found, answer = _offer_to(caller, memo), hearing.yes_no(heard)
    if found is None:
        return Tell(Phrase(NOTHING, known(caller), aloud=NOTHING_ALOUD))
    if not answer.is_heard:
        return Again(_ask_answer(caller, memo).phrase)
    return _answered(caller, found[0], wanted=answer.value == "yes")


STEPS = {
    "seat which": Step(_ask_which, _hear_which),
    "seat": Step(_ask_seat, _hear_seat),
    "seat who": Step(_ask_who, _hear_who, takes="0123456789", is_private=True),
    "seat needs": Step(_ask_needs, _hear_needs, takes="0", is_private=True),
    "seat when": Step(_ask_when, _hear_when, is_private=True),
    "seat told": Step(_ask_told, _hear_told, is_private=True),
    "seat leaving": Step(_ask_leaving, _hear_leaving, takes="123456789", is_private=True),
    "seat leave": Step(_ask_leave, _hear_leave, is_private=True),
    "seat offer": Step(_ask_offer, _hear_offer, takes="123456789", is_private=True),
    "seat answer": Step(_ask_answer, _hear_answer, is_private=True),
}
