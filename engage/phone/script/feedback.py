"""What one thinks of a project, by phone: a face from 1 to 5, one's own words or voice; then, for whoever wants, shown, counted, answered."""

from __future__ import annotations

import re
from uuid import UUID

from engage import feedback, participants, projects, rights
from engage.feedback import Feedback, Given, Said, alerts, follow_ups
from engage.kernel.words import N_, Wordings, day_in_text, folded, say
from engage.participants import ConsentKind, Participant
from engage.phone import hearing
from engage.phone.dialogue import Again, Caller, Go, Memo, Phrase, Question, Step, Tell, Turn, known
from engage.phone.script.seats import STATUSES, behind
from engage.phone.script.voting import CODE_ALOUD, MORE_ALOUD, WRONG_CODE, WRONG_CODE_ALOUD
from engage.projects import Project

SAY = N_("%(table)s: %(short)s. C'est comment? De 1 (très mal) à 5 (très bien), ou en vos mots. Prix d'un texto. ARRET: cesser.")
SAY_ANYTHING = N_("%(table)s: dites-nous ce qui va ou non, en vos mots. Pas de nom de gens. Prix d'un texto. ARRET: cesser. AIDE: aide.")
SAY_BARRIER = N_("%(table)s: qu'est-ce qui vous bloque pour prendre part? Vos mots, sans nom de gens. Prix d'un texto. ARRET: cesser.")
SAY_AGAIN = N_("Répondez de 1 (très mal) à 5 (très bien), ou écrivez quelques mots. Une personne: %(number)s.")
WHY = N_("Merci. Pourquoi? Dites-le en vos mots, sans nom de gens. Rien à ajouter: 0.")
NOTED = N_("C'est noté, merci. Réponse ici le %(day)s au plus tard. On vous compte, sans votre nom? A, B ou C, selon l'affiche.")
NOTED_WORDS = N_(
    "C'est noté, merci. Réponse ici le %(day)s au plus tard. Montrer vos mots à tous, sans nom: OUI. Compter: A, B ou C, selon l'affiche."
)
NOTED_BEFORE = N_("Votre message est déjà noté, merci. La réponse viendra ici.")
OVER = N_("Ce projet ne prend plus d'avis. Vos mots sont gardés pour la table, merci. Réponse ici le %(day)s au plus tard.")
ADDED = N_("C'est ajouté. Montrer vos mots à tous, sans nom: OUI. Compter: A, B ou C, selon l'affiche.")
WILL_SHOW = N_("C'est noté: vos mots seront lus, puis montrés sans nom. Compter votre avis: A, B ou C, selon l'affiche.")
NOT_SHOWN = N_("C'est noté: vos mots restent pour la table. Merci.")
COUNTED = N_("C'est noté, merci. Votre code: %(code)s. Il sert à revoir ou effacer. Effacez ces textos.")
COUNTED_AGAIN = N_("C'est noté, merci. Effacez ces textos.")
WHOSE = N_("Pour que ce soit à votre nom: votre code à 4 chiffres. Pas de code: NOUVEAU. Sinon, ne faites rien.")
REVIEWED = N_("C'est noté. La table regarde encore, et répond ici le %(day)s au plus tard. Une personne: %(number)s.")
CONTESTED = N_("C'est noté. Une autre paire d'yeux regarde vos mots. Une personne: %(number)s.")
WILL_BE_CALLED = N_("C'est noté. Une personne vous appelle. Elle ne dira rien à quelqu'un d'autre. Urgence: 911.")
FOLLOWED = N_("C'est noté, merci. Le résultat sera sur la page du projet.")
WHICH_ALOUD = N_("De quoi voulez-vous parler? %(listed)sAutre chose: faites le 8. Quelque chose vous empêche de prendre part: le 7.")
WHICH_ONE_ALOUD = N_("%(title)s: le %(key)s.")
FACE_ALOUD = N_(
    "%(title)s. C’est comment? Très mal: faites le 1. Mal: le 2. Moyen: le 3. Bien: le 4. Très bien: le 5. Sans réponse: le carré."
)
ANYTHING_ALOUD = N_("Comment ça va, pour vous?")
BARRIER_ALOUD = N_("Qu’est-ce qui vous empêche de prendre part?")
VOICE_ALOUD = N_(
    "Voulez-vous le dire de vive voix? Vous avez 2 minutes. Seule la table vous entend. On tape vos mots, puis on efface votre voix. "
    "D’accord: faites le 1. Sinon, le 2."
)
RECORD_ALOUD = N_("Parlez après le son. Ne dites pas de nom de gens. Pour finir, faites le carré.")
NOT_HEARD_ALOUD = N_("Nous n’avons rien entendu. Pour recommencer, faites le 1. Sinon, le 2.")
NOTED_ALOUD = N_("C’est noté, merci. La table vous répond par un appel d’ici le %(day)s.")
NOTED_HIDDEN_ALOUD = N_("C’est noté, merci. Pour la réponse, notez ce numéro de suivi: %(digits)s.")
NOTED_THEN_ALOUD = N_("%(noted)s %(question)s")
SHOW_ALOUD = N_("Pour montrer vos mots à tous, sans votre nom, faites le 1. Sinon, le 2.")
COUNTED_ALOUD = N_("C’est noté, merci. Votre code, pour revoir ou effacer: %(digits)s. Au revoir.")
COUNTED_AGAIN_ALOUD = N_("C’est noté, merci. Au revoir.")
NOTHING_SAID_ALOUD = N_("C’est bien. La porte reste ouverte.")
CLOSED_ALOUD = N_("Cette table ne reçoit pas encore les avis par ici. Pour une personne, faites le 0.")
SAY_WORDS = {"avis", "mon avis", "donner mon avis", "idee", "idees", "une idee", "dire", "opinion", "feedback"}
BARRIER_WORDS = {"obstacle", "obstacles", "un obstacle", "barriere", "barrier", "barriers", "a barrier"}
REVIEW_WORDS = {"revoir", "review", "pas d accord", "pas satisfait", "pas satisfaite", "cette reponse ne me satisfait pas"}
CALL_PARTS = {"matin": "morning", "midi": "afternoon", "apres midi": "afternoon", "soir": "evening", "morning": "morning", "noon": "afternoon",
              "evening": "evening"}  # fmt: skip
