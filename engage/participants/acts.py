"""What people do about themselves: come as someone new, come back, agree, answer gently put questions."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, select, update

from engage.kernel import attempts, codes
from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.fields import append
from engage.kernel.refusal import FailedAttempt, Refusal
from engage.kernel.words import N_
from engage.ledger import Person
from engage.participants.models import (
    About,
    AboutThen,
    AgreementPerson,
    Card,
    CardBatch,
    Consent,
    ConsentKind,
    ContactNumber,
    LivedExperience,
    NumberProof,
    Participant,
    PhoneCredential,
    Status,
)

PEOPLE_PER_NUMBER = 6
GUESSES, GUESSES_A_DAY, CARD_GUESSES = 5, 20, 60
"""Wrong codes in 15 minutes, or in a day, before an answer has to wait. A card typed wrong is no guess: its check digit shows it, so
that a shelter's shared connection is not shut by slips of the finger."""
GUESS_CARD, GUESS_PERSONAL_CODE = "card guess", "personal code guess"
STATUS_WORDING, ABOUT_WORDING = "lived-experience/1", "about/1"
PROOF_LASTS = timedelta(minutes=30)
_CODES_BEHIND = select(PhoneCredential.code_lookup).where(PhoneCredential.number_lookup == bindparam("number"))
CONSENT_WORDINGS = {kind: f"consent-{kind}/2" for kind in ConsentKind}


class CodeUnknown(FailedAttempt):
    sentence = N_("Nous ne trouvons pas ce code. Regardez votre carte et tapez-le encore, chiffre par chiffre.")


class CardMistyped(Refusal):
    sentence = N_("Il y a une erreur dans ce code. Une carte a 12 chiffres. Regardez-la et tapez-les encore.")


class CardReplaced(Refusal):
    sentence = N_("Cette carte a été remplacée par une autre. Prenez la nouvelle, ou appelez-nous.")


class CardNeverUsed(Refusal):
    sentence = N_("Cette carte n’a pas encore servi. Nous ne gardons rien à son sujet.")


class CardInUse(Refusal):
    sentence = N_("Cette carte sert déjà à quelqu’un. Prenez une carte jamais utilisée.")


class ProofWrong(FailedAttempt):
    sentence = N_("Ce code reçu par texto ne va pas, ou il a plus de 30 minutes. Regardez le dernier texto, ou demandez un autre code.")


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
    """A batch of cards for a group, or mixed when `group` is empty; the codes are returned once, to be printed, and never kept."""
    batch = CardBatch(agreement_id=agreement_id, group=group, size=size, made_on=act.day)
    act.session.add(batch)
    act.session.flush()
    fresh = [codes.card_code() for _ in range(size)]
    keys = keys_of(act.session)
    act.session.add_all(Card(lookup=keys.blind("card", code), agreement_id=agreement_id, batch_id=batch.id) for code in fresh)
    act.session.flush()
    return fresh


def by_card(act: Act, code: str, agreement_id: str, *, asked_from: str) -> Participant:
    """The person who holds a card; its first use makes them known. `asked_from` slows guesses per address, phone or helper.

    Raises CodeUnknown, CardMistyped, CardReplaced, CardOfAnotherAgreement, TooManyTries.
    """
    card = _card_of(act, code, agreement_id, asked_from)
    if card.participant_id is None:
        _first_use(act, card, lambda: welcome(act))
    return act.session.get_one(Participant, card.participant_id)


def known_by_card(act: Act, code: str, *, asked_from: str) -> Participant:
    """Whoever took part with a card before. Raises CodeUnknown, CardMistyped, CardReplaced, CardNeverUsed, TooManyTries."""
    card = find_card(act, code, asked_from=asked_from)
    if card.participant_id is None:
        raise CardNeverUsed
    return act.session.get_one(Participant, card.participant_id)


def replace_card(act: Act, participant: Participant, code: str, *, asked_from: str) -> None:
    """Give someone a card never used yet; whichever they had opens nothing from now on. Raises as `by_card` does, and CardInUse."""
    card = find_card(act, code, asked_from=asked_from)
    if card.participant_id is not None:
        raise CardInUse
    _retire_cards(act, participant)
    _first_use(act, card, lambda: participant)
    if card.participant_id != participant.id:
        raise CardInUse


