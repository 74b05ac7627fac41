"""Participants: people, their cards and numbers, their consents and their own word on lived experience."""

from engage.participants.acts import (
    CardOfAnotherAgreement,
    CodeUnknown,
    NumberIsFull,
    TooManyTries,
    by_card,
    by_phone_code,
    consent,
    declare,
    find_card,
    give_number,
    join_by_phone,
    make_cards,
    people_behind,
    person_in,
    welcome,
)
from engage.participants.models import Card, CardBatch, ConsentKind, Participant, PhoneCredential, Status
from engage.participants.queries import agrees, batches, counted, credentials_behind, latest_consent, number_of, numbers_of, person_keys

__all__ = [
    "Card", "CardBatch", "CardOfAnotherAgreement", "CodeUnknown", "ConsentKind", "NumberIsFull", "Participant", "PhoneCredential",
    "Status", "TooManyTries", "agrees", "batches", "by_card", "by_phone_code", "consent", "counted", "credentials_behind", "declare", "find_card", "give_number",
    "join_by_phone", "latest_consent", "make_cards", "number_of", "numbers_of", "people_behind", "person_in", "person_keys", "welcome",
]  # fmt: skip