TAKES_WORDS = ("say", "say why", "say more")
"""Steps whose answer is somebody's own words."""
_FACES = {
    "1": 1, "tres mal": 1, "2": 2, "mal": 2, "3": 3, "moyen": 3, "4": 4, "bien": 4, "5": 5, "tres bien": 5,
    "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "very bad": 1, "bad": 2, "so so": 3, "good": 4, "very good": 5,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
}  # fmt: skip
_FACE_FIRST = re.compile(
    r"\s*([1-5])(?:\s*/\s*5)?(?:\s*[,.:;!-]+\s*|\s+(?=(?:le|la|les|l|c|il|elle|on|ca|mais|car|parce|pas|trop|je|j|the|it|but|too|not|i)\b))\w",
    re.IGNORECASE,
)
"""A face before one's words: a sign or a small word follows it, for a number before a noun counts something."""
_NOTHING = {"0", "rien", "non", "no", "nothing", "#", ""}
_NEW = {"nouveau", "nouvelle", "new", "aucun code", "pas de code", "no code"}
_WAYS = {"1": 1, "2": 2, "3": 3, "mieux": 1, "better": 1, "pareil": 2, "same": 2, "moins bien": 3, "pire": 3, "worse": 3}
_LETTERS = re.compile(r"(?=.)(?P<status>[abc])?\s*(?P<writes>r)?")
"""As on the poster: A, B or C to be counted, R to be written to."""
_RECORDED = re.compile(r"recording (RE[0-9a-fA-F]{32}) (\d{1,4})")
LISTED = 6
"""Keys 7 and 8 are for a barrier and for anything else; 9 and 0 mean the same everywhere."""
BARRIER: Memo = {"about": "", "face": None, "barrier": "y"}


def hears(caller: Caller) -> bool:
    return feedback.hears(caller.act, caller.table.agreement_id)


def led_by(caller: Caller, heard: str, *, at_rest: bool) -> Turn | None:
    """AVIS, OBSTACLE, REVOIR, the word of a project's poster; between journeys, that word with what one thinks right after it. Else None."""
    said = hearing.fold(heard)
    if said in REVIEW_WORDS:
        return review(caller)
    if said in CALL_PARTS and (alert := alerts.fresh_alert(caller.act, caller.number)):
        alerts.want_call(caller.act, alert, caller.number, CALL_PARTS[said], caller.language)
        return Tell(Phrase(WILL_BE_CALLED))
    first, _, rest = heard.strip().partition(" ")
    if said in SAY_WORDS:
        memo, rest = {"about": ""}, ""
    elif said in BARRIER_WORDS:
        memo, rest = BARRIER, ""
    elif project := project_of(caller, folded(heard).upper()):
        memo, rest = {"about": project.code}, ""
    elif at_rest and rest.strip() and hearing.fold(first) in BARRIER_WORDS:
        memo = BARRIER
    elif at_rest and rest.strip() and (project := project_of(caller, folded(first).upper())):
        memo = {"about": project.code}
    else:
        return None
    return _begun(caller, memo, rest) if hears(caller) else None


