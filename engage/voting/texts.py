"""What a consultation says by text: its ballot in two segments at most, its result in one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engage import territory
from engage.kernel.words import N_, Wordings, say
from engage.messaging import plain
from engage.voting.models import Consultation

BALLOT = N_(
    "%(table)s demande: %(question)s %(options)s. Répondez 1 à %(most)s numéros, ex.: %(example)s, ou 0 pour un vote blanc. "
    "Déjà un code? Ajoutez-le: CODE 1234. Prix d'un texto. ARRET: cesser. AIDE: aide."
)
MOST_KEPT = 200
TOO_FEW = N_("%(table)s: trop peu de votes pour donner un résultat. Merci d'avoir voté. ARRET pour cesser.")
CANCELLED = N_("%(table)s: le vote %(code)s est annulé. Personne n'a lu votre choix. La raison est sur sa page. ARRET pour cesser.")
RESULT = N_("%(table)s: résultat du vote %(code)s: %(winners)s. Merci. ARRET pour cesser.")


_read: dict[str, Wordings] = {}
"""Frozen wordings by the hash of their rules: they can never change, so each process reads them once."""


def wordings(session: Session, consultation: Consultation) -> Wordings:
    """Every text of a consultation: once open, the very versions that were frozen."""
    if not consultation.rules_hash:
        return Wordings(session, [consultation.id, *(option.id for option in consultation.options)])
    known = _read.get(consultation.rules_hash)
    if known is None:
        if len(_read) > MOST_KEPT:
            _read.clear()
        known = _read[consultation.rules_hash] = Wordings(session, [], [UUID(id) for id in consultation.frozen()["wordings"]])
    return known


def short_labels(session: Session, consultation: Consultation, language: str) -> dict[int, str]:
    """The option labels that fit a text, by number."""
    texts = wordings(session, consultation)
    return {number: texts.text(id, "short", language) for number, id in consultation.numbered().items()}


def labels(session: Session, consultation: Consultation, language: str) -> dict[int, str]:
    """The option labels in full, by number."""
    texts = wordings(session, consultation)
    return {number: texts.text(id, "label", language) for number, id in consultation.numbered().items()}


THE_REGION = N_("dans la région")
IN_PLACES = N_("dans: %(places)s")
THE_ZONE = N_("dans la zone du vote")


def where_from(session: Session, consultation: Consultation, language: str, *, short: bool = False) -> str:
    """Where its voters say that they live, to follow "I live"; `short` fits a text."""
    codes = consultation.territories.split()
    if not codes:
        return say(language, THE_REGION)
    if short:
        return say(language, THE_ZONE)
    return say(language, IN_PLACES, places=", ".join(territory.names(session, codes)))


def ballot_params(session: Session, consultation: Consultation, sender: str, language: str) -> dict[str, object]:
    """What fills the ballot; `sender` is the table's discreet name."""
    labels = short_labels(session, consultation, language)
    return {
        "table": sender,
        "question": wordings(session, consultation).text(consultation.id, "question", language),
        "options": " ".join(f"{number} {label}{_price(consultation, number)}" for number, label in labels.items()),
    } | how_many(consultation)


def how_many(consultation: Consultation) -> dict[str, object]:
    """How many answers a ballot may hold, with an example made of numbers that there are."""
    numbers = sorted(consultation.numbered())
    spread = [numbers[0], numbers[len(numbers) // 2], numbers[-1]] if len(numbers) > 3 else numbers[-2:]
    return {"most": consultation.most_choices, "example": " ".join(map(str, spread if len(numbers) > 2 else numbers[-1:]))}


def _price(consultation: Consultation, number: int) -> str:
    return f" {consultation.costs[number]}$" if consultation.costs else ""


def ballot_text(session: Session, consultation: Consultation, sender: str, language: str) -> str:
    return plain(say(language, BALLOT, **ballot_params(session, consultation, sender, language)))


def cancelled_text(consultation: Consultation, sender: str, language: str) -> str:
    return plain(say(language, CANCELLED, table=sender, code=consultation.code))


def result_text(session: Session, consultation: Consultation, result: dict[str, Any], sender: str, language: str) -> str:
    if not result["enough"]:
        return plain(say(language, TOO_FEW, table=sender))
    labels = short_labels(session, consultation, language)
    winners = ", ".join(labels[number] for number in result["decisive"]["winners"])
    return plain(say(language, RESULT, table=sender, code=consultation.code, winners=winners or "-"))
