"""What a candidate or a member is told, each step by their own channel: one text, discreet, or the same sentence said in a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from engage import governance, messaging, participants
from engage.committees.models import Committee
from engage.kernel.act import Act
from engage.kernel.numbers import written
from engage.kernel.words import N_, Wordings, day_in_text, say
from engage.messaging import Purpose, plain

SEAT = N_(
    "%(table)s: %(committee)s, %(rhythm)s, %(place)s. Avec vous: %(who)s. Pas de CV, on vous aide à venir. Demander une place? OUI ou NON. Prix d'un texto. ARRET: cesser. AIDE: aide."
)
TO_BE_TOLD = N_("on vous le dira avant")
READY = N_("%(table)s: votre demande est prise, %(committee)s. Nous vous dirons la suite ici. Changer d'avis: RETIRER.")
CHANCE = N_(
    "%(table)s: %(people)s personnes pour %(seats)s places, %(committee)s. Votre chance: %(chance)s sur 1000. Le tirage vient. Aide: %(number)s."
)
OFFERED = N_("%(table)s: une place est pour vous, %(committee)s! La voulez-vous? OUI ou NON, avant le %(day)s. Aide: %(number)s.")
SEATED = N_("%(table)s: la place est à vous, %(committee)s. Bienvenue! Une personne vous appelle avant la rencontre. La laisser: RETIRER.")
ALTERNATE = N_(
    "%(table)s: pas de place cette fois, %(committee)s. Vous restez en attente, rang %(rank)s. Merci! Ne plus attendre: RETIRER."
)
OVER = N_("%(table)s: c'est noté, vous laissez votre place, %(committee)s. Merci du temps donné. Revenir un jour: %(number)s.")
VOIDED = N_("%(table)s: le tirage pour %(committee)s est annulé. Vous restez sur la liste. Pourquoi? Appelez: %(number)s.")


def tell(act: Act, committee: Committee, participant_id: UUID, message: str, **params: object) -> None:
    """Queue a message of the catalogue to someone, where and how they want; whoever has no number is told on their page, or by a person."""
    number = participants.number_of(act.session, participant_id)
    table = governance.table_of(act.session, committee.agreement_id)
    if number is None or table is None or not table.text_number:
        return
    language = messaging.language_of(act.session, number)
    known = {"table": table.text_name, "number": written(table.person_number), "committee": short_name(act, committee, language)}
    messaging.queue(
        act,
        number,
        say(language, message, **known | {name: _told(value, language) for name, value in params.items()}),
        sender=table.text_number,
        agreement_id=committee.agreement_id,
        purpose=Purpose.MEETINGS,
        language=language,
    )


def _told(value: object, language: str) -> object:
    return day_in_text(language, value) if isinstance(value, date) else value


def seat_text(table: str, words: Mapping[str, str], institutions: Sequence[str], language: str) -> str:
    """The first text about a seat: what it is, who is in the room, what a text costs, how to stop."""
    told = {field: words[field].rstrip(".") for field in ("short", "rhythm", "place")}
    who = ", ".join(institutions) or say(language, TO_BE_TOLD)
    return plain(say(language, SEAT, table=table, committee=told["short"], rhythm=told["rhythm"], place=told["place"], who=who))


def short_name(act: Act, committee: Committee, language: str) -> str:
    return Wordings(act.session, [committee.id]).text(committee.id, "short", language)
