"""Participation cards: made in batches, first used by someone new, replaced when lost."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select, update

from engage.kernel import attempts, codes
from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.participants.acts import welcome
from engage.participants.guesses import CARD_GUESSES, GUESS_CARD, CodeUnknown, TooManyTries
from engage.participants.models import Card, CardBatch, Participant

REHEARSAL_CODE = "123456789014"


class CardMistyped(Refusal):
    sentence = N_("Il y a une erreur dans ce code. Une carte a 12 chiffres. Regardez-la et tapez-les encore.")


class CardReplaced(Refusal):
    sentence = N_("Cette carte a été remplacée par une autre. Prenez la nouvelle, ou appelez-nous.")


class CardNeverUsed(Refusal):
    sentence = N_("Cette carte n’a pas encore servi. Nous ne gardons rien à son sujet.")


class CardInUse(Refusal):
    sentence = N_("Cette carte sert déjà à quelqu’un. Prenez une carte jamais utilisée.")


class CardOfAnotherAgreement(Refusal):
    sentence = N_("Cette carte sert dans une autre région. Demandez une carte d’ici à votre groupe, ou appelez-nous.")


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


def rehearsal_card(act: Act, agreement_id: str) -> str:
    """The card of a rehearsal, its code and its person the same at each page of it; nothing of a rehearsal is kept."""
    lookup = keys_of(act.session).blind("card", REHEARSAL_CODE)
    person = Participant(id=UUID(int=0), since_on=act.day, turn=0)
    act.session.add(person)
    act.session.flush()
    act.session.add(Card(lookup=lookup, agreement_id=agreement_id, participant_id=person.id))
    act.session.flush()
    return REHEARSAL_CODE


def by_card(act: Act, code: str, agreement_id: str, *, asked_from: str) -> Participant:
    """The person who holds a card; its first use makes them known. `asked_from` slows guesses per address, phone or helper.

    Raises CodeUnknown, CardMistyped, CardReplaced, CardOfAnotherAgreement, TooManyTries.
    """
    card = card_in(act, code, agreement_id, asked_from=asked_from)
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


def keep_only_card(act: Act, participant: Participant, code: str) -> None:
    """Of all the cards of someone, this one alone opens anything from now on."""
    _retire_cards(act, participant, kept=keys_of(act.session).blind("card", codes.tidy(code)))


def _retire_cards(act: Act, participant: Participant, kept: bytes = b"") -> None:
    held = update(Card).where(Card.participant_id == participant.id, Card.replaced_on.is_(None), Card.lookup != kept)
    act.session.execute(held.values(replaced_on=act.day))
    participant.turn += 1


def _first_use(act: Act, card: Card, holder: Callable[[], Participant]) -> None:
    """Tie a card to a person and cut it from its batch, which only counts it; whoever comes second finds the first one's person."""
    act.session.refresh(card, with_for_update=True)
    if card.participant_id is not None:
        return
    if card.batch_id is not None:
        act.session.execute(update(CardBatch).where(CardBatch.id == card.batch_id).values(used=CardBatch.used + 1))
    card.participant_id, card.batch_id = holder().id, None
    act.session.flush()


def card_in(act: Act, code: str, agreement_id: str, *, asked_from: str) -> Card:
    """A card of that agreement, used or not. Raises what `by_card` raises."""
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