def _begun(caller: Caller, memo: Memo, rest: str) -> Turn:
    return _give(caller, memo, None, rest) if rest else Go("say", memo)


def project_of(caller: Caller, word: str) -> Project | None:
    """The project of this table whose poster bears a word."""
    found = projects.by_code(caller.act.session, word) if 3 <= len(word) <= 12 else None
    mine = found is not None and found.agreement_id == caller.table.agreement_id
    return found if mine and found and (found.is_public or found.hears) else None


def _about(caller: Caller, memo: Memo) -> Project | None:
    return projects.by_code(caller.act.session, memo["about"]) if memo.get("about") else None


def _ask_say(caller: Caller, memo: Memo) -> Question:
    project = _about(caller, memo)
    if memo.get("barrier"):
        return Question(Phrase(SAY_BARRIER, known(caller), aloud=BARRIER_ALOUD))
    if project is None:
        return Question(Phrase(SAY_ANYTHING, known(caller), aloud=ANYTHING_ALOUD))
    short = Wordings(caller.act.session, [project.id]).text(project.id, "short", caller.language)
    return Question(Phrase(SAY, known(caller) | {"short": short}, aloud=ANYTHING_ALOUD))


def _hear_say(caller: Caller, heard: str, memo: Memo) -> Turn:
    face = _FACES.get(hearing.fold(heard)) if memo["about"] else None
    if face:
        return Go("say why", memo | {"face": face})
    if not re.search(r"\w{2}", heard):
        return Again(Phrase(SAY_AGAIN, known(caller)))
    first = _FACE_FIRST.match(heard) if memo["about"] else None
    return _give(caller, memo, int(first[1]) if first else None, heard)


def _ask_why(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(WHY))


def _hear_why(caller: Caller, heard: str, memo: Memo) -> Turn:
    return _give(caller, memo, memo["face"], "" if hearing.fold(heard) in _NOTHING else heard)


def _give(caller: Caller, memo: Memo, face: int | None, said: str) -> Turn:
    """Kept at once, under nobody's name; on a project that takes no more, as a word to the table."""
    project = _about(caller, memo)
    takes = project is None or feedback.hears_about(project)
    given = feedback.give(
        caller.act,
        caller.table.agreement_id,
        project if takes else None,
        Said(face, said),
        language=caller.language,
        number=caller.number,
    )
    _mark(caller, memo, given)
    if not given.reference:
        return Tell(Phrase(NOTED_BEFORE))
    message = OVER if not takes else NOTED_WORDS if said else NOTED
    return Go("say more", {"author": str(given.feedback.id)}, Phrase(message, {"day": _day(caller, given.feedback)}))


def _mark(caller: Caller, memo: Memo, given: Given) -> None:
    if memo.get("barrier"):
        feedback.barriers.mark(caller.act, given.feedback)


def _day(caller: Caller, found: Feedback) -> str:
    return day_in_text(caller.language, found.due_on)


def _own(caller: Caller, memo: Memo) -> Feedback:
    return caller.act.session.get_one(Feedback, UUID(memo["author"]))


def _ask_more(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(ADDED, aloud=SHOW_ALOUD))


def _hear_more(caller: Caller, heard: str, memo: Memo) -> Turn:
    """OUI to be shown, a letter to be counted, R to be asked later, or the rest of what they wanted to say."""
    own, said, answer = _own(caller, memo), hearing.fold(heard), hearing.yes_no(heard)
    if letters := _LETTERS.fullmatch(said):
        return _count(caller, memo | {"status": letters["status"] or "", "writes": bool(letters["writes"])})
    if answer.is_heard:
        shows = answer.value == "yes" and bool(own.words)
        feedback.let_show(caller.act, own, given=shows)
        return Go("say more", memo, Phrase(WILL_SHOW)) if shows else Tell(Phrase(NOT_SHOWN))
    if not re.search(r"\w{2}", heard):
        return Again(Phrase(ADDED))
    feedback.add_words(caller.act, own, heard)
    return Go("say more", memo, Phrase(ADDED))


