"""What can be said at any time: the menu, help, a person, a call back, fewer texts, what we keep."""

from __future__ import annotations

from datetime import timedelta

from engage import messaging
from engage.governance import RegionalTable
from engage.kernel.act import QUEBEC, Act
from engage.kernel.numbers import may_be_called
from engage.kernel.words import N_, say
from engage.messaging import Keeps, Purpose
from engage.phone import hearing
from engage.phone.dialogue import Again, Caller, Go, Memo, Phrase, Question, Step, Tell, Turn, known
from engage.phone.script import feedback, result, seats, voting

MENU = N_(
    "%(table)s. VOTE. PLACE: comité. AVIS, OBSTACLE: dites-nous. APPEL: on vous appelle. MOINS de textos. MES DONNEES. ENGLISH. ARRET: cesser."
)
MENU_ALOUD = N_(
    "Pour voter, faites le 1. Avec une carte, le 2. Votre avis, le 5. Autre chose, le 4. Être rappelé, le 8. "
    "Une personne, le 0. Ne plus être appelé, le 9."
)
GREETING_ALOUD = N_("Bonjour, ici %(name)s. Voter ne change rien à vos prestations.")
IN_OTHER_ALOUD = N_("Pour le français, faites le 3.")
MENU_AGAIN_ALOUD = N_("Cette touche ne fait rien ici.")
OTHER_ALOUD = N_(
    "Ce que nous gardons à votre sujet: faites le 1. La question de l’affiche: le 2. Le résultat du dernier vote: le 3. "
    "Chercher votre preuve: le 4. Une place dans un comité: le 5. Répondre à une offre de place: le 6. Laisser une place: le 7. Répondre à une rencontre: le 8. Revenir: le carré."
)
POSTER_ALOUD = N_(
    "Aujourd’hui ou avant, avez-vous manqué d’argent pour l’essentiel, ou été mis de côté? Par texto: A pour oui, aujourd’hui. "
    "B pour oui, avant. C pour non. Vous pouvez aussi ne rien répondre."
)
HELP = N_(
    "%(table)s. Prix d'un texto. Voter ne change rien à vos droits. Voter: VOTE. Le reste: MENU. ARRET: cesser. Une personne: %(number)s."
)
PERSON_ALOUD = N_("Un instant, nous vous passons une personne.")
NOBODY_ALOUD = N_("Une personne répond du lundi au vendredi, de 9 heures à 16 heures. Pour qu’on vous rappelle, faites le 8.")
WHEN_ALOUD = N_(
    "Une personne répond du lundi au vendredi, de 9 heures à 16 heures. Elle peut aussi vous appeler quand c’est sûr pour vous. "
    "Le matin: faites le 1. L’après-midi: le 2. Le soir: le 3. Non merci: le carré."
)
WHEN_SET_ALOUD = N_("C’est noté. Une personne vous appellera, et ne dira rien à quelqu’un d’autre. Au revoir.")
WILL_CALL = N_("%(table)s vous appelle dans un instant. Selon votre forfait, l'appel peut compter. Une personne: %(number)s.")
WILL_CALL_ALOUD = N_("Raccrochez: nous vous rappelons dans un instant. Selon votre forfait, l’appel peut compter.")
NO_CALL = N_("Nous ne pouvons pas appeler ce numéro maintenant. Une personne vous répond: %(number)s.")
NO_CALL_ALOUD = N_("Nous ne pouvons pas rappeler ce numéro maintenant. Pour une personne, faites le 0.")
FEWER = N_("Que voulez-vous recevoir? 1: les votes. 2: les rencontres. 3: rien. Répondez 1, 2 ou 3.")
FEWER_SET = N_("C'est noté. Pour tout recevoir de nouveau: REPRENDRE.")
STOP_ALOUD = N_("Pour ne plus recevoir ni texto ni appel, faites le 1. Sinon, faites le 2.")
STOPPED = N_("C'est fait: nous ne vous écrirons plus. Pour revenir un jour: REPRENDRE.")
STOPPED_ALOUD = N_("C’est fait: plus de texto, plus d’appel. Vous pourrez toujours nous appeler. Au revoir.")
BACK_IN = N_("C'est fait: nous pouvons vous écrire de nouveau. Pour voter: VOTE. ARRET: cesser.")
LANGUAGE_SET = N_("Bien, on continue ainsi. Pour voter: VOTE. Aide: AIDE.")
MAY_WRITE = N_("C'est noté, merci. Nous vous écrirons ici. ARRET: cesser.")
UNKNOWN = N_("%(table)s: écrivez VOTE pour voter, MENU pour le reste. Une personne: %(number)s. ARRET: cesser.")
ASKED_LASTS = timedelta(minutes=15)
"""A call back that could not be made by then would come when nobody waits for it."""
CALLS_BACK = 3
"""Calls back that one number gets in 24 hours."""


