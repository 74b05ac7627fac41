"""What came out of the last vote, and whether a proof is in its list."""

from __future__ import annotations

import re

from engage import voting
from engage.kernel.codes import tidy
from engage.kernel.numbers import written
from engage.kernel.words import N_, say
from engage.phone.dialogue import Again, Caller, Go, Memo, Phrase, Question, Step, Tell, Turn
from engage.voting import Consultation, Stage
from engage.voting.texts import TOO_FEW, cancelled_text

NO_RESULT = N_("%(table)s: aucun vote n'est encore fini. Pour voter: VOTE. Une personne: %(number)s.")
NO_RESULT_ALOUD = N_("Aucun vote n’est encore fini.")
RESULT_ALOUD = N_(
    "La question était: %(question)s %(ballots)s personnes ont voté avec une carte ou un téléphone. Voici ce qui est choisi: %(winners)s."
)
TOO_FEW_ALOUD = N_("Au dernier vote, il y a eu trop peu de votes pour donner un résultat.")
NOTHING_ALOUD = N_("rien")
PROMISE_ALOUD = N_("La table promet: %(promise)s")
PROOF_THERE = N_("Oui, cette preuve est dans la liste du vote %(code)s: votre vote y était.")
PROOF_MISSING = N_(
    "Cette preuve n'est dans aucune liste. Les listes paraissent à la fin, dès 10 votes. Vote changé? Seule la dernière preuve compte. "
    "Une personne: %(number)s."
)
PROOF_MISSING_ALOUD = N_(
    "Cette preuve n’est dans aucune liste. Les listes paraissent à la fin du vote, à partir de 10 votes. Si vous avez changé d’avis, seule la dernière preuve compte."
)
PROOF_ALOUD = N_("Faites les 8 signes de votre preuve. Pour une lettre, faites la touche qui la porte.")
SOON = N_("%(table)s: le vote %(code)s n'est pas encore ouvert. Écrivez-nous ce mot plus tard. Une personne: %(number)s.")
COUNTING = N_("%(table)s: le vote %(code)s est fini, on compte. Le résultat: écrivez RESULTAT. Une personne: %(number)s.")
RESULT_WORDS = {"resultat", "resultats", "le resultat", "result", "results"}
LATEST = 5
"""Votes in whose lists a proof is looked for."""
_PROOF = re.compile(r"\W*(?:preuve|proof)\W*([0-9a-z][\s0-9a-z-]{7,14})\W*", re.IGNORECASE)


def proof_in(heard: str) -> str:
    """The proof in "preuve ABCD-EFGH"; empty when it is something else."""
    found = _PROOF.fullmatch(heard)
    code = tidy(found[1]) if found else ""
    return code if len(code) == 8 else ""


def _finished(caller: Caller) -> list[Consultation]:
    every = voting.of_agreements(caller.act.session, [caller.table.agreement_id])
    return [consultation for consultation in every if consultation.is_published][:LATEST]


def last_result(caller: Caller) -> Tell:
    known = {"table": caller.table.text_name, "number": written(caller.table.person_number)}
    finished = _finished(caller)
    kept = voting.result_of(caller.act.session, finished[0].id) if finished else None
    if kept is None:
        return Tell(Phrase(NO_RESULT, known, aloud=NO_RESULT_ALOUD))
    result, session = kept.read(), caller.act.session
    if not result["enough"]:
        return Tell(Phrase(TOO_FEW, known, aloud=TOO_FEW_ALOUD))
    told = {"told": voting.result_text(session, finished[0], result, caller.table.text_name, caller.language)}
    labels, tally = voting.labels(session, finished[0], caller.language), result["decisive"]
    winners = ", ".join(labels[number] for number in tally["winners"]) or say(caller.language, NOTHING_ALOUD)
    question = voting.wordings(session, finished[0]).text(finished[0].id, "question", caller.language)
    aloud = say(caller.language, RESULT_ALOUD, question=question, ballots=tally["ballots"], winners=winners)
    promise = voting.promise_of(session, finished[0].id, caller.language).promise
    told["aloud"] = f"{aloud} {say(caller.language, PROMISE_ALOUD, promise=promise)}" if promise else aloud
    return Tell(Phrase("%(told)s", told, aloud="%(aloud)s"))


def not_open(caller: Caller, word: str) -> Tell | None:
    """The word of a poster whose vote is not open: when it will be, what came out, or that it was cancelled. None for any other word."""
    found = voting.by_code(caller.act.session, word) if word.isascii() and word.isalnum() else None
    if found is None or found.agreement_id != caller.table.agreement_id or found.stage == Stage.DRAFT or found.is_open(caller.act.at):
        return None
    session, table = caller.act.session, caller.table.text_name
    if found.stage in (Stage.CANCELLING, Stage.CANCELLED):
        return Tell(Phrase("%(told)s", {"told": cancelled_text(found, table, caller.language)}))
    kept = voting.result_of(session, found.id) if found.is_published else None
    if kept:
        return Tell(Phrase("%(told)s", {"told": voting.result_text(session, found, kept.read(), table, caller.language)}))
    params = {"table": table, "code": found.code, "number": written(caller.table.person_number)}
    return Tell(Phrase(SOON if found.stage == Stage.ANNOUNCED else COUNTING, params))


def check_proof(caller: Caller, code: str) -> Tell:
    """Whether a proof is in a published list; the answer repeats nothing of it."""
    for consultation in _finished(caller):
        if voting.has_receipt(caller.act.session, consultation.id, code):
            return Tell(Phrase(PROOF_THERE, {"code": consultation.code}))
    return Tell(Phrase(PROOF_MISSING, {"number": written(caller.table.person_number)}, aloud=PROOF_MISSING_ALOUD))


def _ask_proof(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(PROOF_MISSING, {"number": written(caller.table.person_number)}, aloud=PROOF_ALOUD), keys=8)


def _hear_proof(caller: Caller, heard: str, memo: Memo) -> Turn:
    if heard.strip() == "#":
        return Go("menu", {})
    said = tidy(heard)
    if len(said) != 8:
        return Again(Phrase(PROOF_MISSING, {"number": written(caller.table.person_number)}, aloud=PROOF_ALOUD))
    found = next((code for each in _finished(caller) if (code := voting.receipt_keyed(caller.act.session, each.id, said))), said)
    return check_proof(caller, found)


STEPS = {"proof": Step(_ask_proof, _hear_proof, takes="0123456789", is_private=True)}