def _count(caller: Caller, memo: Memo) -> Turn:
    """Whoever wants to be counted is someone behind this number: with a code of theirs, or new, with a code told once."""
    if participants.people_behind(caller.act, caller.number):
        return Go("say whose", memo)
    return _counted(caller, memo, *participants.join_by_phone(caller.act, caller.number))


def _counted(caller: Caller, memo: Memo, person: Participant, code: str = "") -> Turn:
    feedback.be_known(caller.act, _own(caller, memo), person)
    consents = ({ConsentKind.COUNT: True} if memo["status"] else {}) | ({ConsentKind.CONTACT: True} if memo.get("writes") else {})
    rights.answer(caller.act, person, status=STATUSES.get(memo["status"]), consents=consents)
    told = {"code": code, "digits": ", ".join(code)}
    if code:
        return Tell(Phrase(COUNTED, told, aloud=COUNTED_ALOUD), then="end")
    return Tell(Phrase(COUNTED_AGAIN, aloud=COUNTED_AGAIN_ALOUD), then="end")


def _ask_whose(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(WHOSE, aloud=CODE_ALOUD), keys=4)


def _hear_whose(caller: Caller, heard: str, memo: Memo) -> Turn:
    if hearing.fold(heard) in _NEW or heard.strip() == "#":
        return _counted(caller, memo, *participants.join_by_phone(caller.act, caller.number))
    found = behind(caller, heard)
    if found is None:
        return Again(Phrase(WRONG_CODE, aloud=WRONG_CODE_ALOUD))
    return _counted(caller, memo, caller.act.session.get_one(Participant, UUID(found["participant"])))


def review(caller: Caller) -> Turn:
    """The answer does not do, or words were not shown: once, someone looks again."""
    found = feedback.responses.latest_told(caller.act, caller.number)
    if found is None:
        raise feedback.responses.NothingToReview
    if found.stage == feedback.Stage.REFUSED and found.answered_on is None:
        feedback.moderation.contest(caller.act, found)
        return Tell(Phrase(CONTESTED, known(caller)))
    feedback.responses.not_satisfied(caller.act, found)
    return Tell(Phrase(REVIEWED, known(caller) | {"day": _day(caller, found)}))


def follow_up(caller: Caller, heard: str) -> Turn | None:
    """1, 2 or 3 to the question that was sent to this number. Else None."""
    way = _WAYS.get(hearing.fold(heard))
    asked = follow_ups.pending(caller.act, caller.number) if way else None
    if asked is None or way is None:
        return None
    follow_ups.answer(caller.act, asked, way)
    return Tell(Phrase(FOLLOWED))


def start_aloud(caller: Caller, said: str) -> Turn:
    """On a call: which project, a face, and one's voice where one agrees; of a barrier, one's voice alone."""
    if not hears(caller):
        return Tell(Phrase(SAY_AGAIN, known(caller), aloud=CLOSED_ALOUD))
    return Go("voice agree", BARRIER) if said in BARRIER_WORDS else Go("voice which", {})


def _listed(caller: Caller) -> list[Project]:
    return list(projects.hearing(caller.act.session, caller.table.agreement_id))[:LISTED]


def _ask_which(caller: Caller, memo: Memo) -> Question:
    titles = projects.titles(caller.act.session, [each.id for each in _listed(caller)], caller.language)
    listed = "".join(
        say(caller.language, WHICH_ONE_ALOUD, title=title, key=key) + " " for key, title in enumerate(titles.values(), start=1)
    )
    return Question(Phrase(SAY_AGAIN, known(caller) | {"listed": listed}, aloud=WHICH_ALOUD))


def _hear_which(caller: Caller, heard: str, memo: Memo) -> Turn:
    listed = _listed(caller)
    if heard == "8":
        return Go("voice face", {"about": ""})
    if heard == "7" or hearing.fold(heard) in BARRIER_WORDS:
        return Go("voice agree", BARRIER)
    if heard.isascii() and heard.isdigit() and 1 <= int(heard) <= len(listed):
        return Go("voice face", {"about": listed[int(heard) - 1].code})
    return Again(_ask_which(caller, memo).phrase)


def _ask_face(caller: Caller, memo: Memo) -> Question:
    project = _about(caller, memo)
    title = projects.title_of(caller.act.session, project, caller.language) if project else say(caller.language, ANYTHING_ALOUD)
    return Question(Phrase(SAY_AGAIN, known(caller) | {"title": title.rstrip(".?")}, aloud=FACE_ALOUD))


