"""Setting up a committee: its words, its mechanism, its seats."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select

from engage import governance, voting
from engage.committees import telling
from engage.committees.models import Committee, Membership, Seat, Support
from engage.governance import Mechanism
from engage.kernel import words
from engage.kernel.act import Act
from engage.kernel.plain import gives_away
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger import Where
from engage.messaging import measure, plain

WORDS = ("name", "mandate", "rhythm", "place", "short")
"""`name` in full, `mandate` what it does, `rhythm` how often, `place` where, `short` its discreet name in texts."""
LONGEST_SHORT = 24
MOST_SEATS = 40
MOST_PARTS = 2
"""Of the text that tells what a committee is."""
LONGEST_CALL = 30
TYPES = ("M1", "M2", "M3", "M6")
"""Mechanisms that people sit in; a vote is an M4, feedback an M5."""


class WordsMissing(Refusal):
    sentence = N_("Écrivez le nom, ce que fait le comité, quand et où il se réunit, et son nom court.")


class ShortNameCosts(Refusal):
    sentence = N_("Le nom court doit avoir 24 lettres au plus, sans lettre qui coûte plus cher: %(letters)s")


class ShortNameGivesAway(Refusal):
    sentence = N_("Le mot «%(word)s» en dit trop sur un téléphone partagé. Choisissez un nom discret.")


class KeywordTaken(Refusal):
    sentence = N_("Ce mot-clé est mal écrit ou déjà pris. Prenez 3 à 12 lettres ou chiffres, sans espace.")


class QuorumTooHigh(Refusal):
    sentence = N_("Le quorum demande plus de personnes qu’il n’y a de places: %(seats)s en tout, %(reserved)s réservées.")


class CallDelay(Refusal):
    sentence = N_("Promettez un appel dans 1 à 30 jours.")


class LevelUnknown(Refusal):
    sentence = N_("Choisissez le genre de comité et ce que ses règles lui permettent.")


class SeatTextTooLong(Refusal):
    sentence = N_(
        "Le texto qui présente le comité prend %(parts)s parties, 2 au plus. Raccourcissez quand, où ou les organisations. Lettres qui coûtent: %(letters)s"
    )


class TooManySeats(Refusal):
    sentence = N_("Un comité a de 1 à 40 places, et un mandat dure de 1 à 60 mois.")


class SeatInUse(Refusal):
    sentence = N_("Quelqu’un occupe cette place, ou on la lui a offerte. Elle ne s’enlève pas.")


def write_committee(
    act: Act,
    agreement_id: str,
    *,
    code: str,
    type: str,
    level: int,
    rule: str,
    texts: Mapping[str, dict[str, str]],
    institutions: Sequence[str] = (),
    supports: Collection[Support] = (),
    quorum: int = 0,
    quorum_reserved: int = 0,
    call_within: int = 5,
    is_welcoming: bool = True,
    committee: Committee | None = None,
) -> Committee:
    """A new committee with the mechanism it is, or one written anew. `texts` holds `WORDS`, each by language.

    Raises WordsMissing, ShortNameCosts, ShortNameGivesAway, KeywordTaken, LevelUnknown, CallDelay, QuorumTooHigh, SeatTextTooLong.
    """
    _check_words(texts)
    _check_text(act, agreement_id, texts, [each.strip() for each in institutions if each.strip()])
    code = code.strip().upper()
    same = select(Committee.id).where(Committee.code == code, Committee.id != (committee.id if committee else None))
    if not re.fullmatch("[A-Z0-9]{3,12}", code) or act.session.scalar(same) or voting.by_code(act.session, code):
        raise KeywordTaken
    if type not in TYPES or level not in range(5):
        raise LevelUnknown
    if call_within not in range(1, LONGEST_CALL + 1):
        raise CallDelay
    mechanism = act.session.get_one(Mechanism, committee.mechanism_id) if committee else None
    if mechanism is None:
        mechanism = governance.start_mechanism(act, agreement_id, type=type, level=level, name=texts["name"]["fr"], rule=rule)
    mechanism.type, mechanism.level, mechanism.rule, mechanism.name = type, level, rule.strip(), texts["name"]["fr"]
    if committee is None:
        committee = Committee(agreement_id=agreement_id, mechanism_id=mechanism.id)
        act.session.add(committee)
    elif quorum or quorum_reserved:
        check_quorum(act, committee, quorum, quorum_reserved)
    committee.code, committee.institutions = code, "\n".join(each.strip() for each in institutions if each.strip())
    committee.supports = " ".join(each for each in Support if each in supports)
    committee.quorum, committee.quorum_reserved, committee.call_within = quorum, quorum_reserved, call_within
    committee.is_welcoming = is_welcoming
    act.session.flush()
    for field in WORDS:
        words.write(act.session, committee.id, field, texts[field])
    return committee


def _check_words(texts: Mapping[str, dict[str, str]]) -> None:
    if not all(texts.get(field, {}).get("fr", "").strip() for field in WORDS):
        raise WordsMissing
    for short in filter(None, texts["short"].values()):
        costly = measure(plain(short)).costly
        if costly or len(short) > LONGEST_SHORT:
            raise ShortNameCosts(letters=" ".join(costly))
        if given_away := gives_away(short):
            raise ShortNameGivesAway(word=given_away)


def _check_text(act: Act, agreement_id: str, texts: Mapping[str, dict[str, str]], institutions: Sequence[str]) -> None:
    """Raises SeatTextTooLong, in whichever language it is written."""
    table = governance.table_of(act.session, agreement_id)
    for language in texts["short"]:
        told = {field: texts[field].get(language) or texts[field]["fr"] for field in ("short", "rhythm", "place")}
        cost = measure(telling.seat_text(table.text_name if table else "", told, institutions, language))
        if cost.segments > MOST_PARTS:
            raise SeatTextTooLong(parts=cost.segments, letters=" ".join(cost.costly))


def check_quorum(act: Act, committee: Committee, quorum: int, reserved: int) -> None:
    """Raises QuorumTooHigh."""
    every = [seat.is_reserved for seat in seats(act, committee.id)]
    if quorum > len(every) or reserved > sum(every) or reserved > max(quorum, 0):
        raise QuorumTooHigh(seats=len(every), reserved=sum(every))


def seats(act: Act, committee_id: UUID) -> Sequence[Seat]:
    """The seats there are, by number."""
    here = (Seat.committee_id == committee_id, Seat.ended_on.is_(None))
    return act.session.scalars(select(Seat).where(*here).order_by(Seat.number)).all()


def add_seats(
    act: Act,
    committee: Committee,
    number: int,
    *,
    is_reserved: bool,
    is_voting: bool = True,
    institution: str = "",
    term_months: int = 24,
    first: int | None = None,
) -> list[Seat]:
    """More seats of one kind, numbered after the last there ever was, or from `first` where that comes later. Raises TooManySeats."""
    here = len(seats(act, committee.id))
    if not (1 <= number <= MOST_SEATS - here and 1 <= term_months <= 60):
        raise TooManySeats
    last = act.session.scalar(select(func.max(Seat.number)).where(Seat.committee_id == committee.id)) or 0
    made = [
        Seat(
            committee_id=committee.id,
            number=max(last + 1, first or 0) + place,
            is_reserved=is_reserved and not institution,
            is_voting=is_voting,
            institution=institution.strip(),
            term_months=term_months,
        )
        for place in range(number)
    ]
    act.session.add_all(made)
    act.session.flush()
    return made


def remove_seat(act: Act, seat: Seat) -> None:
    """A seat that nobody is in, nor offered. Raises SeatInUse."""
    in_use = select(Membership.id).where(Membership.seat_id == seat.id, Membership.left_on.is_(None))
    if act.session.scalar(in_use.limit(1)):
        raise SeatInUse
    seat.ended_on = act.day
    act.session.flush()


def where(act: Act, committee: Committee) -> Where:
    """The mechanism that a committee is, for its facts."""
    mechanism = act.session.get_one(Mechanism, committee.mechanism_id)
    return Where(committee.agreement_id, mechanism.id, mechanism.type, mechanism.level)
