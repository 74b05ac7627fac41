"""One person who came by two ways becomes one; one who asks for it becomes nobody."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.participants.models import (
    About,
    AgreementPerson,
    Card,
    Consent,
    ContactNumber,
    HeldCredential,
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


def hold_credentials(act: Act, participant: Participant, consultation_ids: Collection[UUID]) -> None:
    """Before an erasure: keep, for the votes still open that someone took part in, that their credentials were used."""
    numbers = act.session.scalars(select(PhoneCredential.number_lookup).where(PhoneCredential.participant_id == participant.id)).all()
    cards = act.session.scalars(select(Card.lookup).where(Card.participant_id == participant.id, Card.replaced_on.is_(None))).all()
    person = uuid4()
    act.session.add_all(
        HeldCredential(consultation_id=id, lookup=lookup, is_phone=is_phone, person=person)
        for id in consultation_ids
        for is_phone, lookups in ((True, numbers), (False, cards))
        for lookup in lookups
    )
    act.session.flush()


def release_credentials(act: Act, consultation_id: UUID) -> None:
    """A vote is closed: what was held for it goes."""
    act.session.execute(delete(HeldCredential).where(HeldCredential.consultation_id == consultation_id))


def forget_participant(act: Act, participant: Participant, agreement_ids: Collection[str]) -> list[str]:
    """Erase a person: codes, numbers, answers, consents, and the ties to their facts. Returns the E.164 numbers that nobody else uses.

    Whoever calls it has first cut votes and messages loose.
    """
    numbers = own_numbers(act, participant)
    for table in (*_MANY, *_ONE_EACH):
        act.session.execute(delete(table).where(table.participant_id == participant.id))
    _forget_ties(act, participant, agreement_ids)
    act.session.execute(delete(Participant).where(Participant.id == participant.id))
    freed = sorted(number for number in numbers if is_free(act, number))
    for number in freed:
        lookup = keys_of(act.session).blind("phone", number)
        act.session.execute(delete(NumberProof).where(NumberProof.number_lookup == lookup))
    return freed


def is_free(act: Act, number: str) -> bool:
    """Whether nobody is behind an E.164 number, nor confirmed that they are written to there."""
    lookup = keys_of(act.session).blind("phone", number)
    held = select(PhoneCredential.id).where(PhoneCredential.number_lookup == lookup)
    given = select(ContactNumber.id).where(ContactNumber.number_lookup == lookup, ContactNumber.confirmed_on.is_not(None))
    return not any(act.session.scalar(one.limit(1)) for one in (held, given))


def own_numbers(act: Act, participant: Participant) -> set[str]:
    """The E.164 numbers someone takes part from or confirmed."""
    credentials = act.session.scalars(select(PhoneCredential).where(PhoneCredential.participant_id == participant.id))
    given = (ContactNumber.participant_id == participant.id, ContactNumber.confirmed_on.is_not(None))
    contacts = act.session.scalars(select(ContactNumber).where(*given))
    return {str(row.number) for row in (*credentials, *contacts)}


def _forget_ties(act: Act, participant: Participant, agreement_ids: Collection[str]) -> None:
    keys = keys_of(act.session)
    lookups = [keys.blind("agreement person", str(participant.id), agreement_id) for agreement_id in agreement_ids]
    act.session.execute(delete(AgreementPerson).where(AgreementPerson.lookup.in_(lookups)))
