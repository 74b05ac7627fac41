"""What people do about themselves: come as someone new, come back, agree, answer gently put questions."""

from __future__ import annotations

import secrets
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select

from engage.kernel import attempts, codes
from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.fields import append
from engage.kernel.refusal import FailedAttempt, Refusal
from engage.kernel.words import N_
from engage.ledger import Person
from engage.participants.models import (
    AgreementPerson,
    Card,
    CardBatch,
    Consent,
    ConsentKind,
    ContactNumber,
    LivedExperience,
    Participant,
    PhoneCredential,
    Status,
)

PEOPLE_PER_NUMBER = 6
GUESSES, GUESSES_A_DAY, CARD_GUESSES = 5, 20, 20
GUESS_CARD, GUESS_PERSONAL_CODE = "card guess", "personal code guess"
STATUS_WORDING = "lived-experience/1"
_CODES_BEHIND = select(PhoneCredential.code_lookup).where(PhoneCredential.number_lookup == bindparam("number"))
CONSENT_WORDINGS = {kind: f"consent-{kind}/1" for kind in ConsentKind}


class CodeUnknown(FailedAttempt):
    sentence = N_("Nous ne trouvons pas ce code. Regardez votre carte et tapez-le encore, lettre par lettre.")


class CardOfAnotherAgreement(Refusal):
    sentence = N_("Cette carte sert dans une autre région. Demandez une carte d’ici à votre groupe, ou appelez-nous.")


class TooManyTries(Refusal):
    sentence = N_("Trop d’essais avec un mauvais code. Attendez 15 minutes, puis essayez encore.")


class NumberIsFull(Refusal):
    sentence = N_("Ce téléphone sert déjà à 6 personnes. Appelez-nous: une personne va vous aider.")


def welcome(act: Act) -> Participant:
    """Someone new."""
    participant = Participant(since_on=act.day)
    participant.is_new = True
    append(act.session, participant)
    return participant


def make_cards(act: Act, agreement_id: str, group: str, size: int) -> list[str]:
    """A batch of cards for a group; the codes are returned once, to be printed, and never kept."""
    batch = CardBatch(agreement_id=agreement_id, group=group, size=size, made_on=act.day)
    act.session.add(batch)
    act.session.flush()
    fresh = [codes.card_code() for _ in range(size)]
    keys = keys_of(act.session)
    act.session.add_all(Card(lookup=keys.blind("card", code), agreement_id=agreement_id, batch_id=batch.id) for code in fresh)
    act.session.flush()
    return fresh


def by_card(act: Act, code: str, agreement_id: str, *, asked_from: str) -> Participant:
    """The person who holds a card; its first use makes them known. `asked_from` slows guesses per address or helper.

    Raises CodeUnknown, CardOfAnotherAgreement, TooManyTries.
    """
    card = find_card(act, code, asked_from=asked_from)
    if card.agreement_id != agreement_id:
        raise CardOfAnotherAgreement
    if card.participant_id is None:
        act.session.refresh(card, with_for_update=True)
    if card.participant_id is None:
        card.participant_id = welcome(act).id
        act.session.flush()
    return act.session.get_one(Participant, card.participant_id)


def find_card(act: Act, code: str, *, asked_from: str) -> Card:
    """Raises CodeUnknown, TooManyTries."""
    if attempts.too_many(act.session, act.at, GUESS_CARD, asked_from, limit=CARD_GUESSES):
        raise TooManyTries
    tidy = codes.tidy(code)
    lookup = keys_of(act.session).blind("card", tidy)
    card = act.session.scalar(select(Card).where(Card.lookup == lookup)) if codes.is_card_code(tidy) else None
    if card is None:
        raise CodeUnknown(GUESS_CARD, asked_from)
    return card


def people_behind(act: Act, number: str) -> int:
    """How many people have a personal code on an E.164 number."""
    lookup = keys_of(act.session).blind("phone", number)
    return len(act.session.scalars(_CODES_BEHIND, {"number": lookup}).all())


def join_by_phone(act: Act, number: str) -> tuple[Participant, str]:
    """Someone new behind a number, with the personal code to tell them. Raises NumberIsFull."""
    keys = keys_of(act.session)
    lookup = keys.blind("phone", number)
    taken = set(act.session.scalars(_CODES_BEHIND, {"number": lookup}))
    if len(taken) >= PEOPLE_PER_NUMBER:
        raise NumberIsFull
    code = codes.personal_code()
    while keys.blind("personal code", number, code) in taken:
        code = codes.personal_code()
    participant = welcome(act)
    credential = PhoneCredential(participant_id=participant.id, number_lookup=lookup, code_lookup=keys.blind("personal code", number, code))
    append(act.session, credential, number=number)
    return participant, code


def by_phone_code(act: Act, number: str, code: str, *, asked_from: str = "") -> Participant:
    """The person behind a number and a personal code. From the number itself `asked_from` is empty, else it is an address.

    Guesses from elsewhere slow down per address and per number, apart from the phone's own, so that nobody shuts its people out.
    Raises CodeUnknown, TooManyTries.
    """
    who = (f"{asked_from and 'web '}{number}", asked_from)
    limits = [(who[0], GUESSES, attempts.WINDOW), (who[0], GUESSES_A_DAY, attempts.DAY), (asked_from, CARD_GUESSES, attempts.WINDOW)]
    for name, limit, within in limits:
        if name and attempts.too_many(act.session, act.at, GUESS_PERSONAL_CODE, name, limit=limit, within=within):
            raise TooManyTries
    lookup = keys_of(act.session).blind("personal code", number, code)
    credential = act.session.scalar(select(PhoneCredential).where(PhoneCredential.code_lookup == lookup))
    if credential is None:
        raise CodeUnknown(GUESS_PERSONAL_CODE, *filter(None, who))
    return act.session.get_one(Participant, credential.participant_id)


def give_number(act: Act, participant: Participant, number: str) -> None:
    """The E.164 number where someone wants to be written to; a new one replaces the last."""
    row = act.session.scalar(select(ContactNumber).where(ContactNumber.participant_id == participant.id))
    if row is None:
        row = ContactNumber(participant_id=participant.id)
        act.session.add(row)
    row.number = number
    act.session.flush()


def consent(act: Act, participant: Participant, kind: ConsentKind, *, given: bool) -> None:
    """A dated answer to the wording of today."""
    act.session.add(
        Consent(participant_id=participant.id, kind=kind, given=given, wording=CONSENT_WORDINGS[kind], channel=act.channel, at=act.at)
    )
    act.session.flush()


def declare(act: Act, participant: Participant, status: Status) -> None:
    """The person's own answer about lived experience; a new answer replaces the last."""
    row = act.session.scalar(select(LivedExperience).where(LivedExperience.participant_id == participant.id))
    if row is None:
        row = LivedExperience(participant_id=participant.id)
        act.session.add(row)
    row.wording, row.on = STATUS_WORDING, act.day
    row.answer = status
    act.session.flush()


def person_in(act: Act, participant: Participant, agreement_id: str) -> Person:
    """Who a participant is in the facts of one agreement, made at the first need."""
    lookup = keys_of(act.session).blind("agreement person", str(participant.id), agreement_id)
    row = act.session.scalar(select(AgreementPerson).where(AgreementPerson.lookup == lookup))
    if row is None:
        row = AgreementPerson(lookup=lookup)
        act.session.add(row)
        row.person, row.key = str(uuid4()), secrets.token_hex(32)
        act.session.flush()
    return Person(UUID(row.person), bytes.fromhex(str(row.key)))
