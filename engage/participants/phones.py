"""Numbers: several people behind one, each with a code; where someone wants to be written to; moving to another."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, delete, func, select

from engage.kernel import attempts, codes
from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.fields import append
from engage.kernel.refusal import FailedAttempt, Refusal
from engage.kernel.words import N_
from engage.participants.acts import welcome
from engage.participants.guesses import CARD_GUESSES, GUESS_PERSONAL_CODE, GUESSES, GUESSES_A_DAY, CodeUnknown, TooManyTries
from engage.participants.models import ContactNumber, HeldCredential, NumberProof, Participant, PhoneCredential

PEOPLE_PER_NUMBER = 6
PROOF_LASTS, YES_WITHIN = timedelta(minutes=30), timedelta(days=2)
"""How long a code that was sent serves, and how long a number that was typed waits for its own yes."""
_CODES_BEHIND = select(PhoneCredential.code_lookup).where(PhoneCredential.number_lookup == bindparam("number"))


class ProofWrong(FailedAttempt):
    sentence = N_("Ce code reçu par texto ne va pas, ou il a plus de 30 minutes. Regardez le dernier texto, ou demandez un autre code.")


class NumberIsFull(Refusal):
    sentence = N_("Ce téléphone sert déjà à 6 personnes. Appelez-nous: une personne va vous aider.")


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
    held = select(func.count(HeldCredential.person.distinct())).where(HeldCredential.lookup == lookup, HeldCredential.is_phone)
    if len(taken) + (act.session.scalar(held) or 0) >= PEOPLE_PER_NUMBER:
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
    row.number_lookup, row.number, row.given_on = lookup, number, act.day
    row.confirmed_on = act.day if act.session.scalar(own) else None
    act.session.flush()
    return row.confirmed_on is not None


def confirm_number(act: Act, number: str) -> bool:
    """A yes came from that number: whoever gave it may be written to there. Returns whether anyone waited for it."""
    lookup = keys_of(act.session).blind("phone", number)
    waiting = act.session.scalars(
        select(ContactNumber).where(
            ContactNumber.number_lookup == lookup, ContactNumber.confirmed_on.is_(None), ContactNumber.given_on >= act.day - YES_WITHIN
        )
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
    participant.turn += 1
    act.session.execute(delete(PhoneCredential).where(PhoneCredential.participant_id == participant.id))
    act.session.execute(delete(ContactNumber).where(ContactNumber.participant_id == participant.id, ContactNumber.number_lookup != lookup))
    return _add_credential(act, participant, number)


def only_person_behind(act: Act, number: str) -> Participant | None:
    """The one person with a code on that number; None when there is nobody, or a choice to make that no witness can make."""
    lookup = keys_of(act.session).blind("phone", number)
    found = act.session.scalars(select(PhoneCredential.participant_id).where(PhoneCredential.number_lookup == lookup)).all()
    return act.session.get_one(Participant, found[0]) if len(found) == 1 else None