def _hear_face(caller: Caller, heard: str, memo: Memo) -> Turn:
    face = _FACES.get(hearing.fold(heard))
    if face is None and heard.strip() != "#":
        return Again(_ask_face(caller, memo).phrase)
    return Go("voice agree", memo | {"face": face})


def _ask_agree(caller: Caller, memo: Memo) -> Question:
    if memo.get("barrier"):
        told = {"noted": say(caller.language, BARRIER_ALOUD), "question": say(caller.language, VOICE_ALOUD)}
        return Question(Phrase(SAY_AGAIN, known(caller) | told, aloud=NOTED_THEN_ALOUD))
    return Question(Phrase(SAY_AGAIN, known(caller), aloud=VOICE_ALOUD))


def _hear_agree(caller: Caller, heard: str, memo: Memo) -> Turn:
    answer = hearing.yes_no(heard)
    if not answer.is_heard:
        return Again(_ask_agree(caller, memo).phrase)
    if answer.value == "yes":
        return Go("voice record", memo)
    if memo["face"] is None:
        return Tell(Phrase(NOT_SHOWN, aloud=NOTHING_SAID_ALOUD))
    given = feedback.give(
        caller.act, caller.table.agreement_id, _about(caller, memo), Said(memo["face"]), language=caller.language, number=caller.number
    )
    return _told_aloud(caller, given, "voice count")


def _ask_record(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(SAY_AGAIN, known(caller), aloud=RECORD_ALOUD), records=feedback.recordings.LONGEST_SECONDS)


def _hear_record(caller: Caller, heard: str, memo: Memo) -> Turn:
    recorded = _RECORDED.fullmatch(heard)
    if recorded is None or int(recorded[2]) < feedback.recordings.SHORTEST_SECONDS:
        return Go("voice agree", memo, Phrase(SAY_AGAIN, known(caller), aloud=NOT_HEARD_ALOUD))
    given = feedback.recordings.receive(
        caller.act,
        caller.table.agreement_id,
        _about(caller, memo),
        memo["face"],
        recorded[1],
        int(recorded[2]),
        number=caller.number,
        language=caller.language,
    )
    _mark(caller, memo, given)
    return _told_aloud(caller, given, "voice show")


def _told_aloud(caller: Caller, given: Given, step: str) -> Turn:
    if not caller.number:
        return Tell(Phrase(SAY_AGAIN, known(caller) | {"digits": ", ".join(given.reference)}, aloud=NOTED_HIDDEN_ALOUD), then="end")
    noted = say(caller.language, NOTED_ALOUD, day=_day(caller, given.feedback))
    question = say(caller.language, SHOW_ALOUD if step == "voice show" else MORE_ALOUD)
    first = Phrase(SAY_AGAIN, known(caller) | {"noted": noted, "question": question}, aloud=NOTED_THEN_ALOUD)
    return Go(step, {"author": str(given.feedback.id)}, first)


def _ask_show(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(SAY_AGAIN, known(caller), aloud=SHOW_ALOUD))


def _hear_show(caller: Caller, heard: str, memo: Memo) -> Turn:
    answer = hearing.yes_no(heard)
    if not answer.is_heard:
        return Again(_ask_show(caller, memo).phrase)
    feedback.let_show(caller.act, _own(caller, memo), given=answer.value == "yes")
    return Go("voice count", memo)


def _ask_count(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(SAY_AGAIN, known(caller), aloud=MORE_ALOUD))


def _hear_count(caller: Caller, heard: str, memo: Memo) -> Turn:
    said = hearing.fold(heard)
    if said not in STATUSES:
        return Tell(Phrase(COUNTED_AGAIN, aloud=COUNTED_AGAIN_ALOUD), then="end")
    return _count(caller, memo | {"status": said})


STEPS = {
    "say": Step(_ask_say, _hear_say, is_private=True),
    "say why": Step(_ask_why, _hear_why, is_private=True),
    "say more": Step(_ask_more, _hear_more, is_private=True),
    "say whose": Step(_ask_whose, _hear_whose, takes="0123456789", is_private=True),
    "voice which": Step(_ask_which, _hear_which),
    "voice face": Step(_ask_face, _hear_face, is_private=True),
    "voice agree": Step(_ask_agree, _hear_agree, is_private=True),
    "voice record": Step(_ask_record, _hear_record, takes="0123456789*#", is_private=True),
    "voice show": Step(_ask_show, _hear_show, is_private=True),
    "voice count": Step(_ask_count, _hear_count, is_private=True),
}
