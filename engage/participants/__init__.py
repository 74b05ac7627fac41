"""Participants: people, their cards and numbers, their consents and their own word on lived experience."""

from engage.participants.acts import consent, declare, keep_about_then, person_in, tell_about, welcome
from engage.participants.cards import (
    CardInUse,
    CardMistyped,
    CardNeverUsed,
    CardOfAnotherAgreement,
    CardReplaced,
    by_card,
    card_in,
    find_card,
    keep_only_card,
    known_by_card,
    make_cards,
    rehearsal_card,
    replace_card,
    take_card,
)
from engage.participants.guesses import CodeUnknown, TooManyTries
from engage.participants.models import (
    About,
    AboutThen,
    AgeBand,
    Card,
    CardBatch,
    Consent,
    ConsentKind,
    Gender,
    Participant,
    PhoneCredential,
    Status,
)
from engage.participants.phones import (
    NumberIsFull,
    ProofWrong,
    by_phone_code,
    check_proof,
    confirm_number,
    give_number,
    join_by_phone,
    move_to_number,
    only_person_behind,
    people_behind,
    prove_number,
)
from engage.participants.queries import (
    about,
    agreement_of_card,
    agrees,
    batches,
    behind,
    contact_of,
    counted,
    credentials_behind,
    latest_consent,
    lived,
    number_of,
    numbers_of,
    own_phones,
    person_keys,
    persons_of,
    share_of_largest_batch,
)
from engage.participants.selves import forget_participant, hold_credentials, is_free, join_selves, own_numbers, release_credentials

__all__ = [
    "About", "AboutThen", "AgeBand", "Card", "CardBatch", "CardInUse", "CardMistyped", "CardNeverUsed", "CardOfAnotherAgreement",
    "CardReplaced", "CodeUnknown", "Consent", "ConsentKind", "Gender", "NumberIsFull", "Participant", "PhoneCredential", "ProofWrong",
    "Status", "TooManyTries", "about", "agreement_of_card", "agrees", "batches", "behind", "by_card", "by_phone_code", "card_in",
    "check_proof", "confirm_number", "consent", "contact_of", "counted", "credentials_behind", "declare", "find_card",
    "forget_participant", "give_number", "hold_credentials", "is_free", "join_by_phone", "join_selves", "keep_about_then",
    "keep_only_card", "known_by_card", "latest_consent", "lived", "make_cards", "move_to_number", "number_of", "numbers_of",
    "only_person_behind", "own_numbers", "own_phones", "people_behind", "person_in", "person_keys", "persons_of", "prove_number",
    "rehearsal_card", "release_credentials", "replace_card", "share_of_largest_batch", "take_card", "tell_about", "welcome",
]  # fmt: skip
