"""What a candidate or a member is told, each step by their own channel: one text, discreet, or the same sentence said in a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from engage import governance, messaging, participants
from engage.committees.models import Committee
from engage.kernel.act import Act
from engage.kernel.numbers import written
from engage.kernel.plain import gives_away
from engage.kernel.words import N_, Wordings, day_in_text, hour_in_text, say
from engage.messaging import Purpose, measure, plain

SEAT = N_(
    "%(table)s: %(committee)s, %(rhythm)s, %(place)s. Avec vous: %(who)s. Pas de CV, on vous aide à venir. Demander une place? OUI ou NON. Prix d'un texto. ARRET: cesser. AIDE: aide."
)
TO_BE_TOLD = N_("on vous le dira avant")
READY = N_("%(table)s: votre demande est prise, %(committee)s. Nous vous dirons la suite ici. Changer d'avis: RETIRER.")
CHANCE = N_(
    "%(table)s: %(people)s personnes pour %(seats)s places, %(committee)s. Votre chance: %(chance)s sur 1000. Au tirage, vous serez %(name)s."
)
OFFERED = N_("%(table)s: une place est pour vous, %(committee)s! La voulez-vous? OUI ou NON, d'ici le %(day)s. Aide: %(number)s.")
SEATED = N_("%(table)s: la place est à vous, %(committee)s. Bienvenue! Une personne vous appelle avant la rencontre. La laisser: RETIRER.")
ALTERNATE = N_(
    "%(table)s: pas de place cette fois, %(committee)s. Vous restez en attente, rang %(rank)s. Merci! Ne plus attendre: RETIRER."
)
OVER = N_("%(table)s: c'est noté, vous laissez votre place, %(committee)s. Merci du temps donné. Revenir un jour: %(number)s.")
VOIDED = N_("%(table)s: le tirage pour %(committee)s est annulé. Vous restez sur la liste. Pourquoi? Appelez: %(number)s.")
ENDED = N_("%(table)s: %(committee)s ne siège plus. Merci du temps donné. Une personne peut vous en dire plus: %(number)s.")

INVITED = N_(
    "%(table)s: rencontre, %(committee)s, le %(day)s, %(hour)s, %(place)s. Avec vous: %(who)s. Venez-vous? OUI, NON, ou OUI 2 (garde de 2 enfants)."
)
MOVED = N_(
    "%(table)s: changement! Rencontre, %(committee)s: le %(day)s, %(hour)s, %(place)s. Venez-vous? OUI, NON, ou OUI 2 (garde de 2 enfants)."
)
CALLED_OFF = N_("%(table)s: la rencontre du %(day)s n'a pas lieu, %(committee)s. Nous vous dirons quand. Une personne: %(number)s.")
PAPERS = N_("%(table)s: les papiers pour le %(day)s sont sur votre page, %(committee)s. On peut vous les lire: %(number)s.")
REMINDED = N_("%(table)s: rencontre, %(committee)s, le %(day)s, %(hour)s, %(place)s. Aide: %(number)s. Sur place: ICI et le code.")
DECIDED = N_("%(table)s, %(committee)s: %(text)s")
DECIDED_QUIETLY = N_("%(table)s: une décision est prise, %(committee)s. Elle est sur votre page. On peut vous la lire: %(number)s.")
USED = N_("%(table)s: le vote %(code)s a servi, %(committee)s: %(text)s")
USED_QUIETLY = N_("%(table)s: le vote %(code)s a servi à une décision, %(committee)s. Une personne vous la dit: %(number)s.")


def reachable(act: Act, participant_id: UUID) -> bool:
    """Whether something of a committee can be started to someone; a worker goes to the others."""
    number = participants.number_of(act.session, participant_id)
    return bool(number) and messaging.wants(act.session, number or "", Purpose.MEETINGS)


def meeting_text(act: Act, committee: Committee, table: str, language: str, told: Mapping[str, object]) -> str:
    """The invitation as it will be read."""
    known = {"table": table, "committee": short_name(act, committee, language), "who": ", ".join(committee.in_the_room())}
    return plain(say(language, INVITED, **known | {name: _told(value, language) for name, value in told.items()}))


def say_decision(table: str, committee: str, text: str, number: str, language: str, code: str = "") -> str:
    """A decision in one text where it fits and says nothing too much on a shared phone; else that there is one."""
    whole, quiet = (USED, USED_QUIETLY) if code else (DECIDED, DECIDED_QUIETLY)
    params = {"table": table, "committee": committee, "number": number, "code": code}
    told = plain(say(language, whole, text=text, **params))
    return told if measure(told).segments == 1 and not gives_away(text) else plain(say(language, quiet, **params))


def tell(act: Act, committee: Committee, participant_id: UUID, message: str, *, until: datetime | None = None, **params: object) -> None:
    """Queue a message of the catalogue to someone, where and how they want; whoever has no number is told on their page, or by a person.

    Nothing is sent after `until`.
    """

    def told(table: str, language: str) -> str:
        known = {"table": table, "number": number, "committee": short_name(act, committee, language)}
        return say(language, message, **known | {name: _told(value, language) for name, value in params.items()})

    found = governance.table_of(act.session, committee.agreement_id)
    number = written(found.person_number) if found else ""
    tell_words(act, committee, participant_id, told, until=until)


def tell_words(
    act: Act, committee: Committee, participant_id: UUID, body: Callable[[str, str], str], *, until: datetime | None = None
) -> None:
    """Queue words of one's own: `body` is given the sender's name and the language."""
    number = participants.number_of(act.session, participant_id)
    if number is None:
        return
    language = messaging.language_of(act.session, number)
    governance.write_to(
        act,
        committee.agreement_id,
        number,
        lambda table: body(table.text_name, language),
        purpose=Purpose.MEETINGS,
        language=language,
        expires_at=until,
    )


def _told(value: object, language: str) -> object:
    if isinstance(value, datetime):
        return hour_in_text(language, value)
    return day_in_text(language, value) if isinstance(value, date) else value


def seat_text(table: str, words: Mapping[str, str], institutions: Sequence[str], language: str) -> str:
    """The first text about a seat: what it is, who is in the room, what a text costs, how to stop."""
    told = {field: words[field].rstrip(".") for field in ("short", "rhythm", "place")}
    who = ", ".join(institutions) or say(language, TO_BE_TOLD)
    return plain(say(language, SEAT, table=table, committee=told["short"], rhythm=told["rhythm"], place=told["place"], who=who))


def short_name(act: Act, committee: Committee, language: str) -> str:
    return Wordings(act.session, [committee.id]).text(committee.id, "short", language)