def take_card(act: Act, participant: Participant, code: str, *, asked_from: str) -> Participant | None:
    """Give someone a card, new or already theirs; a person who took part with it before is returned, to be joined with them."""
    card = find_card(act, code, asked_from=asked_from)
    if card.participant_id is None:
        replace_card(act, participant, code, asked_from=asked_from)
        return None
    other = act.session.get_one(Participant, card.participant_id)
    return other if other.id != participant.id else None


def _retire_cards(act: Act, participant: Participant) -> None:
    held = update(Card).where(Card.participant_id == participant.id, Card.replaced_on.is_(None))
    act.session.execute(held.values(replaced_on=act.day))


def _first_use(act: Act, card: Card, holder: Callable[[], Participant]) -> None:
    """Tie a card to a person and cut it from its batch, which only counts it; whoever comes second finds the first one's person."""
    act.session.refresh(card, with_for_update=True)
    if card.participant_id is not None:
        return
    if card.batch_id is not None:
        act.session.execute(update(CardBatch).where(CardBatch.id == card.batch_id).values(used=CardBatch.used + 1))
    card.participant_id, card.batch_id = holder().id, None
    act.session.flush()


def _card_of(act: Act, code: str, agreement_id: str, asked_from: str) -> Card:
    card = find_card(act, code, asked_from=asked_from)
    if card.agreement_id != agreement_id:
        raise CardOfAnotherAgreement
    return card


def find_card(act: Act, code: str, *, asked_from: str) -> Card:
    """Raises CodeUnknown, CardMistyped, CardReplaced, TooManyTries."""
    tidy = codes.tidy(code)
    if not codes.is_card_code(tidy):
        raise CardMistyped
    if attempts.too_many(act.session, act.at, GUESS_CARD, asked_from, limit=CARD_GUESSES):
        raise TooManyTries
    card = act.session.scalar(select(Card).where(Card.lookup == keys_of(act.session).blind("card", tidy)))
    if card is None:
        raise CodeUnknown(GUESS_CARD, asked_from)
    if card.replaced_on is not None:
        raise CardReplaced
    return card


def people_behind(act: Act, number: str) -> int:
    """How many people have a personal code on an E.164 number."""
    lookup = keys_of(act.session).blind("phone", number)
    return len(act.session.scalars(_CODES_BEHIND, {"number": lookup}).all())


def join_by_phone(act: Act, number: str) -> tuple[Participant, str]:
    """Someone new behind a number, with the personal code to tell them. Raises NumberIsFull."""
    participant = welcome(act)
    return participant, _add_credential(act, participant, number)


def _add_credential(act: Act, participant: Participant, number: str) -> str:
    """A personal code on a number. Raises NumberIsFull."""
    keys = keys_of(act.session)
    lookup = keys.blind("phone", number)
    taken = set(act.session.scalars(_CODES_BEHIND, {"number": lookup}))
    if len(taken) >= PEOPLE_PER_NUMBER:
        raise NumberIsFull
    code = codes.personal_code()
    while keys.blind("personal code", number, code) in taken:
        code = codes.personal_code()
    credential = PhoneCredential(participant_id=participant.id, number_lookup=lookup, code_lookup=keys.blind("personal code", number, code))
    append(act.session, credential, number=number)
    return code


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


def give_number(act: Act, participant: Participant, number: str) -> bool:
    """The E.164 number where someone wants to be written to; a new one replaces the last.

    Returns whether it is theirs already; otherwise nothing goes there before `confirm_number`.
    """
    lookup = keys_of(act.session).blind("phone", number)
    row = act.session.scalar(select(ContactNumber).where(ContactNumber.participant_id == participant.id))
    if row is not None and row.number_lookup == lookup:
        return row.confirmed_on is not None
    own = select(PhoneCredential.id).where(PhoneCredential.participant_id == participant.id, PhoneCredential.number_lookup == lookup)
    if row is None:
        row = ContactNumber(participant_id=participant.id)
        act.session.add(row)
    row.number_lookup, row.number = lookup, number
    row.confirmed_on = act.day if act.session.scalar(own) else None
    act.session.flush()
    return row.confirmed_on is not None


