"""Participants: people, their cards and numbers, their consents and their own word on lived experience."""

from engage.participants.acts import (
    CardInUse,
    CardMistyped,
    CardNeverUsed,
    CardOfAnotherAgreement,
    CardReplaced,
    CodeUnknown,
    NumberIsFull,
    ProofWrong,
    TooManyTries,
    by_card,
    by_phone_code,
    check_proof,
    confirm_number,
    consent,
    declare,
    find_card,
    give_number,
    join_by_phone,
    known_by_card,
    make_cards,
    move_to_number,
    only_person_behind,
    people_behind,
    person_in,
    prove_number,
    replace_card,
    take_card,
    tell_about,
    welcome,
)
from engage.participants.models import About, AgeBand, Card, CardBatch, Consent, ConsentKind, Gender, Participant, PhoneCredential, Status
from engage.participants.queries import (
    about,
    agreement_of_card,
    agrees,
    batches,
    contact_of,
    counted,
    credentials_behind,
    latest_consent,
    number_of,
    numbers_of,
    person_keys,
)
from engage.participants.selves import forget_participant, join_selves

__all__ = [
    "About", "AgeBand", "Card", "CardBatch", "CardInUse", "CardMistyped", "CardNeverUsed", "CardOfAnotherAgreement", "CardReplaced",
    "CodeUnknown", "Consent", "ConsentKind", "Gender", "NumberIsFull", "Participant", "PhoneCredential", "ProofWrong", "Status",
    "TooManyTries", "about", "agreement_of_card", "agrees", "batches", "by_card", "by_phone_code", "check_proof", "confirm_number",
    "consent", "contact_of", "counted", "credentials_behind", "declare", "find_card", "forget_participant", "give_number",
    "join_by_phone", "join_selves", "known_by_card", "latest_consent", "make_cards", "move_to_number", "number_of", "numbers_of",
    "only_person_behind", "people_behind", "person_in", "person_keys", "prove_number", "replace_card", "take_card", "tell_about",
    "welcome",
]  # fmt: skip
