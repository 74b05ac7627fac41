"""One person who came by two ways becomes one; one who asks for it becomes nobody."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select, update

from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.participants.models import (
    About,
    AgreementPerson,
    Card,
    Consent,
    ContactNumber,
    LivedExperience,
    NumberProof,
    Participant,
    PhoneCredential,
)

_ONE_EACH = (ContactNumber, LivedExperience, About)
_MANY = (Card, PhoneCredential, Consent)


def join_selves(act: Act, kept: Participant, gone: Participant, agreement_ids: Collection[str]) -> None:
    """Cards, numbers and consents of `gone` become those of `kept`, whose own answers stay; `gone` is no more.

    Their facts were written anew before: what tied `gone` to facts is deleted.
    """
    for many in _MANY:
        act.session.execute(update(many).where(many.participant_id == gone.id).values(participant_id=kept.id))
    for one in _ONE_EACH:
        has_own = act.session.scalar(select(one.id).where(one.participant_id == kept.id)) is not None
        if has_own:
            act.session.execute(delete(one).where(one.participant_id == gone.id))
        else:
            act.session.execute(update(one).where(one.participant_id == gone.id).values(participant_id=kept.id))
    _forget_ties(act, gone, agreement_ids)
    act.session.execute(delete(Participant).where(Participant.id == gone.id))
    act.session.expire_all()


def forget_participant(act: Act, participant: Participant, agreement_ids: Collection[str]) -> list[str]:
    """Erase a person: codes, numbers, answers, consents, and the ties to their facts. Returns the E.164 numbers that nobody else uses.

    Whoever calls it has first cut votes and messages loose.
    """
    numbers = _own_numbers(act, participant)
    for table in (*_MANY, *_ONE_EACH):
        act.session.execute(delete(table).where(table.participant_id == participant.id))
    _forget_ties(act, participant, agreement_ids)
    act.session.execute(delete(Participant).where(Participant.id == participant.id))
    keys = keys_of(act.session)
    freed = []
    for number in sorted(numbers):
        lookup = keys.blind("phone", number)
        shared = [act.session.scalar(select(table.id).where(table.number_lookup == lookup)) for table in (PhoneCredential, ContactNumber)]
        if not any(shared):
            act.session.execute(delete(NumberProof).where(NumberProof.number_lookup == lookup))
            freed.append(number)
    return freed


def _own_numbers(act: Act, participant: Participant) -> set[str]:
    credentials = act.session.scalars(select(PhoneCredential).where(PhoneCredential.participant_id == participant.id))
    contacts = act.session.scalars(select(ContactNumber).where(ContactNumber.participant_id == participant.id))
    return {str(row.number) for row in (*credentials, *contacts)}


def _forget_ties(act: Act, participant: Participant, agreement_ids: Collection[str]) -> None:
    keys = keys_of(act.session)
    lookups = [keys.blind("agreement person", str(participant.id), agreement_id) for agreement_id in agreement_ids]
    act.session.execute(delete(AgreementPerson).where(AgreementPerson.lookup.in_(lookups)))