def confirm_number(act: Act, number: str) -> bool:
    """A yes came from that number: whoever gave it may be written to there. Returns whether anyone waited for it."""
    lookup = keys_of(act.session).blind("phone", number)
    waiting = act.session.scalars(
        select(ContactNumber).where(ContactNumber.number_lookup == lookup, ContactNumber.confirmed_on.is_(None))
    ).all()
    for row in waiting:
        row.confirmed_on = act.day
    act.session.flush()
    return bool(waiting)


def prove_number(act: Act, number: str) -> str:
    """A fresh code to send to an E.164 number, good for half an hour; the ones before it no longer count."""
    keys = keys_of(act.session)
    lookup, code = keys.blind("phone", number), codes.one_time_code()
    act.session.execute(delete(NumberProof).where(NumberProof.number_lookup == lookup))
    proof = NumberProof(number_lookup=lookup, code_lookup=keys.blind("number proof", number, code), expires_at=act.at + PROOF_LASTS)
    append(act.session, proof)
    return code


def check_proof(act: Act, number: str, code: str, *, asked_from: str) -> None:
    """Use up the code that was sent to a number. Raises ProofWrong, TooManyTries."""
    who = (f"proof {number}", asked_from)
    if any(
        attempts.too_many(act.session, act.at, GUESS_PERSONAL_CODE, each, limit=limit) for each, limit in zip(who, (5, 60), strict=True)
    ):
        raise TooManyTries
    lookup = keys_of(act.session).blind("number proof", number, codes.tidy(code))
    proof = act.session.scalar(select(NumberProof).where(NumberProof.code_lookup == lookup, NumberProof.expires_at > act.at))
    if proof is None:
        raise ProofWrong(GUESS_PERSONAL_CODE, *who)
    act.session.delete(proof)


def move_to_number(act: Act, participant: Participant, number: str) -> str:
    """A person takes another number, with a personal code of its own: their history follows, and the old numbers are let go.

    Whoever calls it knows that they hold the phone. Raises NumberIsFull.
    """
    lookup = keys_of(act.session).blind("phone", number)
    act.session.execute(delete(PhoneCredential).where(PhoneCredential.participant_id == participant.id))
    act.session.execute(delete(ContactNumber).where(ContactNumber.participant_id == participant.id, ContactNumber.number_lookup != lookup))
    return _add_credential(act, participant, number)


def only_person_behind(act: Act, number: str) -> Participant | None:
    """The one person with a code on that number; None when there is nobody, or a choice to make that no witness can make."""
    lookup = keys_of(act.session).blind("phone", number)
    found = act.session.scalars(select(PhoneCredential.participant_id).where(PhoneCredential.number_lookup == lookup)).all()
    return act.session.get_one(Participant, found[0]) if len(found) == 1 else None


def consent(act: Act, participant: Participant, kind: ConsentKind, *, given: bool) -> None:
    """A dated answer to the wording of today; of two in the same instant the last one said holds."""
    same = (Consent.participant_id == participant.id, Consent.kind == kind, Consent.at == act.at)
    act.session.execute(delete(Consent).where(*same))
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


def tell_about(act: Act, participant: Participant, answers: Mapping[str, str]) -> None:
    """The few voluntary questions of equity (see `About.answers`); new answers replace the last, none at all removes the row."""
    said = {name: answer for name, answer in answers.items() if answer}
    row = act.session.scalar(select(About).where(About.participant_id == participant.id))
    if not said:
        act.session.execute(delete(About).where(About.participant_id == participant.id))
        return
    if row is None:
        row = About(participant_id=participant.id)
        act.session.add(row)
    row.wording, row.on = ABOUT_WORDING, act.day
    row.answers = json.dumps(said, sort_keys=True)
    act.session.flush()


def keep_about_then(act: Act, participant: Participant | None, fact_id: UUID) -> None:
    """Keep beside a fact what its person has said of themselves by now; nobody's, or nothing said, keeps nothing."""
    act.session.execute(delete(AboutThen).where(AboutThen.fact_id == fact_id))
    if participant is None or participant.is_new:
        return
    row = act.session.scalar(select(About).where(About.participant_id == participant.id))
    if row is not None:
        append(act.session, AboutThen(fact_id=fact_id), answers=row.answers)


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
