"""What a regional table does about itself and its mechanisms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import messaging
from engage.governance.models import Agreement, Mechanism, RegionalTable
from engage.governance.queries import table_of
from engage.kernel.act import Act
from engage.kernel.plain import gives_away
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.messaging import Purpose, measure, plain

LONGEST_TEXT_NAME = 30


class TextNameGivesAway(Refusal):
    sentence = N_("Le mot «%(word)s» en dit trop sur un téléphone partagé. Choisissez un nom discret.")


class NumberTaken(Refusal):
    sentence = N_("Une autre table reçoit déjà les textos de ce numéro.")


class NotInForce(Refusal):
    sentence = N_("Cette entente n’est pas en vigueur à cette date. Vérifiez sa signature et sa fin, dans la page de l’entente.")


class TextNameCosts(Refusal):
    sentence = N_("Ce nom doit avoir 30 lettres au plus, sans lettre qui coûte plus cher: %(letters)s")


def describe_table(act: Act, agreement_id: str, *, name: str, text_name: str, text_number: str, person_number: str) -> RegionalTable:
    """Say, or change, how citizens meet the table of an agreement. Numbers are E.164. Raises NumberTaken, TextNameCosts, TextNameGivesAway."""
    costly = measure(plain(text_name)).costly
    if costly or len(text_name) > LONGEST_TEXT_NAME:
        raise TextNameCosts(letters=" ".join(costly))
    if given_away := gives_away(text_name):
        raise TextNameGivesAway(word=given_away)
    taken = select(RegionalTable.id).where(RegionalTable.text_number == text_number, RegionalTable.agreement_id != agreement_id)
    if text_number and act.session.scalar(taken):
        raise NumberTaken
    table = table_of(act.session, agreement_id)
    if table is None:
        table = RegionalTable(agreement_id=agreement_id)
        act.session.add(table)
    table.name, table.text_name = name, plain(text_name)
    table.text_number, table.person_number = text_number, person_number
    act.session.flush()
    return table


def check_in_force(session: Session, agreement_id: str, first: date, last: date) -> None:
    """Raises NotInForce where an agreement is known not to hold at any day between the two."""
    if not session.get_one(Agreement, agreement_id).in_force(first, last):
        raise NotInForce


def start_mechanism(act: Act, agreement_id: str, *, type: str, level: int, name: str, rule: str = "") -> Mechanism:
    """A mechanism begins today; its level is what its written rule says. Raises NotInForce."""
    check_in_force(act.session, agreement_id, act.day, act.day)
    mechanism = Mechanism(agreement_id=agreement_id, type=type, level=level, name=name, rule=rule, starts_on=act.day)
    act.session.add(mechanism)
    act.session.flush()
    return mechanism


def write_to(
    act: Act,
    agreement_id: str,
    number: str | None,
    body: Callable[[RegionalTable], str],
    *,
    purpose: Purpose,
    language: str,
    by_voice: bool = False,
    expires_at: datetime | None = None,
) -> bool:
    """Queue a text, or a call, from the table of an agreement. False where there is no number to write to, or none to write from."""
    table = table_of(act.session, agreement_id)
    if not number or table is None or not table.text_number:
        return False
    messaging.queue(
        act,
        number,
        body(table),
        sender=table.text_number,
        agreement_id=agreement_id,
        purpose=purpose,
        language=language,
        by_voice=by_voice,
        expires_at=expires_at,
    )
    return True