def _ask_menu(caller: Caller, memo: Memo) -> Question:
    phrase = Phrase(MENU, known(caller) | {"name": caller.table.name}, aloud=MENU_ALOUD)
    return Question(phrase, other=IN_OTHER_ALOUD, hints=tuple(say(caller.language, word) for word in (N_("voter"), N_("une personne"))))


def _ask_other(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(MENU, known(caller), aloud=OTHER_ALOUD))


def _hear_other(caller: Caller, heard: str, memo: Memo) -> Turn:
    if heard == "2":
        return Tell(Phrase(MENU, known(caller), aloud=POSTER_ALOUD))
    if heard == "3":
        return result.last_result(caller)
    if heard == "5":
        return seats.start(caller)
    step = {"1": "mine", "4": "proof", "6": "seat offer", "7": "seat leaving", "8": "meeting who", "#": "menu"}.get(heard)
    return Go(step, {}) if step else Again(Phrase(UNKNOWN, known(caller), aloud=MENU_AGAIN_ALOUD))


def _ask_when(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(HELP, known(caller), aloud=WHEN_ALOUD))


def _hear_when(caller: Caller, heard: str, memo: Memo) -> Turn:
    part = {"1": "morning", "2": "afternoon", "3": "evening"}.get(heard)
    if heard == "8":
        return call_back(caller)
    if part is None:
        return Go("menu", {}) if heard == "#" else Again(Phrase(HELP, known(caller), aloud=MENU_AGAIN_ALOUD))
    messaging.want_person(caller.act, caller.table.agreement_id, caller.number, part, caller.language)
    return Tell(Phrase(HELP, known(caller), aloud=WHEN_SET_ALOUD), then="end")


def _hear_menu(caller: Caller, heard: str, memo: Memo) -> Turn:
    folded = hearing.fold(heard)
    if heard == "1" or folded in VOTE_WORDS:
        return voting.start(caller)
    if heard == "2":
        return Go("card", {})
    if heard == "4":
        return Go("other", {})
    if heard == "5" or folded in feedback.SAY_WORDS | feedback.BARRIER_WORDS:
        return feedback.start_aloud(caller, folded)
    if heard == "8":
        return call_back(caller)
    return Again(Phrase(UNKNOWN, known(caller), aloud=MENU_AGAIN_ALOUD))


def person(caller: Caller) -> Turn:
    """Someone who answers, in their hours; outside them, a safe time to be called. By text, their number."""
    local = caller.act.at.astimezone(QUEBEC)
    there = bool(caller.table.person_number) and local.weekday() < 5 and 9 <= local.hour < 16
    if caller.aloud and not there and may_be_called(caller.number):
        return Go("when", {})
    return Tell(Phrase(HELP, known(caller), aloud=PERSON_ALOUD if there else NOBODY_ALOUD), then="person" if there else "menu")


def call_back(caller: Caller) -> Tell:
    """We call, so that it costs the person least; numbers of Canada only, a few times a day at most."""
    if not may_be_called(caller.number) or messaging.asked_lately(caller.act, caller.number) >= CALLS_BACK:
        return Tell(Phrase(NO_CALL, known(caller), aloud=NO_CALL_ALOUD))
    queue_call(caller.act, caller.number, caller.table, caller.language)
    return Tell(Phrase(WILL_CALL, known(caller), aloud=WILL_CALL_ALOUD), then="end")


def queue_call(act: Act, number: str, table: RegionalTable, language: str) -> None:
    """A call that someone asked for just now."""
    messaging.queue(
        act,
        number,
        "",
        sender=table.text_number,
        agreement_id=table.agreement_id,
        purpose=Purpose.ASKED,
        language=language,
        by_voice=True,
        expires_at=act.at + ASKED_LASTS,
    )


def _ask_fewer(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(FEWER))


def _hear_fewer(caller: Caller, heard: str, memo: Memo) -> Turn:
    wanted = {"1": Keeps.VOTES, "2": Keeps.MEETINGS, "3": Keeps.NOTHING}.get(hearing.fold(heard))
    if wanted is None:
        return Again(Phrase(FEWER))
    messaging.keep(caller.act, caller.number, wanted, "person")
    return Tell(Phrase(FEWER_SET))


def _ask_stop(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(STOPPED, aloud=STOP_ALOUD))


def _hear_stop(caller: Caller, heard: str, memo: Memo) -> Turn:
    answer = hearing.yes_no(heard)
    if answer.is_heard and answer.value == "yes":
        messaging.keep(caller.act, caller.number, Keeps.NOTHING, "person")
        return Tell(Phrase(STOPPED, aloud=STOPPED_ALOUD), then="end")
    return Go("menu", {})


VOTE_WORDS = {"vote", "voter", "votes", "voting", "je veux voter", "pour voter"}
STEPS = {
    "menu": Step(_ask_menu, _hear_menu),
    "fewer": Step(_ask_fewer, _hear_fewer),
    "stop": Step(_ask_stop, _hear_stop),
    "other": Step(_ask_other, _hear_other),
    "when": Step(_ask_when, _hear_when),
}
